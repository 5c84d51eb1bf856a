// SPDX-License-Identifier: GPL-3.0-or-later
#include "log_rows.h"

#include <bit>
#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

static_assert(std::endian::native == std::endian::little, "conditions are stored as little-endian doubles");

//! Numbers the entries of each step from 0.
class Sequence
{
  public:
    std::uint32_t next(std::uint32_t step)
    {
        m_next = step == m_step ? m_next + 1 : 0;
        m_step = step;
        return m_next;
    }

  private:
    std::uint32_t m_step = ~0U;
    std::uint32_t m_next = 0;
};

//! The text and not the number of a code is stored: numbers may change from version to version.
std::optional<std::string_view> codeText(const std::optional<Error>& error)
{
    return error ? std::optional(error->codeText()) : std::nullopt;
}

//! {"refusal": "SupplyCapExceeded"}: what its sentence needs.
std::optional<std::string> valuesText(const std::optional<Error>& error)
{
    if (!error || error->context().empty())
        return std::nullopt;
    nlohmann::ordered_json values;
    for (const auto& [key, value] : error->context())
        values[key] = value;
    return values.dump();
}

//! What a body says, in the columns that all types share.
struct BodyColumns {
    std::optional<Venue> venue, toVenue;
    Asset asset = Asset::ETH;
    std::optional<Asset> toAsset;
    std::optional<Side> side;
    Decimal quantity;
    Sizing sizing = Sizing::Exact;
    double ltv = 0;
    bool exactSell = false;
};

BodyColumns atAave(Asset asset, Decimal quantity, Sizing sizing)
{
    return {Venue::AaveV3, {}, asset, {}, {}, quantity, sizing};
}

struct ToColumns {
    BodyColumns operator()(const Transfer& t) const
    {
        return {t.from, t.to, t.asset, {}, {}, t.amount, t.sweep ? Sizing::Everything : Sizing::Exact};
    }
    BodyColumns operator()(const SpotTrade& t) const { return {t.venue, {}, t.base, {}, t.side, t.quantity}; }
    BodyColumns operator()(const PerpTrade& t) const { return {t.venue, {}, t.base, {}, t.side, t.quantity}; }
    BodyColumns operator()(const Swap& s) const
    {
        return {{}, {}, s.sell, s.buy, {}, s.buyAmount, s.sizing, 0, s.sellExact};
    }
    BodyColumns operator()(const Stake& s) const
    {
        return {issuerOf(s.token), {}, Asset::ETH, s.token, {}, s.amount, s.sizing};
    }
    BodyColumns operator()(const Unstake& u) const
    {
        return {issuerOf(u.token), {}, u.token, Asset::ETH, {}, u.amount, u.sizing};
    }
    BodyColumns operator()(const Supply& s) const { return atAave(s.asset, s.amount, s.sizing); }
    BodyColumns operator()(const Withdraw& w) const { return atAave(w.asset, w.amount, w.sizing); }
    BodyColumns operator()(const Borrow& b) const
    {
        return {Venue::AaveV3, {}, b.asset, {}, {}, b.amount, b.sizing, b.ltv};
    }
    BodyColumns operator()(const Repay& r) const { return atAave(r.asset, r.amount, r.sizing); }
    BodyColumns operator()(const FlashBorrow& f) const { return {{}, {}, f.asset, {}, {}, f.amount}; }
    BodyColumns operator()(const FlashRepay& f) const { return {{}, {}, f.asset, {}, {}, f.amount}; }
    BodyColumns operator()(const SetEMode& m) const
    {
        return atAave(Asset::ETH, Decimal::fromInteger(m.category), Sizing::Exact);
    }
};

std::string expectedJson(const std::vector<ExpectedDelta>& expected)
{
    auto list = nlohmann::json::array();
    for (const ExpectedDelta& delta : expected)
        list.push_back(nlohmann::json::array({delta.account, delta.amount}));
    return list.dump();
}

} // namespace

LogRows::LogRows(SQLite::Database& database)
    : m_ledger(database, insertText("ledger", "run, step, seq, from_account, to_account, cause, instruction, amount")),
      m_decision(database, insertText("decision", "run, step, seq, action, reason, plan, n0, n1, n2, n3, conditions")),
      m_plan(database, insertText("plan", "run, plan, step, action, cost_fees, cost_slippage, cost_gas, instructions")),
      m_instruction(database,
                    insertText("instruction", "run, instruction, plan, phase, phase_kind, group_no, group_kind, "
                                              "position, type, purpose, venue, to_venue, asset, to_asset, side, "
                                              "quantity, sweep, reference_price, cost_fees, cost_slippage, cost_gas, "
                                              "expected, ltv, iteration, exact_sell")),
      m_transition(database, insertText("transition", "run, step, seq, instruction, from_state, to_state, time_ms, "
                                                      "null_reasons, price, quantity, net_delta, min_margin_ratio, "
                                                      "error, ltv, health_factor, error_values")),
      m_funding(database, insertText("funding", "run, step, seq, venue, interval_hours, flags, reading_flags, paid, "
                                                "rate, mark, age_hours, position, cash, file, line")),
      m_event(database, insertText("event", "run, step, seq, kind, a, b, scope, reference, error, n0, n1, n2, n3, "
                                            "error_values"))
{
}

void LogRows::write(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    const StepEnds begin = from == 0 ? StepEnds{} : record.ends(from - 1);
    const StepEnds& end = record.ends(to - 1);
    writeLedger(run, record, begin.ledger, end.ledger);
    writeDecisions(run, record, begin.decisions, end.decisions);
    writePlans(run, record, begin.plans, end.plans);
    writeInstructions(run, record, begin.instructions, end.instructions);
    writeTransitions(run, record, begin.transitions, end.transitions);
    writeFunding(run, record, begin.funding, end.funding);
    writeEvents(run, record, begin.events, end.events);
}

void LogRows::writeLedger(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    Sequence sequence;
    for (std::size_t i = from; i < to; ++i) {
        const LedgerEntry& e = record.ledger(i);
        Binder(m_ledger)
            .add(run, e.step, sequence.next(e.step), e.posting.from, e.posting.to, e.posting.cause,
                 e.posting.instruction, e.posting.amount)
            .insert();
    }
}

void LogRows::writeDecisions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    Sequence sequence;
    std::vector<double> conditions(record.layout().conditions);
    for (std::size_t i = from; i < to; ++i) {
        const DecisionRecord& d = record.decision(i);
        for (std::size_t c = 0; c < conditions.size(); ++c)
            conditions[c] = record.at(d.step, record.layout().condition(c));
        const auto& n = d.numbers;
        Binder(m_decision)
            .add(run, d.step, sequence.next(d.step), d.action, d.reason, d.plan, n[0], n[1], n[2], n[3])
            .blob(std::as_bytes(std::span(conditions)))
            .insert();
    }
}

void LogRows::writePlans(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < to; ++i) {
        const PlanRecord& p = record.plan(i);
        Binder(m_plan)
            .add(run, p.id, p.decisionStep, p.action, p.cost.fees, p.cost.slippage, p.cost.gas, p.instructions)
            .insert();
    }
}

void LogRows::writeInstructions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < to; ++i) {
        const InstructionRecord& r = record.instruction(i);
        const Instruction& x = r.instruction;
        const BodyColumns body = std::visit(ToColumns{}, x.body);
        Binder(m_instruction)
            .add(run, x.id, r.plan, r.phase, r.phaseKind, r.group, r.groupKind, r.position, x.body.index(), x.purpose)
            .add(body.venue, body.toVenue, body.asset, body.toAsset, body.side, body.quantity, body.sizing)
            .add(x.referencePrice, x.cost.fees, x.cost.slippage, x.cost.gas, expectedJson(x.expected))
            .add(body.ltv, x.iteration, body.exactSell)
            .insert();
    }
}

void LogRows::writeTransitions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    Sequence sequence;
    for (std::size_t i = from; i < to; ++i) {
        const TransitionRecord& t = record.transition(i);
        Binder(m_transition)
            .add(run, t.step, sequence.next(t.step), t.instruction, t.from, t.to, t.timeMs,
                 absentReason(t.minMarginRatio), t.price, t.quantity, t.netDelta, t.minMarginRatio, codeText(t.error))
            .add(t.ltv, t.healthFactor, valuesText(t.error))
            .insert();
    }
}

void LogRows::writeFunding(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    Sequence sequence;
    for (std::size_t i = from; i < to; ++i) {
        const FundingRecord& f = record.funding(i);
        Binder(m_funding)
            .add(run, f.step, sequence.next(f.step), f.venue, f.intervalHours, f.flags, f.readingFlags, f.paid, f.rate,
                 f.mark, f.ageHours, f.position, f.cash, f.file, f.line)
            .insert();
    }
}

void LogRows::writeEvents(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    Sequence sequence;
    for (std::size_t i = from; i < to; ++i) {
        const JournalEvent& e = record.event(i);
        const auto& n = e.numbers;
        Binder(m_event)
            .add(run, e.step, sequence.next(e.step), e.kind, e.a, e.b, e.scope, e.reference, codeText(e.error), n[0],
                 n[1], n[2], n[3], valuesText(e.error))
            .insert();
    }
}

} // namespace carry
