// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/proposal.h"

#include "base/digest.h"
#include "engine/what_if.h"
#include "execution/approval_hash.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

//! SHA-256 over what the outside world and the books hold.
std::string stateHashOf(const World& world)
{
    Sha256 hash;
    for (std::size_t i = 0; i < world.books.chart().size(); ++i)
        hash.text(world.books.balance(static_cast<AccountId>(i)).toString());
    for (const Shipment& s : world.outside.inFlight) {
        hash.u64(s.instruction);
        hash.text(s.amount.toString());
        hash.u64(static_cast<std::uint64_t>(toMs(s.arrives)));
    }
    for (const Instruction& i : world.outside.waitingOrders)
        hash.text(canonicalText(i));
    return hash.hex();
}

void addExchanges(std::vector<Quote>& quotes, const LegMap& legs, const MarketView& market)
{
    for (std::size_t i = 0; legs.exchanges && i < kExchangeCount; ++i) {
        const std::string venue(toText(kExchanges[i]));
        quotes.push_back({venue + " spot", market.price(legs.spot[i]), market.observed(legs.spot[i])});
        quotes.push_back({venue + " perp", market.price(legs.perp[i]), market.observed(legs.perp[i])});
    }
}

//! Every price the models look at, always in the same order.
std::vector<Quote> quotesOf(const RunSetup& setup, const MarketView& market)
{
    const LegMap& legs = setup.legs;
    std::vector<Quote> quotes;
    addExchanges(quotes, legs, market);
    if (legs.ethReference)
        quotes.push_back({"ETH/USDT", market.price(*legs.ethReference), market.observed(*legs.ethReference)});
    const ChainMap& chain = legs.chain;
    if (chain.ratio)
        quotes.push_back(
            {"staked token ratio", market.frame(chain.ratio->accrual), market.frameObserved(chain.ratio->accrual)});
    if (chain.marketRate)
        quotes.push_back(
            {"staked token market", market.frame(*chain.marketRate), market.frameObserved(*chain.marketRate)});
    return quotes;
}

CostRange costsOf(const CostEstimate& expected)
{
    return {{expected.fees, 0, expected.gas}, expected, {expected.fees, 2 * expected.slippage, 2 * expected.gas}};
}

double seconds(Duration d)
{
    return static_cast<double>(d.count()) / 1'000;
}

std::vector<UnhedgedAfter> unhedgedOf(const WhatIfResult& result, Time made, Duration repair)
{
    std::vector<UnhedgedAfter> out;
    out.push_back({0, unhedgedNotional(result.before), result.before.netDelta, 0, 0});
    Time last = made;
    for (const WhatIfPoint& point : result.trace) {
        out.back().seconds = seconds(point.time - last);
        last = point.time;
        out.push_back({point.instruction, point.unhedgedNotional, point.netDelta, 0, 0});
    }
    for (UnhedgedAfter& after : out)
        after.worstSeconds = after.seconds + seconds(repair);
    out.back().worstSeconds = 0; // nothing is missing then
    return out;
}

double overNav(double value, const Situation& s)
{
    return s.nav > 0 ? value / s.nav : 0.0;
}

//! Everything that the copy knows. Cost and notional are there already.
void addOutcome(Proposal& p, WhatIfResult result, const GatePolicy& policy, const std::optional<StressRules>& stress)
{
    p.before = result.before;
    p.after = result.after.situation;
    p.outcome = result.outcome;
    p.doneAt = result.after.now;
    p.leverageBefore = leverageOf(p.before);
    p.leverageAfter = leverageOf(p.after);
    p.modelledCost = result.cost;
    const double unhedged = overNav(unhedgedNotional(p.after), p.after) - overNav(unhedgedNotional(p.before), p.before);
    p.figures.highCost = p.cost.high.total();
    p.figures.riskChange = std::max(p.leverageAfter - p.leverageBefore, unhedged);
    const Books& books = result.after.books;
    p.balancesAfter.clear();
    for (std::size_t i = 0; i < books.chart().size(); ++i)
        p.balancesAfter.push_back(books.balance(static_cast<AccountId>(i)));
    if (stress)
        p.stressAfter = stressAll(*stress, stressInput(result.after));
    p.unhedged = unhedgedOf(result, p.made, policy.repairDelay);
    p.states = std::move(result.states);
}

} // namespace

double unhedgedNotional(const Situation& s)
{
    return s.deltaDrift * s.nav;
}

StressInput stressInput(const World& world)
{
    const Situation& s = world.situation;
    const Books& books = world.books;
    const ChartOfAccounts& chart = books.chart();
    StressInput input;
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        const ExchangeAccounts& ids = chart.exchange(venue);
        StressVenue& out = input.venues[exchangeIndex(venue)];
        out.usdt = books.quantity(ids.usdt);
        out.coin = books.quantity(ids.coin);
        out.perp = books.quantity(ids.perp);
        out.perpQuote = books.quantity(ids.perpQuote);
        out.spot = v.spot;
        out.mark = v.mark;
        out.fundingApr = v.fundingApr;
    }
    const auto held = [&](AccountId account) { return books.quantity(account); };
    input.wallet = {held(chart.wallet(Asset::USDT)), held(chart.wallet(Asset::ETH)), 0};
    input.inFlight = {held(chart.inFlight(Asset::USDT)), held(chart.inFlight(Asset::ETH)), 0};
    input.ethUsd = chart.chain().any() ? s.ethUsd : books.price(chart.wallet(Asset::ETH));
    input.coinUsd = input.ethUsd;
    if (chart.base() != Asset::ETH) {
        input.wallet.coin = held(chart.wallet(chart.base()));
        input.inFlight.coin = held(chart.inFlight(chart.base()));
        input.coinUsd = books.price(chart.wallet(chart.base()));
    }
    if (chart.chain().any()) {
        const ChainSituation& c = s.chain;
        StressChain& out = input.chain;
        out.lst = c.lst;
        out.suppliedLst = c.suppliedLst;
        out.suppliedEth = c.suppliedEth;
        out.suppliedUsdt = c.suppliedUsdt;
        out.debt = c.debt;
        out.unstaking = c.unstaking;
        if (chart.chain().lst) {
            out.ratio = c.ratio;
            out.market = c.market;
        }
        out.stakingApr = c.stakingApr;
        out.lstSupplyApr = c.lstSupplyApr;
        out.ethSupplyApr = c.ethSupplyApr;
        out.usdtSupplyApr = c.usdtSupplyApr;
        out.borrowApr = c.borrowApr;
    }
    return input;
}

Proposal makeProposal(const RunSetup& setup, const World& world, const MarketView& market, const Decision& decision,
                      std::shared_ptr<const Plan> plan, const GatePolicy& policy,
                      const std::optional<StressRules>& stress)
{
    const PreTradePresent present{world.books, world.situation, market, setup.legs, world.now};
    Proposal p;
    p.hash = approvalHash(*plan);
    p.stateHash = stateHashOf(world);
    p.made = world.now;
    p.expires = world.now + policy.validFor;
    p.action = decision.action;
    p.reason = decision.reason;
    p.numbers = decision.numbers;
    p.riskReducing = plan->riskReducing;
    p.plan = plan;
    if (stress)
        p.stressBefore = stressAll(*stress, stressInput(world));
    p.cost = costsOf(plan->cost);
    p.figures.notional = notionalOf(*plan, present);
    p.figures.riskReducing = plan->riskReducing;
    p.needsSecond = p.figures.notional > policy.secondApproverAbove;
    addOutcome(p, whatIf(setup, world, market, plan), policy, stress);
    p.quotes = quotesOf(setup, market);
    const double target = setup.legs.ethClass ? world.situation.nav : 0.0;
    p.bundles = bundlesOf(*plan, world.situation.netDelta - target);
    return p;
}

Result<Proposal> partOf(const Proposal& whole, std::vector<GroupRef> groups, const RunSetup& setup, const World& world,
                        const MarketView& market, const GatePolicy& policy, const std::optional<StressRules>& stress)
{
    const PreTradePresent present{world.books, world.situation, market, setup.legs, world.now};
    Proposal p = whole;
    p.part.clear();
    p.figures.notional = 0;
    CostEstimate cost;
    bool all = true;
    for (std::size_t phase = 0; phase < whole.plan->phases.size(); ++phase)
        for (std::size_t group = 0; group < whole.plan->phases[phase].groups.size(); ++group) {
            if (std::ranges::find(groups, GroupRef{phase, group}) == groups.end()) {
                all = false;
                continue;
            }
            p.part.push_back({phase, group});
            for (const Instruction& i : whole.plan->phases[phase].groups[group].instructions) {
                cost += i.cost;
                p.figures.notional += notionalOf(i, present);
            }
        }
    if (p.part.empty())
        return fail(Error(ErrorCode::GateReason).with("action", "approve_groups").with("found", "groups of the plan"));
    if (auto closed = checkClosed(whole.bundles, p.part); !closed)
        return fail(closed.error());
    if (all)
        return whole;
    p.cost = costsOf(cost);
    addOutcome(p, whatIf(setup, world, market, whole.plan, p.part), policy, stress);
    return p;
}

Drift driftOf(const Proposal& proposal, const RunSetup& setup, const World& world, const MarketView& market,
              const GatePolicy& policy)
{
    Drift drift;
    drift.age = world.now - proposal.made;
    drift.expired = world.now >= proposal.expires;
    const std::vector<Quote> now = quotesOf(setup, market);
    for (std::size_t i = 0; i < now.size() && i < proposal.quotes.size(); ++i) {
        const double then = proposal.quotes[i].price;
        const double moved = then > 0 ? std::abs(now[i].price / then - 1) : 0.0;
        if (moved > drift.moved) { // false for a price that is not known
            drift.moved = moved;
            drift.quote = now[i].name;
        }
    }
    drift.stale = drift.moved > policy.maxPriceMove;
    drift.stateChanged = stateHashOf(world) != proposal.stateHash;
    return drift;
}

} // namespace carry
