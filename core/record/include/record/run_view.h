// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <memory>
#include <optional>
#include <vector>

namespace carry
{

//! Indices [first, last) into one log of a record.
struct LogRange {
    std::size_t first = 0, last = 0;
    bool empty() const { return first == last; }
    std::size_t size() const { return last - first; }
};

//! One holding at the cursor.
struct PositionLine {
    AccountId account = 0;
    Venue venue = Venue::Wallet;
    AccountType type = AccountType::BaseToken; //!< all but PerpQuote and Outside
    Asset asset = Asset::USDT;
    Decimal amount;      //!< coins, tokens or scaled units; perps signed, debt negative
    double price = 0;    //!< share class per unit of amount: spot, the mark of a perp, or index * ratio * coin
    double value = 0;    //!< share class; of a perp its unrealised P&L
    double entry = 0;    //!< USDT, average entry of a perp; NaN for tokens
    double notional = 0; //!< share class, signed: amount * price
    UnitValue unit;      //!< how the price comes about: underlying = amount * index, coins = underlying * ratio
    bool converted() const
    {
        return type == AccountType::Lst || type == AccountType::AToken || type == AccountType::DebtToken;
    }
};

//! How far an instruction has come at the cursor.
struct InstructionStatus {
    InstructionState state = InstructionState::Planned;
    Time changed{};   //!< of the last change; the epoch without one
    double price = 0; //!< USDT, of the last fill; 0: none
    Decimal filled;
    double netDelta = 0;         //!< coins of the base asset, after
    double minMarginRatio = 0;   //!< after; absent without notional
    std::optional<Error> error;  //!< of the last failure
    std::size_t transitions = 0; //!< up to the cursor
};

//! A record as it stood at one step: nothing later is looked at. Used from one thread; the record may be growing
//! meanwhile. Folds of the ledger start at checkpoints, so going back costs what going forward costs.
class RunView
{
  public:
    RunView() = default; //!< of nothing: empty() until a record is given
    explicit RunView(std::shared_ptr<const RunRecord> record);

    const std::shared_ptr<const RunRecord>& record() const { return m_record; }
    std::size_t length() const { return m_record ? m_record->committed() : 0; }
    bool empty() const { return length() == 0; }

    //! Moves the cursor; beyond the end it goes to the last step.
    void seek(std::size_t step);
    std::size_t step() const { return m_step; }
    //! The last step at or before `time`; the first one where all are later.
    std::size_t stepAt(Time time) const;

    // At the cursor; only while not empty().
    Time time() const { return m_record->time(m_step); }
    double value(std::size_t column) const { return m_record->at(m_step, column); }
    const StepEnds& ends() const { return m_record->ends(m_step); }

    // Entries of one log that belong to a step (any committed one).
    LogRange ledgerOf(std::size_t step) const { return range(step, &StepEnds::ledger); }
    LogRange decisionsOf(std::size_t step) const { return range(step, &StepEnds::decisions); }
    LogRange plansOf(std::size_t step) const { return range(step, &StepEnds::plans); }
    LogRange transitionsOf(std::size_t step) const { return range(step, &StepEnds::transitions); }
    LogRange fundingOf(std::size_t step) const { return range(step, &StepEnds::funding); }
    LogRange eventsOf(std::size_t step) const { return range(step, &StepEnds::events); }

    //! Balance of an account after the step of the cursor.
    Decimal balance(AccountId account) const;
    //! Share class at the cursor, as the engine marked the account.
    double price(AccountId account) const { return unitValue(account).value(); }
    UnitValue unitValue(AccountId account) const;
    //! Holdings that are not zero, by account; the entry value of a perp is part of its line. Values sum to the NAV.
    std::vector<PositionLine> positions() const;

    //! Level of a risk metric at the cursor, with the monitor's hysteresis. `scope`: exchange index or kBookScope.
    RiskLevel riskLevel(RiskMetric metric, std::size_t scope) const;

    InstructionStatus status(InstructionId instruction) const;
    PlanOutcome outcome(PlanId plan) const;
    //! Step of the last change of any of the plan's instructions at the cursor; of the decision without one.
    std::size_t lastChange(PlanId plan) const;
    //! Indices into the ledger, up to the cursor.
    std::vector<std::size_t> ledgerOfInstruction(InstructionId instruction) const;
    std::vector<std::size_t> transitionsOfInstruction(InstructionId instruction) const;
    //! Ids of the instructions of a plan; they are consecutive.
    LogRange instructionsOf(PlanId plan) const; //!< indices into the instruction log
    //! The decision that made the plan.
    std::optional<std::size_t> decisionOf(PlanId plan) const;

    //! Step of the next or the previous decision other than HOLD, anywhere in the record.
    std::optional<std::size_t> nextDecision(std::size_t after) const;
    std::optional<std::size_t> previousDecision(std::size_t before) const;

  private:
    LogRange range(std::size_t step, std::uint32_t StepEnds::*log) const;
    UnitValue onChain(const Account& account) const;
    double plainPrice(const Account& account) const;
    void foldBalances() const;
    void index() const;

    std::shared_ptr<const RunRecord> m_record;
    std::size_t m_step = 0;
    // Made when first asked for; they only ever grow with the record.
    struct Folded {
        std::vector<std::vector<Decimal>> checkpoints; //!< balances before entry k * kCheckpoint
        std::size_t folded = 0;                        //!< entries that went into `last`
        std::vector<Decimal> last;
        std::vector<Decimal> atCursor;
        std::size_t cursorEntries = ~std::size_t{0}; //!< how many entries `atCursor` holds
    };
    mutable Folded m_fold;
    struct Index {
        std::size_t transitions = 0, ledger = 0, plans = 0, events = 0;
        std::vector<std::vector<std::uint32_t>> transitionsOf, ledgerOf; //!< by instruction id
        std::vector<std::uint32_t> firstInstruction;                     //!< by plan id
        std::vector<std::uint32_t> endEvent;                             //!< by plan id: event + 1, 0: none yet
        std::array<std::array<std::vector<std::uint32_t>, kRiskScopes>, kRiskMetricCount> levelEvents;
    };
    mutable Index m_index;
};

} // namespace carry
