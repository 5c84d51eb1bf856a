// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/instruction.h"
#include "risk/situation.h"

#include <bitset>
#include <limits>
#include <optional>
#include <span>

namespace carry
{

//! Stored in databases: append only.
enum class TradingState : std::uint8_t {
    Active = 0,
    Reducing = 1, //!< only plans that reduce risk
    Halted = 2,   //!< nothing, but a flatten that a person approved
};
std::string_view toText(TradingState state);

//! What no instruction may exceed, whoever approved it. Amounts in share class; unset limits are infinite. Plans that
//! reduce risk are exempt from the three sizes and from leverage, so that a large position can always be left.
struct PreTradeLimits {
    static constexpr double kNone = std::numeric_limits<double>::infinity();
    double maxInstructionNotional = kNone;
    double maxPlanNotional = kNone;
    double maxDayNotional = kNone;           //!< a day of the simulated clock, UTC
    double maxLeverage = kNone;              //!< leverageOf() afterwards
    double maxPriceDeviation = kNone;        //!< fraction of the reference price
    std::optional<Duration> maxDataAge;      //!< of prices at exchanges and of the ETH reference
    std::optional<Duration> maxChainDataAge; //!< of the protocol's ratio and indices, which come by day
    std::bitset<kVenueCount> venues{~0ULL};  //!< allowed, by Venue
    std::bitset<kAssetCount> assets{~0ULL};  //!< allowed, by Asset
};

//! What was sent on one day (UTC).
struct DayUse {
    std::int64_t day = 0; //!< since the epoch
    double notional = 0;  //!< share class
    double at(Time now) const;
    void add(Time now, double amount);
};

//! The present that instructions are checked against.
struct PreTradePresent {
    const Books& books;
    const Situation& situation;
    const MarketView& market;
    const LegMap& legs;
    Time now{};
};

//! Value that the instruction moves at present prices, share class; 0 for set_emode.
double notionalOf(const Instruction& instruction, const PreTradePresent& present);
//! Sum over the instructions.
double notionalOf(const Plan& plan, const PreTradePresent& present);
//! Perp notional and collateral at Aave over NAV.
double leverageOf(const Situation& s);

//! The one place where limits are checked: every instruction of a plan before it is proposed, and again each one when
//! it is about to leave.
class PreTradeCheck
{
  public:
    PreTradeCheck(const PreTradeLimits& limits, TradingState state, const DayUse& used, const PreTradePresent& present)
        : m_limits(limits), m_state(state), m_used(used), m_present(present)
    {
    }

    //! As if all of it were sent now, one after the other. The errors of the GATE family that name a limit.
    Result<void> plan(const Plan& plan) const;
    //! What is about to leave together. `flatten`: a person ordered it, so a halt lets it through.
    Result<void> sending(const Plan& plan, std::span<const Instruction> instructions, bool flatten) const;

  private:
    //! Grows as one instruction after the other is checked.
    struct Running {
        double notional = 0; //!< of the instructions before
        double exposure = 0; //!< perp notional and collateral
        PerExchange<double> perp{};
    };
    Running running() const;
    Result<void> checkState(const Plan& plan, bool flatten) const;
    Result<void> checkOne(const Instruction& instruction, bool reducing, Running& running) const;
    Result<void> checkSizes(const Instruction& instruction, double notional, Running& running) const;
    Result<void> checkLists(const Instruction& instruction) const;
    Result<void> checkPrice(const Instruction& instruction) const;
    Result<void> checkAge(const Instruction& instruction) const;
    double exposureChange(const Instruction& instruction, Running& running) const;

    const PreTradeLimits& m_limits;
    TradingState m_state;
    const DayUse& m_used;
    const PreTradePresent& m_present;
};

} // namespace carry
