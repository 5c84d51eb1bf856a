// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

namespace carry
{

Error toError(const SQLite::Exception& exception, const std::string& file, ErrorCode otherwise)
{
    ErrorCode code = otherwise;
    switch (exception.getErrorCode() & 0xff) { // the primary code
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        code = ErrorCode::StoreCorrupt;
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        code = ErrorCode::StoreOpen;
        break;
    default:
        break;
    }
    return Error(code).with("file", file).with("found", exception.what());
}

std::string insertText(std::string_view table, std::string_view columns)
{
    std::string text = "INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES (?";
    for (auto n = std::count(columns.begin(), columns.end(), ','); n > 0; --n)
        text += ", ?";
    return text + ")";
}

Binder& Binder::blob(std::span<const std::byte> bytes)
{
    // An empty span may have no address, and that would bind NULL.
    m_statement.bind(++m_index, bytes.empty() ? "" : static_cast<const void*>(bytes.data()),
                     static_cast<int>(bytes.size()));
    return *this;
}

void Binder::one(Decimal value)
{
    char buffer[48];
    buffer[value.write(buffer)] = '\0';
    m_statement.bind(++m_index, buffer);
}

void Binder::insert()
{
    m_statement.exec();
    m_statement.reset();
    m_index = 0;
}

std::optional<double> Fields::optionalReal()
{
    const SQLite::Column column = next();
    return column.isNull() ? std::nullopt : std::optional(column.getDouble());
}

Time timeOfMs(std::int64_t ms)
{
    constexpr Time kFirst = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
    constexpr Time kEnd = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1};
    const Time time = fromMs(ms);
    if (time < kFirst || time >= kEnd)
        throw BadValue(std::to_string(toMs(time)) + " is not a time");
    return time;
}

std::optional<Time> Fields::optionalTime()
{
    const SQLite::Column column = next();
    return column.isNull() ? std::nullopt : std::optional(timeOfMs(column.getInt64()));
}

std::optional<Error> Fields::error()
{
    const std::string code = text();
    const std::string values = text();
    if (code.empty())
        return std::nullopt;
    const auto catalog = errorCatalog();
    const auto info = std::find_if(catalog.begin(), catalog.end(), [&](const ErrorInfo& i) { return i.text == code; });
    if (info == catalog.end())
        throw BadValue("unknown error code " + code);
    Error error(info->code);
    if (values.empty())
        return error;
    const auto object = nlohmann::ordered_json::parse(values, nullptr, false);
    if (!object.is_object())
        throw BadValue("'" + values + "' is no object of values");
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string())
            throw BadValue("'" + values + "' is no object of texts");
        error.with(key, value.get<std::string>());
    }
    return error;
}

Decimal Fields::decimal()
{
    const SQLite::Column column = next();
    if (column.isNull())
        return {};
    const std::string text = column.getString();
    const auto value = Decimal::parse(text);
    if (!value)
        throw BadValue("'" + text + "' is not an amount");
    return *value;
}

} // namespace carry
