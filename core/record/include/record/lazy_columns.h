// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/append_log.h"
#include "record/column_source.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace carry
{

//! The columns of a record that is complete and kept elsewhere: what was fetched is held, other values are looked up
//! one by one. A chunk of a column in which nothing changes shares its values with all that are like it. Any thread
//! may call anything; readers take no lock for what is held.
class LazyColumns
{
  public:
    static constexpr std::size_t kChunk = ColumnTable::kChunk;
    LazyColumns(std::size_t columns, std::size_t rows, std::unique_ptr<ColumnSource> source);

    std::size_t rows() const { return m_rows; }
    std::size_t chunks() const { return (m_rows + kChunk - 1) / kChunk; }
    double at(std::size_t row, std::size_t column) const
    {
        const double* values = held(row / kChunk, column);
        return values != nullptr ? values[row % kChunk] : m_source->value(row, column);
    }
    //! The values of a column inside one chunk, nullptr if they are not held.
    const double* held(std::size_t chunk, std::size_t column) const
    {
        return m_held[chunk * m_columns + column].load(std::memory_order_acquire);
    }
    //! All rows of a column are held.
    bool holds(std::size_t column) const;

    //! Holds a chunk of some columns from now on. Errors of ColumnSource::read().
    Result<void> fetch(std::size_t chunk, std::span<const std::size_t> columns, const StepHeads* heads = nullptr);
    //! The values of all columns inside one chunk without holding more of them: by column, in `room` where they are not
    //! held. Errors of ColumnSource::read().
    Result<std::vector<const double*>> look(std::size_t chunk, std::vector<double>& room) const;
    std::optional<Error> fault() const { return m_source->fault(); }

  private:
    using Values = std::unique_ptr<double[]>;
    std::size_t rowsIn(std::size_t chunk) const { return std::min(kChunk, m_rows - chunk * kChunk); }
    std::vector<std::size_t> missing(std::size_t chunk, std::span<const std::size_t> columns) const;
    void keep(std::size_t chunk, std::span<const std::size_t> columns, const double* values);
    const double* constant(double value);

    std::size_t m_columns, m_rows;
    std::unique_ptr<ColumnSource> m_source;
    std::unique_ptr<std::atomic<const double*>[]> m_held; //!< by chunk, then column; never taken back
    std::mutex m_mutex;                                   // of those who fetch
    std::vector<Values> m_values;                         //!< guarded by m_mutex
    std::map<std::uint64_t, Values> m_constants;          //!< by the bits of the value; guarded by m_mutex
};

} // namespace carry
