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

//! Reads table run and what hangs on it: identity, configuration, conditions, files, findings, engine version.
void readInfo(SQLite::Database& database, std::int64_t run, StoredRun& stored);
//! Reads the figures, P&L, positions and missing settlements; after readInfo().
void readSummary(SQLite::Database& database, std::int64_t run, StoredRun& stored);
//! Decisions other than HOLD.
std::vector<StoredDecision> readDecisions(SQLite::Database& database, std::int64_t run);
std::vector<StoredPlan> readPlans(SQLite::Database& database, std::int64_t run);

} // namespace carry
