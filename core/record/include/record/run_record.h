// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/plan_runner.h"
#include "market/tape.h"
#include "record/append_log.h"
#include "record/columns.h"
#include "record/lazy_columns.h"
#include "risk/risk_monitor.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace carry
{

//! Where a run parts from another one: the same until `at`, from there on with other values or another decision.
struct Fork {
    std::string parent;                         //!< run id; that run need not exist any more
    Time at{};                                  //!< a bar label
    std::optional<Action> decision;             //!< ordered by hand at `at` instead of the strategy's own
    std::map<std::string, std::string> changes; //!< keys with the values that hold from `at` on
    friend bool operator==(const Fork&, const Fork&) = default;
};

//! What a run is, fixed before its first step.
struct RunInfo {
    std::string runId; //!< UUID-like, given by the caller; not part of the result digest
    std::string strategy;
    std::string preset; //!< name or file
    Asset shareClass = Asset::USDT;
    Asset base = Asset::BTC;
    ChainHoldings chain; //!< on-chain accounts and columns of the run
    double capital = 0;
    std::map<std::string, std::string> configuration; //!< every key, resolved; of a fork as at the start
    //! Its own fork last, before it those of the parent, all in the order they were made; empty: not a fork.
    std::vector<Fork> forks;
    std::string dataName;
    std::string dataSource; //!< where to find the data again: "demo", "demo:5000", or the folder's absolute path
    bool synthetic = false;
    std::string dataDigest;
    Time from{}, to{};
    std::vector<ConditionDefinition> conditions;
    std::vector<Asset> assets;      //!< of the asset columns; the base first
    std::vector<Finding> findings;  //!< proxies, filled holes, missing settlements
    std::vector<std::string> files; //!< names behind Finding::file and FundingRecord::file
};

struct LedgerEntry {
    std::uint32_t step = 0;
    Posting posting;
};

struct DecisionRecord {
    std::uint32_t step = 0;
    Action action = Action::Hold;
    Reason reason = Reason::NothingToDo;
    PlanId plan = 0; //!< 0: none
    ReasonNumbers numbers{};
};

std::string_view toText(Sizing sizing); //!< "to_ltv"
//! How the amount of an instruction is found when it is carried out.
Sizing sizingOf(const InstructionBody& body);

struct InstructionRecord {
    PlanId plan = 0;
    std::uint16_t phase = 0, group = 0, position = 0;
    PhaseKind phaseKind = PhaseKind::Transfers;
    GroupKind groupKind = GroupKind::Sequence;
    Instruction instruction;
};

struct PlanRecord {
    PlanId id = 0;
    std::uint32_t decisionStep = 0;
    Action action = Action::Hold;
    CostEstimate cost;
    std::uint32_t instructions = 0;
};

//! A state change of an instruction, with what the book looked like after it.
struct TransitionRecord {
    std::uint32_t step = 0;
    InstructionId instruction = 0;
    InstructionState from = InstructionState::Planned, to = InstructionState::Planned;
    std::int64_t timeMs = 0;
    double price = 0; //!< fill price, 0 where none
    Decimal quantity;
    double netDelta = 0;                               //!< coins of the base asset, after
    double minMarginRatio = 0;                         //!< lowest of the exchanges, after; absent without notional
    double ltv = absent(EmptyReason::NoDebt);          //!< at Aave, after; absent without debt
    double healthFactor = absent(EmptyReason::NoDebt); //!< likewise
    std::optional<Error> error;                        //!< why it failed
};

//! A settlement that fell on an open position (or was missing).
struct FundingRecord {
    std::uint32_t step = 0;
    Venue venue = Venue::Binance;
    std::uint8_t intervalHours = 8;
    std::uint8_t flags = 0;        //!< FundingFlag bits
    std::uint8_t readingFlags = 0; //!< of the mark
    bool paid = false;             //!< a position was open and a rate known
    double rate = 0;               //!< fraction
    double mark = 0;               //!< USDT
    double ageHours = 0;           //!< of the mark
    double position = 0;           //!< signed coins
    Decimal cash;                  //!< received
    std::uint32_t file = 0, line = 0;
};

//! Stored in databases: append only.
enum class EventKind : std::uint8_t {
    RiskLevel = 0,
    Liquidation = 1,
    PlanCompleted = 2,
    PlanFailed = 3,
    PlanningError = 4,
    Deposit = 5,
    WithdrawalRequested = 6,
    WithdrawalPaid = 7,
    PlanInterrupted = 8,
    LendingLiquidation = 9,
    Reward = 10,
    Proposal = 11,
    GateRefusal = 12,
    TradingState = 13,
    PlanUnhedged = 14,
    PlanDenied = 15,
    Connection = 16,
    OrderResent = 17,
    Reconciliation = 18,
    Resumed = 19,
    FeedStale = 20,
};
inline constexpr std::size_t kEventKindCount = 21;
std::string_view toText(EventKind kind);

//! What happens to a proposal. Stored in databases: append only.
enum class ProposalStep : std::uint8_t {
    Made = 0,          //!< figure: notional, share class
    ApprovedAlone = 1, //!< by the rules, nobody was asked
    Approved = 2,
    ApprovedByFirst = 3, //!< a second person must approve too
    ApprovedInPart = 4,  //!< figure: groups approved so far
    Rejected = 5,
    Postponed = 6, //!< figure: until, ms since the epoch
    Replaced = 7,  //!< re-evaluated: the strategy is asked again
    Expired = 8,
    Halted = 9, //!< the kill switch or risk ended it while it waited
};
std::string_view toText(ProposalStep step);

//! Something worth telling, as data. Meaning of `numbers` by kind:
//! RiskLevel {value, threshold}, a = metric, b = from * 16 + to; Liquidation {perp price, perp closed, coin sold,
//! written off}; LendingLiquidation {debt repaid, collateral seized (tokens), health factor before, bad debt};
//! Reward {tokens, price, ETH received}; Plan*: reference = plan; Deposit, Withdrawal*: {amount}; PlanningError: error.
//! Proposal {proposal number, figure of the step}, a = ProposalStep, reference = plan; GateRefusal: error, reference =
//! plan or 0; TradingState: a = from, b = to; PlanUnhedged {share class * s, highest share class, s not hedged};
//! PlanDenied: a plan of which nothing was sent, a = PlanOutcome.
//! Of a session with venues, a = index of the exchange, 3 for the chain: Connection {1 up, 0 down}; OrderResent
//! {attempt, instruction}; Reconciliation {balances that differ, their value in share class}; Resumed {orders whose
//! outcome is to be found out}; FeedStale {1 stale, 0 fresh again; age in seconds}.
struct JournalEvent {
    std::uint32_t step = 0;
    EventKind kind = EventKind::RiskLevel;
    std::uint8_t a = 0, b = 0;
    std::uint8_t scope = 0; //!< exchange index, kBookScope for the book
    std::uint32_t reference = 0;
    std::optional<Error> error;
    std::array<double, 4> numbers{};
};

//! How long each log is when a step is committed: what a reader of that step may see.
struct StepEnds {
    std::uint32_t ledger = 0, decisions = 0, plans = 0, instructions = 0, transitions = 0, funding = 0, events = 0;
};

//! The columns that a run has.
ColumnLayout layoutOf(const RunInfo& info);

//! The append-only record of a run: columns of per-step figures and logs. The engine is the only writer; what lies
//! below committed() may be read from any thread without a lock. Of a record that was read back the columns may stay
//! where they are kept until somebody wants them.
class RunRecord final : public PostingSink
{
  public:
    explicit RunRecord(RunInfo info);
    //! One to be read back: its logs are added, then finishReading() shows all of it.
    RunRecord(RunInfo info, std::unique_ptr<LazyColumns> columns);

    const RunInfo& info() const { return m_info; }
    const ChartOfAccounts& chart() const { return m_chart; }
    const ColumnLayout& layout() const { return m_layout; }

    // Writer.
    void onPosting(const Posting& posting) override { m_ledger.push({m_currentStep, posting}); }
    // A negative zero becomes a zero, which is all that databases keep.
    void add(DecisionRecord decision);
    void add(const Plan& plan, std::uint32_t decisionStep);
    void add(TransitionRecord transition);
    void add(FundingRecord funding);
    void add(JournalEvent event);
    // As read back from where they were kept: each log by one thread at a time.
    void add(const LedgerEntry& entry) { m_ledger.push(entry); }
    void add(const PlanRecord& plan) { m_plans.push(plan); }
    void add(InstructionRecord instruction) { m_instructions.push(std::move(instruction)); }
    std::uint32_t currentStep() const { return m_currentStep; }
    //! Makes the step visible to readers all at once. `row` has layout().count() values.
    void commit(Time time, bool bar, const double* row);
    //! All steps of a record that is read back, when its logs are complete. As many of each as there are rows.
    void finishReading(std::span<const std::int64_t> times, std::span<const std::uint8_t> bars,
                       std::span<const StepEnds> ends);

    // Readers.
    std::size_t committed() const { return m_committed.load(std::memory_order_acquire); }
    Time time(std::size_t step) const { return fromMs(m_times[step]); }
    bool isBar(std::size_t step) const { return m_bars[step] != 0; }
    const StepEnds& ends(std::size_t step) const { return m_ends[step]; }
    double at(std::size_t step, std::size_t column) const
    {
        return m_lazy ? m_lazy->at(step, column) : m_columns.at(step, column);
    }
    //! The columns of a record that was read back; nullptr: all are in memory.
    LazyColumns* lazyColumns() const { return m_lazy.get(); }
    //! By column, the values inside one chunk of ColumnTable::kChunk steps; `room` takes what is not in memory. Errors
    //! of ColumnSource::read().
    Result<std::vector<const double*>> chunk(std::size_t chunk, std::vector<double>& room) const;
    //! Why a value could not be read: then figures of this record are not to be trusted any more.
    std::optional<Error> fault() const { return m_lazy ? m_lazy->fault() : std::nullopt; }
    const LedgerEntry& ledger(std::size_t i) const { return m_ledger[i]; }
    const DecisionRecord& decision(std::size_t i) const { return m_decisions[i]; }
    const PlanRecord& plan(std::size_t i) const { return m_plans[i]; }
    const InstructionRecord& instruction(std::size_t i) const { return m_instructions[i]; } //!< id - 1
    const TransitionRecord& transition(std::size_t i) const { return m_transitions[i]; }
    const FundingRecord& funding(std::size_t i) const { return m_funding[i]; }
    const JournalEvent& event(std::size_t i) const { return m_events[i]; }

  private:
    RunInfo m_info;
    ChartOfAccounts m_chart;
    ColumnLayout m_layout;
    ColumnTable m_columns;
    std::unique_ptr<LazyColumns> m_lazy; //!< instead of m_columns
    AppendLog<std::int64_t> m_times;
    AppendLog<std::uint8_t> m_bars;
    AppendLog<StepEnds> m_ends;
    AppendLog<LedgerEntry> m_ledger;
    AppendLog<DecisionRecord> m_decisions;
    AppendLog<PlanRecord, 256> m_plans;
    AppendLog<InstructionRecord, 256> m_instructions;
    AppendLog<TransitionRecord, 1024> m_transitions;
    AppendLog<FundingRecord> m_funding;
    AppendLog<JournalEvent> m_events;
    std::uint32_t m_currentStep = 0;
    std::atomic<std::size_t> m_committed{0};
};

//! SHA-256 over ledger, decisions, transitions and column bits in commit order (by blocks of ColumnTable::kChunk
//! steps). Leaves out run id, wall times and annotations; equal in every build. Empty where a column cannot be read, or
//! where `goOn`, which is asked for every block, says no.
std::string resultDigest(const RunRecord& record, const std::function<bool()>& goOn = {});
//! SHA-256 over the planned instructions: type, amounts and order.
std::string instructionDigest(const RunRecord& record);

} // namespace carry
