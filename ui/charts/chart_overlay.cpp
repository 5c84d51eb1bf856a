// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_overlay.h"

#include "common/number_format.h"

namespace carry::ui
{
namespace
{

constexpr int kPad = 4;
constexpr int kSwatch = 8;
constexpr int kItemGap = 14;
constexpr double kMarkerReach = 8; // logical pixels

//! Where a selection belongs that has no marker.
std::optional<std::size_t> stepOf(const Selection& selection, const RunRecord& record)
{
    switch (selection.kind) {
    case Selection::Kind::Step:
        return selection.index;
    case Selection::Kind::Ledger:
        return record.ledger(selection.index).step;
    case Selection::Kind::Event:
        return record.event(selection.index).step;
    case Selection::Kind::Funding:
        return record.funding(selection.index).step;
    case Selection::Kind::None:
    case Selection::Kind::Plan:
    case Selection::Kind::Instruction:
    case Selection::Kind::Account:
    case Selection::Kind::Exchange:
    case Selection::Kind::Asset:
        break;
    }
    return std::nullopt;
}

Time timeOfMs(double ms)
{
    return fromMs(static_cast<std::int64_t>(ms));
}

} // namespace

ChartOverlay::ChartOverlay(ChartView& view, const ChartModel& model, const RunSession& session)
    : QWidget(&view), m_view(view), m_model(model), m_session(session)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    applyFonts();
}

void ChartOverlay::applyFonts()
{
    m_valueFont = Theme::instance().numbers();
    m_nameFont = QApplication::font();
    m_nameFont.setPointSizeF(m_valueFont.pointSizeF());
    m_titleFont = m_nameFont;
    m_titleFont.setWeight(QFont::DemiBold);
    m_valueWidths.clear();
}

std::optional<std::size_t> ChartOverlay::readoutStep() const
{
    if (m_session.empty())
        return std::nullopt;
    if (!m_mouse)
        return m_session.cursor();
    const RunView& view = m_session.view();
    const double time = m_view.timeOf(m_mouse->x());
    const auto msOf = [&view](std::size_t step) { return static_cast<double>(toMs(view.record()->time(step))); };
    // Half a pixel of grace: the cursor's own line can be pointed at.
    const double pixel = (m_model.to() - m_model.from()) / std::max(panes().width(), 1);
    if (time > msOf(view.step()) + pixel || time < msOf(0) - pixel)
        return std::nullopt;
    const std::size_t step = std::min(view.stepAt(timeOfMs(time)), view.step());
    const bool nextIsNearer = step < view.step() && msOf(step + 1) - time < time - msOf(step);
    return nextIsNearer ? step + 1 : step;
}

QRect ChartOverlay::panes() const
{
    return m_view.rows() == 0 ? QRect() : m_view.rectOf(0) | m_view.rectOf(m_view.rows() - 1);
}

double ChartOverlay::xOf(std::size_t step) const
{
    return m_view.pixelOf(0, static_cast<double>(toMs(m_session.record()->time(step))), 0).x();
}

QRegion ChartOverlay::crosshairRegion() const
{
    if (!m_mouse)
        return {};
    // Vertical line and its tag below, horizontal line and its tag on the left.
    const QRect all = panes();
    QRegion region(QRect(m_mouse->x() - 100, all.bottom(), 200, height() - all.bottom()));
    region |= QRect(m_mouse->x() - 3, all.top(), 7, all.height());
    if (const auto step = readoutStep())
        region |= QRect(qRound(xOf(*step)) - 3, all.top(), 7, all.height());
    return region | QRect(0, m_mouse->y() - 11, width(), 22);
}

QRegion ChartOverlay::readoutRegion() const
{
    QRegion region;
    for (std::size_t row = 0; row < m_view.rows(); ++row)
        region |= m_view.headerOf(row);
    return region;
}

void ChartOverlay::setMouse(std::optional<QPoint> at)
{
    if (at == m_mouse)
        return;
    QRegion region = crosshairRegion() | readoutRegion();
    m_mouse = at;
    m_sinceMouse.start();
    layOut();
    if (!m_session.empty() && (!at || region.isEmpty()))
        region |= QRect(0, panes().bottom(), width(), height() - panes().bottom()); // the cursor's tag
    update(region | crosshairRegion() | readoutRegion());
}

void ChartOverlay::forgetRestingMouse()
{
    constexpr int kRestMs = 1'000;
    if (m_mouse && m_sinceMouse.elapsed() > kRestMs)
        setMouse(std::nullopt);
}

void ChartOverlay::refresh()
{
    layOut();
    update();
}

void ChartOverlay::layOut()
{
    m_entries.clear();
    m_more.assign(m_view.rows(), {});
    if (m_session.empty() || m_model.record() == nullptr)
        return;
    m_valueWidths.resize(m_model.count());
    for (std::size_t row = 0; row < m_view.rows(); ++row)
        layOutRow(row, readoutStep());
}

void ChartOverlay::layOutRow(std::size_t row, std::optional<std::size_t> step)
{
    const ChartPane& pane = m_model.pane(m_view.paneOf(row));
    const PaneSpec& spec = pane.spec();
    const QFontMetrics names(m_nameFont);
    const QFontMetrics values(m_valueFont);
    const QRect header = m_view.headerOf(row);
    const int end = header.right() - (row == 0 ? 82 : 46); // "+3", and in the first row the button of the panes
    int x = m_view.rectOf(row).left() + QFontMetrics(m_titleFont).horizontalAdvance(spec.title) + kItemGap;
    if (!spec.unitName.isEmpty())
        x += names.horizontalAdvance(spec.unitName) + kPad;
    auto& widths = m_valueWidths[m_view.paneOf(row)];
    widths.resize(spec.series.size() + 1);
    const auto add = [&](std::size_t series, const QString& name, double value) {
        const QString text = chartText(value, spec.unit);
        widths[series] = std::max(widths[series], values.horizontalAdvance(text));
        const int width = kSwatch + kPad + (name.isEmpty() ? 0 : names.horizontalAdvance(name) + kPad) + widths[series];
        if (x + width > end || !m_more[row].isEmpty()) {
            m_more[row] += (m_more[row].isEmpty() ? QString() : QStringLiteral("\n")) + name + QLatin1Char(' ') + text;
            return;
        }
        m_entries.push_back({{row, series, QRect(x, header.top(), width, header.height())}, name, text});
        x += width + kItemGap;
    };
    const double none = std::numeric_limits<double>::quiet_NaN();
    if (pane.stacked())
        add(spec.series.size(), QApplication::translate("ChartOverlay", "Sum"),
            step ? pane.total(*m_model.record(), *step) : none);
    for (std::size_t i = 0; i < spec.series.size(); ++i)
        if (pane.listed(i))
            add(i, spec.series.size() == 1 ? QString() : spec.series[i].name,
                step ? pane.value(*m_model.record(), i, *step) : none);
}

const ChartOverlay::Item* ChartOverlay::itemAt(const QPoint& at) const
{
    for (const Entry& entry : m_entries)
        if (entry.item.rect.contains(at))
            return &entry.item;
    return nullptr;
}

QString ChartOverlay::moreAt(const QPoint& at) const
{
    for (std::size_t row = 0; row < m_view.rows(); ++row)
        if (m_view.headerOf(row).contains(at))
            return m_more.size() > row ? m_more[row] : QString();
    return {};
}

QRect ChartOverlay::moreRect(std::size_t row) const
{
    if (m_more.size() <= row || m_more[row].isEmpty())
        return {};
    QRect rect = m_view.headerOf(row).adjusted(0, 0, row == 0 ? -44 : -8, 0);
    rect.setLeft(rect.right() - QFontMetrics(m_nameFont).horizontalAdvance(QStringLiteral("+88")) - 8);
    return rect;
}

std::optional<std::size_t> ChartOverlay::moreRowAt(const QPoint& at) const
{
    for (std::size_t row = 0; row < m_view.rows(); ++row)
        if (moreRect(row).contains(at))
            return row;
    return std::nullopt;
}

const ChartMarker* ChartOverlay::markerAt(const QPoint& at) const
{
    if (m_session.empty())
        return nullptr;
    const ChartMarker* nearest = nullptr;
    double reach = kMarkerReach;
    for (std::size_t row = 0; row < m_view.rows(); ++row) {
        const ChartPane& pane = m_model.pane(m_view.paneOf(row));
        if (!pane.spec().markers || !m_view.rectOf(row).adjusted(-4, -4, 4, 4).contains(at))
            continue;
        for (const ChartMarker& marker : m_model.markers().upTo(m_session.cursor())) {
            const auto ms = static_cast<double>(toMs(m_model.record()->time(marker.step)));
            const QPointF center = m_view.pixelOf(row, ms, pane.value(*m_model.record(), 0, marker.step));
            if (const double away = QLineF(center, at).length(); away < reach) {
                reach = away;
                nearest = &marker;
            }
        }
    }
    return nearest;
}

void ChartOverlay::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_session.empty()) {
        paintEmpty(painter);
        return;
    }
    if (m_view.rows() == 0)
        return;
    paintRange(painter);
    paintSelection(painter);
    paintCursor(painter);
    paintReadouts(painter);
    paintCrosshair(painter);
    if (m_view.hasFocus()) {
        painter.setPen(m_model.palette().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ChartOverlay::paintOn(QPainter& painter)
{
    if (m_session.empty() || m_view.rows() == 0)
        return;
    paintRange(painter);
    paintSelection(painter);
    paintCursor(painter);
    paintReadouts(painter);
}

void ChartOverlay::paintEmpty(QPainter& painter) const
{
    painter.setPen(m_model.palette().muted);
    painter.setFont(QApplication::font());
    const QString text =
        m_session.record() == nullptr
            ? QApplication::translate("ChartOverlay",
                                      "No run is open.\nStart one with Run, or open a stored run in Runs.")
            : QApplication::translate("ChartOverlay", "The run has begun; its first step is on its way.");
    painter.fillRect(rect(), m_model.palette().panel);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, text);
}

void ChartOverlay::paintReadouts(QPainter& painter) const
{
    const Colors& c = m_model.palette();
    for (std::size_t row = 0; row < m_view.rows(); ++row) {
        const PaneSpec& spec = m_model.pane(m_view.paneOf(row)).spec();
        const QRect line = m_view.headerOf(row).adjusted(m_view.rectOf(row).left(), 0, -12, 0);
        painter.setFont(m_titleFont);
        painter.setPen(c.text);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, spec.title);
        painter.setFont(m_nameFont);
        painter.setPen(c.muted);
        const int title = QFontMetrics(m_titleFont).horizontalAdvance(spec.title) + kPad;
        painter.drawText(line.adjusted(title, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, spec.unitName);
        if (!m_more[row].isEmpty()) {
            const QRect more = moreRect(row).adjusted(0, 1, 0, -2);
            painter.setPen(c.border);
            painter.setBrush(c.raised);
            painter.drawRoundedRect(more, 3, 3);
            painter.setPen(c.text);
            painter.drawText(more, Qt::AlignCenter,
                             QStringLiteral("+%1").arg(m_more[row].count(QLatin1Char('\n')) + 1));
        }
    }
    for (const Entry& entry : m_entries)
        paintEntry(painter, entry);
}

void ChartOverlay::paintEntry(QPainter& painter, const Entry& entry) const
{
    const Colors& c = m_model.palette();
    const ChartPane& pane = m_model.pane(m_view.paneOf(entry.item.row));
    const bool total = entry.item.series == pane.spec().series.size();
    const bool shown = total || pane.shown(entry.item.series);
    QRect rect = entry.item.rect;
    const QRect swatch(rect.left(), rect.center().y() - kSwatch / 2 + 1, kSwatch, kSwatch);
    paintSwatch(painter, swatch, entry);
    rect.setLeft(swatch.right() + 1 + kPad);
    painter.setFont(m_nameFont);
    painter.setPen(shown ? c.muted : c.disabled);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, entry.name);
    painter.setFont(m_valueFont);
    painter.setPen(shown ? c.text : c.disabled);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, entry.value);
}

void ChartOverlay::paintSwatch(QPainter& painter, const QRect& swatch, const Entry& entry) const
{
    const Colors& c = m_model.palette();
    const ChartPane& pane = m_model.pane(m_view.paneOf(entry.item.row));
    const bool total = entry.item.series == pane.spec().series.size();
    if (!total && !pane.shown(entry.item.series)) { // an empty frame
        painter.setPen(c.disabled);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(swatch.adjusted(0, 0, -1, -1));
        return;
    }
    if (total || !pane.spec().series[entry.item.series].dashed)
        return painter.fillRect(swatch, total ? c.text : pane.spec().series[entry.item.series].colorOf(c));
    // As its line is drawn.
    painter.setPen(QPen(pane.spec().series[entry.item.series].colorOf(c), 2));
    const int y = swatch.center().y();
    painter.drawLine(swatch.left() - 1, y, swatch.left() + 2, y);
    painter.drawLine(swatch.right() - 2, y, swatch.right() + 1, y);
}

void ChartOverlay::paintTag(QPainter& painter, const QString& text, QPoint center, const QColor& back,
                            const QColor& fore) const
{
    painter.setFont(m_valueFont);
    QRect box = QFontMetrics(m_valueFont).boundingRect(text).adjusted(-5, -1, 5, 1);
    box.moveCenter(center);
    box.moveLeft(std::clamp(box.left(), 0, std::max(width() - box.width(), 0)));
    box.moveBottom(std::min(box.bottom(), height() - 1));
    painter.fillRect(box, back);
    painter.setPen(fore);
    painter.drawText(box, Qt::AlignCenter, text);
}

//! Below the panes, among the dates of the axis: one that it would cover in part goes.
void ChartOverlay::paintTimeTag(QPainter& painter, Time time, double x, const QColor& back) const
{
    const Colors& c = m_model.palette();
    const QRect all = panes();
    const QString text = dateTime(time);
    const int half = QFontMetrics(m_valueFont).horizontalAdvance(text) / 2 + 8;
    const double middle = std::clamp<double>(x, half, std::max(width() - half, half));
    for (const auto& [from, to] : m_view.timeLabels())
        if (from < middle + half && to > middle - half)
            painter.fillRect(QRectF(from - 1, all.bottom() + 5, to - from + 2, height() - all.bottom() - 5), c.panel);
    paintTag(painter, text, {qRound(x), all.bottom() + 11}, back, c.panel);
}

void ChartOverlay::drawVertical(QPainter& painter, double x) const
{
    x = std::floor(x) + 0.5;                                // one sharp pixel
    for (std::size_t row = 0; row < m_view.rows(); ++row) { // not through the read-outs
        const QRect rect = m_view.rectOf(row);
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()));
    }
}

void ChartOverlay::paintRange(QPainter& painter) const
{
    if (!m_model.range() || m_model.range()->first > m_session.cursor())
        return;
    const double from = xOf(m_model.range()->first);
    const double to = xOf(std::min(m_model.range()->second, m_session.cursor()));
    QColor band = m_model.palette().accent;
    band.setAlphaF(0.12F);
    for (std::size_t row = 0; row < m_view.rows(); ++row) {
        const QRect rect = m_view.rectOf(row);
        painter.save();
        painter.setClipRect(rect);
        painter.fillRect(QRectF(from, rect.top(), to - from, rect.height()), band);
        painter.setPen(QPen(m_model.palette().accent, 1));
        for (const double x : {from, to})
            painter.drawLine(QPointF(std::floor(x) + 0.5, rect.top()), QPointF(std::floor(x) + 0.5, rect.bottom()));
        painter.restore();
    }
}

void ChartOverlay::paintCursor(QPainter& painter) const
{
    const QRect all = panes();
    const double x = xOf(m_session.cursor());
    if (x < all.left() - 0.5 || x > all.right() + 1.5)
        return;
    const Colors& c = m_model.palette();
    painter.setPen(QPen(c.cursor, 1));
    drawVertical(painter, x);
    if (!m_mouse)
        paintTimeTag(painter, m_session.view().time(), x, c.cursor);
}

void ChartOverlay::paintCrosshair(QPainter& painter) const
{
    const QRect all = panes();
    if (!m_mouse || m_mouse->x() < all.left() || m_mouse->x() > all.right())
        return;
    const Colors& c = m_model.palette();
    const auto step = readoutStep();
    const double x = step ? xOf(*step) : m_mouse->x();
    painter.setPen(QPen(c.crosshair, 1, Qt::DashLine));
    drawVertical(painter, x);
    const Time time = step ? m_session.record()->time(*step) : timeOfMs(m_view.timeOf(m_mouse->x()));
    for (std::size_t row = 0; row < m_view.rows(); ++row) {
        const QRect rect = m_view.rectOf(row);
        if (m_mouse->y() < rect.top() || m_mouse->y() > rect.bottom())
            continue;
        const ChartPane& pane = m_model.pane(m_view.paneOf(row));
        painter.setPen(QPen(c.crosshair, 1, Qt::DashLine));
        painter.drawLine(rect.left(), m_mouse->y(), rect.right(), m_mouse->y());
        const double value = pane.upper() - (m_mouse->y() - rect.top()) * (pane.upper() - pane.lower()) / rect.height();
        paintTag(painter, chartText(value, pane.spec().unit), {0, m_mouse->y()}, c.crosshair, c.panel);
    }
    paintTimeTag(painter, time, x, c.crosshair);
}

void ChartOverlay::paintSelection(QPainter& painter) const
{
    const ChartMarker* marker = m_model.markers().of(*m_model.record(), m_session.selection(), m_session.cursor());
    const Colors& c = m_model.palette();
    const std::optional<std::size_t> step =
        marker != nullptr ? marker->step : stepOf(m_session.selection(), *m_model.record());
    if (!step || *step > m_session.cursor())
        return;
    const QRect all = panes();
    const double x = xOf(*step);
    if (x < all.left() || x > all.right() + 1)
        return;
    painter.setPen(QPen(c.accent, 1, Qt::DotLine));
    drawVertical(painter, x);
    for (std::size_t row = 0; row < m_view.rows(); ++row) {
        const ChartPane& pane = m_model.pane(m_view.paneOf(row));
        if (!pane.spec().markers || marker == nullptr)
            continue;
        const auto ms = static_cast<double>(toMs(m_model.record()->time(*step)));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.setClipRect(m_view.rectOf(row).adjusted(-12, 0, 12, 0)); // not over the read-out
        painter.drawEllipse(m_view.pixelOf(row, ms, pane.value(*m_model.record(), 0, *step)), 9, 9);
        painter.setClipping(false);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

} // namespace carry::ui
