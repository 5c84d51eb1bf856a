// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! A text file in memory.
struct Document {
    std::filesystem::path path;
    std::string name;        //!< as in SourceFile::path; what errors call the file
    std::uint32_t index = 0; //!< into MarketData::files
    std::string bytes;

    std::string_view text() const; //!< without a byte order mark
};

//! Reads a whole file. DataNotFound, DataNotText (NUL bytes), DataEmpty (nothing but blanks).
Result<void> load(Document& document);

enum class StampUnit {
    Any, //!< ISO text, or an epoch number whose unit follows from its magnitude
    Iso,
    Seconds,
    Milliseconds,
    Microseconds,
};

//! A time stamp of a file in the given unit; nothing if it is not one. It must lie in 2005..2099.
std::optional<ParsedTime> readStamp(std::string_view text, StampUnit unit);
//! A finite decimal number and nothing else.
std::optional<double> readNumber(std::string_view text);

//! The header of a CSV document and, row by row, what stands behind it. Comment lines ('#') before the header and blank
//! lines are skipped, but counted. Cells are valid until the next call of next(). The document must outlive the table.
class CsvTable
{
  public:
    //! With the first row as header. DataEmpty if there is none.
    static Result<CsvTable> open(const Document& document, char separator = ',');
    //! For a document without header, whose columns have these names.
    static CsvTable openHeaderless(const Document& document, std::vector<std::string> names);
    CsvTable(CsvTable&&) noexcept;
    ~CsvTable();

    const std::vector<std::string>& header() const { return m_header; }
    std::uint32_t headerLine() const { return m_headerLine; }
    std::optional<std::size_t> find(std::string_view column) const;
    //! Index of a column that must be there. DataColumns.
    Result<std::size_t> require(std::string_view column) const;

    //! Moves to the next row; false at the end. DataColumns or DataTruncated if its width is not the header's.
    Result<bool> next();
    //! As next() for the first row, which must exist. DataEmpty.
    Result<void> first();

    std::uint32_t line() const;
    std::string_view text(std::size_t column) const;
    Result<double> number(std::size_t column) const;
    //! A number above zero. DataNumber, DataNegativePrice.
    Result<double> price(std::size_t column) const;
    Result<ParsedTime> stamp(std::size_t column, StampUnit unit) const;
    //! Equal for rows that repeat each other exactly.
    std::size_t fingerprint() const;

    //! An error at the current row, with file and line. A fault in the last cell of a file that ends inside it is
    //! DataTruncated, whatever it looks like.
    Error errorAt(ErrorCode code, std::size_t column) const;

  private:
    struct Parser;
    CsvTable(const Document& document, char separator);
    const Document* m_document;
    std::unique_ptr<Parser> m_parser;
    std::vector<std::string> m_header;
    std::uint32_t m_headerLine = 0;
};

} // namespace carry
