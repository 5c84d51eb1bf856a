// SPDX-License-Identifier: GPL-3.0-or-later
// The card over proposals of a real engine, used by mouse and keyboard as people do.
#include "common/number_format.h"
#include "common/theme.h"
#include "shown_card.h"

#include <QAbstractItemModelTester>

using namespace carry;
using namespace carry::ui;
using carry::test::MadeMarket;
using carry::test::operator+;
using carry::testing::manualPolicy;
using carry::testing::ShownCard;

using Kind = GateCommand::Kind;
using State = ApprovalCard::State;

class TestApprovalCard : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void showsEverythingThatWasKnown();
    void figuresAreThoseOfTheProposal();
    void lendingFigures();
    void heldLongEnoughApproves();
    void heldTooShortDoesNot();
    void spaceHeldApproves();
    void controlEnterTwice();
    void onceIsNotEnough();
    void heldKeyCountsOnce();
    void groupsFollowTheirBundles();
    void figuresAreThoseOfTheChosen();
    void groupsFromTheKeyboard();
    void restIsApprovedLater();
    void staleCannotBeApproved();
    void expiredCannotBeApproved();
    void haltedCannotBeApproved();
    void rejectionNeedsAReason();
    void postpones();
    void secondPersonIsAnother();
    void statesMoveAndFailureIsTold();
    void modelsKeepTheRules();
    void shownSoonAfterItWasMade();
};

void TestApprovalCard::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    Theme::instance().apply(*qApp, Theme::Mode::Light);
}

void TestApprovalCard::showsEverythingThatWasKnown()
{
    ShownCard s;
    QVERIFY(!s.approve().isEnabled()); // nothing is there yet
    QVERIFY(s.next());
    const Proposal& p = *s.card.proposal();
    QVERIFY(s.card.state() == State::Waiting);
    QVERIFY(s.textOf("proposalState").contains("Waiting for you"));
    QCOMPARE(s.textOf("proposalWhy"), QString::fromStdString(reasonText(p.reason, p.numbers)));
    QVERIFY(s.textOf("proposalFacts").contains("adds risk"));
    QVERIFY(s.textOf("proposalGoodFor").contains("6:00:00"));
    QCOMPARE(s.textOf("proposalHash"), QString::fromStdString(p.hash));
    QVERIFY(s.textOf("proposalDrift").contains("the book is the same"));
    QCOMPARE(s.find<QTableView>("proposalUnhedged")->model()->rowCount(), int(p.plan->instructionCount()) + 1);
    QCOMPARE(s.find<QTableView>("proposalQuotes")->model()->rowCount(), int(p.quotes.size()));
    QCOMPARE(s.find<QTableView>("proposalStress")->model()->rowCount(), int(p.stressAfter.size()));
    QCOMPARE(s.find<QTableView>("proposalCosts")->model()->rowCount(), 4);
    QVERIFY(s.approve().text().contains("approve all"));
    s.step(); // an hour later
    QVERIFY(s.textOf("proposalGoodFor").contains("5:00:00"));
    QVERIFY(s.textOf("proposalDrift").contains("1 h 0 min old"));
}

void TestApprovalCard::figuresAreThoseOfTheProposal()
{
    PreTradeLimits limits;
    limits.maxLeverage = 1.5;
    ShownCard s(manualPolicy(), MadeMarket(96), "btc_basis", test::kNoGas + test::kNoLatency, limits);
    QVERIFY(s.next());
    const Proposal& p = *s.card.proposal();
    const auto changes = figureChanges(s.run.record->info(), p, limits);
    const auto of = [&](ProposalItem item, std::size_t scope) {
        return *std::ranges::find_if(changes,
                                     [&](const FigureChange& c) { return c.item == item && c.scope == scope; });
    };
    QCOMPARE(of(ProposalItem::Nav, kBookScope).after, p.after.nav);
    const FigureChange leverage = of(ProposalItem::Leverage, kBookScope);
    QCOMPARE(leverage.after, p.leverageAfter);
    QCOMPARE(leverage.limit.critical, 1.5);
    QCOMPARE(leverage.headroomBefore, 1.0); // nothing is held yet
    QVERIFY(leverage.headroomAfter > 0);
    const FigureChange margin = of(ProposalItem::MarginRatio, 0);
    QVERIFY(std::isnan(margin.before)); // no perp yet
    QCOMPARE(margin.after, p.after.venues[0].marginRatio);
    QVERIFY(margin.limit.lowIsBad && margin.headroomAfter > 0.5);
    QCOMPARE(s.find<QTableView>("proposalChanges")->model()->rowCount(), int(changes.size()));
}

void TestApprovalCard::lendingFigures()
{
    MadeMarket market(48, Asset::ETH, 3'000);
    market.chain({});
    ShownCard s(manualPolicy(), market, "eth_leveraged", {"capital=100"});
    QVERIFY(s.next());
    const auto changes = figureChanges(s.run.record->info(), *s.card.proposal(), {});
    const auto health = std::ranges::find(changes, ProposalItem::HealthFactor, &FigureChange::item);
    QVERIFY(health != changes.end());
    QVERIFY(std::isnan(health->before)); // nothing is owed yet
    QCOMPARE(health->after, s.card.proposal()->after.chain.healthFactor);
    QVERIFY(health->limit.lowIsBad && health->after > health->limit.critical);
    const auto ltv = std::ranges::find(changes, ProposalItem::Ltv, &FigureChange::item);
    QVERIFY(!ltv->limit.lowIsBad && ltv->after < ltv->limit.critical);
}

void TestApprovalCard::heldLongEnoughApproves()
{
    ShownCard s;
    QVERIFY(s.next());
    s.hold(HoldButton::kHoldMs + 250);
    QCOMPARE(s.decided.size(), std::size_t{1});
    QVERIFY(s.decided[0].kind == Kind::Approve);
    QCOMPARE(s.decided[0].hash, s.card.proposal()->hash);
    QCOMPARE(s.decided[0].user, std::string("ann"));
    s.step();
    QVERIFY(s.run.sent() > 0);
    QVERIFY(s.card.state() == State::Done);
    QVERIFY(!s.approve().isEnabled());
    s.hold(HoldButton::kHoldMs + 250); // nothing is approved twice
    QCOMPARE(s.decided.size(), std::size_t{1});
}

void TestApprovalCard::heldTooShortDoesNot()
{
    ShownCard s;
    QVERIFY(s.next());
    s.hold(HoldButton::kHoldMs / 2);
    QTest::mouseClick(&s.approve(), Qt::LeftButton);
    QTest::qWait(HoldButton::kHoldMs);
    // Away from the button it lets go.
    QTest::mousePress(&s.approve(), Qt::LeftButton);
    QTest::mouseMove(&s.approve(), QPoint(-20, -20));
    QTest::qWait(HoldButton::kHoldMs + 100);
    QTest::mouseRelease(&s.approve(), Qt::LeftButton, {}, QPoint(-20, -20));
    QVERIFY(s.decided.empty());
}

void TestApprovalCard::spaceHeldApproves()
{
    ShownCard s;
    QVERIFY(s.next());
    s.card.focusHere();
    QVERIFY(s.approve().hasFocus());
    QTest::keyPress(&s.approve(), Qt::Key_Space);
    QTest::qWait(HoldButton::kHoldMs + 250);
    QTest::keyRelease(&s.approve(), Qt::Key_Space);
    QCOMPARE(s.decided.size(), std::size_t{1});
}

void TestApprovalCard::controlEnterTwice()
{
    ShownCard s;
    QVERIFY(s.next());
    auto* tree = s.find<QTreeView>("proposalTree");
    tree->setFocus();
    QTest::keyClick(tree, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(s.decided.empty());
    QVERIFY(s.approve().text().contains("once more"));
    QTest::keyClick(tree, Qt::Key_Enter, Qt::ControlModifier | Qt::KeypadModifier);
    QCOMPARE(s.decided.size(), std::size_t{1});
    s.step();
    QVERIFY(s.card.state() == State::Done);
}

void TestApprovalCard::onceIsNotEnough()
{
    ShownCard s;
    QVERIFY(s.next());
    s.card.focusHere();
    QTest::keyClick(&s.approve(), Qt::Key_Return, Qt::ControlModifier);
    QTest::qWait(ApprovalCard::kArmedMs + 100); // too long ago
    QTest::keyClick(&s.approve(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(s.decided.empty());
    QTest::keyClick(&s.approve(), Qt::Key_Return, Qt::ShiftModifier);
    QVERIFY(s.decided.empty());
}

void TestApprovalCard::heldKeyCountsOnce()
{
    ShownCard s;
    QVERIFY(s.next());
    s.card.focusHere();
    for (int i = 0; i < 5; ++i) {
        QKeyEvent repeat(QEvent::KeyPress, Qt::Key_Return, Qt::ControlModifier, {}, i > 0);
        QCoreApplication::sendEvent(&s.approve(), &repeat);
    }
    QVERIFY(s.decided.empty());
}

void TestApprovalCard::groupsFollowTheirBundles()
{
    ShownCard s;
    QVERIFY(s.next());
    const Proposal& p = *s.card.proposal();
    QVERIFY(p.bundles.size() > 1); // one exchange can go without the others
    ProposalModel& plan = s.card.plan();
    const GroupRef first = p.bundles.front().groups.front();
    auto* tree = s.find<QTreeView>("proposalTree");
    // A click on the check of the first group.
    const QModelIndex row = plan.indexOf(first);
    tree->scrollTo(row);
    QStyleOptionViewItem option;
    option.initFrom(tree);
    option.rect = tree->visualRect(row);
    option.features = QStyleOptionViewItem::HasCheckIndicator | QStyleOptionViewItem::HasDisplay;
    const QRect box = tree->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, tree);
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, box.center());
    QVERIFY(plan.data(row, Qt::CheckStateRole).toInt() == Qt::Unchecked);
    for (const GroupRef each : p.bundles.front().groups)
        QVERIFY(plan.data(plan.indexOf(each), Qt::CheckStateRole).toInt() == Qt::Unchecked);
    QVERIFY(checkClosed(p.bundles, plan.chosen()));
    QVERIFY(s.textOf("proposalBonds").contains("switched off, and with it"));
    QVERIFY(s.textOf("proposalBonds").contains(QString::fromStdString(p.bundles.front().why)));
    QVERIFY(s.approve().text().contains(QString(" of %1 groups").arg(plan.groupCount())));
    s.hold(HoldButton::kHoldMs + 250);
    QCOMPARE(s.decided.size(), std::size_t{1});
    QVERIFY(s.decided[0].kind == Kind::ApproveGroups);
    QCOMPARE(s.decided[0].groups.size(), plan.groupCount() - p.bundles.front().groups.size());
    s.step();
    QCOMPARE(s.run.refusals(), QString());
    QVERIFY(s.run.sent() > 0);
    QVERIFY(s.card.state() == State::Partly);
}

void TestApprovalCard::figuresAreThoseOfTheChosen()
{
    ShownCard s;
    QVERIFY(s.next());
    const Proposal& p = *s.card.proposal();
    ProposalModel& plan = s.card.plan();
    auto* changes = s.find<QTableView>("proposalChanges")->model();
    auto* unhedged = s.find<QTableView>("proposalUnhedged")->model();
    auto* costs = s.find<QTableView>("proposalCosts")->model();
    const auto cell = [](const QAbstractItemModel* model, int r, int c) {
        return model->index(r, c).data().toString();
    };
    const auto figures = [&] {
        return cell(changes, 0, 2) + ' ' + cell(costs, 3, 2) + ' ' + s.textOf("proposalFacts");
    };
    const QString whole = figures();
    QVERIFY(!whole.contains("groups"));
    const QModelIndex row = plan.indexOf(p.bundles.back().groups.front());
    QVERIFY(plan.setData(row, Qt::Unchecked, Qt::CheckStateRole));
    const auto part = s.run.gate->partOf(p.number, plan.chosen());
    QVERIFY(part);
    QCOMPARE(unhedged->rowCount(), int(plan.chosen().size()) + 1);
    QCOMPARE(cell(costs, 3, 2), inCurrency((*part)->cost.expected.total(), Asset::USDT));
    QVERIFY(figures() != whole);
    QVERIFY(s.textOf("proposalFacts")
                .contains(QString("%1 of %2 groups").arg(plan.chosen().size()).arg(plan.groupCount())));
    QVERIFY(plan.setData(row, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(figures(), whole);
    // What was approved in part stays what the figures are about while the rest waits.
    QVERIFY(plan.setData(row, Qt::Unchecked, Qt::CheckStateRole));
    const QString chosen = figures();
    s.hold(HoldButton::kHoldMs + 250);
    s.step();
    QVERIFY(s.card.state() == State::Partly);
    QCOMPARE(figures(), chosen);
    QVERIFY(plan.setData(row, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(figures(), whole);
}

void TestApprovalCard::groupsFromTheKeyboard()
{
    ShownCard s;
    QVERIFY(s.next());
    ProposalModel& plan = s.card.plan();
    auto* tree = s.find<QTreeView>("proposalTree");
    tree->setFocus();
    tree->setCurrentIndex(plan.indexOf(s.card.proposal()->bundles.back().groups.front()));
    QTest::keyClick(tree, Qt::Key_Space);
    QVERIFY(!plan.allChosen());
    QTest::keyClick(tree, Qt::Key_Space);
    QVERIFY(plan.allChosen());
    // With nothing chosen there is nothing to approve.
    for (const GroupBundle& bundle : s.card.proposal()->bundles)
        if (const QModelIndex row = plan.indexOf(bundle.groups.front());
            plan.data(row, Qt::CheckStateRole).toInt() == Qt::Checked) {
            tree->setCurrentIndex(row);
            QTest::keyClick(tree, Qt::Key_Space);
        }
    QVERIFY(!s.card.canApprove());
    QCOMPARE(s.approve().text(), QString("No group is chosen"));
}

void TestApprovalCard::restIsApprovedLater()
{
    ShownCard s;
    QVERIFY(s.next());
    const Proposal& p = *s.card.proposal();
    ProposalModel& plan = s.card.plan();
    const QModelIndex row = plan.indexOf(p.bundles.back().groups.front());
    QVERIFY(plan.setData(row, Qt::Unchecked, Qt::CheckStateRole));
    s.card.focusHere();
    QTest::keyClick(&s.approve(), Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(&s.approve(), Qt::Key_Return, Qt::ControlModifier);
    s.step();
    QVERIFY(s.card.state() == State::Partly);
    QVERIFY(s.textOf("proposalState").contains("in part"));
    QVERIFY(!s.find<QPushButton>("postponeButton")->isEnabled()); // something was sent
    QVERIFY(!plan.flags(plan.indexOf(p.bundles.front().groups.front())).testFlag(Qt::ItemIsUserCheckable));
    QVERIFY(plan.chosen().empty());
    QVERIFY(plan.setData(row, Qt::Checked, Qt::CheckStateRole));
    s.hold(HoldButton::kHoldMs + 250);
    QCOMPARE(s.decided.size(), std::size_t{2});
    s.step();
    QVERIFY(s.card.state() == State::Done);
    QCOMPARE(s.run.refusals(), QString());
}

void TestApprovalCard::staleCannotBeApproved()
{
    MadeMarket market(96);
    market.prices([](std::size_t h) { return h < 2 ? 60'000.0 : 60'000.0 * 1.006; });
    ShownCard s(manualPolicy(), market);
    QVERIFY(s.next());
    s.step();
    s.step();
    QVERIFY(s.card.state() == State::Stale);
    QVERIFY(!s.approve().isEnabled());
    QVERIFY(s.approve().text().contains("Binance spot has moved"));
    QVERIFY(s.approve().text().contains("re-evaluate"));
    s.hold(HoldButton::kHoldMs + 200);
    s.card.focusHere();
    auto* again = s.find<QPushButton>("reevaluateButton");
    QVERIFY(again->hasFocus()); // that helps
    QTest::keyClick(again, Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(again, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(s.decided.empty());
    QTest::keyClick(again, Qt::Key_Space);
    QCOMPARE(s.decided.size(), std::size_t{1});
    QVERIFY(s.decided[0].kind == Kind::Reevaluate);
    s.step();
    QVERIFY(s.card.state() == State::Answered);
    QVERIFY(s.run.gate->open() || s.run.stepToProposal());
    s.card.setProposal(s.run.gate->open());
    s.look();
    QVERIFY(s.card.state() == State::Waiting);
    QCOMPARE(s.card.proposal()->number, 2U);
}

void TestApprovalCard::expiredCannotBeApproved()
{
    ShownCard s(manualPolicy(std::chrono::minutes{15}));
    QVERIFY(s.next());
    // The session's clock goes on between two steps.
    ApprovalCard::Present present;
    present.now = s.card.proposal()->expires - std::chrono::seconds{1};
    s.card.setPresent(present);
    QVERIFY(s.approve().isEnabled());
    QVERIFY(s.textOf("proposalGoodFor").contains("0:01"));
    present.now = s.card.proposal()->expires;
    s.card.setPresent(present);
    QVERIFY(s.card.state() == State::Expired);
    QVERIFY(!s.approve().isEnabled());
    QVERIFY(s.approve().text().contains("proposes anew"));
    s.step();
    QVERIFY(s.card.state() == State::Answered);
    QVERIFY(s.textOf("proposalState").contains("Expired"));
    QVERIFY(s.textOf("proposalDrift").contains("Nothing was sent"));
}

void TestApprovalCard::haltedCannotBeApproved()
{
    ShownCard s;
    QVERIFY(s.next());
    ApprovalCard::Present present;
    present.now = s.run.now();
    present.trading = TradingState::Halted;
    s.card.setPresent(present);
    QVERIFY(!s.approve().isEnabled());
    QVERIFY(s.approve().text().contains("halted"));
}

void TestApprovalCard::rejectionNeedsAReason()
{
    ShownCard s;
    QVERIFY(s.next());
    auto* reject = s.find<QPushButton>("rejectButton");
    auto* reason = s.find<QLineEdit>("rejectReason");
    QTest::mouseClick(reject, Qt::LeftButton);
    QVERIFY(s.decided.empty());
    QVERIFY(reason->hasFocus());
    QTest::keyClicks(reason, "   ");
    QTest::keyClick(reason, Qt::Key_Return);
    QVERIFY(s.decided.empty());
    QTest::keyClicks(reason, "too early");
    QTest::keyClick(reason, Qt::Key_Return);
    QCOMPARE(s.decided.size(), std::size_t{1});
    QVERIFY(s.decided[0].kind == Kind::Reject);
    QCOMPARE(s.decided[0].reason, std::string("too early"));
    s.step();
    QVERIFY(s.card.state() == State::Answered);
    QVERIFY(s.textOf("proposalState").contains("Rejected"));
    QCOMPARE(s.run.sent(), std::size_t{0});
}

void TestApprovalCard::postpones()
{
    ShownCard s;
    QVERIFY(s.next());
    s.find<QComboBox>("postponeBy")->setCurrentIndex(2);
    s.find<QPushButton>("postponeButton")->click();
    QCOMPARE(s.decided.size(), std::size_t{1});
    QVERIFY(s.decided[0].until == s.run.now() + 4 * kHour);
    s.step();
    QVERIFY(s.card.state() == State::Answered);
    QVERIFY(s.textOf("proposalState").contains("Postponed"));
}

void TestApprovalCard::secondPersonIsAnother()
{
    GatePolicy policy = manualPolicy();
    policy.secondApproverAbove = 1'000;
    ShownCard s(policy);
    QVERIFY(s.next());
    QVERIFY(s.textOf("proposalFacts").contains("two people"));
    auto* second = s.find<QLineEdit>("secondApprover");
    QVERIFY(!second->isVisible());
    s.hold(HoldButton::kHoldMs + 250);
    s.step();
    QVERIFY(s.card.state() == State::Second);
    QVERIFY(second->isVisible());
    QVERIFY(!s.approve().isEnabled());
    s.card.focusHere();
    QVERIFY(second->hasFocus());
    QTest::keyClicks(second, "ann");
    QVERIFY(s.approve().text().contains("another person"));
    second->clear();
    QTest::keyClicks(second, "bob");
    QTest::keyClick(second, Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(second, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(s.decided.size(), std::size_t{2});
    QCOMPARE(s.decided[1].user, std::string("bob"));
    s.step();
    QVERIFY(s.card.state() == State::Done);
    QCOMPARE(s.run.refusals(), QString());
}

void TestApprovalCard::statesMoveAndFailureIsTold()
{
    // Transfers take their time: the plan is carried out over several steps, and halted in the middle.
    ShownCard s(manualPolicy(), MadeMarket(96), "btc_basis", test::kNoGas);
    QAction kill(QStringLiteral("&Kill switch"));
    kill.setObjectName(QStringLiteral("kill"));
    QAction flatten(QStringLiteral("&Flatten"));
    flatten.setObjectName(QStringLiteral("flatten"));
    kill.setEnabled(false);
    s.card.setNextSteps({&kill, &flatten});
    const auto* steps = s.find<QWidget>("nextSteps");
    QVERIFY(s.next());
    s.run.approve("ann", std::chrono::minutes{1});
    s.step();
    QVERIFY(s.card.state() == State::Executing);
    QVERIFY(!steps->isVisible() && s.approve().isVisible());
    const QModelIndex row = s.card.plan().indexOf({0, 0});
    const QString before = row.siblingAtColumn(ProposalModel::State).data().toString();
    QVERIFY(!before.startsWith(QChar(0x2192))); // what it is, not what is expected
    RunView view(s.run.record);
    view.seek(view.length() - 1);
    auto halted = presentOf(view, *s.card.proposal()); // while what was sent is still under way
    halted.open = false;
    halted.trading = TradingState::Halted;
    s.card.setPresent(halted);
    QVERIFY(s.textOf("proposalDrift").contains("nothing more of it is sent"));
    s.run.gate->halt("ann", "venue trouble", s.run.now());
    for (int i = 0; i < 40 && s.card.state() == State::Executing; ++i)
        s.step();
    QVERIFY(s.card.state() == State::Failed);
    QVERIFY(row.siblingAtColumn(ProposalModel::State).data().toString() != before);
    QVERIFY(s.textOf("proposalState").contains("Not carried out in full"));
    QVERIFY(s.textOf("proposalDrift").contains("Not done:"));
    QVERIFY(s.textOf("proposalDrift").contains("flatten"));
    // What is safe to do now stands where the answers stood, each while it can be done.
    QVERIFY(steps->isVisible() && !s.approve().isVisible());
    QVERIFY(!s.find<QPushButton>("nextStep_kill")->isEnabled());
    QSignalSpy flattened(&flatten, &QAction::triggered);
    s.card.focusHere();
    QVERIFY(s.find<QPushButton>("nextStep_flatten")->hasFocus());
    QTest::keyClick(s.find<QPushButton>("nextStep_flatten"), Qt::Key_Space);
    QCOMPARE(flattened.count(), 1);
    flatten.setEnabled(false);
    QVERIFY(!steps->isVisible());
}

void TestApprovalCard::modelsKeepTheRules()
{
    ShownCard s;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
    const auto watch = [&](QAbstractItemModel* model) {
        testers.push_back(
            std::make_unique<QAbstractItemModelTester>(model, QAbstractItemModelTester::FailureReportingMode::QtTest));
    };
    watch(&s.card.plan());
    for (const char* table :
         {"proposalChanges", "proposalUnhedged", "proposalStress", "proposalQuotes", "proposalCosts"})
        watch(s.find<QTableView>(table)->model());
    QVERIFY(s.next());
    s.card.plan().setData(s.card.plan().indexOf({0, 0}), Qt::Unchecked, Qt::CheckStateRole);
    s.hold(HoldButton::kHoldMs + 250);
    s.step();
    s.card.setProposal(nullptr);
    QCOMPARE(s.card.plan().rowCount(), 0);
}

//! From the proposal to pixels.
void TestApprovalCard::shownSoonAfterItWasMade()
{
    ShownCard s;
    QVERIFY(s.next());
    const auto proposal = s.card.proposal();
    std::vector<double> ms;
    for (int i = 0; i < 60; ++i) {
        s.card.setProposal(nullptr);
        s.card.repaint();
        QElapsedTimer clock;
        clock.start();
        s.card.setProposal(proposal);
        s.look();
        s.card.repaint();
        ms.push_back(double(clock.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(ms);
    qInfo("card shown: median %.2f ms, p95 %.2f ms", ms[ms.size() / 2], ms[ms.size() * 95 / 100]);
#ifdef NDEBUG
    QVERIFY(ms[ms.size() / 2] < 60); // 20 ms are asked for; the rest is for a machine that does other things too
#endif
}

QTEST_MAIN(TestApprovalCard)
#include "tst_approval_card.moc"
