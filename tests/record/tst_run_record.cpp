// SPDX-License-Identifier: GPL-3.0-or-later
// A step becomes visible all at once, and what is visible does not change.
#include "draft_record.h"

#include <atomic>
#include <thread>

using namespace carry;
using namespace carry::test;

class TestRunRecord : public QObject
{
    Q_OBJECT

  private slots:
    void emptyRecord();
    void nothingIsCommittedBeforeCommit();
    void stepEndsCountEveryLog();
    void postingsBelongToTheStepOfTheirCommit();
    void planIsTakenApart();
    void booksPostIntoIt();
    void acrossChunks();
    void eventNames();
    void readersSeeOnlyCommittedSteps();
};

void TestRunRecord::emptyRecord()
{
    const Draft draft(0);
    const RunRecord record(draft.info);
    QCOMPARE(record.committed(), std::size_t{0});
    QCOMPARE(record.currentStep(), 0U);
    QCOMPARE(record.layout().conditions, std::size_t{2});
    QCOMPARE(record.layout().assets, std::size_t{1});
    QVERIFY(record.chart().base() == Asset::BTC);
}

void TestRunRecord::nothingIsCommittedBeforeCommit()
{
    Draft draft(1);
    draft.set(0, StepColumn::Nav, 42);
    RunRecord record(draft.info);
    record.onPosting(Posting{1, 2, Cause::Trade, 0, dec("1")});
    record.add(DecisionRecord{});
    QCOMPARE(record.committed(), std::size_t{0});
    record.commit(draft.steps[0].time, true, draft.steps[0].row.data());
    QCOMPARE(record.committed(), std::size_t{1});
    QCOMPARE(record.currentStep(), 1U);
    QCOMPARE(record.at(0, ColumnLayout::step(StepColumn::Nav)), 42.0);
    QVERIFY(record.time(0) == draft.steps[0].time);
    // What comes now belongs to the next step: the ends of this one stay.
    record.onPosting(Posting{1, 2, Cause::Trade, 0, dec("2")});
    QCOMPARE(record.ends(0).ledger, 1U);
    QCOMPARE(record.committed(), std::size_t{1});
}

void TestRunRecord::stepEndsCountEveryLog()
{
    Draft draft(3);
    draft.steps[0].ledger.resize(2);
    draft.steps[1].decisions.resize(1);
    draft.steps[1].plans.push_back(planOf({Transfer{}, SpotTrade{}}));
    draft.steps[1].transitions.resize(3);
    draft.steps[2].funding.resize(4);
    draft.steps[2].events.resize(5);
    draft.steps[1].bar = false;
    const auto record = draft.write();
    const auto ends = [&](std::size_t s) {
        const StepEnds& e = record->ends(s);
        return QString("%1 %2 %3 %4 %5 %6 %7")
            .arg(e.ledger)
            .arg(e.decisions)
            .arg(e.plans)
            .arg(e.instructions)
            .arg(e.transitions)
            .arg(e.funding)
            .arg(e.events);
    };
    QCOMPARE(ends(0), QString("2 0 0 0 0 0 0"));
    QCOMPARE(ends(1), QString("2 1 1 2 3 0 0"));
    QCOMPARE(ends(2), QString("2 1 1 2 3 4 5"));
    QVERIFY(record->isBar(0));
    QVERIFY(!record->isBar(1));
}

void TestRunRecord::postingsBelongToTheStepOfTheirCommit()
{
    Draft draft(3);
    draft.steps[0].ledger = {{1, 2, Cause::Trade, 0, dec("1")}};
    draft.steps[2].ledger = {{3, 4, Cause::Funding, 9, dec("-2.5")}};
    const auto record = draft.write();
    QCOMPARE(record->ledger(0).step, 0U);
    QCOMPARE(record->ledger(1).step, 2U);
    QVERIFY(record->ledger(1).posting.cause == Cause::Funding);
    QCOMPARE(record->ledger(1).posting.instruction, 9U);
    QCOMPARE(shown(record->ledger(1).posting.amount), QString("-2.5"));
}

void TestRunRecord::planIsTakenApart()
{
    Plan plan;
    plan.id = 3;
    plan.action = Action::Rebalance;
    plan.cost = {1, 2, 3};
    InstructionId id = 5;
    const auto group = [&](GroupKind kind, int size) {
        Group g{kind, {}};
        for (int i = 0; i < size; ++i) {
            g.instructions.emplace_back();
            g.instructions.back().id = id++;
        }
        return g;
    };
    plan.phases.push_back({PhaseKind::SellSpot, {group(GroupKind::Sequence, 1), group(GroupKind::Loop, 2)}});
    plan.phases.push_back({PhaseKind::IncreasePerps, {group(GroupKind::Atomic, 1)}});
    Draft draft(1);
    draft.steps[0].plans.push_back(plan);
    const auto record = draft.write();
    QCOMPARE(record->plan(0).id, 3U);
    QCOMPARE(record->plan(0).decisionStep, 0U);
    QVERIFY(record->plan(0).action == Action::Rebalance);
    QCOMPARE(record->plan(0).cost.total(), 6.0);
    QCOMPARE(record->plan(0).instructions, 4U);
    QStringList places;
    for (std::size_t i = 0; i < record->ends(0).instructions; ++i) {
        const InstructionRecord& r = record->instruction(i);
        QCOMPARE(r.plan, 3U);
        places << QString("%1: %2 %3.%4.%5 %6")
                      .arg(r.instruction.id)
                      .arg(shown(toText(r.phaseKind)))
                      .arg(r.phase)
                      .arg(r.group)
                      .arg(r.position)
                      .arg(shown(toText(r.groupKind)));
    }
    QCOMPARE(places, (QStringList{"5: sell_spot 0.0.0 sequence", "6: sell_spot 0.1.0 loop", "7: sell_spot 0.1.1 loop",
                                  "8: increase_perps 1.0.0 atomic"}));
}

void TestRunRecord::booksPostIntoIt()
{
    const Draft draft(1);
    RunRecord record(draft.info);
    VenueBook book(60'000);
    book.books.setSink(&record);
    book.give(book.chart->wallet(Asset::USDT), 1'000);
    Books copy(book.books); // a copy posts to nobody
    copy.post(copy.chart().wallet(Asset::USDT), copy.chart().outside(Asset::USDT), dec("1"), Cause::External, 0);
    record.commit(draft.steps[0].time, true, draft.steps[0].row.data());
    QCOMPARE(record.ends(0).ledger, 1U);
    QCOMPARE(shown(record.ledger(0).posting.amount), QString("1000"));
}

void TestRunRecord::acrossChunks()
{
    const std::size_t steps = ColumnTable::kChunk + 5;
    Draft draft(steps);
    for (std::size_t i = 0; i < steps; ++i) {
        draft.set(i, StepColumn::Nav, static_cast<double>(i));
        draft.steps[i].events.resize(2);
    }
    const auto record = draft.write();
    QCOMPARE(record->committed(), steps);
    for (std::size_t i = 0; i < steps; ++i) {
        QCOMPARE(record->at(i, 0), static_cast<double>(i));
        QCOMPARE(record->ends(i).events, static_cast<std::uint32_t>(2 * i + 2));
        QCOMPARE(record->event(2 * i + 1).step, static_cast<std::uint32_t>(i));
        QVERIFY(record->time(i) == draft.steps[i].time);
    }
}

void TestRunRecord::eventNames()
{
    QSet<QString> names;
    for (int i = 0; i < int(kEventKindCount); ++i)
        names.insert(shown(toText(static_cast<EventKind>(i))));
    QCOMPARE(names.size(), int(kEventKindCount));
    QCOMPARE(shown(toText(EventKind::WithdrawalPaid)), QString("withdrawal_paid"));
}

void TestRunRecord::readersSeeOnlyCommittedSteps()
{
    // The writer goes on while two readers check all that is committed: every entry must be whole and of its step.
    constexpr std::size_t kSteps = 3 * ColumnTable::kChunk;
    Draft draft(1);
    RunRecord record(draft.info);
    const std::size_t columns = record.layout().count();
    std::atomic<int> wrong{0};
    std::atomic<std::size_t> seen{0};
    const auto read = [&] {
        std::size_t done = 0;
        while (done < kSteps) {
            const std::size_t committed = record.committed();
            for (std::size_t s = done; s < committed; ++s) {
                const auto value = static_cast<double>(s);
                bool right = record.at(s, 0) == value && record.at(s, columns - 1) == -value;
                right &= toMs(record.time(s)) == static_cast<std::int64_t>(1000 * s);
                const StepEnds& ends = record.ends(s);
                right &= ends.ledger == 2 * (s + 1) && ends.events == s + 1;
                for (std::uint32_t i = ends.ledger - 2; i < ends.ledger; ++i)
                    right &= record.ledger(i).step == s && record.ledger(i).posting.instruction == s;
                right &= record.event(ends.events - 1).numbers[0] == value;
                wrong += right ? 0 : 1;
            }
            done = committed;
            if (done > 0)
                seen.store(done, std::memory_order_relaxed);
        }
    };
    std::thread first(read);
    std::thread second(read);
    std::vector<double> row(columns, 0.0);
    for (std::size_t s = 0; s < kSteps; ++s) {
        Posting posting;
        posting.instruction = static_cast<InstructionId>(s);
        record.onPosting(posting);
        record.onPosting(posting);
        JournalEvent event;
        event.step = record.currentStep();
        event.numbers[0] = static_cast<double>(s);
        record.add(event);
        row.front() = static_cast<double>(s);
        row.back() = -static_cast<double>(s);
        record.commit(fromMs(static_cast<std::int64_t>(1000 * s)), true, row.data());
    }
    first.join();
    second.join();
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(seen.load(), kSteps);
}

QTEST_APPLESS_MAIN(TestRunRecord)
#include "tst_run_record.moc"
