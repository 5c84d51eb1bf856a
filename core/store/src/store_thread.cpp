// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store_thread.h"

#include "store/run_writer.h"

#include <pthread.h>

namespace carry
{
namespace
{

constexpr std::chrono::milliseconds kLook{20};

} // namespace

StoreThread::StoreThread(Database database, std::shared_ptr<const RunRecord> record, bool resume,
                         std::function<Result<void>(Database&)> begun)
    : m_record(std::move(record)), m_resume(resume), m_begun(std::move(begun)),
      m_thread([this, connection = std::move(database)]() mutable { run(std::move(connection)); })
{
    pthread_setname_np(m_thread.native_handle(), "carry-store");
}

StoreThread::~StoreThread()
{
    give(Order::Abandon);
}

Result<void> StoreThread::finish(RunSummary summary)
{
    if (m_thread.joinable()) {
        m_summary = std::move(summary);
        give(Order::Finish);
    }
    return m_result;
}

void StoreThread::give(Order order)
{
    if (!m_thread.joinable())
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_order = order;
    }
    m_wake.notify_one();
    m_thread.join();
}

void StoreThread::run(Database database)
{
    RunWriter writer(database);
    m_result = follow(writer, database);
    if (m_result)
        return;
    m_failed.store(true, std::memory_order_release);
    (void)writer.abandon(); // the first error is the one to tell
}

Result<void> StoreThread::follow(RunWriter& writer, Database& database)
{
    if (auto begun = begin(writer); !begun)
        return begun;
    if (m_begun)
        if (auto more = m_begun(database); !more)
            return more;
    for (;;) {
        const Order order = waitForWork();
        if (order == Order::Abandon)
            return writer.abandon();
        const auto started = std::chrono::steady_clock::now();
        if (auto written = catchUp(writer); !written)
            return written;
        m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        if (order == Order::Finish) {
            if (m_record->committed() < writer.stepsStored()) // cancelled before it came to where it had been
                return writer.abandon();
            m_summary->timing.storeSeconds = m_seconds;
            return writer.finish(*m_summary);
        }
    }
}

Result<void> StoreThread::begin(RunWriter& writer)
{
    if (!m_resume)
        return writer.begin(*m_record);
    if (auto resumed = writer.resume(*m_record); !resumed)
        return resumed;
    m_stored.store(writer.stepsStored(), std::memory_order_release);
    return {};
}

// A batch is worth writing when it is full or when 20 ms have passed: one transaction for each step would be slow.
StoreThread::Order StoreThread::waitForWork()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, kLook, [this] { return m_order != Order::Follow; });
    return m_order;
}

Result<void> StoreThread::catchUp(RunWriter& writer)
{
    const std::size_t committed = m_record->committed();
    if (m_resume && !m_checked) {
        if (committed < writer.stepsStored())
            return {};
        if (auto checked = writer.checkStored(*m_record); !checked)
            return checked;
        m_checked = true;
    }
    for (std::size_t stored = m_stored.load(std::memory_order_relaxed); stored < committed;) {
        const std::size_t end = std::min(committed, stored + kBatch);
        if (auto written = writer.append(*m_record, stored, end); !written)
            return written;
        stored = end;
        m_stored.store(stored, std::memory_order_release);
    }
    return {};
}

} // namespace carry
