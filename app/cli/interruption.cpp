// SPDX-License-Identifier: GPL-3.0-or-later
#include "interruption.h"

#include <csignal>
#include <initializer_list>

namespace carry::cli
{
namespace
{

volatile std::sig_atomic_t interrupted = 0;

} // namespace

void catchInterruption()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, [](int) { interrupted = 1; });
}

bool isInterrupted()
{
    return interrupted != 0;
}

} // namespace carry::cli
