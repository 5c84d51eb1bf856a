// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "execution/instruction.h"

#include <compare>
#include <string>
#include <vector>

namespace carry
{

//! A group of a plan.
struct GroupRef {
    std::size_t phase = 0, group = 0; //!< from 0
    friend auto operator<=>(const GroupRef&, const GroupRef&) = default;
};
std::string toText(GroupRef ref); //!< "2.1": from 1, as people count

//! Groups that may only be approved together: apart, one of them would leave a position without its hedge, or strand
//! what the other one needs.
struct GroupBundle {
    std::vector<GroupRef> groups;
    std::vector<std::size_t> needs; //!< bundles that must be approved too; indices, rising
    std::string why;                //!< English, what holds it together: "the same exchange: Binance"
};

//! In the order of their first group. `unhedged`: net delta minus its target before the plan, coins. Together belong:
//! what trades at or moves funds to and from one exchange; everything on chain, with transfers of its coins; and what
//! alone would increase the unhedged quantity.
std::vector<GroupBundle> bundlesOf(const Plan& plan, double unhedged);

//! Whether the groups could be carried out without the rest of the plan. GateOrphan names the first that is missing.
Result<void> checkClosed(const std::vector<GroupBundle>& bundles, const std::vector<GroupRef>& chosen);
//! The smallest set with these groups that checkClosed() accepts, in order.
std::vector<GroupRef> closureOf(const std::vector<GroupBundle>& bundles, const std::vector<GroupRef>& chosen);

} // namespace carry
