// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/instruction.h"

namespace carry
{
namespace
{

template <class... Ts> struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

std::string text(std::string_view view)
{
    return std::string(view);
}

//! Planned amounts that may turn out otherwise are said to be so.
std::string amountOf(Decimal amount, Sizing sizing)
{
    switch (sizing) {
    case Sizing::Everything:
        return "all, about " + amount.toString();
    case Sizing::Previous:
    case Sizing::ToLtv:
        return "about " + amount.toString();
    case Sizing::Exact:
        break;
    }
    return amount.toString();
}

//! Aave lends wrapped ETH.
std::string lent(Asset asset)
{
    return asset == Asset::ETH ? "WETH" : text(toText(asset));
}

} // namespace

std::string_view typeText(const InstructionBody& body)
{
    return kInstructionTypes[body.index()];
}

bool isOnChain(const InstructionBody& body)
{
    return !std::holds_alternative<Transfer>(body) && !std::holds_alternative<SpotTrade>(body) &&
           !std::holds_alternative<PerpTrade>(body);
}

std::string describeInstruction(const InstructionBody& body)
{
    return std::visit(
        Overloaded{
            [](const Transfer& t) {
                return "Transfer " + text(displayName(t.from)) + " -> " + text(displayName(t.to)) + " " +
                       (t.sweep ? "all, about " : "") + t.amount.toString() + " " + text(toText(t.asset));
            },
            [](const SpotTrade& t) {
                return "Spot " + text(displayName(t.venue)) + " " + text(toText(t.base)) + "/USDT " +
                       text(toText(t.side)) + " " + t.quantity.toString();
            },
            [](const PerpTrade& t) {
                return "Perp " + text(displayName(t.venue)) + " " + text(toText(t.base)) + "USDT " +
                       text(toText(t.side)) + " " + t.quantity.toString();
            },
            [](const Swap& s) {
                return s.sellExact ? "Swap " + amountOf(s.buyAmount, s.sizing) + " " + text(toText(s.sell)) + " -> " +
                                         text(toText(s.buy))
                                   : "Swap " + text(toText(s.sell)) + " -> " + s.buyAmount.toString() + " " +
                                         text(toText(s.buy));
            },
            [](const Stake& s) { return "Stake " + amountOf(s.amount, s.sizing) + " ETH -> " + text(toText(s.token)); },
            [](const Unstake& u) {
                return "Unstake " + amountOf(u.amount, u.sizing) + " " + text(toText(u.token)) + " -> ETH";
            },
            [](const Supply& s) { return "Supply " + amountOf(s.amount, s.sizing) + " " + lent(s.asset); },
            [](const Withdraw& w) { return "Withdraw " + amountOf(w.amount, w.sizing) + " " + lent(w.asset); },
            [](const Borrow& b) { return "Borrow " + amountOf(b.amount, b.sizing) + " " + lent(b.asset); },
            [](const Repay& r) { return "Repay " + amountOf(r.amount, r.sizing) + " " + lent(r.asset); },
            [](const FlashBorrow& f) { return "Flash-borrow " + f.amount.toString() + " " + lent(f.asset); },
            [](const FlashRepay& f) { return "Repay the flash loan, " + f.amount.toString() + " " + lent(f.asset); },
            [](const SetEMode& m) {
                return m.category == 0 ? std::string("Leave eMode") : "Enter eMode " + std::to_string(m.category);
            },
        },
        body);
}

std::string_view toText(Purpose purpose)
{
    constexpr std::array<std::string_view, kPurposeCount> kText{
        "fund_venue", "open_spot", "open_short",  "close_short", "close_spot", "return_funds", "move_margin",
        "buy_gas",    "hedge",     "stake_funds", "lever",       "delever",    "lend",         "unwind"};
    return kText[static_cast<std::size_t>(purpose)];
}

std::string_view toText(GroupKind kind)
{
    constexpr std::array<std::string_view, 3> kText{"sequence", "atomic", "loop"};
    return kText[static_cast<std::size_t>(kind)];
}

std::size_t Plan::instructionCount() const
{
    std::size_t count = 0;
    for (const Phase& phase : phases)
        for (const Group& group : phase.groups)
            count += group.instructions.size();
    return count;
}

std::string_view toText(InstructionState state)
{
    constexpr std::array<std::string_view, kInstructionStateCount> kText{
        "planned",          "awaiting_approval", "denied",   "submitted", "acknowledged",
        "partially_filled", "confirmed",         "rejected", "failed",    "unknown",
        "timed_out",        "rolled_back",       "expired",  "cancelled"};
    return kText[static_cast<std::size_t>(state)];
}

bool isFinal(InstructionState state)
{
    using enum InstructionState;
    switch (state) {
    case Denied:
    case Confirmed:
    case Rejected:
    case Failed:
    case RolledBack:
    case Expired:
    case Cancelled:
        return true;
    case Planned:
    case AwaitingApproval:
    case Submitted:
    case Acknowledged:
    case PartiallyFilled:
    case Unknown:
    case TimedOut:
        break;
    }
    return false;
}

bool isAllowed(InstructionState from, InstructionState to)
{
    using enum InstructionState;
    switch (from) {
    case Planned:
        return to == AwaitingApproval || to == Submitted || to == Denied || to == Cancelled || to == Expired;
    case AwaitingApproval: // planned again: approved
        return to == Planned || to == Submitted || to == Denied || to == Cancelled || to == Expired;
    case Submitted:
        return to == Acknowledged || to == Rejected || to == Failed || to == Unknown || to == TimedOut ||
               to == RolledBack || to == Cancelled;
    case Acknowledged:
        return to == PartiallyFilled || to == Confirmed || to == Failed || to == Unknown || to == TimedOut ||
               to == Cancelled || to == RolledBack;
    case PartiallyFilled:
        return to == PartiallyFilled || to == Confirmed || to == Cancelled || to == Unknown;
    case Unknown:
    case TimedOut:
        return to == Acknowledged || to == PartiallyFilled || to == Confirmed || to == Failed || to == Rejected ||
               to == Cancelled || to == RolledBack;
    case Denied:
    case Confirmed:
    case Rejected:
    case Failed:
    case RolledBack:
    case Expired:
    case Cancelled:
        break;
    }
    return false;
}

} // namespace carry
