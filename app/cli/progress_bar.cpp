// SPDX-License-Identifier: GPL-3.0-or-later
#include "progress_bar.h"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace carry::cli
{

ProgressBar::ProgressBar(std::string_view label, bool quiet)
    : m_label(label), m_active(!quiet && isatty(STDERR_FILENO) != 0), m_began(std::chrono::steady_clock::now())
{
}

ProgressBar::~ProgressBar()
{
    if (m_drawn)
        std::fputs("\r\033[K", stderr);
}

void ProgressBar::show(std::size_t done, std::size_t total)
{
    using namespace std::chrono;
    if (!m_active || total == 0)
        return;
    const auto now = steady_clock::now();
    if (m_drawn && now - m_last < milliseconds{50})
        return;
    m_last = now;
    m_drawn = true;
    const double share = static_cast<double>(done) / static_cast<double>(total);
    const double elapsed = duration<double>(now - m_began).count();
    const double rate = elapsed > 0 ? static_cast<double>(done) / elapsed : 0;
    const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
    constexpr std::size_t kWidth = 30;
    const auto filled = static_cast<std::size_t>(share * kWidth);
    const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
    std::fprintf(stderr, "\r%.*s [%s] %3.0f %%  %.0f/s  %.0f s left\033[K", static_cast<int>(m_label.size()),
                 m_label.data(), bar.c_str(), share * 100, rate, left);
    std::fflush(stderr);
}

} // namespace carry::cli
