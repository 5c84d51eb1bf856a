// SPDX-License-Identifier: GPL-3.0-or-later
#include "log_reader.h"

#include "read_run.h"
#include "table_scan.h"

#include <algorithm>

namespace carry
{
namespace
{

std::string select(const char* columns, const char* table)
{
    return std::string("SELECT ") + columns + " FROM " + table +
           " WHERE run = ?1 AND step >= 0 AND step < ?2 ORDER BY step, seq";
}

//! Steps of a log rise.
void inOrder(std::uint32_t step, std::uint32_t& last)
{
    if (step < last)
        throw BadValue("entries of step " + std::to_string(step) + " are out of order");
    last = step;
}

//! A row of a damaged page may claim any step, whatever the query asked for.
std::uint32_t stepOf(std::int64_t step, std::size_t steps)
{
    if (step < 0 || static_cast<std::uint64_t>(step) >= steps)
        throw BadValue("an entry of step " + std::to_string(step) + ", which does not exist");
    return static_cast<std::uint32_t>(step);
}

ReasonNumbers readNumbers(Fields& field)
{
    ReasonNumbers numbers{};
    for (double& number : numbers)
        number = field.optionalReal().value_or(std::numeric_limits<double>::quiet_NaN());
    return numbers;
}

AccountId accountOf(std::int64_t id, const ChartOfAccounts& chart)
{
    if (id < 0 || id >= static_cast<std::int64_t>(chart.size()))
        throw BadValue("unknown account " + std::to_string(id));
    return static_cast<AccountId>(id);
}

InstructionRecord readInstruction(Fields& part, const ChartOfAccounts& chart)
{
    InstructionRecord r;
    r.plan = part.as<PlanId>();
    r.instruction.id = part.as<InstructionId>();
    r.phase = part.as<std::uint16_t>();
    r.group = part.as<std::uint16_t>();
    r.position = part.as<std::uint16_t>();
    r.phaseKind = part.enumeration<PhaseKind>();
    r.groupKind = part.enumeration<GroupKind>();
    r.instruction.purpose = part.enumeration<Purpose>();
    r.instruction.body = readBody(part);
    r.instruction.iteration = part.as<std::uint16_t>();
    r.instruction.referencePrice = part.real();
    r.instruction.cost = readCost(part);
    r.instruction.expected = expectedOf(part.text());
    for (const ExpectedDelta& delta : r.instruction.expected)
        (void)accountOf(delta.account, chart);
    return r;
}

} // namespace

LogReader::LogReader(std::string file, std::int64_t run, std::size_t steps, RunRecord& record)
    : m_file(std::move(file)), m_run(run), m_steps(steps), m_record(record)
{
    for (Counts* counts : {&m_ledger, &m_decisions, &m_funding, &m_plans, &m_instructions, &m_transitions, &m_events})
        counts->resize(steps);
}

Task LogReader::task(void (LogReader::*read)(SQLite::Database&))
{
    return [this, read] {
        return guarded(m_file, ErrorCode::StoreCorrupt, [&]() -> Result<void> {
            auto database = Database::open(m_file, Database::Mode::ReadOnly);
            if (!database)
                return fail(database.error());
            (this->*read)(database->handle());
            return {};
        });
    };
}

std::vector<Task> LogReader::tasks()
{
    // The longest ones first, so that none is left to one thread at the end.
    return {task(&LogReader::readDecisions), task(&LogReader::readFunding), task(&LogReader::readLedger),
            task(&LogReader::readPipeline)};
}

std::vector<StepEnds> LogReader::ends() const
{
    if (m_ledgerInstruction > m_instructionCount)
        throw BadValue("an entry of an unknown instruction");
    if (m_decisionPlan > m_planCount)
        throw BadValue("a decision with an unknown plan");
    std::vector<StepEnds> ends(m_steps);
    StepEnds now;
    for (std::size_t step = 0; step < m_steps; ++step) {
        now.ledger += m_ledger[step];
        now.decisions += m_decisions[step];
        now.plans += m_plans[step];
        now.instructions += m_instructions[step];
        now.transitions += m_transitions[step];
        now.funding += m_funding[step];
        now.events += m_events[step];
        ends[step] = now;
    }
    return ends;
}

void LogReader::readLedger(SQLite::Database& database)
{
    const ChartOfAccounts& chart = m_record.chart();
    TableScan scan(database, "step, from_account, to_account, cause, instruction, amount", "ledger");
    std::uint32_t last = 0;
    scan.each(m_run, 0, m_steps, [&](const ScannedRow& row) {
        LedgerEntry entry;
        entry.step = stepOf(row.integer(0), m_steps);
        Posting& posting = entry.posting;
        posting.from = accountOf(row.integer(1), chart);
        posting.to = accountOf(row.integer(2), chart);
        const Account& from = chart.at(posting.from);
        const Account& to = chart.at(posting.to);
        if (from.asset != to.asset || from.unit != to.unit)
            throw BadValue("an entry between " + from.key() + " and " + to.key());
        posting.cause = row.enumeration<Cause>(3);
        posting.instruction = row.as<InstructionId>(4);
        posting.amount = row.decimal(5);
        inOrder(entry.step, last);
        m_ledgerInstruction = std::max(m_ledgerInstruction, posting.instruction);
        m_record.add(entry);
        ++m_ledger[entry.step];
    });
}

void LogReader::readDecisions(SQLite::Database& database)
{
    TableScan scan(database, "step, action, reason, plan, n0, n1, n2, n3", "decision");
    std::uint32_t last = 0;
    scan.each(m_run, 0, m_steps, [&](const ScannedRow& row) {
        DecisionRecord decision;
        decision.step = stepOf(row.integer(0), m_steps);
        decision.action = row.enumeration<Action>(1);
        decision.reason = row.enumeration<Reason>(2);
        decision.plan = row.as<PlanId>(3);
        for (int i = 0; i < static_cast<int>(decision.numbers.size()); ++i)
            decision.numbers[static_cast<std::size_t>(i)] =
                row.isNull(4 + i) ? std::numeric_limits<double>::quiet_NaN() : row.real(4 + i);
        inOrder(decision.step, last);
        m_decisionPlan = std::max(m_decisionPlan, decision.plan);
        m_record.add(decision);
        ++m_decisions[decision.step];
    });
}

void LogReader::readFunding(SQLite::Database& database)
{
    TableScan scan(database,
                   "step, venue, interval_hours, flags, reading_flags, paid, rate, mark, age_hours, position, cash, "
                   "file, line",
                   "funding");
    std::uint32_t last = 0;
    scan.each(m_run, 0, m_steps, [&](const ScannedRow& row) {
        FundingRecord f;
        f.step = stepOf(row.integer(0), m_steps);
        inOrder(f.step, last);
        f.venue = row.enumeration<Venue>(1);
        if (static_cast<std::size_t>(f.venue) - 1 >= kExchangeCount)
            throw BadValue("a venue that is no exchange");
        f.intervalHours = row.as<std::uint8_t>(2);
        f.flags = row.as<std::uint8_t>(3);
        f.readingFlags = row.as<std::uint8_t>(4);
        f.paid = row.integer(5) != 0;
        f.rate = row.real(6);
        f.mark = row.real(7);
        f.ageHours = row.real(8);
        f.position = row.real(9);
        f.cash = row.decimal(10);
        f.file = row.as<std::uint32_t>(11);
        f.line = row.as<std::uint32_t>(12);
        m_record.add(f);
        ++m_funding[f.step];
    });
}

void LogReader::readPipeline(SQLite::Database& database)
{
    readPlans(database);
    readTransitions(database);
    readEvents(database);
}

//! Plans are in order of their steps. Of a run that is being written there may be more than belong to the steps.
void LogReader::readPlans(SQLite::Database& database)
{
    auto plans = query(database,
                       "SELECT plan, step, action, cost_fees, cost_slippage, cost_gas, instructions FROM plan "
                       "WHERE run = ? ORDER BY plan",
                       m_run);
    auto instructions = query(database,
                              "SELECT plan, instruction, phase, group_no, position, phase_kind, group_kind, purpose, " +
                                  std::string(kBodyColumns) +
                                  ", iteration, reference_price, cost_fees, cost_slippage, cost_gas, expected "
                                  "FROM instruction i WHERE run = ? ORDER BY instruction",
                              m_run);
    std::uint32_t before = 0;
    while (plans.executeStep()) {
        Fields field(plans);
        PlanRecord plan;
        plan.id = field.as<PlanId>();
        const auto step = field.integer();
        if (step >= static_cast<std::int64_t>(m_steps))
            break;
        plan.decisionStep = static_cast<std::uint32_t>(step);
        plan.action = field.enumeration<Action>();
        plan.cost = readCost(field);
        plan.instructions = field.as<std::uint32_t>();
        if (plan.id != ++m_planCount || step < before)
            throw BadValue("a plan is missing");
        before = plan.decisionStep;
        m_record.add(plan);
        for (std::uint32_t i = 0; i < plan.instructions; ++i) {
            if (!instructions.executeStep())
                throw BadValue("plan " + std::to_string(plan.id) + " is not complete");
            Fields part(instructions);
            InstructionRecord instruction = readInstruction(part, m_record.chart());
            if (instruction.instruction.id != ++m_instructionCount || instruction.plan != plan.id)
                throw BadValue("an instruction is missing");
            m_record.add(std::move(instruction));
        }
        ++m_plans[plan.decisionStep];
        m_instructions[plan.decisionStep] += plan.instructions;
    }
}

void LogReader::readTransitions(SQLite::Database& database)
{
    auto rows = query(database,
                      select("step, instruction, from_state, to_state, time_ms, null_reasons, price, quantity, "
                             "net_delta, min_margin_ratio, error, error_values, ltv, health_factor",
                             "transition"),
                      m_run, m_steps);
    std::uint32_t known = 0; // instructions up to the step
    for (std::uint32_t counted = 0; rows.executeStep();) {
        Fields field(rows);
        TransitionRecord t;
        t.step = stepOf(field.integer(), m_steps);
        for (; counted <= t.step; ++counted)
            known += m_instructions[counted];
        t.instruction = field.as<InstructionId>();
        if (t.instruction == 0 || t.instruction > known)
            throw BadValue("a change of an unknown instruction");
        t.from = field.enumeration<InstructionState>();
        t.to = field.enumeration<InstructionState>();
        t.timeMs = toMs(field.time());
        const auto reason = field.enumeration<EmptyReason>();
        t.price = field.real();
        t.quantity = field.decimal();
        t.netDelta = field.real();
        t.minMarginRatio = field.optionalReal().value_or(absent(reason));
        t.error = field.error();
        t.ltv = field.optionalReal().value_or(absent(EmptyReason::NoDebt));
        t.healthFactor = field.optionalReal().value_or(absent(EmptyReason::NoDebt));
        ++m_transitions[t.step];
        m_record.add(std::move(t));
    }
}

void LogReader::readEvents(SQLite::Database& database)
{
    auto rows =
        query(database, select("step, kind, a, b, scope, reference, error, error_values, n0, n1, n2, n3", "event"),
              m_run, m_steps);
    std::uint32_t known = 0; // plans up to the step
    for (std::uint32_t counted = 0; rows.executeStep();) {
        Fields field(rows);
        JournalEvent e;
        e.step = stepOf(field.integer(), m_steps);
        for (; counted <= e.step; ++counted)
            known += m_plans[counted];
        e.kind = field.enumeration<EventKind>();
        e.a = field.as<std::uint8_t>();
        e.b = field.as<std::uint8_t>();
        e.scope = field.as<std::uint8_t>();
        e.reference = field.as<std::uint32_t>();
        e.error = field.error();
        e.numbers = readNumbers(field);
        const bool level = e.kind == EventKind::RiskLevel;
        if (e.scope > kBookScope || (level && (e.a >= kRiskMetricCount || e.b / 16 > 3 || e.b % 16 > 3)) ||
            (!level && e.reference > known))
            throw BadValue("an event that makes no sense");
        ++m_events[e.step];
        m_record.add(std::move(e));
    }
}

} // namespace carry
