// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session.h"
#include "store/audit_trail.h"
#include "store/session_log.h"

#include <memory>

namespace carry
{

//! Keeps commands and events of a session in its database: commands before they take effect, events as the audit trail.
//! Of a resumed session the events that are there already are compared instead. The session's thread.
class SessionKeeper
{
  public:
    //! `resumed`: what there is of that run is read first. StoreOpen, StoreCorrupt.
    static Result<std::unique_ptr<SessionKeeper>> open(const std::string& file, const RunInfo& info,
                                                       std::function<Time()> wall, bool resumed);

    //! Of a resumed session.
    const std::vector<StoredCommand>& commands() const { return m_commands; }
    //! Up to here a resumed session has been already, as far as commands and audit trail tell.
    Time knownUntil() const { return m_knownUntil; }

    void keep(const std::vector<GateCommand>& commands);
    //! Of a run on messages, once they have ended. StoreWrite.
    Result<void> setData(Time to, const std::string& digest, const std::vector<Finding>& findings)
    {
        return setRunData(m_database, m_runId, to, digest, findings);
    }
    //! `replaying`: it comes from what is kept already. An error: it could not be kept.
    Result<void> onEvent(const GateEvent& event, bool replaying);
    //! Whether the event that was told last was new.
    bool wasNew() const { return m_wasNew; }
    //! What did not come out as it was kept. `whole`: all of it should have come.
    std::optional<Error> fault(bool whole) const;
    //! Why the last thing is not kept.
    const std::optional<Error>& error() const { return m_error; }

  private:
    SessionKeeper(Database database, std::string runId, std::function<Time()> wall)
        : m_database(std::move(database)), m_runId(std::move(runId)), m_wall(std::move(wall))
    {
    }
    Result<void> readKept();
    void compare(const AuditEntry& entry);
    void keepBacklog();

    Database m_database;
    std::string m_runId;
    RunInfo m_info;
    std::function<Time()> m_wall;
    std::unique_ptr<AuditTrail> m_trail;
    std::unique_ptr<SessionLog> m_log;
    std::vector<StoredCommand> m_commands;
    std::vector<AuditEntry> m_kept; //!< of a resumed session: what has been told before
    std::size_t m_compared = 0;     //!< of m_kept
    Time m_knownUntil{};
    bool m_wasNew = true;
    std::vector<StoredCommand> m_backlog; //!< commands that could not be kept yet
    std::optional<Error> m_fault;
    std::optional<Error> m_error;
};

} // namespace carry
