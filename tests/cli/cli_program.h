// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "base/time.h" // moc 6.4 cannot read <chrono> as the first header

// The program as a user has it: arguments in, exit status, standard output and standard error out.

namespace carry::test
{

constexpr int kDone = 0, kRunFailed = 1, kUsage = 2, kBadInput = 3; //!< what docs and README promise

struct Ended {
    int status = -1;
    QString out, err;

    //! The output as JSON; nothing but one document may stand there.
    QJsonDocument json() const
    {
        QJsonParseError flaw;
        const auto document = QJsonDocument::fromJson(out.toUtf8(), &flaw);
        return flaw.error == QJsonParseError::NoError ? document : QJsonDocument();
    }
};

inline void start(QProcess& process, const QStringList& arguments)
{
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QStringLiteral(CARRYDESK_CLI), arguments);
}

inline Ended ended(QProcess& process)
{
    if (!process.waitForStarted() || !process.waitForFinished(120'000))
        qFatal("%s", qPrintable(process.errorString()));
    const int status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return {status, QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline Ended cli(const QStringList& arguments)
{
    QProcess process;
    start(process, arguments);
    return ended(process);
}

//! What is wrong with how a call was refused: empty if it ended with `status`, told one line that begins with `code`
//! and ends with a remedy, and printed nothing else.
inline QString refusal(const Ended& e, int status, const QString& code)
{
    if (e.status != status)
        return QString("status %1: %2%3").arg(e.status).arg(e.out.left(200), e.err);
    if (!e.out.isEmpty())
        return "on standard output: " + e.out;
    if (!e.err.startsWith("carrydesk-cli: " + code + " ") || e.err.count('\n') != 1 || !e.err.endsWith(".\n"))
        return "on standard error: " + e.err;
    return {};
}

//! A folder that goes away.
class Workplace
{
  public:
    QString path(const QString& name = {}) const { return name.isEmpty() ? m_folder.path() : m_folder.filePath(name); }
    bool has(const QString& name) const { return QFileInfo::exists(path(name)); }
    QStringList names() const
    {
        return QDir(path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name);
    }
    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QString write(const QString& name, const QByteArray& bytes) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("%s", qPrintable(file.errorString()));
        return path(name);
    }
    QJsonObject object(const QString& name) const { return QJsonDocument::fromJson(read(name)).object(); }

  private:
    QTemporaryDir m_folder;
};

//! Everything that the BTC basis reads, written as files: a market of `hours` from 2024-06-01 whose price swings a
//! little and whose funding is positive. Line 2 of a file is its first row.
class MarketFiles : public Workplace
{
  public:
    explicit MarketFiles(int hours = 240) : m_hours(hours)
    {
        write("binance/spot.csv", candles("binance_spot", "BTCUSDT", "spot", 64'000));
        write("binance/perp.csv", candles("binance_futures", "BTCUSDT", "futures", 64'010));
        write("bybit/spot.csv", candles("bybit", "BTCUSDT", "spot", 64'001));
        write("bybit/perp.csv", candles("bybit", "BTCUSDT", "futures", 64'011));
        write("bybit/eth.csv", candles("bybit", "ETHUSDT", "spot", 3'000));
        for (const char* source : {"binance_futures", "bybit", "okx"})
            write(QString("funding/%1.csv").arg(source), funding(source));
        write("gas.csv", gas());
        write("costs.json", R"({"BTC_USDT": {"10k": 2, "100k": 4, "1m": 8}})");
    }

    int hours() const { return m_hours; }
    static QString hour(int h)
    {
        return QString::fromStdString(formatIso(parseIsoTime("2024-06-01T00:00:00Z").value() + kHour * h));
    }
    QByteArray candles(const QByteArray& source, const QByteArray& symbol, const QByteArray& type, double level) const
    {
        QByteArray out = "timestamp,open,high,low,close,volume,source,symbol,data_type\n";
        const auto price = [level](int h) { return level * (1 + 0.001 * (h % 24)); };
        for (int h = 0; h < m_hours; ++h) {
            const double open = price(h);
            const double close = price(h + 1);
            out += hour(h).toUtf8();
            for (const double p : {open, std::max(open, close), std::min(open, close), close})
                out += ',' + QByteArray::number(p, 'f', 2);
            out += ",1," + source + ',' + symbol + ',' + type + '\n';
        }
        return out;
    }

    //! Changes one line, counted from 1. Without `text` it goes.
    void changeLine(const QString& name, int line, const std::optional<QByteArray>& text) const
    {
        QList<QByteArray> lines = read(name).split('\n');
        if (text)
            lines[line - 1] = *text;
        else
            lines.removeAt(line - 1);
        write(name, lines.join('\n'));
    }
    QByteArray line(const QString& name, int line) const { return read(name).split('\n').at(line - 1); }
    //! Puts something else into one cell.
    void changeCell(const QString& name, int row, int column, const QByteArray& text) const
    {
        QList<QByteArray> cells = line(name, row).split(',');
        cells[column] = text;
        changeLine(name, row, cells.join(','));
    }
    void remove(const QString& name) const { QFile::remove(path(name)); }

    //! A run over these files; `more` goes behind.
    Ended backtest(const QStringList& more = {}) const
    {
        return cli(QStringList{"backtest", "--preset", "btc-basis", "--data", path()} + more);
    }

  private:
    QByteArray funding(const QByteArray& source) const
    {
        const int label = source == "okx" ? 8 : 0; // OKX labels the end of the interval
        QByteArray out = "funding_timestamp,funding_rate,symbol,source\n";
        for (int h = 0; h < m_hours; h += 8)
            out += hour(h + label).toUtf8() + ",0.0001,BTCUSDT," + source + '\n';
        return out;
    }
    QByteArray gas() const
    {
        QByteArray out = "timestamp,chain,gas_price_gwei,base_fee_gwei\n";
        for (int h = 0; h < m_hours; ++h)
            out += hour(h).toUtf8() + ",ethereum,10,9\n";
        return out;
    }

    int m_hours;
};

inline QStringList demoRun(const QStringList& more = {})
{
    return QStringList{"backtest",
                       "--preset",
                       "btc-basis",
                       "--data",
                       "demo",
                       "--from",
                       "2024-06-01T00:00:00Z",
                       "--to",
                       "2024-07-15T00:00:00Z"} +
           more;
}

//! The stored runs, newest first.
inline QJsonArray storedRuns(const QString& database)
{
    return cli({"runs", "list", "--db", database, "--json", "-"}).json().array();
}

} // namespace carry::test
