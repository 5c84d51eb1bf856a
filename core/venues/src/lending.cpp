// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/lending.h"

#include "venues/aave/units.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

using aave::U128;

constexpr std::uint8_t kEthCorrelated = 1; //!< eMode category
//! Liquidity where the data name none: far beyond any position.
constexpr U128 kPlenty = U128{1'000'000'000} * aave::kWad;

std::uint16_t bps(double fraction)
{
    return static_cast<std::uint16_t>(std::lround(fraction * 10'000));
}

aave::RiskParameters risk(double ltv, double threshold, double bonus)
{
    return {bps(ltv), bps(threshold), bps(1 + bonus)};
}

//! Positive finite figures of the market as integers of 10^-decimals.
U128 scaledBy(double value, double unit)
{
    return static_cast<U128>(std::llround(value * unit));
}

U128 ray(double index)
{
    return aave::rayFromDouble(index).value_or(aave::kRay);
}

//! Whole tokens of a total as token units; a total is known to a few digits only.
U128 total(double tokens)
{
    return tokens > 0 ? static_cast<U128>(tokens * 1e9) * U128{1'000'000'000} : U128{0};
}

Error refused(const aave::Refusal& refusal, std::string_view operation)
{
    return Error(ErrorCode::ChainAaveRefused)
        .with("refusal", std::string(refusal.name()))
        .with("operation", std::string(operation));
}

Error outOfRange(Decimal amount, std::string_view operation)
{
    return Error(ErrorCode::ChainAaveRefused)
        .with("refusal", "InvalidAmount")
        .with("operation", std::string(operation) + " " + amount.toString());
}

} // namespace

namespace
{

//! Curves of the main market as published (optimal utilisation, base, slopes).
aave::RateCurve curveOf(Asset asset)
{
    return asset == Asset::USDT ? aave::RateCurve::fromBps(9'200, 0, 550, 3'500)
                                : aave::RateCurve::fromBps(9'200, 0, 270, 8'000);
}

} // namespace

RateImpact Lending::impact(Asset asset) const
{
    const double all = asset == Asset::USDT ? m_readings.usdtSupplied : m_readings.ethSupplied;
    const double lent = asset == Asset::USDT ? m_readings.usdtBorrowed : m_readings.ethBorrowed;
    if (all <= 0 || lent > all)
        return {};
    const double unit = asset == Asset::USDT ? 1e6 : 1e9; // the scale of both does not change a rate
    const auto inUnits = [unit](double tokens) { return static_cast<U128>(std::max(0.0, tokens) * unit); };
    const aave::RateInputs market{inUnits(lent), inUnits(all - lent), 0,
                                  m_pool.reserve(id(asset)).config.reserveFactorBps};
    const double own = supplied(asset).toDouble();
    const double owed = asset == Asset::ETH ? debt(asset).toDouble() : 0;
    const aave::RateShift shift = aave::shiftRates(curveOf(asset), market, inUnits(own), inUnits(owed));
    return {aave::rayToDouble(shift.withOwn.liquidity) - aave::rayToDouble(shift.market.liquidity),
            aave::rayToDouble(shift.withOwn.variableBorrow) - aave::rayToDouble(shift.market.variableBorrow)};
}

Lending::Lending(const AaveRules& rules, std::optional<Asset> lst) : m_lst(lst)
{
    const auto list = [&](Asset asset, std::string_view symbol, std::uint8_t decimals) {
        const AaveReserveRules& r = rules.reserves[static_cast<std::size_t>(asset)];
        aave::ReserveConfig config;
        config.setSymbol(symbol);
        config.decimals = decimals;
        config.risk = risk(r.ltv, r.threshold, r.bonus);
        config.reserveFactorBps = bps(r.reserveFactor);
        config.protocolFeeBps = bps(rules.protocolFee);
        m_reserves[static_cast<std::size_t>(asset)] = *m_pool.addReserve(config, 1);
    };
    list(Asset::USDT, "USDT", 6);
    list(Asset::ETH, "WETH", 18);
    if (m_lst)
        list(*m_lst, toText(*m_lst), 18);
    aave::EModeCategory category;
    category.risk = risk(rules.eModeLtv, rules.eModeThreshold, rules.eModeBonus);
    category.collateral.set(id(Asset::ETH), true);
    category.borrowable.set(id(Asset::ETH), true);
    if (m_lst) {
        category.collateral.set(id(*m_lst), true);
        category.borrowable.set(id(*m_lst), true);
    }
    m_pool.setEMode(kEthCorrelated, category);
    m_user = *m_pool.addUser();
    m_liquidator = *m_pool.addUser();
}

void Lending::drive(const LendingReadings& r)
{
    m_readings = r;
    m_pool.setTime(std::chrono::duration_cast<std::chrono::seconds>(r.time.time_since_epoch()).count());
    constexpr double kBase = 1e8; // USD with 8 decimals
    m_pool.setPrice(id(Asset::USDT), static_cast<U128>(kBase));
    m_pool.setPrice(id(Asset::ETH), scaledBy(r.ethUsd, kBase));
    aave::HistoricReserve usdt;
    usdt.liquidityIndex = ray(r.usdtIndex);
    usdt.available = kPlenty;
    m_pool.setHistoric(id(Asset::USDT), usdt);
    aave::HistoricReserve eth;
    eth.liquidityIndex = ray(r.ethIndex);
    eth.variableBorrowIndex = ray(r.ethBorrowIndex);
    eth.available = r.ethSupplied > 0 ? total(r.ethSupplied - r.ethBorrowed) : kPlenty;
    eth.scaledSupply = total(r.ethSupplied / r.ethIndex);
    eth.scaledDebt = total(r.ethBorrowed / r.ethBorrowIndex);
    m_pool.setHistoric(id(Asset::ETH), eth);
    if (!m_lst)
        return;
    m_ratio = Decimal::fromDouble(r.lstRatio);
    m_pool.setPrice(id(*m_lst), scaledBy(r.lstRatio * r.ethUsd, kBase));
    aave::HistoricReserve lst;
    lst.liquidityIndex = ray(r.lstIndex);
    lst.available = kPlenty;
    m_pool.setHistoric(id(*m_lst), lst);
}

void Lending::adopt(const aave::Account& account)
{
    m_pool.restore(m_user, account);
    if (m_readings.time != Time{})
        drive(LendingReadings(m_readings));
}

std::optional<aave::U128> Lending::units(Asset asset, Decimal amount) const
{
    return aave::toUnits(amount, m_pool.reserve(id(asset)).config.decimals, Rounding::TowardZero);
}

Decimal Lending::tokens(Asset asset, U128 units) const
{
    const auto value = aave::fromUnits(units, m_pool.reserve(id(asset)).config.decimals);
    if (!value)
        throw DecimalOverflow();
    return *value;
}

Result<void> Lending::supply(Asset asset, Decimal amount)
{
    const auto whole = units(asset, amount);
    if (!whole)
        return fail(outOfRange(amount, "supply"));
    if (const auto done = m_pool.supply(m_user, id(asset), *whole, m_user); !done)
        return fail(refused(done.error(), "supply " + amount.toString() + " " + std::string(toText(asset))));
    return {};
}

Result<Decimal> Lending::withdraw(Asset asset, Decimal amount, bool everything)
{
    const auto whole = units(asset, amount);
    if (!whole && !everything)
        return fail(outOfRange(amount, "withdraw"));
    const auto done = m_pool.withdraw(m_user, id(asset), everything ? aave::kAll : *whole);
    if (!done)
        return fail(refused(done.error(), "withdraw " + amount.toString() + " " + std::string(toText(asset))));
    return tokens(asset, done->amount);
}

Result<void> Lending::borrow(Asset asset, Decimal amount)
{
    const auto whole = units(asset, amount);
    if (!whole)
        return fail(outOfRange(amount, "borrow"));
    const auto done = m_pool.borrow(m_user, id(asset), *whole, aave::RateMode::Variable, m_user);
    if (!done)
        return fail(refused(done.error(), "borrow " + amount.toString() + " " + std::string(toText(asset))));
    return {};
}

Result<Decimal> Lending::repay(Asset asset, Decimal amount, bool everything)
{
    const auto whole = units(asset, amount);
    if (!whole && !everything)
        return fail(outOfRange(amount, "repay"));
    const auto done =
        m_pool.repay(m_user, id(asset), everything ? aave::kAll : *whole, aave::RateMode::Variable, m_user);
    if (!done)
        return fail(refused(done.error(), "repay " + amount.toString() + " " + std::string(toText(asset))));
    return tokens(asset, done->amount);
}

Result<void> Lending::setEMode(std::uint8_t category)
{
    if (const auto done = m_pool.setUserEMode(m_user, category); !done)
        return fail(refused(done.error(), "eMode " + std::to_string(category)));
    return {};
}

Decimal Lending::scaledSupply(Asset asset) const
{
    return tokens(asset, m_pool.account(m_user).positions[aave::index(id(asset))].supply);
}

Decimal Lending::scaledDebt(Asset asset) const
{
    return tokens(asset, m_pool.account(m_user).positions[aave::index(id(asset))].debt);
}

Decimal Lending::supplied(Asset asset) const
{
    return tokens(asset, m_pool.supplyBalance(m_user, id(asset)));
}

Decimal Lending::debt(Asset asset) const
{
    return tokens(asset, m_pool.debtBalance(m_user, id(asset)));
}

bool Lending::inEMode() const
{
    return m_pool.account(m_user).eMode != 0;
}

LendingFigures Lending::figures() const
{
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    const aave::AccountData data = m_pool.accountData(m_user);
    LendingFigures f;
    f.collateralUsd = static_cast<double>(data.collateral) * 1e-8;
    f.debtUsd = static_cast<double>(data.debt) * 1e-8;
    f.threshold = data.thresholdBps * 1e-4;
    f.maxLtv = data.ltvBps * 1e-4;
    const bool owes = data.debt != 0;
    f.ltv = owes && data.collateral != 0 ? f.debtUsd / f.collateralUsd : kNaN;
    f.healthFactor = owes ? data.healthFactor.toDouble() * 1e-18 : kNaN;
    return f;
}

Decimal Lending::collateralEth() const
{
    Decimal eth = supplied(Asset::ETH);
    if (m_lst)
        eth += Decimal::multiply(supplied(*m_lst), m_ratio, Rounding::Down);
    return eth;
}

Decimal Lending::borrowable(double ltv) const
{
    const Decimal target = Decimal::multiply(Decimal::fromDouble(ltv, 12), collateralEth(), Rounding::Down);
    const Decimal room = target - debt(Asset::ETH);
    return room.isPositive() ? room : Decimal();
}

std::optional<LendingLiquidation> Lending::liquidate()
{
    const aave::AccountData data = m_pool.accountData(m_user);
    if (data.debt == 0 || data.healthFactor >= aave::kHealthy)
        return std::nullopt;
    const Asset taken = m_lst && !scaledSupply(*m_lst).isZero() ? *m_lst : Asset::ETH;
    const Decimal collateralBefore = supplied(taken);
    const Decimal debtBefore = debt(Asset::ETH);
    const auto done =
        m_pool.liquidate({m_liquidator, m_user, id(taken), id(Asset::ETH), aave::kAll, /*receiveATokens=*/false});
    if (!done)
        return std::nullopt; // the protocol does not allow it (yet)
    LendingLiquidation l;
    l.debtRepaid = tokens(Asset::ETH, done->amount);
    l.collateralSeized = collateralBefore - supplied(taken);
    l.healthFactorBefore = data.healthFactor.toDouble() * 1e-18;
    const Decimal left = debtBefore - debt(Asset::ETH) - l.debtRepaid;
    l.badDebt = left.isPositive() ? left : Decimal();
    return l;
}

} // namespace carry
