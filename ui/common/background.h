// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QPointer>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>

namespace carry::ui
{

//! Work under way on another thread, seen from both sides.
class BackgroundTask
{
  public:
    using Progress = std::function<void(std::size_t done, std::size_t total)>;

    BackgroundTask(QObject* receiver, Progress progress);

    //! From the working thread: how far it is; false when it is to end. Fits the progress callbacks of the desk.
    //! However often it is called, at most one notification is on its way to the receiver.
    bool report(std::size_t done, std::size_t total);
    bool cancelled() const { return m_cancelled.load(std::memory_order_relaxed); }
    //! From any thread: asks the work to end. Its result is still delivered.
    void cancel() { m_cancelled.store(true, std::memory_order_relaxed); }
    //! From the GUI thread: nothing is delivered any more.
    void forget();

  private:
    QPointer<QObject> m_receiver;    //!< looked at by the GUI thread only
    Progress m_progress;             //!< called by the GUI thread only
    QMetaObject::Connection m_watch; //!< of the receiver's end
    std::atomic<bool> m_cancelled{false}, m_notified{false};
    std::atomic<std::size_t> m_done{0}, m_total{0};
    std::weak_ptr<BackgroundTask> m_self;

    template <class Work, class Done>
    friend std::pair<std::shared_ptr<BackgroundTask>, std::function<void()>>
    backgroundJob(QObject* receiver, Work work, Done done, Progress progress);
    void watch();
    void deliver(std::function<void()> done);
};

using BackgroundHandle = std::shared_ptr<BackgroundTask>;

//! The task and what its thread has to do. `work` is T() or T(BackgroundTask&), `done` takes a T, or nothing for void.
template <class Work, class Done>
std::pair<BackgroundHandle, std::function<void()>> backgroundJob(QObject* receiver, Work work, Done done,
                                                                 BackgroundTask::Progress progress)
{
    auto task = std::make_shared<BackgroundTask>(receiver, std::move(progress));
    task->m_self = task;
    task->watch();
    // What `done` has captured may belong to the GUI thread, so it is destroyed there: by the delivered closure.
    auto shared = std::make_shared<Done>(std::move(done));
    auto job = [task, work = std::move(work), shared = std::move(shared)]() mutable {
        const auto compute = [&] {
            if constexpr (std::is_invocable_v<Work&, BackgroundTask&>)
                return work(*task);
            else
                return work();
        };
        using T = decltype(compute());
        if constexpr (std::is_void_v<T>) {
            compute();
            task->deliver([shared = std::move(shared)] { (*shared)(); });
        } else {
            auto result = std::make_shared<T>(compute());
            task->deliver([shared = std::move(shared), result = std::move(result)] { (*shared)(std::move(*result)); });
        }
    };
    return {std::move(task), std::move(job)};
}

//! The threads of runInBackground(). Ended and joined when the application object goes.
class BackgroundThreads
{
  public:
    static void start(const BackgroundHandle& task, std::function<void()> job);
    //! Cancels all that is under way and waits for it; what is started afterwards runs as usual. GUI thread.
    static void shutdown();
    static std::size_t running(); //!< threads that have not ended yet
};

//! Does `work` on a thread of its own and then `done` with its result on the GUI thread. Called from the GUI thread.
//! When `receiver` (which lives there) is deleted before, the work is asked to end and `done` is never called.
template <class Work, class Done>
BackgroundHandle runInBackground(QObject* receiver, Work work, Done done, BackgroundTask::Progress progress = {})
{
    auto [task, job] = backgroundJob(receiver, std::move(work), std::move(done), std::move(progress));
    BackgroundThreads::start(task, std::move(job));
    return task;
}

//! One thread that does what it is given one after the other, in that order: short accesses to one database. The
//! destructor waits until all of it is done: writing that was asked for is not lost.
class BackgroundLane
{
  public:
    BackgroundLane();
    ~BackgroundLane();
    BackgroundLane(const BackgroundLane&) = delete;
    BackgroundLane& operator=(const BackgroundLane&) = delete;

    template <class Work, class Done> BackgroundHandle run(QObject* receiver, Work work, Done done)
    {
        auto [task, job] = backgroundJob(receiver, std::move(work), std::move(done), {});
        push(std::move(job));
        return task;
    }
    //! Waits until everything given so far is done. What it delivers comes with the event loop.
    void wait();

  private:
    void push(std::function<void()> job);
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_jobs; //!< guarded by m_mutex
    bool m_busy = false, m_end = false;       //!< guarded by m_mutex
    std::jthread m_thread;                    // last: it uses all of the above
};

} // namespace carry::ui
