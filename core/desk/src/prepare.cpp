// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest.h"

#include <random>

namespace carry
{
namespace
{

TapeRequest tapeRequest(const StrategyNeeds& needs, const ParameterValues& values, const RunPeriod& period)
{
    TapeRequest request;
    request.legs = needs.legs;
    request.funding = needs.funding;
    request.gas = needs.gas;
    request.missingBars = values.text("data.missing_bars") == "peer" ? MissingBars::Peer : MissingBars::Carry;
    request.missingFunding =
        values.text("data.missing_funding") == "zero" ? MissingFunding::Zero : MissingFunding::PeerMean;
    request.from = period.from;
    request.to = period.to;
    return request;
}

//! The cost row that stands in for a missing one is a proxy like any other, and is said.
Finding costProxy(Asset base)
{
    Finding finding;
    finding.kind = FindingKind::Proxy;
    finding.rule = QualityRule::UseNamedProxy;
    finding.file = ~std::uint32_t{0};
    finding.series = std::string(toText(base)) + "/USDT execution cost";
    finding.detail = "the cost table has no such row: ETH/USDT's is used";
    return finding;
}

} // namespace

Result<RunSetup> prepareRun(const RunConfiguration& configuration, const MarketData& data, const RunPeriod& period)
{
    const ParameterValues& values = configuration.values();
    const StrategyInfo& info = configuration.strategy();
    RunSetup setup;
    auto venues = readVenueRules(values, info.base, data.costs);
    if (!venues)
        return fail(venues.error());
    setup.venues = std::make_shared<const VenueRules>(std::move(*venues));
    auto limits = readRiskLimits(values);
    if (!limits)
        return fail(limits.error());
    setup.limits = std::make_shared<const RiskLimits>(*limits);
    auto strategy = makeStrategy(info, values, *setup.venues, *setup.limits);
    if (!strategy)
        return fail(strategy.error());
    setup.strategy = std::move(*strategy);
    auto flows = parseFlows(values.text("flows.schedule"));
    if (!flows)
        return fail(flows.error());
    setup.flows = std::move(*flows);
    setup.capital = Decimal::fromDouble(values.number("capital"), 6);
    const StrategyNeeds needs = setup.strategy->needs();
    setup.legs = needs.map;
    auto tape = Tape::build(data, tapeRequest(needs, values, period));
    if (!tape)
        return fail(tape.error());
    setup.tape = std::move(*tape);
    for (const ExternalFlow& flow : setup.flows)
        if (flow.time < setup.tape->start() || flow.time > setup.tape->end())
            return fail(Error(ErrorCode::ConfRange)
                            .with("key", "flows.schedule")
                            .with("found", formatIso(flow.time))
                            .with("expected", formatIso(setup.tape->start()) + " … " + formatIso(setup.tape->end())));
    return setup;
}

RunInfo describeRun(const RunConfiguration& configuration, const RunSetup& setup, const MarketData& data,
                    std::string runId)
{
    const StrategyInfo& strategy = configuration.strategy();
    RunInfo info;
    info.runId = std::move(runId);
    info.strategy = strategy.name;
    info.preset = configuration.presetName();
    info.shareClass = strategy.shareClass;
    info.base = strategy.base;
    info.capital = setup.capital.toDouble();
    info.configuration = configuration.values().resolved();
    info.dataName = data.name;
    info.synthetic = data.synthetic;
    info.dataDigest = setup.tape->digest();
    info.from = setup.tape->start();
    info.to = setup.tape->end();
    const auto conditions = setup.strategy->conditions();
    info.conditions.assign(conditions.begin(), conditions.end());
    info.assets = {strategy.base};
    if (setup.legs.ethReference && strategy.base != Asset::ETH)
        info.assets.push_back(Asset::ETH);
    info.findings = setup.tape->findings();
    if (setup.venues->cex.slippage.enabled && setup.venues->cex.slippage.spotIsProxy)
        info.findings.push_back(costProxy(strategy.base));
    for (const SourceFile& file : data.files)
        info.files.push_back(file.path);
    return info;
}

std::string newRunId()
{
    std::random_device random;
    std::string id;
    for (int i = 0; i < 4; ++i) {
        char part[9];
        std::snprintf(part, sizeof part, "%08x", static_cast<unsigned>(random()));
        id += part;
    }
    return id;
}

} // namespace carry
