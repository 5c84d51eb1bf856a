// SPDX-License-Identifier: GPL-3.0-or-later
#include "column_rows.h"

#include "step_rows.h"

#include <algorithm>
#include <cstring>

namespace carry
{
namespace
{

constexpr std::size_t kFirstVenue = ColumnLayout::venue(0, static_cast<VenueColumn>(0));
constexpr std::size_t kFirstAsset = ColumnLayout::asset(0, static_cast<AssetColumn>(0));

[[noreturn]] void notComplete(std::size_t step)
{
    throw BadValue("step " + std::to_string(step) + " is not complete");
}

[[noreturn]] void missing(std::size_t step)
{
    throw BadValue("step " + std::to_string(step) + " is missing");
}

double positiveZero(double value)
{
    return value == 0 ? 0.0 : value;
}

} // namespace

ColumnRows::ColumnRows(SQLite::Database& database, std::int64_t run, const ColumnLayout& layout,
                       const std::vector<Asset>& assets)
    : m_database(database), m_run(run), m_layout(layout), m_assets(assets)
{
}

bool ColumnRows::Part::wanted() const
{
    return std::any_of(cells.begin(), cells.end(), [](const auto& list) { return !list.empty(); });
}

int ColumnRows::Part::fieldOf(const std::string& name)
{
    auto found = std::find(fields.begin(), fields.end(), name);
    if (found == fields.end())
        found = fields.insert(fields.end(), name);
    return static_cast<int>(found - fields.begin());
}

void ColumnRows::addColumn(Plan& plan, std::size_t column, std::size_t place) const
{
    const auto add = [place](Part& part, std::size_t list, const std::string& name, const char* reasons,
                             std::size_t position) {
        Cell cell{part.fieldOf(name), -1, static_cast<unsigned>(position) * kReasonBits, place};
        if (reasons != nullptr)
            cell.reasons = part.fieldOf(reasons);
        part.cells[list].push_back(cell);
    };
    if (column < kStepColumnCount)
        add(plan.step, 0, std::string(columnName(static_cast<StepColumn>(column))), "null_reasons", column);
    else if (column < kFirstVenue)
        add(plan.step, 0, "pnl_" + std::string(toText(static_cast<PnlItem>(column - kStepColumnCount))), nullptr, 0);
    else if (column < kFirstAsset) {
        const std::size_t c = (column - kFirstVenue) % kVenueColumnCount;
        add(plan.venue, (column - kFirstVenue) / kVenueColumnCount,
            std::string(columnName(static_cast<VenueColumn>(c))), "null_reasons", c);
    } else if (column < m_layout.condition(0)) {
        const std::size_t c = (column - kFirstAsset) % kAssetColumnCount;
        add(plan.asset, (column - kFirstAsset) / kAssetColumnCount,
            std::string(columnName(static_cast<AssetColumn>(c))), "null_reasons", c);
    } else if (column < m_layout.condition(m_layout.conditions)) {
        plan.conditions.push_back({column - m_layout.condition(0), place});
    } else {
        const std::size_t c = column - m_layout.condition(m_layout.conditions);
        const bool early = c < kFirstChainReasons;
        add(plan.chain, 0, std::string(columnName(static_cast<ChainColumn>(c))),
            early ? "null_reasons" : "null_reasons_2", early ? c : c - kFirstChainReasons);
    }
}

const ColumnRows::Plan& ColumnRows::planOf(std::span<const std::size_t> columns)
{
    const std::vector<std::size_t> key(columns.begin(), columns.end());
    if (const auto known = m_plans.find(key); known != m_plans.end())
        return known->second;
    Plan plan;
    plan.step.fields = {"step", "time_ms", "bar"};
    plan.venue.fields = {"step", "venue"};
    plan.asset.fields = {"step", "asset"};
    plan.chain.fields = {"step"};
    plan.step.cells.resize(1);
    plan.venue.cells.resize(kExchangeCount);
    plan.asset.cells.resize(m_assets.size());
    plan.chain.cells.resize(1);
    for (std::size_t place = 0; place < columns.size(); ++place)
        addColumn(plan, columns[place], place);
    for (Part* part : {&plan.step, &plan.venue, &plan.asset, &plan.chain})
        for (const std::string& field : part->fields)
            part->select += (part->select.empty() ? "" : ", ") + field;
    return m_plans.emplace(key, std::move(plan)).first->second;
}

TableScan& ColumnRows::scanOf(const std::string& fields, const char* table)
{
    const std::string key = table + (": " + fields);
    auto known = m_scans.find(key);
    if (known == m_scans.end())
        known = m_scans.emplace(key, TableScan(m_database, fields, table)).first;
    return known->second;
}

void ColumnRows::take(const ScannedRow& row, const std::vector<Cell>& cells, const Range& range, std::size_t step)
{
    for (const Cell& cell : cells) {
        double& into = *range.at(cell.place, step);
        if (cell.reasons < 0 || !row.isNull(cell.field)) {
            into = positiveZero(row.real(cell.field));
            continue;
        }
        const std::uint64_t reason = (row.as<std::uint64_t>(cell.reasons) >> cell.shift) & 15U;
        if (reason >= enumCount<EmptyReason>())
            throw BadValue("unknown reason of an empty figure");
        into = absent(static_cast<EmptyReason>(reason));
    }
}

void ColumnRows::read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
                      const StepHeads* heads)
{
    const Plan& plan = planOf(columns);
    const Range range{first, last, into};
    readSteps(plan, range, heads);
    readVenues(plan, range);
    readAssets(plan, range);
    readChain(plan, range);
    readConditions(plan, range);
}

void ColumnRows::readSteps(const Plan& plan, const Range& range, const StepHeads* heads)
{
    if (!plan.step.wanted() && heads == nullptr)
        return;
    std::size_t step = range.first;
    scanOf(plan.step.select, "step").each(m_run, range.first, range.last, [&](const ScannedRow& row) {
        if (row.as<std::size_t>(0) != step)
            missing(step);
        if (heads != nullptr) {
            heads->times[step - range.first] = toMs(timeOfMs(row.integer(1)));
            heads->bars[step - range.first] = row.integer(2) != 0 ? 1 : 0;
        }
        take(row, plan.step.cells.front(), range, step++);
    });
    if (step != range.last)
        missing(step);
}

void ColumnRows::readVenues(const Plan& plan, const Range& range)
{
    if (!plan.venue.wanted())
        return;
    std::size_t seen = 0; // no step has a venue twice, so it is complete with as many rows as there are exchanges
    scanOf(plan.venue.select, "step_venue").each(m_run, range.first, range.last, [&](const ScannedRow& row) {
        const std::size_t step = range.first + seen++ / kExchangeCount;
        if (row.as<std::size_t>(0) != step)
            notComplete(step);
        const auto exchange = static_cast<std::size_t>(row.enumeration<Venue>(1)) - 1;
        if (exchange >= kExchangeCount)
            throw BadValue("a venue that is no exchange");
        take(row, plan.venue.cells[exchange], range, step);
    });
    if (seen != (range.last - range.first) * kExchangeCount)
        notComplete(range.first + seen / kExchangeCount);
}

void ColumnRows::readAssets(const Plan& plan, const Range& range)
{
    if (!plan.asset.wanted())
        return;
    std::size_t seen = 0;
    scanOf(plan.asset.select, "step_asset").each(m_run, range.first, range.last, [&](const ScannedRow& row) {
        const std::size_t step = range.first + seen++ / m_assets.size();
        if (row.as<std::size_t>(0) != step)
            notComplete(step);
        const auto place = std::find(m_assets.begin(), m_assets.end(), row.enumeration<Asset>(1));
        if (place == m_assets.end())
            throw BadValue("an asset that the run does not have");
        take(row, plan.asset.cells[static_cast<std::size_t>(place - m_assets.begin())], range, step);
    });
    if (seen != (range.last - range.first) * m_assets.size())
        notComplete(range.first + seen / m_assets.size());
}

void ColumnRows::readChain(const Plan& plan, const Range& range)
{
    if (!plan.chain.wanted())
        return;
    std::size_t step = range.first;
    scanOf(plan.chain.select, "step_chain").each(m_run, range.first, range.last, [&](const ScannedRow& row) {
        if (row.as<std::size_t>(0) != step)
            notComplete(step);
        take(row, plan.chain.cells.front(), range, step++);
    });
    if (step != range.last)
        notComplete(step);
}

//! Steps without a decision have none.
void ColumnRows::readConditions(const Plan& plan, const Range& range)
{
    if (plan.conditions.empty())
        return;
    for (const Conditions& wanted : plan.conditions)
        std::fill_n(range.at(wanted.place, range.first), range.last - range.first, absent(EmptyReason::NotApplicable));
    scanOf("step, conditions", "decision").each(m_run, range.first, range.last, [&](const ScannedRow& row) {
        const auto bytes = row.blob(1);
        if (bytes.size() != m_layout.conditions * sizeof(double))
            throw BadValue("a decision has not as many conditions as its run");
        for (const Conditions& wanted : plan.conditions) {
            double value = 0;
            std::memcpy(&value, bytes.data() + wanted.condition * sizeof(double), sizeof(double));
            *range.at(wanted.place, row.as<std::size_t>(0)) = positiveZero(value);
        }
    });
}

} // namespace carry
