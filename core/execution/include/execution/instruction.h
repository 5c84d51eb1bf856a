// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/ids.h"
#include "portfolio/books.h"
#include "strategy/decision.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace carry
{

//! Moves tokens between wallet and exchange, one hop.
struct Transfer {
    Venue from = Venue::Wallet, to = Venue::Wallet;
    Asset asset = Asset::USDT;
    Decimal amount;
    bool sweep = false; //!< everything there when sent, after the fee; `amount` is the estimate
};

//! Market order on spot against USDT.
struct SpotTrade {
    Venue venue = Venue::Binance;
    Asset base = Asset::BTC;
    Side side = Side::Buy;
    Decimal quantity; //!< coin
};

//! Market order on the USDT-margined perp.
struct PerpTrade {
    Venue venue = Venue::Binance;
    Asset base = Asset::BTC;
    Side side = Side::Sell;
    Decimal quantity; //!< coin
};

//! Swap on a DEX from the wallet: of an exact amount bought (USDT for ETH), or of one sold (a staked token for ETH).
struct Swap {
    Asset sell = Asset::USDT;
    Asset buy = Asset::ETH;
    Decimal buyAmount; //!< of `buy`; of `sell` where that is exact
    bool sellExact = false;
    Sizing sizing = Sizing::Exact;
};

//! ETH becomes the staked token at the protocol's ratio. Amounts of the instructions below are what was planned;
//! `sizing` says how the amount is found when the instruction is carried out.
struct Stake {
    Asset token = Asset::weETH;
    Decimal amount; //!< ETH
    Sizing sizing = Sizing::Exact;
};

//! The staked token goes into the protocol's exit queue; ETH at the ratio of the request arrives after the delay.
struct Unstake {
    Asset token = Asset::weETH;
    Decimal amount; //!< tokens
    Sizing sizing = Sizing::Exact;
};

struct Supply {
    Asset asset = Asset::weETH;
    Decimal amount;
    Sizing sizing = Sizing::Exact;
};

struct Withdraw {
    Asset asset = Asset::weETH;
    Decimal amount;
    Sizing sizing = Sizing::Exact;
};

struct Borrow {
    Asset asset = Asset::ETH;
    Decimal amount;
    Sizing sizing = Sizing::Exact;
    double ltv = 0; //!< ToLtv: debt over collateral afterwards
};

struct Repay {
    Asset asset = Asset::ETH;
    Decimal amount;
    Sizing sizing = Sizing::Exact;
};

//! Both only inside an atomic group; the fee is paid in the same transaction.
struct FlashBorrow {
    Asset asset = Asset::ETH;
    Decimal amount;
};
struct FlashRepay {
    Asset asset = Asset::ETH;
    Decimal amount; //!< loan and fee
};

struct SetEMode {
    std::uint8_t category = 1; //!< 0: none
};

using InstructionBody = std::variant<Transfer, SpotTrade, PerpTrade, Swap, Stake, Unstake, Supply, Withdraw, Borrow,
                                     Repay, FlashBorrow, FlashRepay, SetEMode>;
std::string_view typeText(const InstructionBody& body); //!< "transfer", "spot_trade", ...
//! Stored in databases: append only, in the order of InstructionBody.
inline constexpr std::array<std::string_view, 13> kInstructionTypes{
    "transfer", "spot_trade", "perp_trade", "swap",         "stake",       "unstake",  "supply",
    "withdraw", "borrow",     "repay",      "flash_borrow", "flash_repay", "set_emode"};
//! Carried out by the chain interface: everything but orders and transfers.
bool isOnChain(const InstructionBody& body);
//! One line for people: "Spot Binance BTC/USDT BUY 0.59".
std::string describeInstruction(const InstructionBody& body);

//! Stored in databases: append only.
enum class Purpose : std::uint8_t {
    FundVenue = 0,
    OpenSpot = 1,
    OpenShort = 2,
    CloseShort = 3,
    CloseSpot = 4,
    ReturnFunds = 5,
    MoveMargin = 6,
    BuyGas = 7,
    Hedge = 8,
    StakeFunds = 9,
    Lever = 10,
    Delever = 11,
    Lend = 12,
    Unwind = 13,
};
inline constexpr std::size_t kPurposeCount = 14;
std::string_view toText(Purpose purpose);

//! Expected cost in share-class currency.
struct CostEstimate {
    double fees = 0, slippage = 0, gas = 0;
    double total() const { return fees + slippage + gas; }
    CostEstimate& operator+=(const CostEstimate& other)
    {
        fees += other.fees;
        slippage += other.slippage;
        gas += other.gas;
        return *this;
    }
};

struct ExpectedDelta {
    AccountId account = 0;
    double amount = 0;
};

struct Instruction {
    InstructionId id = 0; //!< 1-based within the run, in order of planning
    Purpose purpose = Purpose::FundVenue;
    InstructionBody body;
    std::uint16_t iteration = 0; //!< of a loop, from 1; 0 outside
    double referencePrice = 0;   //!< at planning, share class per unit; 0 for transfers of USDT
    CostEstimate cost;
    std::vector<ExpectedDelta> expected;
};

enum class GroupKind : std::uint8_t {
    Sequence = 0, //!< one after the other, stops at the first failure
    Atomic = 1,   //!< one transaction, all or nothing
    Loop = 2,     //!< iterations, folded on screen
};
std::string_view toText(GroupKind kind);

struct Group {
    GroupKind kind = GroupKind::Sequence;
    std::vector<Instruction> instructions;
};

//! Groups of a phase start together; the next phase starts when all of them are confirmed.
struct Phase {
    PhaseKind kind = PhaseKind::Transfers;
    std::vector<Group> groups;
};

using PlanId = std::uint32_t; //!< 1-based within the run

//! What a decision becomes: decision -> phases -> groups -> instructions. Immutable once planned.
struct Plan {
    PlanId id = 0;
    Action action = Action::Hold;
    bool riskReducing = false;
    std::vector<Phase> phases;
    CostEstimate cost;
    std::size_t instructionCount() const;
};

//! Stored in databases: append only.
enum class InstructionState : std::uint8_t {
    Planned = 0,
    AwaitingApproval = 1,
    Denied = 2,
    Submitted = 3,
    Acknowledged = 4,
    PartiallyFilled = 5,
    Confirmed = 6,
    Rejected = 7,
    Failed = 8,
    Unknown = 9,
    TimedOut = 10,
    RolledBack = 11,
    Expired = 12,
    Cancelled = 13,
};
inline constexpr std::size_t kInstructionStateCount = 14;
std::string_view toText(InstructionState state);
//! Nothing follows any more.
bool isFinal(InstructionState state);
//! Whether the state machine allows the step.
bool isAllowed(InstructionState from, InstructionState to);

} // namespace carry
