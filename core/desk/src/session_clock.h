// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "desk/session.h"

#include <cmath>

namespace carry
{

//! Simulated time that passes at a pace while it does not stand.
class SessionClock
{
  public:
    SessionClock(std::function<std::chrono::nanoseconds()> monotonic, double speed)
        : m_monotonic(std::move(monotonic)), m_speed(speed)
    {
    }

    void set(Time at)
    {
        m_base = at;
        m_since = m_monotonic();
    }
    double speed() const { return m_speed; }
    void setSpeed(double speed)
    {
        set(now());
        m_speed = speed;
    }
    bool stands() const { return m_stands; }
    void stand(bool stands)
    {
        set(now());
        m_stands = stands;
    }
    //! Without a pace it is where it was set last.
    Time now() const
    {
        if (m_stands || m_speed == TapeFeed::kUnpaced)
            return m_base;
        const double passed = static_cast<double>((m_monotonic() - m_since).count()) * 1e-6; // ms
        return m_base + Duration(static_cast<std::int64_t>(passed * m_speed));
    }
    //! Real time until it is `at`; only while it does not stand.
    std::chrono::nanoseconds until(Time at) const
    {
        if (m_speed == TapeFeed::kUnpaced || at <= now())
            return {};
        const double ms = static_cast<double>((at - m_base).count()) / m_speed;
        return std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(ms * 1e6))) - (m_monotonic() - m_since);
    }

  private:
    std::function<std::chrono::nanoseconds()> m_monotonic;
    double m_speed;
    bool m_stands = false;
    Time m_base{};
    std::chrono::nanoseconds m_since{};
};

} // namespace carry
