// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_bookmarks.h"

#include <QFileInfo>

namespace carry::ui
{

RunBookmarks::RunBookmarks(RunSession& session, QObject* parent) : QObject(parent), m_session(session)
{
    connect(&session, &RunSession::recordChanged, this, &RunBookmarks::load);
}

void RunBookmarks::setDatabase(const QString& file)
{
    m_database = file;
    load();
}

void RunBookmarks::setBusy(bool busy)
{
    m_busy = busy;
    if (busy)
        return;
    for (const Change& change : std::exchange(m_waiting, {}))
        write(change.bookmark, change.gone);
}

std::string RunBookmarks::runId() const
{
    return m_session.record() == nullptr ? std::string() : m_session.record()->info().runId;
}

void RunBookmarks::load()
{
    m_all.clear();
    m_waiting.clear();
    emit changed();
    const std::string id = runId();
    if (id.empty() || m_database.isEmpty() || m_busy)
        return;
    using Listed = Result<std::vector<Bookmark>>;
    m_lane.run(
        this,
        [file = m_database.toStdString(), id]() -> Listed {
            return QFileInfo::exists(QString::fromStdString(file)) ? listStoredBookmarks(file, id)
                                                                   : std::vector<Bookmark>{};
        },
        [this, id](Listed listed) {
            // A run that is only in memory has none; anything else is told where it is opened.
            if (id != runId() || !listed)
                return;
            m_all = std::move(*listed);
            emit changed();
        });
}

const Bookmark* RunBookmarks::find(Time time) const
{
    const auto found = std::ranges::find(m_all, time, &Bookmark::time);
    return found == m_all.end() ? nullptr : &*found;
}

const Bookmark* RunBookmarks::next() const
{
    if (m_session.empty())
        return nullptr;
    const auto found = std::ranges::upper_bound(m_all, m_session.view().time(), {}, &Bookmark::time);
    return found == m_all.end() ? nullptr : &*found;
}

const Bookmark* RunBookmarks::previous() const
{
    if (m_session.empty())
        return nullptr;
    const auto found = std::ranges::lower_bound(m_all, m_session.view().time(), {}, &Bookmark::time);
    return found == m_all.begin() ? nullptr : &*std::prev(found);
}

void RunBookmarks::set(Time time, const QString& note)
{
    const Bookmark bookmark{time, note.toStdString()};
    const auto at = std::ranges::lower_bound(m_all, time, {}, &Bookmark::time);
    if (at != m_all.end() && at->time == time)
        at->note = bookmark.note;
    else
        m_all.insert(at, bookmark);
    emit changed();
    write(bookmark, false);
}

void RunBookmarks::remove(Time time)
{
    if (std::erase_if(m_all, [time](const Bookmark& b) { return b.time == time; }) == 0)
        return;
    emit changed();
    write({time, {}}, true);
}

void RunBookmarks::write(const Bookmark& bookmark, bool gone)
{
    if (m_database.isEmpty() || runId().empty())
        return;
    if (m_busy)
        return m_waiting.push_back({bookmark, gone});
    m_lane.run(
        this,
        [file = m_database.toStdString(), id = runId(), bookmark, gone] {
            return gone ? removeStoredBookmark(file, id, bookmark.time) : setStoredBookmark(file, id, bookmark);
        },
        [this](Result<void> written) {
            if (!written)
                emit failed(written.error(), tr("The bookmark is not kept"));
        });
}

} // namespace carry::ui
