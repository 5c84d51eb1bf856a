// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/run_summary.h"

#include <cmath>

namespace carry
{
namespace
{

void foldNav(const RunRecord& record, RunSummary& s, double riskFree)
{
    std::vector<std::int64_t> times(s.steps);
    std::vector<double> nav(s.steps);
    std::vector<double> units(s.steps);
    for (std::size_t i = 0; i < s.steps; ++i) {
        times[i] = toMs(record.time(i));
        nav[i] = record.at(i, ColumnLayout::step(StepColumn::Nav));
        units[i] = record.at(i, ColumnLayout::step(StepColumn::UnitValue));
        s.unexplained = std::max(s.unexplained, std::abs(record.at(i, ColumnLayout::step(StepColumn::Unexplained))));
    }
    s.navInitial = record.info().capital;
    s.navFinal = nav.back();
    s.externalFlows = record.at(s.steps - 1, ColumnLayout::step(StepColumn::ExternalFlows));
    s.pnlBalance = s.navFinal - s.navInitial - s.externalFlows;
    bool hasFlows = false;
    for (std::size_t i = 0; i < s.steps && !hasFlows; ++i)
        hasFlows = record.at(i, ColumnLayout::step(StepColumn::ExternalFlows)) != 0;
    s.performance = measurePerformance({times, nav, units, s.navInitial, s.pnlBalance, hasFlows, riskFree});
}

void foldMargin(const RunRecord& record, RunSummary& s)
{
    s.minMarginRatio = Figure::empty(EmptyReason::NoNotional);
    for (std::size_t i = 0; i < s.steps; ++i)
        for (std::size_t v = 0; v < kExchangeCount; ++v) {
            const double ratio = record.at(i, ColumnLayout::venue(v, VenueColumn::MarginRatio));
            if (std::isnan(ratio) || (s.minMarginRatio.value && ratio >= *s.minMarginRatio.value))
                continue;
            s.minMarginRatio = Figure::of(ratio);
            s.minMarginAt = record.time(i);
            s.minMarginVenue = kExchanges[v];
            s.minMarginPrice = record.at(i, ColumnLayout::venue(v, VenueColumn::Mark));
        }
}

void foldHealthFactor(const RunRecord& record, RunSummary& s)
{
    if (!record.layout().chain)
        return;
    const ColumnLayout& layout = record.layout();
    for (std::size_t i = 0; i < s.steps; ++i) {
        const double factor = record.at(i, layout.onChain(ChainColumn::HealthFactor));
        if (std::isnan(factor) || (s.minHealthFactor.value && factor >= *s.minHealthFactor.value))
            continue;
        s.minHealthFactor = Figure::of(factor);
        s.minHealthFactorAt = record.time(i);
        s.minHealthFactorRatio = record.at(i, layout.onChain(ChainColumn::LstRatio));
    }
}

void foldFunding(const RunRecord& record, const StepEnds& ends, RunSummary& s)
{
    for (std::size_t i = 0; i < ends.funding; ++i) {
        const FundingRecord& f = record.funding(i);
        const auto v = exchangeIndex(f.venue);
        if ((f.flags & kFundingMissing) != 0)
            s.missingByVenue[v].push_back(record.time(f.step));
        if (!f.paid)
            continue;
        ++s.settlementsByVenue[v];
        if ((f.flags & kFundingPeerMean) != 0)
            ++s.estimatedByVenue[v];
    }
    for (const Venue venue : kExchanges)
        s.fundingByVenue[exchangeIndex(venue)] = s.attribution.at(venue, PnlItem::Funding);
    s.fundingTotal = s.attribution.total(PnlItem::Funding);
}

void foldInstructions(const RunRecord& record, const StepEnds& ends, RunSummary& s)
{
    for (std::size_t i = 0; i < ends.decisions; ++i)
        ++s.decisions[static_cast<std::size_t>(record.decision(i).action)];
    std::vector<InstructionState> states(ends.instructions, InstructionState::Planned);
    double traded = 0;
    for (std::size_t i = 0; i < ends.transitions; ++i) {
        const TransitionRecord& t = record.transition(i);
        states[t.instruction - 1] = t.to;
        if (t.to == InstructionState::Confirmed)
            traded += t.price * t.quantity.toDouble();
    }
    for (std::size_t i = 0; i < ends.instructions; ++i) {
        ++s.instructionsByType[record.instruction(i).instruction.body.index()];
        ++s.instructionsByState[static_cast<std::size_t>(states[i])];
    }
    s.turnover = Figure::of(traded / s.navInitial);
    for (std::size_t i = 0; i < ends.events; ++i) {
        const EventKind kind = record.event(i).kind;
        s.liquidations += kind == EventKind::Liquidation || kind == EventKind::LendingLiquidation ? 1 : 0;
        s.plansCompleted += kind == EventKind::PlanCompleted ? 1 : 0;
        s.plansFailed += kind == EventKind::PlanFailed ? 1 : 0;
    }
}

void foldCosts(RunSummary& s)
{
    for (const PnlItem item : {PnlItem::TradeFees, PnlItem::Slippage, PnlItem::Gas, PnlItem::WithdrawalFees,
                               PnlItem::FlashFees, PnlItem::DexFees, PnlItem::DebitInterest})
        s.costs -= s.attribution.total(item);
    const double gross = s.pnlBalance + s.costs;
    s.costRatio = gross > 0 ? Figure::of(s.costs / gross) : Figure::empty(EmptyReason::NoIncome);
}

void foldPositions(const RunRecord& record, const FinalState& state, RunSummary& s)
{
    for (std::size_t i = 0; i < state.balances.size(); ++i) {
        const Account& account = record.chart().accounts()[i];
        if (!account.own())
            continue;
        const double value = state.balances[i].toDouble() * state.prices[i];
        s.equityByVenue[static_cast<std::size_t>(account.venue)] += value;
        if (!state.balances[i].isZero())
            s.positions.push_back(
                {static_cast<AccountId>(i), account.key(), state.balances[i], state.prices[i], value});
    }
}

} // namespace

std::string_view toText(RunStatus status)
{
    constexpr std::array<std::string_view, 4> kText{"running", "done", "failed", "interrupted"};
    return kText[static_cast<std::size_t>(status)];
}

RunSummary summarise(const RunRecord& record, const FinalState& state, double riskFree)
{
    RunSummary s;
    s.steps = record.committed();
    s.attribution = state.attribution;
    if (s.steps == 0)
        return s;
    const StepEnds& ends = record.ends(s.steps - 1);
    foldNav(record, s, riskFree);
    foldMargin(record, s);
    foldHealthFactor(record, s);
    foldFunding(record, ends, s);
    foldInstructions(record, ends, s);
    foldCosts(s);
    foldPositions(record, state, s);
    s.resultDigest = resultDigest(record);
    s.instructionDigest = instructionDigest(record);
    return s;
}

} // namespace carry
