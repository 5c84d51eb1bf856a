// SPDX-License-Identifier: GPL-3.0-or-later
#include "strategy/decision.h"

#include <cstdio>

#define CARRY_TR(text) text

namespace carry
{

std::string_view toText(Action action)
{
    constexpr std::array<std::string_view, kActionCount> kText{"HOLD",       "INITIAL_SETUP", "REBALANCE", "DEPOSIT",
                                                               "WITHDRAWAL", "REDUCE",        "EXIT"};
    return kText[static_cast<std::size_t>(action)];
}

std::string_view toText(PhaseKind kind)
{
    constexpr std::array<std::string_view, kPhaseKindCount> kText{
        "buy_gas", "reduce_perps", "sell_spot", "transfers", "buy_spot", "increase_perps", "on_chain"};
    return kText[static_cast<std::size_t>(kind)];
}

std::string_view toText(ConditionDefinition::Test test)
{
    constexpr std::array<std::string_view, 3> kText{"above", "below", "at_least"};
    return kText[static_cast<std::size_t>(test)];
}

std::string_view reasonTemplate(Reason reason)
{
    constexpr std::array<std::string_view, kReasonCount> kText{
        CARRY_TR("No trigger is met"),
        CARRY_TR("A plan is still open"),
        CARRY_TR("A leg's price is {0} bars old, limit {1}"),
        CARRY_TR("Cool-down for another {0} h"),
        CARRY_TR("Mean funding {0%} a year is below the entry threshold {1%}"),
        CARRY_TR("Drawdown {0%} is critical ({1%}): no new risk"),
        CARRY_TR("It would cost {0#} USDT and protect {1#} USDT"),
        CARRY_TR("The position was closed for good"),
        CARRY_TR("The wallet holds {0#} USDT, needed {1#}"),
        CARRY_TR("The wallet holds {0#} USDT and nothing is open"),
        CARRY_TR("Net delta is {0%} of gross, tolerance {1%}"),
        CARRY_TR("Margin ratio {0%} is below {1%}; {2#} USDT bring it back to {3%}"),
        CARRY_TR("The legs of one exchange differ by {0} coin ({1#} USDT)"),
        CARRY_TR("A deposit of {0#} USDT is in the wallet"),
        CARRY_TR("A withdrawal of {0#} USDT was requested, the wallet holds {1#}"),
        CARRY_TR("Margin ratio {0%} or liquidation distance {1%} is critical"),
        CARRY_TR("Mean funding {0%} a year is below the exit threshold {1%}"),
        CARRY_TR("The configured exit time has come"),
        CARRY_TR("The change is below the smallest size ({0}, needed {1})"),
        CARRY_TR("Margin ratio {0%} is below {1%}, but no other exchange has a surplus"),
        CARRY_TR("No plan could be made; the journal names the error"),
        CARRY_TR("An exchange holds {0#} USDT and no position"),
        CARRY_TR("Aave LTV {0%} is critical ({1%}); back to {2%}"),
        CARRY_TR("Health factor {0} is critical ({1}); LTV back to {2%}"),
        CARRY_TR("Margin ratio {0%} is below {1%} and no exchange has a surplus; {2} ETH from Aave bring it to {3%}"),
        CARRY_TR("Equity moved by {0%} since the hedge was set; net delta is {1} ETH"),
        CARRY_TR("Staking {0%} against borrowing {1%} a year: carry on equity {2%}, needed {3%}"),
        CARRY_TR("The staked token trades {0%} below its protocol ratio, limit {1%}: nothing is added"),
        CARRY_TR("Carry on equity {0%} a year is below the exit threshold {1%}"),
        CARRY_TR("The wallet has {0} to put to work; carry on equity {1%} a year"),
        CARRY_TR("Net delta is {0} ETH, {1%} of equity, limit {2%}"),
        CARRY_TR("Carry on equity {0%} a year is above {1%} again; LTV back to {2%}"),
        CARRY_TR("Overridden by hand"),
        CARRY_TR("Trading is halted"),
        CARRY_TR("Trading state REDUCING: only plans that reduce risk"),
        CARRY_TR("Postponed for another {0} h"),
        CARRY_TR("A proposal was turned down; nothing new for another {0} h"),
        CARRY_TR("The gate refuses the plan; the journal says why"),
        CARRY_TR("A plan ended half done: {0#} is not hedged"),
        CARRY_TR("Balances differ from what a venue says; nothing that adds risk until a person has answered"),
        CARRY_TR("Market data are {0} s old: nothing new until they are fresh"),
    };
    return kText[static_cast<std::size_t>(reason)];
}

namespace
{

//! "100,000.00".
std::string withThousands(double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.2f", value);
    std::string text = buffer;
    const std::size_t first = text[0] == '-' ? 1 : 0;
    for (std::size_t at = std::min(text.find('.'), text.size()); at > first + 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string shown(double value, char as)
{
    if (as == '#')
        return withThousands(value);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, as == '%' ? "%.2f %%" : "%.6g", as == '%' ? value * 100 : value);
    return buffer;
}

} // namespace

std::string reasonText(Reason reason, const ReasonNumbers& numbers)
{
    std::string out;
    const auto text = reasonTemplate(reason);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += text[i];
            continue;
        }
        out += shown(numbers[static_cast<std::size_t>(text[i + 1] - '0')], text[end - 1]);
        i = end;
    }
    return out;
}

} // namespace carry
