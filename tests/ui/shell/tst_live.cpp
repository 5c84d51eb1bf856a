// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions in the window: started, approved, rejected, halted and flattened, with keys and mouse.
#include "approval/approval_card.h"
#include "approval/card_feed.h"
#include "approval/hold_button.h"
#include "approval/proposal_model.h"
#include "approval/proposal_sheet.h"
#include "approval/session_alerts.h"
#include "approval/session_bar.h"
#include "approval/session_form.h"
#include "approval/session_tables.h"
#include "common/notices.h"
#include "replay/run_form.h"
#include "runs/run_list_model.h"
#include "runs/runs_page.h"
#include "scratch_window.h"
#include "shell/live_page.h"
#include "shell/replay_page.h"
#include "support/feed_script.h"

#include <QAbstractItemModelTester>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;
using carry::testing::ScratchWindow;

namespace
{

constexpr int kPatience = 60'000;
using State = ApprovalCard::State;

//! A window with a session that waits at its first proposal.
struct Waiting : ScratchWindow {
    explicit Waiting(const QByteArray& gate = {}, bool holds = true)
    {
        window->form().setPreset(QStringLiteral("btc-basis"));
        if (!gate.isEmpty()) {
            QFile file(place.filePath(QStringLiteral("gate.toml")));
            [[maybe_unused]] const bool open = file.open(QIODevice::WriteOnly);
            file.write(gate);
            window->live().form().setGateFile(file.fileName());
        }
        window->live().form().setSpeed(3'600);
        for (auto* box : window->live().form().findChildren<QCheckBox*>())
            box->setChecked(holds);
        QTest::keyClick(window.get(), Qt::Key_2, Qt::ControlModifier);
        window->live().form().startButton()->click();
    }
    ApprovalCard& card() const { return window->live().card(); }
    bool proposed() const
    {
        return QTest::qWaitFor([this] { return card().proposal() && card().state() == State::Waiting; }, kPatience);
    }
    //! Ctrl+Enter twice, from wherever the keyboard is in the card.
    void approveByKeys() const
    {
        QTest::keyClick(window.get(), Qt::Key_J, Qt::ControlModifier);
        QVERIFY(card().approveButton().hasFocus());
        QTest::keyClick(&card().approveButton(), Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClick(&card().approveButton(), Qt::Key_Return, Qt::ControlModifier);
    }
    void end() const
    {
        window->desk().stop();
        QVERIFY(QTest::qWaitFor([this] { return !window->desk().active(); }, kPatience));
    }
};

} // namespace

class TestLive : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void approvedByKeysAlone();
    void figuresOfAPart();
    void rejectedWithAReason();
    void killSwitchThenFlatten();
    void pausesAndTradesLess();
    void limitsArePointedOut();
    void gateFileThatCannotBe();
    void refusalsAreTold();
    void asksInTheReplay();
    void withoutAskingNobodyIsAsked();
    void tellsWhenTheWindowIsBehind();
    void differencesAreAnswered();
    void differencesAtTheEnd();
    void lostConnectionsAreShown();
    void messagesFromAFile();
    void resumedFromTheRuns();
    void offeredAgainAtTheNextStart();
    void modelsKeepTheRules();
    void onScreenSoonAfterItWasMade();
};

void TestLive::initTestCase()
{
    QLocale::setDefault(QLocale::c());
}

void TestLive::approvedByKeysAlone()
{
    Waiting w;
    QVERIFY(w.proposed());
    QCOMPARE(w.find<QLabel>("sessionMode")->text().contains("PAPER"), true);
    QVERIFY(w.find<QLabel>("tradingState")->text().contains("ACTIVE"));
    QVERIFY(w.find<ElidedLabel>("feedState")->text().contains("held"));
    QVERIFY(w.find<QLabel>("headline")->text().contains("PAPER"));
    // The record that all panels show is the session's.
    QCOMPARE(w.window->session().record(), w.window->desk().record().get());
    const auto proposal = w.card().proposal();
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() >= State::Executing, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(w.window->desk().proposals().front().step, ProposalStep::Approved, kPatience);
    QCOMPARE(w.window->desk().proposals().front().user, w.window->desk().user());
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Done, kPatience);
    w.end();
    QVERIFY(!w.find<SessionBar>("sessionBar")->isVisible());
    // It is among the stored runs, and the page offers another session.
    QTRY_VERIFY(w.find<QPushButton>("newSession")->isVisible());
    w.find<QPushButton>("newSession")->click();
    QVERIFY(w.find<QPushButton>("startSession")->isVisible());
}

//! What groups do that are chosen is worked out by the session, and kept on the card of a plan approved in part.
void TestLive::figuresOfAPart()
{
    Waiting w;
    QVERIFY(w.proposed());
    ProposalModel& plan = w.card().plan();
    const auto facts = [&] { return w.card().findChild<QLabel*>("proposalFacts")->text(); };
    const QString whole = facts();
    const QModelIndex row = plan.indexOf(w.card().proposal()->bundles.back().groups.front());
    QVERIFY(plan.setData(row, Qt::Unchecked, Qt::CheckStateRole));
    const QString of = QString("%1 of %2 groups").arg(plan.chosen().size()).arg(plan.groupCount());
    QTRY_VERIFY_WITH_TIMEOUT(facts().contains(of), kPatience);
    QVERIFY(plan.setData(row, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(facts(), whole);
    QVERIFY(plan.setData(row, Qt::Unchecked, Qt::CheckStateRole));
    QTRY_VERIFY_WITH_TIMEOUT(facts().contains(of), kPatience);
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Partly, kPatience);
    QVERIFY(facts().contains(of));
    auto* reason = w.card().findChild<QLineEdit*>("rejectReason");
    reason->setFocus();
    QTest::keyClicks(reason, "enough");
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Done, kPatience);
    QVERIFY(facts().contains(of));
    w.end();
}

void TestLive::rejectedWithAReason()
{
    Waiting w;
    QVERIFY(w.proposed());
    QTest::keyClick(w.window.get(), Qt::Key_J, Qt::ControlModifier);
    auto* reason = w.card().findChild<QLineEdit*>("rejectReason");
    reason->setFocus();
    QTest::keyClicks(reason, "funding falls");
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Answered, kPatience);
    const SeenProposal& seen = w.window->desk().proposals().front();
    QCOMPARE(seen.step, ProposalStep::Rejected);
    QCOMPARE(seen.reason, QString("funding falls"));
    const auto* list = w.find<QTableView>("proposalList");
    QVERIFY(list->model()->index(0, 1).data().toString().contains("Rejected"));
    QVERIFY(list->model()->index(0, 5).data().toString().contains("funding falls"));
    w.end();
}

void TestLive::killSwitchThenFlatten()
{
    Waiting w;
    QVERIFY(w.proposed());
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Done, kPatience);
    QVERIFY(!w.find<QPushButton>("flattenButton")->isVisible());
    w.window->showWorkspace(MainWindow::Runs); // it works everywhere
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("tradingState")->text().contains("HALTED"), kPatience);
    QVERIFY(!w.find<QPushButton>("killButton")->isEnabled());
    auto* flatten = w.find<QPushButton>("flattenButton");
    QVERIFY(flatten->isVisible());
    QTest::mouseClick(flatten, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(w.window->desk().open() != nullptr, kPatience);
    QVERIFY(w.window->desk().open()->flatten);
    QTest::keyClick(w.window.get(), Qt::Key_J, Qt::ControlModifier);
    QVERIFY(w.window->live().isVisible());
    QTRY_VERIFY(w.card().proposal() && w.card().proposal()->flatten);
    QVERIFY(w.card().canApprove()); // the one thing that a halt lets through
    w.end();
}

void TestLive::pausesAndTradesLess()
{
    Waiting w({}, /*holds=*/false);
    QTRY_VERIFY_WITH_TIMEOUT(w.window->desk().running(), kPatience);
    QTest::keyClick(w.window.get(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(w.window->desk().now().paused);
    const Time stands = w.window->desk().now().clock;
    QVERIFY(w.find<ElidedLabel>("feedState")->text().contains("paused"));
    QTest::qWait(250);
    QVERIFY(w.window->desk().now().clock == stands);
    // A state is changed with a reason; without one nothing is.
    auto* bar = w.find<SessionBar>("sessionBar");
    auto* line = bar->findChild<QLineEdit*>("editBarLine");
    w.action("tradingReducing")->trigger();
    QVERIFY(line->isVisible());
    QTest::keyClick(line, Qt::Key_Return);
    QTest::qWait(150);
    QVERIFY(w.window->desk().now().trading == TradingState::Active);
    w.action("tradingReducing")->trigger();
    QTest::keyClicks(line, "weekend");
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("tradingState")->text().contains("REDUCING"), kPatience);
    w.action("pauseSession")->trigger();
    QTRY_VERIFY(!w.window->desk().now().paused);
    w.end();
}

void TestLive::limitsArePointedOut()
{
    Waiting w("[gate]\nmode = \"manual\"\n[limits]\nmax_leverage = 5\nmax_day_notional = 90000000\n");
    QVERIFY(w.proposed());
    w.window->live().showTab(LivePage::Limits);
    auto* limits = w.find<QTableView>("gateLimits")->model();
    QTRY_COMPARE(limits->rowCount(), 4);
    QVERIFY(limits->index(0, 1).data().toString().contains("no limit"));
    QVERIFY(limits->index(2, 1).data().toString().contains("90000000"));
    QVERIFY(w.find<QTableView>("gateRules")->model()->index(0, 1).data().toString().startsWith("Manual"));
    w.window->live().showTab(LivePage::Decision);
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Done, kPatience);
    w.window->live().showTab(LivePage::Limits);
    QTRY_VERIFY(w.window->desk().now().usedToday > 0);
    QTRY_VERIFY(limits->index(2, 3).data().toString().contains("%"));
    w.end();
}

void TestLive::gateFileThatCannotBe()
{
    Waiting w("[gate]\nmode = \"perhaps\"\n");
    QVERIFY(!w.window->desk().active());
    auto* wrong = w.find<QLabel>("gateFileWrong");
    QVERIFY(wrong->isVisible());
    QVERIFY(wrong->text().contains("gate.toml"));
    QVERIFY(w.find<QLineEdit>("gateFile")->hasFocus());
    w.window->live().form().setGateFile({});
    w.window->live().form().startButton()->click();
    QVERIFY(w.proposed());
    w.end();
}

void TestLive::refusalsAreTold()
{
    Waiting w;
    QVERIFY(w.proposed());
    GateCommand command;
    command.kind = GateCommand::Kind::Approve;
    command.proposal = 7; // there is none
    w.window->desk().submit(command);
    QTRY_VERIFY_WITH_TIMEOUT(w.window->banner().text().contains("GATE-012") ||
                                 w.window->banner().text().contains("The gate refused"),
                             kPatience);
    w.end();
}

void TestLive::asksInTheReplay()
{
    ScratchWindow w;
    w.window->form().setPreset(QStringLiteral("btc-basis"));
    w.action("askMe")->setChecked(true);
    QTest::keyClick(w.window.get(), Qt::Key_Return, Qt::ControlModifier);
    auto* sheet = w.find<ProposalSheet>("proposalSheet");
    QTRY_VERIFY_WITH_TIMEOUT(sheet->isVisible() && sheet->card().state() == State::Waiting, kPatience);
    QVERIFY(w.find<QLabel>("sessionMode")->text().contains("BACKTEST"));
    QVERIFY(w.window->replay().isVisible());
    // Below it the run is looked at first; the bar brings the card back.
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!sheet->isVisible());
    QTest::mouseClick(w.find<QPushButton>("waitingButton"), Qt::LeftButton);
    QVERIFY(sheet->isVisible());
    HoldButton& approve = sheet->card().approveButton();
    QVERIFY(approve.hasFocus());
    QTest::keyClick(&approve, Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(&approve, Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(w.window->desk().proposals().front().step == ProposalStep::Approved, kPatience);
    // On to the next proposal, or to the end of the data.
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active() || w.window->desk().proposals().size() > 1, kPatience);
    QSignalSpy ended(w.window.get(), &MainWindow::runEnded);
    if (w.window->desk().active())
        QTest::keyClick(w.window.get(), Qt::Key_Period, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
    QVERIFY(!sheet->isVisible());
}

void TestLive::withoutAskingNobodyIsAsked()
{
    ScratchWindow w;
    w.window->form().setPreset(QStringLiteral("btc-basis"));
    QVERIFY(!w.action("askMe")->isChecked());
    QSignalSpy ended(w.window.get(), &MainWindow::runEnded);
    QTest::keyClick(w.window.get(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!w.window->desk().active());
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QVERIFY(w.window->desk().proposals().empty());
}

void TestLive::tellsWhenTheWindowIsBehind()
{
    Waiting w;
    QVERIFY(!w.window->preferences().notifies()); // off until wanted
    QVERIFY(!w.window->preferences().sounds());
    QVERIFY(w.proposed());
    w.window->preferences().setNotifies(true);
    w.window->preferences().setSounds(true);
    auto* alerts = w.window->findChild<SessionAlerts*>();
    QSignalSpy notified(alerts, &SessionAlerts::notified);
    QSignalSpy sounded(alerts, &SessionAlerts::sounded);
    emit w.window->desk().proposalOpened(w.card().proposal()); // in front: no need
    QCOMPARE(notified.count(), 0);
    QWidget other;
    other.show();
    other.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&other));
    emit w.window->desk().proposalOpened(w.card().proposal());
    QCOMPARE(notified.count(), 1);
    QCOMPARE(sounded.count(), 1);
    QVERIFY(notified.front().front().toString().contains("Proposal 1"));
    w.end();
}

//! Somebody else withdraws at a venue: seen from every workspace, shown with both sides, answered with a reason.
void TestLive::differencesAreAnswered()
{
    ScratchWindow w;
    w.window->form().setPreset(QStringLiteral("btc-basis"));
    auto& form = w.window->live().form();
    auto* faults = form.findChild<QLineEdit*>("venueFaults");
    w.window->showWorkspace(MainWindow::Live);
    QTest::keyClicks(faults, "lost=1");
    form.startButton()->click();
    QVERIFY(w.find<QLabel>("venueFaultsWrong")->isVisible());
    QVERIFY(!w.window->desk().active());
    faults->clear();
    QTest::keyClicks(faults, "seed=5,foreign=0.05");
    QVERIFY(!w.find<QLabel>("venueFaultsWrong")->isVisible());
    QFile gate(w.place.filePath("gate.toml"));
    QVERIFY(gate.open(QIODevice::WriteOnly) && gate.write("[gate]\nmode = \"automatic\"\n") > 0);
    gate.close();
    form.setGateFile(gate.fileName());
    form.setSpeed(3'600);
    form.startButton()->click();
    auto* trouble = w.find<QPushButton>("venueTrouble");
    w.window->showWorkspace(MainWindow::Runs);
    QTRY_VERIFY_WITH_TIMEOUT(trouble->isVisible(), kPatience);
    w.window->desk().setPaused(true); // no more of them
    QTRY_VERIFY(w.window->desk().now().paused);
    trouble->click();
    auto* table = w.find<QTableView>("balanceDifferences");
    QTRY_VERIFY(table->isVisible());
    QVERIFY(table->model()->rowCount() > 0);
    QVERIFY(table->model()->index(0, 3).data().toString().startsWith(QStringLiteral("\u221210")));
    QVERIFY(w.find<QTableView>("venueConnections")->model()->index(0, 2).data().toString().startsWith("2024-"));
    auto* adopt = w.find<QPushButton>("adoptBalances");
    adopt->setFocus();
    QTest::keyClick(adopt, Qt::Key_Space);
    auto* reason = w.window->live().findChild<QWidget*>("liveTabs")->focusWidget();
    QTest::keyClicks(reason, "withdrawn by hand");
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!trouble->isVisible(), kPatience);
    QTRY_VERIFY(!table->isVisible());
    QVERIFY(!adopt->isEnabled());
    w.window->desk().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
}

//! A session that waits for decisions waits at its end too; one that does not says what nobody has answered.
void TestLive::differencesAtTheEnd()
{
    for (const bool waits : {true, false}) {
        ScratchWindow w;
        w.window->form().setPreset(QStringLiteral("btc-basis"));
        w.window->showWorkspace(MainWindow::Live);
        SessionOptions options;
        options.period = {*parseIsoTime("2024-06-01"), *parseIsoTime("2024-06-05")};
        options.feed.speed = TapeFeed::kUnpaced;
        options.gateText = "[gate]\nmode = \"automatic\"\n";
        options.faults = "seed=5,foreign=0.05";
        options.waitForDecision = waits;
        SessionDesk& desk = w.window->desk();
        desk.start(RunConfiguration::load("btc-basis").value(), openData("demo").value(), options);
        auto* feed = w.find<ElidedLabel>("feedState");
        if (waits) {
            QTRY_VERIFY_WITH_TIMEOUT(feed->text().contains("at the end"), kPatience);
            QVERIFY(w.find<QPushButton>("venueTrouble")->isVisible());
            GateCommand adopt;
            adopt.kind = GateCommand::Kind::AdoptBalances;
            adopt.reason = "fees of the account";
            desk.submit(adopt);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!desk.active(), kPatience);
        QCOMPARE(w.window->banner().text().contains("SESSION-004"), !waits);
        QCOMPARE(desk.now().venues->differences.empty(), waits);
        w.window->live().showTab(LivePage::Venues);
        QCOMPARE(w.find<QTableView>("balanceDifferences")->isVisible(), !waits); // still shown after the end
    }
}

void TestLive::lostConnectionsAreShown()
{
    ScratchWindow w;
    w.window->form().setPreset(QStringLiteral("btc-basis"));
    w.window->showWorkspace(MainWindow::Live);
    w.window->live()
        .form()
        .findChild<QLineEdit*>("venueFaults")
        ->setText("seed=1,disconnected=1,disconnected_ms=1800000");
    w.window->live().form().setSpeed(3'600);
    w.window->live().form().startButton()->click();
    auto* trouble = w.find<QPushButton>("venueTrouble");
    QTRY_VERIFY_WITH_TIMEOUT(trouble->isVisible() && trouble->text().contains("reconnecting"), kPatience);
    w.window->desk().setPaused(true);
    trouble->click();
    auto* table = w.find<QTableView>("venueConnections");
    QTRY_VERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 4);
    int lost = 0;
    for (int row = 0; row < 4; ++row)
        lost += table->model()->index(row, 1).data().toString() == "Reconnecting" ? 1 : 0;
    QVERIFY(lost > 0);
    w.window->desk().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
}

//! The session waits for the first messages, runs on what comes, and ends when told to.
void TestLive::messagesFromAFile()
{
    const auto data = openData("demo:500").value();
    const feeding::Script script = feeding::makeScript(*data);
    ScratchWindow w;
    w.window->form().setPreset(QStringLiteral("btc-basis"));
    w.window->showWorkspace(MainWindow::Live);
    auto& form = w.window->live().form();
    form.findChild<QComboBox*>("feedKind")->setCurrentIndex(1);
    form.startButton()->click();
    QVERIFY(w.find<QLabel>("feedPathWrong")->isVisible());
    const QString path = w.place.filePath("feed.jsonl");
    QTest::keyClicks(w.find<QLineEdit>("feedPath"), path);
    form.startButton()->click();
    auto* state = w.find<ElidedLabel>("feedState");
    QTRY_VERIFY_WITH_TIMEOUT(state->text().contains("waits for the first messages"), kPatience);
    std::string lines = feedLine(script.header);
    for (const FeedMessage& message : script.messages)
        addFeedLine(lines, script.header, message);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(lines.data(), qint64(lines.size())), qint64(lines.size()));
    file.close();
    QTRY_VERIFY_WITH_TIMEOUT(state->text().contains("messages") && state->text().contains("connected"), kPatience);
    QVERIFY(!w.find<QComboBox>("sessionSpeed")->isVisible()); // its sender's
    QTRY_VERIFY_WITH_TIMEOUT(w.window->desk().now().clock >= data->candles.begin()->second.time.back(), kPatience);
    w.window->commands().find(QStringLiteral("endFeed"))->actions.front()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
    w.window->showWorkspace(MainWindow::Runs);
    auto* table = w.find<QTableView>("runsTable");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QAction>("parityAction")->isEnabled(), kPatience);
    QVERIFY(!w.find<QAction>("rerunRunAction")->isEnabled()); // parity computes the backtest of messages
}

//! Stopped while a plan is carried out, gone on with from the list of runs, and compared with its backtest.
void TestLive::resumedFromTheRuns()
{
    Waiting w("[gate]\nvalid_for_min = 6000\n");
    QVERIFY(w.proposed());
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() >= State::Executing, kPatience);
    const QString id = QString::fromStdString(w.window->desk().record()->info().runId);
    w.end();
    w.window->showWorkspace(MainWindow::Runs);
    auto* table = w.find<QTableView>("runsTable");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    table->selectRow(0);
    const auto action = [&w](const char* name) { return w.find<QAction>(name); };
    QTRY_VERIFY(action("resumeRunAction")->isEnabled());
    QVERIFY(!action("parityAction")->isEnabled()); // it has not ended
    action("resumeRunAction")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(w.window->desk().running() && !w.window->desk().now().replaying, kPatience);
    QCOMPARE(QString::fromStdString(w.window->desk().record()->info().runId), id);
    QVERIFY(w.window->live().isVisible());
    w.window->desk().setSpeed(TapeFeed::kUnpaced);
    QObject here; // the connection ends with this function, whatever fails in it
    connect(&w.window->desk(), &SessionDesk::changed, &here, [&w] {
        if (const auto& open = w.window->desk().open()) {
            GateCommand approve;
            approve.proposal = open->number;
            approve.hash = open->hash;
            w.window->desk().submit(approve);
        }
    });
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
    const auto stored = showStoredRun(w.place.filePath("runs.db").toStdString(), {});
    QVERIFY(stored && stored->summary.status == RunStatus::Done);
    // From the page of the session first.
    auto* button = w.find<QPushButton>("sessionParity");
    QTRY_VERIFY(button->isVisible());
    button->click();
    auto* parity = w.find<QTableView>("parityTable");
    QTRY_VERIFY_WITH_TIMEOUT(parity->isVisible(), kPatience);
    QTest::keyClick(parity, Qt::Key_Escape);
    QTRY_VERIFY(table->isVisible());
    QCOMPARE(table->model()->index(0, int(RunColumn::Mode)).data().toString(), QString("PAPER"));
    if (!table->selectionModel()->hasSelection())
        table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(action("parityAction")->isEnabled(), kPatience);
    QVERIFY(action("rerunRunAction")->isEnabled());
    QTest::keyClick(table, Qt::Key_Y, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(parity->isVisible(), kPatience);
    const QAbstractItemModelTester tester(parity->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(parity->model()->rowCount() > 3);
    QCOMPARE(parity->model()->index(parity->model()->rowCount() - 1, 0).data().toString(), QString("Total"));
    QCOMPARE(parity->model()->index(0, 0).data().toString(), QString("Binance spot"));
    QVERIFY(w.find<QLabel>("paritySummary")->text().contains("backtest"));
    w.find<QPushButton>("copyParity")->click();
    QVERIFY(QApplication::clipboard()->text().startsWith("Leg\tSession\tBacktest\tGap"));
    const auto saved = [&w](const QString& name) {
        const QString path = w.place.filePath(name);
        w.window->runs().setFileChooser([path](const QString&, const QString&, bool) { return path; });
        w.find<QPushButton>("saveParity")->click();
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QJsonObject json = QJsonDocument::fromJson(saved("parity.json")).object();
    QCOMPARE(json["run_id"].toString(), id);
    QCOMPARE(json["legs"].toArray().size(), parity->model()->rowCount() - 1);
    const auto lines = saved("parity.csv").trimmed().split('\n');
    QCOMPARE(lines.size(), parity->model()->rowCount() + 1);
    QVERIFY(lines.front().startsWith("\"Leg\",\"Session\""));
    QCOMPARE(lines.back().split(',').size(), parity->model()->columnCount());
    QVERIFY(saved("no/such/folder/parity.json").isEmpty());
    QVERIFY(w.window->runs().findChild<Banner*>("messageBanner")->text().contains("parity.json"));
    parity->setFocus();
    QTest::keyClick(parity, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(parity, Qt::Key_Down);
    QTest::keyClick(parity, Qt::Key_Up);
    QTest::keyClick(parity, Qt::Key_C, Qt::ControlModifier);
    QVERIFY2(QApplication::clipboard()->text().contains(parity->model()->index(0, 0).data().toString()),
             qPrintable(QApplication::clipboard()->text()));
    QTest::keyClick(parity, Qt::Key_Escape);
    QTRY_VERIFY(table->isVisible());
    const auto verified = verifyStoredRun(w.place.filePath("runs.db").toStdString(), id.toStdString(), {});
    QVERIFY2(verified && verified->sameResult, verified ? "another digest" : describe(verified.error()).c_str());
}

//! Whatever ended it: the next start of the program says so, and goes on where the session was.
void TestLive::offeredAgainAtTheNextStart()
{
    Waiting w("[gate]\nvalid_for_min = 6000\n");
    QVERIFY(w.proposed());
    const std::string hash = w.card().proposal()->hash;
    const QString id = QString::fromStdString(w.window->desk().record()->info().runId);
    w.end();
    WindowOptions options;
    options.database = w.place.filePath("runs.db");
    options.settingsFile = w.place.filePath("settings.ini");
    options.openLast = true;
    w.window = std::make_unique<MainWindow>(options);
    w.window->resize(1440, 900);
    w.window->show();
    QTRY_VERIFY_WITH_TIMEOUT(w.window->banner().text().contains("Session " + id.left(8)), kPatience);
    for (QPushButton* button : w.window->banner().findChildren<QPushButton*>())
        if (button->text().remove('&') == "Resume")
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(w.window->desk().running() && !w.window->desk().now().replaying,
                              qPrintable(w.window->banner().text()), 20'000);
    QCOMPARE(QString::fromStdString(w.window->desk().record()->info().runId), id);
    QTRY_VERIFY_WITH_TIMEOUT(w.card().proposal() && w.card().state() == State::Waiting, kPatience);
    QCOMPARE(w.card().proposal()->hash, hash); // what was asked is asked again, not anew
    w.end();
}

void TestLive::modelsKeepTheRules()
{
    Waiting w;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
    for (const char* name : {"proposalList", "openOrders", "inFlight", "gateLimits", "gateRules"})
        testers.push_back(std::make_unique<QAbstractItemModelTester>(
            w.find<QTableView>(name)->model(), QAbstractItemModelTester::FailureReportingMode::QtTest));
    QVERIFY(w.proposed());
    w.approveByKeys();
    QTRY_VERIFY_WITH_TIMEOUT(w.card().state() == State::Done, kPatience);
    w.end();
}

//! From the gate, which is told before the proposal is published, to the painted card.
void TestLive::onScreenSoonAfterItWasMade()
{
    using Clock = std::chrono::steady_clock;
    ScratchWindow w;
    w.window->showWorkspace(MainWindow::Live);
    const auto data = openData("demo").value();
    auto configuration = RunConfiguration::load("btc-basis").value();
    struct Stamps {
        std::mutex mutex;
        std::map<std::uint32_t, Clock::time_point> made;
    };
    const auto stamps = std::make_shared<Stamps>();
    SessionOptions options;
    options.feed.speed = TapeFeed::kUnpaced;
    options.waitForDecision = true;
    options.gateText = "[gate]\nvalid_for_min = 90\n";
    options.onEvent = [stamps](const RunInfo&, const GateEvent& event) {
        const std::lock_guard lock(stamps->mutex);
        if (event.kind == GateEvent::Kind::Proposal && event.step == ProposalStep::Made)
            stamps->made[event.proposal->number] = Clock::now();
    };
    w.window->desk().start(configuration, data, options);
    ApprovalCard& card = w.window->live().card();
    constexpr std::size_t kProposals = 60;
    std::vector<double> ms;
    std::uint32_t last = 0;
    // Heard after the page has; painting at once is what the next frame would do.
    connect(&w.window->desk(), &SessionDesk::changed, this, [&] {
        if (!card.proposal() || card.proposal()->number == last || card.state() != State::Waiting)
            return;
        last = card.proposal()->number;
        card.repaint();
        const auto shown = Clock::now();
        const std::lock_guard lock(stamps->mutex);
        ms.push_back(std::chrono::duration<double, std::milli>(shown - stamps->made.at(last)).count());
        GateCommand command;
        command.kind = ms.size() < kProposals ? GateCommand::Kind::Reevaluate : GateCommand::Kind::Kill;
        command.proposal = last;
        command.hash = card.proposal()->hash;
        w.window->desk().submit(command);
    });
    QTRY_VERIFY_WITH_TIMEOUT(ms.size() >= kProposals, kPatience);
    disconnect(&w.window->desk(), nullptr, this, nullptr);
    std::ranges::sort(ms);
    qInfo("made to painted: median %.1f ms, p95 %.1f ms", ms[ms.size() / 2], ms[ms.size() * 95 / 100]);
#ifdef NDEBUG
    QVERIFY(ms[ms.size() / 2] < 60); // 20 ms are asked for; the rest is for a machine that does other things too
#endif
    w.window->desk().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->desk().active(), kPatience);
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestLive test;
    QTEST_SET_MAIN_SOURCE_PATH
    const int status = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return status;
}
#include "tst_live.moc"
