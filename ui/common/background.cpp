// SPDX-License-Identifier: GPL-3.0-or-later
#include "background.h"

#include <QCoreApplication>
#include <list>
#ifdef __linux__
#include <sys/resource.h>
#endif

namespace carry::ui
{
namespace
{

//! A thread with the task it does.
struct Running {
    BackgroundHandle task;
    std::atomic<bool> ended{false};
    std::jthread thread;
};

//! Touched by the GUI thread only.
std::list<Running>& runningThreads()
{
    static std::list<Running> threads;
    return threads;
}

void joinEnded()
{
    runningThreads().remove_if([](const Running& r) { return r.ended.load(std::memory_order_acquire); });
}

//! Runs, loading and storing give way to the window when there are fewer processors than threads. On Linux this is a
//! matter of the calling thread, and those that it starts (engine, store) inherit it.
void giveWayToTheWindow()
{
#ifdef __linux__
    constexpr int kNicer = 5;
    setpriority(PRIO_PROCESS, 0, kNicer); // where it cannot be, all goes on as before
#endif
}

//! Calls on the GUI thread, later.
void post(std::function<void()> call)
{
    if (QCoreApplication* application = QCoreApplication::instance())
        QMetaObject::invokeMethod(application, std::move(call), Qt::QueuedConnection);
}

} // namespace

BackgroundTask::BackgroundTask(QObject* receiver, Progress progress)
    : m_receiver(receiver), m_progress(std::move(progress))
{
}

void BackgroundTask::watch()
{
    if (m_receiver)
        m_watch = QObject::connect(m_receiver, &QObject::destroyed, [task = m_self] {
            if (const auto self = task.lock())
                self->cancel();
        });
}

bool BackgroundTask::report(std::size_t done, std::size_t total)
{
    m_done.store(done, std::memory_order_relaxed);
    m_total.store(total, std::memory_order_relaxed);
    if (m_progress && !m_notified.exchange(true))
        post([self = m_self.lock()] {
            self->m_notified.store(false);
            if (self->m_receiver)
                self->m_progress(self->m_done.load(std::memory_order_relaxed),
                                 self->m_total.load(std::memory_order_relaxed));
        });
    return !cancelled();
}

void BackgroundTask::forget()
{
    m_receiver.clear();
    cancel();
}

void BackgroundTask::deliver(std::function<void()> done)
{
    post([self = m_self.lock(), done = std::move(done)] {
        QObject::disconnect(self->m_watch);
        if (self->m_receiver)
            done();
        self->m_progress = nullptr; // what it has captured goes on the GUI thread
    });
}

void BackgroundThreads::start(const BackgroundHandle& task, std::function<void()> job)
{
    static const bool once = [] {
        runningThreads(); // is made before, so it goes after the application
        qAddPostRoutine(&BackgroundThreads::shutdown);
        return true;
    }();
    Q_UNUSED(once)
    joinEnded();
    Running& entry = runningThreads().emplace_back();
    entry.task = task;
    entry.thread = std::jthread([&ended = entry.ended, work = std::move(job)]() mutable {
        giveWayToTheWindow();
        work();
        work = nullptr; // what it holds goes before the thread counts as ended
        ended.store(true, std::memory_order_release);
    });
}

void BackgroundThreads::shutdown()
{
    for (Running& r : runningThreads())
        r.task->forget();
    runningThreads().clear(); // joins
}

std::size_t BackgroundThreads::running()
{
    joinEnded();
    return runningThreads().size();
}

BackgroundLane::BackgroundLane()
{
    m_thread = std::jthread([this] { loop(); });
}

BackgroundLane::~BackgroundLane()
{
    {
        const std::lock_guard lock(m_mutex);
        m_end = true;
    }
    m_wake.notify_all();
}

void BackgroundLane::push(std::function<void()> job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_all();
}

void BackgroundLane::wait()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_jobs.empty() && !m_busy; });
}

void BackgroundLane::loop()
{
    giveWayToTheWindow();
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return !m_jobs.empty() || m_end; });
        if (m_jobs.empty())
            return;
        {
            auto job = std::move(m_jobs.front());
            m_jobs.pop_front();
            m_busy = true;
            lock.unlock();
            job();
        } // what the job holds goes without the lock
        lock.lock();
        m_busy = false;
        m_wake.notify_all();
    }
}

} // namespace carry::ui
