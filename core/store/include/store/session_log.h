// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "market/quality.h"
#include "store/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! What makes a run a session.
struct StoredSession {
    std::string mode; //!< "PAPER"
    std::string gate; //!< the gate file's text
    std::string feed; //!< "tape:3600"
    std::string user; //!< who started it
    Time started{};   //!< the computer's clock
    std::string tradingState = "ACTIVE";
};

struct StoredCommand {
    std::int64_t sequence = 0; //!< from 1
    Time at{};                 //!< the session's clock
    Time wall{};               //!< the computer's clock
    std::string json;
};

//! Makes a stored run a session. StoreUnknownRun, StoreWrite.
Result<void> beginSession(Database& database, std::string_view runId, const StoredSession& session);
//! Last step and digest of data that were not known when the run began. StoreUnknownRun, StoreWrite.
Result<void> setRunData(Database& database, std::string_view runId, Time to, std::string_view digest,
                        const std::vector<Finding>& findings);
//! Nothing: that run is none. By whole id. StoreUnknownRun, StoreCorrupt.
Result<std::optional<StoredSession>> readSession(Database& database, std::string_view runId);
//! In the order of arrival.
Result<std::vector<StoredCommand>> readSessionCommands(Database& database, std::string_view runId);

//! Writes the commands of one session, each on disk when append() returns.
class SessionLog
{
  public:
    //! Of a connection of its own; the database outlives the log. `last`: sequence of the last one that is stored.
    SessionLog(Database& database, std::string runId, std::int64_t last = 0);
    //! All of them in one transaction, with the next sequences. StoreWrite.
    Result<void> append(const std::vector<StoredCommand>& commands);
    Result<void> setTradingState(std::string_view state);

  private:
    Database& m_database;
    std::string m_runId;
    std::int64_t m_last = 0;
};

} // namespace carry
