// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a stage that acts on what is held on chain.
#include "stage.h"

#include "venues/chain_account.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double readingOr(const MarketView& market, const std::optional<std::size_t>& frame, double otherwise)
{
    return frame ? market.frame(*frame) : otherwise;
}

double accrued(const MarketView& market, const std::optional<ChainMap::Grown>& grown)
{
    return grown ? market.frame(grown->accrual) : 1.0;
}

double trailing(const MarketView& market, const std::optional<ChainMap::Grown>& grown)
{
    return grown ? market.frame(grown->apr) : kNaN;
}

} // namespace

World World::begin(const RunSetup& setup)
{
    World world(std::make_shared<const ChartOfAccounts>(setup.strategy->info().base, setup.strategy->holdings()));
    if (setup.strategy->holdings().aave)
        world.outside.lending = Lending(setup.venues->aave, setup.strategy->holdings().lst);
    return world;
}

AccountId Stage::shareWallet() const
{
    return m_world.books.chart().wallet(m_setup.shareClass);
}

AccountId Stage::shareOutside() const
{
    return m_world.books.chart().outside(m_setup.shareClass);
}

void Stage::growOwnImpact()
{
    OwnGrowth& own = m_world.ownGrowth;
    if (m_setup.venues->aave.marketImpact && own.until != Time{}) {
        const double years =
            static_cast<double>((m_world.now - own.until).count()) / static_cast<double>((365 * kDay).count());
        const RateImpact eth = m_world.outside.lending.impact(Asset::ETH);
        const RateImpact usdt = m_world.outside.lending.impact(Asset::USDT);
        own.ethSupply *= 1 + eth.supply * years;
        own.ethBorrow *= 1 + eth.borrow * years;
        own.usdtSupply *= 1 + usdt.supply * years;
    }
    own.until = m_world.now;
}

Stage::ChainIndices Stage::indicesOf(const MarketView& market) const
{
    const ChainMap& map = m_setup.legs.chain;
    const OwnGrowth& own = m_world.ownGrowth;
    return {accrued(market, map.lstIndex), accrued(market, map.ethIndex) * own.ethSupply,
            accrued(market, map.ethBorrow) * own.ethBorrow, accrued(market, map.usdtIndex) * own.usdtSupply};
}

void Stage::driveChain(const MarketView& market)
{
    const ChainMap& map = m_setup.legs.chain;
    if (!m_world.books.chart().chain().aave)
        return;
    growOwnImpact();
    const ChainIndices indices = indicesOf(market);
    LendingReadings r;
    r.time = m_world.now;
    r.ethUsd = market.price(*m_setup.legs.ethReference);
    r.lstRatio = map.ratio ? market.frame(map.ratio->accrual) : 0;
    r.lstIndex = indices.lst;
    r.ethIndex = indices.eth;
    r.ethBorrowIndex = indices.ethBorrow;
    r.usdtIndex = indices.usdt;
    r.ethSupplied = readingOr(market, map.ethSupplied, 0);
    r.ethBorrowed = readingOr(market, map.ethBorrowed, 0);
    r.usdtSupplied = readingOr(market, map.usdtSupplied, 0);
    r.usdtBorrowed = readingOr(market, map.usdtBorrowed, 0);
    m_world.outside.lending.drive(r);
}

void Stage::repriceChain(const MarketView& market)
{
    driveChain(market);
    Books& books = m_world.books;
    const ChartOfAccounts& chart = books.chart();
    const ChainMap& map = m_setup.legs.chain;
    const double ethUsd = market.price(*m_setup.legs.ethReference);
    const double eth = m_setup.legs.ethClass ? 1.0 : ethUsd;
    const double usdt = m_setup.legs.ethClass ? 1.0 / ethUsd : 1.0;
    books.reprice(chart.wallet(Asset::ETH), eth);
    books.reprice(chart.inFlight(Asset::ETH), eth);
    if (m_setup.legs.ethClass) {
        books.reprice(chart.wallet(Asset::USDT), usdt);
        books.reprice(chart.inFlight(Asset::USDT), usdt);
    }
    const double ratio = map.ratio ? market.frame(map.ratio->accrual) : 1.0;
    if (chart.chain().lst)
        books.reprice(chart.lst(), UnitValue{1, ratio, eth});
    if (!chart.chain().aave)
        return;
    const ChainIndices indices = indicesOf(market);
    books.reprice(chart.aave(Asset::USDT).supply, UnitValue{indices.usdt, 1, usdt});
    books.reprice(chart.aave(Asset::ETH).supply, UnitValue{indices.eth, 1, eth});
    books.reprice(chart.aave(Asset::ETH).debt, UnitValue{indices.ethBorrow, 1, eth});
    if (chart.chain().lst)
        books.reprice(chart.aave(*chart.chain().lst).supply, UnitValue{indices.lst, ratio, eth});
}

void Stage::fillChain(const MarketView& market)
{
    ChainSituation& c = m_world.situation.chain;
    const Books& books = m_world.books;
    const ChartOfAccounts& chart = books.chart();
    const ChainMap& map = m_setup.legs.chain;
    c.ratio = map.ratio ? market.frame(map.ratio->accrual) : 0;
    c.market = map.ratio ? readingOr(market, map.marketRate, kNaN) : kNaN;
    c.discount = std::abs(c.market - c.ratio) / c.ratio;
    const ChainIndices indices = indicesOf(market);
    c.lstIndex = indices.lst;
    c.ethIndex = indices.eth;
    c.ethBorrowIndex = indices.ethBorrow;
    c.usdtIndex = indices.usdt;
    c.stakingApr = trailing(market, map.ratio);
    c.lstSupplyApr = trailing(market, map.lstIndex);
    c.ethSupplyApr = trailing(market, map.ethIndex);
    c.usdtSupplyApr = trailing(market, map.usdtIndex);
    c.borrowApr = trailing(market, map.ethBorrow);
    c.lst = chart.chain().lst ? books.quantity(chart.lst()) : 0;
    c.unstaking = 0;
    for (const Shipment& shipment : m_world.outside.inFlight)
        if (shipment.from == Venue::EtherFi || shipment.from == Venue::Lido)
            c.unstaking += shipment.amount.toDouble();
    c.ltv = c.healthFactor = kNaN;
    if (chart.chain().aave) {
        c.suppliedEth = books.quantity(chart.aave(Asset::ETH).supply) * c.ethIndex;
        c.suppliedUsdt = books.quantity(chart.aave(Asset::USDT).supply) * c.usdtIndex;
        c.suppliedLst = chart.chain().lst ? books.quantity(chart.aave(*chart.chain().lst).supply) * c.lstIndex : 0;
        c.debt = -books.quantity(chart.aave(Asset::ETH).debt) * c.ethBorrowIndex + 0.0;
        c.collateral = c.suppliedLst * c.ratio + c.suppliedEth;
        if (c.debt > 0) {
            const LendingFigures figures = m_world.outside.lending.figures();
            c.ltv = figures.ltv;
            c.healthFactor = figures.healthFactor;
            c.liquidationThreshold = figures.threshold;
            c.maxLtv = figures.maxLtv;
        }
    }
    c.net = c.collateral - c.debt + c.lst * c.ratio + c.unstaking;
}

void Stage::settleLending()
{
    if (!m_world.books.chart().chain().aave ||
        m_world.books.balance(m_world.books.chart().aave(Asset::ETH).debt).isZero())
        return;
    constexpr int kMostCalls = 64; // half of the debt each time: far more than it takes
    for (int call = 0; call < kMostCalls; ++call) {
        const auto outcome = m_world.outside.lending.liquidate();
        if (!outcome)
            return;
        const ChainPrices none;
        ChainAccount(m_world.books, m_world.outside.lending, m_world.outside.flash, m_setup.venues->chain, none)
            .settleLiquidation(*outcome);
        JournalEvent event;
        event.kind = EventKind::LendingLiquidation;
        event.scope = kBookScope;
        event.numbers = {outcome->debtRepaid.toDouble(), outcome->collateralSeized.toDouble(),
                         outcome->healthFactorBefore, outcome->badDebt.toDouble()};
        note(event);
        m_world.risk.markLendingBreached(m_changes);
        interruptPlan(kBookScope);
    }
}

void Stage::settleRewards(const MarketView& market)
{
    const ChainMap& map = m_setup.legs.chain;
    const std::array<std::pair<std::optional<std::size_t>, std::optional<std::size_t>>, 2> kinds{
        {{map.eigen, map.eigenPrice}, {map.ethfi, map.ethfiPrice}}};
    Books& books = m_world.books;
    const ChartOfAccounts& chart = books.chart();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto& [perEth, price] = kinds[i];
        if (!perEth)
            continue;
        const std::int64_t payout = toMs(market.frameObserved(*perEth));
        const bool first = m_world.paidRewards[i] == 0; // what was paid before the run began went to others
        const bool due = !first && payout > m_world.paidRewards[i];
        m_world.paidRewards[i] = payout;
        const ChainSituation& c = m_world.situation.chain;
        const double staked = (c.lst + c.suppliedLst) * c.ratio; // held at the last step
        if (!due || staked <= 0)
            continue;
        const double tokens = staked * market.frame(*perEth);
        const Decimal eth = Decimal::fromDouble(tokens * market.frame(*price), 18, Rounding::Down);
        if (!eth.isPositive())
            continue;
        books.post(chart.outside(Asset::ETH), chart.wallet(Asset::ETH), eth, Cause::Reward, 0);
        JournalEvent event;
        event.kind = EventKind::Reward;
        event.scope = kBookScope;
        event.a = static_cast<std::uint8_t>(i);
        event.numbers = {tokens, market.frame(*price), eth.toDouble()};
        note(event);
    }
}

} // namespace carry
