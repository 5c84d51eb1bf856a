// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/math256.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace carry::aave::vectors
{

using Json = nlohmann::json;

std::string text(U128 x);
std::string text(const Wide& x);
std::string text(const exact::U256& x);
std::string text(const exact::Answer& x); //!< "null" for a call that reverts
//! A number, decimal string, boolean, name or null as it is written.
std::string text(const Json& x);
std::string text(const std::string& x);
std::string text(bool x);

//! Counts comparisons and tells the first differences: file, step, field, expected, found.
class Checks
{
  public:
    void enterFile(std::string name);
    void leaveFile(); //!< a file without any check is a mismatch
    void enter(std::string place) { m_place = std::move(place); }
    const std::string& place() const { return m_place; }

    void equal(const std::string& field, const std::string& expected, const std::string& found);
    template <class Expected, class Found>
    void equal(const std::string& field, const Expected& expected, const Found& found)
    {
        equal(field, text(expected), text(found));
    }
    //! Something that cannot be compared at all.
    void mismatch(const std::string& field, const std::string& expected, const std::string& found);
    //! Every key of `object` must be known: what is not looked at must not pass as checked.
    void onlyKeys(const std::string& field, const Json& object, const std::set<std::string>& known);

    long count() const { return m_count; }
    long mismatches() const { return m_mismatches; }

  private:
    std::string m_file, m_place;
    long m_count = 0, m_mismatches = 0, m_countAtFile = 0;
};

} // namespace carry::aave::vectors
