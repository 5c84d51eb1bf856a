// SPDX-License-Identifier: GPL-3.0-or-later
// Token rewards of eETH: the weekly EIGEN distributions and the ETHFI top-ups. One row is one lump sum. Columns of both
// frames:
//   tokens_per_eeth  tokens for one eETH held over the whole period, not per week and not a rate
//   period_days      days of that period, both ends included
// The holder of weETH has eETH = weETH · ratio. Seasonal drops are not read: their amounts are estimates as text.
#include "formats.h"

namespace carry
{
namespace
{

//! How the two files differ.
struct RewardFile {
    std::string_view id;
    std::string_view paidOn; //!< column of the payment date; none: the period's end
    Result<double> (*perEeth)(const CsvTable&);
};

Result<double> cellOf(const CsvTable& table, std::string_view column)
{
    const auto index = table.require(column);
    return index ? table.price(*index) : Result<double>(fail(index.error()));
}

//! Recomputed as EIGEN of the period over all eETH: eigen_earned / (eth_restaked + eth_not_restaked). The file's own
//! eigen_per_eeth_weekly is not: the first period's 52 days are divided by 6, and from 2025-02-09 on it is 4 to 22 %
//! too high.
Result<double> eigenPerEeth(const CsvTable& table)
{
    const auto earned = cellOf(table, "eigen_earned");
    const auto restaked = cellOf(table, "eth_restaked");
    const auto idle = cellOf(table, "eth_not_restaked");
    for (const auto* cell : {&earned, &restaked, &idle})
        if (!*cell)
            return *cell;
    return *earned / (*restaked + *idle);
}

//! As ether.fi published it, cut to three decimals. The eETH it was paid on is not in this file; with that of the EIGEN
//! file amount over eETH differs by up to 5 %.
Result<double> ethfiPerEeth(const CsvTable& table)
{
    return cellOf(table, "ethfi_per_eeth_distributed");
}

//! EIGEN rows are stamped at the end of their period, 00:00 of the day behind its last one: before that the amount is
//! not known. When it could be claimed the file does not say; ETHFI of the same periods followed 11 to 16 days later.
constexpr RewardFile kEigen{"rewards.EIGEN", {}, eigenPerEeth};
//! ETHFI rows are stamped at 00:00 of the payment date.
constexpr RewardFile kEthfi{"rewards.ETHFI", "top_up_date", ethfiPerEeth};

const RewardFile& rewardFileOf(const Format& format)
{
    return format.id == "eigen-distributions" ? kEigen : kEthfi;
}

Result<Time> dayOf(const CsvTable& table, std::string_view column)
{
    const auto index = table.require(column);
    if (!index)
        return fail(index.error());
    const auto stamp = table.stamp(*index, StampUnit::Iso);
    if (!stamp)
        return fail(stamp.error());
    return std::chrono::floor<std::chrono::days>(stamp->time);
}

Result<void> readRow(const CsvTable& table, const RewardFile& file, RowCollector& rows)
{
    const auto first = dayOf(table, "staking_period_start");
    const auto last = dayOf(table, "staking_period_end");
    for (const auto* day : {&first, &last})
        if (!*day)
            return fail(day->error());
    const Time end = *last + kDay;
    const auto paid = file.paidOn.empty() ? Result<Time>(end) : dayOf(table, file.paidOn);
    if (!paid)
        return fail(paid.error());
    const std::string_view stampColumn = file.paidOn.empty() ? "staking_period_end" : file.paidOn;
    const auto at = table.require(stampColumn);
    if (!at)
        return fail(at.error());
    if (*last < *first || *paid < end) // a payment for days to come is none
        return fail(table.errorAt(ErrorCode::DataTimestamp, *at));
    const auto tokens = file.perEeth(table);
    if (!tokens)
        return fail(tokens.error());
    const double days = static_cast<double>((end - *first) / kDay);
    return rows.add(*paid, std::array{*tokens, days}, table, *at);
}

} // namespace

Result<std::vector<Claim>> claimRewards(const Document&, const Format& format)
{
    return oneClaim(std::string(rewardFileOf(format).id));
}

Result<void> readRewards(const Document& document, const Format& format, Harvest& harvest)
{
    auto table = CsvTable::open(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return row;
    const RewardFile& file = rewardFileOf(format);
    RowCollector rows(document, std::string(file.id), 2);
    for (Result<bool> more = true; *more;) {
        if (auto row = readRow(*table, file, rows); !row)
            return row;
        more = table->next();
        if (!more)
            return fail(std::move(more.error()));
    }
    const std::string id(file.id);
    harvest.columns[id] = {"tokens_per_eeth", "period_days"};
    harvest.take(id, rows);
    return {};
}

} // namespace carry
