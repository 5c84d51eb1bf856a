// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/exports.h"

namespace carry
{
namespace
{

using Json = nlohmann::ordered_json;

Json figure(const Figure& f)
{
    return f.value ? Json(*f.value) : Json(nullptr);
}

Json attributionOf(const Attribution& attribution, std::optional<Venue> venue)
{
    Json out = Json::object();
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        out[std::string(toText(item))] = venue ? attribution.at(*venue, item) : attribution.total(item);
    }
    return out;
}

Json byVenue(const RunInfo& info, const RunSummary& s)
{
    Json out = Json::object();
    for (const Venue venue : placesOf(info.chain)) {
        Json one = Json::object();
        one["equity"] = s.equityByVenue[static_cast<std::size_t>(venue)];
        double pnl = 0;
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            pnl += s.attribution.at(venue, static_cast<PnlItem>(i));
        one["pnl"] = pnl;
        one["attribution"] = attributionOf(s.attribution, venue);
        out[venue == Venue::Chain ? "in_flight" : std::string(toText(venue))] = std::move(one);
    }
    return out;
}

Json fundingOf(const RunSummary& s)
{
    Json out = Json::object();
    out["total"] = s.fundingTotal;
    for (const char* key : {"by_venue", "settlements_by_venue", "estimated_by_venue", "missing_by_venue"})
        out[key] = Json::object();
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const std::string name{toText(venue)};
        out["by_venue"][name] = s.fundingByVenue[i];
        out["settlements_by_venue"][name] = s.settlementsByVenue[i];
        out["estimated_by_venue"][name] = s.estimatedByVenue[i];
        Json missing = Json::array();
        for (const Time t : s.missingByVenue[i])
            missing.push_back(formatIso(t));
        out["missing_by_venue"][name] = std::move(missing);
    }
    return out;
}

Json metricsOf(const RunInfo& info, const RunSummary& s)
{
    const PerformanceMetrics& p = s.performance;
    Json out = Json::object();
    Json reasons = Json::object();
    const auto put = [&](const char* name, const Figure& f) {
        out[name] = figure(f);
        if (!f.value)
            reasons[name] = std::string(toText(f.reason));
    };
    out["days"] = p.days;
    put("apr", p.apr);
    put("cagr", p.cagr);
    put("twr", p.twr);
    put("volatility", p.volatility);
    put("sharpe", p.sharpe);
    put("sortino", p.sortino);
    put("max_drawdown", p.maxDrawdown);
    const bool fell = p.maxDrawdown.value && *p.maxDrawdown.value > 0;
    out["max_drawdown_from"] = fell ? Json(formatIso(p.drawdownFrom)) : Json(nullptr);
    out["max_drawdown_to"] = fell ? Json(formatIso(p.drawdownTo)) : Json(nullptr);
    out["max_drawdown_days"] = p.drawdownDays;
    put("calmar", p.calmar);
    put("positive_days", p.positiveDays);
    put("turnover", s.turnover);
    out["costs"] = s.costs;
    put("cost_ratio", s.costRatio);
    put("min_margin_ratio", s.minMarginRatio);
    const bool margin = s.minMarginRatio.value.has_value();
    out["min_margin_ratio_at"] = margin ? Json(formatIso(s.minMarginAt)) : Json(nullptr);
    out["min_margin_ratio_venue"] = margin ? Json(std::string(toText(s.minMarginVenue))) : Json(nullptr);
    out["min_margin_ratio_price"] = margin ? Json(s.minMarginPrice) : Json(nullptr);
    put("min_health_factor", s.minHealthFactor);
    if (info.chain.any()) {
        const bool debt = s.minHealthFactor.value.has_value();
        out["min_health_factor_at"] = debt ? Json(formatIso(s.minHealthFactorAt)) : Json(nullptr);
        out["min_health_factor_ratio"] =
            debt && s.minHealthFactorRatio > 0 ? Json(s.minHealthFactorRatio) : Json(nullptr);
    }
    out["empty_reasons"] = std::move(reasons);
    return out;
}

Json instructionsOf(const RunInfo& info, const RunSummary& s)
{
    constexpr std::size_t kOffChain = 4; // transfers, trades, and swaps for gas: the types that every run may have
    Json out = Json::object();
    out["by_type"] = Json::object();
    for (std::size_t i = 0; i < (info.chain.any() ? kInstructionTypes.size() : kOffChain); ++i)
        out["by_type"][std::string(kInstructionTypes[i])] = s.instructionsByType[i];
    out["by_state"] = Json::object();
    for (std::size_t i = 0; i < kInstructionStateCount; ++i)
        if (s.instructionsByState[i] != 0)
            out["by_state"][std::string(toText(static_cast<InstructionState>(i)))] = s.instructionsByState[i];
    return out;
}

Json positionsOf(const RunSummary& s)
{
    Json out = Json::array();
    for (const PositionRow& p : s.positions)
        out.push_back({{"key", p.key}, {"amount", p.amount.toString()}, {"price", p.price}, {"value", p.value}});
    return out;
}

//! What a fork parts from, and the forks behind it.
Json forksOf(const RunInfo& info)
{
    Json out = Json::array();
    for (const Fork& f : info.forks)
        out.push_back({{"parent", f.parent},
                       {"at", formatIso(f.at)},
                       {"decision", f.decision ? Json(std::string(toText(*f.decision))) : Json(nullptr)},
                       {"changes", f.changes}});
    return out;
}

Json warningsOf(const RunInfo& info)
{
    Json out = Json::array();
    if (info.synthetic)
        out.push_back({{"kind", "synthetic"}, {"text", "The market data are synthetic"}});
    for (const Finding& f : info.findings) {
        Json one = Json::object();
        one["kind"] = std::string(toText(f.kind));
        one["rule"] = std::string(toText(f.rule));
        one["series"] = f.series;
        if (f.from)
            one["from"] = formatIso(*f.from);
        if (f.to)
            one["to"] = formatIso(*f.to);
        one["count"] = f.count;
        one["text"] = describeFinding(f, info.files);
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace

Json runToJson(const RunInfo& info, const RunSummary& s)
{
    Json out = Json::object();
    out["run_id"] = info.runId;
    out["status"] = std::string(toText(s.status));
    out["preset"] = info.preset;
    out["strategy"] = info.strategy;
    out["share_class"] = std::string(toText(info.shareClass));
    out["data"] = info.dataName;
    out["synthetic"] = info.synthetic;
    out["from"] = formatIso(info.from);
    out["to"] = formatIso(info.to);
    out["steps"] = s.steps;
    out["capital"] = info.capital;
    out["nav"] = {{"initial", s.navInitial}, {"final", s.navFinal}, {"external_flows", s.externalFlows}};
    const Attribution& a = s.attribution;
    out["pnl"] = {{"balance", s.pnlBalance},
                  {"unexplained", s.unexplained},
                  {"basis", a.total(PnlItem::SpotPrice) + a.total(PnlItem::PerpPrice)},
                  {"attribution", attributionOf(a, std::nullopt)}};
    out["by_venue"] = byVenue(info, s);
    out["funding"] = fundingOf(s);
    out["metrics"] = metricsOf(info, s);
    out["decisions"] = Json::object();
    for (std::size_t i = 0; i < kActionCount; ++i)
        out["decisions"][std::string(toText(static_cast<Action>(i)))] = s.decisions[i];
    out["instructions"] = instructionsOf(info, s);
    out["plans"] = {{"completed", s.plansCompleted}, {"failed", s.plansFailed}};
    out["positions_final"] = positionsOf(s);
    out["liquidations"] = s.liquidations;
    out["warnings"] = warningsOf(info);
    out["configuration"] = info.configuration;
    if (!info.forks.empty()) {
        out["parent"] = info.forks.back().parent;
        out["fork_at"] = formatIso(info.forks.back().at);
        out["forks"] = forksOf(info);
    }
    out["data_digest"] = info.dataDigest;
    out["result_digest"] = s.resultDigest;
    out["instruction_digest"] = s.instructionDigest;
    const RunTiming& t = s.timing;
    out["timing"] = {{"load_s", t.loadSeconds},
                     {"engine_s", t.engineSeconds},
                     {"store_s", t.storeSeconds},
                     {"steps_per_s", t.engineSeconds > 0 ? static_cast<double>(s.steps) / t.engineSeconds : 0.0}};
    return out;
}

Json errorToJson(const Error& error)
{
    Json context = Json::object();
    for (const auto& [key, value] : error.context())
        context[key] = value;
    return {{"code", std::string(error.codeText())},
            {"message", error.message()},
            {"remedy", std::string(errorInfo(error.code()).remedy)},
            {"context", std::move(context)}};
}

std::string jsonText(const Json& document)
{
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace carry
