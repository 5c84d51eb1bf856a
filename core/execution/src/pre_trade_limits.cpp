// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/pre_trade_limits.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

template <class... Ts> struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

std::int64_t dayOf(Time time)
{
    return std::chrono::floor<std::chrono::days>(time.time_since_epoch()).count();
}

std::string shown(double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.8g", value);
    return buffer;
}

Error instructionError(ErrorCode code, const Instruction& instruction)
{
    return Error(code).with("instruction", std::int64_t{instruction.id});
}

//! Share class per unit.
double priceOf(Asset asset, const PreTradePresent& p)
{
    const Situation& s = p.situation;
    if (asset == Asset::USDT)
        return p.books.price(p.books.chart().wallet(Asset::USDT));
    if (isLst(asset))
        return s.chain.ratio * s.ethPrice;
    return asset == Asset::ETH && p.books.chart().base() != Asset::ETH ? s.ethPrice : s.referencePrice;
}

double usdt(const PreTradePresent& p)
{
    return priceOf(Asset::USDT, p);
}

//! Every venue that an instruction touches.
std::vector<Venue> venuesOf(const InstructionBody& body)
{
    return std::visit(Overloaded{
                          [](const Transfer& t) {
                              return std::vector{t.from, t.to};
                          },
                          [](const SpotTrade& t) { return std::vector{t.venue}; },
                          [](const PerpTrade& t) { return std::vector{t.venue}; },
                          [](const Swap&) { return std::vector{Venue::Wallet}; },
                          [](const Stake& s) { return std::vector{issuerOf(s.token)}; },
                          [](const Unstake& u) { return std::vector{issuerOf(u.token)}; },
                          [](const auto&) { return std::vector{Venue::AaveV3}; },
                      },
                      body);
}

std::vector<Asset> assetsOf(const InstructionBody& body)
{
    return std::visit(Overloaded{
                          [](const SpotTrade& t) { return std::vector{t.base}; },
                          [](const PerpTrade& t) { return std::vector{t.base}; },
                          [](const Swap& s) {
                              return std::vector{s.sell, s.buy};
                          },
                          [](const Stake& s) { return std::vector{s.token}; },
                          [](const Unstake& u) { return std::vector{u.token}; },
                          [](const SetEMode&) { return std::vector<Asset>{}; },
                          [](const auto& b) { return std::vector{b.asset}; },
                      },
                      body);
}

//! What Instruction::referencePrice was taken from; nothing where there is none.
std::optional<double> presentPrice(const Instruction& instruction, const PreTradePresent& p)
{
    const Situation& s = p.situation;
    return std::visit(
        Overloaded{
            [&](const SpotTrade& t) { return std::optional(s.venues[exchangeIndex(t.venue)].spot); },
            [&](const PerpTrade& t) { return std::optional(s.venues[exchangeIndex(t.venue)].mark); },
            [](const Transfer&) { return std::optional<double>(); },
            [](const SetEMode&) { return std::optional<double>(); },
            [&](const Swap& w) { return std::optional(isLst(w.sell) ? s.chain.market * s.ethPrice : s.ethPrice); },
            [&](const auto&) { return std::optional(s.ethPrice); },
        },
        instruction.body);
}

} // namespace

std::string_view toText(TradingState state)
{
    constexpr std::array<std::string_view, 3> kText{"ACTIVE", "REDUCING", "HALTED"};
    return kText[static_cast<std::size_t>(state)];
}

double DayUse::at(Time now) const
{
    return dayOf(now) == day ? notional : 0.0;
}

void DayUse::add(Time now, double amount)
{
    notional = at(now) + amount;
    day = dayOf(now);
}

double notionalOf(const Instruction& instruction, const PreTradePresent& p)
{
    const Situation& s = p.situation;
    const auto value = [&](Asset asset, Decimal amount) { return amount.toDouble() * priceOf(asset, p); };
    return std::visit(
        Overloaded{
            [&](const Transfer& t) { return value(t.asset, t.amount); },
            [&](const SpotTrade& t) { return t.quantity.toDouble() * s.venues[exchangeIndex(t.venue)].spot * usdt(p); },
            [&](const PerpTrade& t) { return t.quantity.toDouble() * s.venues[exchangeIndex(t.venue)].mark * usdt(p); },
            [&](const Swap& w) { return value(w.sellExact ? w.sell : w.buy, w.buyAmount); },
            [&](const Stake& k) { return value(Asset::ETH, k.amount); },
            [&](const Unstake& u) { return value(u.token, u.amount); },
            [](const SetEMode&) { return 0.0; },
            [&](const auto& b) { return value(b.asset, b.amount); },
        },
        instruction.body);
}

double notionalOf(const Plan& plan, const PreTradePresent& present)
{
    double sum = 0;
    for (const Phase& phase : plan.phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                sum += notionalOf(i, present);
    return sum;
}

double leverageOf(const Situation& s)
{
    double exposure = s.chain.collateral * s.ethPrice;
    for (const VenueSituation& v : s.venues)
        exposure += std::isnan(v.notional) ? 0.0 : v.notional;
    return s.nav > 0 ? exposure / s.nav : 0.0;
}

PreTradeCheck::Running PreTradeCheck::running() const
{
    Running r;
    const Situation& s = m_present.situation;
    r.exposure = leverageOf(s) * s.nav;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        r.perp[i] = s.venues[i].perp;
    return r;
}

Result<void> PreTradeCheck::checkState(const Plan& plan, bool flatten) const
{
    if (m_state == TradingState::Halted && !flatten)
        return fail(Error(ErrorCode::GateHalted).with("plan", std::int64_t{plan.id}));
    if (m_state == TradingState::Reducing && !plan.riskReducing)
        return fail(Error(ErrorCode::GateReducing).with("plan", std::int64_t{plan.id}));
    return {};
}

Result<void> PreTradeCheck::plan(const Plan& plan) const
{
    if (auto allowed = checkState(plan, /*flatten=*/false); !allowed)
        return allowed;
    const double notional = notionalOf(plan, m_present);
    if (!plan.riskReducing && notional > m_limits.maxPlanNotional)
        return fail(Error(ErrorCode::GatePlanNotional)
                        .with("plan", std::int64_t{plan.id})
                        .with("found", shown(notional))
                        .with("expected", shown(m_limits.maxPlanNotional)));
    Running r = running();
    for (const Phase& phase : plan.phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                if (auto allowed = checkOne(i, plan.riskReducing, r); !allowed)
                    return allowed;
    return {};
}

Result<void> PreTradeCheck::sending(const Plan& plan, std::span<const Instruction> instructions, bool flatten) const
{
    if (auto allowed = checkState(plan, flatten); !allowed)
        return allowed;
    Running r = running();
    for (const Instruction& i : instructions)
        if (auto allowed = checkOne(i, plan.riskReducing, r); !allowed)
            return allowed;
    return {};
}

Result<void> PreTradeCheck::checkOne(const Instruction& instruction, bool reducing, Running& r) const
{
    if (auto allowed = checkLists(instruction); !allowed)
        return allowed;
    if (auto allowed = checkPrice(instruction); !allowed)
        return allowed;
    if (auto allowed = checkAge(instruction); !allowed)
        return allowed;
    return reducing ? Result<void>{} : checkSizes(instruction, notionalOf(instruction, m_present), r);
}

Result<void> PreTradeCheck::checkSizes(const Instruction& instruction, double notional, Running& r) const
{
    if (notional > m_limits.maxInstructionNotional)
        return fail(instructionError(ErrorCode::GateInstructionNotional, instruction)
                        .with("found", shown(notional))
                        .with("expected", shown(m_limits.maxInstructionNotional)));
    r.notional += notional;
    if (const double today = m_used.at(m_present.now) + r.notional; today > m_limits.maxDayNotional)
        return fail(instructionError(ErrorCode::GateDayNotional, instruction)
                        .with("day", formatIso(m_present.now).substr(0, 10))
                        .with("found", shown(today))
                        .with("expected", shown(m_limits.maxDayNotional)));
    const double change = exposureChange(instruction, r);
    r.exposure += change;
    const double nav = m_present.situation.nav;
    const double leverage = nav > 0 ? r.exposure / nav : PreTradeLimits::kNone;
    if (change > 0 && leverage > m_limits.maxLeverage)
        return fail(instructionError(ErrorCode::GateLeverage, instruction)
                        .with("found", shown(leverage))
                        .with("expected", shown(m_limits.maxLeverage)));
    return {};
}

double PreTradeCheck::exposureChange(const Instruction& instruction, Running& r) const
{
    if (const auto* trade = std::get_if<PerpTrade>(&instruction.body)) {
        double& perp = r.perp[exchangeIndex(trade->venue)];
        const double before = std::abs(perp);
        perp += (trade->side == Side::Buy ? 1 : -1) * trade->quantity.toDouble();
        const double mark = m_present.situation.venues[exchangeIndex(trade->venue)].mark;
        return (std::abs(perp) - before) * mark * usdt(m_present);
    }
    // USDT that is lent carries no price.
    if (const auto* supply = std::get_if<Supply>(&instruction.body); supply && supply->asset != Asset::USDT)
        return notionalOf(instruction, m_present);
    if (const auto* out = std::get_if<Withdraw>(&instruction.body); out && out->asset != Asset::USDT)
        return -notionalOf(instruction, m_present);
    return 0;
}

Result<void> PreTradeCheck::checkLists(const Instruction& instruction) const
{
    for (const Venue venue : venuesOf(instruction.body))
        if (!m_limits.venues.test(static_cast<std::size_t>(venue)))
            return fail(instructionError(ErrorCode::GateVenue, instruction).with("venue", std::string(toText(venue))));
    for (const Asset asset : assetsOf(instruction.body))
        if (!m_limits.assets.test(static_cast<std::size_t>(asset)))
            return fail(instructionError(ErrorCode::GateAsset, instruction).with("asset", std::string(toText(asset))));
    return {};
}

Result<void> PreTradeCheck::checkPrice(const Instruction& instruction) const
{
    const auto now = presentPrice(instruction, m_present);
    const double then = instruction.referencePrice;
    if (!now || !(then > 0) || std::isnan(*now))
        return {};
    const double moved = std::abs(*now / then - 1);
    if (moved <= m_limits.maxPriceDeviation)
        return {};
    return fail(instructionError(ErrorCode::GatePriceDeviation, instruction)
                    .with("reference", shown(then))
                    .with("found", shown(*now))
                    .with("moved", shown(moved))
                    .with("expected", shown(m_limits.maxPriceDeviation)));
}

Result<void> PreTradeCheck::checkAge(const Instruction& instruction) const
{
    const auto check = [&](Time observed, std::optional<Duration> limit, std::string_view venue) -> Result<void> {
        const Duration age = m_present.now - observed;
        if (!limit || age <= *limit)
            return {};
        const auto seconds = [](Duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); };
        return fail(instructionError(ErrorCode::GateDataAge, instruction)
                        .with("venue", std::string(venue))
                        .with("found", std::int64_t{seconds(age)})
                        .with("expected", std::int64_t{seconds(*limit)}));
    };
    const MarketView& market = m_present.market;
    const LegMap& legs = m_present.legs;
    if (const auto* spot = std::get_if<SpotTrade>(&instruction.body))
        return check(market.observed(legs.spot[exchangeIndex(spot->venue)]), m_limits.maxDataAge, toText(spot->venue));
    if (const auto* perp = std::get_if<PerpTrade>(&instruction.body))
        return check(market.observed(legs.perp[exchangeIndex(perp->venue)]), m_limits.maxDataAge, toText(perp->venue));
    if (!isOnChain(instruction.body))
        return {};
    if (legs.ethReference)
        if (auto fresh = check(market.observed(*legs.ethReference), m_limits.maxDataAge, "the ETH reference"); !fresh)
            return fresh;
    if (legs.chain.ratio)
        return check(market.frameObserved(legs.chain.ratio->accrual), m_limits.maxChainDataAge, "the chain");
    return {};
}

} // namespace carry
