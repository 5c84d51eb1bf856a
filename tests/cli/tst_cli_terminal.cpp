// SPDX-License-Identifier: GPL-3.0-or-later
// On a terminal: a progress bar, and Ctrl+C that ends a run in order.
#include "terminal.h"

using namespace carry::test;

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
