// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats.h"

#include "frame_layouts.h"
#include "symbols.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace carry
{
namespace
{

bool isSusde(const Document& document)
{
    return nameContains(document, "susde");
}

bool isEeth(const Document& document)
{
    return nameContains(document, "eeth");
}

// First match wins, so more specific signatures stand before those they contain.
const std::array kCsvFormats{
    Format{"candles", "timestamp,open,high,low,close,source,symbol", nullptr, claimCandles, readCandles},
    Format{"candles", "timestamp,open,high,low,close,source,asset_pair", nullptr, claimCandles, readCandles},
    Format{"funding", "funding_timestamp,funding_rate,symbol,source", nullptr, claimFunding, readFunding},
    Format{"okx-daily-dump", "instrument,funding_rate,real_funding_rate,funding_time", nullptr, claimDailyDump,
           readDailyDump},
    Format{"binance-klines", "open_time,open,high,low,close,volume,close_time,quote_volume,count", nullptr, claimKlines,
           readKlines},
    Format{"binance-funding", "calc_time,funding_interval_hours,last_funding_rate", nullptr, claimBulkFunding,
           readBulkFunding},
    Format{"gas", "timestamp,gas_price_gwei,base_fee_gwei", nullptr, claimFrame, readFrame, &kGasLayout},
    Format{"aave-daily", "targetDate,symbol,liquidityIndex,variableBorrowIndex", nullptr, claimFrame, readFrame,
           &kAaveDailyLayout},
    Format{"aave-hourly", "timestamp,liquidityIndex,variableBorrowIndex,liquidity_growth_factor", nullptr, claimFrame,
           readFrame, &kAaveHourlyLayout},
    Format{"oracle", "timestamp,oracle_price_usd,asset,quote_currency", nullptr, claimFrame, readFrame,
           &kOracleUsdLayout},
    Format{"oracle", "timestamp,oracle_price_eth,asset,quote_currency", nullptr, claimFrame, readFrame,
           &kOracleEthLayout},
    Format{"peg", "timestamp,asset,protocol_rate,market_rate", nullptr, claimFrame, readFrame, &kPegLayout},
    Format{"benchmark", "date,symbol,apy_decimal,apr_decimal", nullptr, claimFrame, readFrame, &kBenchmarkLayout},
    Format{"defillama-apy", "Timestamp,Date,Base,Reward", isSusde, claimFrame, readFrame, &kBenchmarkApyLayout},
    Format{"defillama-apy", "Timestamp,Date,Base,Reward", isEeth, claimFrame, readFrame, &kStakingApyLayout},
    Format{"staking-yield", "date,timestamp,symbol,base_staking_apr,daily_yield", nullptr, claimFrame, readFrame,
           &kStakingYieldLayout},
    Format{"dex-candles", "timestamp,date_utc,open,high,low,close,volume,base_token,quote_token", nullptr, claimFrame,
           readFrame, &kPoolLayout},
    Format{"defillama-apy", "Timestamp,Date,Base,Reward"},
    Format{"eigen-distributions", "staking_period_start,staking_period_end,eigen_earned", nullptr, claimRewards,
           readRewards},
    Format{"ethfi-top-ups", "top_up_date,staking_period_start,staking_period_end,ethfi_amount", nullptr, claimRewards,
           readRewards},
    Format{"seasonal-drops", "start_date,end_date,payout_date,event,reward_token", nullptr, nullptr, nullptr, nullptr,
           FindingKind::Ignored, "estimates as text ranges, not numbers"},
    Format{"aave-parameter-table", ",WETH,wstETH,USDT"},
};

const Format kHeaderlessKlines{"binance-klines-headerless", {}, nullptr, claimKlines, readKlines};
const Format kChecksums{"checksums", {}};
const Format kDocument{"document", {}};
const Format kCostLookup{"cost-lookup", {}, nullptr, claimCosts, readCosts};

Format placeholder(std::string_view id, std::string_view keys)
{
    Format format{id, keys};
    format.unread = FindingKind::Placeholder;
    return format;
}

const std::array kJsonFormats{
    placeholder("margin-requirements", "initial_margin_requirement,maintenance_margin_requirement"),
    placeholder("aave-risk-parameters", "emode,standard,reserve_factors"),
    Format{"cost-summary", "pairs_covered,size_buckets,cost_ranges"},
    Format{"gas-summary", "gas_price_stats,operation_costs"},
};

//! Calls `has` for every name of a signature; true if all are there.
template <class Has> bool allNamed(std::string_view signature, const Has& has)
{
    while (true) {
        const auto comma = signature.find(',');
        if (!has(signature.substr(0, comma)))
            return false;
        if (comma == std::string_view::npos)
            return true;
        signature.remove_prefix(comma + 1);
    }
}

//! A JSON text that stops early is cut off; with any other flaw it is not known.
Result<const Format*> recogniseJson(const Document& document)
{
    nlohmann::json root;
    const std::string_view text = document.text();
    try {
        root = nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& flaw) {
        const auto seen = text.substr(0, std::min(flaw.byte, text.size()));
        const auto line = 1 + std::count(seen.begin(), seen.end(), '\n');
        const bool cut =
            text.find_first_not_of(" \t\r\n", flaw.byte) == std::string_view::npos && flaw.byte >= text.size();
        if (!cut && text[text.find_first_not_of(" \t\r\n")] == '[')
            return nullptr; // an INI file or the like
        return fail(Error(cut ? ErrorCode::DataTruncated : ErrorCode::DataUnrecognised)
                        .with("file", document.name)
                        .with("line", static_cast<std::int64_t>(line)));
    } catch (const nlohmann::json::exception&) { // a number too large for a double
        return fail(Error(ErrorCode::DataUnrecognised).with("file", document.name));
    }
    for (const Format& format : kJsonFormats)
        if (root.is_object() && allNamed(format.signature, [&](std::string_view key) { return root.contains(key); }))
            return &format;
    return isCostLookup(root) ? &kCostLookup : nullptr;
}

//! Lines of 64 hexadecimal digits, two characters and a file name.
bool isChecksumList(std::string_view text)
{
    const auto line = text.substr(0, text.find('\n'));
    return line.size() > 66 && line[64] == ' ' && line.find_first_not_of("0123456789abcdefABCDEF") == 64;
}

const Format* recogniseText(const Document& document)
{
    if (isChecksumList(document.text()))
        return &kChecksums;
    const std::string extension = lowerCase(document.path.extension().string());
    if (extension == ".md" || extension == ".txt" || extension == ".pdf" || nameContains(document, "readme"))
        return &kDocument;
    return nullptr;
}

} // namespace

std::vector<Claim> oneClaim(SeriesId id, int rank, QualityRule losesBy)
{
    std::vector<Claim> claims(1);
    claims.front().id = std::move(id);
    claims.front().rank = rank;
    claims.front().losesBy = losesBy;
    return claims;
}

void Harvest::take(const SeriesId& id, RowCollector& rows)
{
    pools.emplace_back(id, std::move(rows.pool()));
    for (Finding& finding : rows.findings())
        findings.push_back(std::move(finding));
}

Result<const Format*> recognise(const Document& document)
{
    const std::string_view text = document.text();
    const char first = text[text.find_first_not_of(" \t\r\n")];
    if (first == '{' || first == '[')
        return recogniseJson(document);
    auto table = CsvTable::open(document);
    if (!table)
        return recogniseText(document);
    for (const Format& format : kCsvFormats)
        if (allNamed(format.signature, [&](std::string_view name) { return table->find(name).has_value(); }) &&
            (!format.accepts || format.accepts(document)))
            return &format;
    if (isHeaderlessKlines(document))
        return &kHeaderlessKlines;
    return recogniseText(document);
}

} // namespace carry
