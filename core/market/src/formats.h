// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "row_pool.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

struct FrameLayout;

//! A series that a file offers. Of several offers the lowest rank wins; equal ranks are joined.
struct Claim {
    SeriesId id;
    int rank = 0;
    QualityRule losesBy = QualityRule::SkipFile; //!< why, where another file wins
};

std::vector<Claim> oneClaim(SeriesId id, int rank = 0, QualityRule losesBy = QualityRule::SkipFile);

//! What reading one file yields.
struct Harvest {
    std::vector<std::pair<SeriesId, RowPool>> pools;
    std::map<std::string, std::vector<std::string>> columns; //!< of frames, by id
    CostTable costs;
    std::vector<Finding> findings;

    void take(const SeriesId& id, RowCollector& rows);
};

struct Format;
using ClaimFunction = Result<std::vector<Claim>> (*)(const Document&, const Format&);
using ReadFunction = Result<void> (*)(const Document&, const Format&, Harvest&);

//! How a kind of file is told by its content, and what is done with it.
struct Format {
    std::string_view id;
    std::string_view signature; //!< CSV: header names that must be there, comma separated; JSON: keys of the root
    bool (*accepts)(const Document&) = nullptr; //!< further condition, where the signature does not decide
    ClaimFunction claim = nullptr;
    ReadFunction read = nullptr; //!< none: recognised, but nothing reads it
    const FrameLayout* layout = nullptr;
    FindingKind unread = FindingKind::Ignored; //!< how a file that is not read is listed
    std::string_view why = {};                 //!< and what else is said of it
};

//! The format of a document, or nullptr. DataEmpty, DataTruncated (JSON).
Result<const Format*> recognise(const Document& document);

//! The id of the series that cost files offer; it has no time axis.
inline constexpr std::string_view kCostSeries = "costs";

// Readers by subject.
Result<std::vector<Claim>> claimCandles(const Document& document, const Format& format);
Result<void> readCandles(const Document& document, const Format& format, Harvest& harvest);
bool isHeaderlessKlines(const Document& document);
Result<std::vector<Claim>> claimKlines(const Document& document, const Format& format);
Result<void> readKlines(const Document& document, const Format& format, Harvest& harvest);

Result<std::vector<Claim>> claimFunding(const Document& document, const Format& format);
Result<void> readFunding(const Document& document, const Format& format, Harvest& harvest);
Result<std::vector<Claim>> claimDailyDump(const Document& document, const Format& format);
Result<void> readDailyDump(const Document& document, const Format& format, Harvest& harvest);
Result<std::vector<Claim>> claimBulkFunding(const Document& document, const Format& format);
Result<void> readBulkFunding(const Document& document, const Format& format, Harvest& harvest);

Result<std::vector<Claim>> claimFrame(const Document& document, const Format& format);
Result<void> readFrame(const Document& document, const Format& format, Harvest& harvest);

Result<std::vector<Claim>> claimRewards(const Document& document, const Format& format);
Result<void> readRewards(const Document& document, const Format& format, Harvest& harvest);

bool isCostLookup(const nlohmann::json& root);
Result<std::vector<Claim>> claimCosts(const Document& document, const Format& format);
Result<void> readCosts(const Document& document, const Format& format, Harvest& harvest);

} // namespace carry
