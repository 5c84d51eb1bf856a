// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/inspection.h"

namespace carry
{

//! What happened between two steps of a run: what the later one has that the earlier one had not. Money in share class.
struct RangeFigures {
    Time from{}, to{};
    double days = 0;
    double navFrom = 0, navTo = 0;
    double flows = 0;                  //!< deposits less withdrawals
    double pnl = 0;                    //!< navTo - navFrom - flows
    std::vector<PnlLine> lines;        //!< that changed, largest first; they sum to pnl
    Figure apr;                        //!< simple, of the value of a unit, a year of 365 days; fraction
    double maxDrawdown = 0;            //!< within the range, of the value of a unit; fraction
    Time drawdownFrom{}, drawdownTo{}; //!< its peak and its bottom
    Figure minMarginRatio;             //!< lowest of the exchanges, fraction
    Figure minHealthFactor;
};
//! `first` <= `last`, both committed.
RangeFigures rangeFigures(const RunRecord& record, std::size_t first, std::size_t last);

} // namespace carry
