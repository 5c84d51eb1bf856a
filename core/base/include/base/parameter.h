// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "base/time.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carry
{

enum class ParameterType { Number, Integer, Boolean, Choice, Text, Timestamp };

using ParameterValue = std::variant<double, std::int64_t, bool, std::string>;

//! One configuration key: what a generated form or `strategies NAME` shows.
struct Parameter {
    std::string key; //!< dotted, e.g. "margin.debit_apr"
    ParameterType type = ParameterType::Number;
    std::string unit; //!< "fraction", "USD", "h", ... empty if none
    ParameterValue defaultValue;
    double minimum = 0; //!< for Number and Integer
    double maximum = 0;
    std::vector<std::string> choices; //!< for Choice
    std::string help;
};

std::string formatValue(const ParameterValue& value);

//! The declared keys, in order of declaration. Rooms add their own; an undeclared key is an error.
class ParameterSchema
{
  public:
    ParameterSchema& number(std::string key, double value, double lo, double hi, std::string unit, std::string help);
    ParameterSchema& integer(std::string key, std::int64_t value, std::int64_t lo, std::int64_t hi, std::string unit,
                             std::string help);
    ParameterSchema& boolean(std::string key, bool value, std::string help);
    ParameterSchema& choice(std::string key, std::string value, std::vector<std::string> choices, std::string help);
    ParameterSchema& text(std::string key, std::string value, std::string help);
    //! A UTC time, or empty for "never".
    ParameterSchema& time(std::string key, std::string value, std::string help);

    const std::vector<Parameter>& parameters() const { return m_parameters; }
    const Parameter* find(std::string_view key) const;
    //! The declared key most like an unknown one, for the error's hint.
    std::string closest(std::string_view key) const;

  private:
    ParameterSchema& add(Parameter parameter);
    std::vector<Parameter> m_parameters;
    std::map<std::string, std::size_t, std::less<>> m_index;
};

//! Values for every declared key: defaults overlaid by a preset and by --set. Always complete and in range.
class ParameterValues
{
  public:
    explicit ParameterValues(const ParameterSchema& schema);

    //! Sets from a typed value (a TOML file). ConfUnknownKey, ConfType or ConfRange on refusal.
    Result<void> set(std::string_view key, const ParameterValue& value);
    //! Sets from text (the command line), converting to the declared type.
    Result<void> setText(std::string_view key, std::string_view text);

    bool has(std::string_view key) const { return m_schema->find(key) != nullptr; } //!< declared for this run
    double number(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    bool boolean(std::string_view key) const;
    const std::string& text(std::string_view key) const;
    std::optional<Time> time(std::string_view key) const;

    const ParameterSchema& schema() const { return *m_schema; }
    //! Every key with its value as text, sorted by key: the stored configuration.
    std::map<std::string, std::string> resolved() const;

  private:
    const ParameterValue& at(std::string_view key) const;
    const ParameterSchema* m_schema;
    std::map<std::string, ParameterValue, std::less<>> m_values;
};

} // namespace carry
