// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/words.h"
#include "desk/approval.h"

namespace carry::ui
{

//! Words for what happens at a gate.
class ApprovalWords
{
    Q_DECLARE_TR_FUNCTIONS(carry::ui::ApprovalWords)
  public:
    static QString item(ProposalItem item);    //!< "Net delta"
    static QString itemTip(ProposalItem item); //!< what the figure is, its formula
    static QString figure(const FigureChange& change, double value, Asset shareClass); //!< with its unit
    static Badge step(ProposalStep step);                                              //!< "Approved"
    static Badge tradingState(TradingState state);
    static QString gateMode(GateMode mode);
    static QString limit(const std::string& key);  //!< of a key of the gate file
    static QString quote(const std::string& name); //!< "Binance spot" of Quote::name
    //! "1.1, 2.1"
    static QString groups(const std::vector<GroupRef>& groups);
    //! "0:42", "14:59", "1:03:20"
    static QString countdown(Duration left);
};

//! Name of the account that this program runs under.
QString systemUser();

} // namespace carry::ui
