// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "csv_table.h"
#include "market/market_data.h"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carry
{

//! A market series, or a frame by its id.
using SeriesId = std::variant<SeriesKey, std::string>;
std::string describe(const SeriesId& id);

//! Where rows come from.
struct RowOrigin {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
};

//! Rows as read: a time and `width` figures each. Candles have 4 (open, high, low, close), funding 2 (rate, hours).
struct RowPool {
    explicit RowPool(std::size_t figuresPerRow) : width(figuresPerRow) {}

    std::size_t width;
    std::vector<Time> time;
    std::vector<double> figures; //!< width per row
    std::vector<RowOrigin> origin;

    std::size_t size() const { return time.size(); }
    std::span<const double> row(std::size_t i) const { return std::span(figures).subspan(i * width, width); }
    void append(Time t, std::span<const double> values, RowOrigin from);
};

//! Equal figures; missing ones (NaN) are equal to each other.
bool sameFigures(std::span<const double> a, std::span<const double> b);

//! One series made of the pools (none of them empty) of several files: in time order, repeated rows collapsed.
//! `repeated` counts those by file. DataConflict where two files disagree about a time.
Result<RowPool> joinPools(std::vector<RowPool> pools, std::span<const SourceFile> files,
                          std::map<std::uint32_t, std::uint64_t>& repeated);

//! Events of one sort inside a file, told in one finding.
struct Tally {
    std::uint64_t count = 0;
    std::uint32_t firstLine = 0;
    void note(std::uint32_t line)
    {
        if (count++ == 0)
            firstLine = line;
    }
};

//! Collects the rows of one series of one file. They must come in time order, save for exact repetitions.
class RowCollector
{
  public:
    RowCollector(const Document& document, std::string series, std::size_t width);

    //! Adds the table's current row. `label` is the stamp as the file has it. DataUnsorted, DataConflict.
    Result<void> add(Time time, std::span<const double> values, const CsvTable& table, std::size_t stampColumn);

    const std::string& series() const { return m_series; }
    RowPool& pool() { return m_pool; }
    std::vector<Finding>& findings() { return m_findings; }
    //! One finding for a tally that is not empty.
    void report(const Tally& tally, FindingKind kind, QualityRule rule, std::string detail = {});

  private:
    Result<void> addRepeated(Time time, std::span<const double> values, const CsvTable& table, std::size_t stampColumn);
    const Document* m_document;
    std::string m_series;
    RowPool m_pool;
    std::vector<std::size_t> m_fingerprints;
    std::vector<Finding> m_findings;
};

} // namespace carry
