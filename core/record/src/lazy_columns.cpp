// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/lazy_columns.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace carry
{
namespace
{

bool isConstant(std::span<const double> values)
{
    const auto bits = std::bit_cast<std::uint64_t>(values.front());
    return std::all_of(values.begin(), values.end(), [&](double v) { return std::bit_cast<std::uint64_t>(v) == bits; });
}

} // namespace

LazyColumns::LazyColumns(std::size_t columns, std::size_t rows, std::unique_ptr<ColumnSource> source)
    : m_columns(columns), m_rows(rows), m_source(std::move(source)),
      m_held(std::make_unique<std::atomic<const double*>[]>(columns * chunks()))
{
}

bool LazyColumns::holds(std::size_t column) const
{
    for (std::size_t chunk = 0; chunk < chunks(); ++chunk)
        if (held(chunk, column) == nullptr)
            return false;
    return true;
}

std::vector<std::size_t> LazyColumns::missing(std::size_t chunk, std::span<const std::size_t> columns) const
{
    std::vector<std::size_t> list;
    std::copy_if(columns.begin(), columns.end(), std::back_inserter(list),
                 [&](std::size_t column) { return held(chunk, column) == nullptr; });
    return list;
}

Result<void> LazyColumns::fetch(std::size_t chunk, std::span<const std::size_t> columns, const StepHeads* heads)
{
    const std::vector<std::size_t> wanted = missing(chunk, columns);
    if (wanted.empty() && heads == nullptr)
        return {};
    const std::size_t first = chunk * kChunk;
    const auto values = std::make_unique_for_overwrite<double[]>(std::max<std::size_t>(wanted.size(), 1) * kChunk);
    if (auto read = m_source->read(first, first + rowsIn(chunk), wanted, values.get(), heads); !read)
        return read;
    keep(chunk, wanted, values.get());
    return {};
}

//! One block for all that change inside the chunk: large ones go back to the system when the record does.
void LazyColumns::keep(std::size_t chunk, std::span<const std::size_t> columns, const double* values)
{
    const std::size_t rows = rowsIn(chunk);
    const auto of = [&](std::size_t i) { return std::span(values + i * rows, rows); };
    std::vector<bool> still(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        still[i] = isConstant(of(i));
    const auto moving = static_cast<std::size_t>(std::count(still.begin(), still.end(), false));
    auto block = std::make_unique_for_overwrite<double[]>(std::max<std::size_t>(moving * rows, 1));
    double* next = block.get();
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::atomic<const double*>& place = m_held[chunk * m_columns + columns[i]];
        if (place.load(std::memory_order_relaxed) != nullptr)
            continue; // somebody else was faster
        if (still[i]) {
            place.store(constant(of(i).front()), std::memory_order_release);
            continue;
        }
        std::copy_n(of(i).begin(), rows, next);
        place.store(next, std::memory_order_release);
        next += rows;
    }
    if (next != block.get())
        m_values.push_back(std::move(block));
}

const double* LazyColumns::constant(double value)
{
    Values& values = m_constants[std::bit_cast<std::uint64_t>(value)];
    if (values == nullptr) {
        values = std::make_unique_for_overwrite<double[]>(kChunk);
        std::fill_n(values.get(), kChunk, value);
    }
    return values.get();
}

Result<std::vector<const double*>> LazyColumns::look(std::size_t chunk, std::vector<double>& room) const
{
    std::vector<std::size_t> all(m_columns);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::vector<std::size_t> wanted = missing(chunk, all);
    const std::size_t first = chunk * kChunk;
    const std::size_t rows = rowsIn(chunk);
    room.resize(wanted.size() * rows);
    if (!wanted.empty())
        if (auto read = m_source->read(first, first + rows, wanted, room.data()); !read)
            return fail(read.error());
    std::vector<const double*> values(m_columns);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        values[wanted[i]] = room.data() + i * rows;
    for (std::size_t c = 0; c < m_columns; ++c)
        if (values[c] == nullptr)
            values[c] = held(chunk, c);
    return values;
}

} // namespace carry
