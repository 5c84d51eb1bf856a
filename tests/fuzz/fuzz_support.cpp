// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_support.h"

#include "desk/exports.h"
#include "market/tape.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <unistd.h>

namespace carry::fuzz
{
namespace
{

namespace fs = std::filesystem;

//! Stamps of market files lie in 2005..2099; OKX labels are moved back by some hours.
const Time kFirst = parseIsoTime("2004-12-31").value();
const Time kEnd = parseIsoTime("2100-01-01").value();

template <class Series> void checkAxis(const Series& series, const MarketData& data)
{
    require(!series.time.empty(), "a series has rows");
    require(std::adjacent_find(series.time.begin(), series.time.end(), std::greater_equal<>()) == series.time.end(),
            "times rise strictly");
    require(series.time.front() >= kFirst && series.time.back() < kEnd, "times are possible");
    require(series.line.size() == series.time.size(), "each row knows its line");
    require(series.file < data.files.size(), "a series knows its file");
    std::size_t begin = 0;
    for (const SeriesPart& part : series.parts) {
        require(part.begin > begin && part.begin < series.time.size(), "parts follow each other");
        require(part.file < data.files.size(), "a part knows its file");
        begin = part.begin;
    }
}

void checkCandles(const CandleSeries& series, const MarketData& data)
{
    checkAxis(series, data);
    require(series.cadence > Duration{}, "bars have a length");
    for (const auto* column : {&series.open, &series.high, &series.low, &series.close}) {
        require(column->size() == series.time.size(), "columns of candles are equally long");
        require(std::all_of(column->begin(), column->end(), [](double x) { return std::isfinite(x) && x > 0; }),
                "prices are above zero");
    }
    for (std::size_t i = 0; i < series.time.size(); ++i)
        require(series.high[i] >= series.low[i], "high is not below low");
}

void checkFunding(const FundingSeries& series, const MarketData& data)
{
    checkAxis(series, data);
    require(series.rate.size() == series.time.size() && series.intervalHours.size() == series.time.size(),
            "columns of funding are equally long");
    require(std::all_of(series.rate.begin(), series.rate.end(), [](double x) { return std::isfinite(x); }),
            "rates are finite");
    require(std::all_of(series.intervalHours.begin(), series.intervalHours.end(), [](auto h) { return h <= 24; }),
            "intervals are at most a day");
}

void checkFrame(const FrameSeries& frame, const MarketData& data)
{
    checkAxis(frame, data);
    require(!frame.columns.empty() && frame.columns.size() == frame.values.size(), "a frame's columns have names");
    for (const auto& values : frame.values) {
        require(values.size() == frame.time.size(), "columns of a frame are equally long");
        require(std::none_of(values.begin(), values.end(), [](double x) { return std::isinf(x); }),
                "values are finite or missing");
    }
}

void checkReport(const MarketData& data)
{
    for (const Coverage& coverage : data.report.coverage) {
        require(coverage.rows > 0 && coverage.first && coverage.last && *coverage.first <= *coverage.last,
                "a coverage has rows");
        require(coverage.file < data.files.size(), "a coverage knows its file");
    }
    for (const Finding& finding : data.report.findings) {
        require(finding.file < data.files.size(), "a finding knows its file");
        require(finding.count > 0, "a finding concerns something");
    }
    require(!jsonText(qualityToJson(data)).empty(), "the report can be told");
}

//! The venues' candles and settlements on one timeline, where the overlap is short enough to be quick.
void checkTape(const MarketData& data)
{
    TapeRequest request;
    Time first = kFirst;
    Time last = kEnd;
    for (const auto& [key, series] : data.candles) {
        const Product product = key.kind == SeriesKind::SpotCandles ? Product::Spot : Product::Perp;
        request.legs.push_back({key.venue, key.asset, product, std::nullopt});
        first = std::max(first, series.time.front());
        last = std::min(last, series.time.back());
    }
    for (const auto& [key, series] : data.funding)
        request.funding.push_back({key.venue, key.asset, 8, std::nullopt});
    request.gas = data.frames.contains("gas");
    if (request.legs.empty() || last - first > 60 * kDay)
        return;
    const auto tape = Tape::build(data, request);
    if (!tape)
        return checkError(tape.error());
    require((*tape)->size() > 0 && !(*tape)->digest().empty(), "a tape has steps");
}

} // namespace

std::string_view takeLine(std::string_view& text)
{
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

void require(bool condition, std::string_view what)
{
    if (condition)
        return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

void checkError(const Error& error, std::string_view family)
{
    require(error.code() < ErrorCode::Count_, "an error has a code");
    require(family.empty() || error.component() == family, "an error is of the reader's family");
    require(describe(error).size() > error.codeText().size(), "an error can be told");
    require(!jsonText(errorToJson(error)).empty(), "an error can be written as JSON");
}

void checkMarketData(const MarketData& data)
{
    for (const auto& [key, series] : data.candles)
        checkCandles(series, data);
    for (const auto& [key, series] : data.funding)
        checkFunding(series, data);
    for (const auto& [id, frame] : data.frames)
        checkFrame(frame, data);
    for (const auto& [pair, row] : data.costs)
        for (const double cost : {row.upTo10k, row.upTo100k, row.above})
            require(std::isfinite(cost) && cost >= 0, "costs are not negative");
    checkReport(data);
    checkTape(data);
}

ScratchFolder::ScratchFolder(std::string_view name)
    : m_path(fs::temp_directory_path() / ("carrydesk-fuzz-" + std::to_string(getpid())) / name)
{
    fs::create_directories(m_path);
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
    fs::remove(m_path.parent_path(), ignored); // the last one
}

bool ScratchFolder::write(std::string_view name, std::string_view bytes) const
{
    const fs::path relative(name);
    std::size_t depth = 0;
    for (const auto& part : relative)
        if (part.empty() || part == "." || part == ".." || part == "/" || part.string().size() > 100 || ++depth > 6)
            return false;
    if (depth == 0 || name.find('\0') != std::string_view::npos)
        return false;
    std::error_code failure;
    fs::create_directories((m_path / relative).parent_path(), failure);
    std::ofstream out(m_path / relative, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return !failure && out.good();
}

void ScratchFolder::clear() const
{
    for (const auto& entry : fs::directory_iterator(m_path))
        fs::remove_all(entry.path());
}

} // namespace carry::fuzz
