// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/record_loader.h"

#include "read_run.h"
#include "step_rows.h"

#include <cstring>

namespace carry
{
namespace
{

//! The rows of one table of a run in the order of its key, one ahead. The first column is the step (plan and
//! instruction rows have their own first column).
class Rows
{
  public:
    Rows(SQLite::Database& database, const std::string& text, std::int64_t run) : m_statement(database, text)
    {
        m_statement.bind(1, run);
        next();
    }
    //! Whether the row at hand begins with that number.
    bool at(std::int64_t first) const { return m_more && m_first == first; }
    const SQLite::Statement& row() const { return m_statement; }
    void next()
    {
        m_more = m_statement.executeStep();
        m_first = m_more ? m_statement.getColumn(0).getInt64() : 0;
    }

  private:
    SQLite::Statement m_statement;
    bool m_more = false;
    std::int64_t m_first = 0;
};

std::string select(const std::string& columns, const std::string& table, const std::string& order)
{
    return "SELECT " + columns + " FROM " + table + " i WHERE run = ? ORDER BY " + order;
}

//! Columns that may be NULL, with their reasons.
void readFigures(Fields& field, std::uint64_t reasons, double* into, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = field.optionalReal();
        if (!value && ((reasons >> (kReasonBits * i)) & 15U) >= enumCount<EmptyReason>())
            throw BadValue("unknown reason of an empty figure");
        into[i] = value ? *value : absent(static_cast<EmptyReason>((reasons >> (kReasonBits * i)) & 15U));
    }
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

std::size_t exchangeOf(Venue venue)
{
    const auto i = static_cast<std::size_t>(venue) - 1;
    if (i >= kExchangeCount)
        throw BadValue("a venue that is no exchange");
    return i;
}

} // namespace

struct RecordLoader::Cursors {
    Cursors(SQLite::Database& db, std::int64_t run)
        : steps(
              db,
              select("step, time_ms, bar, null_reasons" + columnNames<StepColumn>(kStepColumnCount) + pnlColumnNames(),
                     "step", "step"),
              run),
          venues(db,
                 select("step, venue, null_reasons" + columnNames<VenueColumn>(kVenueColumnCount), "step_venue",
                        "step, venue"),
                 run),
          assets(db,
                 select("step, asset, null_reasons" + columnNames<AssetColumn>(kAssetColumnCount), "step_asset",
                        "step, asset"),
                 run),
          chain(db,
                select("step, null_reasons, null_reasons_2" + columnNames<ChainColumn>(kChainColumnCount), "step_chain",
                       "step"),
                run),
          ledger(db, select("step, from_account, to_account, cause, instruction, amount", "ledger", "step, seq"), run),
          decisions(db, select("step, action, reason, plan, n0, n1, n2, n3, conditions", "decision", "step, seq"), run),
          plans(db, select("step, plan, action, cost_fees, cost_slippage, cost_gas, instructions", "plan", "plan"),
                run),
          instructions(db,
                       select("plan, instruction, phase, group_no, position, phase_kind, group_kind, purpose, " +
                                  std::string(kBodyColumns) +
                                  ", iteration, reference_price, cost_fees, cost_slippage, cost_gas, expected",
                              "instruction", "instruction"),
                       run),
          transitions(db,
                      select("step, instruction, from_state, to_state, time_ms, null_reasons, price, quantity, "
                             "net_delta, min_margin_ratio, error, error_values, ltv, health_factor",
                             "transition", "step, seq"),
                      run),
          funding(db,
                  select("step, venue, interval_hours, flags, reading_flags, paid, rate, mark, age_hours, "
                         "position, cash, file, line",
                         "funding", "step, seq"),
                  run),
          events(
              db,
              select("step, kind, a, b, scope, reference, error, error_values, n0, n1, n2, n3", "event", "step, seq"),
              run)
    {
    }
    Rows steps, venues, assets, chain, ledger, decisions, plans, instructions, transitions, funding, events;
    InstructionId nextInstruction = 1;
    PlanId nextPlan = 1;

    void readColumns(std::int64_t step, const RunRecord& record, std::vector<double>& row);
    void readChain(std::int64_t step, const RunRecord& record, std::vector<double>& row);
    void readPostings(std::int64_t step, RunRecord& record);
    void readDecisions(std::int64_t step, RunRecord& record, std::vector<double>& row);
    void readPlans(std::int64_t step, RunRecord& record);
    void readTransitions(std::int64_t step, RunRecord& record);
    void readSettlements(std::int64_t step, RunRecord& record);
    void readEvents(std::int64_t step, RunRecord& record);
};

void RecordLoader::Cursors::readColumns(std::int64_t step, const RunRecord& record, std::vector<double>& row)
{
    using L = ColumnLayout;
    std::size_t seen = 0;
    for (; venues.at(step); venues.next(), ++seen) {
        Fields field(venues.row());
        (void)field.integer();
        const std::size_t exchange = exchangeOf(field.enumeration<Venue>());
        const auto reasons = field.as<std::uint64_t>();
        readFigures(field, reasons, row.data() + L::venue(exchange, VenueColumn::Equity), kVenueColumnCount);
    }
    const auto& known = record.info().assets;
    for (; assets.at(step); assets.next(), ++seen) {
        Fields field(assets.row());
        (void)field.integer();
        const auto place = std::find(known.begin(), known.end(), field.enumeration<Asset>());
        if (place == known.end())
            throw BadValue("an asset that the run does not have");
        const auto reasons = field.as<std::uint64_t>();
        readFigures(field, reasons,
                    row.data() + L::asset(static_cast<std::size_t>(place - known.begin()), AssetColumn::NetDelta),
                    kAssetColumnCount);
    }
    if (seen != kExchangeCount + known.size())
        throw BadValue("step " + std::to_string(step) + " is not complete");
}

void RecordLoader::Cursors::readChain(std::int64_t step, const RunRecord& record, std::vector<double>& row)
{
    if (chain.at(step) != record.layout().chain)
        throw BadValue("step " + std::to_string(step) + " is not complete");
    if (!chain.at(step))
        return;
    Fields field(chain.row());
    (void)field.integer();
    const auto reasons = field.as<std::uint64_t>();
    const auto moreReasons = field.as<std::uint64_t>();
    double* const first = row.data() + record.layout().onChain(static_cast<ChainColumn>(0));
    readFigures(field, reasons, first, kFirstChainReasons);
    readFigures(field, moreReasons, first + kFirstChainReasons, kChainColumnCount - kFirstChainReasons);
    chain.next();
}

void RecordLoader::Cursors::readPostings(std::int64_t step, RunRecord& record)
{
    for (; ledger.at(step); ledger.next()) {
        Fields field(ledger.row());
        (void)field.integer();
        Posting posting;
        posting.from = accountOf(field.integer(), record.chart());
        posting.to = accountOf(field.integer(), record.chart());
        const Account& from = record.chart().at(posting.from);
        const Account& to = record.chart().at(posting.to);
        if (from.asset != to.asset || from.unit != to.unit)
            throw BadValue("an entry between " + from.key() + " and " + to.key());
        posting.cause = field.enumeration<Cause>();
        posting.instruction = field.as<InstructionId>();
        posting.amount = field.decimal();
        record.onPosting(posting);
    }
}

void RecordLoader::Cursors::readDecisions(std::int64_t step, RunRecord& record, std::vector<double>& row)
{
    const std::size_t first = record.layout().condition(0);
    const std::size_t count = record.layout().conditions;
    std::fill_n(row.begin() + static_cast<std::ptrdiff_t>(first), count, absent(EmptyReason::NotApplicable));
    for (; decisions.at(step); decisions.next()) {
        Fields field(decisions.row());
        (void)field.integer();
        DecisionRecord decision;
        decision.step = static_cast<std::uint32_t>(step);
        decision.action = field.enumeration<Action>();
        decision.reason = field.enumeration<Reason>();
        decision.plan = field.as<PlanId>();
        decision.numbers = readNumbers(field);
        const SQLite::Column blob = field.next();
        if (static_cast<std::size_t>(blob.getBytes()) != count * sizeof(double))
            throw BadValue("a decision has not as many conditions as its run");
        if (count != 0)
            std::memcpy(row.data() + first, blob.getBlob(), count * sizeof(double));
        record.add(decision);
    }
}

void RecordLoader::Cursors::readPlans(std::int64_t step, RunRecord& record)
{
    for (; plans.at(step); plans.next()) {
        Fields field(plans.row());
        (void)field.integer();
        PlanRecord plan;
        plan.id = field.as<PlanId>();
        plan.decisionStep = static_cast<std::uint32_t>(step);
        plan.action = field.enumeration<Action>();
        plan.cost = readCost(field);
        plan.instructions = field.as<std::uint32_t>();
        if (plan.id != nextPlan++)
            throw BadValue("a plan is missing");
        record.add(plan);
        std::uint32_t read = 0;
        for (; instructions.at(plan.id); instructions.next(), ++read) {
            Fields part(instructions.row());
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
                (void)accountOf(delta.account, record.chart());
            if (r.instruction.id != nextInstruction++)
                throw BadValue("an instruction is missing");
            record.add(std::move(r));
        }
        if (read != plan.instructions)
            throw BadValue("plan " + std::to_string(plan.id) + " is not complete");
    }
}

void RecordLoader::Cursors::readTransitions(std::int64_t step, RunRecord& record)
{
    for (; transitions.at(step); transitions.next()) {
        Fields field(transitions.row());
        (void)field.integer();
        TransitionRecord t;
        t.step = static_cast<std::uint32_t>(step);
        t.instruction = field.as<InstructionId>();
        if (t.instruction == 0 || t.instruction >= nextInstruction)
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
        record.add(std::move(t));
    }
}

void RecordLoader::Cursors::readSettlements(std::int64_t step, RunRecord& record)
{
    for (; funding.at(step); funding.next()) {
        Fields field(funding.row());
        (void)field.integer();
        FundingRecord f;
        f.step = static_cast<std::uint32_t>(step);
        f.venue = field.enumeration<Venue>();
        (void)exchangeOf(f.venue);
        f.intervalHours = field.as<std::uint8_t>();
        f.flags = field.as<std::uint8_t>();
        f.readingFlags = field.as<std::uint8_t>();
        f.paid = field.integer() != 0;
        f.rate = field.real();
        f.mark = field.real();
        f.ageHours = field.real();
        f.position = field.real();
        f.cash = field.decimal();
        f.file = field.as<std::uint32_t>();
        f.line = field.as<std::uint32_t>();
        record.add(f);
    }
}

void RecordLoader::Cursors::readEvents(std::int64_t step, RunRecord& record)
{
    for (; events.at(step); events.next()) {
        Fields field(events.row());
        (void)field.integer();
        JournalEvent e;
        e.step = static_cast<std::uint32_t>(step);
        e.kind = field.enumeration<EventKind>();
        e.a = field.as<std::uint8_t>();
        e.b = field.as<std::uint8_t>();
        e.scope = field.as<std::uint8_t>();
        e.reference = field.as<std::uint32_t>();
        e.error = field.error();
        e.numbers = readNumbers(field);
        const bool level = e.kind == EventKind::RiskLevel;
        if (e.scope > kBookScope || (level && (e.a >= kRiskMetricCount || e.b / 16 > 3 || e.b % 16 > 3)) ||
            (!level && e.reference >= nextPlan))
            throw BadValue("an event that makes no sense");
        record.add(e);
    }
}

Result<std::unique_ptr<RecordLoader>> RecordLoader::open(Database& database, std::string_view idOrPrefix)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::unique_ptr<RecordLoader>> {
        SQLite::Database& db = database.handle();
        const auto run = findRun(db, std::string(idOrPrefix));
        if (!run)
            return fail(
                Error(ErrorCode::StoreUnknownRun).with("found", std::string(idOrPrefix)).with("file", database.path()));
        StoredRun head;
        readInfo(db, *run, head);
        auto steps = query(db, "SELECT steps FROM run WHERE run = ?", *run);
        steps.executeStep();
        const auto count = Fields(steps).as<std::size_t>();
        return std::unique_ptr<RecordLoader>(
            new RecordLoader(database, std::make_shared<RunRecord>(std::move(head.info)), *run, count));
    });
}

RecordLoader::RecordLoader(Database& database, std::shared_ptr<RunRecord> record, std::int64_t run, std::size_t steps)
    : m_database(database), m_record(std::move(record)), m_steps(steps), m_row(m_record->layout().count()),
      m_cursors(std::make_unique<Cursors>(database.handle(), run))
{
}

RecordLoader::~RecordLoader() = default;

Result<bool> RecordLoader::load(std::size_t steps)
{
    return guarded(m_database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<bool> {
        for (const std::size_t end = std::min(m_steps, m_record->committed() + steps); m_record->committed() < end;)
            loadStep();
        return m_record->committed() < m_steps;
    });
}

void RecordLoader::loadStep()
{
    const auto step = static_cast<std::int64_t>(m_record->committed());
    Cursors& c = *m_cursors;
    if (!c.steps.at(step))
        throw BadValue("step " + std::to_string(step) + " is missing");
    Fields field(c.steps.row());
    (void)field.integer();
    const Time time = field.time();
    const bool bar = field.integer() != 0;
    const auto reasons = field.as<std::uint64_t>();
    readFigures(field, reasons, m_row.data(), kStepColumnCount);
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        m_row[ColumnLayout::pnl(static_cast<PnlItem>(i))] = field.real();
    c.readColumns(step, *m_record, m_row);
    c.readChain(step, *m_record, m_row);
    c.readPostings(step, *m_record);
    c.readDecisions(step, *m_record, m_row);
    c.readPlans(step, *m_record);
    c.readTransitions(step, *m_record);
    c.readSettlements(step, *m_record);
    c.readEvents(step, *m_record);
    m_record->commit(time, bar, m_row.data());
    c.steps.next();
}

} // namespace carry
