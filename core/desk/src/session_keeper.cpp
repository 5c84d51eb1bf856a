// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_keeper.h"

#include "desk/gate_json.h"

namespace carry
{

Result<std::unique_ptr<SessionKeeper>> SessionKeeper::open(const std::string& file, const RunInfo& info,
                                                           std::function<Time()> wall, bool resumed)
{
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    std::unique_ptr<SessionKeeper> keeper(new SessionKeeper(std::move(*database), info.runId, std::move(wall)));
    keeper->m_info = info;
    if (resumed)
        if (auto read = keeper->readKept(); !read)
            return fail(read.error());
    keeper->m_trail = std::make_unique<AuditTrail>(keeper->m_database);
    const std::int64_t last = keeper->m_commands.empty() ? 0 : keeper->m_commands.back().sequence;
    keeper->m_log = std::make_unique<SessionLog>(keeper->m_database, info.runId, last);
    return keeper;
}

Result<void> SessionKeeper::readKept()
{
    auto commands = readSessionCommands(m_database, m_runId);
    if (!commands)
        return fail(commands.error());
    m_commands = std::move(*commands);
    auto rows = readAudit(m_database, [this](const AuditRow& row) {
        if (row.session == m_runId)
            m_kept.push_back(row);
        return true;
    });
    if (!rows)
        return rows;
    // A command that was kept may not have been taken yet: then it is taken on the way, or when its time comes.
    if (!m_kept.empty())
        m_knownUntil = m_kept.back().time;
    return {};
}

void SessionKeeper::keep(const std::vector<GateCommand>& commands)
{
    for (const GateCommand& command : commands)
        m_backlog.push_back({0, command.at, m_wall(), storedCommandText(command)});
    keepBacklog();
}

//! Until it is done nothing is approved: see onEvent().
void SessionKeeper::keepBacklog()
{
    if (m_backlog.empty())
        return;
    if (auto kept = m_log->append(m_backlog); !kept) {
        m_error = kept.error();
        return;
    }
    m_backlog.clear();
    m_error.reset();
}

void SessionKeeper::compare(const AuditEntry& entry)
{
    const AuditEntry& kept = m_kept[m_compared++];
    const bool same = kept.time == entry.time && kept.kind == entry.kind && kept.action == entry.action &&
                      kept.user == entry.user && kept.proposal == entry.proposal;
    if (!same && !m_fault)
        m_fault = Error(ErrorCode::SessionReplay)
                      .with("run", m_runId)
                      .with("found", entry.kind + " " + entry.action + " at " + formatIso(entry.time) + " instead of " +
                                         kept.kind + " " + kept.action + " at " + formatIso(kept.time));
}

Result<void> SessionKeeper::onEvent(const GateEvent& event, bool replaying)
{
    AuditEntry entry = auditEntry(m_info, m_runId, event, m_wall());
    m_wasNew = m_compared == m_kept.size();
    if (!m_wasNew) {
        compare(entry);
        return {};
    }
    const bool isState = event.kind == GateEvent::Kind::TradingState;
    if (isState && event.command == GateCommand::Kind::Kill && !replaying) {
        GateCommand kill; // with what it is to be given again with
        kill.kind = GateCommand::Kind::Kill;
        kill.at = event.time;
        kill.user = event.user;
        kill.reason = event.reason;
        kill.before = event.before;
        keep({kill});
    }
    keepBacklog();
    if (!m_backlog.empty())
        return fail(*m_error);
    m_error.reset();
    if (auto row = m_trail->append(entry); !row)
        return fail(m_error.emplace(row.error()));
    if (isState)
        if (auto set = m_log->setTradingState(toText(event.to)); !set)
            m_error = set.error();
    return {};
}

std::optional<Error> SessionKeeper::fault(bool whole) const
{
    if (!m_fault && whole && m_compared < m_kept.size())
        return Error(ErrorCode::SessionReplay)
            .with("run", m_runId)
            .with("found", m_kept[m_compared].kind + " " + m_kept[m_compared].action + " did not happen");
    return m_fault;
}

} // namespace carry
