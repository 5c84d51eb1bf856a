// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/run_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr std::size_t kCheckpoint = 4096; // ledger entries

bool isExchange(Venue venue)
{
    return std::find(kExchanges.begin(), kExchanges.end(), venue) != kExchanges.end();
}

//! The exchange whose spot prices value ether in the wallet.
std::size_t etherReference(const RunInfo& info)
{
    const auto found = info.configuration.find("data.eth_reference");
    if (found != info.configuration.end())
        if (const auto venue = parseVenue(found->second); venue && isExchange(*venue))
            return exchangeIndex(*venue);
    return 0;
}

template <class T> std::vector<T>& grown(std::vector<T>& list, std::size_t size)
{
    if (list.size() < size)
        list.resize(size);
    return list;
}

} // namespace

RunView::RunView(std::shared_ptr<const RunRecord> record) : m_record(std::move(record))
{
    m_fold.last.resize(m_record->chart().size());
}

void RunView::seek(std::size_t step)
{
    const std::size_t steps = length();
    m_step = steps == 0 ? 0 : std::min(step, steps - 1);
}

std::size_t RunView::stepAt(Time time) const
{
    std::size_t low = 0;
    std::size_t high = length();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (m_record->time(middle) <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : low - 1;
}

LogRange RunView::range(std::size_t step, std::uint32_t StepEnds::*log) const
{
    return {step == 0 ? 0 : m_record->ends(step - 1).*log, m_record->ends(step).*log};
}

void RunView::foldBalances() const
{
    Folded& f = m_fold;
    const std::size_t wanted = ends().ledger;
    if (f.cursorEntries == wanted)
        return;
    const auto apply = [this](std::vector<Decimal>& balances, std::size_t entry) {
        const Posting& p = m_record->ledger(entry).posting;
        balances[p.from] -= p.amount;
        balances[p.to] += p.amount;
    };
    for (; f.folded < wanted; ++f.folded) {
        if (f.folded % kCheckpoint == 0)
            f.checkpoints.push_back(f.last);
        apply(f.last, f.folded);
    }
    if (f.cursorEntries > wanted || wanted - f.cursorEntries > kCheckpoint) {
        const std::size_t checkpoint = wanted / kCheckpoint;
        if (checkpoint < f.checkpoints.size()) {
            f.atCursor = f.checkpoints[checkpoint];
            f.cursorEntries = checkpoint * kCheckpoint;
        } else { // a whole number of checkpoints, and all there is
            f.atCursor = f.last;
            f.cursorEntries = wanted;
        }
    }
    for (; f.cursorEntries < wanted; ++f.cursorEntries)
        apply(f.atCursor, f.cursorEntries);
}

Decimal RunView::balance(AccountId account) const
{
    foldBalances();
    return m_fold.atCursor[account];
}

UnitValue RunView::unitValue(AccountId id) const
{
    const Account& account = m_record->chart().at(id);
    if (m_record->layout().chain && !isExchange(account.venue))
        return onChain(account);
    return {1, 1, plainPrice(account)};
}

UnitValue RunView::onChain(const Account& account) const
{
    const auto at = [this](ChainColumn column) { return value(m_record->layout().onChain(column)); };
    UnitValue unit{1, 1, at(ChainColumn::EthPrice)};
    if (account.asset == Asset::USDT) {
        unit.price = m_record->info().shareClass == Asset::ETH ? 1.0 / at(ChainColumn::EthUsd) : 1.0;
        if (account.unit == Unit::ScaledSupply)
            unit.index = at(ChainColumn::UsdtIndex);
        return unit;
    }
    if (isLst(account.asset)) {
        unit.ratio = at(ChainColumn::LstRatio);
        if (account.unit == Unit::ScaledSupply)
            unit.index = at(ChainColumn::LstIndex);
    } else if (account.unit == Unit::ScaledSupply) {
        unit.index = at(ChainColumn::EthIndex);
    } else if (account.unit == Unit::ScaledDebt) {
        unit.index = at(ChainColumn::EthBorrowIndex);
    } else if (account.asset != Asset::ETH) {
        unit.price = 0;
    }
    return unit;
}

double RunView::plainPrice(const Account& account) const
{
    using L = ColumnLayout;
    if (account.asset == Asset::USDT && !account.isContract())
        return 1;
    if (isExchange(account.venue)) {
        const std::size_t i = exchangeIndex(account.venue);
        return value(L::venue(i, account.isContract() ? VenueColumn::Mark : VenueColumn::Spot));
    }
    // Outside the exchanges ether has its own reference, and the base asset the first exchange's spot.
    const RunInfo& info = m_record->info();
    if (account.asset == Asset::ETH && info.base != Asset::ETH)
        return info.assets.size() > 1 ? value(L::asset(1, AssetColumn::Price)) : 0.0;
    if (account.asset != info.base)
        return 0;
    return value(L::venue(account.asset == Asset::ETH ? etherReference(info) : 0, VenueColumn::Spot));
}

std::vector<PositionLine> RunView::positions() const
{
    std::vector<PositionLine> lines;
    if (empty())
        return lines;
    foldBalances();
    const ChartOfAccounts& chart = m_record->chart();
    for (std::size_t i = 0; i < chart.size(); ++i) {
        const auto id = static_cast<AccountId>(i);
        const Account& account = chart.at(id);
        const Decimal amount = m_fold.atCursor[i];
        if (!account.own() || account.type == AccountType::PerpQuote)
            continue;
        Decimal quote;
        if (account.type == AccountType::Perp)
            quote = m_fold.atCursor[chart.exchange(account.venue).perpQuote];
        if (amount.isZero() && quote.isZero())
            continue;
        PositionLine line;
        line.account = id;
        line.venue = account.venue;
        line.type = account.type;
        line.asset = account.asset;
        line.amount = amount;
        line.unit = unitValue(id);
        line.price = line.unit.value();
        line.notional = amount.toDouble() * line.price;
        line.value = line.notional + quote.toDouble();
        line.entry = account.type == AccountType::Perp && !amount.isZero() ? -quote.toDouble() / amount.toDouble()
                                                                           : std::numeric_limits<double>::quiet_NaN();
        lines.push_back(line);
    }
    return lines;
}

void RunView::index() const
{
    if (empty())
        return;
    Index& x = m_index;
    const StepEnds& end = m_record->ends(length() - 1);
    grown(x.transitionsOf, end.instructions + 1);
    grown(x.ledgerOf, end.instructions + 1);
    grown(x.firstInstruction, end.plans + 1);
    grown(x.endEvent, end.plans + 1);
    for (; x.transitions < end.transitions; ++x.transitions)
        x.transitionsOf[m_record->transition(x.transitions).instruction].push_back(
            static_cast<std::uint32_t>(x.transitions));
    for (; x.ledger < end.ledger; ++x.ledger)
        if (const InstructionId id = m_record->ledger(x.ledger).posting.instruction; id != 0)
            x.ledgerOf[id].push_back(static_cast<std::uint32_t>(x.ledger));
    std::uint32_t next = x.plans == 0 ? 0 : x.firstInstruction[x.plans] + m_record->plan(x.plans - 1).instructions;
    for (; x.plans < end.plans; ++x.plans) {
        x.firstInstruction[x.plans + 1] = next;
        next += m_record->plan(x.plans).instructions;
    }
    for (; x.events < end.events; ++x.events) {
        const JournalEvent& e = m_record->event(x.events);
        if (e.kind == EventKind::PlanCompleted || e.kind == EventKind::PlanFailed || e.kind == EventKind::PlanDenied)
            x.endEvent[e.reference] = static_cast<std::uint32_t>(x.events + 1);
        if (e.kind == EventKind::RiskLevel)
            x.levelEvents[e.a][e.scope].push_back(static_cast<std::uint32_t>(x.events));
    }
}

RiskLevel RunView::riskLevel(RiskMetric metric, std::size_t scope) const
{
    if (empty())
        return RiskLevel::Ok;
    index();
    const auto& events = m_index.levelEvents[static_cast<std::size_t>(metric)][scope];
    const auto after = std::lower_bound(events.begin(), events.end(), ends().events);
    return after == events.begin() ? RiskLevel::Ok : static_cast<RiskLevel>(m_record->event(*(after - 1)).b % 16);
}

InstructionStatus RunView::status(InstructionId instruction) const
{
    InstructionStatus status;
    status.minMarginRatio = absent(EmptyReason::NotApplicable);
    for (const std::size_t i : transitionsOfInstruction(instruction)) {
        const TransitionRecord& t = m_record->transition(i);
        status.state = t.to;
        status.changed = fromMs(t.timeMs);
        if (t.price != 0)
            status.price = t.price;
        if (!t.quantity.isZero())
            status.filled = t.quantity;
        status.netDelta = t.netDelta;
        status.minMarginRatio = t.minMarginRatio;
        if (t.error)
            status.error = t.error;
        ++status.transitions;
    }
    return status;
}

PlanOutcome RunView::outcome(PlanId plan) const
{
    index();
    if (plan >= m_index.endEvent.size() || m_index.endEvent[plan] == 0 || m_index.endEvent[plan] > ends().events)
        return PlanOutcome::Open;
    const JournalEvent& end = m_record->event(m_index.endEvent[plan] - 1);
    if (end.kind == EventKind::PlanDenied)
        return static_cast<PlanOutcome>(end.a);
    return end.kind == EventKind::PlanCompleted ? PlanOutcome::Completed : PlanOutcome::Failed;
}

std::size_t RunView::lastChange(PlanId plan) const
{
    std::size_t step = m_record->plan(plan - 1).decisionStep;
    const LogRange instructions = instructionsOf(plan);
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        if (const auto changes = transitionsOfInstruction(m_record->instruction(i).instruction.id); !changes.empty())
            step = std::max<std::size_t>(step, m_record->transition(changes.back()).step);
    return step;
}

namespace
{

std::vector<std::size_t> upTo(const std::vector<std::vector<std::uint32_t>>& lists, InstructionId id, std::size_t end)
{
    if (id >= lists.size())
        return {};
    const auto& list = lists[id];
    return {list.begin(), std::lower_bound(list.begin(), list.end(), end)};
}

} // namespace

std::vector<std::size_t> RunView::ledgerOfInstruction(InstructionId instruction) const
{
    index();
    return empty() ? std::vector<std::size_t>{} : upTo(m_index.ledgerOf, instruction, ends().ledger);
}

std::vector<std::size_t> RunView::transitionsOfInstruction(InstructionId instruction) const
{
    index();
    return empty() ? std::vector<std::size_t>{} : upTo(m_index.transitionsOf, instruction, ends().transitions);
}

LogRange RunView::instructionsOf(PlanId plan) const
{
    index();
    if (plan == 0 || plan >= m_index.firstInstruction.size())
        return {};
    const std::size_t first = m_index.firstInstruction[plan];
    return {first, first + m_record->plan(plan - 1).instructions};
}

std::optional<std::size_t> RunView::decisionOf(PlanId plan) const
{
    if (empty() || plan == 0 || plan > m_record->ends(length() - 1).plans)
        return std::nullopt;
    const LogRange decisions = decisionsOf(m_record->plan(plan - 1).decisionStep);
    for (std::size_t i = decisions.first; i < decisions.last; ++i)
        if (m_record->decision(i).plan == plan)
            return i;
    return std::nullopt;
}

// Every decision other than HOLD has a plan, and plans are in order of their steps.
std::optional<std::size_t> RunView::nextDecision(std::size_t after) const
{
    const std::size_t plans = empty() ? 0 : m_record->ends(length() - 1).plans;
    std::size_t low = 0;
    for (std::size_t high = plans; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        if (m_record->plan(middle).decisionStep <= after)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plans ? std::optional<std::size_t>(m_record->plan(low).decisionStep) : std::nullopt;
}

std::optional<std::size_t> RunView::previousDecision(std::size_t before) const
{
    const std::size_t plans = empty() ? 0 : m_record->ends(length() - 1).plans;
    std::size_t low = 0;
    for (std::size_t high = plans; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        if (m_record->plan(middle).decisionStep < before)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? std::optional<std::size_t>(m_record->plan(low - 1).decisionStep) : std::nullopt;
}

} // namespace carry
