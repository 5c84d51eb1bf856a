// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/approval.h"

#include "desk/inspection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeverageWarning = 0.9; // of the gate's limit

constexpr Threshold kNoLimit{kNaN, kNaN};

double headroomOf(double value, const Threshold& limit)
{
    if (std::isnan(value) || std::isnan(limit.critical))
        return kNaN;
    return std::clamp((value - limit.critical) / (2 * (limit.warn - limit.critical)), 0.0, 1.0);
}

RiskLevel levelOf(double value, const Threshold& limit)
{
    if (std::isnan(value) || std::isnan(limit.critical))
        return RiskLevel::Ok;
    const auto beyond = [&](double bound) { return limit.lowIsBad ? value < bound : value > bound; };
    return beyond(limit.critical) ? RiskLevel::Critical : beyond(limit.warn) ? RiskLevel::Warn : RiskLevel::Ok;
}

FigureChange changeOf(ProposalItem item, double before, double after, const Threshold& limit = kNoLimit,
                      std::size_t scope = kBookScope)
{
    return {item,
            scope,
            before,
            after,
            limit,
            headroomOf(before, limit),
            headroomOf(after, limit),
            levelOf(before, limit),
            levelOf(after, limit)};
}

//! Empty without debt.
double withDebt(const Situation& s, double figure)
{
    return s.chain.debt > 0 ? figure : kNaN;
}

bool isUsed(const VenueSituation& v)
{
    return v.usdt != 0 || v.coin != 0 || v.perp != 0;
}

void addBook(std::vector<FigureChange>& out, const RunInfo& info, const Proposal& p, const PreTradeLimits& limits)
{
    using enum ProposalItem;
    const Situation& b = p.before;
    const Situation& a = p.after;
    out.push_back(changeOf(Nav, b.nav, a.nav));
    out.push_back(changeOf(NetDelta, b.netDelta, a.netDelta));
    out.push_back(changeOf(Gross, b.grossDelta, a.grossDelta));
    out.push_back(changeOf(Unhedged, unhedgedNotional(b), unhedgedNotional(a)));
    out.push_back(changeOf(DeltaDrift, b.deltaDrift, a.deltaDrift, limitOf(info, RiskMetric::DeltaDrift, p.made)));
    const Threshold leverage = std::isfinite(limits.maxLeverage)
                                   ? Threshold{kLeverageWarning * limits.maxLeverage, limits.maxLeverage}
                                   : kNoLimit;
    out.push_back(changeOf(Leverage, p.leverageBefore, p.leverageAfter, leverage));
    out.push_back(changeOf(InFlight, b.inFlight, a.inFlight));
    if (!info.chain.aave)
        return;
    out.push_back(changeOf(Collateral, b.chain.collateral, a.chain.collateral));
    out.push_back(changeOf(Debt, b.chain.debt, a.chain.debt));
    if (!borrows(info))
        return;
    out.push_back(
        changeOf(Ltv, withDebt(b, b.chain.ltv), withDebt(a, a.chain.ltv), limitOf(info, RiskMetric::AaveLtv, p.made)));
    out.push_back(changeOf(HealthFactor, withDebt(b, b.chain.healthFactor), withDebt(a, a.chain.healthFactor),
                           limitOf(info, RiskMetric::HealthFactor, p.made)));
}

void addVenue(std::vector<FigureChange>& out, const RunInfo& info, const Proposal& p, std::size_t i)
{
    using enum ProposalItem;
    const VenueSituation& b = p.before.venues[i];
    const VenueSituation& a = p.after.venues[i];
    if (!isUsed(b) && !isUsed(a))
        return;
    out.push_back(changeOf(Equity, b.equity, a.equity, kNoLimit, i));
    out.push_back(changeOf(Notional, b.notional, a.notional, kNoLimit, i));
    out.push_back(
        changeOf(MarginRatio, b.marginRatio, a.marginRatio, limitOf(info, RiskMetric::MarginRatio, p.made), i));
    out.push_back(changeOf(LiquidationDistance, b.liquidationDistance, a.liquidationDistance,
                           limitOf(info, RiskMetric::LiquidationDistance, p.made), i));
}

} // namespace

std::vector<FigureChange> figureChanges(const RunInfo& info, const Proposal& proposal, const PreTradeLimits& limits)
{
    std::vector<FigureChange> out;
    addBook(out, info, proposal, limits);
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        addVenue(out, info, proposal, i);
    return out;
}

std::vector<GroupRef> approvedGroups(const RunView& view, PlanId plan)
{
    std::set<GroupRef> groups;
    if (view.empty() || plan == 0 || plan > view.ends().plans)
        return {};
    const LogRange range = view.instructionsOf(plan);
    for (std::size_t i = range.first; i < range.last; ++i) {
        const InstructionRecord& r = view.record()->instruction(i);
        using enum InstructionState;
        const InstructionState state = view.status(r.instruction.id).state;
        if (state != AwaitingApproval && state != Denied && state != Expired && state != Cancelled)
            groups.insert({r.phase, r.group});
    }
    return {groups.begin(), groups.end()};
}

std::vector<OpenInstruction> openInstructions(const RunView& view)
{
    std::vector<OpenInstruction> out;
    if (view.empty())
        return out;
    const StepEnds& ends = view.ends();
    for (PlanId plan = ends.plans; plan > 0; --plan) {
        if (view.outcome(plan) != PlanOutcome::Open)
            break; // one plan at a time; what it leaves behind has ended
        const LogRange range = view.instructionsOf(plan);
        for (std::size_t i = range.first; i < range.last; ++i) {
            const Instruction& instruction = view.record()->instruction(i).instruction;
            const InstructionState state = view.status(instruction.id).state;
            if (state < InstructionState::Submitted || isFinal(state))
                continue;
            OpenInstruction open{instruction.id,
                                 state,
                                 {},
                                 std::holds_alternative<Transfer>(instruction.body) ||
                                     std::holds_alternative<Unstake>(instruction.body)};
            for (const std::size_t t : view.transitionsOfInstruction(instruction.id))
                if (view.record()->transition(t).to == InstructionState::Submitted)
                    open.since = fromMs(view.record()->transition(t).timeMs);
            out.push_back(open);
        }
    }
    return out;
}

std::vector<ProposalLine> proposalLines(const RunView& view)
{
    std::vector<ProposalLine> out;
    if (view.empty())
        return out;
    const RunRecord& record = *view.record();
    for (std::size_t i = 0; i < view.ends().events; ++i) {
        const JournalEvent& event = record.event(i);
        if (event.kind != EventKind::Proposal)
            continue;
        const auto number = static_cast<std::uint32_t>(event.numbers[0]);
        const auto step = static_cast<ProposalStep>(event.a);
        if (step == ProposalStep::Made)
            out.push_back({number, event.reference, record.time(event.step), {}, event.numbers[1]});
        const auto line = std::ranges::find(out, number, &ProposalLine::number);
        if (line == out.end())
            continue;
        line->step = step;
        line->changed = record.time(event.step);
    }
    for (ProposalLine& line : out)
        line.outcome = line.plan <= view.ends().plans ? view.outcome(line.plan) : PlanOutcome::Open;
    return out;
}

std::vector<GateLimit> gateLimits(const RunView& view, const PreTradeLimits& limits, double usedToday)
{
    double leverage = kNaN;
    double lastPlan = kNaN;
    if (!view.empty()) {
        const auto value = [&](std::size_t column) {
            const double v = view.value(column);
            return std::isnan(v) ? 0.0 : v;
        };
        double exposure = 0;
        const ColumnLayout& layout = view.record()->layout();
        for (std::size_t i = 0; i < kExchangeCount; ++i)
            exposure += value(ColumnLayout::venue(i, VenueColumn::Notional));
        const auto& assets = view.record()->info().assets;
        const auto eth = std::ranges::find(assets, Asset::ETH);
        if (layout.chain && eth != assets.end())
            exposure += value(layout.onChain(ChainColumn::Collateral)) *
                        value(ColumnLayout::asset(static_cast<std::size_t>(eth - assets.begin()), AssetColumn::Price));
        const double nav = value(ColumnLayout::step(StepColumn::Nav));
        leverage = nav > 0 ? exposure / nav : 0;
        if (const auto lines = proposalLines(view); !lines.empty())
            lastPlan = lines.back().notional;
    }
    return {{"limits.max_instruction_notional", limits.maxInstructionNotional, kNaN},
            {"limits.max_plan_notional", limits.maxPlanNotional, lastPlan},
            {"limits.max_day_notional", limits.maxDayNotional, usedToday},
            {"limits.max_leverage", limits.maxLeverage, leverage}};
}

} // namespace carry
