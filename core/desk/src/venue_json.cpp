// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/venue_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

using Json = nlohmann::ordered_json;

struct Broken {
};

// ---- writing

Json put(Decimal value)
{
    return value.toString();
}
Json put(Time value)
{
    return toMs(value);
}
Json put(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}
template <class E>
    requires std::is_enum_v<E>
Json put(E value)
{
    return static_cast<int>(value);
}

//! Amounts of the protocol are beyond 64 bits.
Json put128(aave::U128 value)
{
    std::string text;
    do {
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return text;
}

Json put(const std::optional<Error>& error)
{
    if (!error)
        return nullptr;
    Json context = Json::array();
    for (const auto& [key, value] : error->context())
        context.push_back({key, value});
    return {{"code", std::string(error->codeText())}, {"context", context}};
}

// ---- reading; what does not fit throws Broken or an exception of the library

template <class T> T whole(const Json& json)
{
    return json.get<T>();
}
Decimal decimal(const Json& json)
{
    const auto value = Decimal::parse(json.get<std::string>());
    if (!value)
        throw Broken{};
    return *value;
}
Time time(const Json& json)
{
    return fromMs(json.get<std::int64_t>());
}
double number(const Json& json)
{
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}
template <class E> E enumeration(const Json& json, std::size_t count)
{
    const int value = json.get<int>();
    if (value < 0 || static_cast<std::size_t>(value) >= count)
        throw Broken{};
    return static_cast<E>(value);
}
Asset asset(const Json& json)
{
    return enumeration<Asset>(json, kAssetCount);
}
Venue venue(const Json& json)
{
    return enumeration<Venue>(json, kVenueCount);
}
Stream stream(const Json& json)
{
    return enumeration<Stream>(json, kStreamCount);
}
Sizing sizing(const Json& json)
{
    return enumeration<Sizing>(json, 4);
}
aave::U128 number128(const Json& json)
{
    aave::U128 value = 0;
    for (const char c : json.get<std::string>()) {
        if (c < '0' || c > '9')
            throw Broken{};
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}
std::optional<Error> error(const Json& json)
{
    if (json.is_null())
        return std::nullopt;
    for (const ErrorInfo& info : errorCatalog())
        if (info.text == json.at("code").get<std::string>()) {
            Error found(info.code);
            for (const Json& entry : json.at("context"))
                found.with(entry.at(0).get<std::string>(), entry.at(1).get<std::string>());
            return found;
        }
    throw Broken{};
}

// ---- instructions

Json put(const InstructionBody& body)
{
    struct Visitor {
        Json operator()(const Transfer& t) const
        {
            return {{"from", put(t.from)},
                    {"to", put(t.to)},
                    {"asset", put(t.asset)},
                    {"amount", put(t.amount)},
                    {"sweep", t.sweep}};
        }
        Json trade(Venue venue, Asset base, Side side, Decimal quantity) const
        {
            return {{"venue", put(venue)}, {"base", put(base)}, {"side", put(side)}, {"quantity", put(quantity)}};
        }
        Json operator()(const SpotTrade& t) const { return trade(t.venue, t.base, t.side, t.quantity); }
        Json operator()(const PerpTrade& t) const { return trade(t.venue, t.base, t.side, t.quantity); }
        Json operator()(const Swap& s) const
        {
            return {{"sell", put(s.sell)},
                    {"buy", put(s.buy)},
                    {"amount", put(s.buyAmount)},
                    {"sell_exact", s.sellExact},
                    {"sizing", put(s.sizing)}};
        }
        Json sized(Asset of, Decimal amount, Sizing how) const
        {
            return {{"asset", put(of)}, {"amount", put(amount)}, {"sizing", put(how)}};
        }
        Json operator()(const Stake& s) const { return sized(s.token, s.amount, s.sizing); }
        Json operator()(const Unstake& s) const { return sized(s.token, s.amount, s.sizing); }
        Json operator()(const Supply& s) const { return sized(s.asset, s.amount, s.sizing); }
        Json operator()(const Withdraw& s) const { return sized(s.asset, s.amount, s.sizing); }
        Json operator()(const Repay& s) const { return sized(s.asset, s.amount, s.sizing); }
        Json operator()(const Borrow& b) const
        {
            Json json = sized(b.asset, b.amount, b.sizing);
            json["ltv"] = put(b.ltv);
            return json;
        }
        Json operator()(const FlashBorrow& f) const { return {{"asset", put(f.asset)}, {"amount", put(f.amount)}}; }
        Json operator()(const FlashRepay& f) const { return {{"asset", put(f.asset)}, {"amount", put(f.amount)}}; }
        Json operator()(const SetEMode& e) const { return {{"category", e.category}}; }
    };
    Json json = std::visit(Visitor{}, body);
    json["type"] = body.index();
    return json;
}

InstructionBody body(const Json& j)
{
    const auto side = [&] { return enumeration<Side>(j.at("side"), 2); };
    const auto amount = [&] { return decimal(j.at("amount")); };
    const auto of = [&] { return asset(j.at("asset")); };
    const auto how = [&] { return sizing(j.at("sizing")); };
    switch (j.at("type").get<std::size_t>()) {
    case 0:
        return Transfer{venue(j.at("from")), venue(j.at("to")), of(), amount(), j.at("sweep").get<bool>()};
    case 1:
        return SpotTrade{venue(j.at("venue")), asset(j.at("base")), side(), decimal(j.at("quantity"))};
    case 2:
        return PerpTrade{venue(j.at("venue")), asset(j.at("base")), side(), decimal(j.at("quantity"))};
    case 3:
        return Swap{asset(j.at("sell")), asset(j.at("buy")), amount(), j.at("sell_exact").get<bool>(), how()};
    case 4:
        return Stake{of(), amount(), how()};
    case 5:
        return Unstake{of(), amount(), how()};
    case 6:
        return Supply{of(), amount(), how()};
    case 7:
        return Withdraw{of(), amount(), how()};
    case 8:
        return Borrow{of(), amount(), how(), number(j.at("ltv"))};
    case 9:
        return Repay{of(), amount(), how()};
    case 10:
        return FlashBorrow{of(), amount()};
    case 11:
        return FlashRepay{of(), amount()};
    case 12:
        return SetEMode{j.at("category").get<std::uint8_t>()};
    default:
        throw Broken{};
    }
}

//! What a venue needs of an instruction; costs and expectations are the session's own.
Json put(const Instruction& i)
{
    return {{"id", i.id}, {"purpose", put(i.purpose)}, {"iteration", i.iteration}, {"body", put(i.body)}};
}

Instruction instruction(const Json& j)
{
    Instruction i;
    i.id = j.at("id").get<InstructionId>();
    i.purpose = enumeration<Purpose>(j.at("purpose"), kPurposeCount);
    i.iteration = j.at("iteration").get<std::uint16_t>();
    i.body = body(j.at("body"));
    return i;
}

Json put(const OrderRequest& r)
{
    Json instructions = Json::array();
    for (const Instruction& i : r.instructions)
        instructions.push_back(put(i));
    return {{"client_id", r.clientId}, {"stream", put(r.stream)}, {"instructions", instructions},
            {"atomic", r.atomic},      {"sent", put(r.sent)},     {"valid_until", put(r.validUntil)},
            {"at_open", r.atOpen},     {"attempt", r.attempt}};
}

OrderRequest request(const Json& j)
{
    OrderRequest r;
    r.clientId = j.at("client_id").get<std::string>();
    r.stream = stream(j.at("stream"));
    for (const Json& i : j.at("instructions"))
        r.instructions.push_back(instruction(i));
    if (r.instructions.empty())
        throw Broken{};
    r.atomic = j.at("atomic").get<bool>();
    r.sent = time(j.at("sent"));
    r.validUntil = time(j.at("valid_until"));
    r.atOpen = j.at("at_open").get<bool>();
    r.attempt = j.at("attempt").get<std::uint32_t>();
    return r;
}

// ---- reports

Json put(const Shipment& s)
{
    return {{"instruction", s.instruction}, {"from", put(s.from)},     {"to", put(s.to)},
            {"asset", put(s.asset)},        {"amount", put(s.amount)}, {"departed", put(s.departed)},
            {"arrives", put(s.arrives)}};
}

Shipment shipment(const Json& j)
{
    return {j.at("instruction").get<InstructionId>(),
            venue(j.at("from")),
            venue(j.at("to")),
            asset(j.at("asset")),
            decimal(j.at("amount")),
            time(j.at("departed")),
            time(j.at("arrives"))};
}

Json put(const ExecutionEvent& e)
{
    return {{"instruction", e.instruction}, {"state", put(e.state)},       {"time", put(e.time)},
            {"price", put(e.price)},        {"quantity", put(e.quantity)}, {"error", put(e.error)},
            {"measured", e.measured},       {"ltv", put(e.ltv)},           {"health_factor", put(e.healthFactor)}};
}

ExecutionEvent executionEvent(const Json& j)
{
    ExecutionEvent e;
    e.instruction = j.at("instruction").get<InstructionId>();
    e.state = enumeration<InstructionState>(j.at("state"), kInstructionStateCount);
    e.time = time(j.at("time"));
    e.price = number(j.at("price"));
    e.quantity = decimal(j.at("quantity"));
    e.error = error(j.at("error"));
    e.measured = j.at("measured").get<bool>();
    e.ltv = number(j.at("ltv"));
    e.healthFactor = number(j.at("health_factor"));
    return e;
}

Json put(const aave::Account& account)
{
    Json positions = Json::array();
    for (const aave::Position& p : account.positions)
        positions.push_back({put128(p.supply), put128(p.debt)});
    return {{"positions", positions},
            {"collateral", account.collateral.bits()},
            {"borrowing", account.borrowing.bits()},
            {"e_mode", account.eMode}};
}

aave::Account aaveAccount(const Json& j)
{
    aave::Account account;
    const auto mask = [](const Json& bits) {
        aave::ReserveMask out;
        for (std::size_t i = 0; i < aave::kMaxReserves; ++i)
            out.set(static_cast<aave::ReserveId>(i), (bits.get<unsigned>() >> i & 1U) != 0);
        return out;
    };
    for (std::size_t i = 0; i < account.positions.size(); ++i) {
        account.positions[i].supply = number128(j.at("positions").at(i).at(0));
        account.positions[i].debt = number128(j.at("positions").at(i).at(1));
    }
    account.collateral = mask(j.at("collateral"));
    account.borrowing = mask(j.at("borrowing"));
    account.eMode = j.at("e_mode").get<std::uint8_t>();
    return account;
}

struct PutBody {
    Json operator()(const Posting& p) const
    {
        return {{"from", p.from},
                {"to", p.to},
                {"cause", put(p.cause)},
                {"instruction", p.instruction},
                {"amount", put(p.amount)}};
    }
    Json operator()(const OrderUpdate& u) const
    {
        Json events = Json::array();
        for (const ExecutionEvent& e : u.events)
            events.push_back(put(e));
        return {{"client_id", u.clientId}, {"events", events}, {"ended", u.ended}};
    }
    Json operator()(const ShipmentLeft& s) const { return put(s.shipment); }
    Json operator()(const ShipmentArrived& s) const { return put(s.shipment); }
    Json operator()(const ChainState& s) const
    {
        return {
            {"lends", s.lends}, {"account", put(s.account)}, {"last_output", put(s.lastOutput)}, {"nonce", s.nonce}};
    }
    Json operator()(const FundingRecord& r) const
    {
        return {{"venue", put(r.venue)},
                {"interval", r.intervalHours},
                {"flags", r.flags},
                {"reading", r.readingFlags},
                {"paid", r.paid},
                {"rate", put(r.rate)},
                {"mark", put(r.mark)},
                {"age", put(r.ageHours)},
                {"position", put(r.position)},
                {"cash", put(r.cash)},
                {"file", r.file},
                {"line", r.line}};
    }
    Json operator()(const JournalEvent& e) const
    {
        Json numbers = Json::array();
        for (const double n : e.numbers)
            numbers.push_back(put(n));
        return {
            {"kind", put(e.kind)},   {"a", e.a},          {"b", e.b}, {"scope", e.scope}, {"reference", e.reference},
            {"error", put(e.error)}, {"numbers", numbers}};
    }
};

FundingRecord fundingRecord(const Json& j)
{
    FundingRecord r;
    r.venue = venue(j.at("venue"));
    r.intervalHours = j.at("interval").get<std::uint8_t>();
    r.flags = j.at("flags").get<std::uint8_t>();
    r.readingFlags = j.at("reading").get<std::uint8_t>();
    r.paid = j.at("paid").get<bool>();
    r.rate = number(j.at("rate"));
    r.mark = number(j.at("mark"));
    r.ageHours = number(j.at("age"));
    r.position = number(j.at("position"));
    r.cash = decimal(j.at("cash"));
    r.file = j.at("file").get<std::uint32_t>();
    r.line = j.at("line").get<std::uint32_t>();
    return r;
}

JournalEvent journalEvent(const Json& j)
{
    JournalEvent e;
    e.kind = enumeration<EventKind>(j.at("kind"), kEventKindCount);
    e.a = j.at("a").get<std::uint8_t>();
    e.b = j.at("b").get<std::uint8_t>();
    e.scope = j.at("scope").get<std::uint8_t>();
    e.reference = j.at("reference").get<std::uint32_t>();
    e.error = error(j.at("error"));
    for (std::size_t i = 0; i < e.numbers.size(); ++i)
        e.numbers[i] = number(j.at("numbers").at(i));
    return e;
}

ReportBody reportBody(std::size_t type, const Json& j)
{
    switch (type) {
    case 0:
        return Posting{j.at("from").get<AccountId>(), j.at("to").get<AccountId>(),
                       enumeration<Cause>(j.at("cause"), kCauseCount), j.at("instruction").get<InstructionId>(),
                       decimal(j.at("amount"))};
    case 1: {
        OrderUpdate update{j.at("client_id").get<std::string>(), {}, j.at("ended").get<bool>()};
        for (const Json& e : j.at("events"))
            update.events.push_back(executionEvent(e));
        return update;
    }
    case 2:
        return ShipmentLeft{shipment(j)};
    case 3:
        return ShipmentArrived{shipment(j)};
    case 4:
        return ChainState{j.at("lends").get<bool>(), aaveAccount(j.at("account")), decimal(j.at("last_output")),
                          j.at("nonce").get<std::uint64_t>()};
    case 5:
        return fundingRecord(j);
    case 6:
        return journalEvent(j);
    default:
        throw Broken{};
    }
}

// ---- messages

struct PutMessage {
    Json operator()(const AccountReport& r) const
    {
        return {{"sequence", r.sequence},
                {"time", put(r.time)},
                {"type", r.body.index()},
                {"body", std::visit(PutBody{}, r.body)}};
    }
    Json operator()(const PlacementAnswer& a) const
    {
        return {{"client_id", a.clientId},
                {"taken", a.taken},
                {"retry_after", a.retryAfter.count()},
                {"attempt", a.attempt}};
    }
    Json operator()(const QueryAnswer& a) const
    {
        return {{"client_id", a.clientId}, {"exists", a.exists}, {"sequence", a.sequence}, {"asked", put(a.asked)}};
    }
    Json operator()(const BalanceAnswer& a) const
    {
        Json balances = Json::array();
        for (const auto& [account, amount] : a.balances)
            balances.push_back({account, put(amount)});
        return {{"sequence", a.sequence}, {"time", put(a.time)}, {"balances", balances}};
    }
    Json operator()(const FetchAnswer& a) const { return {{"sequence", a.sequence}}; }
    Json operator()(const ConnectionChange& c) const { return {{"connected", c.connected}}; }
    Json operator()(const SessionResumed& s) const { return {{"connected_all", s.connected}}; }
};

VenueMessage message(const Json& j)
{
    const Stream of = stream(j.at("stream"));
    const auto id = [&] { return j.at("client_id").get<std::string>(); };
    const auto sequence = [&] { return j.at("sequence").get<std::uint64_t>(); };
    switch (j.at("message").get<std::size_t>()) {
    case 0:
        return AccountReport{of, sequence(), time(j.at("time")),
                             reportBody(j.at("type").get<std::size_t>(), j.at("body"))};
    case 1:
        return PlacementAnswer{of, id(), j.at("taken").get<bool>(), Duration{j.at("retry_after").get<std::int64_t>()},
                               j.value("attempt", std::uint32_t{0})};
    case 2:
        return QueryAnswer{of, id(), j.at("exists").get<bool>(), sequence(),
                           j.contains("asked") ? time(j.at("asked")) : Time::max()};
    case 3: {
        BalanceAnswer answer{of, sequence(), j.contains("time") ? time(j.at("time")) : Time::max(), {}};
        for (const Json& b : j.at("balances"))
            answer.balances.emplace_back(b.at(0).get<AccountId>(), decimal(b.at(1)));
        return answer;
    }
    case 4:
        return FetchAnswer{of, sequence()};
    case 5:
        return ConnectionChange{of, j.at("connected").get<bool>()};
    case 6: {
        SessionResumed resumed{of, {}};
        for (std::size_t i = 0; i < kStreamCount; ++i)
            resumed.connected[i] = j.at("connected_all").at(i).get<bool>();
        return resumed;
    }
    default:
        throw Broken{};
    }
}

//! Reads with `read`; whatever does not fit is one error.
template <class Read> auto parsed(const std::string& text, Read&& read) -> Result<decltype(read(Json()))>
{
    const auto broken = [&] {
        return fail(Error(ErrorCode::StoreCorrupt)
                        .with("file", "session journal")
                        .with("found", "'" + text.substr(0, 60) + "'"));
    };
    try {
        return read(Json::parse(text));
    } catch (const Json::exception&) {
        return broken();
    } catch (const Broken&) {
        return broken();
    }
}

} // namespace

std::string toJson(const Intent& intent)
{
    Json json{{"time", put(intent.time)}, {"cancel", intent.cancel}, {"request", put(intent.request)}};
    return json.dump();
}

std::string toJson(const SessionInput& input)
{
    Json messages = Json::array();
    for (const VenueMessage& m : input.messages) {
        Json one{{"message", m.index()}, {"stream", put(streamOf(m))}};
        one.update(std::visit(PutMessage{}, m));
        messages.push_back(std::move(one));
    }
    Json json{{"poll", input.poll}, {"intents", input.intents}, {"time", put(input.time)}, {"messages", messages}};
    return json.dump();
}

std::string toJson(const PaperRequest& r)
{
    Json json{{"driven", r.driven}, {"stream", put(r.stream)}, {"cancelled", r.cancelled}};
    json["placed"] = r.placed ? put(*r.placed) : Json(nullptr);
    return json.dump();
}

Result<Intent> parseIntent(const std::string& text)
{
    return parsed(text, [](const Json& j) {
        return Intent{time(j.at("time")), j.at("cancel").get<bool>(), request(j.at("request"))};
    });
}

Result<SessionInput> parseSessionInput(const std::string& text)
{
    return parsed(text, [](const Json& j) {
        SessionInput input{
            j.at("poll").get<std::uint64_t>(), j.at("intents").get<std::uint64_t>(), time(j.at("time")), {}};
        for (const Json& m : j.at("messages"))
            input.messages.push_back(message(m));
        return input;
    });
}

Result<PaperRequest> parsePaperRequest(const std::string& text)
{
    return parsed(text, [](const Json& j) {
        PaperRequest r{j.at("driven").get<std::uint64_t>(), std::nullopt, j.at("cancelled").get<std::string>(),
                       stream(j.at("stream"))};
        if (!j.at("placed").is_null())
            r.placed = request(j.at("placed"));
        return r;
    });
}

} // namespace carry
