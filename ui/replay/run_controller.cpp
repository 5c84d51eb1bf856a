// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_controller.h"

#include <QElapsedTimer>
#include <QThreadPool>

namespace carry::ui
{
namespace
{

std::string wallClock()
{
    return formatIso(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

struct Loaded {
    Result<std::shared_ptr<const MarketData>> data;
    double seconds = 0;
};

Loaded load(const QString& source, BackgroundTask& task)
{
    QElapsedTimer clock;
    clock.start();
    auto data = openData(source.toStdString(),
                         [&task](std::size_t done, std::size_t total) { return task.report(done, total); });
    return {std::move(data), static_cast<double>(clock.elapsed()) * 1e-3};
}

} // namespace

RunController::RunController(QObject* parent) : QObject(parent)
{
    m_tick.setInterval(33);
    connect(&m_tick, &QTimer::timeout, this, &RunController::look);
}

RunController::~RunController() = default;

void RunController::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    emit stateChanged();
}

void RunController::loadData(const QString& source)
{
    if (busy())
        return;
    m_cancelled = false;
    setState(State::LoadingData);
    m_task = runInBackground(
        this, [source](BackgroundTask& task) { return load(source, task); },
        [this, source](Loaded loaded) {
            setState(State::Idle);
            if (!loaded.data) {
                if (loaded.data.error().code() != ErrorCode::DataCancelled)
                    emit failed(loaded.data.error(), tr("Cannot open %1").arg(source));
                return;
            }
            m_data = std::move(*loaded.data);
            m_dataSource = source;
            m_loadSeconds = loaded.seconds;
            emit dataLoaded();
        },
        [this](std::size_t done, std::size_t total) { emit progress(done, total); });
}

void RunController::run(const RunRequest& request)
{
    if (busy())
        return;
    if (m_data && m_dataSource == request.data)
        return prepare(request);
    const auto once = std::make_shared<QMetaObject::Connection>();
    *once = connect(this, &RunController::stateChanged, this, [this, request, once] {
        if (busy())
            return;
        disconnect(*once);
        // Queued: first everybody hears that the data are there.
        QMetaObject::invokeMethod(
            this,
            [this, request] {
                if (m_data && m_dataSource == request.data && !m_cancelled)
                    prepare(request);
            },
            Qt::QueuedConnection);
    });
    loadData(request.data);
}

void RunController::prepare(const RunRequest& request)
{
    m_cancelled = false;
    setState(State::Preparing);
    BacktestOptions options;
    options.period = request.period;
    if (!m_database.isEmpty())
        options.database = m_database.toStdString();
    options.databaseRequired = false;
    options.startedAt = wallClock();
    options.loadSeconds = m_loadSeconds;
    options.resume = request.resume.toStdString();
    options.dataDigest = request.dataDigest;
    using Started = Result<std::unique_ptr<BacktestJob>>;
    auto started = std::make_shared<std::optional<Started>>(); // jobs cannot be copied
    m_task = runInBackground(
        this,
        [configuration = request.configuration, data = m_data, options, started] {
            started->emplace(BacktestJob::start(configuration, *data, options));
        },
        [this, started] {
            if (!**started) {
                setState(State::Idle);
                emit failed((*started)->error(), tr("Cannot run"));
                return;
            }
            m_job = std::move(***started);
            if (m_cancelled)
                m_job->cancel();
            m_lastSteps = 0;
            m_stepsPerSecond = 0;
            m_clock.start();
            m_tick.start();
            setState(State::Running);
            emit this->started(m_job->record());
            look();
        });
}

void RunController::look()
{
    const std::size_t steps = m_job->record()->committed();
    if (const qint64 ns = m_clock.nsecsElapsed(); ns > 0)
        m_stepsPerSecond = static_cast<double>(steps) * 1e9 / static_cast<double>(ns);
    emit progress(steps, m_job->steps());
    if (!m_job->ended())
        return;
    m_tick.stop();
    const auto result = m_job->wait();
    // What the engine held of a long run takes several display frames to give back.
    QThreadPool::globalInstance()->start(
        [job = std::shared_ptr<BacktestJob>(std::move(m_job))]() mutable { job.reset(); });
    if (result && result->summary.timing.engineSeconds > 0)
        m_stepsPerSecond = static_cast<double>(result->summary.steps) / result->summary.timing.engineSeconds;
    setState(State::Idle);
    if (result)
        emit finished(*result);
    else
        emit failed(result.error(), tr("The run failed"));
}

void RunController::cancel()
{
    m_cancelled = true;
    if (m_job)
        m_job->cancel();
    else if (m_task)
        m_task->cancel();
}

} // namespace carry::ui
