// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/error.h"
#include "base/time.h"
#include "enum_words.h"
#include "portfolio/metrics.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace carry
{

//! What SQLite said, as an error of ours; `otherwise` where it does not say more.
Error toError(const SQLite::Exception& exception, const std::string& file, ErrorCode otherwise);

//! Raised inside the store where stored values make no sense; leaves it as StoreCorrupt.
class BadValue : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

//! Does work on a database; exceptions end here.
template <class Work> std::invoke_result_t<Work> guarded(const std::string& file, ErrorCode otherwise, Work&& work)
{
    try {
        return work();
    } catch (const SQLite::Exception& e) {
        return fail(toError(e, file, otherwise));
    } catch (const BadValue& e) {
        return fail(Error(ErrorCode::StoreCorrupt).with("file", file).with("found", e.what()));
    } catch (const std::exception& e) {
        return fail(Error(otherwise).with("file", file).with("found", e.what()));
    }
}

//! BadValue where it is none of the calendar.
Time timeOfMs(std::int64_t ms);

//! "INSERT INTO table (columns) VALUES (?, ?, ...)"; columns are separated by commas.
std::string insertText(std::string_view table, std::string_view columns);

//! Binds the values of one row in the order of the statement's parameters, then inserts it.
class Binder
{
  public:
    explicit Binder(SQLite::Statement& statement) : m_statement(statement) {}

    template <class... Ts> Binder& add(const Ts&... values)
    {
        (one(values), ...);
        return *this;
    }
    Binder& blob(std::span<const std::byte> bytes);
    void insert();

  private:
    template <class T>
        requires std::is_integral_v<T> || std::is_enum_v<T>
    void one(T value)
    {
        m_statement.bind(++m_index, static_cast<std::int64_t>(value));
    }
    void one(double value) { m_statement.bind(++m_index, value); } // NaN becomes NULL
    void one(Decimal value);
    void one(std::string_view value) { m_statement.bind(++m_index, std::string(value)); }
    void one(const std::string& value) { m_statement.bind(++m_index, value); }
    void one(Time value) { one(toMs(value)); }
    void one(const Figure& figure) { one(figure.value); }
    template <class T> void one(const std::optional<T>& value)
    {
        if (value)
            one(*value);
        else
            m_statement.bind(++m_index);
    }

    SQLite::Statement& m_statement;
    int m_index = 0;
};

//! Reads the columns of a row one after the other.
class Fields
{
  public:
    explicit Fields(const SQLite::Statement& statement) : m_statement(statement) {}

    std::int64_t integer() { return next().getInt64(); }
    template <class T> T as() { return static_cast<T>(integer()); }
    double real() { return next().getDouble(); }
    std::string text() { return next().getString(); }
    Time time() { return timeOfMs(integer()); }
    std::optional<double> optionalReal();
    std::optional<Time> optionalTime();
    //! A code ("CHAIN-003") and a JSON object of what its sentence needs; nothing for NULL. BadValue of a code that is
    //! none.
    std::optional<Error> error();
    Decimal decimal(); //!< 0 for NULL; BadValue where it is not a number
    template <class E> E enumeration()
    {
        const std::int64_t value = integer();
        if (value < 0 || static_cast<std::size_t>(value) >= enumCount<E>())
            throw BadValue("unknown value " + std::to_string(value) + " in column " +
                           m_statement.getColumnName(m_index - 1));
        return static_cast<E>(value);
    }
    template <class E> std::optional<E> optionalEnumeration()
    {
        if (!m_statement.isColumnNull(m_index))
            return enumeration<E>();
        ++m_index;
        return std::nullopt;
    }
    SQLite::Column next() { return m_statement.getColumn(m_index++); }

  private:
    const SQLite::Statement& m_statement;
    int m_index = 0;
};

} // namespace carry
