// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_run.h"
#include "run_rows.h"
#include "summary_columns.h"

namespace carry
{
namespace
{

bool readFigures(SQLite::Database& database, std::int64_t run, RunSummary& summary)
{
    auto row = query(database, "SELECT " + summaryColumns() + ", started_at FROM run WHERE run = ?", run);
    row.executeStep();
    Fields field(row);
    const bool ended = readSummaryColumns(field, summary);
    summary.timing.startedAt = field.text();
    return ended;
}

void readPnl(SQLite::Database& database, std::int64_t run, RunSummary& summary)
{
    auto rows = query(
        database, "SELECT venue" + pnlColumnList() + " FROM run_pnl WHERE run = ? AND venue >= 0 ORDER BY venue", run);
    while (rows.executeStep()) {
        Fields field(rows);
        const auto venue = field.enumeration<Venue>();
        if (venue == Venue::Outside)
            throw BadValue("P&L of an outside venue");
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            summary.attribution.add(venue, static_cast<PnlItem>(i), field.real());
    }
    for (const Venue venue : kExchanges)
        summary.fundingByVenue[exchangeIndex(venue)] = summary.attribution.at(venue, PnlItem::Funding);
    summary.fundingTotal = summary.attribution.total(PnlItem::Funding);
}

void readPositions(SQLite::Database& database, std::int64_t run, RunSummary& summary)
{
    auto rows = query(database,
                      "SELECT p.account, a.key, p.amount, p.price, p.value, a.venue FROM position p "
                      "JOIN account a ON a.run = p.run AND a.id = p.account WHERE p.run = ? ORDER BY p.account",
                      run);
    while (rows.executeStep()) {
        Fields field(rows);
        PositionRow& position = summary.positions.emplace_back();
        position.account = field.as<AccountId>();
        position.key = field.text();
        position.amount = field.decimal();
        position.price = field.real();
        position.value = field.real();
        const auto venue = field.enumeration<Venue>();
        if (venue == Venue::Outside)
            throw BadValue("a position at an outside venue");
        summary.equityByVenue[static_cast<std::size_t>(venue)] += position.value;
    }
}

void readMissingSettlements(SQLite::Database& database, std::int64_t run, RunSummary& summary)
{
    static_assert(kFundingMissing == 1, "the index funding_missing has this bit in its condition");
    auto rows = query(database,
                      "SELECT f.venue, s.time_ms FROM funding f JOIN step s ON s.run = f.run AND s.step = f.step "
                      "WHERE f.run = ? AND f.flags & 1 ORDER BY f.step, f.seq",
                      run);
    while (rows.executeStep()) {
        Fields field(rows);
        const auto exchange = field.integer() - 1;
        if (exchange < 0 || exchange >= std::ssize(summary.missingByVenue))
            throw BadValue("a settlement at a venue that is no exchange");
        summary.missingByVenue[static_cast<std::size_t>(exchange)].push_back(field.time());
    }
}

} // namespace

void readSummary(SQLite::Database& database, std::int64_t run, StoredRun& stored)
{
    RunSummary& summary = stored.summary;
    stored.ended = readFigures(database, run, summary);
    if (!stored.ended)
        return;
    readPnl(database, run, summary);
    readPositions(database, run, summary);
    readMissingSettlements(database, run, summary);
}

} // namespace carry
