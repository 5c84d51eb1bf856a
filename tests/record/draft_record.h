// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "support/venue_book.h"

#include <memory>
#include <vector>

namespace carry::test
{

//! What a step leaves in a record. Step numbers of the entries are filled in on writing.
struct DraftStep {
    Time time{};
    bool bar = true;
    std::vector<double> row;
    std::vector<Posting> ledger;
    std::vector<DecisionRecord> decisions;
    std::vector<Plan> plans;
    std::vector<TransitionRecord> transitions;
    std::vector<FundingRecord> funding;
    std::vector<JournalEvent> events;

    double& at(std::size_t column) { return row[column]; }
};

//! A record as plain values that a test changes before it is written.
struct Draft {
    RunInfo info;
    ColumnLayout layout;
    std::vector<DraftStep> steps;

    explicit Draft(std::size_t count, Duration distance = kHour)
    {
        info.runId = "run-1";
        info.strategy = "btc_basis";
        info.capital = 1'000;
        info.conditions = {{"wallet_usdt", "USDT"}, {"drawdown", "fraction"}};
        info.assets = {Asset::BTC};
        layout = {info.assets.size(), info.conditions.size()};
        for (std::size_t i = 0; i < count; ++i) {
            DraftStep step;
            step.time = fromMs(1'717'200'000'000) + distance * static_cast<std::int64_t>(i); // 2024-06-01
            step.row.assign(layout.count(), 0.0);
            steps.push_back(step);
        }
    }
    void set(std::size_t step, StepColumn column, double value) { steps[step].at(ColumnLayout::step(column)) = value; }
    void set(std::size_t step, Venue venue, VenueColumn column, double value)
    {
        steps[step].at(ColumnLayout::venue(exchangeIndex(venue), column)) = value;
    }

    std::unique_ptr<RunRecord> write() const
    {
        auto record = std::make_unique<RunRecord>(info);
        for (const DraftStep& step : steps) {
            writeEntries(*record, step);
            record->commit(step.time, step.bar, step.row.data());
        }
        return record;
    }
    static void writeEntries(RunRecord& record, const DraftStep& step)
    {
        const auto numbered = [&](auto entry) {
            entry.step = record.currentStep();
            record.add(entry);
        };
        for (const Posting& p : step.ledger)
            record.onPosting(p);
        for (const Plan& p : step.plans)
            record.add(p, record.currentStep());
        for (const auto& d : step.decisions)
            numbered(d);
        for (const auto& t : step.transitions)
            numbered(t);
        for (const auto& f : step.funding)
            numbered(f);
        for (const auto& e : step.events)
            numbered(e);
    }
};

//! A plan of these instructions, one group each, in one phase; numbered from 1.
inline Plan planOf(const std::vector<InstructionBody>& bodies, PlanId id = 1)
{
    Plan plan;
    plan.id = id;
    plan.phases.push_back({PhaseKind::Transfers, {}});
    InstructionId next = 1;
    for (const auto& body : bodies) {
        Instruction instruction;
        instruction.id = next++;
        instruction.body = body;
        plan.phases.back().groups.push_back({GroupKind::Sequence, {instruction}});
    }
    return plan;
}

} // namespace carry::test
