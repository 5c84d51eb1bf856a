// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "record/run_summary.h"
#include "store/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! One line of a list of runs. Figures are empty while a run is not finished, or where showRun() tells a reason.
//! A run whose program is gone is `interrupted`, also before anybody has marked it (markInterrupted()).
struct RunListItem {
    std::string runId, strategy, preset;
    RunStatus status = RunStatus::Running;
    Asset shareClass = Asset::USDT, base = Asset::BTC;
    double capital = 0;
    Time from{}, to{};
    std::string dataName;
    bool synthetic = false;
    std::string startedAt; //!< ISO time of the real clock
    std::size_t steps = 0;
    std::optional<double> navFinal, pnlBalance, apr, sharpe, maxDrawdown;
    std::vector<std::string> tags; //!< sorted
    std::string note;
    bool pinned = false;
    std::string parent;         //!< run id, of a fork
    std::optional<Time> forkAt; //!< where it parts from its parent
    std::string mode;           //!< of a session: "PAPER"
    std::string feed;           //!< of a session: "tape:3600"
};

//! A decision that was not HOLD.
struct StoredDecision {
    Time time{};
    DecisionRecord decision;
    std::vector<double> conditions; //!< by RunInfo::conditions; NaN: not applicable
    std::string reason;             //!< English
};

struct StoredInstruction {
    Instruction instruction;
    std::string text;                                   //!< describeInstruction()
    InstructionState state = InstructionState::Planned; //!< the last one
    Time changed{};                                     //!< of the last change; without one the epoch
    double price = 0;                                   //!< of the last fill, 0: none
    Decimal filled;
    double ltv = absent(EmptyReason::NoDebt);          //!< at Aave, after the last change; absent without debt
    double healthFactor = absent(EmptyReason::NoDebt); //!< likewise
    std::optional<Error> error;                        //!< of the last failure
};

struct StoredGroup {
    GroupKind kind = GroupKind::Sequence;
    std::vector<StoredInstruction> instructions;
};

struct StoredPhase {
    PhaseKind kind = PhaseKind::Transfers;
    std::vector<StoredGroup> groups;
};

struct StoredPlan {
    PlanId id = 0;
    Time time{};            //!< of the decision
    std::uint32_t step = 0; //!< of the decision
    Action action = Action::Hold;
    CostEstimate cost;
    PlanOutcome outcome = PlanOutcome::Open;
    bool interrupted = false; //!< by risk
    std::vector<StoredPhase> phases;
};

//! Everything of a run but its per-step columns, ledger, settlements and events.
struct StoredRun {
    RunInfo info;
    RunSummary summary;
    //! False while it runs and after it was cut off: then of the summary only status, steps and start are set.
    bool ended = false;
    std::string engineVersion; //!< that computed it
    std::vector<StoredDecision> decisions;
    std::vector<StoredPlan> plans;
};

//! Which runs to list; what is not set takes all.
struct RunFilter {
    std::optional<std::string> tag, strategy;
    std::optional<RunStatus> status;
    std::optional<std::size_t> limit; //!< the newest of those that fit
};

//! Newest first.
Result<std::vector<RunListItem>> listRuns(Database& database, const RunFilter& filter = {});
//! By run id or a prefix that only one run has; StoreUnknownRun otherwise.
Result<StoredRun> showRun(Database& database, std::string_view idOrPrefix);

} // namespace carry
