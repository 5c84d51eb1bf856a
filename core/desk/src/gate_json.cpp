// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/gate_json.h"

#include "desk/exports.h"
#include "desk/stress.h"

#include <cmath>

namespace carry
{
namespace
{

using Json = nlohmann::ordered_json;

Json finite(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json words(std::string_view text)
{
    return std::string(text);
}

Json refsOf(const std::vector<GroupRef>& groups)
{
    Json out = Json::array();
    for (const GroupRef ref : groups)
        out.push_back(toText(ref));
    return out;
}

Json costOf(const CostEstimate& cost)
{
    return {{"fees", cost.fees}, {"slippage", cost.slippage}, {"gas", cost.gas}, {"total", cost.total()}};
}

Json planOf(const Plan& plan)
{
    Json phases = Json::array();
    for (std::size_t p = 0; p < plan.phases.size(); ++p) {
        Json groups = Json::array();
        for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g) {
            const Group& group = plan.phases[p].groups[g];
            Json instructions = Json::array();
            for (const Instruction& i : group.instructions)
                instructions.push_back({{"id", i.id},
                                        {"type", words(typeText(i.body))},
                                        {"purpose", words(toText(i.purpose))},
                                        {"text", describeInstruction(i.body)},
                                        {"reference_price", finite(i.referencePrice)},
                                        {"cost", costOf(i.cost)}});
            groups.push_back({{"group", toText(GroupRef{p, g})},
                              {"kind", words(toText(group.kind))},
                              {"instructions", std::move(instructions)}});
        }
        phases.push_back({{"kind", words(toText(plan.phases[p].kind))}, {"groups", std::move(groups)}});
    }
    return {{"plan", plan.id}, {"phases", std::move(phases)}};
}

Json figuresOf(const Situation& s, double leverage, bool exchanges)
{
    Json venues = Json::object();
    for (std::size_t i = 0; exchanges && i < kExchangeCount; ++i) {
        const VenueSituation& v = s.venues[i];
        venues[std::string(toText(kExchanges[i]))] = {{"equity", finite(v.equity)},
                                                      {"margin_ratio", finite(v.marginRatio)},
                                                      {"liquidation_distance", finite(v.liquidationDistance)},
                                                      {"spot", v.coin},
                                                      {"perp", v.perp}};
    }
    return {{"nav", s.nav},
            {"net_delta", s.netDelta},
            {"gross_delta", s.grossDelta},
            {"unhedged", unhedgedNotional(s)},
            {"leverage", leverage},
            {"ltv", finite(s.chain.debt > 0 ? s.chain.ltv : std::nan(""))},
            {"health_factor", finite(s.chain.debt > 0 ? s.chain.healthFactor : std::nan(""))},
            {"collateral_eth", s.chain.collateral},
            {"debt_eth", s.chain.debt},
            {"in_flight", s.inFlight},
            {"wallet_usdt", s.walletUsdt},
            {"wallet_eth", s.walletEth},
            {"by_venue", std::move(venues)}};
}

Json stressOf(const Proposal& p)
{
    Json out = Json::array();
    for (std::size_t i = 0; i < p.stressAfter.size(); ++i) {
        const StressRow& after = p.stressAfter[i];
        const StressRow& before = p.stressBefore[i];
        const auto factor = [](const StressRow& row) {
            return row.after.healthFactor.value ? Json(*row.after.healthFactor.value) : Json(nullptr);
        };
        const auto venue =
            after.scenario.kind == ScenarioKind::VenueLoss ? words(toText(after.scenario.venue)) : Json(nullptr);
        out.push_back({{"scenario", words(toText(after.scenario.kind))},
                       {"shock", after.scenario.shock},
                       {"venue", venue},
                       {"change_before", before.change},
                       {"change_after", after.change},
                       {"health_factor_before", factor(before)},
                       {"health_factor_after", factor(after)},
                       {"liquidated_after", after.after.lendingLiquidated ||
                                                std::ranges::any_of(after.after.venues, &VenueStress::liquidated)}});
    }
    return out;
}

Json unhedgedOf(const Proposal& p)
{
    Json out = Json::array();
    for (std::size_t k = 0; k < p.unhedged.size(); ++k) {
        const UnhedgedAfter& u = p.unhedged[k];
        out.push_back({{"completed", k},
                       {"instruction", u.instruction},
                       {"notional", u.notional},
                       {"net_delta", u.netDelta},
                       {"seconds", u.seconds},
                       {"worst_seconds", u.worstSeconds},
                       {"notional_seconds", u.notionalSeconds()},
                       {"worst_notional_seconds", u.worstNotionalSeconds()}});
    }
    return out;
}

Json bundlesOf(const Proposal& p)
{
    Json out = Json::array();
    for (const GroupBundle& bundle : p.bundles) {
        Json needs = Json::array();
        for (const std::size_t other : bundle.needs)
            for (const GroupRef ref : p.bundles[other].groups)
                needs.push_back(toText(ref));
        out.push_back({{"groups", refsOf(bundle.groups)}, {"needs", std::move(needs)}, {"why", bundle.why}});
    }
    return out;
}

std::string kindOf(const GateEvent& event)
{
    switch (event.kind) {
    case GateEvent::Kind::Proposal:
        return "proposal";
    case GateEvent::Kind::Refusal:
        return "refusal";
    case GateEvent::Kind::TradingState:
        return "trading_state";
    case GateEvent::Kind::Feed:
        return "feed";
    case GateEvent::Kind::Balances:
        return "balances";
    }
    return {};
}

std::string actionOf(const GateEvent& event)
{
    switch (event.kind) {
    case GateEvent::Kind::Proposal:
        return std::string(toText(event.step));
    case GateEvent::Kind::Refusal:
        return event.command ? std::string(toText(*event.command)) : "send";
    case GateEvent::Kind::TradingState:
        return std::string(toText(event.to));
    case GateEvent::Kind::Feed:
        return std::string(toText(event.feed));
    case GateEvent::Kind::Balances:
        return event.adopted ? "adopted" : event.differences.empty() ? "agree" : "differ";
    }
    return {};
}

//! What only some groups of a proposal would do; the rest is the proposal's.
Json partFigures(const RunInfo& info, const Proposal& part)
{
    Json all = proposalToJson(info, part);
    Json out = Json::object();
    for (const char* key : {"notional", "risk_change", "cost", "after", "outcome", "done_at", "stress", "unhedged"})
        out[key] = std::move(all[key]);
    return out;
}

//! What is not the proposal itself.
Json detailsOf(const RunInfo& info, const GateEvent& event)
{
    Json out = Json::object();
    if (event.proposal)
        out["drift"] = driftToJson(event.drift);
    if (!event.groups.empty())
        out["groups"] = refsOf(event.groups);
    if (event.part)
        out["part"] = partFigures(info, *event.part);
    if (event.before != 0)
        out["before_instruction"] = event.before;
    if (event.kind == GateEvent::Kind::TradingState)
        out["from"] = words(toText(event.from));
    for (const ShownDifference& d : event.differences)
        out["differences"].push_back(
            {{"account", d.account}, {"ledger", d.ours.toString()}, {"venue", d.theirs.toString()}});
    if (event.error)
        out["error"] = errorToJson(*event.error);
    return out;
}

//! "2.1"
std::optional<GroupRef> parseRef(const std::string& text)
{
    unsigned phase = 0;
    unsigned group = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%4u.%4u%c", &phase, &group, &rest) != 2 || phase == 0 || group == 0)
        return std::nullopt;
    return GroupRef{phase - 1, group - 1};
}

//! Reads the fields of one decision; the first that is wrong is told.
class CommandReader
{
  public:
    CommandReader(std::string_view line, Time now) : m_line(line) { m_command.at = now; }

    Result<GateCommand> read()
    {
        m_json = Json::parse(m_line, nullptr, /*allow_exceptions=*/false);
        if (!m_json.is_object())
            return wrong("it is not a JSON object");
        for (const auto& [key, value] : m_json.items())
            if (auto known = take(key, value); !known)
                return fail(known.error());
        if (!m_json.contains("action"))
            return wrong("'action' is missing");
        return m_command;
    }

  private:
    tl::unexpected<Error> wrong(std::string found) const
    {
        constexpr std::size_t kShown = 200;
        return fail(Error(ErrorCode::ConfGateCommand)
                        .with("text", std::string(m_line.substr(0, kShown)))
                        .with("found", std::move(found)));
    }
    Result<void> take(const std::string& key, const Json& value)
    {
        if (key == "proposal") {
            if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 0xffff'ffffU)
                return wrong("'proposal' is not a number");
            m_command.proposal = value.get<std::uint32_t>();
            return {};
        }
        if (key == "groups")
            return takeGroups(value);
        if (!value.is_string())
            return wrong("'" + key + "' is not text");
        return takeText(key, value.get<std::string>());
    }
    Result<void> takeText(const std::string& key, const std::string& text)
    {
        if (key == "action")
            return takeAction(text);
        if (key == "user") {
            m_command.user = text;
        } else if (key == "reason") {
            m_command.reason = text;
        } else if (key == "hash") {
            m_command.hash = text;
        } else if (key == "until" || key == "at") {
            const auto time = parseIsoTime(text);
            if (!time)
                return wrong("'" + key + "' is not a UTC time");
            (key == "at" ? m_command.at : m_command.until) = *time;
        } else if (key == "state") {
            for (const TradingState state : {TradingState::Active, TradingState::Reducing, TradingState::Halted})
                if (toText(state) == text) {
                    m_command.state = state;
                    return {};
                }
            return wrong("'state' is none of ACTIVE, REDUCING, HALTED");
        } else {
            return wrong("'" + key + "' is not known");
        }
        return {};
    }
    Result<void> takeAction(const std::string& text)
    {
        for (int kind = 0; kind <= static_cast<int>(GateCommand::Kind::AdoptBalances); ++kind)
            if (toText(static_cast<GateCommand::Kind>(kind)) == text) {
                m_command.kind = static_cast<GateCommand::Kind>(kind);
                m_command.atOnce = m_command.kind == GateCommand::Kind::Kill;
                return {};
            }
        return wrong("'action' is none of approve, approve_groups, reject, postpone, reevaluate, kill, flatten, "
                     "set_state, adopt_balances");
    }
    Result<void> takeGroups(const Json& value)
    {
        if (!value.is_array())
            return wrong("'groups' is not a list");
        for (const Json& one : value) {
            const auto ref = one.is_string() ? parseRef(one.get<std::string>()) : std::nullopt;
            if (!ref)
                return wrong("'groups' holds something else than names such as \"2.1\"");
            m_command.groups.push_back(*ref);
        }
        return {};
    }

    std::string_view m_line;
    Json m_json;
    GateCommand m_command;
};

//! What only a session itself gives: "action": "feed".
std::optional<GateCommand> feedNews(const Json& json, Time at)
{
    if (!json.is_object() || json.value("action", "") != toText(GateCommand::Kind::Feed))
        return std::nullopt;
    GateCommand command;
    command.kind = GateCommand::Kind::Feed;
    command.at = at;
    command.user = json.value("user", "");
    command.reason = json.value("reason", "");
    for (const FeedNews news : {FeedNews::Fresh, FeedNews::Stale, FeedNews::Ended})
        if (toText(news) == json.value("feed", ""))
            command.feed = news;
    return command;
}

} // namespace

Json proposalToJson(const RunInfo& info, const Proposal& p)
{
    const bool exchanges = !p.quotes.empty() && p.quotes.front().name.ends_with(" spot");
    Json out = Json::object();
    out["proposal"] = p.number;
    out["hash"] = p.hash;
    out["state_hash"] = p.stateHash;
    out["made"] = formatIso(p.made);
    out["expires"] = formatIso(p.expires);
    out["run_id"] = info.runId;
    out["strategy"] = info.strategy;
    out["share_class"] = words(toText(info.shareClass));
    out["action"] = words(toText(p.action));
    out["why"] = reasonText(p.reason, p.numbers);
    out["risk_reducing"] = p.riskReducing;
    out["flatten"] = p.flatten;
    out["asks"] = p.asks;
    out["needs_second_approver"] = p.needsSecond;
    out["notional"] = p.figures.notional;
    out["risk_change"] = p.figures.riskChange;
    out["what"] = planOf(*p.plan);
    out["bundles"] = bundlesOf(p);
    if (!p.part.empty())
        out["part"] = refsOf(p.part);
    out["cost"] = {{"low", costOf(p.cost.low)},
                   {"expected", costOf(p.cost.expected)},
                   {"high", costOf(p.cost.high)},
                   {"modelled", p.modelledCost}};
    out["before"] = figuresOf(p.before, p.leverageBefore, exchanges);
    out["after"] = figuresOf(p.after, p.leverageAfter, exchanges);
    out["outcome"] = words(toText(p.outcome));
    out["done_at"] = formatIso(p.doneAt);
    out["stress"] = stressOf(p);
    out["unhedged"] = unhedgedOf(p);
    Json quotes = Json::array();
    for (const Quote& quote : p.quotes)
        quotes.push_back(
            {{"name", quote.name}, {"price", finite(quote.price)}, {"observed", formatIso(quote.observed)}});
    out["quotes"] = std::move(quotes);
    return out;
}

Json driftToJson(const Drift& drift)
{
    return {{"age_s", static_cast<double>(drift.age.count()) / 1'000},
            {"moved_most", drift.quote},
            {"moved", drift.moved},
            {"state_changed", drift.stateChanged},
            {"expired", drift.expired},
            {"stale", drift.stale}};
}

Json gateEventToJson(const RunInfo& info, const GateEvent& event)
{
    Json out = Json::object();
    out["event"] = kindOf(event);
    out["time"] = formatIso(event.time);
    out["action"] = actionOf(event);
    out["user"] = event.user;
    out["reason"] = event.reason;
    out["command"] = event.sequence;
    if (event.proposal) {
        const bool made = event.kind == GateEvent::Kind::Proposal && event.step == ProposalStep::Made;
        out["proposal"] = made ? proposalToJson(info, *event.proposal) : Json(event.proposal->number);
    }
    out.update(detailsOf(info, event));
    return out;
}

Result<GateCommand> parseGateCommand(std::string_view line, Time now)
{
    return CommandReader(line, now).read();
}

std::string storedCommandText(const GateCommand& command)
{
    using Kind = GateCommand::Kind;
    const Kind kind = command.kind;
    Json out{{"action", words(toText(kind))}, {"user", command.user}};
    if (!command.reason.empty())
        out["reason"] = command.reason;
    if (kind <= Kind::Reevaluate) {
        out["proposal"] = command.proposal;
        out["hash"] = command.hash;
    }
    if (kind == Kind::ApproveGroups)
        out["groups"] = refsOf(command.groups);
    if (kind == Kind::Postpone)
        out["until"] = formatIso(command.until);
    if (kind == Kind::SetState)
        out["state"] = words(toText(command.state));
    if (kind == Kind::Feed)
        out["feed"] = words(toText(command.feed));
    if (command.before != 0)
        out["before"] = command.before;
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<GateCommand> parseStoredCommand(std::string_view text, Time at)
{
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (auto news = feedNews(json, at))
        return *news;
    InstructionId before = 0;
    if (json.is_object() && json.contains("before") && json["before"].is_number_unsigned()) {
        before = json["before"].get<InstructionId>();
        json.erase("before");
    }
    auto command = json.is_object() ? parseGateCommand(json.dump(-1, ' ', false, Json::error_handler_t::replace), at)
                                    : parseGateCommand(text, at);
    if (command) {
        command->before = before;
        command->atOnce = false; // its time is known now
    }
    return command;
}

AuditEntry auditEntry(const RunInfo& info, const std::string& session, const GateEvent& event, Time wall)
{
    AuditEntry entry;
    entry.time = event.time;
    entry.wall = wall;
    entry.session = session;
    entry.kind = kindOf(event);
    entry.user = event.user;
    entry.proposal = event.proposal ? event.proposal->number : 0;
    entry.action = actionOf(event);
    entry.reason = event.reason;
    Json seen = detailsOf(info, event);
    if (event.proposal)
        seen["proposal"] = proposalToJson(info, *event.proposal);
    constexpr auto kReplace = Json::error_handler_t::replace;
    entry.seen = seen.dump(-1, ' ', false, kReplace);
    return entry;
}

Json auditToJson(const AuditRow& row)
{
    Json seen = Json::parse(row.seen, nullptr, /*allow_exceptions=*/false);
    return {{"seq", row.seq},
            {"time", formatIso(row.time)},
            {"wall_time", formatIso(row.wall)},
            {"session", row.session},
            {"kind", row.kind},
            {"user", row.user},
            {"proposal", row.proposal},
            {"action", row.action},
            {"reason", row.reason},
            {"seen", seen.is_discarded() ? Json(row.seen) : std::move(seen)},
            {"previous", row.previous},
            {"hash", row.hash}};
}

} // namespace carry
