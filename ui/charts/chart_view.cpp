// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_view.h"

#include "pane_plot.h"

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
    plotLayout()->clear();
    plotLayout()->simplify();
    std::size_t last = m_model.count();
    for (std::size_t i = 0; i < m_model.count(); ++i)
        if (m_model.visible(i))
            last = i;
    for (std::size_t i = 0; i < m_model.count(); ++i)
        if (m_model.visible(i))
            addRow(i, i == last);
    applyPalette();
    fitToSize();
}

void ChartView::addRow(std::size_t pane, bool last)
{
    auto* rect = new QCPAxisRect(this, true);
    const QFontMetrics metrics(axisFont());
    // Margins of a fixed size: the curves' pixels stay where they are whatever the labels say.
    const int left = metrics.horizontalAdvance(QStringLiteral("−888,888.8")) + 10;
    const int bottom = last ? metrics.height() + 8 : 0;
    rect->setAutoMargins(QCP::msNone);
    rect->setMargins(QMargins(left, headerHeight(), kRightMargin, bottom));
    rect->setMinimumSize(60, 18);
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
    fitToSize();
    if (resized)
        resized();
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

void ChartView::takeOverAxes()
{
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

int ChartView::boundaryAt(int y) const
{
    for (std::size_t row = 0; row + 1 < m_rows.size(); ++row)
        if (y > rectOf(row).bottom() - 1 && y < headerOf(row + 1).top() + 3)
            return static_cast<int>(row);
    return -1;
}

void ChartView::moveBoundary(std::size_t row, int y)
{
    constexpr int kLowest = 40;
    // From here on heights in pixels are the weights.
    std::vector<int> heights;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        heights.push_back(m_rows[i].rect->outerRect().height());
    const int both = heights[row] + heights[row + 1];
    const int upper = y - kRowGap / 2 - m_rows[row].rect->outerRect().top();
    heights[row] = std::clamp(upper, std::min(kLowest, both / 2), std::max(both - kLowest, both / 2));
    heights[row + 1] = both - heights[row];
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        m_model.setWeight(m_rows[i].pane, std::max(heights[i], 1));
        plotLayout()->setRowStretchFactor(static_cast<int>(i), m_model.weight(m_rows[i].pane));
    }
}

} // namespace carry::ui
