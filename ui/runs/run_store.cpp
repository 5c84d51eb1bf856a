// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_store.h"

#include "desk/exports.h"
#include "desk/report.h"

#include <QDateTime>
#include <QFileInfo>

namespace carry::ui
{
namespace
{

using Progress = std::function<bool(std::size_t, std::size_t)>;

//! Progress of the i-th of several works, each counted as a thousand.
Progress partOf(BackgroundTask& task, std::size_t i, std::size_t count)
{
    return [&task, i, count](std::size_t done, std::size_t total) {
        constexpr std::size_t kParts = 1000;
        const std::size_t part = total == 0 ? 0 : std::min(done, total) * kParts / total;
        return task.report(i * kParts + part, count * kParts);
    };
}

std::string pathOf(const QString& path)
{
    return path.toStdString();
}

//! Where the stored steps part from those computed again; a run that cannot be loaded tells nothing.
std::optional<Divergence> divergenceOf(const std::string& file, const std::string& id, const Verification& v)
{
    if (v.sameResult || !v.record)
        return std::nullopt;
    const auto stored = loadStoredRun(file, id);
    return stored ? firstDivergence(*stored->record, *v.record) : std::nullopt;
}

Result<void> exportRun(const std::string& file, RunExport kind, const RunStore::Target& target,
                       const Progress& progress)
{
    const std::string id = target.runId.toStdString();
    const std::string path = pathOf(target.path);
    switch (kind) {
    case RunExport::Json: {
        const auto run = showStoredRun(file, id);
        if (!run)
            return fail(run.error());
        return writeFile(path, runToJson(run->info, run->summary).dump(2) + "\n");
    }
    case RunExport::Csv: {
        const auto run = loadStoredRun(file, id, progress);
        if (!run)
            return fail(run.error());
        return exportCsv(*run->record, path);
    }
    case RunExport::Html: {
        const auto run = loadStoredRun(file, id, progress);
        if (!run)
            return fail(run.error());
        return writeFile(path, htmlReport(*run->record, run->stored));
    }
    case RunExport::Sqlite:
        return exportStoredRun(file, id, path);
    }
    return {};
}

} // namespace

void RunStore::setFile(const QString& file)
{
    if (m_long) {
        m_long->forget();
        m_long.reset();
        emit busyChanged();
    }
    m_file = file;
}

void RunStore::list()
{
    const auto work = [file = pathOf(m_file)]() -> Result<std::vector<RunListItem>> {
        // Without a file nothing has been stored yet, which is no error.
        if (file.empty() || !QFileInfo::exists(QString::fromStdString(file)))
            return std::vector<RunListItem>{};
        (void)findInterrupted(file); // of a file that cannot be written the status stays as it was found
        return listStoredRuns(file);
    };
    m_lane.run(this, work, [this, file = m_file](const Result<std::vector<RunListItem>>& runs) {
        if (file != m_file)
            return; // of the file before
        if (runs)
            emit listed(*runs);
        else
            emit listFailed(runs.error());
    });
}

void RunStore::mark(std::vector<Mark> marks)
{
    const auto work = [file = pathOf(m_file), marks = std::move(marks)]() -> Result<void> {
        for (const Mark& mark : marks)
            if (auto done = markStoredRun(file, mark.runId.toStdString(), mark.marks); !done)
                return done;
        return {};
    };
    m_lane.run(this, work, [this](const Result<void>& done) {
        if (!done)
            emit markFailed(done.error());
    });
    list();
}

void RunStore::remove(const QStringList& runIds)
{
    using Failures = std::vector<std::pair<QString, Error>>;
    const auto work = [file = pathOf(m_file), runIds] {
        Failures failures;
        for (const QString& id : runIds)
            if (const auto done = deleteStoredRun(file, id.toStdString()); !done)
                failures.emplace_back(id, done.error());
        return failures;
    };
    m_lane.run(this, work, [this, runIds](const Failures& failures) {
        for (const auto& [id, error] : failures)
            emit removeFailed(id, error);
        emit removed(runIds);
    });
    list();
}

void RunStore::cancel()
{
    if (m_long)
        m_long->cancel();
}

template <class Work, class Done> void RunStore::startLong(const QString& doing, Work work, Done done)
{
    if (m_long)
        return;
    using T = decltype(work(std::declval<BackgroundTask&>()));
    m_long = runInBackground(
        this, std::move(work),
        [this, doing, done = std::move(done)](T result) {
            const bool cancelled = m_long->cancelled();
            m_long.reset();
            emit busyChanged();
            if (cancelled && (!result || result.error().code() == ErrorCode::EngineCancelled))
                emit workCancelled();
            else if (!result)
                emit workFailed(doing, result.error());
            else
                done(std::move(*result));
        },
        [this](std::size_t at, std::size_t total) { emit progress(at, total); });
    emit busyChanged();
}

void RunStore::verify(const QStringList& runIds)
{
    const auto work = [file = pathOf(m_file), runIds](BackgroundTask& task) -> Result<std::vector<Verified>> {
        std::vector<Verified> all;
        for (qsizetype i = 0; i < runIds.size(); ++i) {
            const std::string id = runIds[i].toStdString();
            auto result = verifyStoredRun(
                file, id, {}, partOf(task, static_cast<std::size_t>(i), static_cast<std::size_t>(runIds.size())));
            if (task.cancelled())
                return fail(Error(ErrorCode::EngineCancelled));
            auto divergence = result ? divergenceOf(file, id, *result) : std::nullopt;
            if (result)
                result->record.reset(); // it has served
            all.push_back({runIds[i], std::move(result), std::move(divergence)});
        }
        return all;
    };
    startLong(tr("Cannot verify"), work, [this](const std::vector<Verified>& all) { emit verified(all); });
}

void RunStore::resume(const QString& runId)
{
    const auto work = [file = pathOf(m_file), runId](BackgroundTask& task) -> Result<RunStatus> {
        auto result = resumeStoredRun(file, runId.toStdString(), {}, partOf(task, 0, 1));
        if (!result)
            return fail(result.error());
        return result->summary.status;
    };
    startLong(tr("Cannot resume run %1").arg(runId.left(8)), work, [this, runId](RunStatus status) {
        emit resumed(runId, status);
        list();
    });
}

void RunStore::rerun(const QString& runId)
{
    const std::string now = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toStdString();
    const auto work = [file = pathOf(m_file), runId, now](BackgroundTask& task) -> Result<std::pair<QString, bool>> {
        auto again = rerunStoredRun(file, runId.toStdString(), {}, now, partOf(task, 0, 1));
        if (!again)
            return fail(again.error());
        return std::pair(QString::fromStdString(again->result.record->info().runId), again->sameData);
    };
    startLong(tr("Cannot run %1 again").arg(runId.left(8)), work, [this, runId](const std::pair<QString, bool>& done) {
        emit rerunDone(runId, done.first, done.second);
        list();
    });
}

void RunStore::compare(const QStringList& runIds)
{
    std::vector<std::string> ids;
    for (const QString& id : runIds)
        ids.push_back(id.toStdString());
    const auto work = [file = pathOf(m_file), ids](BackgroundTask& task) -> Result<Comparison> {
        auto comparison = compareStoredRuns(file, ids);
        if (task.cancelled())
            return fail(Error(ErrorCode::EngineCancelled));
        return comparison;
    };
    startLong(tr("Cannot compare"), work, [this](const Comparison& comparison) { emit compared(comparison); });
}

void RunStore::parity(const QString& runId)
{
    const auto work = [file = pathOf(m_file), runId](BackgroundTask& task) {
        return parityOfStoredSession(file, runId.toStdString(), {}, partOf(task, 0, 1));
    };
    startLong(tr("Cannot compare with the backtest"), work,
              [this](const ParityReport& report) { emit parityDone(report); });
}

void RunStore::exportRuns(RunExport kind, std::vector<Target> targets)
{
    const auto work = [file = pathOf(m_file), kind,
                       targets = std::move(targets)](BackgroundTask& task) -> Result<std::vector<Target>> {
        for (std::size_t i = 0; i < targets.size(); ++i) {
            if (!task.report(i, targets.size()))
                return fail(Error(ErrorCode::EngineCancelled));
            if (auto done = exportRun(file, kind, targets[i], partOf(task, i, targets.size())); !done)
                return fail(done.error());
        }
        return targets;
    };
    startLong(tr("Cannot export"), work, [this](const std::vector<Target>& done) { emit exported(done); });
}

} // namespace carry::ui
