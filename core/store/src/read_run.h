// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "sql.h"
#include "store/run_reader.h"

namespace carry
{

//! A statement with its parameters bound, ready to be stepped.
template <class... Ts> SQLite::Statement query(SQLite::Database& database, const std::string& text, const Ts&... values)
{
    SQLite::Statement statement(database, text);
    Binder(statement).add(values...);
    return statement;
}

template <class... Ts> void execute(SQLite::Database& database, const std::string& text, const Ts&... values)
{
    auto statement = query(database, text, values...);
    statement.exec();
}

//! Key of the run with that id, else of the only one whose id begins so.
std::optional<std::int64_t> findRun(SQLite::Database& database, const std::string& idOrPrefix);
//! Column run.tags.
std::vector<std::string> tagsOf(const std::string& json);

//! Reads table run and what hangs on it: identity, configuration, conditions, files, findings, engine version.
void readInfo(SQLite::Database& database, std::int64_t run, StoredRun& stored);
//! Reads the figures, P&L, positions and missing settlements; after readInfo().
void readSummary(SQLite::Database& database, std::int64_t run, StoredRun& stored);
//! Decisions other than HOLD.
std::vector<StoredDecision> readDecisions(SQLite::Database& database, std::int64_t run);
std::vector<StoredPlan> readPlans(SQLite::Database& database, std::int64_t run);

//! The columns of table instruction that readBody() reads.
inline constexpr std::string_view kBodyColumns =
    "type, venue, to_venue, asset, to_asset, side, i.quantity, sweep, i.ltv, exact_sell";
//! BadValue where they do not make an instruction of that type.
InstructionBody readBody(Fields& field);
CostEstimate readCost(Fields& field); //!< fees, slippage, gas
std::vector<ExpectedDelta> expectedOf(const std::string& json);

} // namespace carry
