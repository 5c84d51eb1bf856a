// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/theme.h"
#include "record/run_record.h"

#include <QString>
#include <limits>
#include <vector>

namespace carry::ui
{

//! Where the values of a line come from: columns of the record, or a figure of the desk made of them.
struct SeriesSource {
    using Read = double (*)(const RunRecord&, std::size_t step, const SeriesSource&);
    Read read = nullptr;
    std::size_t column = 0, second = 0;
    double factor = 1;
    const RunRecord* other = nullptr; //!< another run than the one that is read; it outlives the source
    double at(const RunRecord& record, std::size_t step) const { return read(record, step, *this); }
};

enum class PaneId {
    Nav,
    Return,
    Pnl,
    Drawdown,
    Exposure,
    Drift,
    Risk,
    Ltv,
    HealthFactor,
    Carry,
    Lst,
    Discount,
    Basis,
    Funding,
};
inline constexpr std::size_t kPaneCount = 14;

enum class ChartUnit { Money, Coins, Percent, BasisPoints, Ratio };
//! For read-outs; the values themselves are USDT, coins, fractions or plain ratios.
QString chartText(double value, ChartUnit unit);
//! For ticks that are `step` apart. Large money and amounts are in millions (M), billions (B) or trillions (T) where
//! few decimals tell two ticks apart.
QString tickText(double value, double step, ChartUnit unit);

enum class SeriesRole {
    Line,
    Area,  //!< line, filled to zero
    Band,  //!< between minus and plus the value
    Stack, //!< on top of those of the same sign before it
};

//! 1, 2 or 5 times a power of ten, not below `value`.
double niceStep(double value);

//! One series of a pane.
struct ChartSeries {
    QString name;
    QString help; //!< formula, for tooltips
    SeriesSource source;
    SeriesRole role = SeriesRole::Line;
    enum class Color { Series, Exchange, Text, Loss, Muted } color = Color::Series;
    std::size_t colorIndex = 0;
    bool dashed = false; //!< another run than the one that is shown
    bool off = false;    //!< not drawn until it is asked for
    QColor colorOf(const Colors& colors) const;
};

//! Where a risk level begins, over the time in which it does: a fork may move it.
struct LimitLine {
    QString name;
    double value = 0;
    bool critical = false;
    double from = -std::numeric_limits<double>::infinity(), to = std::numeric_limits<double>::infinity(); //!< ms
};

//! What a pane shows.
struct PaneSpec {
    PaneId id = PaneId::Nav;
    QString key; //!< for settings and files; never translated
    QString title;
    QString unitName; //!< behind the title
    ChartUnit unit = ChartUnit::Money;
    std::vector<ChartSeries> series = {};
    std::vector<LimitLine> limits = {};
    bool withZero = false;  //!< the value axis always holds zero
    bool tight = false;     //!< the value axis ends where the values do, not at whole steps
    bool markers = false;   //!< decisions, breaches and liquidations on the first series
    int weight = 10;        //!< height, against the others
    int lowest = 44;        //!< height in logical pixels below which it is not drawn but scrolled to
    bool applies = true;    //!< the run has what it shows; else the pane is not there
    bool extra = false;     //!< shown only to those who ask
    double nothing = 0.005; //!< what is never more is left out of a stack
};

//! All panes of a run, in order of PaneId; those that the run has nothing for do not apply. `priceLegs`: spot and perp
//! price of the attribution apart instead of as basis. `reference`: another run to draw beside it, or nullptr.
std::vector<PaneSpec> chartPanes(const RunInfo& info, bool priceLegs = false, const RunRecord* reference = nullptr,
                                 const QString& referenceName = {});

} // namespace carry::ui
