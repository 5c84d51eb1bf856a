// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

namespace carry
{

Error& Error::with(std::string_view key, std::string value) &
{
    m_context.emplace_back(std::string(key), std::move(value));
    return *this;
}

Error& Error::with(std::string_view key, std::int64_t value) &
{
    return with(key, std::to_string(value));
}

Error&& Error::with(std::string_view key, std::string value) &&
{
    with(key, std::move(value));
    return std::move(*this);
}

Error&& Error::with(std::string_view key, std::int64_t value) &&
{
    with(key, value);
    return std::move(*this);
}

std::string_view Error::component() const
{
    const auto text = codeText();
    return text.substr(0, text.find('-'));
}

std::string_view Error::value(std::string_view key) const
{
    for (const auto& [name, value] : m_context)
        if (name == key)
            return value;
    return {};
}

std::string Error::filled(std::string_view sentence) const
{
    std::string out;
    std::vector<bool> used(m_context.size(), false);
    std::size_t at = 0;
    while (at < sentence.size()) {
        const auto open = sentence.find('{', at);
        if (open == std::string_view::npos)
            break;
        const auto close = sentence.find('}', open);
        out += sentence.substr(at, open - at);
        const auto key = sentence.substr(open + 1, close - open - 1);
        for (std::size_t i = 0; i < m_context.size(); ++i) {
            if (m_context[i].first == key) {
                out += m_context[i].second;
                used[i] = true;
                break;
            }
        }
        at = close + 1;
    }
    out += sentence.substr(at);
    std::string rest;
    for (std::size_t i = 0; i < m_context.size(); ++i) {
        if (used[i])
            continue;
        rest += rest.empty() ? " (" : ", ";
        rest += m_context[i].first + " " + m_context[i].second;
    }
    if (!rest.empty())
        out += rest + ")";
    return out;
}

std::string describe(const Error& error)
{
    std::string out{error.codeText()};
    out += " " + error.message();
    out += out.ends_with('?') ? " " : ". ";
    out += errorInfo(error.code()).remedy;
    return out;
}

} // namespace carry
