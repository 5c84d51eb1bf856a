// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "desk/parity.h"
#include "desk/stored_runs.h"

#include <QObject>
#include <QStringList>
#include <vector>

namespace carry::ui
{

enum class RunExport { Json, Csv, Html, Sqlite };

//! The runs of one database file, with all work on other threads. Short accesses keep their order; of the long ones
//! (verify, resume, compare, export) there is one at a time. Used from the GUI thread, where all signals come.
class RunStore final : public QObject
{
    Q_OBJECT
  public:
    struct Mark {
        QString runId;
        RunMarks marks;
    };
    struct Target {
        QString runId;
        QString path; //!< file, or folder of a CSV export
    };
    //! How computing a run again came out.
    struct Verified {
        QString runId;
        Result<Verification> result;
        std::optional<Divergence> divergence; //!< from what is stored, where the results differ
    };

    explicit RunStore(QObject* parent = nullptr) : QObject(parent) {}

    //! Ends a long work under way on the file before.
    void setFile(const QString& file);
    const QString& file() const { return m_file; }

    void list();
    void mark(std::vector<Mark> marks);
    void remove(const QStringList& runIds);
    //! Waits for marks and removals under way.
    void waitForWriting() { m_lane.wait(); }

    bool busy() const { return m_long != nullptr; }
    void cancel();
    void verify(const QStringList& runIds);
    void resume(const QString& runId);
    void rerun(const QString& runId);
    void compare(const QStringList& runIds);
    void parity(const QString& runId); //!< of a session with its backtest
    void exportRuns(RunExport kind, std::vector<Target> targets);

  signals:
    void listed(const std::vector<carry::RunListItem>& runs);
    void listFailed(const carry::Error& error);
    void markFailed(const carry::Error& error);
    void removed(const QStringList& runIds); //!< done with these, whether it worked or not
    void removeFailed(const QString& runId, const carry::Error& error);
    void busyChanged();
    void progress(std::size_t done, std::size_t total);
    void verified(const std::vector<carry::ui::RunStore::Verified>& runs);
    void resumed(const QString& runId, carry::RunStatus status);
    //! A run was computed again as a new one; `sameData` says whether its data are what they were.
    void rerunDone(const QString& of, const QString& runId, bool sameData);
    void compared(const carry::Comparison& comparison);
    void parityDone(const carry::ParityReport& report);
    void exported(const std::vector<carry::ui::RunStore::Target>& targets);
    void workFailed(const QString& doing, const carry::Error& error);
    void workCancelled();

  private:
    template <class Work, class Done> void startLong(const QString& doing, Work work, Done done);

    QString m_file;
    BackgroundHandle m_long;
    BackgroundLane m_lane;
};

} // namespace carry::ui
