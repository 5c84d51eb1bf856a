// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_series.h"

#include "common/number_format.h"
#include "common/words.h"
#include "desk/inspection.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

namespace carry::ui
{
namespace
{

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ChartSeries)
};

SeriesSource columnSource(std::size_t column, double factor = 1)
{
    return {[](const RunRecord& r, std::size_t step, const SeriesSource& s) { return s.factor * r.at(step, s.column); },
            column, 0, factor};
}

SeriesSource sumSource(std::size_t column, std::size_t second)
{
    return {[](const RunRecord& r, std::size_t step, const SeriesSource& s) {
                return r.at(step, s.column) + r.at(step, s.second);
            },
            column, second};
}

SeriesSource basisSource(std::size_t exchange)
{
    return {[](const RunRecord& r, std::size_t step, const SeriesSource& s) { return basisAt(r, step, s.column); },
            exchange};
}

SeriesSource toleranceSource(double tolerance)
{
    return {
        [](const RunRecord& r, std::size_t step, const SeriesSource& s) { return toleratedDelta(r, step, s.factor); },
        0, 0, tolerance};
}

//! Last step of [0, length) at or before a time that is not before the first.
std::size_t lastStepAt(const RunRecord& record, Time time, std::size_t length)
{
    std::size_t low = 0;
    while (length - low > 1) {
        const std::size_t middle = low + (length - low) / 2;
        if (record.time(middle) <= time)
            low = middle;
        else
            length = middle;
    }
    return low;
}

//! The same column of another run at the time of the step; where that run is not, nothing.
double otherRun(const RunRecord& record, std::size_t step, const SeriesSource& source)
{
    const RunRecord& other = *source.other;
    const std::size_t length = other.committed();
    const Time time = record.time(step);
    if (length == 0 || time < other.time(0) || time > other.time(length - 1))
        return absent(EmptyReason::NotApplicable);
    std::size_t at = step; // a fork has the steps of its parent
    if (at >= length || other.time(at) != time)
        at = lastStepAt(other, time, length);
    return other.at(at, source.column) + source.factor;
}

SeriesSource otherSource(const RunRecord& other, std::size_t column, double plus = 0)
{
    SeriesSource source{otherRun, column, 0, plus};
    source.other = &other;
    return source;
}

//! Growth of a column since its first step.
SeriesSource growthSource(std::size_t column)
{
    return {[](const RunRecord& r, std::size_t step, const SeriesSource& s) {
                return r.at(step, s.column) / r.at(0, s.column) - 1;
            },
            column};
}

SeriesSource noSource()
{
    return {[](const RunRecord&, std::size_t, const SeriesSource&) { return absent(EmptyReason::NotApplicable); }};
}

//! Money of the run: USDT, or ETH with its decimals.
ChartUnit moneyUnit(const RunInfo& info)
{
    return info.shareClass == Asset::USDT ? ChartUnit::Money : ChartUnit::Coins;
}

//! Panes of the chain and of exchanges together leave little room for each.
bool isCrowded(const RunInfo& info)
{
    return borrows(info) && hasExchanges(info);
}

void addReference(PaneSpec& pane, const QString& name, SeriesSource source)
{
    ChartSeries series{name, Texts::tr("The other run at the same time"), source, SeriesRole::Line,
                       ChartSeries::Color::Text};
    series.dashed = true;
    pane.series.push_back(std::move(series));
}

PaneSpec navPane(const RunInfo& info, const RunRecord* reference, const QString& name)
{
    PaneSpec pane{PaneId::Nav, QStringLiteral("nav"), Texts::tr("NAV"),
                  QString::fromUtf8(toText(info.shareClass).data()), moneyUnit(info)};
    pane.series.push_back({reference != nullptr ? Texts::tr("This run") : Texts::tr("NAV"),
                           Texts::tr("NAV = sum of all balances at spot prices + unrealised P&L of the perps"),
                           columnSource(ColumnLayout::step(StepColumn::Nav))});
    if (reference != nullptr && reference->info().shareClass == info.shareClass)
        addReference(pane, name, otherSource(*reference, ColumnLayout::step(StepColumn::Nav)));
    pane.markers = true;
    pane.weight = 22;
    pane.lowest = 80;
    return pane;
}

//! The strategy against what could have been done instead.
PaneSpec returnPane(const RunInfo& info, const RunRecord* reference, const QString& name)
{
    PaneSpec pane{PaneId::Return, QStringLiteral("return"), Texts::tr("Return"), Texts::tr("since the start"),
                  ChartUnit::Percent};
    const std::size_t unitValue = ColumnLayout::step(StepColumn::UnitValue);
    pane.series.push_back(
        {Texts::tr("This run"),
         Texts::tr("Unit value − 1; free of deposits and withdrawals"),
         {[](const RunRecord& r, std::size_t step, const SeriesSource& s) { return r.at(step, s.column) - 1; },
          unitValue}});
    if (reference != nullptr)
        addReference(pane, name, otherSource(*reference, unitValue, -1));
    if (info.base != info.shareClass)
        pane.series.push_back({Texts::tr("%1 held").arg(QString::fromUtf8(toText(info.base).data())),
                               Texts::tr("Price / price at the start − 1: the coins bought at the start and kept"),
                               growthSource(ColumnLayout::asset(0, AssetColumn::Price)), SeriesRole::Line,
                               ChartSeries::Color::Series, 1});
    if (info.chain.aave && info.shareClass == Asset::ETH) {
        const ColumnLayout layout{info.assets.size(), info.conditions.size(), true};
        pane.series.push_back({Texts::tr("ETH lent"), Texts::tr("Aave's liquidity index / that at the start − 1"),
                               growthSource(layout.onChain(ChainColumn::EthIndex)), SeriesRole::Line,
                               ChartSeries::Color::Series, 2});
    }
    // Beside another run a benchmark's scale would lay the two over each other.
    for (ChartSeries& series : pane.series)
        series.off = reference != nullptr && series.color == ChartSeries::Color::Series && series.colorIndex > 0;
    pane.extra = reference == nullptr;
    pane.withZero = true;
    return pane;
}

//! What often comes together differs in hue.
std::size_t colorOf(PnlItem item)
{
    switch (item) {
    case PnlItem::SpotPrice:
        return 0;
    case PnlItem::TradeFees:
        return 1;
    case PnlItem::Funding:
        return 2;
    case PnlItem::Gas:
        return 3;
    case PnlItem::Slippage:
        return 4;
    case PnlItem::DebitInterest:
        return 13;
    case PnlItem::WithdrawalFees:
        return 11;
    case PnlItem::DexFees:
        return 12;
    case PnlItem::PerpPrice:
    case PnlItem::FlashFees:
        return 8;
    case PnlItem::LiquidationLoss:
        return 9;
    case PnlItem::Rewards:
        return 10;
    case PnlItem::BorrowInterest:
        return 6;
    case PnlItem::Staking:
        return 7;
    case PnlItem::SupplyInterest:
        return 5;
    case PnlItem::FxRevaluation:
        return 14;
    case PnlItem::Other:
        break;
    }
    return 15;
}

PaneSpec pnlPane(const RunInfo& info, bool priceLegs)
{
    PaneSpec pane{PaneId::Pnl, QStringLiteral("pnl"), Texts::tr("P&L"),
                  QString::fromUtf8(toText(info.shareClass).data()), moneyUnit(info)};
    if (pane.unit == ChartUnit::Coins)
        pane.nothing = 1e-6;
    const auto add = [&pane](const QString& name, const QString& help, SeriesSource source, std::size_t color) {
        pane.series.push_back({name, help, source, SeriesRole::Stack, ChartSeries::Color::Series, color});
    };
    const auto addItem = [&add](PnlItem item) {
        add(Words::pnl(item), Texts::tr("P&L by cause, cumulative since the start"),
            columnSource(ColumnLayout::pnl(item)), colorOf(item));
    };
    // The order of the stack: what carries first. The legs' price lines are large and cancel.
    constexpr std::array kCarry{PnlItem::Funding, PnlItem::Staking, PnlItem::SupplyInterest, PnlItem::BorrowInterest};
    for (const PnlItem item : kCarry)
        addItem(item);
    if (!priceLegs)
        add(hasExchanges(info) ? Texts::tr("Basis") : Texts::tr("Price"),
            Texts::tr("Spot price + perp price, cumulative since the start"),
            sumSource(ColumnLayout::pnl(PnlItem::SpotPrice), ColumnLayout::pnl(PnlItem::PerpPrice)),
            colorOf(PnlItem::SpotPrice));
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        const bool leg = item == PnlItem::SpotPrice || item == PnlItem::PerpPrice;
        const bool carried = std::find(kCarry.begin(), kCarry.end(), item) != kCarry.end();
        if (!carried && (!leg || priceLegs))
            addItem(item);
    }
    pane.withZero = true;
    pane.weight = 16;
    pane.lowest = 56;
    return pane;
}

PaneSpec drawdownPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Drawdown, QStringLiteral("drawdown"), Texts::tr("Drawdown"), {}, ChartUnit::Percent};
    pane.series.push_back(
        {Texts::tr("Drawdown"), Texts::tr("Drawdown = unit value / its peak − 1; the unit value is free of flows"),
         columnSource(ColumnLayout::step(StepColumn::Drawdown), -1), SeriesRole::Area, ChartSeries::Color::Loss});
    pane.extra = isCrowded(info);
    pane.withZero = true;
    return pane;
}

PaneSpec exposurePane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Exposure, QStringLiteral("exposure"), Texts::tr("Net delta"),
                  QString::fromUtf8(toText(info.base).data()), ChartUnit::Coins};
    pane.series.push_back(
        {Texts::tr("Net"),
         Texts::tr("Net delta = spot + perps + what is on chain of the base asset, coins; debt and shorts < 0"),
         columnSource(ColumnLayout::asset(0, AssetColumn::NetDelta))});
    if (const double tolerance = deltaTolerance(info); std::isfinite(tolerance))
        pane.series.push_back({Texts::tr("Tolerance"),
                               Texts::tr("± basis.delta_tolerance (%1) × gross delta; beyond it the strategy evens out")
                                   .arg(percent(tolerance)),
                               toleranceSource(tolerance), SeriesRole::Band, ChartSeries::Color::Muted});
    pane.withZero = true;
    return pane;
}

//! One piece for each time at which a fork moves the limit.
void addLimit(PaneSpec& pane, const RunInfo& info, const QString& name, bool critical, RiskMetric metric)
{
    const auto at = [&](Time time) {
        const Threshold limit = limitOf(info, metric, time);
        return critical ? limit.critical : limit.warn;
    };
    LimitLine piece{name, at(Time{}), critical};
    const auto end = [&](double ms) {
        piece.to = ms;
        if (std::isfinite(piece.value))
            pane.limits.push_back(piece);
    };
    std::vector<Time> changes;
    for (const Fork& fork : info.forks)
        changes.push_back(fork.at);
    std::ranges::sort(changes);
    for (const Time change : changes) {
        const double value = at(change);
        if (value == piece.value)
            continue;
        const auto ms = static_cast<double>(toMs(change));
        end(ms);
        piece.value = value;
        piece.from = ms;
    }
    end(std::numeric_limits<double>::infinity());
}

void addLimits(PaneSpec& pane, const RunInfo& info, RiskMetric metric)
{
    addLimit(pane, info, Texts::tr("warn"), false, metric);
    addLimit(pane, info, Texts::tr("critical"), true, metric);
}

PaneSpec driftPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Drift, QStringLiteral("drift"), Texts::tr("Delta drift"), Texts::tr("of NAV"),
                  ChartUnit::Percent};
    pane.series.push_back({Texts::tr("Drift"), Texts::tr("Delta drift = |net delta| × price / NAV"),
                           columnSource(ColumnLayout::step(StepColumn::DeltaDrift)), SeriesRole::Line,
                           ChartSeries::Color::Series, 3});
    addLimits(pane, info, RiskMetric::DeltaDrift);
    pane.extra = true; // says much the same as net delta in its band
    pane.withZero = true;
    return pane;
}

void addExchanges(PaneSpec& pane, const QString& help, SeriesSource (*source)(std::size_t exchange))
{
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        pane.series.push_back(
            {Words::venue(kExchanges[i]), help, source(i), SeriesRole::Line, ChartSeries::Color::Exchange, i});
}

PaneSpec riskPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Risk, QStringLiteral("risk"), Texts::tr("Margin ratio"), {}, ChartUnit::Percent};
    addExchanges(pane, Texts::tr("Margin ratio = haircut equity / notional of the exchange"),
                 [](std::size_t i) { return columnSource(ColumnLayout::venue(i, VenueColumn::MarginRatio)); });
    addLimits(pane, info, RiskMetric::MarginRatio);
    pane.applies = hasExchanges(info);
    pane.weight = 12;
    return pane;
}

PaneSpec basisPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Basis, QStringLiteral("basis"), Texts::tr("Basis"), Texts::tr("bps"), ChartUnit::BasisPoints};
    addExchanges(pane, Texts::tr("Basis = perp mark / spot − 1"), basisSource);
    pane.applies = hasExchanges(info);
    pane.extra = isCrowded(info);
    pane.withZero = true;
    return pane;
}

PaneSpec fundingPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Funding, QStringLiteral("funding"), Texts::tr("Funding APR"), {}, ChartUnit::Percent};
    addExchanges(pane, Texts::tr("Funding APR = funding rates of the trailing 3 days, a year's worth of them"),
                 [](std::size_t i) { return columnSource(ColumnLayout::venue(i, VenueColumn::FundingApr)); });
    pane.applies = hasExchanges(info);
    pane.withZero = true;
    return pane;
}

//! A column of the chain block; nothing in runs without one.
SeriesSource chainSource(const RunInfo& info, ChainColumn column)
{
    if (!info.chain.any())
        return noSource();
    const ColumnLayout layout{info.assets.size(), info.conditions.size(), true};
    return columnSource(layout.onChain(column));
}

void addLine(PaneSpec& pane, const QString& name, const QString& help, SeriesSource source, std::size_t color)
{
    pane.series.push_back({name, help, source, SeriesRole::Line, ChartSeries::Color::Series, color});
}

PaneSpec ltvPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Ltv, QStringLiteral("ltv"), Texts::tr("LTV"), {}, ChartUnit::Percent};
    addLine(pane, Texts::tr("LTV"), Texts::tr("LTV = debt / collateral at Aave, at its oracle's prices"),
            chainSource(info, ChainColumn::Ltv), 1);
    addLimits(pane, info, RiskMetric::AaveLtv);
    pane.applies = borrows(info);
    return pane;
}

PaneSpec healthPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::HealthFactor, QStringLiteral("health"), Texts::tr("Health factor"), {}, ChartUnit::Ratio};
    addLine(pane, Texts::tr("Health factor"),
            Texts::tr("Health factor = collateral × liquidation threshold / debt; below 1 it is liquidated"),
            chainSource(info, ChainColumn::HealthFactor), 2);
    addLimits(pane, info, RiskMetric::HealthFactor);
    pane.applies = borrows(info);
    return pane;
}

PaneSpec lstPane(const RunInfo& info)
{
    const QString token = info.chain.lst ? QString::fromUtf8(toText(*info.chain.lst).data()) : QString();
    PaneSpec pane{PaneId::Lst, QStringLiteral("lst"), Texts::tr("%1 in ETH").arg(token), {}, ChartUnit::Ratio};
    addLine(pane, Texts::tr("Ratio"),
            Texts::tr("ETH that the protocol gives for a token; what positions are valued at"),
            chainSource(info, ChainColumn::LstRatio), 0);
    addLine(pane, Texts::tr("Market"), Texts::tr("ETH that the DEX gives for a token"),
            chainSource(info, ChainColumn::LstMarket), 3);
    pane.applies = info.chain.lst.has_value();
    return pane;
}

PaneSpec discountPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Discount, QStringLiteral("discount"), Texts::tr("Discount"), {}, ChartUnit::Percent};
    addLine(pane, Texts::tr("Discount"), Texts::tr("|Market − ratio| / ratio of the staked token"),
            chainSource(info, ChainColumn::LstDiscount), 4);
    addLimits(pane, info, RiskMetric::LstDiscount);
    pane.extra = true; // the gap between ratio and market
    pane.applies = info.chain.lst.has_value();
    pane.withZero = true;
    return pane;
}

PaneSpec carryPane(const RunInfo& info)
{
    PaneSpec pane{PaneId::Carry, QStringLiteral("carry"), Texts::tr("Rates a year"), {}, ChartUnit::Percent};
    if (info.chain.lst) {
        const SeriesSource staking = chainSource(info, ChainColumn::StakingApr);
        addLine(pane, Texts::tr("Staking + supply"),
                Texts::tr("Growth of the staked token's ratio + interest on it at Aave, trailing"),
                sumSource(staking.column, chainSource(info, ChainColumn::LstSupplyApr).column), 2);
    }
    if (!info.chain.lst && info.chain.aave)
        addLine(pane, Texts::tr("Supply"), Texts::tr("Interest on what is supplied to Aave, trailing"),
                chainSource(info, info.base == Asset::USDT || info.shareClass == Asset::USDT
                                      ? ChainColumn::UsdtSupplyApr
                                      : ChainColumn::EthSupplyApr),
                2);
    if (borrows(info))
        addLine(pane, Texts::tr("Borrow"), Texts::tr("Interest on borrowed ETH at Aave, trailing"),
                chainSource(info, ChainColumn::BorrowApr), 1);
    pane.applies = info.chain.any();
    if (pane.series.empty())
        addLine(pane, {}, {}, noSource(), 0);
    pane.withZero = true;
    return pane;
}

} // namespace

QColor ChartSeries::colorOf(const Colors& c) const
{
    switch (color) {
    case Color::Series:
        // A second round of the same hues, further from the background.
        return colorIndex < 8              ? c.series[colorIndex]
               : c.panel.lightness() < 128 ? c.series[colorIndex % 8].lighter(150)
                                           : c.series[colorIndex % 8].darker(160);
    case Color::Exchange:
        return c.exchange[colorIndex % 3];
    case Color::Text:
        return c.text;
    case Color::Loss:
        return c.loss;
    case Color::Muted:
        break;
    }
    return c.muted;
}

std::vector<PaneSpec> chartPanes(const RunInfo& info, bool priceLegs, const RunRecord* reference,
                                 const QString& referenceName)
{
    return {navPane(info, reference, referenceName),
            returnPane(info, reference, referenceName),
            pnlPane(info, priceLegs),
            drawdownPane(info),
            exposurePane(info),
            driftPane(info),
            riskPane(info),
            ltvPane(info),
            healthPane(info),
            carryPane(info),
            lstPane(info),
            discountPane(info),
            basisPane(info),
            fundingPane(info)};
}

} // namespace carry::ui
