// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks.h"

#include <algorithm>
#include <cstdio>

namespace carry::aave::vectors
{

std::string text(U128 x)
{
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(x % 10)));
        x /= 10;
    } while (x != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string text(const Wide& x)
{
    return text(exact::toU256(x));
}

std::string text(const exact::U256& x)
{
    return x.str();
}

std::string text(const exact::Answer& x)
{
    return x ? text(*x) : "null";
}

std::string text(const Json& x)
{
    if (!x.is_string())
        return x.dump();
    return x == "max" ? text(kWideMax) : x.get<std::string>();
}

std::string text(const std::string& x)
{
    return x;
}

std::string text(bool x)
{
    return x ? "true" : "false";
}

void Checks::enterFile(std::string name)
{
    m_file = std::move(name);
    m_place.clear();
    m_countAtFile = m_count;
}

void Checks::leaveFile()
{
    m_place.clear();
    if (m_count == m_countAtFile)
        mismatch("file", "checks", "none");
}

void Checks::equal(const std::string& field, const std::string& expected, const std::string& found)
{
    ++m_count;
    if (expected == found)
        return;
    --m_count; // mismatch() counts it
    mismatch(field, expected, found);
}

void Checks::mismatch(const std::string& field, const std::string& expected, const std::string& found)
{
    constexpr long kShown = 40;
    ++m_count;
    if (++m_mismatches <= kShown)
        std::printf("%s: %s: %s: expected %s, found %s\n", m_file.c_str(), m_place.c_str(), field.c_str(),
                    expected.c_str(), found.c_str());
}

void Checks::onlyKeys(const std::string& field, const Json& object, const std::set<std::string>& known)
{
    for (const auto& [key, value] : object.items())
        if (!known.contains(key))
            mismatch(field.empty() ? key : field + "." + key, "a known field", "an unknown one");
}

} // namespace carry::aave::vectors
