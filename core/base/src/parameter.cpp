// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parameter.h"

#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace carry
{
namespace
{

std::string formatNumber(double value)
{
    char buffer[400]; // fixed notation of the largest double has 309 digits
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    return {buffer, end.ptr};
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitute = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row[row.size() - 1];
}

std::string expectedText(const Parameter& p)
{
    switch (p.type) {
    case ParameterType::Number:
        return "a number";
    case ParameterType::Integer:
        return "a whole number";
    case ParameterType::Boolean:
        return "true or false";
    case ParameterType::Text:
        return "text";
    case ParameterType::Timestamp:
        return "a UTC time such as 2024-06-01T00:00:00Z, or nothing";
    case ParameterType::Choice: {
        std::string all;
        for (const auto& c : p.choices)
            all += (all.empty() ? "" : " | ") + c;
        return all;
    }
    }
    return {};
}

Error typeError(const Parameter& p, std::string found)
{
    return Error(ErrorCode::ConfType)
        .with("key", p.key)
        .with("found", std::move(found))
        .with("expected", expectedText(p));
}

//! The value in the declared type, if it has a lossless reading in it.
std::optional<ParameterValue> converted(const Parameter& p, const ParameterValue& value)
{
    switch (p.type) {
    case ParameterType::Number:
        if (const auto* d = std::get_if<double>(&value))
            return std::isfinite(*d) ? std::optional<ParameterValue>(*d) : std::nullopt;
        if (const auto* i = std::get_if<std::int64_t>(&value))
            return static_cast<double>(*i);
        return std::nullopt;
    case ParameterType::Integer:
        if (const auto* i = std::get_if<std::int64_t>(&value))
            return *i;
        return std::nullopt;
    case ParameterType::Boolean:
        if (const auto* b = std::get_if<bool>(&value))
            return *b;
        return std::nullopt;
    case ParameterType::Text:
        if (const auto* s = std::get_if<std::string>(&value))
            return *s;
        return std::nullopt;
    case ParameterType::Timestamp:
        if (const auto* s = std::get_if<std::string>(&value); s && (s->empty() || parseIsoTime(*s)))
            return *s;
        return std::nullopt;
    case ParameterType::Choice:
        if (const auto* s = std::get_if<std::string>(&value))
            for (const auto& c : p.choices)
                if (c == *s)
                    return *s;
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

std::string formatValue(const ParameterValue& value)
{
    if (const auto* d = std::get_if<double>(&value))
        return formatNumber(*d);
    if (const auto* i = std::get_if<std::int64_t>(&value))
        return std::to_string(*i);
    if (const auto* b = std::get_if<bool>(&value))
        return *b ? "true" : "false";
    return std::get<std::string>(value);
}

ParameterSchema& ParameterSchema::add(Parameter parameter)
{
    if (m_index.contains(parameter.key))
        throw std::logic_error("parameter declared twice: " + parameter.key);
    m_index.emplace(parameter.key, m_parameters.size());
    m_parameters.push_back(std::move(parameter));
    return *this;
}

ParameterSchema& ParameterSchema::number(std::string key, double value, double lo, double hi, std::string unit,
                                         std::string help)
{
    return add({std::move(key), ParameterType::Number, std::move(unit), value, lo, hi, {}, std::move(help)});
}

ParameterSchema& ParameterSchema::integer(std::string key, std::int64_t value, std::int64_t lo, std::int64_t hi,
                                          std::string unit, std::string help)
{
    return add({std::move(key),
                ParameterType::Integer,
                std::move(unit),
                value,
                static_cast<double>(lo),
                static_cast<double>(hi),
                {},
                std::move(help)});
}

ParameterSchema& ParameterSchema::boolean(std::string key, bool value, std::string help)
{
    return add({std::move(key), ParameterType::Boolean, "", value, 0, 0, {}, std::move(help)});
}

ParameterSchema& ParameterSchema::choice(std::string key, std::string value, std::vector<std::string> choices,
                                         std::string help)
{
    return add(
        {std::move(key), ParameterType::Choice, "", std::move(value), 0, 0, std::move(choices), std::move(help)});
}

ParameterSchema& ParameterSchema::text(std::string key, std::string value, std::string help)
{
    return add({std::move(key), ParameterType::Text, "", std::move(value), 0, 0, {}, std::move(help)});
}

ParameterSchema& ParameterSchema::time(std::string key, std::string value, std::string help)
{
    return add({std::move(key), ParameterType::Timestamp, "UTC", std::move(value), 0, 0, {}, std::move(help)});
}

const Parameter* ParameterSchema::find(std::string_view key) const
{
    const auto it = m_index.find(key);
    return it == m_index.end() ? nullptr : &m_parameters[it->second];
}

std::string ParameterSchema::closest(std::string_view key) const
{
    std::string best;
    std::size_t bestDistance = key.size() / 2 + 1; // farther than half the key is no help
    for (const auto& p : m_parameters) {
        if (key.size() > p.key.size() + bestDistance)
            continue; // each surplus letter counts: a very long key is compared with none
        const auto distance = editDistance(key, p.key);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = p.key;
        }
    }
    return best;
}

ParameterValues::ParameterValues(const ParameterSchema& schema) : m_schema(&schema)
{
    for (const auto& p : schema.parameters())
        m_values.emplace(p.key, p.defaultValue);
}

Result<void> ParameterValues::set(std::string_view key, const ParameterValue& value)
{
    const Parameter* p = m_schema->find(key);
    if (p == nullptr) {
        const auto guess = m_schema->closest(key);
        return fail(Error(ErrorCode::ConfUnknownKey)
                        .with("key", std::string(key))
                        .with("hint", guess.empty() ? std::string() : "; did you mean '" + guess + "'?"));
    }
    const auto typed = converted(*p, value);
    if (!typed)
        return fail(typeError(*p, formatValue(value)));
    if (p->type == ParameterType::Number || p->type == ParameterType::Integer) {
        const double x = p->type == ParameterType::Number ? std::get<double>(*typed)
                                                          : static_cast<double>(std::get<std::int64_t>(*typed));
        if (x < p->minimum || x > p->maximum)
            return fail(Error(ErrorCode::ConfRange)
                            .with("key", p->key)
                            .with("found", formatValue(*typed))
                            .with("expected", formatNumber(p->minimum) + " … " + formatNumber(p->maximum)));
    }
    m_values.find(key)->second = *typed;
    return {};
}

Result<void> ParameterValues::setText(std::string_view key, std::string_view text)
{
    const Parameter* p = m_schema->find(key);
    if (p == nullptr)
        return set(key, std::string(text)); // gives the unknown-key error
    const char* end = text.data() + text.size();
    switch (p->type) {
    case ParameterType::Number: {
        double x = 0;
        const auto r = std::from_chars(text.data(), end, x);
        if (r.ec != std::errc() || r.ptr != end)
            return fail(typeError(*p, std::string(text)));
        return set(key, x);
    }
    case ParameterType::Integer: {
        std::int64_t x = 0;
        const auto r = std::from_chars(text.data(), end, x);
        if (r.ec != std::errc() || r.ptr != end)
            return fail(typeError(*p, std::string(text)));
        return set(key, x);
    }
    case ParameterType::Boolean:
        if (text != "true" && text != "false")
            return fail(typeError(*p, std::string(text)));
        return set(key, text == "true");
    case ParameterType::Choice:
    case ParameterType::Text:
    case ParameterType::Timestamp:
        return set(key, std::string(text));
    }
    return {};
}

const ParameterValue& ParameterValues::at(std::string_view key) const
{
    const auto it = m_values.find(key);
    if (it == m_values.end())
        throw std::logic_error("undeclared parameter read: " + std::string(key));
    return it->second;
}

double ParameterValues::number(std::string_view key) const
{
    return std::get<double>(at(key));
}
std::int64_t ParameterValues::integer(std::string_view key) const
{
    return std::get<std::int64_t>(at(key));
}
bool ParameterValues::boolean(std::string_view key) const
{
    return std::get<bool>(at(key));
}
const std::string& ParameterValues::text(std::string_view key) const
{
    return std::get<std::string>(at(key));
}

std::optional<Time> ParameterValues::time(std::string_view key) const
{
    const auto& value = text(key);
    return value.empty() ? std::nullopt : parseIsoTime(value);
}

std::map<std::string, std::string> ParameterValues::resolved() const
{
    std::map<std::string, std::string> out;
    for (const auto& [key, value] : m_values)
        out.emplace(key, formatValue(value));
    return out;
}

} // namespace carry
