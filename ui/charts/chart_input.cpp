// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_input.h"

#include <cmath>

namespace carry::ui
{
namespace
{

constexpr double kWheelZoom = 0.8; // a notch
constexpr double kPanPart = 0.1;

bool isOurs(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        return (event.modifiers() & ~Qt::KeypadModifier) == Qt::ShiftModifier ||
               (event.modifiers() & ~(Qt::ControlModifier | Qt::KeypadModifier)) == Qt::NoModifier;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Escape:
        return (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == Qt::NoModifier;
    default:
        return false;
    }
}

} // namespace

ChartInput::ChartInput(ChartView& view, ChartModel& model, ChartOverlay& overlay, RunSession& session)
    : QObject(&view), m_view(view), m_model(model), m_overlay(overlay), m_session(session)
{
    view.installEventFilter(this);
}

bool ChartInput::eventFilter(QObject*, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return press(static_cast<const QMouseEvent&>(*event));
    case QEvent::MouseMove:
        return move(static_cast<const QMouseEvent&>(*event));
    case QEvent::MouseButtonRelease:
        return release(static_cast<const QMouseEvent&>(*event));
    case QEvent::MouseButtonDblClick:
        return doubleClick(static_cast<const QMouseEvent&>(*event));
    case QEvent::Wheel:
        return wheel(static_cast<const QWheelEvent&>(*event));
    case QEvent::ShortcutOverride: // before a shortcut of the window takes them
        if (isOurs(static_cast<const QKeyEvent&>(*event))) {
            event->accept();
            return true;
        }
        return false;
    case QEvent::FocusIn:
    case QEvent::FocusOut:
        m_overlay.update();
        return false;
    case QEvent::KeyPress:
        return key(static_cast<const QKeyEvent&>(*event));
    case QEvent::ToolTip:
        return toolTip(static_cast<const QHelpEvent&>(*event));
    case QEvent::Leave:
        m_overlay.setMouse(std::nullopt);
        return false;
    default:
        return false;
    }
}

std::size_t ChartInput::rowAt(const QPoint& at) const
{
    for (std::size_t row = 0; row < m_view.rows(); ++row)
        if (at.y() <= m_view.rectOf(row).bottom())
            return row;
    return m_view.rows() == 0 ? 0 : m_view.rows() - 1;
}

void ChartInput::setSpan(double from, double to)
{
    if (m_model.setSpan(from, to))
        emit spanChanged();
}

void ChartInput::zoom(double factor, double aroundMs)
{
    const double from = m_model.from();
    const double to = m_model.to();
    setSpan(aroundMs - (aroundMs - from) * factor, aroundMs + (to - aroundMs) * factor);
}

void ChartInput::pan(double partOfSpan)
{
    const double way = (m_model.to() - m_model.from()) * partOfSpan;
    setSpan(m_model.from() + way, m_model.to() + way);
}

double ChartInput::centerMs() const
{
    const double middle = (m_model.from() + m_model.to()) / 2;
    if (m_session.empty())
        return middle;
    const auto cursor = static_cast<double>(toMs(m_session.view().time()));
    return cursor >= m_model.from() && cursor <= m_model.to() ? cursor : middle;
}

bool ChartInput::press(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton)
        return false;
    m_press = event.position().toPoint();
    m_dragging = false;
    m_boundary = m_view.boundaryAt(m_press->y());
    m_marking = event.modifiers().testFlag(Qt::ShiftModifier) && !m_session.empty();
    m_pressFrom = m_model.from();
    m_pressTo = m_model.to();
    return true;
}

bool ChartInput::move(const QMouseEvent& event)
{
    const QPoint at = event.position().toPoint();
    if (m_press && (event.buttons() & Qt::LeftButton)) {
        m_dragging = m_dragging || (at - *m_press).manhattanLength() >= QApplication::startDragDistance();
        if (m_dragging)
            drag(at);
        return true;
    }
    hover(at);
    return true;
}

void ChartInput::drag(const QPoint& at)
{
    if (m_boundary >= 0) {
        m_view.moveBoundary(static_cast<std::size_t>(m_boundary), at.y());
        emit heightsChanged();
        return;
    }
    if (m_view.rows() == 0)
        return;
    if (m_marking) {
        markTo(at);
        return;
    }
    const double way = (m_press->x() - at.x()) * (m_pressTo - m_pressFrom) / m_view.rectOf(0).width();
    // Held at the end of the period the span must not shrink.
    const double size = m_pressTo - m_pressFrom;
    const double from =
        std::clamp(m_pressFrom + way, m_model.fullFrom(), std::max(m_model.fullTo() - size, m_model.fullFrom()));
    m_view.setCursor(Qt::ClosedHandCursor);
    m_overlay.setMouse(at);
    setSpan(from, from + size);
}

std::size_t ChartInput::stepNear(double x) const
{
    const RunView& view = m_session.view();
    return std::min(view.stepAt(fromMs(static_cast<std::int64_t>(m_view.timeOf(x)))), view.step());
}

void ChartInput::markTo(const QPoint& at)
{
    m_overlay.setMouse(at);
    emit rangeMarked(stepNear(m_press->x()), stepNear(at.x()));
}

//! The end that is not the cursor stays; without a range it is where the cursor was.
void ChartInput::extendRange(int steps)
{
    const std::size_t cursor = m_session.cursor();
    std::size_t fixed = cursor;
    if (const auto& range = m_model.range())
        fixed = range->second == cursor ? range->first : range->first == cursor ? range->second : cursor;
    if (steps < 0 ? cursor == 0 : cursor + 1 >= m_session.length())
        return;
    const std::size_t to = steps < 0 ? cursor - 1 : cursor + 1;
    m_session.seek(to);
    emit rangeMarked(fixed, to);
}

void ChartInput::hover(const QPoint& at)
{
    const bool boundary = m_view.boundaryAt(at.y()) >= 0;
    const bool inside = m_view.rows() > 0 && at.x() >= m_view.rectOf(0).left() && at.x() <= m_view.rectOf(0).right();
    if (boundary)
        m_view.setCursor(Qt::SplitVCursor);
    else if (m_overlay.itemAt(at) != nullptr || m_overlay.markerAt(at) != nullptr || m_overlay.moreRowAt(at))
        m_view.setCursor(Qt::PointingHandCursor);
    else
        m_view.unsetCursor();
    m_overlay.setMouse(inside && !boundary ? std::optional(at) : std::nullopt);
}

bool ChartInput::release(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton)
        return false;
    const bool clicked = m_press && !m_dragging && m_boundary < 0;
    m_press.reset();
    m_dragging = false;
    const QPoint at = event.position().toPoint();
    if (clicked)
        click(at);
    hover(at);
    return true;
}

void ChartInput::click(const QPoint& at)
{
    m_beforeClick.reset();
    if (m_session.empty() || m_view.rows() == 0)
        return;
    if (const auto* item = m_overlay.itemAt(at)) {
        if (item->series < m_model.pane(m_view.paneOf(item->row)).spec().series.size())
            emit seriesToggled(m_view.paneOf(item->row), item->series);
        return;
    }
    if (const auto row = m_overlay.moreRowAt(at)) {
        emit moreRequested(m_view.paneOf(*row), m_view.mapToGlobal(at));
        return;
    }
    if (const ChartMarker* marker = m_overlay.markerAt(at)) {
        m_session.select(marker->selection);
        return;
    }
    const QRect rect = m_view.rectOf(rowAt(at)); // not among the read-outs
    const double time = m_view.timeOf(at.x());
    const RunView& view = m_session.view();
    const auto last = static_cast<double>(toMs(view.record()->time(m_session.length() - 1)));
    const double pixel = (m_model.to() - m_model.from()) / rect.width();
    if (!rect.contains(at) || time > last + pixel)
        return;
    m_beforeClick = {m_session.cursor(), m_session.followsEnd()};
    m_session.seek(view.stepAt(fromMs(static_cast<std::int64_t>(time))));
}

bool ChartInput::doubleClick(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton || m_overlay.itemAt(event.position().toPoint()) != nullptr)
        return true;
    m_press.reset();
    if (m_beforeClick) {
        m_session.seek(m_beforeClick->cursor);
        m_session.setFollowsEnd(m_beforeClick->follows);
        m_beforeClick.reset();
    }
    setSpan(m_model.fullFrom(), m_model.fullTo());
    return true;
}

bool ChartInput::wheel(const QWheelEvent& event)
{
    const QPoint delta = event.angleDelta();
    if (event.modifiers().testFlag(Qt::ControlModifier)) {
        m_turned += delta.y(); // fine wheels and touchpads turn by less than a notch
        emit scrollRequested(-(m_turned / 120));
        m_turned %= 120;
        return true;
    }
    if (delta.x() != 0 || event.modifiers().testFlag(Qt::ShiftModifier))
        pan(-(delta.x() != 0 ? delta.x() : delta.y()) / 120.0 * kPanPart);
    else
        zoom(std::pow(kWheelZoom, delta.y() / 120.0), m_view.timeOf(event.position().x()));
    m_overlay.setMouse(event.position().toPoint());
    return true;
}

bool ChartInput::key(const QKeyEvent& event)
{
    if (!isOurs(event))
        return false;
    const bool control = event.modifiers().testFlag(Qt::ControlModifier);
    const std::size_t cursor = m_session.cursor();
    switch (event.key()) {
    case Qt::Key_Left:
        if (event.modifiers().testFlag(Qt::ShiftModifier))
            extendRange(-1);
        else if (control)
            pan(-kPanPart);
        else if (cursor > 0)
            m_session.seek(cursor - 1);
        return true;
    case Qt::Key_Right:
        if (event.modifiers().testFlag(Qt::ShiftModifier))
            extendRange(1);
        else if (control)
            pan(kPanPart);
        else if (!m_session.empty())
            m_session.seek(cursor + 1);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(kWheelZoom, centerMs());
        return true;
    case Qt::Key_Minus:
        zoom(1 / kWheelZoom, centerMs());
        return true;
    case Qt::Key_Home:
        setSpan(m_model.fullFrom(), m_model.fullTo());
        return true;
    case Qt::Key_End:
        if (!m_session.empty()) {
            // The cursor near the right edge, whatever the span.
            const double size = m_model.to() - m_model.from();
            const double to = static_cast<double>(toMs(m_session.view().time())) + size * 0.05;
            setSpan(to - size, to);
        }
        return true;
    case Qt::Key_Escape:
        if (m_model.range())
            emit rangeCleared();
        else
            m_session.clearSelection();
        return true;
    default:
        return false;
    }
}

QString ChartInput::helpOf(const ChartOverlay::Item& item) const
{
    const PaneSpec& spec = m_model.pane(m_view.paneOf(item.row)).spec();
    if (item.series == spec.series.size())
        return tr("Sum of what is shown of the attribution");
    return spec.series[item.series].help + QLatin1Char('\n') + tr("Click to show or hide");
}

bool ChartInput::toolTip(const QHelpEvent& event)
{
    QString text;
    if (const ChartMarker* marker = m_overlay.markerAt(event.pos()))
        text = ChartMarkers::describe(*m_model.record(), *marker) + QLatin1Char('\n') + tr("Click to select");
    else if (const auto* item = m_overlay.itemAt(event.pos()))
        text = helpOf(*item);
    else
        text = m_overlay.moreAt(event.pos());
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(event.globalPos(), text, &m_view);
    return true;
}

} // namespace carry::ui
