// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

#include "engine/gate.h"
#include "engine/outside.h"
#include "execution/planner.h"
#include "stage.h"

#include <bit>
#include <cmath>

namespace carry
{
namespace
{

double orAbsent(double value, EmptyReason reason)
{
    return std::isnan(value) ? absent(reason) : value;
}

//! By its bits: the library's classification is a call for each of the row's values.
bool isNotFinite(double value)
{
    constexpr std::uint64_t kExponent = 0x7ff0'0000'0000'0000ULL;
    return (std::bit_cast<std::uint64_t>(value) & kExponent) == kExponent;
}

} // namespace

Engine::Engine(RunSetup setup, std::shared_ptr<RunRecord> record, std::shared_ptr<Gate> gate,
               std::shared_ptr<Outside> outside)
    : m_setup(std::move(setup)), m_record(std::move(record)), m_cursor(*m_setup.tape), m_world(World::begin(m_setup)),
      m_stage(std::make_unique<Stage>(m_setup, m_world, m_record.get())), m_gate(std::move(gate)),
      m_outside(std::move(outside)), m_row(m_record->layout().count()),
      m_conditions(m_setup.strategy->conditions().size())
{
    m_world.books.setSink(m_record.get());
    m_world.navAtLastStep = m_setup.capital.toDouble();
    if (m_gate) {
        m_gate->attach(m_setup, m_world, m_cursor, *m_record, m_outside.get());
        m_stage->setGate(m_gate.get());
    }
    if (m_outside)
        m_outside->attach(*m_stage, m_world, *m_record, m_gate.get());
}

Engine::~Engine() = default;

Result<bool> Engine::step()
{
    try {
        if (!advance())
            return false;
        settle();
        takeChanges();              // what fell due up to now was settled by the rules under which it arose
        m_stage->refresh(m_cursor); // positions, exposure, risk
        takeCommands();
        decide();
        advancePlan();
        if (m_outside && tapeEnded()) {
            m_outside->finish(m_world.arrived);
            m_stage->refresh(m_cursor); // it may have taken something in
        }
        if (m_outside)
            m_outside->measure();
        if (m_outside && m_gate)
            m_gate->compareBalances();
        if (m_outside && m_outside->fault())
            return fail(*m_outside->fault());
        if (auto committed = commit(); !committed)
            return fail(committed.error());
        return true;
    } catch (const DecimalOverflow&) {
        return fail(Error(ErrorCode::EngineOverflow).with("time", formatIso(m_world.now)));
    }
}

bool Engine::tapeEnded() const
{
    return m_cursor.atEnd() && (!m_setup.tapeGrows || !m_gate || m_gate->feedEnded());
}

//! What falls due by itself, perhaps between two labels.
std::optional<Time> Engine::nextBetween() const
{
    const auto arrival = m_outside ? m_outside->nextWake() : m_world.outside.nextArrival();
    const auto wake = m_gate ? m_gate->nextWake() : std::nullopt;
    std::optional<Time> repair; // is not put off until the next label
    if (m_repairDue && !m_world.plan.open() && m_world.risk.level(RiskMetric::DeltaDrift, kBookScope) != RiskLevel::Ok)
        repair = std::max(*m_repairDue, m_world.now + Duration{1});
    std::optional<Time> next;
    for (const auto& at : {arrival, wake, repair})
        if (at && (!next || *at < *next))
            next = at;
    return next;
}

std::optional<Time> Engine::nextTime() const
{
    if (!m_started)
        return m_cursor.time();
    if (!m_cursor.atEnd()) {
        const auto between = nextBetween();
        return between ? std::min(*between, m_cursor.nextTime()) : m_cursor.nextTime();
    }
    if (!tapeEnded()) {
        const auto between = nextBetween();
        return between && *between <= m_known ? between : std::nullopt;
    }
    // What is still in flight then stays in flight, but venues may still say what became of the last orders.
    constexpr Duration kLongest = 2 * kDay;
    const Time end = std::max(m_cursor.time(), m_gate && m_gate->feedEnded() ? *m_gate->feedEnded() : Time{});
    if (!m_outside || m_world.now > end + kLongest)
        return std::nullopt;
    if (m_outside->finished()) // what differs in the end can still be answered
        return m_gate && m_outside->differs() ? m_gate->nextCommand() : std::nullopt;
    return nextBetween().value_or(m_world.now + Duration{1'000});
}

bool Engine::advance()
{
    if (!m_started) {
        m_started = true;
        m_world.now = m_cursor.time();
        m_elapsed = Duration{};
        m_stage->reprice(m_cursor);
        m_stage->bringCapital();
        return true;
    }
    const auto next = nextTime();
    if (!next)
        return false;
    const auto wake = m_gate ? m_gate->nextWake() : std::nullopt;
    m_gateWoke = wake && *wake == *next;
    m_onTape = !m_cursor.atEnd() && *next == m_cursor.nextTime();
    m_elapsed = *next - m_world.now;
    m_world.now = *next;
    if (m_onTape) {
        m_cursor.advance();
        m_stage->reprice(m_cursor);
    }
    if (m_gate)
        m_gate->elapse(m_world.now);
    return true;
}

void Engine::settle()
{
    if (m_outside) {
        m_outside->advance(m_cursor, m_elapsed, m_onTape, m_onTape || m_gateWoke);
        m_outside->poll(m_world.arrived);
        return m_stage->settleFlows();
    }
    if (m_onTape) {
        m_stage->settleLiquidations(m_cursor);
        m_stage->settleLending();
        m_stage->settleFunding(m_cursor);
        m_stage->settleRewards(m_cursor);
    }
    m_stage->chargeDebit(m_elapsed);
    m_stage->takeArrivals(m_cursor);
    m_stage->settleFlows();
}

void Engine::takeChanges()
{
    m_forced.reset();
    while (m_onTape && m_nextChange < m_setup.changes.size() && m_setup.changes[m_nextChange].at <= m_cursor.time()) {
        const SetupChange& change = m_setup.changes[m_nextChange++];
        m_setup.strategy = change.strategy;
        m_setup.venues = change.venues;
        m_setup.limits = change.limits;
        if (change.decision)
            m_forced = change.decision;
    }
}

void Engine::takeCommands()
{
    if (!m_gate)
        return;
    const double before = m_world.books.externalFlows();
    const bool ends = m_gate->takeCommands();
    if (const double adopted = m_world.books.externalFlows() - before; adopted != 0) { // balances of venues
        m_stage->countFlow(adopted);
        m_stage->refresh(m_cursor);
    }
    if (ends)
        advancePlan(); // ends it, so that the strategy may be asked at this step
}

void Engine::advancePlan()
{
    const PlanId plan = m_world.plan.open() ? m_world.plan.plan->id : 0;
    const PlanOutcome outcome = m_stage->advancePlan(m_cursor, m_onTape && m_cursor.isBarLabel());
    if (outcome == PlanOutcome::Failed)
        m_world.memory.lastFailure = m_world.now;
    if (outcome == PlanOutcome::Failed && m_outside)
        m_repairDue = std::max(m_world.now, m_repairDue.value_or(m_world.now));
    if (!m_gate)
        return;
    if (plan != 0 && outcome != PlanOutcome::Open) {
        if (outcome != PlanOutcome::Completed && outcome != PlanOutcome::Failed)
            m_world.memory = m_memoryBeforePlan;
        m_gate->planEnded(plan, outcome);
    }
    m_gate->measure();
}

Decision Engine::choose()
{
    const StrategyInput input{m_world.situation, m_world.risk, m_cursor};
    const StrategyMemory before = m_world.memory;
    Decision decision = m_setup.strategy->decide(input, m_world.memory, m_conditions);
    if (!m_forced)
        return decision;
    m_world.memory = before; // the decision that it would have made does not happen
    return m_setup.strategy->force(*m_forced, input, m_world.memory);
}

void Engine::decide()
{
    m_decided = m_onTape && m_cursor.isBarLabel() && !m_world.plan.open();
    m_world.situation.decisionTime = m_decided;
    if (m_gate && m_gate->wantsFlatten() && !m_world.plan.open()) {
        m_decided = false; // the strategy's conditions are not looked at
        return flatten();
    }
    if (m_repairDue && *m_repairDue <= m_world.now && !m_world.plan.open() && repair()) {
        m_decided = false;
        return;
    }
    if (!m_decided)
        return;
    const StrategyMemory before = m_world.memory;
    Decision decision = choose();
    DecisionRecord record;
    record.step = m_record->currentStep();
    if (m_gate) {
        m_memoryBeforePlan = before;
        if (m_gate->filter(decision))
            m_world.memory = before;
    }
    if (m_outside && m_outside->differs() && decision.action != Action::Hold && !decision.riskReducing) {
        decision.action = Action::Hold;
        decision.reason = Reason::BooksDiffer;
        decision.numbers = {};
        m_world.memory = before;
    }
    if (decision.action != Action::Hold) {
        openPlan(decision, record);
        if (record.plan == 0)
            m_world.memory = before; // what was not begun must not start a cool-down
    }
    record.action = decision.action;
    record.reason = decision.reason;
    record.numbers = decision.numbers;
    m_record->add(record);
}

void Engine::openPlan(Decision& decision, DecisionRecord& record)
{
    const auto hold = [&](Reason reason, ReasonNumbers numbers) {
        decision.action = Action::Hold;
        decision.reason = reason;
        decision.numbers = numbers;
    };
    auto plan = Planner(*m_setup.venues, m_world.books, m_world.situation)
                    .plan(decision, m_world.nextPlan, m_world.nextInstruction);
    if (!plan) {
        JournalEvent event;
        event.step = m_record->currentStep();
        event.kind = EventKind::PlanningError;
        event.scope = kBookScope;
        event.error = plan.error();
        m_record->add(event);
        return hold(Reason::PlanningFailed, {});
    }
    if (plan->instructionCount() == 0)
        return hold(Reason::TooSmall, {});
    if (!decision.riskReducing && decision.protects > 0 && plan->cost.total() > decision.protects)
        return hold(Reason::CostExceedsBenefit, {plan->cost.total(), decision.protects});
    auto shared = std::make_shared<const Plan>(std::move(*plan));
    if (m_gate && !m_gate->propose(decision, shared))
        return hold(Reason::RefusedByGate, {});
    m_world.nextPlan += 1;
    m_world.nextInstruction += static_cast<InstructionId>(shared->instructionCount());
    record.plan = shared->id;
    m_record->add(*shared, m_record->currentStep());
    m_world.plan = PlanProgress::start(std::move(shared));
}

Result<void> Engine::commit()
{
    World& w = m_world;
    w.unitValue = w.situation.unitValue;
    w.peakUnitValue = std::max(w.peakUnitValue, w.unitValue);
    w.navAtLastStep = w.situation.nav;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        w.debit[i] = w.situation.venues[i].debit;
    writeRow();
    for (std::size_t c = 0; c < m_row.size(); ++c)
        if (isNotFinite(m_row[c]) && absentReason(m_row[c]) == EmptyReason::None)
            return fail(Error(ErrorCode::EngineNotFinite)
                            .with("column", m_record->layout().name(c))
                            .with("time", formatIso(w.now)));
    m_record->commit(w.now, m_onTape && m_cursor.isBarLabel(), m_row.data());
    return {};
}

void Engine::writeRow()
{
    using L = ColumnLayout;
    const Situation& s = m_world.situation;
    const Attribution& pnl = m_world.books.attribution();
    double* row = m_row.data();
    const double flows = m_world.books.externalFlows();
    row[L::step(StepColumn::Nav)] = s.nav;
    row[L::step(StepColumn::UnitValue)] = s.unitValue;
    row[L::step(StepColumn::Drawdown)] = s.drawdown;
    row[L::step(StepColumn::ExternalFlows)] = flows - m_setup.capital.toDouble();
    row[L::step(StepColumn::DeltaDrift)] = s.deltaDrift;
    row[L::step(StepColumn::InFlight)] = s.inFlight;
    row[L::step(StepColumn::WalletUsdt)] = s.walletUsdt;
    row[L::step(StepColumn::PendingWithdrawal)] = s.pendingWithdrawal;
    row[L::step(StepColumn::Unexplained)] = s.nav - flows - pnl.sum();
    row[L::step(StepColumn::RiskLevel)] = static_cast<double>(m_world.risk.overall());
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        row[L::pnl(static_cast<PnlItem>(i))] = pnl.totals()[i];
    for (std::size_t v = 0; v < kExchangeCount; ++v) {
        const VenueSituation& x = s.venues[v];
        double* at = row + L::venue(v, VenueColumn::Equity);
        const EmptyReason noLiquidation = x.perp == 0 ? EmptyReason::NoNotional : EmptyReason::NoSolution;
        const std::array<double, kVenueColumnCount> values{x.equity,
                                                           x.notional,
                                                           x.maintenance,
                                                           orAbsent(x.marginRatio, EmptyReason::NoNotional),
                                                           orAbsent(x.liquidationDistance, noLiquidation),
                                                           orAbsent(x.spot, EmptyReason::NotApplicable),
                                                           orAbsent(x.mark, EmptyReason::NotApplicable),
                                                           orAbsent(x.fundingApr, EmptyReason::NoReading),
                                                           x.stalenessBars,
                                                           static_cast<double>(x.readingFlags)};
        std::copy(values.begin(), values.end(), at);
    }
    double* asset = row + L::asset(0, AssetColumn::NetDelta);
    asset[0] = s.netDelta;
    asset[1] = s.grossDelta;
    asset[2] = s.referencePrice;
    if (m_record->layout().assets > 1) { // ETH kept for gas
        asset[3] = s.walletEth;
        asset[4] = std::abs(s.walletEth);
        asset[5] = s.ethPrice;
    }
    if (m_record->layout().chain)
        writeChain(row + m_record->layout().onChain(ChainColumn::Collateral));
    double* conditions = row + m_record->layout().condition(0);
    for (std::size_t i = 0; i < m_conditions.size(); ++i)
        conditions[i] =
            m_decided ? orAbsent(m_conditions[i], EmptyReason::NotApplicable) : absent(EmptyReason::NotApplicable);
}

void Engine::writeChain(double* at) const
{
    const ChainSituation& c = m_world.situation.chain;
    const bool lst = m_world.books.chart().chain().lst.has_value();
    const auto staked = [lst](double value) { return lst ? value : absent(EmptyReason::NotApplicable); };
    const auto growth = [](double value) { return orAbsent(value, EmptyReason::NoReading); };
    const std::array<double, kChainColumnCount> values{
        c.collateral,
        c.debt,
        orAbsent(c.ltv, EmptyReason::NoDebt),
        orAbsent(c.healthFactor, EmptyReason::NoDebt),
        staked(c.ratio),
        staked(orAbsent(c.market, EmptyReason::NoReading)),
        staked(orAbsent(c.discount, EmptyReason::NoReading)),
        c.lstIndex,
        c.ethIndex,
        c.ethBorrowIndex,
        c.usdtIndex,
        growth(c.stakingApr),
        growth(c.lstSupplyApr),
        growth(c.ethSupplyApr),
        growth(c.usdtSupplyApr),
        growth(c.borrowApr),
        c.unstaking,
        m_world.situation.walletEth,
        m_world.situation.ethPrice,
        m_world.situation.ethUsd,
    };
    std::copy(values.begin(), values.end(), at);
}

FinalState Engine::finalState() const
{
    FinalState state;
    state.attribution = m_world.books.attribution();
    for (std::size_t i = 0; i < m_world.books.chart().size(); ++i) {
        state.balances.push_back(m_world.books.balance(static_cast<AccountId>(i)));
        state.prices.push_back(m_world.books.price(static_cast<AccountId>(i)));
    }
    return state;
}

} // namespace carry
