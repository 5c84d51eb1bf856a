// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runner.h"

namespace carry
{

Runner::Runner(std::unique_ptr<Engine> engine) : m_engine(std::move(engine)) {}

Runner::~Runner() = default; // std::jthread requests the stop and joins

void Runner::start()
{
    m_thread = std::jthread([this](std::stop_token stop) { work(stop); });
}

void Runner::cancel()
{
    m_thread.request_stop();
}

void Runner::work(std::stop_token stop)
{
    // Measures how long the run took for people; no figure of the run depends on it.
    const auto began = std::chrono::steady_clock::now();
    const auto result = [&]() -> Result<RunStatus> {
        while (!stop.stop_requested()) {
            const auto more = m_engine->step();
            if (!more)
                return fail(more.error());
            if (!*more)
                return RunStatus::Done;
        }
        return RunStatus::Interrupted;
    }();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const std::lock_guard lock(m_mutex);
    m_seconds = took.count();
    m_result.emplace(result);
    m_ended.notify_all();
}

bool Runner::waitFor(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_ended.wait_for(lock, timeout, [this] { return m_result.has_value(); });
}

Result<RunStatus> Runner::wait()
{
    std::unique_lock lock(m_mutex);
    m_ended.wait(lock, [this] { return m_result.has_value(); });
    return *m_result;
}

} // namespace carry
