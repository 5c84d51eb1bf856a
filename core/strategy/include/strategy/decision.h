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
    LtvCritical = 22,
    HealthFactorCritical = 23,
    MarginByDelever = 24,
    EquityMoved = 25,
    NegativeCarry = 26,
    LstDiscount = 27,
    CarryBelowExit = 28,
    EthInWallet = 29,
    NetDeltaDrift = 30,
    CarryRecovered = 31,
    ByHand = 32,
    TradingHalted = 33,
    TradingReducing = 34,
    Postponed = 35,
    RejectedLately = 36,
    RefusedByGate = 37,
    RestoreHedge = 38,
    BooksDiffer = 39,
    FeedStale = 40,
};
inline constexpr std::size_t kReasonCount = 41;
//! English template: {0}, {1}, ... stand for the numbers, {0%} for a fraction shown in per cent, {0#} for money.
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

//! Stored in databases: append only. Also the order of the phases that follow from targets; phases that a decision
//! names itself come in its order.
enum class PhaseKind : std::uint8_t {
    BuyGas = 0,
    ReducePerps = 1,
    SellSpot = 2,
    Transfers = 3,
    BuySpot = 4,
    IncreasePerps = 5,
    OnChain = 6,
};
inline constexpr std::size_t kPhaseKindCount = 7;

std::string_view toText(PhaseKind kind); //!< "transfers"

//! How an amount is found when an instruction is carried out. Stored in databases: append only.
enum class Sizing : std::uint8_t {
    Exact = 0,
    Everything = 1, //!< all that is there
    Previous = 2,   //!< what the instruction before it on chain brought
    ToLtv = 3,      //!< so much that debt over collateral is the given LTV
};

//! A change of a position at an exchange, in coins.
struct TradeIntent {
    Venue venue = Venue::Binance;
    Product product = Product::Spot;
    Decimal change; //!< signed
};

//! Something to do on chain. What it becomes (a loop, an atomic group, single transactions) is the planner's business.
struct ChainIntent {
    //! ETH: the precision of amounts. A pool's roundings leave nothing to borrow a few wei from its limit.
    static constexpr double kSmallestBorrow = 1e-12;

    enum class Kind : std::uint8_t {
        Stake,        //!< `amount` ETH
        Unstake,      //!< `amount` of the staked token through the protocol's queue
        Sell,         //!< `amount` of the staked token on a DEX
        Supply,       //!< `amount` of `asset`
        Withdraw,     //!< `amount` of `asset`
        EnterLoop,    //!< `amount` ETH of equity, levered to `ltv` by iterations
        EnterAtomic,  //!< the same with a flash loan
        Delever,      //!< sell collateral against debt until debt over collateral is `ltv`
        Release,      //!< free `amount` ETH net of costs at unchanged `ltv`
        ExitTwoSwaps, //!< repay everything, sell all collateral
        ExitOneSwap,  //!< repay everything with what must be sold; the rest stays staked in the wallet
        SetEMode,
    } kind = Kind::Stake;
    Asset asset = Asset::ETH;
    Decimal amount;
    bool everything = false; //!< instead of `amount`: all that is there
    double ltv = 0;
    std::uint16_t maxIterations = 0; //!< EnterLoop
    double minBorrow = 0;            //!< EnterLoop: stop before a borrow below this or kSmallestBorrow, ETH
    bool redepositLast = true;       //!< EnterLoop: stake and supply what was borrowed last
};

//! Groups that start together; the next phase starts when all of them are confirmed.
struct PhaseIntent {
    PhaseKind kind = PhaseKind::OnChain;
    std::vector<TransferIntent> transfers;
    std::vector<TradeIntent> trades;
    std::vector<ChainIntent> chain; //!< one after the other
};

//! What a strategy wants: an action, the reason in numbers, and desired positions.
struct Decision {
    Action action = Action::Hold;
    Reason reason = Reason::NothingToDo;
    ReasonNumbers numbers{};
    PerExchange<VenueTarget> targets{};
    std::vector<TransferIntent> transfers;
    //! Named phases in order; then targets and transfers are not looked at.
    std::vector<PhaseIntent> phases;
    Decimal gasPurchaseEth;    //!< bought in the wallet first
    bool riskReducing = false; //!< exempt from cool-down and cost test
    double protects = 0;       //!< share class: what the cost is weighed against
};

} // namespace carry
