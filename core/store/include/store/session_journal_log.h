// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "store/database.h"

#include <memory>
#include <string>
#include <vector>

namespace carry
{

struct JournalRow {
    std::string kind; //!< "intent", "input", "request"
    Time time{};      //!< the session's clock
    std::string body; //!< JSON
};

//! Appends to the journal of one run, in a connection of its own. What is appended survives the end of the program at
//! once, and with `durable` that of the machine, together with all that came before. Used from one thread.
class SessionJournalLog
{
  public:
    //! Goes on behind what is there. StoreCorrupt.
    static Result<SessionJournalLog> open(Database database, std::string runId);
    SessionJournalLog(SessionJournalLog&&) noexcept;
    SessionJournalLog& operator=(SessionJournalLog&&) noexcept;
    ~SessionJournalLog();

    //! StoreWrite.
    Result<void> append(const JournalRow& row, bool durable);

  private:
    SessionJournalLog(Database database, std::string runId);
    struct Statements;
    Database m_database;
    std::string m_runId;
    std::int64_t m_next = 1;
    bool m_isDurable = false;
    std::unique_ptr<Statements> m_statements;
};

//! Nothing is left of the journal of a run. StoreWrite.
Result<void> deleteSessionJournal(Database& database, const std::string& runId);

//! In order. StoreCorrupt.
Result<std::vector<JournalRow>> readSessionJournal(Database& database, const std::string& runId);

} // namespace carry
