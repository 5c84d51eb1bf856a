// SPDX-License-Identifier: GPL-3.0-or-later
#include "approval_words.h"

#include "common/number_format.h"

#include <QDir>
#include <QProcessEnvironment>

#ifdef Q_OS_UNIX
#include <pwd.h>
#include <unistd.h>
#endif

namespace carry::ui
{

QString ApprovalWords::quote(const std::string& name)
{
    const QString text = QString::fromStdString(name);
    for (const Venue venue : kExchanges)
        if (const std::string_view word = toText(venue); name.starts_with(std::string(word) + ' '))
            return Words::venue(venue) + text.mid(qsizetype(word.size()));
    return text;
}

QString ApprovalWords::item(ProposalItem item)
{
    switch (item) {
    case ProposalItem::Nav:
        return tr("NAV");
    case ProposalItem::NetDelta:
        return tr("Net delta");
    case ProposalItem::Gross:
        return tr("Gross exposure");
    case ProposalItem::Unhedged:
        return tr("Unhedged");
    case ProposalItem::DeltaDrift:
        return tr("Delta drift");
    case ProposalItem::Leverage:
        return tr("Leverage");
    case ProposalItem::Collateral:
        return tr("Collateral at Aave");
    case ProposalItem::Debt:
        return tr("Debt at Aave");
    case ProposalItem::Ltv:
        return tr("LTV");
    case ProposalItem::HealthFactor:
        return tr("Health factor");
    case ProposalItem::InFlight:
        return tr("In flight");
    case ProposalItem::Equity:
        return tr("Equity");
    case ProposalItem::Notional:
        return tr("Perp notional");
    case ProposalItem::MarginRatio:
        return tr("Margin ratio");
    case ProposalItem::LiquidationDistance:
        return tr("To liquidation");
    }
    return {};
}

QString ApprovalWords::itemTip(ProposalItem item)
{
    switch (item) {
    case ProposalItem::Nav:
        return tr("Everything held at market, less what is owed");
    case ProposalItem::NetDelta:
        return tr("Coins of the base asset: spot + perps (short < 0) + wallet + staked + Aave + in flight");
    case ProposalItem::Gross:
        return tr("Coins of the base asset: |spot| + |perps| + other coins");
    case ProposalItem::Unhedged:
        return tr("|Net delta − target| × reference price");
    case ProposalItem::DeltaDrift:
        return tr("|Net delta − target| × price / NAV");
    case ProposalItem::Leverage:
        return tr("(Perp notional + collateral at Aave) / NAV; limit of the gate");
    case ProposalItem::Collateral:
        return tr("Supplied to Aave at the oracle's prices");
    case ProposalItem::Debt:
        return tr("Borrowed from Aave");
    case ProposalItem::Ltv:
        return tr("Debt / collateral at Aave");
    case ProposalItem::HealthFactor:
        return tr("Collateral × liquidation threshold / debt; below 1 the position is liquidated");
    case ProposalItem::InFlight:
        return tr("Value of what has left one place and not arrived at the next");
    case ProposalItem::Equity:
        return tr("USDT + coins × spot + unrealised P&L of the perp");
    case ProposalItem::Notional:
        return tr("|Perp| × mark");
    case ProposalItem::MarginRatio:
        return tr("Collateral / perp notional");
    case ProposalItem::LiquidationDistance:
        return tr("|Liquidation price − mark| / mark, spot and perp moving together");
    }
    return {};
}

QString ApprovalWords::figure(const FigureChange& change, double value, Asset shareClass)
{
    switch (change.item) {
    case ProposalItem::Nav:
    case ProposalItem::Unhedged:
    case ProposalItem::InFlight:
        return inCurrency(value, shareClass);
    case ProposalItem::Equity:
    case ProposalItem::Notional:
        return inCurrency(value, Asset::USDT);
    case ProposalItem::NetDelta:
    case ProposalItem::Gross:
    case ProposalItem::Collateral:
    case ProposalItem::Debt:
        return quantity(value, 4);
    case ProposalItem::DeltaDrift:
    case ProposalItem::Ltv:
    case ProposalItem::MarginRatio:
    case ProposalItem::LiquidationDistance:
        return percent(value);
    case ProposalItem::Leverage:
        return std::isnan(value) ? money(value) : money(value, 3) + QStringLiteral(" ×");
    case ProposalItem::HealthFactor:
        return money(value, 4);
    }
    return {};
}

Badge ApprovalWords::step(ProposalStep step)
{
    switch (step) {
    case ProposalStep::Made:
        return {tr("Waiting"), QStringLiteral("pause"), Tone::Warn};
    case ProposalStep::ApprovedAlone:
        return {tr("Approved by the rules"), QStringLiteral("check"), Tone::Ok};
    case ProposalStep::Approved:
        return {tr("Approved"), QStringLiteral("check"), Tone::Ok};
    case ProposalStep::ApprovedByFirst:
        return {tr("Needs a second person"), QStringLiteral("half"), Tone::Warn};
    case ProposalStep::ApprovedInPart:
        return {tr("Approved in part"), QStringLiteral("half"), Tone::Active};
    case ProposalStep::Rejected:
        return {tr("Rejected"), QStringLiteral("cross"), Tone::Critical};
    case ProposalStep::Postponed:
        return {tr("Postponed"), QStringLiteral("clock"), Tone::Muted};
    case ProposalStep::Replaced:
        return {tr("Re-evaluated"), QStringLiteral("refresh"), Tone::Muted};
    case ProposalStep::Expired:
        return {tr("Expired"), QStringLiteral("cross"), Tone::Warn};
    case ProposalStep::Halted:
        return {tr("Halted"), QStringLiteral("stop"), Tone::Breached};
    }
    return {};
}

Badge ApprovalWords::tradingState(TradingState state)
{
    switch (state) {
    case TradingState::Active:
        return {tr("ACTIVE"), QStringLiteral("play"), Tone::Ok};
    case TradingState::Reducing:
        return {tr("REDUCING"), QStringLiteral("half"), Tone::Warn};
    case TradingState::Halted:
        return {tr("HALTED"), QStringLiteral("stop"), Tone::Breached};
    }
    return {};
}

QString ApprovalWords::gateMode(GateMode mode)
{
    switch (mode) {
    case GateMode::Automatic:
        return tr("Automatic: limits are checked, nobody is asked");
    case GateMode::Manual:
        return tr("Manual: every plan is asked for");
    case GateMode::Rules:
        return tr("Rules: small plans need no person, all others are asked for");
    }
    return {};
}

QString ApprovalWords::limit(const std::string& key)
{
    if (key == "limits.max_instruction_notional")
        return tr("Notional of one instruction");
    if (key == "limits.max_plan_notional")
        return tr("Notional of one plan");
    if (key == "limits.max_day_notional")
        return tr("Notional of a day (UTC)");
    if (key == "limits.max_leverage")
        return tr("Leverage");
    return QString::fromStdString(key);
}

QString ApprovalWords::groups(const std::vector<GroupRef>& groups)
{
    QStringList names;
    for (const GroupRef ref : groups)
        names += QString::fromStdString(toText(ref));
    return names.join(QStringLiteral(", "));
}

QString ApprovalWords::countdown(Duration left)
{
    const qint64 seconds = std::max<qint64>(0, left.count() / 1'000);
    const QString tail = QStringLiteral("%1:%2").arg(seconds / 60 % 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    if (seconds < 3'600)
        return tail;
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3'600)
        .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'))
        .arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString systemUser()
{
#ifdef Q_OS_UNIX
    if (const passwd* entry = getpwuid(getuid()); entry != nullptr && entry->pw_name != nullptr)
        return QString::fromLocal8Bit(entry->pw_name);
#endif
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    return environment.value(QStringLiteral("USER"),
                             environment.value(QStringLiteral("USERNAME"), QDir::home().dirName()));
}

} // namespace carry::ui
