// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage.h"

#include "engine/outside.h"
#include "venues/liquidation.h"

#include <cmath>

namespace carry
{

void Stage::note(JournalEvent event)
{
    if (m_listener != nullptr)
        m_listener->onEvent(event);
    if (m_record == nullptr)
        return;
    event.step = m_record->currentStep();
    m_record->add(event);
}

void Stage::reprice(const MarketView& market)
{
    Books& books = m_world.books;
    const ChartOfAccounts& chart = books.chart();
    for (const Venue venue : kExchanges) {
        if (!m_setup.legs.exchanges)
            break;
        const auto i = exchangeIndex(venue);
        books.reprice(chart.exchange(venue).coin, market.price(m_setup.legs.spot[i]));
        books.reprice(chart.exchange(venue).perp, market.price(m_setup.legs.perp[i]));
    }
    if (m_setup.legs.chain.any())
        return repriceChain(market);
    // Coins outside the exchanges are marked at the first exchange's spot; ETH for gas at its reference.
    const double base = market.price(m_setup.legs.spot[0]);
    books.reprice(chart.wallet(chart.base()), base);
    books.reprice(chart.inFlight(chart.base()), base);
    if (m_setup.legs.ethReference) {
        const double eth = market.price(*m_setup.legs.ethReference);
        books.reprice(chart.wallet(Asset::ETH), eth);
        books.reprice(chart.inFlight(Asset::ETH), eth);
    }
}

void Stage::settleLiquidations(const MarketView& market)
{
    for (const Venue venue : kExchanges) {
        if (!m_setup.legs.exchanges)
            return;
        const auto i = exchangeIndex(venue);
        const auto spot = market.endedBar(m_setup.legs.spot[i]);
        const auto perp = market.endedBar(m_setup.legs.perp[i]);
        if (!spot || !perp)
            continue;
        const auto outcome = Liquidator(m_world.books, m_setup.venues->cex, venue).test(*spot, *perp);
        if (!outcome)
            continue;
        JournalEvent event;
        event.kind = EventKind::Liquidation;
        event.scope = static_cast<std::uint8_t>(i);
        event.numbers = {outcome->perpPrice, outcome->perpClosed.toDouble(), outcome->coinSold.toDouble(),
                         outcome->writtenOff};
        note(event);
        m_world.risk.markBreached(venue, m_changes); // told by the next refresh()
        interruptPlan(i);
    }
}

void Stage::settleFunding(const MarketView& market)
{
    for (const Venue venue : kExchanges) {
        if (!m_setup.legs.exchanges)
            return;
        const auto i = exchangeIndex(venue);
        const FundingEvent* event = market.settlement(i);
        // A position pays only if it was open strictly before: at the first step nothing was.
        if (event == nullptr || market.step() == 0)
            continue;
        const double position = m_world.books.quantity(m_world.books.chart().exchange(venue).perp);
        Decimal cash;
        if (event->rate != 0)
            cash = CexAccount(m_world.books, m_setup.venues->cex, venue)
                       .settleFunding(market.price(m_setup.legs.perp[i]), event->rate);
        recordFunding(market, venue, *event, cash, position);
    }
}

void Stage::recordFunding(const MarketView& market, Venue venue, const FundingEvent& event, Decimal cash,
                          double position)
{
    if (m_record == nullptr && m_listener == nullptr)
        return;
    const LegIndex leg = m_setup.legs.perp[exchangeIndex(venue)];
    const bool unknown = (event.flags & kFundingMissing) != 0 && (event.flags & kFundingPeerMean) == 0;
    FundingRecord r;
    r.venue = venue;
    r.intervalHours = event.intervalHours;
    r.flags = event.flags;
    r.readingFlags = market.flags(leg);
    r.paid = position != 0 && !unknown;
    r.rate = event.rate;
    r.mark = market.price(leg);
    r.ageHours = static_cast<double>((m_world.now - market.observed(leg)).count()) / static_cast<double>(kHour.count());
    r.position = position;
    r.cash = cash;
    r.file = event.file;
    r.line = event.line;
    if (m_listener != nullptr)
        m_listener->onFunding(r);
    if (m_record == nullptr)
        return;
    r.step = m_record->currentStep();
    m_record->add(r);
}

void Stage::chargeDebit(Duration elapsed)
{
    for (const Venue venue : kExchanges) {
        const double debit = m_world.debit[exchangeIndex(venue)];
        if (debit > 0)
            CexAccount(m_world.books, m_setup.venues->cex, venue).chargeDebit(debit, elapsed);
    }
}

void Stage::takeArrivals(const MarketView& market)
{
    SimulationContext context{m_world.books, m_world.outside, *m_setup.venues,     market,
                              m_setup.legs,  m_world.now,     /*atBarLabel=*/false};
    SimulatedTransfers(context).poll(m_world.arrived);
}

bool Stage::everythingIsHome() const
{
    if (m_world.plan.open() || !m_world.outside.inFlight.empty())
        return false;
    const ChartOfAccounts& chart = m_world.books.chart();
    for (const Venue venue : kExchanges) {
        const ExchangeAccounts& ids = chart.exchange(venue);
        constexpr double kDust = 10; // USDT: below what a withdrawal fee leaves
        if (!m_world.books.balance(ids.perp).isZero() || m_world.books.venueEquity(venue) > kDust)
            return false;
    }
    const ChainSituation& onChain = m_world.situation.chain;
    return onChain.collateral == 0 && onChain.debt == 0 && onChain.lst == 0 && onChain.suppliedUsdt == 0;
}

void Stage::postFlow(AccountId from, AccountId to, Decimal amount)
{
    const Posting posting{from, to, Cause::External, 0, amount};
    m_world.books.post(posting);
    if (m_outside != nullptr)
        m_outside->externalFlow(posting);
}

void Stage::bringCapital()
{
    postFlow(shareOutside(), shareWallet(), m_setup.capital);
}

void Stage::settleFlows()
{
    Books& books = m_world.books;
    const AccountId wallet = shareWallet();
    const AccountId outside = shareOutside();
    // ETH that pays for gas is not paid out.
    const double kept = m_setup.shareClass == Asset::ETH ? m_setup.venues->chain.gasReserveEth : 0.0;
    const double before = books.externalFlows();
    const auto tell = [this](EventKind kind, double amount) {
        JournalEvent event;
        event.kind = kind;
        event.scope = kBookScope;
        event.numbers = {amount};
        note(event);
    };
    for (; m_world.nextFlow < m_setup.flows.size() && m_setup.flows[m_world.nextFlow].time <= m_world.now;
         ++m_world.nextFlow) {
        const Decimal amount = m_setup.flows[m_world.nextFlow].amount;
        if (amount.isPositive()) {
            postFlow(outside, wallet, amount);
            tell(EventKind::Deposit, amount.toDouble());
        } else {
            m_world.pendingWithdrawal -= amount.toDouble();
            tell(EventKind::WithdrawalRequested, -amount.toDouble());
        }
    }
    // A withdrawal leaves when the wallet holds it; until then the strategy is asked to free it. One that is larger
    // than the book is paid with what there is once nothing more can come.
    const bool covered = books.quantity(wallet) - kept >= m_world.pendingWithdrawal;
    if (m_world.pendingWithdrawal > 0 && (covered || (books.quantity(wallet) > 0 && everythingIsHome()))) {
        const Decimal paid = covered ? Decimal::fromDouble(m_world.pendingWithdrawal, 6) : books.balance(wallet);
        postFlow(wallet, outside, paid);
        tell(EventKind::WithdrawalPaid, paid.toDouble());
        m_world.pendingWithdrawal = 0;
    }
    countFlow(books.externalFlows() - before);
}

void Stage::countFlow(double flow)
{
    if (flow == 0)
        return;
    const Books& books = m_world.books;
    // Units are issued and redeemed at the NAV before the decision: new money bears its part of what follows.
    if (m_world.navAtLastStep > 0)
        m_world.unitValue *= (books.nav() - flow) / m_world.navAtLastStep;
    m_world.navAtLastStep = books.nav();
}

void Stage::refresh(const MarketView& market)
{
    Situation& s = m_world.situation;
    if (m_setup.legs.chain.any())
        fillChain(market);
    fillSituation(s, m_world.books, m_setup.venues->cex, market, m_setup.legs, m_world.now);
    s.pendingWithdrawal = m_world.pendingWithdrawal;
    s.unitValue = m_world.navAtLastStep > 0 ? m_world.unitValue * s.nav / m_world.navAtLastStep : m_world.unitValue;
    const double peak = std::max(m_world.peakUnitValue, s.unitValue);
    s.drawdown = peak > 0 ? (peak - s.unitValue) / peak : 0.0;
    m_world.risk.evaluate(s, *m_setup.limits, m_world.plan.open(), m_changes);
    for (const LevelChange& change : m_changes) {
        JournalEvent event;
        event.kind = EventKind::RiskLevel;
        event.a = static_cast<std::uint8_t>(change.metric);
        event.b = static_cast<std::uint8_t>(static_cast<unsigned>(change.from) * 16 + static_cast<unsigned>(change.to));
        event.scope = change.scope;
        event.numbers = {std::isnan(change.value) ? 0.0 : change.value, change.threshold};
        note(event);
    }
    m_changes.clear();
}

void Stage::interruptIfCritical()
{
    const PlanProgress& plan = m_world.plan;
    if (!plan.open() || plan.plan->riskReducing || !m_setup.limits->actions)
        return;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        if (m_world.risk.level(RiskMetric::MarginRatio, i) == RiskLevel::Critical) // a breach of old is no reason
            return interruptPlan(i);
    if (m_world.risk.level(RiskMetric::HealthFactor, kBookScope) == RiskLevel::Critical)
        interruptPlan(kBookScope);
}

void Stage::interruptPlan(std::size_t exchange)
{
    PlanProgress& plan = m_world.plan;
    if (!plan.open() || plan.interrupted)
        return;
    plan.interrupted = true;
    JournalEvent event;
    event.kind = EventKind::PlanInterrupted;
    event.scope = static_cast<std::uint8_t>(exchange);
    event.reference = plan.plan->id;
    note(event);
}

//! The next part of the plan, by whoever executes.
PlanOutcome Stage::runPlan(const MarketView& market, bool atBarLabel)
{
    AutomaticGate automatic;
    ApprovalGate& gate = m_gate != nullptr ? *m_gate : automatic;
    if (m_outside != nullptr) {
        interruptIfCritical();
        return PlanRunner(m_world.plan, {*m_outside, *m_outside, *m_outside}, gate, *this)
            .advance(m_world.now, m_world.arrived);
    }
    SimulationContext context{m_world.books, m_world.outside, *m_setup.venues, market,
                              m_setup.legs,  m_world.now,     atBarLabel};
    SimulatedCex cex(context);
    SimulatedTransfers transfers(context);
    SimulatedChain chain(context);
    cex.poll(m_world.arrived);
    interruptIfCritical();
    return PlanRunner(m_world.plan, {cex, transfers, chain}, gate, *this).advance(m_world.now, m_world.arrived);
}

PlanOutcome Stage::advancePlan(const MarketView& market, bool atBarLabel)
{
    if (m_outside != nullptr) {
        m_outside->match(market, atBarLabel);
        m_outside->poll(m_world.arrived);
    }
    if (!m_world.plan.open()) {
        m_world.arrived.clear();
        if (m_outside != nullptr)
            refresh(market);
        return PlanOutcome::Open;
    }
    m_planMarket = &market;
    const PlanOutcome outcome = runPlan(market, atBarLabel);
    if (outcome != PlanOutcome::Open) {
        JournalEvent event;
        event.kind = outcome == PlanOutcome::Completed ? EventKind::PlanCompleted
                     : outcome == PlanOutcome::Failed  ? EventKind::PlanFailed
                                                       : EventKind::PlanDenied;
        event.a = event.kind == EventKind::PlanDenied ? static_cast<std::uint8_t>(outcome) : std::uint8_t{0};
        event.scope = kBookScope;
        event.reference = m_world.plan.plan->id;
        note(event);
        m_endedStates = std::move(m_world.plan.states);
        m_world.plan = {};
    }
    refresh(market); // what was sent but has not ended costs gas too; without an open plan delta is judged again
    m_planMarket = nullptr;
    return outcome;
}

void Stage::onTransition(InstructionId id, InstructionState from, const ExecutionEvent& event)
{
    if (isFinal(event.state)) {
        refresh(*m_planMarket);
        interruptIfCritical();
    }
    if (m_trace != nullptr && event.state == InstructionState::Confirmed) {
        const Situation& now = m_world.situation;
        m_trace->push_back({id, event.time, now.netDelta, now.deltaDrift * now.nav});
    }
    if (m_record == nullptr)
        return;
    const Situation& s = m_world.situation;
    TransitionRecord t;
    t.step = m_record->currentStep();
    t.instruction = id;
    t.from = from;
    t.to = event.state;
    t.timeMs = toMs(event.time);
    t.price = event.price;
    t.quantity = event.quantity;
    t.netDelta = s.netDelta;
    double ratio = std::numeric_limits<double>::quiet_NaN();
    for (const auto& v : s.venues)
        ratio = std::fmin(ratio, v.marginRatio);
    t.minMarginRatio = std::isnan(ratio) ? absent(EmptyReason::NoNotional) : ratio;
    const double ltv = event.measured ? event.ltv : s.chain.ltv;
    const double factor = event.measured ? event.healthFactor : s.chain.healthFactor;
    if (m_record->layout().chain && !std::isnan(ltv))
        t.ltv = ltv;
    if (m_record->layout().chain && !std::isnan(factor))
        t.healthFactor = factor;
    t.error = event.error;
    m_record->add(std::move(t));
}

} // namespace carry
