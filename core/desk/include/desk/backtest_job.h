// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace carry
{

class StoreThread;

//! One run under way: the engine on its own thread, the store behind it on another, the summary made when the engine
//! has ended. Started, asked and ended by one thread, which never waits but in wait() and the destructor.
class BacktestJob
{
  public:
    //! Prepares the run and starts it. The errors of prepareRun(), and for a resumed run and for a fork whose data have
    //! changed StoreResume. A database that
    //! cannot be written does not stop the run: storeError() tells.
    static Result<std::unique_ptr<BacktestJob>> start(const RunConfiguration& configuration, const MarketData& data,
                                                      const BacktestOptions& options);
    ~BacktestJob(); //!< cancels and waits; what is computed and stored by then is kept
    BacktestJob(const BacktestJob&) = delete;
    BacktestJob& operator=(const BacktestJob&) = delete;

    const std::shared_ptr<const RunRecord>& record() const { return m_record; }
    std::size_t steps() const { return m_steps; } //!< of the tape; arrivals between two labels come on top
    //! Ends after the step under way.
    void cancel();
    bool ended() const { return m_ended.load(std::memory_order_acquire); }
    bool waitFor(std::chrono::milliseconds timeout);
    //! Waits for the end. The engine's error; then nothing of the run stays in the database.
    Result<BacktestResult> wait();
    //! Committed steps that are not stored yet; 0 without a database.
    std::size_t storeLag() const;
    //! Why the run is not being kept, once that is known.
    std::optional<Error> storeError() const;

  private:
    BacktestJob();
    void work(double riskFree, const BacktestOptions& options);
    void setStoreError(const Error& error);

    std::shared_ptr<const RunRecord> m_record;
    std::size_t m_steps = 0;
    std::unique_ptr<Runner> m_runner;
    std::unique_ptr<StoreThread> m_store; //!< taken away under m_mutex
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::optional<Error> m_storeError;              //!< guarded by m_mutex
    std::optional<Result<BacktestResult>> m_result; //!< guarded by m_mutex
    std::atomic<bool> m_ended{false};
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace carry
