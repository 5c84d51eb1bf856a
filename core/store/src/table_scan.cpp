// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_scan.h"

#include <exception>

namespace carry
{
namespace
{

constexpr const char* kFunction = "carrydesk_take";
constexpr const char* kPointer = "carrydesk.scan";

//! Who takes the rows, and what went wrong there: exceptions do not pass through SQLite.
struct Scan {
    const TableScan::Take& take;
    std::exception_ptr failed = nullptr;
};

//! Arguments: the scan, then the fields.
void takeRow(sqlite3_context* context, int, sqlite3_value** values)
{
    auto* scan = static_cast<Scan*>(sqlite3_value_pointer(values[0], kPointer));
    if (scan == nullptr || scan->failed)
        return;
    try {
        scan->take(ScannedRow(values + 1));
    } catch (...) {
        scan->failed = std::current_exception();
        sqlite3_result_error_code(context, SQLITE_ABORT);
    }
}

void endOfRows(sqlite3_context*) {}

} // namespace

std::string_view ScannedRow::text(int field) const
{
    // The text first: asking for it may convert the value, and only then is its length known.
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(m_values[field]));
    const int size = sqlite3_value_bytes(m_values[field]);
    return text != nullptr ? std::string_view(text, static_cast<std::size_t>(size)) : std::string_view();
}

std::span<const std::byte> ScannedRow::blob(int field) const
{
    const auto* bytes = static_cast<const std::byte*>(sqlite3_value_blob(m_values[field]));
    const int size = sqlite3_value_bytes(m_values[field]);
    return {bytes, static_cast<std::size_t>(bytes != nullptr ? size : 0)};
}

Decimal ScannedRow::decimal(int field) const
{
    if (isNull(field))
        return {};
    const auto value = Decimal::parse(text(field));
    if (!value)
        throw BadValue("'" + std::string(text(field)) + "' is not an amount");
    return *value;
}

TableScan::TableScan(SQLite::Database& database, const std::string& fields, const std::string& table)
{
    sqlite3* const db = database.getHandle();
    int code = sqlite3_create_function_v2(db, kFunction, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, nullptr, takeRow,
                                          endOfRows, nullptr);
    std::string text = "SELECT ";
    text.append(kFunction).append("(?4, ").append(fields).append(") FROM ").append(table);
    text.append(" WHERE run = ?1 AND step >= ?2 AND step < ?3");
    sqlite3_stmt* statement = nullptr;
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db, text.c_str(), static_cast<int>(text.size()), &statement, nullptr);
    m_statement.reset(statement);
    if (code != SQLITE_OK)
        throw SQLite::Exception(db, code);
}

void TableScan::each(std::int64_t run, std::size_t first, std::size_t last, const Take& take)
{
    Scan scan{take};
    sqlite3_stmt* const statement = m_statement.get();
    sqlite3_bind_int64(statement, 1, run);
    sqlite3_bind_int64(statement, 2, static_cast<sqlite3_int64>(first));
    sqlite3_bind_int64(statement, 3, static_cast<sqlite3_int64>(last));
    sqlite3_bind_pointer(statement, 4, &scan, kPointer, nullptr);
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_bind_null(statement, 4);
    if (scan.failed)
        std::rethrow_exception(scan.failed);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        throw SQLite::Exception(sqlite3_db_handle(statement), code);
}

} // namespace carry
