// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "record/run_summary.h"
#include "store/database.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace carry
{

class RunWriter;

//! Follows a record behind its own cursor and stores what was committed, looking for more every 20 ms. Nobody waits for
//! it but finish(). Owned and called by one thread; lag(), failed() and error() may be called from any.
class StoreThread
{
  public:
    static constexpr std::size_t kBatch = 8192; //!< steps of one transaction at most

    //! The connection is handed over and closed at the end.
    //! `resume`: the database holds the beginning of the record's run already (RunWriter::resume()); it stays there
    //! whatever happens.
    //! `begun`: done on the thread once the run is in the database, before its first step is; its error ends storing.
    StoreThread(Database database, std::shared_ptr<const RunRecord> record, bool resume = false,
                std::function<Result<void>(Database&)> begun = {});
    ~StoreThread(); //!< without finish() the run is abandoned: nothing of it stays
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    //! Committed steps that are not stored yet.
    std::size_t lag() const
    {
        const std::size_t stored = m_stored.load(std::memory_order_acquire); // first: it never overtakes the other
        const std::size_t committed = m_record->committed();
        return committed > stored ? committed - stored : 0; // a resumed run has stored what is not computed again yet
    }
    //! Why storing has ended early; nothing while it goes on.
    std::optional<Error> error() const
    {
        return failed() ? std::optional(m_result.error()) : std::nullopt; // set before `failed`, and never again
    }
    bool failed() const { return m_failed.load(std::memory_order_acquire); }
    //! Once the engine has ended: stores the rest and the summary, and waits for it. After an error nothing of the run
    //! stays in the database.
    Result<void> finish(RunSummary summary);
    //! Seconds spent on writing, as stored in the summary; after finish().
    double seconds() const { return m_seconds; }

  private:
    enum class Order { Follow, Finish, Abandon };

    void run(Database database);
    Result<void> follow(RunWriter& writer, Database& database);
    Result<void> begin(RunWriter& writer);
    Result<void> catchUp(RunWriter& writer);
    Order waitForWork();
    void give(Order order); //!< and waits until the thread has carried it out

    std::shared_ptr<const RunRecord> m_record;
    const bool m_resume;
    const std::function<Result<void>(Database&)> m_begun;
    bool m_checked = false; //!< of a resumed run: what is stored was found to be what is computed
    std::mutex m_mutex;
    std::condition_variable m_wake;
    Order m_order = Order::Follow;       //!< guarded by m_mutex
    std::optional<RunSummary> m_summary; //!< set before m_order becomes Finish
    Result<void> m_result;               //!< of the thread; read after m_failed or after it has ended
    double m_seconds = 0;                //!< as m_result
    std::atomic<std::size_t> m_stored{0};
    std::atomic<bool> m_failed{false};
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace carry
