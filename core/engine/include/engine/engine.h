// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/world.h"
#include "record/run_summary.h"

#include <memory>

namespace carry
{

class Gate;
class Stage;

//! The main loop over one run. Used from one thread; others read its record.
class Engine
{
  public:
    //! Without a gate every plan is carried out at once.
    Engine(RunSetup setup, std::shared_ptr<RunRecord> record, std::shared_ptr<Gate> gate = nullptr);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    //! One step of the timeline; false when the tape has ended. EngineNotFinite, EngineOverflow end the run.
    Result<bool> step();
    //! When the next step is; nothing: the tape has ended. A command may bring it forward.
    std::optional<Time> nextTime() const;

    const World& world() const { return m_world; }
    //! As it is at the present step.
    const RunSetup& setup() const { return m_setup; }
    const MarketView& market() const { return m_cursor; }
    const RunRecord& record() const { return *m_record; }
    FinalState finalState() const;

  private:
    bool advance();
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
    void advancePlan();

    RunSetup m_setup;
    std::shared_ptr<RunRecord> m_record;
    TapeCursor m_cursor;
    World m_world;
    std::unique_ptr<Stage> m_stage;
    std::shared_ptr<Gate> m_gate;
    StrategyMemory m_memoryBeforePlan; //!< of the open one: what was never begun is not remembered
    bool m_started = false;
    bool m_onTape = true;           //!< this step is one of the tape, not an arrival between two of them
    bool m_decided = false;         //!< the strategy was asked at this step
    std::size_t m_nextChange = 0;   //!< of m_setup.changes
    std::optional<Action> m_forced; //!< at this step
    Duration m_elapsed{};
    std::vector<double> m_row;
    std::vector<double> m_conditions;
};

} // namespace carry
