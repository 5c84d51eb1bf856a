// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_table.h"

#include <csv.h>

#include <algorithm>
#include <functional>
#include <new>

namespace carry
{

//! Feeds libcsv line by line, so that every row knows the line it begins in.
struct CsvTable::Parser {
    static constexpr char kCellEnd = '\x1f'; // keeps "1,23" and "12,3" apart in the fingerprint

    Parser(std::string_view content, char separator) : text(content)
    {
        if (csv_init(&parser, 0) != 0)
            throw std::bad_alloc();
        csv_set_delim(&parser, static_cast<unsigned char>(separator));
    }
    ~Parser() { csv_free(&parser); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    static void onCell(void* data, std::size_t size, void* self)
    {
        auto& p = *static_cast<Parser*>(self);
        p.arena.append(static_cast<const char*>(data), size);
        p.ends.push_back(p.arena.size());
        p.arena.push_back(kCellEnd);
    }
    static void onRow(int terminator, void* self)
    {
        // A lone carriage return inside a line is damage, not the end of a row: the width will show it.
        if (terminator != CSV_CR)
            static_cast<Parser*>(self)->complete = true;
    }

    void feed(std::string_view bytes)
    {
        if (csv_parse(&parser, bytes.data(), bytes.size(), onCell, onRow, this) != bytes.size())
            throw std::bad_alloc(); // the only failure of a parser that is not strict
    }

    //! Takes the next physical line; true if something other than blanks stands in it.
    bool feedLine()
    {
        const std::size_t end = text.find('\n', at);
        endsOpen = end == std::string_view::npos;
        std::string_view content = text.substr(at, endsOpen ? end : end - at);
        at = endsOpen ? text.size() : end + 1;
        ++lineNumber;
        while (content.ends_with('\r'))
            content.remove_suffix(1);
        feed(content);
        if (endsOpen)
            csv_fini(&parser, onCell, onRow, this);
        else
            feed("\n");
        return content.find_first_not_of(" \t\r") != std::string_view::npos;
    }

    bool nextRow()
    {
        arena.clear();
        ends.clear();
        complete = false;
        bool begun = false; // a quoted cell may run over several lines
        while (!complete && at < text.size()) {
            if (!begun)
                rowLine = lineNumber + 1;
            begun |= feedLine();
        }
        if (!complete && csv_fini(&parser, onCell, onRow, this) == 0 && !ends.empty())
            complete = endsOpen = true; // the file ends inside a quoted cell
        cells.clear();
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            cells.emplace_back(arena.data() + begin, end - begin);
            begin = end + 1;
        }
        return complete;
    }

    void skipComments()
    {
        while (at < text.size() && text[at] == '#') {
            const std::size_t end = text.find('\n', at);
            at = end == std::string_view::npos ? text.size() : end + 1;
            ++lineNumber;
        }
    }

    csv_parser parser{};
    std::string_view text;
    std::size_t at = 0;
    std::uint32_t lineNumber = 0; //!< of the line fed last
    std::uint32_t rowLine = 0;    //!< where the current row begins
    std::string arena;            //!< the cells of the current row
    std::vector<std::size_t> ends;
    std::vector<std::string_view> cells;
    bool complete = false;
    bool endsOpen = false; //!< the line fed last ends the file without a line feed
};

CsvTable::CsvTable(const Document& document, char separator)
    : m_document(&document), m_parser(std::make_unique<Parser>(document.text(), separator))
{
}

CsvTable::CsvTable(CsvTable&&) noexcept = default;
CsvTable::~CsvTable() = default;

Result<CsvTable> CsvTable::open(const Document& document, char separator)
{
    CsvTable table(document, separator);
    table.m_parser->skipComments();
    if (!table.m_parser->nextRow())
        return fail(Error(ErrorCode::DataEmpty).with("file", document.name));
    table.m_header.assign(table.m_parser->cells.begin(), table.m_parser->cells.end());
    table.m_headerLine = table.m_parser->rowLine;
    return table;
}

CsvTable CsvTable::openHeaderless(const Document& document, std::vector<std::string> names)
{
    CsvTable table(document, ',');
    table.m_header = std::move(names);
    return table;
}

std::optional<std::size_t> CsvTable::find(std::string_view column) const
{
    const auto found = std::find(m_header.begin(), m_header.end(), column);
    if (found == m_header.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_header.begin());
}

Result<std::size_t> CsvTable::require(std::string_view column) const
{
    if (const auto found = find(column))
        return *found;
    return fail(Error(ErrorCode::DataColumns)
                    .with("file", m_document->name)
                    .with("line", m_headerLine)
                    .with("found", static_cast<std::int64_t>(m_header.size()))
                    .with("expected", "a column '" + std::string(column) + "'"));
}

Result<bool> CsvTable::next()
{
    if (!m_parser->nextRow())
        return false;
    const std::size_t found = m_parser->cells.size();
    if (found == m_header.size())
        return true;
    const bool cut = m_parser->endsOpen && found < m_header.size();
    return fail(Error(cut ? ErrorCode::DataTruncated : ErrorCode::DataColumns)
                    .with("file", m_document->name)
                    .with("line", line())
                    .with("found", static_cast<std::int64_t>(found))
                    .with("expected", static_cast<std::int64_t>(m_header.size())));
}

Result<void> CsvTable::first()
{
    auto row = next();
    if (!row)
        return fail(std::move(row.error()));
    if (!*row)
        return fail(Error(ErrorCode::DataEmpty).with("file", m_document->name));
    return {};
}

std::uint32_t CsvTable::line() const
{
    return m_parser->rowLine;
}

std::string_view CsvTable::text(std::size_t column) const
{
    return m_parser->cells[column];
}

Result<double> CsvTable::number(std::size_t column) const
{
    if (const auto value = readNumber(text(column)))
        return *value;
    return fail(errorAt(ErrorCode::DataNumber, column));
}

Result<double> CsvTable::price(std::size_t column) const
{
    const auto value = readNumber(text(column));
    if (!value)
        return fail(errorAt(ErrorCode::DataNumber, column));
    if (*value <= 0)
        return fail(errorAt(ErrorCode::DataNegativePrice, column));
    return *value;
}

Result<ParsedTime> CsvTable::stamp(std::size_t column, StampUnit unit) const
{
    if (const auto time = readStamp(text(column), unit))
        return *time;
    return fail(errorAt(ErrorCode::DataTimestamp, column));
}

std::size_t CsvTable::fingerprint() const
{
    return std::hash<std::string_view>{}(m_parser->arena);
}

Error CsvTable::errorAt(ErrorCode code, std::size_t column) const
{
    const bool cut = m_parser->endsOpen && m_parser->at >= m_parser->text.size() && column + 1 == m_header.size();
    return Error(cut ? ErrorCode::DataTruncated : code)
        .with("file", m_document->name)
        .with("line", line())
        .with("column", m_header[column])
        .with("found", std::string(text(column)));
}

} // namespace carry
