// SPDX-License-Identifier: GPL-3.0-or-later
// How a plan is carried forward, against interfaces that answer what and when a test says.
#include "execution/plan_runner.h"

#include "support/venue_book.h"

#include <rapidcheck.h>

#include <map>
#include <set>

using namespace carry;
using namespace carry::test;

class TestPlanRunner : public QObject
{
    Q_OBJECT

  private slots:
    void completesWhenAnswersComeAtOnce();
    void nothingIsSentBeforeApproval();
    void deniedPlanEndsEverything();
    void endsWhileItAwaitsApproval_data();
    void endsWhileItAwaitsApproval();
    void groupsAreApprovedOneByOne();
    void restOfAPartlyApprovedPlanEnds();
    void interruptedWhileItAwaitsApproval();
    void stoppedRightBeforeItLeaves();
    void recallsWhatWasSent();
    void waitsForAnswers();
    void groupsOfAPhaseStartTogether();
    void aGroupGoesOneByOne();
    void nextPhaseWaitsForAllOfThis();
    void answersComeBeforeTheNextIsSent();
    void partialFills();
    void unknownAndTimedOutAreAwaited_data();
    void unknownAndTimedOutAreAwaited();
    void failureCancelsTheRest_data();
    void failureCancelsTheRest();
    void whatWasSentIsAwaitedAfterAFailure();
    void interruptedPlan();
    void interruptedPlanAwaitsWhatWasSent();
    void interruptedBeforeApproval();
    void forbiddenTransitionThrows_data();
    void forbiddenTransitionThrows();
    void outcomeNames();
    void progressIsAValue();
    void everyPlanEndsWithEveryInstructionFinal();
};

using enum InstructionState;

namespace
{

constexpr Time kNow = fromMs(1'717'200'000'000);

//! Answers at once with what was written down for an instruction, or not at all.
struct Script final : ExecutionInterface {
    std::map<InstructionId, std::vector<InstructionState>> answers;
    std::vector<InstructionId> submitted;

    void submit(const Instruction& instruction, EventQueue& events) override
    {
        submitted.push_back(instruction.id);
        for (const InstructionState state : answers[instruction.id])
            events.push_back({instruction.id, state, kNow, 0, {}, std::nullopt});
    }
    void poll(EventQueue&) override {}
    void cancel(const Instruction& instruction, EventQueue& events) override
    {
        recalled.push_back(instruction.id);
        if (cancels)
            events.push_back({instruction.id, Cancelled, kNow, 0, {}, std::nullopt});
    }
    bool cancels = true;
    std::vector<InstructionId> recalled;
};

struct Gate final : ApprovalGate {
    Verdict verdict = Verdict::Approved;
    int asked = 0;
    std::set<std::pair<std::size_t, std::size_t>> approved; //!< groups, where the verdict is Partly
    std::set<InstructionId> forbidden;                      //!< stopped right before they leave
    Verdict review(const Plan&) override
    {
        ++asked;
        return verdict;
    }
    bool isApproved(std::size_t phase, std::size_t group) const override { return approved.contains({phase, group}); }
    Result<void> beforeSend(const Plan&, std::span<const Instruction> instructions) override
    {
        for (const Instruction& i : instructions)
            if (forbidden.contains(i.id))
                return fail(Error(ErrorCode::GateHalted).with("plan", std::int64_t{1}));
        return {};
    }
};

struct Log final : TransitionObserver {
    QStringList lines;
    void onTransition(InstructionId id, InstructionState from, const ExecutionEvent& event) override
    {
        lines << QString("%1 %2>%3").arg(id).arg(shown(toText(from)), shown(toText(event.state)));
    }
    QStringList of(InstructionId id) const { return lines.filter(QRegularExpression(QString("^%1 ").arg(id))); }
};

//! Sizes of the groups, phase by phase.
using Shape = std::vector<std::vector<int>>;

//! A plan of that shape; instructions are numbered from 11.
std::shared_ptr<const Plan> makePlan(const Shape& phases)
{
    auto plan = std::make_shared<Plan>();
    InstructionId id = 11;
    for (const auto& groups : phases) {
        Phase phase;
        for (const int size : groups) {
            Group group;
            for (int i = 0; i < size; ++i) {
                Instruction instruction;
                instruction.id = id++;
                instruction.body = SpotTrade{};
                group.instructions.push_back(instruction);
            }
            phase.groups.push_back(group);
        }
        plan->phases.push_back(phase);
    }
    return plan;
}

struct Stage {
    Script script;
    Gate gate;
    Log log;
    PlanProgress progress;
    EventQueue events;

    explicit Stage(const Shape& phases) : progress(PlanProgress::start(makePlan(phases))) {}
    //! Stage{{1, 2}, {1}}: two phases, the first of two groups.
    Stage(std::initializer_list<std::vector<int>> phases) : Stage(Shape(phases)) {}
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    PlanOutcome advance()
    {
        const ExecutionInterfaces interfaces{script, script, script};
        return PlanRunner(progress, interfaces, gate, log).advance(kNow, events);
    }
    //! An answer that arrives before the next advance().
    Stage& answer(InstructionId id, InstructionState state)
    {
        events.push_back({id, state, kNow, 0, {}, std::nullopt});
        return *this;
    }
    void answerAllAtOnce()
    {
        for (InstructionId id = 11; id < 11 + progress.states.size(); ++id)
            script.answers[id] = {Acknowledged, Confirmed};
    }
    QString states() const
    {
        QStringList out;
        for (const auto state : progress.states)
            out << shown(toText(state));
        return out.join(' ');
    }
    QString sent() const
    {
        QStringList out;
        for (const auto id : script.submitted)
            out << QString::number(id);
        return out.join(' ');
    }
};

} // namespace

void TestPlanRunner::completesWhenAnswersComeAtOnce()
{
    Stage s{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    s.answerAllAtOnce();
    QVERIFY(s.advance() == PlanOutcome::Completed);
    QCOMPARE(s.sent(), QString("11 12 13 14 15 16 17 18 19"));
    QCOMPARE(s.states().count("confirmed"), 9);
    QCOMPARE(s.log.of(14),
             (QStringList{"14 planned>submitted", "14 submitted>acknowledged", "14 acknowledged>confirmed"}));
    QCOMPARE(s.log.lines.size(), 27);
    QCOMPARE(s.gate.asked, 1);
    QVERIFY(s.events.empty());
}

void TestPlanRunner::nothingIsSentBeforeApproval()
{
    Stage s{{1}};
    s.answerAllAtOnce();
    s.gate.verdict = ApprovalGate::Verdict::Waiting;
    QVERIFY(s.advance() == PlanOutcome::Open);
    QVERIFY(s.advance() == PlanOutcome::Open);
    QCOMPARE(s.sent(), QString());
    QCOMPARE(s.states(), QString("awaiting_approval"));
    QCOMPARE(s.log.lines, QStringList{"11 planned>awaiting_approval"});
    s.gate.verdict = ApprovalGate::Verdict::Approved;
    QVERIFY(s.advance() == PlanOutcome::Completed);
    QCOMPARE(s.gate.asked, 3);
}

void TestPlanRunner::deniedPlanEndsEverything()
{
    Stage s{{2}, {1, 1}};
    s.gate.verdict = ApprovalGate::Verdict::Denied;
    QVERIFY(s.advance() == PlanOutcome::Denied);
    QCOMPARE(s.sent(), QString());
    QCOMPARE(s.states(), QString("denied denied denied denied"));
    QCOMPARE(s.log.of(13), QStringList{"13 planned>denied"});
}

void TestPlanRunner::endsWhileItAwaitsApproval_data()
{
    QTest::addColumn<int>("verdict");
    QTest::addColumn<int>("outcome");
    QTest::addColumn<QString>("state");
    using Verdict = ApprovalGate::Verdict;
    QTest::newRow("denied") << int(Verdict::Denied) << int(PlanOutcome::Denied) << "denied";
    QTest::newRow("expired") << int(Verdict::Expired) << int(PlanOutcome::Expired) << "expired";
    QTest::newRow("withdrawn") << int(Verdict::Withdrawn) << int(PlanOutcome::Withdrawn) << "cancelled";
}

void TestPlanRunner::endsWhileItAwaitsApproval()
{
    QFETCH(int, verdict);
    QFETCH(int, outcome);
    QFETCH(QString, state);
    Stage s{{1}, {1}};
    s.gate.verdict = ApprovalGate::Verdict::Waiting;
    QVERIFY(s.advance() == PlanOutcome::Open);
    s.gate.verdict = static_cast<ApprovalGate::Verdict>(verdict);
    QCOMPARE(int(s.advance()), outcome);
    QCOMPARE(s.states(), state + " " + state);
    QCOMPARE(s.sent(), QString());
    QCOMPARE(s.log.of(12), (QStringList{"12 planned>awaiting_approval", "12 awaiting_approval>" + state}));
}

void TestPlanRunner::groupsAreApprovedOneByOne()
{
    Stage s{{1, 1}, {1, 1}};
    s.answerAllAtOnce();
    s.gate.verdict = ApprovalGate::Verdict::Waiting;
    s.advance();
    s.gate.verdict = ApprovalGate::Verdict::Partly;
    s.gate.approved = {{0, 1}, {1, 1}};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QCOMPARE(s.sent(), QString("12 14")); // the second phase does not wait for what nobody approved
    QCOMPARE(s.states(), QString("awaiting_approval confirmed awaiting_approval confirmed"));
    QVERIFY(s.advance() == PlanOutcome::Open);
    s.gate.verdict = ApprovalGate::Verdict::Approved;
    QVERIFY(s.advance() == PlanOutcome::Completed); // from its own first phase on
    QCOMPARE(s.sent(), QString("12 14 11 13"));
    QCOMPARE(s.log.of(11).mid(0, 3),
             (QStringList{"11 planned>awaiting_approval", "11 awaiting_approval>planned", "11 planned>submitted"}));
}

void TestPlanRunner::restOfAPartlyApprovedPlanEnds()
{
    Stage s{{1, 1}, {1, 1}};
    s.script.answers[12] = {Acknowledged, Confirmed};
    s.gate.verdict = ApprovalGate::Verdict::Partly;
    s.gate.approved = {{0, 1}, {1, 1}};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("awaiting_approval confirmed awaiting_approval submitted"));
    s.gate.verdict = ApprovalGate::Verdict::Expired;
    QVERIFY(s.advance() == PlanOutcome::Open); // what was approved goes on
    QCOMPARE(s.states(), QString("expired confirmed expired submitted"));
    QVERIFY(s.answer(14, Acknowledged).answer(14, Confirmed).advance() == PlanOutcome::Completed);
    QCOMPARE(s.sent(), QString("12 14"));
}

void TestPlanRunner::interruptedWhileItAwaitsApproval()
{
    Stage s{{1}};
    s.gate.verdict = ApprovalGate::Verdict::Waiting;
    s.advance();
    s.progress.interrupted = true;
    QVERIFY(s.advance() == PlanOutcome::Withdrawn);
    QCOMPARE(s.states(), QString("cancelled"));
}

void TestPlanRunner::stoppedRightBeforeItLeaves()
{
    Stage s{{1}, {1, 1}};
    s.answerAllAtOnce();
    s.gate.forbidden = {12};
    QVERIFY(s.advance() == PlanOutcome::Failed);
    QCOMPARE(s.sent(), QString("11"));
    QCOMPARE(s.states(), QString("confirmed denied cancelled"));
}

void TestPlanRunner::recallsWhatWasSent()
{
    Stage s{{1, 1, 1}};
    s.script.answers[11] = {Acknowledged};
    s.script.answers[13] = {Acknowledged, Confirmed};
    s.advance();
    s.progress.interrupted = true;
    s.progress.recall = true;
    QVERIFY(s.advance() == PlanOutcome::Failed);
    QCOMPARE(s.states(),
             QString("cancelled cancelled confirmed")); // 12 has not been answered: it may not have left yet
    QCOMPARE(s.script.recalled, (std::vector<InstructionId>{11, 12}));
}

void TestPlanRunner::waitsForAnswers()
{
    Stage s{{1}, {1}};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("submitted planned"));
    QVERIFY(s.advance() == PlanOutcome::Open); // nothing new: nothing is sent twice
    QCOMPARE(s.sent(), QString("11"));
    QVERIFY(s.answer(11, Acknowledged).advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("acknowledged planned"));
    QVERIFY(s.answer(11, Confirmed).advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("confirmed submitted"));
    QVERIFY(s.answer(12, Acknowledged).answer(12, Confirmed).advance() == PlanOutcome::Completed);
    QCOMPARE(s.gate.asked, 1); // an approval is given once
}

void TestPlanRunner::groupsOfAPhaseStartTogether()
{
    Stage s{{1, 1, 1}};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("submitted submitted submitted"));
    QVERIFY(s.answer(13, Acknowledged).answer(13, Confirmed).advance() == PlanOutcome::Open);
    QVERIFY(s.answer(11, Acknowledged).answer(11, Confirmed).advance() == PlanOutcome::Open);
    QVERIFY(s.answer(12, Acknowledged).answer(12, Confirmed).advance() == PlanOutcome::Completed);
}

void TestPlanRunner::aGroupGoesOneByOne()
{
    Stage s{{3, 1}};
    s.advance();
    QCOMPARE(s.states(), QString("submitted planned planned submitted"));
    s.answer(11, Acknowledged).advance();
    QCOMPARE(s.sent(), QString("11 14")); // acknowledged is not confirmed
    s.answer(11, Confirmed).advance();
    QCOMPARE(s.states(), QString("confirmed submitted planned submitted"));
    s.answer(12, Acknowledged).answer(12, Confirmed).advance();
    QCOMPARE(s.sent(), QString("11 14 12 13"));
}

void TestPlanRunner::nextPhaseWaitsForAllOfThis()
{
    Stage s{{1, 1}, {1}};
    s.script.answers[11] = {Acknowledged, Confirmed};
    s.advance();
    QCOMPARE(s.states(), QString("confirmed submitted planned"));
    s.answer(12, Acknowledged).advance();
    QCOMPARE(s.states(), QString("confirmed acknowledged planned"));
    s.answer(12, Confirmed).advance();
    QCOMPARE(s.states(), QString("confirmed confirmed submitted"));
}

void TestPlanRunner::answersComeBeforeTheNextIsSent()
{
    // Exposure and risk are refreshed between two instructions even if both could start.
    Stage s{{1, 1}};
    s.answerAllAtOnce();
    s.advance();
    QCOMPARE(s.log.lines.join(", "),
             QString("11 planned>submitted, 11 submitted>acknowledged, 11 acknowledged>confirmed, "
                     "12 planned>submitted, 12 submitted>acknowledged, 12 acknowledged>confirmed"));
}

void TestPlanRunner::partialFills()
{
    Stage s{{1}};
    s.script.answers[11] = {Acknowledged, PartiallyFilled};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QVERIFY(s.answer(11, PartiallyFilled).advance() == PlanOutcome::Open);
    QVERIFY(s.answer(11, Confirmed).advance() == PlanOutcome::Completed);
    QCOMPARE(s.log.lines.last(), QString("11 partially_filled>confirmed"));
}

void TestPlanRunner::unknownAndTimedOutAreAwaited_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("then");
    QTest::addColumn<int>("outcome");
    QTest::newRow("unknown, then done") << int(Unknown) << int(Confirmed) << int(PlanOutcome::Completed);
    QTest::newRow("timed out, then done") << int(TimedOut) << int(Confirmed) << int(PlanOutcome::Completed);
    QTest::newRow("unknown, then failed") << int(Unknown) << int(Failed) << int(PlanOutcome::Failed);
    QTest::newRow("timed out, then rejected") << int(TimedOut) << int(Rejected) << int(PlanOutcome::Failed);
}

void TestPlanRunner::unknownAndTimedOutAreAwaited()
{
    QFETCH(int, state);
    QFETCH(int, then);
    QFETCH(int, outcome);
    Stage s{{1}};
    s.script.answers[11] = {static_cast<InstructionState>(state)};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QVERIFY(s.advance() == PlanOutcome::Open); // it may still have been done: neither sent again nor given up
    QCOMPARE(s.sent(), QString("11"));
    QCOMPARE(int(s.answer(11, static_cast<InstructionState>(then)).advance()), outcome);
}

void TestPlanRunner::failureCancelsTheRest_data()
{
    QTest::addColumn<QVector<int>>("answers");
    QTest::addColumn<QString>("states");
    QTest::newRow("rejected") << QVector<int>{int(Rejected)} << "confirmed rejected cancelled cancelled cancelled";
    QTest::newRow("failed at once") << QVector<int>{int(Failed)} << "confirmed failed cancelled cancelled cancelled";
    QTest::newRow("failed later") << QVector<int>{int(Acknowledged), int(Failed)}
                                  << "confirmed failed cancelled cancelled cancelled";
    QTest::newRow("cancelled by the venue")
        << QVector<int>{int(Acknowledged), int(Cancelled)} << "confirmed cancelled cancelled cancelled cancelled";
    QTest::newRow("rest of a fill cancelled") << QVector<int>{int(Acknowledged), int(PartiallyFilled), int(Cancelled)}
                                              << "confirmed cancelled cancelled cancelled cancelled";
    QTest::newRow("rolled back") << QVector<int>{int(RolledBack)}
                                 << "confirmed rolled_back cancelled cancelled cancelled";
}

void TestPlanRunner::failureCancelsTheRest()
{
    QFETCH(QVector<int>, answers);
    QFETCH(QString, states);
    Stage s{{1, 2}, {1, 1}};
    s.answerAllAtOnce();
    s.script.answers[12].clear();
    for (const int a : answers)
        s.script.answers[12].push_back(static_cast<InstructionState>(a));
    QVERIFY(s.advance() == PlanOutcome::Failed);
    QCOMPARE(s.sent(), QString("11 12"));
    QCOMPARE(s.states(), states);
    QCOMPARE(s.log.of(15), QStringList{"15 planned>cancelled"});
}

void TestPlanRunner::whatWasSentIsAwaitedAfterAFailure()
{
    Stage s{{1, 1, 1}, {1}};
    QVERIFY(s.advance() == PlanOutcome::Open);
    QVERIFY(s.answer(12, Rejected).advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("submitted rejected submitted planned")); // neither ended nor sent
    QVERIFY(s.answer(11, Acknowledged).answer(11, Confirmed).advance() == PlanOutcome::Open);
    QVERIFY(s.answer(13, Acknowledged).advance() == PlanOutcome::Open);
    QVERIFY(s.answer(13, Confirmed).advance() == PlanOutcome::Failed);
    QCOMPARE(s.states(), QString("confirmed rejected confirmed cancelled"));
    QCOMPARE(s.sent(), QString("11 12 13"));
}

void TestPlanRunner::interruptedPlan()
{
    Stage s{{1}, {1}};
    s.script.answers[11] = {Acknowledged};
    s.advance();
    s.progress.interrupted = true;
    QVERIFY(s.answer(11, Confirmed).advance() == PlanOutcome::Failed);
    QCOMPARE(s.states(), QString("confirmed cancelled"));
    QCOMPARE(s.sent(), QString("11"));
}

void TestPlanRunner::interruptedPlanAwaitsWhatWasSent()
{
    Stage s{{1, 1}, {1}};
    s.advance();
    s.progress.interrupted = true;
    QVERIFY(s.advance() == PlanOutcome::Open);
    QVERIFY(s.answer(11, Acknowledged).answer(11, Confirmed).advance() == PlanOutcome::Open);
    QCOMPARE(s.states(), QString("confirmed submitted planned"));
    QVERIFY(s.answer(12, Rejected).advance() == PlanOutcome::Failed);
    QCOMPARE(s.states(), QString("confirmed rejected cancelled"));
}

void TestPlanRunner::interruptedBeforeApproval()
{
    Stage s{{1}};
    s.answerAllAtOnce();
    s.progress.interrupted = true;
    QVERIFY(s.advance() == PlanOutcome::Failed); // approved, but too late
    QCOMPARE(s.sent(), QString());
    QCOMPARE(s.states(), QString("cancelled"));
}

void TestPlanRunner::forbiddenTransitionThrows_data()
{
    QTest::addColumn<QVector<int>>("answers");
    QTest::newRow("filled before it was acknowledged") << QVector<int>{int(Confirmed)};
    QTest::newRow("submitted twice") << QVector<int>{int(Submitted)};
    QTest::newRow("confirmed twice") << QVector<int>{int(Acknowledged), int(Confirmed), int(Confirmed)};
    QTest::newRow("alive after its end") << QVector<int>{int(Rejected), int(Acknowledged)};
    QTest::newRow("back to planned") << QVector<int>{int(Acknowledged), int(Planned)};
    QTest::newRow("rejected after acknowledged") << QVector<int>{int(Acknowledged), int(Rejected)};
}

void TestPlanRunner::forbiddenTransitionThrows()
{
    QFETCH(QVector<int>, answers);
    Stage s{{1}};
    for (const int a : answers)
        s.script.answers[11].push_back(static_cast<InstructionState>(a));
    QVERIFY_EXCEPTION_THROWN(s.advance(), std::logic_error);
}

void TestPlanRunner::outcomeNames()
{
    QCOMPARE(shown(toText(PlanOutcome::Open)), QString("open"));
    QCOMPARE(shown(toText(PlanOutcome::Completed)), QString("completed"));
    QCOMPARE(shown(toText(PlanOutcome::Failed)), QString("failed"));
    QCOMPARE(shown(toText(PlanOutcome::Denied)), QString("denied"));
    QCOMPARE(shown(toText(PlanOutcome::Expired)), QString("expired"));
    QCOMPARE(shown(toText(PlanOutcome::Withdrawn)), QString("withdrawn"));
}

void TestPlanRunner::progressIsAValue()
{
    QVERIFY(!PlanProgress{}.open());
    Stage s{{1}, {1}};
    s.advance();
    const PlanProgress copy = s.progress;
    QVERIFY(copy.open());
    s.answer(11, Acknowledged).answer(11, Confirmed).advance();
    QVERIFY(copy.states[0] == Submitted);
    QCOMPARE(copy.phase, std::size_t{0});
    QCOMPARE(s.progress.phase, std::size_t{1});
    QCOMPARE(copy.firstId(), InstructionId{11});
}

void TestPlanRunner::everyPlanEndsWithEveryInstructionFinal()
{
    QVERIFY(rc::check("any plan with any answers ends, in order, with nothing sent after a failure", [] {
        Shape shape;
        const int phases = *rc::gen::inRange(1, 4);
        for (int p = 0; p < phases; ++p)
            shape.push_back(
                *rc::gen::container<std::vector<int>>(*rc::gen::inRange<std::size_t>(1, 4), rc::gen::inRange(1, 4)));
        Stage s(shape);
        const auto plan = s.progress.plan;
        PlanOutcome outcome = s.advance();
        int rounds = 0;
        while (outcome == PlanOutcome::Open) {
            RC_ASSERT(++rounds < 1'000);
            std::vector<InstructionId> waiting;
            for (std::size_t i = 0; i < s.progress.states.size(); ++i)
                if (!isFinal(s.progress.states[i]) && s.progress.states[i] != Planned)
                    waiting.push_back(static_cast<InstructionId>(11 + i));
            RC_ASSERT(!waiting.empty()); // an open plan waits for something
            const InstructionId id = *rc::gen::elementOf(waiting);
            std::vector<InstructionState> next;
            for (const auto to : {Acknowledged, PartiallyFilled, Confirmed, Confirmed, Confirmed, Rejected, Failed,
                                  Unknown, TimedOut, Cancelled})
                if (isAllowed(s.progress.state(id), to))
                    next.push_back(to);
            const std::size_t sentBefore = s.script.submitted.size();
            bool failedBefore = false;
            for (const auto state : s.progress.states)
                failedBefore |= isFinal(state) && state != Confirmed;
            outcome = s.answer(id, *rc::gen::elementOf(next)).advance();
            RC_ASSERT(!failedBefore || s.script.submitted.size() == sentBefore);
        }
        bool all = true;
        for (const auto state : s.progress.states) {
            RC_ASSERT(isFinal(state));
            all &= state == Confirmed;
        }
        RC_ASSERT((outcome == PlanOutcome::Completed) == all);
        // Within a group in order, and no phase before the one before it.
        std::map<InstructionId, std::size_t> place;
        for (std::size_t i = 0; i < s.script.submitted.size(); ++i)
            RC_ASSERT(place.emplace(s.script.submitted[i], i).second); // each at most once
        std::size_t phaseBegins = 0;
        for (const Phase& phase : plan->phases) {
            std::size_t phaseEnds = phaseBegins;
            for (const Group& group : phase.groups) {
                std::size_t last = phaseBegins;
                for (const Instruction& i : group.instructions) {
                    const auto at = place.find(i.id);
                    if (at == place.end())
                        continue;
                    RC_ASSERT(at->second + 1 > last);
                    last = at->second + 1;
                    phaseEnds = std::max(phaseEnds, last);
                }
            }
            phaseBegins = phaseEnds;
        }
    }));
}

QTEST_APPLESS_MAIN(TestPlanRunner)
#include "tst_plan_runner.moc"
