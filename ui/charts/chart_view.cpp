// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_view.h"

#include "pane_plot.h"

#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kRowGap = 3;
constexpr int kRightMargin = 10;

//! Labels by unit, with as many decimals as tell two ticks apart.
class ValueTicker final : public QCPAxisTicker
{
  public:
    explicit ValueTicker(ChartUnit unit) : m_unit(unit) {}

  protected:
    double getTickStep(const QCPRange& range) override
    {
        m_step = niceStep(range.size() / mTickCount); // never more labels than there is room for
        return m_step;
    }
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return tickText(std::abs(tick) < m_step * 1e-9 ? 0 : tick, m_step, m_unit);
    }

  private:
    ChartUnit m_unit;
    double m_step = 1;
};

QFont axisFont()
{
    QFont font = Theme::instance().numbers();
    font.setPointSizeF(font.pointSizeF() - 1);
    return font;
}

int timeAxisHeight()
{
    return QFontMetrics(axisFont()).height() + 8;
}

//! So wide that the curves' pixels stay where they are whatever the labels of usual values say.
int leastLeftMargin()
{
    return QFontMetrics(axisFont()).horizontalAdvance(QStringLiteral("−888,888.8")) + 10;
}

} // namespace

ChartView::ChartView(ChartModel& model, const RunSession& session, QWidget* parent)
    : QCustomPlot(parent), m_model(model), m_session(session)
{
    setInteractions({});
    setFocusPolicy(Qt::StrongFocus);
    setPlottingHints(QCP::phFastPolylines | QCP::phCacheLabels);
    setNotAntialiasedElements(QCP::aeAll);
    // Curves have a buffer of their own above everything else, so that moving the cursor leaves the axes alone.
    addLayer(QStringLiteral("curves"), layer(QStringLiteral("legend")), QCustomPlot::limAbove);
    layer(QStringLiteral("curves"))->setMode(QCPLayer::lmBuffered);
    layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmLogical);
    removeLayer(layer(QStringLiteral("overlay")));
    plotLayout()->clear();
    plotLayout()->setRowSpacing(kRowGap);
}

void ChartView::rebuild()
{
    clearPlottables();
    m_rows.clear();
    m_left = 0;
    plotLayout()->clear();
    plotLayout()->simplify();
    const std::vector<std::size_t> shown = choosePanes();
    for (std::size_t i = 0; i < m_model.count(); ++i)
        m_model.setInView(i, std::ranges::find(shown, i) != shown.end());
    for (const std::size_t pane : shown)
        addRow(pane, pane == shown.back());
    applyPalette();
    fitToSize();
    if (scrolled)
        scrolled();
}

void ChartView::scrollTo(std::size_t firstPane)
{
    m_first = std::min(firstPane, m_lastFirst);
}

//! With the read-out above it.
int ChartView::lowestOf(std::size_t pane) const
{
    return m_model.pane(pane).spec().lowest + headerHeight() + kRowGap;
}

int ChartView::wholeHeight() const
{
    int height = timeAxisHeight();
    for (std::size_t i = 0; i < m_model.count(); ++i)
        if (m_model.visible(i))
            height += lowestOf(i);
    return height;
}

std::vector<std::size_t> ChartView::choosePanes()
{
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < m_model.count(); ++i)
        if (m_model.visible(i))
            wanted.push_back(i);
    m_wanted = wanted.size();
    m_lastFirst = 0;
    if (m_whole || wanted.empty())
        return wanted;
    // From the end: the first one from which on all have room.
    int room = height() - timeAxisHeight();
    std::size_t from = wanted.size();
    while (from > 0 && room >= lowestOf(wanted[from - 1]))
        room -= lowestOf(wanted[--from]);
    m_lastFirst = std::min(from, wanted.size() - 1);
    m_first = std::min(m_first, m_lastFirst);
    room = height() - timeAxisHeight();
    std::size_t end = m_first;
    while (end < wanted.size() && (end == m_first || room >= lowestOf(wanted[end])))
        room -= lowestOf(wanted[end++]);
    return {wanted.begin() + static_cast<std::ptrdiff_t>(m_first), wanted.begin() + static_cast<std::ptrdiff_t>(end)};
}

void ChartView::addRow(std::size_t pane, bool last)
{
    auto* rect = new QCPAxisRect(this, true);
    rect->setAutoMargins(QCP::msNone);
    rect->setMargins(
        QMargins(std::max(m_left, leastLeftMargin()), headerHeight(), kRightMargin, last ? timeAxisHeight() : 0));
    rect->setMinimumSize(60, std::min(m_model.pane(pane).spec().lowest, std::max(height() / 3, 18)));
    rect->axis(QCPAxis::atRight)->setVisible(false);
    rect->axis(QCPAxis::atTop)->setVisible(false);
    QCPAxis* time = rect->axis(QCPAxis::atBottom);
    time->setTicker(QSharedPointer<QCPAxisTickerDateTime>::create());
    time->setTickLabels(last);
    time->setTickLength(0, last ? 3 : 0);
    QCPAxis* values = rect->axis(QCPAxis::atLeft);
    values->setTicker(QSharedPointer<ValueTicker>::create(m_model.pane(pane).spec().unit));
    values->setTickLength(0, 3);
    for (QCPAxis* axis : {time, values}) {
        axis->setTickLabelFont(axisFont());
        axis->setSubTicks(false);
        axis->setTickLabelPadding(4);
    }
    plotLayout()->addElement(plotLayout()->rowCount(), 0, rect);
    plotLayout()->setRowStretchFactor(plotLayout()->rowCount() - 1, m_model.weight(pane));
    auto* curves = new PanePlot(time, values, m_model, pane, m_session);
    curves->setLayer(QStringLiteral("curves"));
    m_rows.push_back({pane, rect});
}

int ChartView::headerHeight()
{
    return QFontMetrics(QApplication::font()).height() + 2;
}

QRect ChartView::headerOf(std::size_t row) const
{
    const QRect rect = rectOf(row);
    return {0, rect.top() - headerHeight(), width(), headerHeight()};
}

QRect ChartView::rectOf(std::size_t row) const
{
    return m_rows[row].rect->rect();
}

void ChartView::fitToSize()
{
    if (devicePixelRatioF() != bufferDevicePixelRatio())
        setBufferDevicePixelRatio(devicePixelRatioF());
    setViewport(rect());
    updateLayout();
    if (m_rows.empty())
        return;
    const double ratio = bufferDevicePixelRatio();
    m_model.setWidth(qRound(rectOf(0).width() * ratio));
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const int height = rectOf(row).height();
        m_model.pane(m_rows[row].pane).resize(qRound(height * ratio), ratio);
        m_rows[row].rect->axis(QCPAxis::atLeft)->ticker()->setTickCount(std::clamp(height / 18, 1, 6));
        m_rows[row].rect->axis(QCPAxis::atBottom)->ticker()->setTickCount(std::clamp(rectOf(row).width() / 110, 2, 12));
    }
}

void ChartView::resizeEvent(QResizeEvent*)
{
    const std::vector<std::size_t> wanted = choosePanes();
    if (!std::ranges::equal(wanted, m_rows, {}, {}, &Row::pane))
        rebuild(); // more or fewer have room
    else
        fitToSize();
    if (resized)
        resized();
}

//! The plot paints its background over its viewport only, which may be of the size before a scroll bar came or went.
void ChartView::paintEvent(QPaintEvent* event)
{
    if (viewport() != rect()) {
        fitToSize();
        if (resized)
            resized();
    }
    QCustomPlot::paintEvent(event);
}

void ChartView::applyPalette()
{
    const Colors& c = m_model.palette();
    setBackground(QBrush(c.panel));
    for (const Row& row : m_rows) {
        for (const auto type : {QCPAxis::atLeft, QCPAxis::atBottom}) {
            QCPAxis* axis = row.rect->axis(type);
            axis->setBasePen(QPen(c.border));
            axis->setTickPen(QPen(c.border));
            axis->setTickLabelColor(c.muted);
            axis->grid()->setPen(QPen(c.grid));
            axis->grid()->setZeroLinePen(type == QCPAxis::atLeft ? QPen(c.border) : QPen(Qt::NoPen));
        }
    }
}

void ChartView::setTimeFormat()
{
    const double days = (m_model.to() - m_model.from()) / static_cast<double>(kDay.count());
    const char* format = days > 6 ? "yyyy-MM-dd" : days > 0.5 ? "MM-dd HH:mm" : days > 0.02 ? "HH:mm" : "HH:mm:ss";
    for (const Row& row : m_rows) {
        const auto ticker = row.rect->axis(QCPAxis::atBottom)->ticker().dynamicCast<QCPAxisTickerDateTime>();
        ticker->setDateTimeFormat(QLatin1String(format));
        ticker->setDateTimeSpec(Qt::UTC);
    }
}

//! What the labels of all rows need.
int ChartView::leftMargin() const
{
    const QFontMetrics metrics(axisFont());
    int widest = leastLeftMargin();
    for (const Row& row : m_rows) {
        const ChartPane& pane = m_model.pane(row.pane);
        const int ticks = std::max(row.rect->axis(QCPAxis::atLeft)->ticker()->tickCount(), 1);
        const double step = niceStep((pane.upper() - pane.lower()) / ticks);
        for (const double end : {pane.lower(), pane.upper()}) {
            const double tick = std::round(end / step) * step;
            widest = std::max(widest, metrics.horizontalAdvance(tickText(tick, step, pane.spec().unit)) + 10);
        }
    }
    return widest;
}

//! It only grows, so that the curves do not jump to and fro.
bool ChartView::takeLeftMargin()
{
    const int needed = leftMargin();
    if (m_rows.empty() || needed <= std::max(m_left, leastLeftMargin()))
        return false;
    m_left = needed;
    for (const Row& row : m_rows) {
        QMargins margins = row.rect->margins();
        margins.setLeft(m_left);
        row.rect->setMargins(margins);
    }
    return true;
}

void ChartView::takeOverAxes()
{
    if (takeLeftMargin()) {
        fitToSize();
        if (resized)
            return resized(); // in the new width; comes back here
    }
    setTimeFormat();
    for (const Row& row : m_rows) {
        row.rect->axis(QCPAxis::atBottom)->setRange(m_model.from() / 1000, m_model.to() / 1000);
        const ChartPane& pane = m_model.pane(row.pane);
        row.rect->axis(QCPAxis::atLeft)->setRange(pane.lower(), pane.upper());
    }
    replot(rpQueuedRefresh);
}

void ChartView::redrawCurves()
{
    layer(QStringLiteral("curves"))->replot();
}

QPointF ChartView::pixelOf(std::size_t row, double timeMs, double value) const
{
    const QRect rect = rectOf(row);
    const ChartPane& pane = m_model.pane(m_rows[row].pane);
    return {rect.left() + (timeMs - m_model.from()) / (m_model.to() - m_model.from()) * rect.width(),
            rect.top() + (pane.upper() - value) / (pane.upper() - pane.lower()) * rect.height()};
}

double ChartView::timeOf(double x) const
{
    if (m_rows.empty())
        return m_model.from();
    const QRect rect = rectOf(0);
    return m_model.from() + (x - rect.left()) / rect.width() * (m_model.to() - m_model.from());
}

std::vector<std::pair<double, double>> ChartView::timeLabels() const
{
    std::vector<std::pair<double, double>> places;
    if (m_rows.empty())
        return places;
    const QCPAxis* axis = m_rows.back().rect->axis(QCPAxis::atBottom);
    const QFontMetrics metrics(axisFont());
    const QVector<double> ticks = axis->tickVector();
    const QVector<QString> labels = axis->tickVectorLabels();
    for (qsizetype i = 0; i < std::min(ticks.size(), labels.size()); ++i) {
        const double x = axis->coordToPixel(ticks[i]);
        const double half = metrics.horizontalAdvance(labels[i]) / 2.0;
        places.emplace_back(x - half, x + half);
    }
    return places;
}

int ChartView::boundaryAt(int y) const
{
    for (std::size_t row = 0; row + 1 < m_rows.size(); ++row)
        if (y > rectOf(row).bottom() - 1 && y < headerOf(row + 1).top() + 3)
            return static_cast<int>(row);
    return -1;
}

void ChartView::moveBoundary(std::size_t row, int y)
{
    const auto lowest = [this](std::size_t i) { return lowestOf(m_rows[i].pane) - kRowGap; };
    // From here on heights in pixels are the weights.
    std::vector<int> heights;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        heights.push_back(m_rows[i].rect->outerRect().height());
    const int both = heights[row] + heights[row + 1];
    const int upper = y - kRowGap / 2 - m_rows[row].rect->outerRect().top();
    heights[row] = std::clamp(upper, std::min(lowest(row), both / 2), std::max(both - lowest(row + 1), both / 2));
    heights[row + 1] = both - heights[row];
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_model.setWeight(m_rows[i].pane, std::max(heights[i], 1));
        plotLayout()->setRowStretchFactor(static_cast<int>(i), m_model.weight(m_rows[i].pane));
    }
}

} // namespace carry::ui
