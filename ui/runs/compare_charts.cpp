// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_charts.h"

#include "common/number_format.h"
#include "common/theme.h"
#include "compare_models.h"

#include <QtPrintSupport> // what the header below needs
#include <QtWidgets>
#include <algorithm>
#include <cmath>
#include <qcustomplot.h>

namespace carry::ui
{
namespace
{

constexpr double kSecond = 1000;

//! A line of its own dash for each run, so that colour is not all that tells them apart.
QPen penOf(std::size_t run)
{
    static constexpr Qt::PenStyle kStyles[] = {Qt::SolidLine, Qt::SolidLine,   Qt::SolidLine,   Qt::DashLine,
                                               Qt::DashLine,  Qt::DashDotLine, Qt::DashDotLine, Qt::DotLine};
    return QPen(colors().series[run % std::size(colors().series)], run == 0 ? 2.0 : 1.5,
                kStyles[run % std::size(kStyles)]);
}

void addCurve(QCPAxisRect* rect, const RunCurve& curve, std::size_t run, double factor)
{
    QVector<double> times, values;
    times.reserve(static_cast<qsizetype>(curve.values.size()));
    values.reserve(times.capacity());
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
        times.push_back(static_cast<double>(curve.timesMs[i]) / kSecond);
        values.push_back(curve.values[i] * factor);
    }
    auto* graph = rect->parentPlot()->addGraph(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
    graph->setData(times, values, true);
    graph->setPen(penOf(run));
    graph->setName(runLetter(run));
}

void styleAxis(QCPAxis* axis)
{
    const Colors& c = colors();
    axis->setBasePen(QPen(c.border));
    axis->setTickPen(QPen(c.border));
    axis->setSubTickPen(Qt::NoPen);
    axis->setLabelColor(c.muted);
    axis->setTickLabelColor(c.muted);
    axis->setTickLabelFont(Theme::instance().numbers());
    axis->grid()->setPen(QPen(c.grid));
    axis->grid()->setZeroLinePen(QPen(c.border));
}

//! Last value at or before a time; NaN before the first.
double valueAt(const QCPGraph& graph, double time)
{
    auto found = graph.data()->findBegin(time, false);
    if (found != graph.data()->constBegin() && (found == graph.data()->constEnd() || found->key > time))
        --found;
    return found == graph.data()->constEnd() || found->key > time ? std::nan("") : found->value;
}

QString barTitle(const PnlBridge& bridge, std::size_t bar, int run)
{
    if (bar == 0)
        return CompareCharts::tr("P&L of %1").arg(runLetter(0));
    if (bar + 1 == bridge.bars.size())
        return CompareCharts::tr("P&L of %1").arg(runLetter(static_cast<std::size_t>(run)));
    const std::string& name = bridge.bars[bar].name;
    if (name == "basis")
        return CompareCharts::tr("Price, both legs");
    return name == "unexplained" ? CompareCharts::tr("Unexplained")
                                 : metricTitle("pnl." + name).section(QStringLiteral(": "), -1);
}

} // namespace

CompareCharts::CompareCharts(QWidget* parent)
    : QWidget(parent), m_tabs(new QTabWidget(this)), m_curves(new QCustomPlot(this)), m_bars(new QCustomPlot(this)),
      m_reading(new QLabel(this)), m_unit(new QLabel(this)), m_other(new QComboBox(this))
{
    setAccessibleName(tr("Charts of the comparison"));
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Charts of the comparison"));
    m_tabs->addTab(makeCurves(), tr("Value and &drawdown"));
    m_tabs->addTab(makeBridge(), tr("What changes the &P&&L"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(&Theme::instance(), &Theme::changed, this, &CompareCharts::restyle);
}

QWidget* CompareCharts::makeCurves()
{
    auto* page = new QWidget(this);
    m_curves->setAccessibleName(tr("Value and drawdown of the runs over time"));
    m_curves->setFocusPolicy(Qt::StrongFocus);
    m_curves->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_curves->setMinimumHeight(160);
    connect(m_curves, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { readOut(event->pos()); });
    connect(m_curves, &QCustomPlot::mouseDoubleClick, this, [this] {
        m_curves->rescaleAxes();
        m_curves->replot();
    });
    m_reading->setFont(Theme::instance().numbers());
    m_reading->setTextFormat(Qt::PlainText);
    m_reading->setProperty("role", QStringLiteral("muted"));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addWidget(m_reading);
    layout->addWidget(m_curves, 1);
    return page;
}

QWidget* CompareCharts::makeBridge()
{
    auto* page = new QWidget(this);
    m_bars->setAccessibleName(tr("How the P&L of one run becomes that of another"));
    m_bars->setFocusPolicy(Qt::StrongFocus);
    m_bars->setMinimumHeight(160);
    connect(m_bars, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { tellBar(event->pos()); });
    m_other->setObjectName(QStringLiteral("bridgeRun"));
    m_other->setAccessibleName(tr("Run that the bars lead to"));
    connect(m_other, &QComboBox::activated, this, [this](int index) { showBridgeTo(index + 1); });
    auto* label = new QLabel(tr("From A &to"), page);
    label->setBuddy(m_other);
    m_unit->setProperty("role", QStringLiteral("muted"));
    auto* head = new QHBoxLayout;
    head->addWidget(label);
    head->addWidget(m_other);
    head->addWidget(m_unit, 1);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addLayout(head);
    layout->addWidget(m_bars, 1);
    return page;
}

void CompareCharts::setComparison(const Comparison& comparison)
{
    m_comparison = comparison;
    m_other->clear();
    for (std::size_t i = 1; i < comparison.runs.size(); ++i)
        m_other->addItem(tr("%1  %2", "letter, name of a run").arg(runLetter(i), runName(comparison.runs[i])));
    m_other->setEnabled(m_other->count() > 1);
    drawCurves();
    showBridgeTo(1);
}

void CompareCharts::showBridgeTo(int run)
{
    if (run < 1 || run >= static_cast<int>(m_comparison.runs.size()))
        return;
    m_other->setCurrentIndex(run - 1);
    m_bridge = pnlBridge(m_comparison.runs.front(), m_comparison.runs[static_cast<std::size_t>(run)]);
    m_unit->setText(m_bridge.ofCapital ? tr("in per cent of each run's capital")
                                       : tr("in %1").arg(currency(m_bridge.currency)));
    drawBridge();
}

void CompareCharts::restyle()
{
    drawCurves();
    drawBridge();
}

void CompareCharts::drawCurves()
{
    m_curves->clearGraphs();
    m_curves->plotLayout()->clear();
    m_curves->setBackground(colors().panel);
    auto* value = new QCPAxisRect(m_curves);
    auto* fall = new QCPAxisRect(m_curves);
    auto* margins = new QCPMarginGroup(m_curves);
    for (QCPAxisRect* rect : {value, fall}) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
        rect->setRangeDrag(Qt::Horizontal);
        rect->setRangeZoom(Qt::Horizontal);
        for (QCPAxis* axis : rect->axes())
            styleAxis(axis);
        QSharedPointer<QCPAxisTickerDateTime> dates(new QCPAxisTickerDateTime);
        dates->setDateTimeSpec(Qt::UTC);
        dates->setDateTimeFormat(QStringLiteral("yyyy-MM-dd"));
        rect->axis(QCPAxis::atBottom)->setTicker(dates);
    }
    value->axis(QCPAxis::atLeft)->setLabel(tr("Value, start = 100"));
    fall->axis(QCPAxis::atLeft)->setLabel(tr("Drawdown, %"));
    value->axis(QCPAxis::atBottom)->setTickLabels(false);
    fall->axis(QCPAxis::atLeft)->setRangeReversed(true);
    connect(value->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::rangeChanged),
            fall->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::setRange));
    connect(fall->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::rangeChanged),
            value->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::setRange));
    m_curves->plotLayout()->addElement(0, 0, value);
    m_curves->plotLayout()->addElement(1, 0, fall);
    m_curves->plotLayout()->setRowStretchFactor(0, 2);
    for (std::size_t i = 0; i < m_comparison.curves.size(); ++i)
        addCurve(value, m_comparison.curves[i].unitValue, i, 100);
    for (std::size_t i = 0; i < m_comparison.curves.size(); ++i)
        addCurve(fall, m_comparison.curves[i].drawdown, i, 100);
    m_curves->rescaleAxes();
    m_curves->replot(QCustomPlot::rpQueuedReplot);
    readOut({});
}

//! What the curves say under the mouse, or at their end.
void CompareCharts::readOut(const QPoint& at)
{
    const int runs = static_cast<int>(m_comparison.curves.size());
    if (runs == 0 || m_curves->graphCount() < 2 * runs) {
        m_reading->clear();
        return;
    }
    QCPAxis* axis = m_curves->graph(0)->keyAxis();
    const double time = at.isNull() ? axis->range().upper : axis->pixelToCoord(at.x());
    QStringList parts{dateTime(fromMs(static_cast<std::int64_t>(time * kSecond)))};
    for (int i = 0; i < runs; ++i) {
        const double value = valueAt(*m_curves->graph(i), time);
        const double fall = valueAt(*m_curves->graph(runs + i), time);
        parts += tr("%1 %2 (drawdown %3 %)", "run, value, drawdown")
                     .arg(runLetter(static_cast<std::size_t>(i)), money(value, 2), money(fall, 3));
    }
    m_reading->setText(parts.join(QStringLiteral("   ")));
}

QString CompareCharts::amount(double value) const
{
    return m_bridge.ofCapital ? percent(value, 3) : signedInCurrency(value, m_bridge.currency);
}

//! From where the bars of both ends are drawn: zero, or where it would leave slivers of the changes a level near them.
double CompareCharts::bridgeBase() const
{
    constexpr double kSmall = 0.5; // of what lies between zero and the lowest level
    constexpr double kBelow = 0.6; // of the changes, so that the ends are bars too
    if (m_bridge.bars.size() < 2)
        return 0;
    double low = m_bridge.bars.front().to;
    double high = low;
    for (std::size_t i = 1; i < m_bridge.bars.size(); ++i) {
        low = std::min({low, m_bridge.bars[i].to, i + 1 < m_bridge.bars.size() ? m_bridge.bars[i].from : low});
        high = std::max({high, m_bridge.bars[i].to, i + 1 < m_bridge.bars.size() ? m_bridge.bars[i].from : high});
    }
    const double changes = high - low;
    if (low > 0 && changes > 0 && changes < kSmall * low)
        return low - kBelow * changes;
    if (high < 0 && changes > 0 && changes < kSmall * -high)
        return high + kBelow * changes;
    return 0;
}

void CompareCharts::addBar(std::size_t i, double base, double before)
{
    const PnlBridge::Bar& bar = m_bridge.bars[i];
    const bool end = i == 0 || i + 1 == m_bridge.bars.size();
    const double factor = m_bridge.ofCapital ? 100 : 1;
    const double at = static_cast<double>(i);
    const double from = end ? base : bar.from;
    auto* bars = new QCPBars(m_bars->xAxis, m_bars->yAxis);
    bars->setWidth(0.7);
    bars->setBaseValue(from * factor);
    bars->addData(at, (bar.to - from) * factor);
    const QColor fill = end ? colors().muted : bar.change() < 0 ? colors().loss : colors().gain;
    bars->setBrush(fill);
    bars->setPen(QPen(fill));
    const auto write = [&](const QString& words, double value, Qt::Alignment alignment, const QColor& color) {
        auto* text = new QCPItemText(m_bars);
        text->setText(words);
        text->setColor(color);
        text->setFont(Theme::instance().numbers());
        text->position->setCoords(at, value * factor);
        text->setPositionAlignment(Qt::AlignHCenter | alignment);
    };
    write(amount(bar.change()), std::max(from, bar.to), Qt::AlignBottom, colors().text);
    if (end && base != 0) // cut off
        write(QStringLiteral("≈"), base + (bar.to - base) * 0.25, Qt::AlignVCenter, colors().panel);
    if (i > 0 && !end) { // where the bar before ended
        auto* line = new QCPItemLine(m_bars);
        line->start->setCoords(at - 1, before * factor);
        line->end->setCoords(at, before * factor);
        line->setPen(QPen(colors().border, 1, Qt::DotLine));
    }
}

void CompareCharts::drawBridge()
{
    m_bars->clearPlottables();
    m_bars->clearItems();
    m_bars->setBackground(colors().panel);
    for (QCPAxis* axis : m_bars->axisRect()->axes())
        styleAxis(axis);
    const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    const int run = m_other->currentIndex() + 1;
    const double base = bridgeBase();
    for (std::size_t i = 0; i < m_bridge.bars.size(); ++i) {
        names->addTick(static_cast<double>(i), barTitle(m_bridge, i, run).replace(QLatin1Char(' '), QLatin1Char('\n')));
        addBar(i, base, i > 0 ? m_bridge.bars[i - 1].to : 0);
    }
    m_bars->xAxis->setTicker(names);
    m_bars->xAxis->setSubTicks(false);
    const QString unit = m_bridge.ofCapital ? tr("% of capital") : currency(m_bridge.currency);
    m_bars->yAxis->setLabel(base == 0 ? tr("P&L, %1").arg(unit) : tr("P&L, %1 (not from 0)").arg(unit));
    m_bars->rescaleAxes();
    m_bars->xAxis->setRange(-0.6, static_cast<double>(m_bridge.bars.size()) - 0.4);
    const QCPRange range = m_bars->yAxis->range();
    m_bars->yAxis->setRange(range.lower - (base == 0 ? range.size() * 0.05 : 0), range.upper + range.size() * 0.15);
    m_bars->replot(QCustomPlot::rpQueuedReplot);
}

void CompareCharts::tellBar(const QPoint& at)
{
    const long bar = std::lround(m_bars->xAxis->pixelToCoord(at.x()));
    if (bar < 0 || bar >= static_cast<long>(m_bridge.bars.size())) {
        m_bars->setToolTip({});
        return;
    }
    const auto i = static_cast<std::size_t>(bar);
    m_bars->setToolTip(tr("%1: %2", "line of P&L, amount")
                           .arg(barTitle(m_bridge, i, m_other->currentIndex() + 1), amount(m_bridge.bars[i].change())));
}

QString CompareCharts::bridgeText() const
{
    QString text;
    for (std::size_t i = 0; i < m_bridge.bars.size(); ++i)
        text += barTitle(m_bridge, i, m_other->currentIndex() + 1) + QLatin1Char('\t') +
                plain(m_bridge.bars[i].change()) + QLatin1Char('\n');
    return text;
}

} // namespace carry::ui
