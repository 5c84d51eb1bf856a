// SPDX-License-Identifier: GPL-3.0-or-later
// carrydesk-screenshots FOLDER [NAME]: pictures of the window on the demo data, both themes and two sizes. With a NAME
// ("loop", "fork", "states", "live") only those.
#include "approval/approval_card.h"
#include "approval/hold_button.h"
#include "approval/proposal_model.h"
#include "approval/session_form.h"
#include "charts/chart_stack.h"
#include "common/theme.h"
#include "data/data_page.h"
#include "desk/inspection.h"
#include "replay/fork_panel.h"
#include "replay/run_form.h"
#include "runs/compare_view.h"
#include "runs/runs_page.h"
#include "shell/live_page.h"
#include "shell/main_window.h"
#include "shell/replay_page.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTreeView>
#include <cstdio>

namespace carry::ui
{
namespace
{

//! Lets the window work until `done`, at most a minute.
template <class Done> bool waitUntil(Done done)
{
    QElapsedTimer clock;
    clock.start();
    while (!done()) {
        if (clock.elapsed() > 60'000)
            return false;
        QApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
}

void settle(int ms)
{
    QElapsedTimer clock;
    clock.start();
    waitUntil([&] { return clock.elapsed() > ms; });
}

bool picture(MainWindow& window, const QString& file)
{
    settle(400);
    const bool saved = window.grab().save(file);
    std::printf("%s %s\n", saved ? "wrote" : "cannot write", qPrintable(file));
    return saved;
}

bool runOne(MainWindow& window, const QString& preset, const std::vector<std::string>& assignments = {},
            const QString& data = QStringLiteral("demo"))
{
    RunConfiguration configuration = RunConfiguration::load(preset.toStdString()).value();
    for (const std::string& assignment : assignments)
        if (!configuration.apply(assignment))
            return false;
    bool ended = false;
    const auto connection = QObject::connect(&window, &MainWindow::runEnded, &window, [&ended] { ended = true; });
    window.controller().run(RunRequest{configuration, data, {}, {}});
    const bool done = waitUntil([&] { return ended && !window.controller().busy(); });
    QObject::disconnect(connection);
    return done;
}

//! Three of the listed runs over each other, then the list again.
bool takeComparison(MainWindow& window, const QDir& folder, const QString& suffix)
{
    auto* table = window.runs().findChild<QTableView*>(QStringLiteral("runsTable"));
    auto* compare = window.runs().findChild<QAction*>(QStringLiteral("compareRunsAction"));
    auto* view = window.runs().findChild<CompareView*>();
    const QItemSelection rows(table->model()->index(0, 0), table->model()->index(2, 0));
    table->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    settle(50);
    compare->trigger();
    if (!waitUntil([&] { return view->isVisible(); }))
        return false;
    bool all = picture(window, folder.filePath("compare-" + suffix + ".png"));
    view->charts().findChild<QTabWidget*>()->setCurrentIndex(1);
    all &= picture(window, folder.filePath("compare-bridge-" + suffix + ".png"));
    view->charts().findChild<QTabWidget*>()->setCurrentIndex(0);
    emit view->backRequested();
    return all;
}

//! Brings a panel that shares its place with others to the front.
void raisePanel(MainWindow& window, const char* name)
{
    if (auto* dock = window.findChild<QDockWidget*>(QLatin1String(name)))
        dock->raise();
}

bool takeAll(MainWindow& window, const QDir& folder, const QString& suffix)
{
    bool all = true;
    RunSession& session = window.session();
    window.showWorkspace(MainWindow::Replay);
    // In the middle, on the withdrawal: a plan with all its phases is selected, and the future is not drawn.
    const RunRecord& record = *session.record();
    std::size_t plan = 1;
    for (std::size_t i = 0; i < record.ends(record.committed() - 1).plans; ++i)
        if (record.plan(i).action == Action::Withdrawal)
            plan = record.plan(i).id;
    session.seek(std::min(record.plan(plan - 1).decisionStep + std::size_t{800}, record.committed() - 1));
    session.select({Selection::Kind::Plan, plan});
    all &= picture(window, folder.filePath("replay-" + suffix + ".png"));
    raisePanel(window, "lanes");
    all &= picture(window, folder.filePath("lanes-" + suffix + ".png"));
    raisePanel(window, "pipeline");
    window.showWorkspace(MainWindow::Runs);
    all &= picture(window, folder.filePath("runs-" + suffix + ".png"));
    all &= takeComparison(window, folder, suffix);
    window.showWorkspace(MainWindow::Data);
    all &= picture(window, folder.filePath("data-" + suffix + ".png"));
    return all;
}

//! A run parted from another: the form it was made with, where playing stops, bookmarks, and both drawn.
bool takeFork(MainWindow& window, const QDir& folder, const QString& suffix)
{
    RunSession& session = window.session();
    window.showWorkspace(MainWindow::Replay);
    const auto parent = session.view().record();
    session.seek(session.length() / 3);
    window.bookmarks().set(session.view().time(), QStringLiteral("before the rally: margin at Bybit is low"));
    window.bookmarks().set(session.record()->time(session.length() / 2), QStringLiteral("funding turns"));
    window.player().stops().setOn(int(RunEvent::RiskBreach), true);
    if (window.player().stops().rowCount() == int(kRunEventCount))
        (void)window.player().stops().addCondition(QStringLiteral("drawdown > 0.3%"));
    window.draft().parameters().setText(QStringLiteral("basis.delta_tolerance"), QStringLiteral("4"));
    window.draft().parameters().setText(QStringLiteral("basis.cooldown_hours"), QStringLiteral("48"));
    window.replay().showParameters();
    raisePanel(window, "stops");
    bool all = picture(window, folder.filePath("parameters-" + suffix + ".png"));
    window.draft().parameters().revertAll();
    window.replay().showForking();
    window.replay().forking().parameters().setText(QStringLiteral("basis.spot_fraction"), QStringLiteral("0.4"));
    window.replay().forking().decision()->setCurrentIndex(window.replay().forking().decision()->count() - 1);
    raisePanel(window, "bookmarks");
    all &= picture(window, folder.filePath("forking-" + suffix + ".png"));
    window.player().stops().setOn(int(RunEvent::RiskBreach), false);
    window.player().stops().remove(int(kRunEventCount));
    bool ended = false;
    const auto connection = QObject::connect(&window, &MainWindow::runEnded, &window, [&ended] { ended = true; });
    window.replay().forking().fork();
    all &= waitUntil([&] { return ended && !window.controller().busy(); });
    QObject::disconnect(connection);
    raisePanel(window, "inspector");
    all &= picture(window, folder.filePath("forked-" + suffix + ".png"));
    window.session().setRecord(parent);
    return all;
}

//! Market files as they come: a hole, a twin, a stamp that is none, a file that is no series.
void writeProblems(const QDir& folder)
{
    const auto write = [&folder](const QString& name, const QByteArray& text) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
    };
    QByteArray candles; // as Binance's bulk files, without a header
    for (int hour = 0; hour < 24 * 31; ++hour) {
        if (hour > 300 && hour < 341)
            continue;
        const qint64 ms = 1'714'521'600'000 + qint64(hour) * 3'600'000;
        const auto row = [ms](double price) {
            return QByteArray::number(ms) + ',' + QByteArray::number(price) + ',' + QByteArray::number(price + 60) +
                   ',' + QByteArray::number(price - 50) + ',' + QByteArray::number(price + 10) + ",12.5," +
                   QByteArray::number(ms + 3'599'999) + ",750000,900,6.1,366000,0\n";
        };
        candles += row(60'000 + 40 * (hour % 97));
        if (hour == 600)
            candles += row(60'000 + 40 * (hour % 97));
    }
    write(QStringLiteral("BTCUSDT-1h-2024-05.csv"), candles);
    write(QStringLiteral("notes.csv"), "remember,to,download\nfunding,too,!\n");
}

//! The window with nothing in it, a run half way, and data with problems.
bool takeStates(const QDir& folder, const QString& suffix, const QSize& size)
{
    const QTemporaryDir place;
    WindowOptions options;
    options.database = place.filePath(QStringLiteral("runs.db"));
    options.settingsFile = place.filePath(QStringLiteral("settings.ini"));
    options.openLast = false;
    MainWindow window(options);
    window.resize(size);
    window.show();
    window.replay().resize(size.width(), size.height() - 80);
    settle(100);
    window.replay().resetLayout();
    bool all = picture(window, folder.filePath("empty-" + suffix + ".png"));
    window.showWorkspace(MainWindow::Live);
    all &= picture(window, folder.filePath("live-" + suffix + ".png"));
    window.showWorkspace(MainWindow::Runs);
    all &= picture(window, folder.filePath("runs-empty-" + suffix + ".png"));
    const QDir problems(place.filePath(QStringLiteral("market")));
    QDir().mkpath(problems.path());
    writeProblems(problems);
    window.showWorkspace(MainWindow::Data);
    window.controller().loadData(problems.path());
    all &= waitUntil([&] { return !window.controller().busy(); });
    all &= picture(window, folder.filePath("problems-" + suffix + ".png"));
    window.showWorkspace(MainWindow::Replay);
    window.controller().run(
        RunRequest{RunConfiguration::load("btc-basis").value(), QStringLiteral("demo:1000000"), {}, {}});
    all &= waitUntil([&] { return window.session().length() > 300'000; });
    all &= picture(window, folder.filePath("running-" + suffix + ".png"));
    window.controller().cancel();
    all &= waitUntil([&] { return !window.controller().busy(); });
    return all;
}

//! A paper session with that gate; waits for its first proposal.
bool startSession(MainWindow& window, const QString& preset, double speed, const QString& gateFile, const char* gate)
{
    QFile file(gateFile);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write(gate);
    file.close();
    window.draft().choose(preset);
    window.live().form().setGateFile(gateFile);
    window.live().form().setSpeed(speed);
    window.startSession();
    const ApprovalCard& card = window.live().card();
    return waitUntil([&] { return card.proposal() && card.state() == ApprovalCard::State::Waiting; });
}

bool endSession(MainWindow& window)
{
    window.desk().stop();
    return waitUntil([&] { return !window.desk().active(); });
}

//! A plan that failed half done, what restores its hedge, and where the P&L parts from the backtest's in the end.
bool takeFailure(MainWindow& window, const QString& gateFile, const std::function<bool(const char*)>& take)
{
    auto* faults = window.findChild<QLineEdit*>(QStringLiteral("venueFaults"));
    faults->setText(QStringLiteral("seed=3,partial=1,cancelled_rest=0.6"));
    const auto until = [&window](const QString& date) {
        for (auto* edit : window.form().findChildren<QLineEdit*>())
            if (edit->accessibleName() == QStringLiteral("Last label, UTC"))
                edit->setText(date);
    };
    until(QStringLiteral("2024-06-10"));
    bool all = startSession(window, QStringLiteral("btc-basis"), 3'600, gateFile, "[gate]\nvalid_for_min = 90\n");
    emit window.live().card().approveButton().confirmed();
    all &= waitUntil([&] { return window.desk().open() && window.desk().proposals().size() > 1; });
    window.desk().setPaused(true);
    all &= take("repair");
    auto* list = window.findChild<QTableView*>(QStringLiteral("proposalList"));
    for (int row = 0; row < list->model()->rowCount(); ++row)
        if (list->model()->index(row, 0).data().toString() == QStringLiteral("1"))
            list->setCurrentIndex(list->model()->index(row, 0));
    all &= waitUntil([&] { return window.live().card().state() == ApprovalCard::State::Failed; });
    all &= take("failed");
    QObject here; // the connection ends with this function
    QObject::connect(&window.desk(), &SessionDesk::changed, &here, [&window, answered = std::uint32_t{0}]() mutable {
        if (const auto& open = window.desk().open(); open && open->number != answered) {
            GateCommand approve;
            approve.proposal = answered = open->number;
            approve.hash = open->hash;
            window.desk().submit(approve);
        }
    });
    window.desk().setSpeed(TapeFeed::kUnpaced);
    window.desk().setPaused(false);
    all &= waitUntil([&] { return !window.desk().active(); });
    window.findChild<QPushButton*>(QStringLiteral("sessionParity"))->click();
    auto* parity = window.findChild<QTableView*>(QStringLiteral("parityTable"));
    all &= waitUntil([&] { return parity->isVisible(); });
    all &= take("parity");
    window.showWorkspace(MainWindow::Live);
    faults->clear();
    until({});
    return all;
}

//! A session in its states: a proposal waits, is approved in part, is being carried out, is halted; one is stale.
bool takeLive(const QDir& folder, const QString& suffix, const QSize& size)
{
    using State = ApprovalCard::State;
    const QTemporaryDir place;
    WindowOptions options;
    options.database = place.filePath(QStringLiteral("runs.db"));
    options.settingsFile = place.filePath(QStringLiteral("settings.ini"));
    options.openLast = false;
    MainWindow window(options);
    window.resize(size);
    window.show();
    window.showWorkspace(MainWindow::Live);
    const QString gateFile = place.filePath(QStringLiteral("gate.toml"));
    const auto take = [&](const char* name) {
        return picture(window, folder.filePath(QStringLiteral("live-%1-%2.png").arg(QLatin1String(name), suffix)));
    };
    const ApprovalCard& card = window.live().card();
    bool all = startSession(window, QStringLiteral("staking-hedged-leveraged"), 60, gateFile,
                            "[gate]\nvalid_for_min = 90\n[limits]\nmax_leverage = 25\nmax_day_notional = 500000000\n");
    all &= take("waiting");
    emit window.live().card().approveButton().confirmed();
    all &= waitUntil([&] { return card.state() >= State::Executing; });
    all &= take("executing");
    window.live().showTab(LivePage::Plan);
    all &= take("plan");
    window.live().showTab(LivePage::Limits);
    all &= take("limits");
    window.live().showTab(LivePage::Decision);
    window.desk().kill();
    all &= waitUntil([&] { return window.desk().now().trading == TradingState::Halted; });
    all &= take("halted");
    all &= endSession(window);
    all &= startSession(window, QStringLiteral("btc-basis"), 60, gateFile, "[gate]\nvalid_for_min = 90\n");
    ProposalModel& plan = window.live().card().plan();
    plan.setData(plan.indexOf(card.proposal()->bundles.back().groups.front()), Qt::Unchecked, Qt::CheckStateRole);
    all &= take("chosen");
    emit window.live().card().approveButton().confirmed();
    all &= waitUntil([&] { return card.state() == State::Partly; });
    all &= take("partly");
    all &= endSession(window);
    all &= startSession(window, QStringLiteral("btc-basis"), 3'600, gateFile,
                        "[gate]\nvalid_for_min = 6000\nmax_price_move = 0.001\n");
    all &= waitUntil([&] { return card.state() == State::Stale; });
    all &= take("stale");
    all &= endSession(window);
    all &= takeFailure(window, gateFile, take);
    // Venues that fail, and messages instead of a tape.
    auto* faults = window.findChild<QLineEdit*>(QStringLiteral("venueFaults"));
    faults->setText(QStringLiteral("seed=5,foreign=0.05,disconnected=0.5,disconnected_ms=1800000,latency_ms=900"));
    all &= startSession(window, QStringLiteral("btc-basis"), 3'600, gateFile, "[gate]\nvalid_for_min = 90\n");
    emit window.live().card().approveButton().confirmed(); // so that the venues hold something
    auto* trouble = window.findChild<QPushButton*>(QStringLiteral("venueTrouble"));
    all &= waitUntil([&] { return trouble->text().contains(QStringLiteral("differ")); });
    window.desk().setPaused(true);
    window.live().showTab(LivePage::Venues);
    all &= take("venues");
    all &= endSession(window);
    faults->clear();
    window.live().showForm();
    window.live().form().setFeed(MessageFeed{MessageFeed::Source::Socket, "/run/user/1000/desk.sock", {}});
    all &= take("messages");
    window.live().form().setFeed(std::nullopt);
    // The same card over a run in the replay.
    window.commands().find(QStringLiteral("askMe"))->actions.front()->setChecked(true);
    window.replay().resize(size.width(), size.height() - 80);
    window.startRun();
    all &= waitUntil([&] { return window.desk().open() != nullptr; });
    all &= picture(window, folder.filePath("ask-" + suffix + ".png"));
    all &= endSession(window);
    return all;
}

//! The first plan with a group of that kind; of those that failed where `failed`. 0: none.
PlanId planWith(const RunView& view, GroupKind kind, bool failed)
{
    const StepEnds& ends = view.record()->ends(view.length() - 1);
    for (std::size_t i = 0; i < ends.instructions; ++i)
        if (const InstructionRecord& r = view.record()->instruction(i); r.groupKind == kind)
            if (const bool undone = groupLine(view, i).rolledBack; undone == failed)
                return r.plan;
    return 0;
}

//! The replay with that plan selected, a while after it.
bool takePlan(MainWindow& window, const QString& file, GroupKind kind, bool failed)
{
    RunSession& session = window.session();
    window.showWorkspace(MainWindow::Replay);
    session.seek(session.length() - 1);
    const PlanId plan = planWith(session.view(), kind, failed);
    if (plan == 0) {
        std::printf("no such plan for %s\n", qPrintable(file));
        return false;
    }
    session.seek(std::min(session.record()->plan(plan - 1).decisionStep + std::size_t{failed ? 2U : 900U},
                          session.length() - 1));
    session.select({Selection::Kind::Plan, plan});
    settle(200);
    // The group itself, where its plan is longer than the panel.
    auto* tree = window.findChild<QTreeView*>(QStringLiteral("planTree"));
    for (QModelIndex row = tree->currentIndex(); row.isValid(); row = tree->indexBelow(row))
        if (row.data().toString().startsWith(kind == GroupKind::Loop ? QLatin1String("Loop")
                                                                     : QLatin1String("One transaction"))) {
            if (kind == GroupKind::Loop)
                tree->expand(row);
            tree->scrollTo(row.parent(), QAbstractItemView::PositionAtTop);
            break;
        }
    bool all = picture(window, file);
    raisePanel(window, "lanes");
    all &= picture(window, QString(file).replace(QLatin1String("chain-"), QLatin1String("lanes-")));
    // A loop as its one bar, and the panels that stand behind others.
    const LogRange instructions = session.view().instructionsOf(plan);
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        if (session.record()->instruction(i).groupKind == kind) {
            session.select({Selection::Kind::Instruction, i + 1});
            break;
        }
    raisePanel(window, "stress");
    raisePanel(window, "whyNot");
    all &= picture(window, QString(file).replace(QLatin1String("chain-"), QLatin1String("group-")));
    raisePanel(window, "risk");
    raisePanel(window, "journal");
    raisePanel(window, "pipeline");
    return all;
}

//! What is shown of runs on chain: the preset, and what to select.
struct ChainPicture {
    const char* name;
    const char* preset;
    std::vector<std::string> assignments;
    GroupKind kind;
    bool failed;
};
const std::vector<ChainPicture>& chainPictures()
{
    static const std::vector<ChainPicture> pictures{
        {"loop", "staking-hedged-leveraged-loop", {}, GroupKind::Loop, false},
        {"atomic", "staking-hedged-leveraged", {}, GroupKind::Atomic, false},
        {"eth", "eth-leveraged", {}, GroupKind::Atomic, false},
        // More than Aave has to lend: the whole transaction is undone.
        {"failed", "eth-leveraged", {"capital=60000"}, GroupKind::Atomic, true},
    };
    return pictures;
}

bool run(const QString& target, const QString& only)
{
    const QTemporaryDir place;
    WindowOptions options;
    options.database = place.filePath(QStringLiteral("runs.db"));
    options.settingsFile = place.filePath(QStringLiteral("settings.ini"));
    options.openLast = false;
    MainWindow window(options);
    window.resize(1440, 900);
    window.show();
    for (const char* preset : {"btc-basis-seed", "eth-basis", "btc-basis", "demo-tour"})
        if (only.isEmpty() && !runOne(window, QString::fromLatin1(preset)))
            return false;
    const QDir folder(target);
    bool all = true;
    const auto eachLook = [&](const auto& take) {
        for (const auto& [name, mode] :
             {std::pair("light", Theme::Mode::Light), std::pair("dark", Theme::Mode::Dark)}) {
            Theme::instance().setMode(mode);
            for (const auto& [w, h] : {std::pair(1440, 900), std::pair(1920, 1080)}) {
                window.resize(w, h);
                window.replay().resize(w, h - 80);
                settle(100);
                window.replay().resetLayout();
                all &= take(QStringLiteral("%1-%2x%3").arg(QLatin1String(name)).arg(w).arg(h));
            }
        }
    };
    if (only.isEmpty())
        eachLook([&](const QString& suffix) { return takeAll(window, folder, suffix); });
    if (only.isEmpty() || only == QLatin1String("fork")) {
        all &= runOne(window, QStringLiteral("demo-tour"));
        eachLook([&](const QString& suffix) { return takeFork(window, folder, suffix); });
    }
    if (only.isEmpty() || only == QLatin1String("states"))
        eachLook([&](const QString& suffix) { return takeStates(folder, suffix, window.size()); });
    if (only.isEmpty() || only == QLatin1String("live"))
        eachLook([&](const QString& suffix) { return takeLive(folder, suffix, window.size()); });
    for (const ChainPicture& each : chainPictures()) {
        if (!only.isEmpty() && only != QLatin1String(each.name))
            continue;
        if (!runOne(window, QString::fromLatin1(each.preset), each.assignments,
                    each.failed ? QStringLiteral("demo:300") : QStringLiteral("demo"))) {
            std::printf("cannot run %s\n", each.preset);
            all = false;
            continue;
        }
        eachLook([&](const QString& suffix) {
            const QString file =
                folder.filePath(QStringLiteral("chain-%1-%2.png").arg(QLatin1String(each.name), suffix));
            return takePlan(window, file, each.kind, each.failed);
        });
    }
    return all;
}

} // namespace
} // namespace carry::ui

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "usage: carrydesk-screenshots FOLDER [NAME]\n");
        return 2;
    }
    carry::ui::Theme::instance().apply(application, carry::ui::Theme::Mode::Light);
    const bool done = carry::ui::run(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argc > 2 ? argv[2] : ""));
    carry::ui::BackgroundThreads::shutdown();
    return done ? 0 : 1;
}
