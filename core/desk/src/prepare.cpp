// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest.h"

#include "prepare_forks.h"

#include <random>
#include <sstream>

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
    request.frames = needs.frames;
    request.grid = needs.grid;
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

//! The names of all series that a run reads, the cost table included.
std::string neededSeries(const TapeRequest& request, const VenueRules& venues)
{
    std::string names;
    const auto add = [&names](Venue venue, Asset asset, SeriesKind kind) {
        names += describeSeries({venue, asset, kind}) + ", ";
    };
    for (const LegSpec& leg : request.legs)
        add(leg.proxy.value_or(leg.venue), leg.asset,
            leg.product == Product::Spot ? SeriesKind::SpotCandles : SeriesKind::PerpCandles);
    for (const FundingSpec& funding : request.funding)
        add(funding.proxy.value_or(funding.venue), funding.asset, SeriesKind::Funding);
    for (const FrameSpec& frame : request.frames)
        names += frame.proxyId.value_or(frame.id) + ", ";
    return names + (request.gas ? "gas, " : "") + (venues.cex.slippage.enabled ? "costs" : "");
}

//! The series of a refused file that a run needs; empty where it needs none, or nobody knows what the file held.
std::string neededOf(const Finding& refused, const std::string& needed)
{
    std::string names;
    const std::string all = ", " + needed + ",";
    std::istringstream series(refused.series);
    for (std::string name; std::getline(series >> std::ws, name, ',');)
        for (const char* end : {",", " ("}) // "gas (or set ...)"
            if (all.find(", " + name + end) != std::string::npos)
                names += (names.empty() ? "" : ", ") + name;
    return names;
}

//! Why series are missing, where the reason may be a file that could not be read or, failing that, be recognised.
Error withReason(Error missing, const MarketData& data)
{
    const std::string wanted(missing.value("series"));
    std::vector<std::string> reasons;
    for (const FindingKind kind : {FindingKind::Unreadable, FindingKind::Unrecognised}) {
        for (const Finding& f : data.report.findings) {
            if (f.kind != kind || (!f.series.empty() && neededOf(f, wanted).empty()))
                continue;
            const std::string file = f.file < data.files.size() ? data.files[f.file].path : std::string();
            reasons.push_back(kind == FindingKind::Unreadable ? f.detail.substr(0, f.detail.find_last_not_of('.') + 1)
                                                              : file + " has no known format");
        }
        if (!reasons.empty())
            break;
    }
    if (!reasons.empty())
        missing.with("because", reasons.front());
    if (reasons.size() > 1)
        missing.with("and", std::to_string(reasons.size() - 1) + " more, which 'carrydesk-cli data check DIR' lists");
    return missing;
}

//! A series that came from several files is not whole without each of them, nor are costs without their table.
Result<void> checkWhole(const MarketData& data, const std::string& needed)
{
    for (const Finding& f : data.report.findings)
        if (f.kind == FindingKind::Unreadable)
            if (const std::string series = neededOf(f, needed); !series.empty())
                return fail(withReason(Error(ErrorCode::DataSeriesMissing).with("series", series), data));
    return {};
}

} // namespace

Result<RunSetup> prepareRun(const RunConfiguration& configuration, const MarketData& data, const RunPeriod& period,
                            const TapeSource& source)
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
    setup.shareClass = info.shareClass;
    setup.capital = Decimal::fromDouble(values.number("capital"), 6);
    const StrategyNeeds needs = setup.strategy->needs();
    setup.legs = needs.map;
    const TapeRequest request = tapeRequest(needs, values, period);
    auto tape = source ? source(request) : Tape::build(data, request);
    if (!tape)
        return fail(tape.error().code() == ErrorCode::DataSeriesMissing ? withReason(tape.error(), data)
                                                                        : tape.error());
    if (auto whole = checkWhole(data, neededSeries(source ? TapeRequest{} : request, *setup.venues)); !whole)
        return fail(whole.error());
    setup.tape = std::move(*tape);
    if (auto changed = prepareForks(configuration, data, setup); !changed)
        return fail(changed.error());
    const std::optional<Time> end = source ? period.to : setup.tape->end(); // messages may still come
    for (const ExternalFlow& flow : setup.flows)
        if (flow.time < setup.tape->start() || (end && flow.time > *end))
            return fail(Error(ErrorCode::ConfRange)
                            .with("key", "flows.schedule")
                            .with("found", formatIso(flow.time))
                            .with("expected", formatIso(setup.tape->start()) + " … " + (end ? formatIso(*end) : "")));
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
    info.chain = setup.strategy->holdings();
    info.capital = setup.capital.toDouble();
    info.configuration = configuration.values().resolved();
    info.forks = configuration.forks();
    info.dataName = data.name;
    info.dataSource = data.source;
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
    for (const Finding& f : data.report.findings)
        if (f.kind == FindingKind::Unreadable && f.series.empty()) // it might have been one that the run needs
            info.findings.push_back(f);
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
