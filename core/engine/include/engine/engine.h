// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/world.h"
#include "record/run_summary.h"

#include <memory>

namespace carry
{

class Gate;
class Outside;
class Stage;

//! The main loop over one run. Used from one thread; others read its record.
class Engine
{
  public:
    //! Without a gate every plan is carried out at once; without an outside by the models on the run's own World.
    Engine(RunSetup setup, std::shared_ptr<RunRecord> record, std::shared_ptr<Gate> gate = nullptr,
           std::shared_ptr<Outside> outside = nullptr);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    //! One step of the timeline; false when the tape has ended. EngineNotFinite, EngineOverflow end the run.
    Result<bool> step();
    //! When the next step is; nothing: the tape has ended, or one that grows has none yet. A command may bring it
    //! forward.
    std::optional<Time> nextTime() const;
    //! All that a tape which grows will hold up to here it holds now; what falls due later between two of its steps
    //! waits.
    void know(Time until) { m_known = until; }

    const World& world() const { return m_world; }
    //! As it is at the present step.
    const RunSetup& setup() const { return m_setup; }
    const MarketView& market() const { return m_cursor; }
    const RunRecord& record() const { return *m_record; }
    FinalState finalState() const;

  private:
    bool advance();
    bool tapeEnded() const;
    std::optional<Time> nextBetween() const;
    void settle();
    void takeChanges();
    Decision choose();
    void decide();
    Result<void> commit();
    void writeRow();
    void writeChain(double* at) const;
    void openPlan(Decision& decision, DecisionRecord& record);
    void takeCommands();
    void flatten();
    bool repair();
    void advancePlan();

    RunSetup m_setup;
    std::shared_ptr<RunRecord> m_record;
    TapeCursor m_cursor;
    World m_world;
    std::unique_ptr<Stage> m_stage;
    std::shared_ptr<Gate> m_gate;
    std::shared_ptr<Outside> m_outside;
    StrategyMemory m_memoryBeforePlan; //!< of the open one: what was never begun is not remembered
    bool m_started = false;
    Time m_known = Time::max();
    bool m_onTape = true;            //!< this step is one of the tape, not an arrival between two of them
    std::optional<Time> m_repairDue; //!< after a plan that ended half done
    bool m_gateWoke = false;         //!< this step is one for the gate
    bool m_decided = false;          //!< the strategy was asked at this step
    std::size_t m_nextChange = 0;    //!< of m_setup.changes
    std::optional<Action> m_forced;  //!< at this step
    Duration m_elapsed{};
    std::vector<double> m_row;
    std::vector<double> m_conditions;
};

} // namespace carry
