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

template <class... Ts> struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

struct Amount {
    Decimal amount;
    Asset asset = Asset::USDT;
    Sizing sizing = Sizing::Exact;
    double ltv = 0;
};

//! Nothing for what moves no amount.
std::optional<Amount> amountIn(const InstructionBody& body)
{
    using Found = std::optional<Amount>;
    const auto traded = [](const auto& t) {
        return Found(Amount{t.side == Side::Buy ? t.quantity : -t.quantity, t.base});
    };
    return std::visit(
        Overloaded{[](const Transfer& t) {
                       return Found(Amount{t.amount, t.asset, t.sweep ? Sizing::Everything : Sizing::Exact});
                   },
                   [&](const SpotTrade& t) { return traded(t); }, [&](const PerpTrade& t) { return traded(t); },
                   [](const Swap& s) {
                       return Found(Amount{s.buyAmount, s.sellExact ? s.sell : s.buy, s.sizing});
                   },
                   [](const Stake& s) {
                       return Found(Amount{s.amount, Asset::ETH, s.sizing});
                   },
                   [](const Unstake& u) {
                       return Found(Amount{u.amount, u.token, u.sizing});
                   },
                   [](const Borrow& b) {
                       return Found(Amount{b.amount, b.asset, b.sizing, b.ltv});
                   },
                   [](const FlashBorrow& f) {
                       return Found(Amount{f.amount, f.asset});
                   },
                   [](const FlashRepay& f) {
                       return Found(Amount{f.amount, f.asset});
                   },
                   [](const SetEMode&) { return Found(); },
                   [](const auto& lending) {
                       return Found(Amount{lending.amount, lending.asset, lending.sizing});
                   }},
        body);
}

int decimalsOf(Asset asset, double amount)
{
    if (asset == Asset::USDT)
        return 2;
    return std::abs(amount) < 0.01 ? 6 : 4;
}

QString effectSuffix(const Account& account)
{
    switch (account.type) {
    case AccountType::Perp:
        return RecordText::tr(" perp");
    case AccountType::AToken:
        return RecordText::tr(" supplied");
    case AccountType::DebtToken:
        return RecordText::tr(" debt");
    default:
        return {};
    }
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

QString roundAmountText(double amount, Asset asset)
{
    const double size = std::abs(amount);
    const int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.01 ? 3 : 6;
    return money(amount, asset == Asset::USDT ? std::min(decimals, 2) : decimals) + QLatin1Char(' ') + assetText(asset);
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
    const auto of = [](const QString& sentence, Asset asset) { return sentence.arg(assetText(asset)); };
    const auto traded = [](const QString& sentence, const auto& t) {
        return sentence.arg(assetText(t.base), Words::venue(t.venue));
    };
    return std::visit(
        Overloaded{
            [](const Transfer& t) {
                return RecordText::tr("Transfer %1 to %2").arg(assetText(t.asset), Words::venue(t.to));
            },
            [&](const SpotTrade& t) {
                return traded(t.side == Side::Buy ? RecordText::tr("Buy %1 spot at %2")
                                                  : RecordText::tr("Sell %1 spot at %2"),
                              t);
            },
            [&](const PerpTrade& t) {
                return traded(t.side == Side::Buy ? RecordText::tr("Buy %1 perp at %2")
                                                  : RecordText::tr("Sell %1 perp at %2"),
                              t);
            },
            [](const Swap& s) { return RecordText::tr("Swap %1 for %2").arg(assetText(s.sell), assetText(s.buy)); },
            [&](const Stake& s) { return of(RecordText::tr("Stake ETH as %1"), s.token); },
            [&](const Unstake& u) { return of(RecordText::tr("Unstake %1"), u.token); },
            [&](const Supply& s) { return of(RecordText::tr("Supply %1"), s.asset); },
            [&](const Withdraw& w) { return of(RecordText::tr("Withdraw %1"), w.asset); },
            [&](const Borrow& b) { return of(RecordText::tr("Borrow %1"), b.asset); },
            [&](const Repay& r) { return of(RecordText::tr("Repay %1"), r.asset); },
            [&](const FlashBorrow& f) { return of(RecordText::tr("Flash-borrow %1"), f.asset); },
            [&](const FlashRepay& f) { return of(RecordText::tr("Repay the flash loan of %1"), f.asset); },
            [](const SetEMode& e) {
                return e.category == 0 ? RecordText::tr("Leave eMode")
                                       : RecordText::tr("Enter eMode %1").arg(e.category);
            }},
        body);
}

QString shortTitleOf(const InstructionBody& body)
{
    const auto side = [](Side s, const QString& buy, const QString& sell) { return s == Side::Buy ? buy : sell; };
    return std::visit(
        Overloaded{
            [](const Transfer& t) { return QStringLiteral("→ ") + siteText(siteOf(t.to)); },
            [&](const SpotTrade& t) { return side(t.side, RecordText::tr("Buy spot"), RecordText::tr("Sell spot")); },
            [&](const PerpTrade& t) { return side(t.side, RecordText::tr("Buy perp"), RecordText::tr("Sell perp")); },
            [](const Swap&) { return RecordText::tr("Swap"); }, [](const Stake&) { return RecordText::tr("Stake"); },
            [](const Unstake&) { return RecordText::tr("Unstake"); },
            [](const Supply&) { return RecordText::tr("Supply"); },
            [](const Withdraw&) { return RecordText::tr("Withdraw"); },
            [](const Borrow&) { return RecordText::tr("Borrow"); },
            [](const Repay&) { return RecordText::tr("Repay"); },
            [](const FlashBorrow&) { return RecordText::tr("Flash loan"); },
            [](const FlashRepay&) { return RecordText::tr("Repay flash"); },
            [](const SetEMode&) { return RecordText::tr("eMode"); }},
        body);
}

QString siteText(Site site)
{
    switch (site) {
    case Site::Binance:
        return Words::venue(Venue::Binance);
    case Site::Bybit:
        return Words::venue(Venue::Bybit);
    case Site::Okx:
        return Words::venue(Venue::Okx);
    case Site::Wallet:
        return Words::venue(Venue::Wallet);
    case Site::Dex:
        return RecordText::tr("DEX");
    case Site::EtherFi:
        return Words::venue(Venue::EtherFi);
    case Site::Lido:
        return Words::venue(Venue::Lido);
    case Site::Aave:
        return Words::venue(Venue::AaveV3);
    }
    return {};
}

QString venueOf(const InstructionBody& body)
{
    return std::visit(
        Overloaded{[](const Transfer& t) { return Words::venue(t.from) + QStringLiteral(" → ") + Words::venue(t.to); },
                   [](const SpotTrade& t) { return Words::venue(t.venue); },
                   [](const PerpTrade& t) { return Words::venue(t.venue); },
                   [](const Swap&) { return RecordText::tr("DEX"); },
                   [](const Stake& s) { return Words::venue(issuerOf(s.token)); },
                   [](const Unstake& u) { return Words::venue(issuerOf(u.token)); },
                   [](const auto&) { return Words::venue(Venue::AaveV3); }},
        body);
}

QString amountOf(const InstructionBody& body)
{
    const auto a = amountIn(body);
    if (!a)
        return {};
    const QString text = amountText(a->amount.toDouble(), a->asset);
    return a->sizing == Sizing::Exact ? text : QStringLiteral("≈") + text;
}

QString plainAmountOf(const InstructionBody& body)
{
    const auto a = amountIn(body);
    return a ? QString::fromStdString(a->amount.toString()) : QString();
}

QString sizingText(const InstructionBody& body)
{
    const auto a = amountIn(body);
    return a ? Words::sizing(a->sizing, a->ltv) : QString();
}

QString afterText(const LendingAfter& after)
{
    if (std::isnan(after.ltv))
        return {};
    return RecordText::tr("LTV %1, health factor %2").arg(percent(after.ltv), healthFactorText(after.healthFactor));
}

QString healthFactorText(double healthFactor)
{
    return quantity(healthFactor, 4);
}

QString effectsText(const RunView& view, InstructionId instruction)
{
    const bool booked = !view.ledgerOfInstruction(instruction).empty();
    QStringList parts;
    std::optional<Venue> before; // a place is named once
    for (const EffectLine& line : effectLines(view, instruction)) {
        const Account& account = view.record()->chart().at(line.account);
        const double amount = booked ? line.actualTokens : line.expectedTokens;
        if (amount == 0 || account.type == AccountType::PerpQuote)
            continue;
        const QString where = account.venue == before ? QString() : Words::venue(account.venue) + QLatin1Char(' ');
        before = account.venue;
        parts += where + signedAmountText(amount, account.asset) + effectSuffix(account);
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
    const Account& account = record.chart().at(entry.posting.from);
    const QString text = amountText(entry.posting.amount.toDouble(), account.asset);
    const bool scaled = account.unit == Unit::ScaledSupply || account.unit == Unit::ScaledDebt;
    return scaled ? RecordText::tr("%1, scaled").arg(text) : text;
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
