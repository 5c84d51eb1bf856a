// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "desk/approval.h"
#include "desk/stress.h"

class QTableView;

namespace carry::ui
{

// Lines of the card's tables. Amounts in the run's currency unless named.

struct ChangeLine : FigureChange {
    Asset shareClass = Asset::USDT;
};
struct ShockLine {
    QString name;
    double before = 0, after = 0; //!< change of equity
    double healthBefore = 0, healthAfter = 0;
    bool liquidated = false; //!< after the plan
    Asset shareClass = Asset::USDT;
};
struct QuoteLine : Quote {
    Duration age{}; //!< on the session's clock
};
struct UnhedgedLine : UnhedgedAfter {
    std::size_t k = 0;
    QString last; //!< the k-th instruction to complete
    Asset shareClass = Asset::USDT;
    Asset base = Asset::BTC;
    bool worst = false; //!< the largest of all
};
struct CostLine {
    QString name;
    double low = 0, expected = 0, high = 0;
    Asset shareClass = Asset::USDT;
};

using ChangeModel = LinesModel<ChangeLine>;
using ShockModel = LinesModel<ShockLine>;
using QuoteModel = LinesModel<QuoteLine>;
using UnhedgedModel = LinesModel<UnhedgedLine>;
using CostModel = LinesModel<CostLine>;

ChangeModel* makeChangeModel(QObject* parent);
ShockModel* makeShockModel(QObject* parent);
QuoteModel* makeQuoteModel(QObject* parent);
UnhedgedModel* makeUnhedgedModel(QObject* parent);
CostModel* makeCostModel(QObject* parent);

std::vector<ChangeLine> changeLines(const RunInfo& info, const Proposal& proposal, const PreTradeLimits& limits);
std::vector<ShockLine> shockLines(const StressRules& rules, const Proposal& proposal, Asset shareClass);
std::vector<QuoteLine> quoteLines(const Proposal& proposal, Time now);
std::vector<UnhedgedLine> unhedgedLines(const RunInfo& info, const Proposal& proposal);
std::vector<CostLine> costLines(const Proposal& proposal, Asset shareClass);

//! A table in the way of this program: dense rows, copying, no grid.
QTableView* makeTable(QAbstractItemModel* model, const QString& name, const char* objectName);

} // namespace carry::ui
