// SPDX-License-Identifier: GPL-3.0-or-later
#include "parallel.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

namespace carry
{
namespace
{

class Work
{
  public:
    explicit Work(const std::vector<Task>& tasks) : m_tasks(tasks) {}

    //! Does tasks until there are none left or one has failed.
    void run(const std::function<bool()>& goOn)
    {
        for (std::size_t i = m_next++; i < m_tasks.size() && !m_ended; i = m_next++) {
            if (auto done = m_tasks[i](); !done)
                end(done.error());
            else if (goOn && !goOn())
                end(Error(ErrorCode::EngineCancelled));
        }
    }
    Result<void> result() const { return m_error ? Result<void>(fail(*m_error)) : Result<void>(); }

  private:
    void end(const Error& error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error)
            m_error = error;
        m_ended = true;
    }

    const std::vector<Task>& m_tasks;
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_ended{false};
    std::mutex m_mutex;
    std::optional<Error> m_error; //!< guarded by m_mutex until all threads have ended
};

} // namespace

Result<void> doAll(const std::vector<Task>& tasks, std::size_t threads, const std::function<bool()>& goOn)
{
    Work work(tasks);
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < std::min(threads, tasks.size()); ++i)
            others.emplace_back([&work] { work.run({}); });
        work.run(goOn);
    }
    return work.result();
}

std::size_t threadsFor(std::size_t steps)
{
    constexpr std::size_t kWorth = 4096; // fewer are read before a thread has started
    constexpr unsigned kMost = 4;
    return steps <= kWorth ? 1 : std::clamp(std::thread::hardware_concurrency(), 1U, kMost);
}

} // namespace carry
