// SPDX-License-Identifier: GPL-3.0-or-later
// The lanes as a widget: geometry, keyboard, mouse, selection.
#include "lane_view.h"

#include "common/theme.h"
#include "lane_metrics.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{

using namespace lanes;

LaneView::LaneView(RunSession& session, QWidget* parent)
    : QAbstractScrollArea(parent), m_session(session), m_model(session.view()), m_slot(kSlot)
{
    setObjectName(QStringLiteral("laneView"));
    setAccessibleName(tr("Lanes of the plan"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    describe();
}

void LaneView::reset()
{
    m_model.reset();
    m_chart = {};
    m_shownAt = ~std::size_t{0};
    m_current = -1;
}

void LaneView::refresh()
{
    const RunView& view = m_session.view();
    const PlanId plan = m_model.planFor(m_session.selection());
    emit emptied(plan == 0);
    if (plan == 0) {
        m_chart = {};
        m_current = -1;
    } else {
        // A plan that has ended looks the same wherever the cursor is behind it.
        const std::size_t change = view.lastChange(plan);
        const bool open = view.outcome(plan) == PlanOutcome::Open;
        if (plan != m_chart.plan || change != m_shownAt || open || m_open) {
            const bool other = plan != m_chart.plan;
            m_chart = m_model.chart(plan);
            m_shownAt = change;
            m_open = open;
            if (other) {
                m_current = -1;
                horizontalScrollBar()->setValue(0);
                // As much of it as can still be read.
                m_slot = std::clamp((viewport()->width() - kNames) / m_chart.width, kReadable, kSlot);
            }
            m_current = std::min(m_current, static_cast<int>(m_chart.bars.size()) - 1);
        }
    }
    fitScrollBars();
    if (m_current < 0 && !m_chart.bars.empty())
        bringIntoView(0);
    followSelection();
    viewport()->update();
}

double LaneView::xOf(double at) const
{
    return kNames + at * m_slot - horizontalScrollBar()->value();
}

//! Room for amounts above the bars; none where no arrow passes the upper edge of the lane.
int LaneView::gutterOf(Site lane) const
{
    for (const LaneArrow& arrow : m_chart.arrows)
        if (std::min(arrow.move.from, arrow.move.to) < lane && lane <= std::max(arrow.move.from, arrow.move.to))
            return kGutter;
    return kBelow;
}

int LaneView::laneHeight(Site lane) const
{
    const auto site = static_cast<std::size_t>(lane);
    const int rows = m_chart.rows[site] > 0 ? m_chart.rows[site] * kRow + kBelow : kIdle;
    return gutterOf(lane) + rows;
}

int LaneView::laneTop(Site lane) const
{
    int top = kTop - verticalScrollBar()->value();
    for (const Site each : m_chart.lanes) {
        if (each == lane)
            break;
        top += laneHeight(each);
    }
    return top;
}

int LaneView::laneMiddle(Site lane) const
{
    const int height = m_chart.rows[static_cast<std::size_t>(lane)] > 0 ? kRow : kIdle;
    return laneTop(lane) + gutterOf(lane) + height / 2 - 2;
}

int LaneView::contentHeight() const
{
    int height = 0;
    for (const Site each : m_chart.lanes)
        height += laneHeight(each);
    return height;
}

QRect LaneView::barRect(int index) const
{
    const LaneBar& bar = m_chart.bars[static_cast<std::size_t>(index)];
    const double left = xOf(bar.from);
    const double width = std::max((bar.to - bar.from) * m_slot - 4, kLeast);
    const int top = laneTop(bar.lane) + gutterOf(bar.lane) + bar.row * kRow;
    return QRectF(left, top, width, kRow - 4).toAlignedRect();
}

int LaneView::barAt(const QPoint& at) const
{
    if (at.x() < kNames || at.y() < kTop)
        return -1;
    for (int i = 0; i < static_cast<int>(m_chart.bars.size()); ++i)
        if (barRect(i).contains(at))
            return i;
    return -1;
}

int LaneView::boxAt(const QPoint& at) const
{
    for (std::size_t i = 0; i < m_chart.boxes.size(); ++i) {
        const LaneBox& box = m_chart.boxes[i];
        if (at.y() >= kAxis && at.x() >= std::max<double>(kNames, xOf(box.from)) && at.x() <= xOf(box.to))
            return static_cast<int>(i);
    }
    return -1;
}

void LaneView::fitScrollBars()
{
    const int width = viewport()->width() - kNames;
    const int height = viewport()->height() - kTop;
    horizontalScrollBar()->setPageStep(width);
    horizontalScrollBar()->setSingleStep(static_cast<int>(m_slot / 2));
    horizontalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_chart.width * m_slot) - width));
    verticalScrollBar()->setPageStep(height);
    verticalScrollBar()->setSingleStep(kRow);
    verticalScrollBar()->setRange(0, std::max(0, contentHeight() - height));
}

void LaneView::resizeEvent(QResizeEvent*)
{
    fitScrollBars();
    if (m_current >= 0)
        bringIntoView(m_current);
}

//! Around the bar that is current, so that it stays where it is.
void LaneView::zoom(double factor)
{
    const double anchor = m_current >= 0 ? m_chart.bars[static_cast<std::size_t>(m_current)].from : 0;
    const double before = xOf(anchor);
    m_slot = std::clamp(m_slot * factor, kSlot / 6, kSlot * 6);
    fitScrollBars();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + static_cast<int>(xOf(anchor) - before));
    viewport()->update();
}

void LaneView::fitAll()
{
    if (m_chart.width > 0)
        m_slot = std::clamp((viewport()->width() - kNames) / m_chart.width, kSlot / 6, kSlot * 6);
    fitScrollBars();
    viewport()->update();
}

void LaneView::bringIntoView(int bar)
{
    const QRect rect = barRect(bar);
    if (rect.left() < kNames || rect.right() > viewport()->width())
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + rect.left() - kNames - 24);
    if (rect.top() < kTop || rect.bottom() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + rect.top() - kTop - kGutter);
}

bool LaneView::isSelected(const LaneBar& bar) const
{
    const Selection& s = m_session.selection();
    std::size_t id = 0;
    if (s.kind == Selection::Kind::Instruction)
        id = s.index;
    else if (s.kind == Selection::Kind::Ledger)
        id = m_session.record()->ledger(s.index).posting.instruction;
    return id > bar.instructions.first && id <= bar.instructions.last;
}

void LaneView::followSelection()
{
    for (int i = 0; i < static_cast<int>(m_chart.bars.size()); ++i)
        if (isSelected(m_chart.bars[static_cast<std::size_t>(i)])) {
            if (m_current != i) {
                m_current = i;
                bringIntoView(i);
            }
            break;
        }
    describe();
}

void LaneView::choose(int bar)
{
    m_current = bar;
    const LaneBar& chosen = m_chart.bars[static_cast<std::size_t>(bar)];
    m_session.select({Selection::Kind::Instruction, chosen.instructions.first + 1});
    bringIntoView(bar);
    describe();
    viewport()->update();
}

//! Of a bar that is a folded loop, or of one of the bars of a loop that is unfolded.
void LaneView::toggleLoop(int bar)
{
    if (bar < 0)
        return;
    const std::size_t first = m_chart.bars[static_cast<std::size_t>(bar)].instructions.first;
    const GroupLine group = groupLine(m_session.view(), first);
    if (group.kind != GroupKind::Loop)
        return;
    m_model.setUnfolded(group.instructions.first, !m_model.isUnfolded(group.instructions.first));
    m_chart = m_model.chart(m_chart.plan);
    fitScrollBars();
    choose(m_chart.barOf(group.instructions.first));
}

void LaneView::step(int by)
{
    const int count = static_cast<int>(m_chart.bars.size());
    if (count > 0)
        choose(m_current < 0 ? 0 : std::clamp(m_current + by, 0, count - 1));
}

//! To the nearest bar of the next lane, up or down, that has one.
void LaneView::stepLane(int by)
{
    if (m_current < 0)
        return step(0);
    const LaneBar& here = m_chart.bars[static_cast<std::size_t>(m_current)];
    const auto place = std::find(m_chart.lanes.begin(), m_chart.lanes.end(), here.lane) - m_chart.lanes.begin();
    for (auto lane = place + by; lane >= 0 && lane < static_cast<std::ptrdiff_t>(m_chart.lanes.size()); lane += by) {
        int nearest = -1;
        double distance = 0;
        for (int i = 0; i < static_cast<int>(m_chart.bars.size()); ++i) {
            const LaneBar& bar = m_chart.bars[static_cast<std::size_t>(i)];
            const double away = std::abs(bar.from - here.from);
            if (bar.lane == m_chart.lanes[static_cast<std::size_t>(lane)] && (nearest < 0 || away < distance)) {
                nearest = i;
                distance = away;
            }
        }
        if (nearest >= 0)
            return choose(nearest);
    }
}

void LaneView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Right:
        return step(1);
    case Qt::Key_Left:
        return step(-1);
    case Qt::Key_Down:
        return stepLane(1);
    case Qt::Key_Up:
        return stepLane(-1);
    case Qt::Key_Home:
        return m_chart.bars.empty() ? void() : choose(0);
    case Qt::Key_End:
        return m_chart.bars.empty() ? void() : choose(static_cast<int>(m_chart.bars.size()) - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return toggleLoop(m_current);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(kZoom);
    case Qt::Key_Minus:
        return zoom(1 / kZoom);
    case Qt::Key_0:
        return fitAll();
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void LaneView::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier))
        zoom(event->angleDelta().y() > 0 ? kZoom : 1 / kZoom);
    else
        QAbstractScrollArea::wheelEvent(event);
}

void LaneView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_chart.plan == 0)
        return;
    if (const int bar = barAt(event->position().toPoint()); bar >= 0)
        choose(bar);
    else
        m_session.select({Selection::Kind::Plan, m_chart.plan});
}

void LaneView::mouseDoubleClickEvent(QMouseEvent* event)
{
    toggleLoop(barAt(event->position().toPoint()));
}

void LaneView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

bool LaneView::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()), viewport());
    return true;
}

LanePanel::LanePanel(RunSession& session, QWidget* parent) : QWidget(parent), m_view(new LaneView(session))
{
    m_stack = new EmptyStack(m_view, tr("No plan yet. Lanes appear where a strategy decides to act: run one, or move "
                                        "the cursor to the next decision."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_view, &LaneView::emptied, m_stack, &EmptyStack::setEmpty);
    m_refresh = new WhenVisible(this, [this] { m_view->refresh(); });
    connect(&session, &RunSession::recordChanged, m_view, &LaneView::reset);
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&session, &RunSession::selectionChanged, m_refresh, &WhenVisible::request);
    connect(&Theme::instance(), &Theme::changed, m_view->viewport(), qOverload<>(&QWidget::update));
}

} // namespace carry::ui
