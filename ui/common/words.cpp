// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include "number_format.h"

#include <QRegularExpression>
#include <map>

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

//! "{venue}: not enough margin: {available} available" -> "not enough margin": the parts that name no value.
QString withoutValues(const QString& sentence)
{
    QStringList parts;
    for (const QString& part : sentence.split(QRegularExpression(QStringLiteral("[:;,] "))))
        if (!part.contains(QLatin1Char('{')))
            parts += part;
    if (!parts.isEmpty())
        return parts.join(QStringLiteral(": "));
    QString rest = sentence;
    return rest.replace(QRegularExpression(QStringLiteral("\\{[^}]*\\}")), QStringLiteral("…"));
}

} // namespace

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
    case Venue::AaveV3:
    case Venue::EtherFi:
    case Venue::Lido:
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
        return account.isContract() ? tr("%1 contracts").arg(asset) : asset;
    case AccountType::BaseToken:
        return account.venue == Venue::Wallet || account.asset == Asset::USDT ? asset : tr("%1 spot").arg(asset);
    case AccountType::AToken:
        return tr("%1 supplied").arg(asset);
    case AccountType::DebtToken:
        return tr("%1 borrowed").arg(asset);
    case AccountType::Lst:
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
    case PhaseKind::OnChain:
        return tr("On chain");
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
    case Purpose::StakeFunds:
        return tr("Stake");
    case Purpose::Lever:
        return tr("Lever up");
    case Purpose::Delever:
        return tr("Lower the leverage");
    case Purpose::Lend:
        return tr("Lend");
    case Purpose::Unwind:
        return tr("Unwind");
    }
    return {};
}

QString Words::sizing(Sizing sizing, double ltv)
{
    switch (sizing) {
    case Sizing::Exact:
        return tr("as planned");
    case Sizing::Everything:
        return tr("all that is there");
    case Sizing::Previous:
        return tr("what the step before brought");
    case Sizing::ToLtv:
        return tr("up to LTV %1").arg(percent(ltv));
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
    case Cause::Lending:
        return tr("Lending");
    case Cause::Staking:
        return tr("Staking");
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
    case RiskMetric::AaveLtv:
        return tr("Aave LTV");
    case RiskMetric::HealthFactor:
        return tr("Health factor");
    case RiskMetric::LstDiscount:
        return tr("Staked token's discount");
    }
    return {};
}

QString Words::metricUnit(RiskMetric metric)
{
    if (metric == RiskMetric::HealthFactor)
        return {};
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
    case RiskAction::Delever:
        return tr("Lower the leverage");
    case RiskAction::StopAdding:
        return tr("Add nothing");
    }
    return {};
}

QString Words::event(EventKind kind)
{
    switch (kind) {
    case EventKind::RiskLevel:
        return tr("Risk");
    case EventKind::Liquidation:
    case EventKind::LendingLiquidation:
        return tr("Liquidation");
    case EventKind::Reward:
        return tr("Reward");
    case EventKind::PlanCompleted:
    case EventKind::PlanFailed:
    case EventKind::PlanningError:
    case EventKind::PlanInterrupted:
    case EventKind::PlanUnhedged:
    case EventKind::PlanDenied:
        return tr("Plan");
    case EventKind::Proposal:
    case EventKind::GateRefusal:
    case EventKind::TradingState:
        return tr("Gate");
    case EventKind::Connection:
    case EventKind::OrderResent:
    case EventKind::Reconciliation:
    case EventKind::Resumed:
        return tr("Venues");
    case EventKind::FeedStale:
        return tr("Feed");
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
    static const std::map<std::string_view, const char*> words{
        {"wallet_usdt", QT_TR_NOOP("USDT in the wallet")},
        {"wallet_free", QT_TR_NOOP("Free in the wallet")},
        {"idle_usdt", QT_TR_NOOP("Idle USDT")},
        {"open_position", QT_TR_NOOP("Open position")},
        {"open_equity", QT_TR_NOOP("Equity at work")},
        {"delta_fraction", QT_TR_NOOP("Net delta of gross")},
        {"delta_drift", QT_TR_NOOP("Delta drift")},
        {"equity_moved", QT_TR_NOOP("Equity moved since the hedge")},
        {"min_margin_ratio", QT_TR_NOOP("Lowest margin ratio")},
        {"min_liquidation_distance", QT_TR_NOOP("Nearest liquidation")},
        {"margin_surplus", QT_TR_NOOP("Surplus of margin elsewhere")},
        {"leg_difference", QT_TR_NOOP("Difference of legs")},
        {"leg_difference_usd", QT_TR_NOOP("Difference of legs, value")},
        {"withdrawal_shortfall", QT_TR_NOOP("Short for the withdrawal")},
        {"funding_mean", QT_TR_NOOP("Mean funding")},
        {"carry_on_equity", QT_TR_NOOP("Carry on equity")},
        {"aave_ltv", QT_TR_NOOP("LTV at Aave")},
        {"health_factor", QT_TR_NOOP("Health factor")},
        {"lst_discount", QT_TR_NOOP("Discount of the staked token")},
        {"cooldown_left", QT_TR_NOOP("Cool-down left")},
        {"staleness", QT_TR_NOOP("Age of the prices")},
        {"drawdown", QT_TR_NOOP("Drawdown")},
        {"hours_past_exit", QT_TR_NOOP("Hours past the exit time")},
    };
    const auto found = words.find(definition.id);
    return found == words.end() ? spelled(definition.id) : tr(found->second);
}

QString Words::conditionMet(ConditionRole role)
{
    switch (role) {
    case ConditionRole::Trigger:
        break;
    case ConditionRole::Needed:
        return tr("So");
    case ConditionRole::Brake:
        return tr("Holds back");
    case ConditionRole::Report:
        return tr("Reported");
    }
    return tr("Met");
}

QString Words::conditionRole(ConditionRole role)
{
    switch (role) {
    case ConditionRole::Trigger:
        break;
    case ConditionRole::Needed:
        return tr("Others need it; alone it calls for nothing");
    case ConditionRole::Brake:
        return tr("Keeps the strategy from acting while it is so");
    case ConditionRole::Report:
        return tr("Only reported: carry.policy is \"report\"");
    }
    return tr("Calls for action when it is met");
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

QString Words::error(const Error& error)
{
    return errorName(error) + QStringLiteral(". ") + text(errorInfo(error.code()).remedy);
}

// A run that was stored without the values of an error shows the sentence without them.
QString Words::errorName(const Error& error)
{
    const ErrorInfo& info = errorInfo(error.code());
    const QString sentence = text(info.sentence);
    return text(info.text) + QLatin1Char(' ') +
           (error.context().empty() ? withoutValues(sentence) : text(error.filled(sentence.toStdString())));
}

QString Words::check(const Error& error)
{
    switch (error.code()) {
    case ErrorCode::ChainInsufficientGas:
        return tr("enough ETH for gas");
    case ErrorCode::ChainInsufficientBalance:
        return tr("enough of the token in the wallet");
    case ErrorCode::ChainAaveRefused:
        if (error.value("refusal") == "Panic") // the contract's arithmetic: it names no check
            return tr("the pool's own arithmetic (Panic): more than it holds");
        return error.value("refusal").empty() ? tr("Aave's own checks of the operation")
                                              : tr("%1 (Aave)").arg(text(error.value("refusal")));
    case ErrorCode::ChainFlashNotRepaid:
        return tr("repayment of the flash loan with its fee");
    default:
        return errorName(error);
    }
}

} // namespace carry::ui
