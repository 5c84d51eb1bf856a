// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace carry::ui
{

//! Smallest and largest of some values; those that are absent (NaN) do not count.
struct MinMax {
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    bool empty() const { return !(min <= max); }
    void add(double value) // every comparison with NaN is false
    {
        if (value < min)
            min = value;
        if (value > max)
            max = value;
    }
    void add(const MinMax& other)
    {
        min = other.min < min ? other.min : min;
        max = other.max > max ? other.max : max;
    }
};

//! Smallest and largest value of any range of an append-only series without looking at each: extremes of blocks of 16
//! steps, of 16 such blocks, and so on. It keeps no values itself.
class MinMaxPyramid
{
  public:
    static constexpr std::size_t kFan = 16;

    std::size_t size() const { return m_size; } //!< values appended
    void append(std::span<const double> values);
    //! Of steps [first, last); `at(step)` gives single values at both ends. last <= size().
    template <class At> MinMax query(std::size_t first, std::size_t last, const At& at) const;

  private:
    void close(std::size_t level);

    std::size_t m_size = 0;
    std::vector<std::vector<MinMax>> m_blocks; //!< by level; only whole ones
    std::vector<MinMax> m_open;                //!< by level: the one that is not whole yet
};

inline void MinMaxPyramid::append(std::span<const double> values)
{
    if (m_open.empty() && !values.empty())
        m_open.resize(1);
    for (const double value : values) {
        m_open[0].add(value);
        if (++m_size % kFan == 0)
            close(0);
    }
}

inline void MinMaxPyramid::close(std::size_t level)
{
    if (level == m_blocks.size()) {
        m_blocks.emplace_back();
        m_open.emplace_back();
    }
    const MinMax whole = m_open[level];
    m_open[level] = {};
    m_blocks[level].push_back(whole);
    m_open[level + 1].add(whole);
    if (m_blocks[level].size() % kFan == 0)
        close(level + 1);
}

template <class At> MinMax MinMaxPyramid::query(std::size_t first, std::size_t last, const At& at) const
{
    MinMax result;
    while (first < last && first % kFan != 0)
        result.add(at(first++));
    while (first < last && last % kFan != 0)
        result.add(at(--last));
    for (std::size_t level = 0; first < last; ++level) {
        first /= kFan;
        last /= kFan;
        const auto& blocks = m_blocks[level];
        const bool top = level + 1 == m_blocks.size();
        while (first < last && (top || first % kFan != 0))
            result.add(blocks[first++]);
        while (first < last && last % kFan != 0)
            result.add(blocks[--last]);
    }
    return result;
}

} // namespace carry::ui
