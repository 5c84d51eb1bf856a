// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>

namespace carry::aave
{

//! A short list without heap. Entries beyond `size` keep no meaning and do not count in comparisons.
template <class T, std::size_t Capacity> class FixedList
{
  public:
    //! Whether there was room.
    [[nodiscard]] bool push(const T& value)
    {
        if (m_size == Capacity)
            return false;
        m_items[m_size++] = value;
        return true;
    }
    //! Takes the i-th entry out; the last one takes its place.
    void erase(std::size_t i)
    {
        m_items[i] = m_items[--m_size];
        m_items[m_size] = T{};
    }
    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    static constexpr std::size_t capacity() { return Capacity; }
    const T& operator[](std::size_t i) const { return m_items[i]; }
    T& operator[](std::size_t i) { return m_items[i]; }
    const T* begin() const { return m_items.data(); }
    const T* end() const { return m_items.data() + m_size; }
    T* begin() { return m_items.data(); }
    T* end() { return m_items.data() + m_size; }
    friend bool operator==(const FixedList& a, const FixedList& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    std::array<T, Capacity> m_items{};
    std::size_t m_size = 0;
};

} // namespace carry::aave
