// SPDX-License-Identifier: GPL-3.0-or-later
// On a terminal: a progress bar, and Ctrl+C that ends a run in order.
#include "cli_program.h"

#include <csignal>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace carry::test;

namespace
{

//! The program on a terminal of its own, on which its standard output and standard error both show.
class Terminal
{
  public:
    explicit Terminal(const QStringList& arguments)
    {
        std::vector<std::string> words{CARRYDESK_CLI};
        for (const QString& argument : arguments)
            words.push_back(argument.toStdString());
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        m_child = forkpty(&m_master, nullptr, nullptr, nullptr);
        if (m_child == 0) {
            execv(pointers[0], pointers.data());
            _exit(99);
        }
        if (m_child < 0)
            qFatal("no terminal");
    }
    ~Terminal()
    {
        close(m_master);
        if (!m_waited) {
            kill(m_child, SIGKILL);
            waitpid(m_child, nullptr, 0);
        }
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    //! Reads until the text has shown; false if the program ended before.
    bool waitFor(const char* text)
    {
        while (!m_shown.contains(text))
            if (!readMore())
                return false;
        return true;
    }
    void pressControlC()
    {
        if (write(m_master, "\x03", 1) != 1)
            qFatal("cannot type");
    }
    int finish()
    {
        while (readMore()) {
        }
        int status = 0;
        waitpid(m_child, &status, 0);
        m_waited = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    QByteArray shown() const { return m_shown; }

  private:
    bool readMore()
    {
        pollfd ready{m_master, POLLIN, 0};
        if (poll(&ready, 1, 120'000) != 1)
            qFatal("the program says nothing");
        char buffer[4096];
        const auto size = read(m_master, buffer, sizeof buffer); // -1 when the program has left its terminal
        if (size > 0)
            m_shown.append(buffer, static_cast<qsizetype>(size));
        return size > 0;
    }

    int m_master = -1;
    pid_t m_child = -1;
    bool m_waited = false;
    QByteArray m_shown;
};

//! A container or chroot may come without pseudo terminals.
bool hasPseudoTerminals()
{
    int master = -1;
    int slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, nullptr) != 0)
        return false;
    close(master);
    close(slave);
    return true;
}

} // namespace

class TestCliTerminal : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void progressBar();
    void noProgressBar();
    void controlCWhileRunning();
    void controlCWhileReading();
    void signalWithoutATerminal();

  private:
    static constexpr int kHours = 150'000; // long enough that a run is still under way when the signal comes

    QStringList longRun(const QStringList& more) const
    {
        return QStringList{"backtest", "--preset", "btc-basis", "--data", m_files->path()} + more;
    }
    std::unique_ptr<MarketFiles> m_files; //!< long enough for a run to be stopped in its middle
};

void TestCliTerminal::initTestCase()
{
    m_files = std::make_unique<MarketFiles>(kHours);
}

void TestCliTerminal::progressBar()
{
    if (!hasPseudoTerminals())
        QSKIP("skipped: no pseudo terminals");
    Terminal terminal(longRun({}));
    QCOMPARE(terminal.finish(), kDone);
    const QByteArray shown = terminal.shown();
    QVERIFY(shown.contains("\rReading ["));
    QVERIFY(QRegularExpression(R"(\rRunning \[#*\.*\] +\d+ %  \d+/s  \d+ s left)").match(shown).hasMatch());
    // It goes away before the table shows.
    QVERIFY(shown.lastIndexOf("\r\033[K") > shown.lastIndexOf("Running ["));
    QVERIFY(shown.indexOf("Result digest") > shown.lastIndexOf("\033[K"));
}

void TestCliTerminal::noProgressBar()
{
    const Ended pipe = cli(longRun({}));
    QCOMPARE(pipe.status, kDone);
    QCOMPARE(pipe.err, QString());
    QVERIFY(!pipe.out.contains('\r') && !pipe.out.contains('\033'));
    if (!hasPseudoTerminals())
        QSKIP("skipped: no pseudo terminals");
    Terminal quiet(longRun({"--quiet"}));
    QCOMPARE(quiet.finish(), kDone);
    QCOMPARE(quiet.shown(), QByteArray());
}

void TestCliTerminal::controlCWhileRunning()
{
    if (!hasPseudoTerminals())
        QSKIP("skipped: no pseudo terminals");
    const Workplace place;
    Terminal terminal(longRun({"--db", place.path("runs.db"), "--json", place.path("run.json")}));
    QVERIFY(terminal.waitFor("Running ["));
    terminal.pressControlC();
    QCOMPARE(terminal.finish(), kRunFailed);
    QVERIFY(terminal.shown().contains("interrupted"));
    const QJsonObject run = place.object("run.json");
    QCOMPARE(run["status"].toString(), QString("interrupted"));
    QVERIFY(run["steps"].toInt() > 0 && run["steps"].toInt() < kHours);
    const QJsonObject pnl = run["pnl"].toObject();
    double sum = 0;
    for (const QJsonValue& item : pnl["attribution"].toObject())
        sum += item.toDouble();
    QVERIFY(std::abs(sum - pnl["balance"].toDouble()) < 1e-6);
    const QJsonArray stored = storedRuns(place.path("runs.db"));
    QCOMPARE(stored.size(), 1);
    QCOMPARE(stored[0]["status"].toString(), QString("interrupted"));
    QCOMPARE(stored[0]["steps"].toInt(), run["steps"].toInt());
    const Ended show = cli({"runs", "show", "--db", place.path("runs.db"), "--json", "-"});
    QCOMPARE(show.json()["result_digest"], run["result_digest"]);
}

void TestCliTerminal::controlCWhileReading()
{
    if (!hasPseudoTerminals())
        QSKIP("skipped: no pseudo terminals");
    const Workplace place;
    Terminal terminal(longRun({"--db", place.path("runs.db"), "--json", place.path("run.json")}));
    QVERIFY(terminal.waitFor("Reading ["));
    terminal.pressControlC();
    QCOMPARE(terminal.finish(), kRunFailed);
    QVERIFY2(terminal.shown().contains("carrydesk-cli: DATA-015 "), terminal.shown());
    QVERIFY(place.names().isEmpty());
}

void TestCliTerminal::signalWithoutATerminal()
{
    const Workplace place;
    QProcess process;
    start(process, longRun({"--quiet", "--db", place.path("runs.db")}));
    // The database is opened when everything has been read and the run begins.
    QVERIFY(QTest::qWaitFor([&] { return place.has("runs.db"); }, 60'000));
    QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    const Ended e = ended(process);
    QCOMPARE(e.status, kRunFailed);
    QCOMPARE(e.out + e.err, QString());
    const QJsonArray stored = storedRuns(place.path("runs.db"));
    QCOMPARE(stored.size(), 1);
    QCOMPARE(stored[0]["status"].toString(), QString("interrupted"));
}

QTEST_GUILESS_MAIN(TestCliTerminal)
#include "tst_cli_terminal.moc"
