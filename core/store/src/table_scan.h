// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "sql.h"

#include <functional>
#include <memory>
#include <sqlite3.h>

namespace carry
{

//! One row of a scan, for as long as it is looked at.
class ScannedRow
{
  public:
    explicit ScannedRow(sqlite3_value** values) : m_values(values) {}

    std::int64_t integer(int field) const { return sqlite3_value_int64(m_values[field]); }
    template <class T> T as(int field) const { return static_cast<T>(integer(field)); }
    double real(int field) const { return sqlite3_value_double(m_values[field]); }
    bool isNull(int field) const { return sqlite3_value_type(m_values[field]) == SQLITE_NULL; }
    std::string_view text(int field) const;
    std::span<const std::byte> blob(int field) const;
    Decimal decimal(int field) const; //!< 0 for NULL; BadValue where it is not a number
    template <class E> E enumeration(int field) const
    {
        const std::int64_t value = integer(field);
        if (value < 0 || static_cast<std::size_t>(value) >= enumCount<E>())
            throw BadValue("unknown value " + std::to_string(value) + " of " + std::to_string(enumCount<E>()));
        return static_cast<E>(value);
    }

  private:
    sqlite3_value** m_values;
};

//! Reads fields of a table that has rows for every step. The rows go to an aggregate function of ours instead of out of
//! a statement: with that a million of them cost less than two thirds.
class TableScan
{
  public:
    using Take = std::function<void(const ScannedRow&)>;
    //! `fields` are separated by commas.
    TableScan(SQLite::Database& database, const std::string& fields, const std::string& table);

    //! The rows of steps [first, last) in the order of the table's key, which is that of its index: whoever takes them
    //! sees by their steps that they are. SQLite::Exception, and what `take` throws.
    void each(std::int64_t run, std::size_t first, std::size_t last, const Take& take);

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

} // namespace carry
