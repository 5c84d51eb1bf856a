// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "common/run_session.h"
#include "desk/stored_runs.h"

#include <QObject>
#include <vector>

namespace carry::ui
{

//! The bookmarks of the run that is shown, kept with it in the database. What is added while a run is being stored is
//! written when it is whole.
class RunBookmarks final : public QObject
{
    Q_OBJECT
  public:
    explicit RunBookmarks(RunSession& session, QObject* parent = nullptr);

    void setDatabase(const QString& file);
    //! The shown run is still being computed or stored.
    void setBusy(bool busy);
    const std::vector<Bookmark>& all() const { return m_all; } //!< by time
    const Bookmark* find(Time time) const;
    //! The nearest one after or before the cursor.
    const Bookmark* next() const;
    const Bookmark* previous() const;

  public slots:
    void set(carry::Time time, const QString& note);
    void remove(carry::Time time);

  signals:
    void changed();
    void failed(const carry::Error& error, const QString& doing);

  private:
    void load();
    void write(const Bookmark& bookmark, bool gone);
    std::string runId() const;

    RunSession& m_session;
    BackgroundLane m_lane;
    QString m_database;
    bool m_busy = false;
    std::vector<Bookmark> m_all;
    struct Change {
        Bookmark bookmark;
        bool gone = false;
    };
    std::vector<Change> m_waiting; //!< for the end of the run that is shown
};

} // namespace carry::ui
