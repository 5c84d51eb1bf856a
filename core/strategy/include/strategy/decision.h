// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/ids.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! Stored in databases: append only.
enum class Action : std::uint8_t {
    Hold = 0,
    InitialSetup = 1,
    Rebalance = 2,
    Deposit = 3,
    Withdrawal = 4,
    Reduce = 5,
    Exit = 6,
};
inline constexpr std::size_t kActionCount = 7;
std::string_view toText(Action action); //!< "INITIAL_SETUP"

//! Why, as data; reasonText() puts the numbers into words. Stored in databases: append only.
enum class Reason : std::uint8_t {
    NothingToDo = 0,
    PlanOpen = 1,
    StaleLeg = 2,
    CoolDown = 3,
    FilterOut = 4,
    DrawdownHalt = 5,
    CostExceedsBenefit = 6,
    Exited = 7,
    NoCapital = 8,
    CapitalInWallet = 9,
    DeltaDrift = 10,
    MarginBelowWarn = 11,
    LegsDiffer = 12,
    DepositArrived = 13,
    WithdrawalRequested = 14,
    MarginCritical = 15,
    FundingBelowExit = 16,
    ExitScheduled = 17,
    TooSmall = 18,
    NoSurplus = 19,
    PlanningFailed = 20,
    IdleFunds = 21,
};
//! English template: {0}, {1}, ... stand for the numbers.
std::string_view reasonTemplate(Reason reason);

using ReasonNumbers = std::array<double, 4>;
std::string reasonText(Reason reason, const ReasonNumbers& numbers);

//! One condition that a strategy looks at, with its threshold. Values are recorded for every decision, HOLD too.
struct ConditionDefinition {
    std::string id; //!< "delta_fraction"
    std::string unit;
    enum class Test : std::uint8_t { Above, Below, AtLeast } test = Test::Above;
    double threshold = 0;
};
std::string_view toText(ConditionDefinition::Test test);

//! Where an exchange is to end: coins and signed contracts.
struct VenueTarget {
    Decimal spot, perp;
};

struct TransferIntent {
    Venue from = Venue::Wallet;
    Venue to = Venue::Wallet;
    Asset asset = Asset::USDT;
    Decimal amount;
    bool sweep = false; //!< everything that is there when it is sent; `amount` is the estimate
};

//! What a strategy wants: an action, the reason in numbers, and desired positions.
struct Decision {
    Action action = Action::Hold;
    Reason reason = Reason::NothingToDo;
    ReasonNumbers numbers{};
    PerExchange<VenueTarget> targets{};
    std::vector<TransferIntent> transfers;
    Decimal gasPurchaseEth;    //!< bought in the wallet first
    bool riskReducing = false; //!< exempt from cool-down and cost test
    double protects = 0;       //!< USDT: what the cost is weighed against
};

} // namespace carry
