// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest_job.h"

#include "base/log.h"
#include "engine/gate.h"
#include "engine/outside.h"
#include "market/feed_journal.h"
#include "market/live_tape.h"
#include "store/run_marks.h"
#include "store/store_thread.h"

namespace carry
{
namespace
{

//! Starts storing behind the engine; nothing where no database was asked for.
Result<std::unique_ptr<StoreThread>> startStore(const BacktestOptions& options, std::shared_ptr<const RunRecord> record)
{
    if (!options.database)
        return std::unique_ptr<StoreThread>();
    auto database = Database::open(options.database->string(), Database::Mode::ReadWrite, options.busyTimeout);
    if (!database)
        return fail(database.error());
    return std::make_unique<StoreThread>(std::move(*database), std::move(record), !options.resume.empty());
}

TapeSource sourceOf(const std::shared_ptr<RecordedFeed>& feed)
{
    if (!feed)
        return {};
    return [feed](const TapeRequest& request) -> Result<std::shared_ptr<const Tape>> {
        auto live = tapeOf(*feed, request);
        if (!live)
            return fail(live.error());
        if ((*live)->tape()->size() == 0)
            return fail(Error(ErrorCode::DataNoOverlap).with("series", "the recorded messages"));
        return (*live)->tape();
    };
}

} // namespace

Result<std::unique_ptr<BacktestJob>> BacktestJob::start(const RunConfiguration& configuration, const MarketData& data,
                                                        const BacktestOptions& options)
{
    auto setup = prepareRun(configuration, data, options.period, sourceOf(options.feed));
    if (!setup)
        return fail(setup.error());
    setup->tapeGrows = options.feedGrows;
    if (!options.dataDigest.empty() && options.dataDigest != setup->tape->digest())
        return fail(
            Error(ErrorCode::StoreResume)
                .with("run", configuration.forks().empty() ? std::string() : configuration.forks().back().parent)
                .with("found", "its data have changed"));
    std::unique_ptr<BacktestJob> job(new BacktestJob);
    job->m_steps = setup->tape->size();
    auto record = std::make_shared<RunRecord>(
        describeRun(configuration, *setup, data, options.resume.empty() ? newRunId() : options.resume));
    job->m_record = record;
    if (auto store = startStore(options, record))
        job->m_store = std::move(*store);
    else if (options.databaseRequired)
        return fail(store.error());
    else
        job->m_storeError = store.error();
    job->m_runner =
        std::make_unique<Runner>(std::make_unique<Engine>(std::move(*setup), record, options.gate, options.outside));
    job->m_runner->start();
    job->m_thread = std::jthread([j = job.get(), riskFree = configuration.values().number("metrics.risk_free"),
                                  options] { j->work(riskFree, options); });
    return job;
}

BacktestJob::BacktestJob() = default;

BacktestJob::~BacktestJob()
{
    cancel();
    if (m_thread.joinable())
        m_thread.join();
}

void BacktestJob::cancel()
{
    if (m_runner)
        m_runner->cancel();
}

void BacktestJob::work(double riskFree, const BacktestOptions& options)
{
    auto result = [&]() -> Result<BacktestResult> {
        const auto status = m_runner->wait();
        if (!status) {
            const auto store = [this] {
                const std::lock_guard lock(m_mutex);
                return std::move(m_store);
            }(); // abandons what it wrote
            return fail(status.error());
        }
        BacktestResult done;
        done.summary = summarise(*m_record, m_runner->engine().finalState(), riskFree);
        done.summary.status = *status;
        done.summary.timing.loadSeconds = options.loadSeconds;
        done.summary.timing.engineSeconds = m_runner->engineSeconds();
        done.summary.timing.startedAt = options.startedAt;
        if (m_store) {
            if (auto stored = m_store->finish(done.summary); !stored)
                setStoreError(stored.error());
            done.summary.timing.storeSeconds = m_store->seconds();
        }
        done.record = m_record;
        done.storeError = storeError();
        logInfo("desk", "run " + m_record->info().runId + " " + std::string(toText(*status)));
        return done;
    }();
    const std::lock_guard lock(m_mutex);
    m_result = std::move(result);
    m_ended.store(true, std::memory_order_release);
    m_wake.notify_all();
}

bool BacktestJob::waitFor(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_wake.wait_for(lock, timeout, [this] { return m_result.has_value(); });
}

Result<BacktestResult> BacktestJob::wait()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_result.has_value(); });
    return *m_result;
}

std::size_t BacktestJob::storeLag() const
{
    const std::lock_guard lock(m_mutex);
    return m_store && !m_result && !m_storeError ? m_store->lag() : 0;
}

std::optional<Error> BacktestJob::storeError() const
{
    const std::lock_guard lock(m_mutex);
    return m_storeError || !m_store ? m_storeError : m_store->error();
}

void BacktestJob::setStoreError(const Error& error)
{
    const std::lock_guard lock(m_mutex);
    m_storeError = error;
}

} // namespace carry
