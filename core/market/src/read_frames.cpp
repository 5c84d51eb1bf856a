// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats.h"
#include "frame_layouts.h"
#include "symbols.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

//! Reads one file along its layout.
class FrameReader
{
  public:
    FrameReader(const Document& document, const FrameLayout& layout, CsvTable& table, std::string id)
        : m_document(document), m_layout(layout), m_table(table), m_constants(table, layout.constants),
          m_rows(document, std::move(id), layout.columns.size()), m_missing(layout.columns.size()),
          m_cells(layout.columns.size())
    {
    }

    Result<void> findColumns();
    Result<void> readRows();
    RowCollector& rows() { return m_rows; }
    std::vector<std::string> names() const;

  private:
    Result<ParsedTime> stampOfRow();
    Result<double> cell(std::size_t index);
    Result<void> readRow();
    void reportAll();

    const Document& m_document;
    const FrameLayout& m_layout;
    CsvTable& m_table;
    ConstantColumns m_constants;
    RowCollector m_rows;
    std::size_t m_time = 0;
    std::optional<std::size_t> m_otherTime;
    std::vector<std::size_t> m_columns;
    std::vector<Tally> m_missing;
    std::vector<double> m_cells;
    Tally m_malformed, m_interpolated;
};

Result<void> FrameReader::findColumns()
{
    auto time = m_table.require(m_layout.time);
    if (!time)
        return fail(std::move(time.error()));
    m_time = *time;
    m_otherTime = m_table.find(m_layout.otherTime);
    for (const FrameColumn& column : m_layout.columns) {
        if (column.cell == FrameCell::AprOfApy) {
            m_columns.push_back(0); // not read
            continue;
        }
        auto found = m_table.require(column.header);
        if (!found)
            return fail(std::move(found.error()));
        m_columns.push_back(*found);
    }
    return {};
}

std::vector<std::string> FrameReader::names() const
{
    std::vector<std::string> names;
    for (const FrameColumn& column : m_layout.columns)
        names.emplace_back(column.name.empty() ? column.header : column.name);
    return names;
}

//! The row's time; a second stamp column must agree with it (one may be a date without time).
Result<ParsedTime> FrameReader::stampOfRow()
{
    auto stamp = m_table.stamp(m_time, StampUnit::Any);
    if (!stamp || !m_otherTime)
        return stamp;
    auto other = m_table.stamp(*m_otherTime, StampUnit::Any);
    if (!other)
        return other;
    if (other->time != stamp->time && other->time != std::chrono::floor<std::chrono::days>(stamp->time))
        return fail(m_table.errorAt(ErrorCode::DataTimestamp, *m_otherTime));
    stamp->malformed |= other->malformed;
    return stamp;
}

Result<double> FrameReader::cell(std::size_t index)
{
    const FrameColumn& column = m_layout.columns[index];
    if (column.cell == FrameCell::AprOfApy)
        return 365 * (std::pow(1 + m_cells[index - 1], 1.0 / 365) - 1);
    const std::size_t at = m_columns[index];
    if (column.cell == FrameCell::Price)
        return m_table.price(at);
    if (column.cell == FrameCell::MayBeEmpty && m_table.text(at).empty()) {
        m_missing[index].note(m_table.line());
        return kMissing;
    }
    auto value = m_table.number(at);
    if (!value)
        return value;
    if (column.cell == FrameCell::ZeroIsMissing && *value == 0) {
        m_missing[index].note(m_table.line());
        return kMissing;
    }
    return *value * column.scale;
}

Result<void> FrameReader::readRow()
{
    auto stamp = stampOfRow();
    if (!stamp)
        return fail(std::move(stamp.error()));
    if (auto same = m_constants.check(m_table); !same)
        return same;
    if (stamp->malformed)
        m_malformed.note(m_table.line());
    if (m_layout.midnightOnly && stamp->time != std::chrono::floor<std::chrono::days>(stamp->time)) {
        m_interpolated.note(m_table.line());
        return {};
    }
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        auto value = cell(i);
        if (!value)
            return fail(std::move(value.error()));
        m_cells[i] = *value;
    }
    return m_rows.add(stamp->time, m_cells, m_table, m_time);
}

Result<void> FrameReader::readRows()
{
    for (Result<bool> more = true; *more;) {
        if (auto row = readRow(); !row)
            return row;
        more = m_table.next();
        if (!more)
            return fail(std::move(more.error()));
    }
    if (m_rows.pool().size() == 0)
        return fail(Error(ErrorCode::DataEmpty).with("file", m_document.name));
    reportAll();
    return {};
}

void FrameReader::reportAll()
{
    const auto columnNames = names();
    m_rows.report(m_malformed, FindingKind::MalformedStamp, QualityRule::RepairStamp);
    m_rows.report(m_interpolated, FindingKind::Interpolated, QualityRule::UseMidnightRows);
    for (std::size_t i = 0; i < m_missing.size(); ++i)
        m_rows.report(m_missing[i], FindingKind::MissingValue, QualityRule::None, columnNames[i]);
}

Result<CsvTable> openAtFirstRow(const Document& document)
{
    auto table = CsvTable::open(document);
    if (!table)
        return table;
    if (auto row = table->first(); !row)
        return fail(std::move(row.error()));
    return table;
}

} // namespace

Result<std::vector<Claim>> claimFrame(const Document& document, const Format& format)
{
    auto table = openAtFirstRow(document);
    if (!table)
        return fail(std::move(table.error()));
    std::string id = format.layout->id(document, *table);
    if (id.empty())
        return std::vector<Claim>{};
    return oneClaim(std::move(id), format.layout->rank, format.layout->losesBy);
}

Result<void> readFrame(const Document& document, const Format& format, Harvest& harvest)
{
    auto table = openAtFirstRow(document);
    if (!table)
        return fail(std::move(table.error()));
    const std::string id = format.layout->id(document, *table);
    FrameReader reader(document, *format.layout, *table, id);
    if (auto found = reader.findColumns(); !found)
        return found;
    if (auto read = reader.readRows(); !read)
        return read;
    harvest.columns[id] = reader.names();
    harvest.take(id, reader.rows());
    return {};
}

} // namespace carry
