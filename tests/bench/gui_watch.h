// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QMetaObject>
#include <QObject>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

namespace carry::ui
{

//! Asks the GUI thread for an answer again and again, from a thread of its own, and keeps the longest that one took.
class GuiWatch
{
  public:
    GuiWatch() : m_thread([this](const std::stop_token& stop) { watch(stop); }) {}
    ~GuiWatch()
    {
        m_thread.request_stop();
        m_thread.join();
    }
    GuiWatch(const GuiWatch&) = delete;
    GuiWatch& operator=(const GuiWatch&) = delete;

    double longestMs() const { return m_longest; }

  private:
    using Clock = std::chrono::steady_clock;

    void watch(const std::stop_token& stop)
    {
        using namespace std::chrono_literals;
        while (!stop.stop_requested()) {
            m_answered = false;
            const auto asked = Clock::now();
            QMetaObject::invokeMethod(
                &m_gui, [this] { m_answered = true; }, Qt::QueuedConnection);
            // Also while it does not answer, so that a question that is never answered counts.
            while (!m_answered && !stop.stop_requested()) {
                std::this_thread::sleep_for(200us);
                const double waited = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();
                m_longest = std::max(m_longest.load(), waited);
            }
            std::this_thread::sleep_for(500us);
        }
    }

    QObject m_gui; //!< lives in the thread that is watched
    std::atomic<bool> m_answered{false};
    std::atomic<double> m_longest{0};
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace carry::ui
