// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/stress.h"

#include "desk/fork.h"
#include "venues/venue_parameters.h"

#include <cmath>

namespace carry
{
namespace
{

//! "+30 %", "-0.5 %", "+10 points".
std::string signedPercent(double fraction, const char* unit = "%")
{
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%+.6g %s", fraction * 100, unit);
    return buffer;
}

std::string plainNumber(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
}

void readVenue(const RunView& view, Venue venue, StressVenue& out)
{
    using L = ColumnLayout;
    const ExchangeAccounts& ids = view.record()->chart().exchange(venue);
    const std::size_t i = exchangeIndex(venue);
    out.usdt = view.balance(ids.usdt).toDouble();
    out.coin = view.balance(ids.coin).toDouble();
    out.perp = view.balance(ids.perp).toDouble();
    out.perpQuote = view.balance(ids.perpQuote).toDouble();
    out.spot = view.value(L::venue(i, VenueColumn::Spot));
    out.mark = view.value(L::venue(i, VenueColumn::Mark));
    out.fundingApr = view.value(L::venue(i, VenueColumn::FundingApr));
}

void readChain(const RunView& view, StressChain& out)
{
    const RunRecord& record = *view.record();
    const ChartOfAccounts& chart = record.chart();
    const auto at = [&](ChainColumn column) { return view.value(record.layout().onChain(column)); };
    const auto held = [&](AccountId account) { return view.balance(account).toDouble(); };
    const std::optional<Asset> lst = chart.chain().lst;
    if (lst) {
        out.lst = held(chart.lst());
        out.ratio = at(ChainColumn::LstRatio);
        out.market = at(ChainColumn::LstMarket);
    }
    if (chart.chain().aave) {
        if (lst)
            out.suppliedLst = held(chart.aave(*lst).supply) * at(ChainColumn::LstIndex);
        out.suppliedEth = held(chart.aave(Asset::ETH).supply) * at(ChainColumn::EthIndex);
        out.suppliedUsdt = held(chart.aave(Asset::USDT).supply) * at(ChainColumn::UsdtIndex);
        out.debt = -held(chart.aave(Asset::ETH).debt) * at(ChainColumn::EthBorrowIndex) + 0.0;
    }
    out.unstaking = at(ChainColumn::Unstaking);
    out.stakingApr = at(ChainColumn::StakingApr);
    out.lstSupplyApr = at(ChainColumn::LstSupplyApr);
    out.ethSupplyApr = at(ChainColumn::EthSupplyApr);
    out.usdtSupplyApr = at(ChainColumn::UsdtSupplyApr);
    out.borrowApr = at(ChainColumn::BorrowApr);
}

} // namespace

Result<StressRules> stressRules(const RunConfiguration& configuration)
{
    const ParameterValues& values = configuration.values();
    const StrategyInfo& info = configuration.strategy();
    const auto venues = readVenueRules(values, info.base, {});
    if (!venues)
        return fail(venues.error());
    const auto limits = readRiskLimits(values);
    if (!limits)
        return fail(limits.error());
    StressRules rules;
    rules.base = info.base;
    rules.shareClass = info.shareClass;
    rules.exchanges = info.exchanges;
    rules.lending = info.lending;
    rules.leverage = info.leverage;
    if (info.staking)
        rules.lst = venues->lst;
    rules.cex = venues->cex;
    rules.chain = venues->chain;
    rules.liquidationThreshold = venues->aave.eModeThreshold;
    rules.maxLtv = venues->aave.eModeLtv;
    if (info.leverage) {
        rules.criticalHealth = limits->of(RiskMetric::HealthFactor).critical;
        rules.largestTargetLtv = largestTargetLtv(values);
        rules.targetLtv = values.number("leverage.target_ltv");
    }
    return rules;
}

Result<StressRules> stressRules(const RunInfo& info, Time at)
{
    auto configuration = configurationOf(info);
    if (!configuration)
        return fail(configuration.error());
    const auto values = valuesAt(*configuration, at);
    if (!values)
        return fail(values.error());
    configuration->values() = *values;
    return stressRules(*configuration);
}

StressInput stressInput(const RunView& view)
{
    const RunRecord& record = *view.record();
    const ChartOfAccounts& chart = record.chart();
    StressInput input;
    for (const Venue venue : kExchanges)
        readVenue(view, venue, input.venues[exchangeIndex(venue)]);
    const auto held = [&](AccountId account) { return view.balance(account).toDouble(); };
    input.wallet = {held(chart.wallet(Asset::USDT)), held(chart.wallet(Asset::ETH)), 0};
    input.inFlight = {held(chart.inFlight(Asset::USDT)), held(chart.inFlight(Asset::ETH)), 0};
    if (record.layout().chain) {
        input.ethUsd = view.value(record.layout().onChain(ChainColumn::EthUsd));
        readChain(view, input.chain);
    } else {
        input.ethUsd = view.price(chart.wallet(Asset::ETH)); // such runs are in USDT
    }
    input.coinUsd = input.ethUsd;
    if (chart.base() != Asset::ETH) {
        input.wallet.coin = held(chart.wallet(chart.base()));
        input.inFlight.coin = held(chart.inFlight(chart.base()));
        input.coinUsd = view.price(chart.wallet(chart.base()));
    }
    return input;
}

StressReport stressAt(const RunView& view, const StressRules& rules, const StressSettings& settings)
{
    StressReport report;
    report.step = view.step();
    report.time = view.time();
    report.rules = rules;
    report.input = stressInput(view);
    report.rows = stressAll(rules, report.input, settings);
    report.headroom = lendingHeadroom(rules, report.input);
    return report;
}

Result<StressReport> stressAt(const std::shared_ptr<const RunRecord>& record, std::size_t step,
                              const StressSettings& settings)
{
    RunView view(record);
    if (view.empty())
        return fail(Error(ErrorCode::ConfUsage).with("found", "the run has no step yet"));
    view.seek(step);
    const auto rules = stressRules(record->info(), view.time());
    if (!rules)
        return fail(rules.error());
    return stressAt(view, *rules, settings);
}

std::string describeScenario(const StressRules& rules, const Scenario& scenario)
{
    const std::string lst = rules.lst ? std::string(toText(*rules.lst)) : std::string("Staked token");
    const std::string lasting = " for " + plainNumber(scenario.days) + " days";
    switch (scenario.kind) {
    case ScenarioKind::Unstressed:
        return "As it is";
    case ScenarioKind::Price:
        return std::string(toText(rules.base)) + " " + signedPercent(scenario.shock);
    case ScenarioKind::LstRatio:
        return lst + " ratio " + signedPercent(scenario.shock);
    case ScenarioKind::LstMarket:
        return lst + " market price " + signedPercent(scenario.shock);
    case ScenarioKind::BorrowRate:
        return "Borrow rate " + signedPercent(scenario.shock, "points") + " a year" + lasting;
    case ScenarioKind::Funding:
        return "Funding at " + signedPercent(scenario.shock) + " a year" + lasting;
    case ScenarioKind::VenueLoss:
        return "Loss of " + std::string(displayName(scenario.venue));
    }
    return {};
}

std::string_view reasonOfDays(const Figure& days)
{
    return days.reason == EmptyReason::NoSolution ? std::string_view("never at these rates") : toText(days.reason);
}

} // namespace carry
