// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <chrono>
#include <cstddef>
#include <string_view>

namespace carry::cli
{

//! A line on standard error that shows how far long work has come, with speed and remaining time. Silent unless
//! standard error is a terminal.
class ProgressBar
{
  public:
    ProgressBar(std::string_view label, bool quiet);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    void show(std::size_t done, std::size_t total);

  private:
    std::string_view m_label;
    bool m_active;
    bool m_drawn = false;
    std::chrono::steady_clock::time_point m_began, m_last{};
};

} // namespace carry::cli
