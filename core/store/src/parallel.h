// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <atomic>
#include <functional>
#include <vector>

namespace carry
{

using Task = std::function<Result<void>()>;

//! Does all tasks on up to `threads` threads, of which the calling one is the first, in about their order. After each
//! of its own the calling thread asks whether to go on. The first error, or EngineCancelled; then some were not done.
Result<void> doAll(const std::vector<Task>& tasks, std::size_t threads, const std::function<bool()>& goOn);

//! How many threads are worth starting to read that many steps.
std::size_t threadsFor(std::size_t steps);

} // namespace carry
