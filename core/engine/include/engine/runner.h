// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/engine.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace carry
{

//! Owns an engine on a worker thread. Progress is read from the record; commands are safe from any thread.
class Runner
{
  public:
    explicit Runner(std::unique_ptr<Engine> engine);
    ~Runner(); //!< cancels and waits

    void start();
    //! The run ends after the step under way; what is computed stays.
    void cancel();
    //! Waits up to `timeout`; true when the run has ended.
    bool waitFor(std::chrono::milliseconds timeout);
    //! Waits for the end. Done, Interrupted (cancelled), or the engine's error.
    Result<RunStatus> wait();
    //! Only after the end.
    const Engine& engine() const { return *m_engine; }
    double engineSeconds() const { return m_seconds; }

  private:
    void work(std::stop_token stop);

    std::unique_ptr<Engine> m_engine;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    std::optional<Result<RunStatus>> m_result;
    double m_seconds = 0;
    std::jthread m_thread; // last: joins before the rest goes
};

} // namespace carry
