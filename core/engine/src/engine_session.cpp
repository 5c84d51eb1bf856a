// SPDX-License-Identifier: GPL-3.0-or-later
// What a session decides beside its strategy.
#include "engine/engine.h"
#include "engine/gate.h"
#include "engine/outside.h"
#include "stage.h"

namespace carry
{

//! What the kill switch offers: the strategy's own way to leave everything.
void Engine::flatten()
{
    const StrategyMemory before = m_world.memory;
    Decision decision =
        m_setup.strategy->force(Action::Exit, {m_world.situation, m_world.risk, m_cursor}, m_world.memory);
    DecisionRecord record;
    record.step = m_record->currentStep();
    if (decision.action != Action::Hold) {
        m_memoryBeforePlan = before;
        openPlan(decision, record);
    }
    if (record.plan == 0) {
        m_world.memory = before;
        m_gate->noFlatten(reasonText(decision.reason, decision.numbers));
    }
    record.action = decision.action;
    record.reason = decision.reason;
    record.numbers = decision.numbers;
    m_record->add(record);
}

//! After a plan that ended half done: the strategy's own way back to its hedge. False: nothing is to be done (any
//! more).
bool Engine::repair()
{
    constexpr Duration kAgain = std::chrono::minutes{15}; // a venue that refuses is not asked at once again
    const double unhedged = unhedgedNotional(m_world.situation);
    const StrategyMemory before = m_world.memory;
    const auto leave = [&](std::optional<Time> due) {
        m_world.memory = before;
        m_repairDue = due;
        return false;
    };
    if (m_world.risk.level(RiskMetric::DeltaDrift, kBookScope) == RiskLevel::Ok ||
        !m_setup.strategy->canForce(Action::Rebalance))
        return leave(std::nullopt);
    Decision decision =
        m_setup.strategy->force(Action::Rebalance, {m_world.situation, m_world.risk, m_cursor}, m_world.memory);
    if (decision.action == Action::Hold)
        return leave(std::nullopt);
    decision.reason = Reason::RestoreHedge;
    decision.numbers = {unhedged};
    decision.riskReducing = true;
    if (m_gate && m_gate->filter(decision))
        return leave(m_world.now + kAgain);
    DecisionRecord record;
    record.step = m_record->currentStep();
    m_memoryBeforePlan = before;
    openPlan(decision, record);
    m_repairDue = m_world.now + kAgain;
    if (record.plan == 0)
        m_world.memory = before;
    record.action = decision.action;
    record.reason = decision.reason;
    record.numbers = decision.numbers;
    m_record->add(record);
    return true;
}

} // namespace carry
