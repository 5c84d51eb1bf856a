// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/outcome.h"

#include <optional>
#include <span>

namespace carry::aave
{

//! One asset of a flash loan. RateMode::None: pay back with the premium; Variable: it becomes debt, without a premium.
struct FlashLeg {
    ReserveId reserve{};
    U128 amount = 0;
    RateMode mode = RateMode::None;
    U128 premium = 0; //!< filled in by beginFlash
};

//! A flash loan that has been paid out and must be ended in the same atomic group.
struct FlashTicket {
    FixedList<FlashLeg, kMaxReserves> legs;
    UserId initiator{}, receiver{};
    FixedList<TokenMove, kMaxReserves> moves; //!< what the receiver got
};

//! Indices, rates and totals of a market at one time, from data. Totals are without the users of this pool.
struct HistoricReserve {
    U128 liquidityIndex = kRay, variableBorrowIndex = kRay;
    Rates rates;
    U128 available = 0;    //!< token units
    U128 scaledSupply = 0; //!< scaled
    U128 scaledDebt = 0;   //!< scaled
};

//! An Aave V3.6 market: a value. Copying it is the transaction mechanism: copy, run several operations, put the copy
//! back on failure. Every operation either succeeds or leaves the state as it was. Not thread-safe; no clock of its
//! own. Not modelled: isolation mode, siloed borrowing, grace periods, the sequencer sentinel, aToken allowances.
class Pool
{
  public:
    //! The treasury is a user from the start, so that it has the fees.
    Pool();

    // ---- administration
    //! Lists a reserve at now(); nothing if the table is full.
    std::optional<ReserveId> addReserve(const ReserveConfig& config, U128 price);
    std::optional<UserId> addUser();
    void setTime(std::int64_t seconds); //!< never earlier than now()
    void setPrice(ReserveId reserve, U128 price);
    void setEMode(std::uint8_t category, const EModeCategory& parameters); //!< category 1..kMaxEModes
    void setFlashPremium(std::uint16_t bps);
    //! Freezing takes the LTV away, in every category of which the reserve is a collateral too; unfreezing does not
    //! give it back.
    void setFrozen(ReserveId reserve, bool frozen);
    void setLtvZero(ReserveId reserve, bool on);
    //! Accrues before and renews the rates after.
    Done setReserveFactor(ReserveId reserve, std::uint16_t bps);
    Done setCurve(ReserveId reserve, const RateCurve& curve);
    ReserveConfig& config(ReserveId reserve) { return m_state.reserves[index(reserve)].config; }
    //! Takes indices, rates and totals from data as of now(); the users' own balances are added to the totals. From
    //! then on the reserve does not accrue by itself. Refused if an index is 0 or a total does not fit.
    Answer<void> setHistoric(ReserveId reserve, const HistoricReserve& data);

    // ---- operations
    Done supply(UserId user, ReserveId reserve, U128 amount, UserId onBehalfOf);
    Done withdraw(UserId user, ReserveId reserve, U128 amount); //!< kAll: the whole balance
    Done borrow(UserId user, ReserveId reserve, U128 amount, RateMode mode, UserId onBehalfOf);
    Done repay(UserId payer, ReserveId reserve, U128 amount, RateMode mode,
               UserId onBehalfOf);                                      //!< kAll: the whole debt
    Done repayWithATokens(UserId user, ReserveId reserve, U128 amount); //!< kAll: all aTokens
    Done setCollateral(UserId user, ReserveId reserve, bool enabled);
    Done setUserEMode(UserId user, std::uint8_t category);
    Done transferAToken(UserId from, UserId to, ReserveId reserve, U128 amount);
    Done approveDelegation(UserId from, UserId to, ReserveId reserve, U128 amount);
    struct Liquidation {
        UserId liquidator{}, user{};
        ReserveId collateral{}, debt{};
        U128 debtToCover = 0; //!< kAll: as much as the close factor allows
        bool receiveATokens = false;
    };
    Done liquidate(const Liquidation& call);
    Done mintToTreasury(std::span<const ReserveId> reserves);

    //! Pays a flash loan out. The caller keeps a copy of the pool from before and puts it back if anything fails up to
    //! and including endFlash; see flashLoan().
    Answer<FlashTicket> beginFlash(UserId initiator, UserId receiver, std::span<const FlashLeg> legs);
    //! Takes amount and premium back, or opens the debt on the initiator.
    Done endFlash(const FlashTicket& ticket);
    //! Both, with `use(pool, ticket) -> std::optional<Refusal>` in between; all or nothing.
    template <class Use> Done flashLoan(UserId initiator, UserId receiver, std::span<const FlashLeg> legs, Use&& use)
    {
        const PoolState before = m_state;
        const auto ticket = beginFlash(initiator, receiver, legs);
        if (!ticket)
            return tl::unexpected(ticket.error());
        const std::optional<Refusal> refused = use(*this, *ticket);
        Done done = refused ? Done(tl::unexpected(*refused)) : endFlash(*ticket);
        if (!done)
            m_state = before;
        return done;
    }

    // ---- views at now(); MathOverflow where a value is beyond 128 bits
    const PoolState& state() const { return m_state; }
    std::int64_t now() const { return m_state.now; }
    const Reserve& reserve(ReserveId id) const { return m_state.reserves[index(id)]; }
    const Account& account(UserId id) const { return m_state.accounts[index(id)]; }
    UserId treasury() const { return m_state.treasury; }
    std::optional<ReserveId> find(std::string_view symbol) const;
    U128 normalizedIncome(ReserveId reserve) const;       //!< ray
    U128 normalizedVariableDebt(ReserveId reserve) const; //!< ray
    U128 supplyBalance(UserId user, ReserveId reserve) const;
    U128 debtBalance(UserId user, ReserveId reserve) const;
    U128 totalSupply(ReserveId reserve) const;
    U128 totalDebt(ReserveId reserve) const;
    AccountData accountData(UserId user) const;
    //! Rates if `ownSupply` and `ownDebt` (token units) were added to what is there.
    RateShift rateShift(ReserveId reserve, U128 ownSupply, U128 ownDebt) const;

    //! Puts an account or a reserve's state in from outside; totals are not adjusted.
    void restore(UserId user, const Account& account);
    void restore(ReserveId reserve, const ReserveState& state);

    friend bool operator==(const Pool&, const Pool&) = default;

  private:
    template <class Action> Done attempt(Action&& action);
    PoolState m_state;
};

} // namespace carry::aave
