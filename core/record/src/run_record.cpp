// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/run_record.h"

namespace carry
{
namespace
{

double unsignedZero(double value)
{
    return value == 0 ? 0.0 : value;
}

} // namespace

std::string_view toText(EventKind kind)
{
    constexpr std::array<std::string_view, kEventKindCount> kText{
        "risk_level",           "liquidation",     "plan_completed",
        "plan_failed",          "planning_error",  "deposit",
        "withdrawal_requested", "withdrawal_paid", "plan_interrupted",
        "lending_liquidation",  "reward",          "proposal",
        "gate_refusal",         "trading_state",   "plan_unhedged",
        "plan_denied",          "connection",      "order_resent",
        "reconciliation",       "resumed",         "feed_stale"};
    return kText[static_cast<std::size_t>(kind)];
}

std::string_view toText(ProposalStep step)
{
    constexpr std::array<std::string_view, 10> kText{
        "made",     "approved_alone", "approved", "approved_by_first", "approved_in_part",
        "rejected", "postponed",      "replaced", "expired",           "halted"};
    return kText[static_cast<std::size_t>(step)];
}

std::string_view toText(Sizing sizing)
{
    constexpr std::array<std::string_view, 4> kText{"exact", "everything", "previous", "to_ltv"};
    return kText[static_cast<std::size_t>(sizing)];
}

Sizing sizingOf(const InstructionBody& body)
{
    return std::visit(
        [](const auto& b) {
            if constexpr (requires { b.sizing; })
                return b.sizing;
            else if constexpr (requires { b.sweep; })
                return b.sweep ? Sizing::Everything : Sizing::Exact;
            else
                return Sizing::Exact;
        },
        body);
}

ColumnLayout layoutOf(const RunInfo& info)
{
    return {info.assets.size(), info.conditions.size(), info.chain.any()};
}

RunRecord::RunRecord(RunInfo info) : RunRecord(std::move(info), nullptr) {}

RunRecord::RunRecord(RunInfo info, std::unique_ptr<LazyColumns> columns)
    : m_info(std::move(info)), m_chart(m_info.base, m_info.chain), m_layout(layoutOf(m_info)),
      m_columns(m_layout.count()), m_lazy(std::move(columns))
{
}

void RunRecord::add(DecisionRecord decision)
{
    for (double& number : decision.numbers)
        number = unsignedZero(number);
    m_decisions.push(decision);
}

void RunRecord::add(TransitionRecord transition)
{
    transition.price = unsignedZero(transition.price);
    transition.netDelta = unsignedZero(transition.netDelta);
    transition.minMarginRatio = unsignedZero(transition.minMarginRatio);
    transition.ltv = unsignedZero(transition.ltv);
    transition.healthFactor = unsignedZero(transition.healthFactor);
    m_transitions.push(std::move(transition));
}

void RunRecord::add(FundingRecord funding)
{
    for (double* number : {&funding.rate, &funding.mark, &funding.ageHours, &funding.position})
        *number = unsignedZero(*number);
    m_funding.push(funding);
}

void RunRecord::add(JournalEvent event)
{
    for (double& number : event.numbers)
        number = unsignedZero(number);
    m_events.push(event);
}

void RunRecord::add(const Plan& plan, std::uint32_t decisionStep)
{
    PlanRecord record;
    record.id = plan.id;
    record.decisionStep = decisionStep;
    record.action = plan.action;
    record.cost = plan.cost;
    record.instructions = static_cast<std::uint32_t>(plan.instructionCount());
    m_plans.push(record);
    for (std::size_t p = 0; p < plan.phases.size(); ++p)
        for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g) {
            const Group& group = plan.phases[p].groups[g];
            for (std::size_t i = 0; i < group.instructions.size(); ++i)
                m_instructions.push({plan.id, static_cast<std::uint16_t>(p), static_cast<std::uint16_t>(g),
                                     static_cast<std::uint16_t>(i), plan.phases[p].kind, group.kind,
                                     group.instructions[i]});
        }
}

void RunRecord::commit(Time time, bool bar, const double* row)
{
    m_times.push(toMs(time));
    m_bars.push(bar ? 1 : 0);
    m_columns.push(row);
    const auto length = [](const auto& log) { return static_cast<std::uint32_t>(log.size()); };
    m_ends.push({length(m_ledger), length(m_decisions), length(m_plans), length(m_instructions), length(m_transitions),
                 length(m_funding), length(m_events)});
    ++m_currentStep;
    m_committed.store(m_currentStep, std::memory_order_release);
}

void RunRecord::finishReading(std::span<const std::int64_t> times, std::span<const std::uint8_t> bars,
                              std::span<const StepEnds> ends)
{
    for (std::size_t step = 0; step < times.size(); ++step) {
        m_times.push(times[step]);
        m_bars.push(bars[step]);
        m_ends.push(ends[step]);
    }
    m_currentStep = static_cast<std::uint32_t>(times.size());
    m_committed.store(m_currentStep, std::memory_order_release);
}

Result<std::vector<const double*>> RunRecord::chunk(std::size_t chunk, std::vector<double>& room) const
{
    if (m_lazy)
        return m_lazy->look(chunk, room);
    std::vector<const double*> values(m_columns.columns());
    for (std::size_t c = 0; c < values.size(); ++c)
        values[c] = m_columns.chunk(chunk, c);
    return values;
}

} // namespace carry
