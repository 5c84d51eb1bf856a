// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "record/run_summary.h"

#include <cstddef>

namespace carry
{

//! Keeps a run record somewhere that lasts. Called in this order: begin, append for rising ranges of committed steps,
//! then finish or abandon. From one thread at a time; it reads nothing that is not committed.
class RecordSink
{
  public:
    virtual ~RecordSink() = default;
    virtual Result<void> begin(const RunRecord& record) = 0;
    //! Steps [fromStep, toStep) with everything that the logs say of them: all of it, or on failure nothing.
    virtual Result<void> append(const RunRecord& record, std::size_t fromStep, std::size_t toStep) = 0;
    virtual Result<void> finish(const RunSummary& summary) = 0;
    //! Removes what was written of the run.
    virtual Result<void> abandon() = 0;
};

} // namespace carry
