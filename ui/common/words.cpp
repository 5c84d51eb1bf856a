// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include "theme.h"

#include <QFile>
#include <QHash>
#include <QPainter>
#include <QSvgRenderer>

namespace carry::ui
{
namespace
{

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

//! "leg_difference_usd" -> "Leg difference usd": for what a strategy names itself.
QString spelled(const std::string& id)
{
    QString words = QString::fromStdString(id).replace(QLatin1Char('_'), QLatin1Char(' '));
    words[0] = words[0].toUpper();
    return words.replace(QStringLiteral("usdt"), QStringLiteral("USDT"))
        .replace(QStringLiteral("usd"), QStringLiteral("USD"));
}

QPixmap drawn(QByteArray svg, const QColor& color, qreal ratio)
{
    constexpr int kSize = 16;
    svg.replace("currentColor", color.name().toUtf8());
    QPixmap pixmap(QSize(kSize, kSize) * ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(svg).render(&painter, QRectF(QPointF(), QSizeF(pixmap.size())));
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

} // namespace

QColor toneColor(Tone tone)
{
    const Colors& c = colors();
    switch (tone) {
    case Tone::Plain:
        return c.text;
    case Tone::Muted:
        return c.muted;
    case Tone::Active:
        return c.accent;
    case Tone::Ok:
        return c.ok;
    case Tone::Warn:
        return c.warn;
    case Tone::Critical:
        return c.critical;
    case Tone::Breached:
        return c.breached;
    }
    return c.text;
}

QIcon tintedIcon(const QString& name, const QColor& color)
{
    static QHash<QString, QIcon> cache;
    const QColor onSelection = colors().accentText;
    const QString key = name + color.name() + onSelection.name();
    if (const auto found = cache.constFind(key); found != cache.constEnd())
        return *found;
    QFile file(QStringLiteral(":/carrydesk/icons/%1.svg").arg(name));
    QIcon icon;
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray svg = file.readAll();
        for (const qreal ratio : {1.0, 1.5, 2.0}) {
            icon.addPixmap(drawn(svg, color, ratio));
            icon.addPixmap(drawn(svg, onSelection, ratio), QIcon::Selected);
        }
    }
    cache.insert(key, icon);
    return icon;
}

QIcon Badge::pixmap() const
{
    return tintedIcon(icon, toneColor(tone));
}

QString Words::venue(Venue venue)
{
    switch (venue) {
    case Venue::Wallet:
        return tr("Wallet");
    case Venue::Chain:
        return tr("In flight");
    case Venue::Outside:
        return tr("Outside");
    case Venue::Binance:
    case Venue::Bybit:
    case Venue::Okx:
        break;
    }
    return text(displayName(venue));
}

QString Words::scope(std::size_t scope)
{
    return scope < kExchangeCount ? venue(kExchanges[scope]) : tr("Book");
}

QString Words::holding(const Account& account)
{
    const QString asset = text(toText(account.asset));
    switch (account.type) {
    case AccountType::Perp:
        return tr("%1 perp").arg(asset);
    case AccountType::PerpQuote:
        return tr("%1 entry value of the perp").arg(asset);
    case AccountType::Outside:
        return account.contract ? tr("%1 contracts").arg(asset) : asset;
    case AccountType::BaseToken:
        return account.venue == Venue::Wallet || account.asset == Asset::USDT ? asset : tr("%1 spot").arg(asset);
    case AccountType::InFlight:
        break;
    }
    return asset;
}

QString Words::account(const Account& account)
{
    return venue(account.venue) + QLatin1Char(' ') + holding(account);
}

QString Words::action(Action action)
{
    switch (action) {
    case Action::Hold:
        return tr("Hold");
    case Action::InitialSetup:
        return tr("Initial setup");
    case Action::Rebalance:
        return tr("Rebalance");
    case Action::Deposit:
        return tr("Deposit");
    case Action::Withdrawal:
        return tr("Withdrawal");
    case Action::Reduce:
        return tr("Reduce");
    case Action::Exit:
        return tr("Exit");
    }
    return {};
}

QString Words::phase(PhaseKind kind)
{
    switch (kind) {
    case PhaseKind::BuyGas:
        return tr("Buy gas");
    case PhaseKind::ReducePerps:
        return tr("Reduce perps");
    case PhaseKind::SellSpot:
        return tr("Sell spot");
    case PhaseKind::Transfers:
        return tr("Transfers");
    case PhaseKind::BuySpot:
        return tr("Buy spot");
    case PhaseKind::IncreasePerps:
        return tr("Increase perps");
    }
    return {};
}

QString Words::group(GroupKind kind)
{
    switch (kind) {
    case GroupKind::Sequence:
        return tr("Sequence");
    case GroupKind::Atomic:
        return tr("Atomic");
    case GroupKind::Loop:
        return tr("Loop");
    }
    return {};
}

QString Words::purpose(Purpose purpose)
{
    switch (purpose) {
    case Purpose::FundVenue:
        return tr("Fund the exchange");
    case Purpose::OpenSpot:
        return tr("Open the spot leg");
    case Purpose::OpenShort:
        return tr("Open the short");
    case Purpose::CloseShort:
        return tr("Close the short");
    case Purpose::CloseSpot:
        return tr("Close the spot leg");
    case Purpose::ReturnFunds:
        return tr("Return funds");
    case Purpose::MoveMargin:
        return tr("Move margin");
    case Purpose::BuyGas:
        return tr("Buy gas");
    case Purpose::Hedge:
        return tr("Hedge");
    }
    return {};
}

QString Words::cause(Cause cause)
{
    switch (cause) {
    case Cause::Trade:
        return tr("Trade");
    case Cause::TradeFee:
        return tr("Trade fee");
    case Cause::Slippage:
        return tr("Slippage");
    case Cause::WithdrawalFee:
        return tr("Withdrawal fee");
    case Cause::FlashFee:
        return tr("Flash loan fee");
    case Cause::DexFee:
        return tr("DEX fee");
    case Cause::Funding:
        return tr("Funding");
    case Cause::Gas:
        return tr("Gas");
    case Cause::DebitInterest:
        return tr("Debit interest");
    case Cause::Reward:
        return tr("Reward");
    case Cause::Transfer:
        return tr("Transfer");
    case Cause::Flash:
        return tr("Flash loan");
    case Cause::Liquidation:
        return tr("Liquidation");
    case Cause::External:
        return tr("Deposit or withdrawal");
    }
    return {};
}

QString Words::pnl(PnlItem item)
{
    switch (item) {
    case PnlItem::SpotPrice:
        return tr("Spot price");
    case PnlItem::PerpPrice:
        return tr("Perp price");
    case PnlItem::Funding:
        return tr("Funding");
    case PnlItem::SupplyInterest:
        return tr("Supply interest");
    case PnlItem::BorrowInterest:
        return tr("Borrow interest");
    case PnlItem::Staking:
        return tr("Staking");
    case PnlItem::Rewards:
        return tr("Rewards");
    case PnlItem::TradeFees:
        return tr("Trade fees");
    case PnlItem::Slippage:
        return tr("Slippage");
    case PnlItem::Gas:
        return tr("Gas");
    case PnlItem::WithdrawalFees:
        return tr("Withdrawal fees");
    case PnlItem::FlashFees:
        return tr("Flash loan fees");
    case PnlItem::DexFees:
        return tr("DEX fees");
    case PnlItem::DebitInterest:
        return tr("Debit interest");
    case PnlItem::LiquidationLoss:
        return tr("Liquidation loss");
    case PnlItem::FxRevaluation:
        return tr("Revaluation of gas");
    case PnlItem::Other:
        return tr("Other");
    }
    return {};
}

QString Words::metric(RiskMetric metric)
{
    switch (metric) {
    case RiskMetric::MarginRatio:
        return tr("Margin ratio");
    case RiskMetric::LiquidationDistance:
        return tr("Liquidation distance");
    case RiskMetric::DeltaDrift:
        return tr("Delta drift");
    case RiskMetric::FundingTrailing:
        return tr("Trailing funding");
    case RiskMetric::Basis:
        return tr("Basis");
    case RiskMetric::Staleness:
        return tr("Price age");
    case RiskMetric::Drawdown:
        return tr("Drawdown");
    }
    return {};
}

QString Words::metricUnit(RiskMetric metric)
{
    return metric == RiskMetric::Staleness ? tr("bars") : QStringLiteral("fraction");
}

QString Words::riskAction(RiskAction action)
{
    switch (action) {
    case RiskAction::Report:
        return tr("Report");
    case RiskAction::MarginSupport:
        return tr("Margin support");
    case RiskAction::Hedge:
        return tr("Hedge");
    case RiskAction::NoNewTrades:
        return tr("No new trades");
    case RiskAction::HaltNewRisk:
        return tr("Halt new risk");
    }
    return {};
}

QString Words::event(EventKind kind)
{
    switch (kind) {
    case EventKind::RiskLevel:
        return tr("Risk");
    case EventKind::Liquidation:
        return tr("Liquidation");
    case EventKind::PlanCompleted:
    case EventKind::PlanFailed:
    case EventKind::PlanningError:
    case EventKind::PlanInterrupted:
        return tr("Plan");
    case EventKind::Deposit:
        return tr("Deposit");
    case EventKind::WithdrawalRequested:
    case EventKind::WithdrawalPaid:
        return tr("Withdrawal");
    }
    return {};
}

QString Words::empty(EmptyReason reason)
{
    switch (reason) {
    case EmptyReason::None:
        return tr("no value");
    case EmptyReason::NoNotional:
        return tr("no position");
    case EmptyReason::NoSolution:
        return tr("cannot be liquidated");
    case EmptyReason::TooFewDays:
        return tr("too few days");
    case EmptyReason::NoVariation:
        return tr("no variation");
    case EmptyReason::NoDrawdown:
        return tr("no drawdown");
    case EmptyReason::ZeroDuration:
        return tr("no duration");
    case EmptyReason::NoDebt:
        return tr("no debt");
    case EmptyReason::NoIncome:
        return tr("no income");
    case EmptyReason::NoReading:
        return tr("no reading yet");
    case EmptyReason::LostEverything:
        return tr("everything is lost");
    case EmptyReason::NotApplicable:
        return tr("not applicable");
    }
    return {};
}

QString Words::condition(const ConditionDefinition& definition)
{
    return spelled(definition.id);
}

QString Words::test(ConditionDefinition::Test test)
{
    switch (test) {
    case ConditionDefinition::Test::Above:
        return QStringLiteral(">");
    case ConditionDefinition::Test::Below:
        return QStringLiteral("<");
    case ConditionDefinition::Test::AtLeast:
        return QStringLiteral("≥");
    }
    return {};
}

QString Words::error(std::int32_t code)
{
    if (code < 0)
        return {};
    const ErrorInfo& info = errorInfo(static_cast<ErrorCode>(code));
    return text(info.text) + QLatin1Char(' ') + text(info.remedy);
}

Badge Words::state(InstructionState state)
{
    using enum InstructionState;
    switch (state) {
    case Planned:
        return {tr("Planned"), QStringLiteral("dot"), Tone::Muted};
    case AwaitingApproval:
        return {tr("Awaiting approval"), QStringLiteral("pause"), Tone::Warn};
    case Denied:
        return {tr("Denied"), QStringLiteral("cross"), Tone::Warn};
    case Submitted:
        return {tr("Submitted"), QStringLiteral("clock"), Tone::Active};
    case Acknowledged:
        return {tr("Acknowledged"), QStringLiteral("clock"), Tone::Active};
    case PartiallyFilled:
        return {tr("Partially filled"), QStringLiteral("half"), Tone::Active};
    case Confirmed:
        return {tr("Confirmed"), QStringLiteral("check"), Tone::Ok};
    case Rejected:
        return {tr("Rejected"), QStringLiteral("cross"), Tone::Critical};
    case Failed:
        return {tr("Failed"), QStringLiteral("cross"), Tone::Critical};
    case Unknown:
        return {tr("Unknown"), QStringLiteral("warning"), Tone::Warn};
    case TimedOut:
        return {tr("Timed out"), QStringLiteral("warning"), Tone::Warn};
    case RolledBack:
        return {tr("Rolled back"), QStringLiteral("refresh"), Tone::Warn};
    case Expired:
        return {tr("Expired"), QStringLiteral("cross"), Tone::Warn};
    case Cancelled:
        return {tr("Cancelled"), QStringLiteral("stop"), Tone::Muted};
    }
    return {};
}

Badge Words::outcome(PlanOutcome outcome)
{
    switch (outcome) {
    case PlanOutcome::Open:
        return {tr("Under way"), QStringLiteral("clock"), Tone::Active};
    case PlanOutcome::Completed:
        return {tr("Completed"), QStringLiteral("check"), Tone::Ok};
    case PlanOutcome::Failed:
        return {tr("Failed"), QStringLiteral("cross"), Tone::Critical};
    case PlanOutcome::Denied:
        return {tr("Denied"), QStringLiteral("cross"), Tone::Warn};
    }
    return {};
}

Badge Words::level(RiskLevel level)
{
    switch (level) {
    case RiskLevel::Ok:
        return {tr("OK"), QStringLiteral("check"), Tone::Ok};
    case RiskLevel::Warn:
        return {tr("Warning"), QStringLiteral("warning"), Tone::Warn};
    case RiskLevel::Critical:
        return {tr("Critical"), QStringLiteral("warning"), Tone::Critical};
    case RiskLevel::Breached:
        return {tr("Breached"), QStringLiteral("stop"), Tone::Breached};
    }
    return {};
}

} // namespace carry::ui
