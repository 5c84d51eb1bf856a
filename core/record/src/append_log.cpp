// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/append_log.h"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace carry
{

DoubleBlock allocateDoubles(std::size_t count)
{
    constexpr std::size_t kLargePage = 2 * 1024 * 1024;
    const std::size_t bytes = (count * sizeof(double) + kLargePage - 1) / kLargePage * kLargePage;
    auto* p = static_cast<double*>(std::aligned_alloc(kLargePage, bytes));
    if (p == nullptr)
        throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    (void)madvise(p, bytes, MADV_HUGEPAGE); // advice only: without it the pages are small
#endif
    return DoubleBlock(p);
}

} // namespace carry
