// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_text.h"

#include "common/number_format.h"
#include "common/words.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <functional>

namespace carry::ui
{
namespace
{

struct RecordText {
    Q_DECLARE_TR_FUNCTIONS(carry::ui::RecordText)
};

struct Amount {
    Decimal amount;
    Asset asset;
    bool about = false;
};

Amount amountIn(const InstructionBody& body)
{
    if (const auto* transfer = std::get_if<Transfer>(&body))
        return {transfer->amount, transfer->asset, transfer->sweep};
    if (const auto* spot = std::get_if<SpotTrade>(&body))
        return {spot->side == Side::Buy ? spot->quantity : -spot->quantity, spot->base};
    if (const auto* perp = std::get_if<PerpTrade>(&body))
        return {perp->side == Side::Buy ? perp->quantity : -perp->quantity, perp->base};
    const auto& swap = std::get<Swap>(body);
    return {swap.buyAmount, swap.buy};
}

int decimalsOf(Asset asset, double amount)
{
    if (asset == Asset::USDT)
        return 2;
    return std::abs(amount) < 0.01 ? 6 : 4;
}

} // namespace

QString assetText(Asset asset)
{
    const std::string_view name = toText(asset);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString amountText(double amount, Asset asset)
{
    return money(amount, decimalsOf(asset, amount)) + QLatin1Char(' ') + assetText(asset);
}

QString signedAmountText(double amount, Asset asset)
{
    return signedMoney(amount, decimalsOf(asset, amount)) + QLatin1Char(' ') + assetText(asset);
}

QString decisionText(const DecisionRecord& decision)
{
    return Words::action(decision.action) + QStringLiteral(": ") +
           QString::fromStdString(reasonText(decision.reason, decision.numbers));
}

QString decisionText(const RunView& view, PlanId plan)
{
    const auto decision = view.decisionOf(plan);
    return decision ? decisionText(view.record()->decision(*decision))
                    : Words::action(view.record()->plan(plan - 1).action);
}

InstructionTimes timesOf(const RunView& view, InstructionId instruction)
{
    InstructionTimes times;
    for (const std::size_t i : view.transitionsOfInstruction(instruction)) {
        const TransitionRecord& t = view.record()->transition(i);
        if (t.to == InstructionState::Submitted)
            times.submitted = fromMs(t.timeMs);
        if (isFinal(t.to))
            times.ended = fromMs(t.timeMs);
    }
    return times;
}

double secondsBetween(Time from, Time to)
{
    return static_cast<double>(toMs(to) - toMs(from)) / 1000.0;
}

QString titleOf(const InstructionBody& body)
{
    if (const auto* transfer = std::get_if<Transfer>(&body))
        return RecordText::tr("Transfer %1 to %2").arg(assetText(transfer->asset), Words::venue(transfer->to));
    if (const auto* spot = std::get_if<SpotTrade>(&body))
        return (spot->side == Side::Buy ? RecordText::tr("Buy %1 spot at %2") : RecordText::tr("Sell %1 spot at %2"))
            .arg(assetText(spot->base), Words::venue(spot->venue));
    if (const auto* perp = std::get_if<PerpTrade>(&body))
        return (perp->side == Side::Buy ? RecordText::tr("Buy %1 perp at %2") : RecordText::tr("Sell %1 perp at %2"))
            .arg(assetText(perp->base), Words::venue(perp->venue));
    const auto& swap = std::get<Swap>(body);
    return RecordText::tr("Swap %1 for %2").arg(assetText(swap.sell), assetText(swap.buy));
}

QString venueOf(const InstructionBody& body)
{
    if (const auto* transfer = std::get_if<Transfer>(&body))
        return Words::venue(transfer->from) + QStringLiteral(" → ") + Words::venue(transfer->to);
    if (const auto* spot = std::get_if<SpotTrade>(&body))
        return Words::venue(spot->venue);
    if (const auto* perp = std::get_if<PerpTrade>(&body))
        return Words::venue(perp->venue);
    return Words::venue(Venue::Wallet);
}

QString amountOf(const InstructionBody& body)
{
    const Amount a = amountIn(body);
    const QString text = amountText(a.amount.toDouble(), a.asset);
    return a.about ? QStringLiteral("≈") + text : text;
}

QString plainAmountOf(const InstructionBody& body)
{
    return QString::fromStdString(amountIn(body).amount.toString());
}

QString effectsText(const RunView& view, InstructionId instruction)
{
    const bool booked = !view.ledgerOfInstruction(instruction).empty();
    QStringList parts;
    std::optional<Venue> before; // a place is named once
    for (const EffectLine& line : effectLines(view, instruction)) {
        const Account& account = view.record()->chart().at(line.account);
        const double amount = booked ? line.actual.toDouble() : line.expected;
        if (amount == 0 || account.type == AccountType::PerpQuote)
            continue;
        const QString where = account.venue == before ? QString() : Words::venue(account.venue) + QLatin1Char(' ');
        const QString perp = account.type == AccountType::Perp ? RecordText::tr(" perp") : QString();
        before = account.venue;
        parts += where + signedAmountText(amount, account.asset) + perp;
    }
    return parts.empty() ? QString() : (booked ? QString() : QStringLiteral("≈ ")) + parts.join(QStringLiteral(", "));
}

QString progressText(const RunView& view, const LogRange& instructions)
{
    std::size_t confirmed = 0;
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        if (view.status(view.record()->instruction(i).instruction.id).state == InstructionState::Confirmed)
            ++confirmed;
    return RecordText::tr("%1 of %2 confirmed").arg(confirmed).arg(instructions.size());
}

std::optional<InstructionState> commonState(const std::vector<InstructionState>& states)
{
    using enum InstructionState;
    for (const InstructionState telling :
         {Failed, Rejected, RolledBack, Denied, Unknown, TimedOut, Expired, Cancelled, AwaitingApproval})
        if (std::find(states.begin(), states.end(), telling) != states.end())
            return telling;
    const bool same = std::adjacent_find(states.begin(), states.end(), std::not_equal_to<>()) == states.end();
    return same && !states.empty() ? std::optional(states.front()) : std::nullopt;
}

QString entryAmount(const RunRecord& record, const LedgerEntry& entry)
{
    return amountText(entry.posting.amount.toDouble(), record.chart().at(entry.posting.from).asset);
}

QString entryAccounts(const RunRecord& record, const LedgerEntry& entry)
{
    return Words::account(record.chart().at(entry.posting.from)) + QStringLiteral(" → ") +
           Words::account(record.chart().at(entry.posting.to));
}

QString fundingText(const RunRecord& record, const FundingRecord& funding)
{
    QString text =
        RecordText::tr("%1 on %2 at %3")
            .arg(percent(funding.rate, 4), amountText(funding.position, record.info().base), price(funding.mark));
    if (funding.position == 0)
        text = RecordText::tr("%1, no position").arg(percent(funding.rate, 4));
    else if (!funding.paid)
        text = RecordText::tr("Nothing paid: %1").arg(text);
    if (const QString flags = fundingFlagsText(funding); !flags.isEmpty())
        text += QStringLiteral(" (") + flags + QLatin1Char(')');
    return text;
}

QString fundingFlagsText(const FundingRecord& funding)
{
    QStringList words;
    if ((funding.flags & kFundingMissing) != 0)
        words += RecordText::tr("no rate in the data");
    if ((funding.flags & kFundingPeerMean) != 0)
        words += RecordText::tr("mean of the other exchanges' rates");
    if ((funding.readingFlags & kReadingProxy) != 0)
        words += RecordText::tr("mark of the proxy");
    if ((funding.readingFlags & kReadingPeer) != 0)
        words += RecordText::tr("mark of a peer exchange");
    if ((funding.readingFlags & kReadingCarried) != 0)
        words += RecordText::tr("mark carried from an earlier bar");
    return words.join(QStringLiteral(", "));
}

} // namespace carry::ui
