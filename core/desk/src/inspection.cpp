// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/inspection.h"

#include "execution/pre_trade_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

//! The value in force at a time: a fork may have changed it.
double configured(const RunInfo& info, const std::string& key, Time at)
{
    const auto found = info.configuration.find(key);
    if (found == info.configuration.end())
        return kNaN;
    std::string text = found->second;
    Time since{};
    for (const Fork& fork : info.forks) {
        const auto changed = fork.changes.find(key);
        if (changed == fork.changes.end() || fork.at > at || fork.at < since)
            continue;
        text = changed->second;
        since = fork.at;
    }
    double value = kNaN;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : kNaN;
}

double venueValue(const RunView& view, std::size_t exchange, VenueColumn column)
{
    return view.value(ColumnLayout::venue(exchange, column));
}

double basisOf(const RunView& view, std::size_t exchange)
{
    return venueValue(view, exchange, VenueColumn::Mark) / venueValue(view, exchange, VenueColumn::Spot) - 1.0;
}

double chainValue(const RunView& view, ChainColumn column)
{
    const ColumnLayout& layout = view.record()->layout();
    return layout.chain ? view.value(layout.onChain(column)) : kNaN;
}

double metricValue(const RunView& view, RiskMetric metric, std::size_t scope)
{
    switch (metric) {
    case RiskMetric::MarginRatio:
        return venueValue(view, scope, VenueColumn::MarginRatio);
    case RiskMetric::LiquidationDistance:
        return venueValue(view, scope, VenueColumn::LiquidationDistance);
    case RiskMetric::FundingTrailing:
        return venueValue(view, scope, VenueColumn::FundingApr);
    case RiskMetric::Basis:
        return std::abs(basisOf(view, scope));
    case RiskMetric::Staleness:
        return venueValue(view, scope, VenueColumn::Staleness);
    case RiskMetric::DeltaDrift:
        return view.value(ColumnLayout::step(StepColumn::DeltaDrift));
    case RiskMetric::Drawdown:
        return view.value(ColumnLayout::step(StepColumn::Drawdown));
    case RiskMetric::AaveLtv:
        return chainValue(view, ChainColumn::Ltv);
    case RiskMetric::HealthFactor:
        return chainValue(view, ChainColumn::HealthFactor);
    case RiskMetric::LstDiscount:
        return chainValue(view, ChainColumn::LstDiscount);
    }
    return kNaN;
}

bool isOfBook(RiskMetric metric)
{
    return metric == RiskMetric::DeltaDrift || metric >= RiskMetric::Drawdown;
}

bool isOfExchange(RiskMetric metric)
{
    return !isOfBook(metric);
}

double headroomOf(double value, const Threshold& limit)
{
    if (std::isnan(value) || std::isnan(limit.critical))
        return kNaN;
    return std::clamp((value - limit.critical) / (2 * (limit.warn - limit.critical)), 0.0, 1.0);
}

//! Coins of an asset that a holding stands for: a staked token for its ETH, scaled units for what they are worth.
double coinsOf(const PositionLine& line, Asset asset)
{
    const bool counts = line.asset == asset || (isLst(line.asset) && asset == Asset::ETH);
    return counts ? line.amount.toDouble() * line.unit.index * line.unit.ratio : 0;
}

std::string number(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
}

std::string scopeText(std::size_t scope)
{
    return scope < kExchangeCount ? std::string(displayName(kExchanges[scope])) : std::string("the book");
}

//! Where an entry of this cause counts; nullptr where it is no cost.
double* itemOfCost(CostEstimate& cost, Cause cause)
{
    switch (cause) {
    case Cause::TradeFee:
    case Cause::WithdrawalFee:
    case Cause::FlashFee:
    case Cause::DexFee:
        return &cost.fees;
    case Cause::Slippage:
        return &cost.slippage;
    case Cause::Gas:
        return &cost.gas;
    case Cause::Trade:
    case Cause::Funding:
    case Cause::DebitInterest:
    case Cause::Reward:
    case Cause::Transfer:
    case Cause::Flash:
    case Cause::Liquidation:
    case Cause::External:
    case Cause::Lending:
    case Cause::Staking:
        break;
    }
    return nullptr;
}

//! As the limits of that metric are thought of.
std::string metricText(RiskMetric metric, double value)
{
    if (metric == RiskMetric::HealthFactor || metric == RiskMetric::Staleness)
        return number(value);
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.2f %%", value * 100);
    return buffer;
}

std::string levelText(const JournalEvent& e)
{
    const auto metric = static_cast<RiskMetric>(e.a);
    const auto from = static_cast<RiskLevel>(e.b / 16);
    const auto to = static_cast<RiskLevel>(e.b % 16);
    std::string text(toText(metric));
    std::replace(text.begin(), text.end(), '_', ' ');
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    text += " of " + scopeText(e.scope) + ": " + std::string(toText(from)) + " to " + std::string(toText(to));
    if (to != RiskLevel::Breached)
        text += " at " + metricText(metric, e.numbers[0]) + " (limit " + metricText(metric, e.numbers[1]) + ")";
    return text;
}

} // namespace

bool hasExchanges(const RunInfo& info)
{
    return !info.chain.any() || info.configuration.contains("weights.binance");
}

bool borrows(const RunInfo& info)
{
    return info.chain.aave && info.configuration.contains("leverage.target_ltv");
}

Threshold limitOf(const RunInfo& info, RiskMetric metric, Time at)
{
    const std::string key = "risk." + std::string(toText(metric));
    Threshold limit{configured(info, key + ".warn", at), configured(info, key + ".critical", at), false};
    if (info.chain.any()) {
        const double target = configured(info, "leverage.target_ltv", at);
        deriveThreshold(metric,
                        {std::isnan(target) ? std::nullopt : std::optional(target),
                         configured(info, "aave.emode_ltv", at), configured(info, "aave.emode_threshold", at)},
                        limit);
    }
    limit.lowIsBad = limit.warn > limit.critical;
    return limit;
}

double basisAt(const RunRecord& record, std::size_t step, std::size_t exchange)
{
    const double spot = record.at(step, ColumnLayout::venue(exchange, VenueColumn::Spot));
    const double mark = record.at(step, ColumnLayout::venue(exchange, VenueColumn::Mark));
    return spot > 0 && mark > 0 ? mark / spot - 1.0 : kNaN;
}

double deltaTolerance(const RunInfo& info, Time at)
{
    return configured(info, "basis.delta_tolerance", at);
}

double toleratedDelta(const RunRecord& record, std::size_t step, double tolerance)
{
    if (!record.info().forks.empty())
        tolerance = deltaTolerance(record.info(), record.time(step));
    return tolerance * record.at(step, ColumnLayout::asset(0, AssetColumn::GrossDelta));
}

std::vector<RiskLine> riskLines(const RunView& view)
{
    std::vector<RiskLine> lines;
    if (view.empty())
        return lines;
    const RunInfo& info = view.record()->info();
    // What can liquidate the whole position comes first.
    std::array<RiskMetric, kRiskMetricCount> metrics{};
    for (std::size_t m = 0; m < kRiskMetricCount; ++m)
        metrics[m] = static_cast<RiskMetric>(m);
    if (info.chain.any())
        std::rotate(metrics.begin(), std::find(metrics.begin(), metrics.end(), RiskMetric::AaveLtv), metrics.end());
    for (const RiskMetric metric : metrics) {
        if (metric == RiskMetric::LstDiscount && !info.chain.lst)
            continue;
        if ((metric == RiskMetric::AaveLtv || metric == RiskMetric::HealthFactor) && !borrows(info))
            continue;
        if ((metric >= RiskMetric::AaveLtv && !info.chain.any()) || (isOfExchange(metric) && !hasExchanges(info)))
            continue;
        const Threshold limit = limitOf(info, metric, view.time());
        const std::size_t first = isOfBook(metric) ? kBookScope : 0;
        const std::size_t last = isOfBook(metric) ? kBookScope : kExchangeCount - 1;
        for (std::size_t scope = first; scope <= last; ++scope) {
            RiskLine line;
            line.metric = metric;
            line.scope = scope;
            line.value = metricValue(view, metric, scope);
            line.limit = limit;
            line.level = view.riskLevel(metric, scope);
            line.headroom = headroomOf(line.value, limit);
            line.action = actionOnCritical(metric);
            lines.push_back(line);
        }
    }
    return lines;
}

std::vector<ExposureLine> exposureLines(const RunView& view)
{
    std::vector<ExposureLine> lines;
    if (view.empty())
        return lines;
    const auto& assets = view.record()->info().assets;
    const double nav = view.value(ColumnLayout::step(StepColumn::Nav));
    const auto positions = view.positions();
    for (std::size_t i = 0; i < assets.size(); ++i) {
        ExposureLine line;
        line.asset = assets[i];
        line.target = line.asset == view.record()->info().shareClass ? nav : 0;
        for (const PositionLine& p : positions) {
            const bool exchange = std::find(kExchanges.begin(), kExchanges.end(), p.venue) != kExchanges.end();
            (exchange ? line.atExchanges : line.onChain) += coinsOf(p, line.asset);
        }
        line.net = view.value(ColumnLayout::asset(i, AssetColumn::NetDelta));
        line.gross = view.value(ColumnLayout::asset(i, AssetColumn::GrossDelta));
        line.price = view.value(ColumnLayout::asset(i, AssetColumn::Price));
        line.netValue = line.net * line.price;
        line.grossValue = line.gross * line.price;
        line.shareOfNav = nav > 0 ? std::abs(line.net - line.target) * line.price / nav : kNaN;
        lines.push_back(line);
    }
    return lines;
}

std::vector<ExposurePart> exposureParts(const RunView& view, Asset asset)
{
    std::vector<ExposurePart> parts;
    if (view.empty())
        return parts;
    for (const PositionLine& p : view.positions())
        if (const double coins = coinsOf(p, asset); coins != 0)
            parts.push_back({p.account, coins});
    return parts;
}

std::vector<VenueLine> venueLines(const RunView& view)
{
    std::vector<VenueLine> lines;
    if (view.empty())
        return lines;
    const ChartOfAccounts& chart = view.record()->chart();
    for (const Venue venue : kExchanges) {
        if (!hasExchanges(view.record()->info()))
            break;
        const std::size_t i = exchangeIndex(venue);
        VenueLine line;
        line.venue = venue;
        line.equity = venueValue(view, i, VenueColumn::Equity);
        line.notional = venueValue(view, i, VenueColumn::Notional);
        line.maintenance = venueValue(view, i, VenueColumn::Maintenance);
        line.marginRatio = venueValue(view, i, VenueColumn::MarginRatio);
        line.liquidationDistance = venueValue(view, i, VenueColumn::LiquidationDistance);
        line.spot = venueValue(view, i, VenueColumn::Spot);
        line.mark = venueValue(view, i, VenueColumn::Mark);
        line.basis = basisOf(view, i);
        line.fundingApr = venueValue(view, i, VenueColumn::FundingApr);
        line.stalenessBars = venueValue(view, i, VenueColumn::Staleness);
        const ExchangeAccounts& ids = chart.exchange(venue);
        line.netDelta = (view.balance(ids.coin) + view.balance(ids.perp)).toDouble();
        lines.push_back(line);
    }
    return lines;
}

std::vector<EffectLine> effectLines(const RunView& view, InstructionId instruction)
{
    std::vector<EffectLine> lines;
    const auto lineOf = [&lines](AccountId account) -> EffectLine& {
        for (EffectLine& line : lines)
            if (line.account == account)
                return line;
        lines.push_back({account, 0, {}, 0, 0});
        return lines.back();
    };
    const RunRecord& record = *view.record();
    for (const ExpectedDelta& delta : record.instruction(instruction - 1).instruction.expected)
        lineOf(delta.account).expected += delta.amount;
    for (const std::size_t i : view.ledgerOfInstruction(instruction)) {
        const Posting& p = record.ledger(i).posting;
        if (record.chart().at(p.from).own())
            lineOf(p.from).actual -= p.amount;
        if (record.chart().at(p.to).own())
            lineOf(p.to).actual += p.amount;
    }
    // At the index of its own step: what is scaled grows afterwards.
    RunView then(view.record());
    const auto entries = view.ledgerOfInstruction(instruction);
    then.seek(entries.empty() ? record.plan(record.instruction(instruction - 1).plan - 1).decisionStep
                              : record.ledger(entries.back()).step);
    for (EffectLine& line : lines) {
        const double index = then.unitValue(line.account).index;
        line.expectedTokens = line.expected * index;
        line.actualTokens = line.actual.toDouble() * index;
    }
    return lines;
}

CostEstimate costOf(const RunView& view, InstructionId instruction)
{
    CostEstimate cost;
    const RunRecord& record = *view.record();
    RunView then(view.record()); // prices of the entry's own step
    for (const std::size_t i : view.ledgerOfInstruction(instruction)) {
        const LedgerEntry& entry = record.ledger(i);
        double* const item = itemOfCost(cost, entry.posting.cause);
        if (item == nullptr)
            continue;
        then.seek(entry.step);
        const double amount = entry.posting.amount.toDouble();
        if (record.chart().at(entry.posting.from).own())
            *item += amount * then.price(entry.posting.from);
        if (record.chart().at(entry.posting.to).own())
            *item -= amount * then.price(entry.posting.to);
    }
    return cost;
}

CostEstimate costOfPlan(const RunView& view, PlanId plan)
{
    CostEstimate cost;
    const LogRange instructions = view.instructionsOf(plan);
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        cost += costOf(view, view.record()->instruction(i).instruction.id);
    return cost;
}

std::vector<PnlLine> pnlLines(const RunView& view)
{
    std::vector<PnlLine> lines;
    if (view.empty())
        return lines;
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        if (const double amount = view.value(ColumnLayout::pnl(item)); amount != 0)
            lines.push_back({item, amount});
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const PnlLine& a, const PnlLine& b) { return std::abs(a.amount) > std::abs(b.amount); });
    return lines;
}

namespace
{

std::string proposalText(const JournalEvent& event)
{
    const std::string text =
        "Proposal " + number(event.numbers[0]) + " (plan " + std::to_string(event.reference) + ") ";
    switch (static_cast<ProposalStep>(event.a)) {
    case ProposalStep::Made:
        return text + "asks for approval, notional " + number(event.numbers[1]);
    case ProposalStep::ApprovedAlone:
        return text + "is approved by the rules, nobody was asked";
    case ProposalStep::Approved:
        return text + "is approved";
    case ProposalStep::ApprovedByFirst:
        return text + "is approved by a first person and needs a second one";
    case ProposalStep::ApprovedInPart:
        return text + "is approved in part: " + number(event.numbers[1]) + " groups";
    case ProposalStep::Rejected:
        return text + "is rejected";
    case ProposalStep::Postponed:
        return text + "is postponed to " + formatIso(fromMs(static_cast<std::int64_t>(event.numbers[1])));
    case ProposalStep::Replaced:
        return text + "is to be re-evaluated";
    case ProposalStep::Expired:
        return text + "has expired";
    case ProposalStep::Halted:
        return text + "was withdrawn by a halt";
    }
    return text;
}

} // namespace

static std::string streamText(const JournalEvent& event)
{
    return event.a < kExchangeCount ? std::string(displayName(kExchanges[event.a])) : std::string("the chain");
}

std::string describeEvent(const RunRecord& record, const JournalEvent& event)
{
    const auto plan = "plan " + std::to_string(event.reference);
    const std::string share = " " + std::string(toText(record.info().shareClass));
    switch (event.kind) {
    case EventKind::RiskLevel:
        return levelText(event);
    case EventKind::Liquidation:
        return "Liquidation at " + scopeText(event.scope) + ": perp " + number(event.numbers[1]) + " closed at " +
               number(event.numbers[0]) + ", " + number(event.numbers[2]) + " coin sold, " + number(event.numbers[3]) +
               share + " written off";
    case EventKind::PlanCompleted:
        return "Plan " + std::to_string(event.reference) + " completed";
    case EventKind::PlanFailed:
        return "Plan " + std::to_string(event.reference) + " failed";
    case EventKind::PlanInterrupted:
        return "Risk at " + scopeText(event.scope) + " interrupts " + plan + ": nothing more of it is sent";
    case EventKind::PlanningError:
        return "No plan could be made" + (event.error ? ": " + event.error->message() : std::string{});
    case EventKind::Deposit:
        return "Deposit of " + number(event.numbers[0]) + share;
    case EventKind::WithdrawalRequested:
        return "Withdrawal of " + number(event.numbers[0]) + share + " requested";
    case EventKind::WithdrawalPaid:
        return "Withdrawal of " + number(event.numbers[0]) + share + " paid";
    case EventKind::LendingLiquidation:
        return "Liquidation at Aave at health factor " + number(event.numbers[2]) + ": " + number(event.numbers[0]) +
               " ETH of debt repaid, " + number(event.numbers[1]) + " tokens of collateral seized" +
               (event.numbers[3] > 0 ? ", " + number(event.numbers[3]) + " ETH bad debt" : "");
    case EventKind::Reward:
        return "Reward of " + number(event.numbers[0]) + (event.a == 0 ? " EIGEN" : " ETHFI") + " sold at " +
               number(event.numbers[1]) + " ETH for " + number(event.numbers[2]) + " ETH";
    case EventKind::Proposal:
        return proposalText(event);
    case EventKind::GateRefusal:
        return "The gate refuses" + (event.error ? ": " + event.error->message() : std::string{});
    case EventKind::TradingState:
        return "Trading state " + std::string(toText(static_cast<TradingState>(event.a))) + " -> " +
               std::string(toText(static_cast<TradingState>(event.b)));
    case EventKind::PlanUnhedged:
        return "While " + plan + " was open, " + number(event.numbers[0]) + share + " x s were not hedged, at most " +
               number(event.numbers[1]) + share + " at a time, " + number(event.numbers[2]) + " s long";
    case EventKind::Connection:
        return "Connection to " + streamText(event) + (event.numbers[0] > 0 ? " is back" : " is lost");
    case EventKind::OrderResent:
        return "Instruction " + number(event.numbers[1]) + " did not reach " + streamText(event) +
               " and is sent again, attempt " + number(event.numbers[0]);
    case EventKind::Reconciliation:
        return event.numbers[0] > 0 ? "Reconciliation with " + streamText(event) + ": " + number(event.numbers[0]) +
                                          " balances differ, worth " + number(event.numbers[1]) + share
                                    : "Reconciliation with " + streamText(event) + ": all balances agree again";
    case EventKind::Resumed:
        return "Session resumed: the outcome of " + number(event.numbers[0]) + " orders is to be found out";
    case EventKind::FeedStale:
        return event.numbers[0] > 0 ? "Market data are stale: " + number(event.numbers[1]) + " s old"
                                    : std::string("Market data are fresh again");
    case EventKind::PlanDenied:
        return "Plan " + std::to_string(event.reference) +
               " ended without being carried out: " + std::string(toText(static_cast<PlanOutcome>(event.a)));
    }
    return {};
}

std::string describeDecision(const DecisionRecord& decision)
{
    return std::string(toText(decision.action)) + ": " + reasonText(decision.reason, decision.numbers);
}

} // namespace carry
