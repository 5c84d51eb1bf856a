// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

namespace carry
{

//! Append-only list in fixed chunks that never move. One writer; readers may look at every element below a length that
//! the writer has published (RunRecord::committed()), without locks.
template <class T, std::size_t kChunk = 4096> class AppendLog
{
  public:
    AppendLog() : m_chunks(std::make_unique<std::unique_ptr<T[]>[]>(kDirectory)) {}

    std::size_t size() const { return m_size; } //!< the writer's own view
    T& push(T value)
    {
        const std::size_t chunk = m_size / kChunk;
        if (chunk == kDirectory)
            throw std::length_error("record is full");
        if (m_chunks[chunk] == nullptr)
            m_chunks[chunk] = std::make_unique<T[]>(kChunk);
        T& slot = m_chunks[chunk][m_size % kChunk];
        slot = std::move(value);
        ++m_size;
        return slot;
    }
    const T& operator[](std::size_t i) const { return m_chunks[i / kChunk][i % kChunk]; }

  private:
    static constexpr std::size_t kDirectory = 16384; // 67 million entries
    std::unique_ptr<std::unique_ptr<T[]>[]> m_chunks;
    std::size_t m_size = 0;
};

//! Room for `count` doubles, not set, in large pages where the system has them: a long run touches each page once, and
//! with small pages that costs more than the run's arithmetic. Throws std::bad_alloc.
struct FreeDoubles {
    void operator()(double* p) const noexcept { std::free(p); }
};
using DoubleBlock = std::unique_ptr<double[], FreeDoubles>;
DoubleBlock allocateDoubles(std::size_t count);

//! Rows of doubles stored by column in fixed chunks that never move.
class ColumnTable
{
  public:
    static constexpr std::size_t kChunk = 4096;
    explicit ColumnTable(std::size_t columns)
        : m_columns(columns), m_blocks(std::make_unique<DoubleBlock[]>(kDirectory / kChunksPerBlock)),
          m_chunks(std::make_unique<double*[]>(kDirectory))
    {
    }

    std::size_t columns() const { return m_columns; }
    std::size_t rows() const { return m_rows; } //!< the writer's own view
    void push(const double* row)
    {
        const std::size_t chunk = m_rows / kChunk;
        if (chunk == kDirectory)
            throw std::length_error("record is full");
        if (m_chunks[chunk] == nullptr)
            addChunk(chunk);
        double* base = m_chunks[chunk] + m_rows % kChunk;
        for (std::size_t c = 0; c < m_columns; ++c)
            base[c * kStride] = row[c] == 0 ? 0.0 : row[c]; // a negative zero is a zero, as in databases
        ++m_rows;
    }
    double at(std::size_t row, std::size_t column) const
    {
        return m_chunks[row / kChunk][column * kStride + row % kChunk];
    }
    //! The values of a column inside one chunk: rows [chunk * kChunk, ...).
    const double* chunk(std::size_t chunk, std::size_t column) const { return m_chunks[chunk] + column * kStride; }

  private:
    static constexpr std::size_t kDirectory = 16384;
    static constexpr std::size_t kChunksPerBlock = 8;
    // A cache line more than the rows: columns a power of two apart would fight for one set of the cache.
    static constexpr std::size_t kStride = kChunk + 8;
    void addChunk(std::size_t chunk)
    {
        DoubleBlock& block = m_blocks[chunk / kChunksPerBlock];
        if (block == nullptr)
            block = allocateDoubles(m_columns * kStride * kChunksPerBlock);
        m_chunks[chunk] = block.get() + chunk % kChunksPerBlock * m_columns * kStride;
    }

    std::size_t m_columns;
    std::unique_ptr<DoubleBlock[]> m_blocks;
    std::unique_ptr<double*[]> m_chunks; // into the blocks
    std::size_t m_rows = 0;
};

} // namespace carry
