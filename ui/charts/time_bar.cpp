// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_bar.h"

#include "chart_period.h"
#include "common/number_format.h"

#include <QAccessibleWidget>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>
#include <algorithm>

namespace carry::ui
{
namespace
{

//! The bar itself is missing; a proxy that stands in for a whole series by configuration is no gap.
bool isGap(double flags)
{
    return (static_cast<unsigned>(flags) & (kReadingPeer | kReadingCarried)) != 0;
}

//! Read aloud as a slider over the steps, with time and NAV as its value.
class TimeBarAccessible final : public QAccessibleWidget, public QAccessibleValueInterface
{
  public:
    explicit TimeBarAccessible(TimeBar* bar) : QAccessibleWidget(bar, QAccessible::Slider), m_bar(*bar) {}

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ValueInterface ? static_cast<QAccessibleValueInterface*>(this)
                                                   : QAccessibleWidget::interface_cast(type);
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? m_bar.describe(m_bar.session().cursor()) : QAccessibleWidget::text(kind);
    }
    QVariant currentValue() const override { return static_cast<qulonglong>(m_bar.session().cursor()); }
    void setCurrentValue(const QVariant& value) override { m_bar.session().seek(value.toULongLong()); }
    QVariant maximumValue() const override
    {
        return static_cast<qulonglong>(std::max<std::size_t>(m_bar.session().length(), 1) - 1);
    }
    QVariant minimumValue() const override { return 0; }
    QVariant minimumStepSize() const override { return 1; }

  private:
    TimeBar& m_bar;
};

QAccessibleInterface* accessibleOf(const QString&, QObject* object)
{
    auto* bar = qobject_cast<TimeBar*>(object);
    return bar != nullptr ? new TimeBarAccessible(bar) : nullptr;
}

} // namespace

TimeBar::TimeBar(RunSession& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    static const bool installed = [] {
        QAccessible::installFactory(accessibleOf);
        return true;
    }();
    Q_UNUSED(installed)
    setObjectName(QStringLiteral("timeBar"));
    setAccessibleName(tr("Time bar"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&session, &RunSession::recordChanged, this, &TimeBar::takeRecord);
    connect(&session, &RunSession::lengthChanged, this, &TimeBar::takeLength);
    connect(&session, &RunSession::cursorChanged, this, &TimeBar::takeCursor);
    connect(&session, &RunSession::loopChanged, this, qOverload<>(&QWidget::update));
    connect(&session, &RunSession::selectionChanged, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, &TimeBar::takeTheme);
    takeRecord();
}

void TimeBar::takeRecord()
{
    m_nav.reset();
    m_markers.reset();
    m_gaps.clear();
    m_looked = 0;
    if (m_session.record() != nullptr) {
        PaneSpec nav = chartPanes(m_session.record()->info()).front();
        nav.series.front().role = SeriesRole::Area;
        nav.tight = true;
        m_nav = std::make_unique<ChartPane>(std::move(nav));
        remap();
    }
    update();
}

void TimeBar::takeLength()
{
    if (m_nav && periodOf(*m_session.record()).second != m_until)
        remap();
    update();
}

void TimeBar::takeTheme()
{
    if (m_nav)
        m_nav->invalidate();
    update();
}

void TimeBar::takeCursor()
{
    update();
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(this, static_cast<qulonglong>(m_session.cursor()));
        QAccessible::updateAccessibility(&event);
    }
}

void TimeBar::setFlags(std::vector<Flag> flags)
{
    m_flags = std::move(flags);
    update();
}

void TimeBar::remap()
{
    if (!m_nav)
        return;
    const auto [from, to] = periodOf(*m_session.record());
    m_until = to;
    const double ratio = devicePixelRatioF();
    const int width = std::max(qRound(track().width() * ratio), 1);
    // One pixel more, in which the last step lies.
    m_map.reset(from, to + (to - from) / width, width);
    m_nav->forget();
    m_nav->resize(qRound(track().height() * ratio), ratio);
}

void TimeBar::findGaps(const QDeadlineTimer& until)
{
    constexpr std::size_t kBetweenLooks = 4096; // at the clock
    const RunRecord& record = *m_session.record();
    for (; m_looked < m_session.length(); ++m_looked) {
        if (m_looked % kBetweenLooks == kBetweenLooks - 1 && until.hasExpired())
            return;
        bool flagged = false;
        for (std::size_t i = 0; i < kExchangeCount; ++i)
            flagged = flagged || isGap(record.at(m_looked, ColumnLayout::venue(i, VenueColumn::ReadingFlags)));
        if (!flagged)
            continue;
        if (!m_gaps.empty() && m_gaps.back().last == m_looked)
            ++m_gaps.back().last;
        else
            m_gaps.push_back({m_looked, m_looked + 1});
    }
}

int TimeBar::xOf(Time time) const
{
    const QRect rect = track();
    return rect.left() +
           static_cast<int>(m_map.xOf(static_cast<double>(toMs(time))) * rect.width() / std::max(m_map.width(), 1));
}

Time TimeBar::timeAt(int x) const
{
    const QRect rect = track();
    const double column = (x - rect.left() + 0.5) * m_map.width() / std::max(rect.width(), 1);
    return fromMs(static_cast<std::int64_t>(m_map.timeOf(column)));
}

QString TimeBar::describe(std::size_t step) const
{
    if (m_session.empty())
        return tr("No run");
    const RunRecord& record = *m_session.record();
    return tr("%1 UTC, NAV %2 %3")
        .arg(dateTime(record.time(step)),
             inCurrency(record.at(step, ColumnLayout::step(StepColumn::Nav)), record.info().shareClass),
             QString::fromUtf8(toText(record.info().shareClass).data()));
}

void TimeBar::resizeEvent(QResizeEvent*)
{
    remap();
}

void TimeBar::seekTo(int x)
{
    if (!m_session.empty())
        m_session.seek(m_session.view().stepAt(timeAt(x)));
}

void TimeBar::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const ChartMarker* marker = markerAt(event->position().toPoint())) {
        m_session.select(marker->selection);
        return;
    }
    if (const Flag* flag = flagAt(event->position().toPoint())) {
        m_session.seek(m_session.view().stepAt(flag->time));
        return;
    }
    m_dragging = true;
    seekTo(event->position().toPoint().x());
}

void TimeBar::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    if (m_dragging)
        seekTo(at.x());
    else
        setCursor(markerAt(at) != nullptr || flagAt(at) != nullptr ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void TimeBar::mouseReleaseEvent(QMouseEvent*)
{
    m_dragging = false;
}

void TimeBar::wheelEvent(QWheelEvent* event)
{
    m_turned += event->angleDelta().y(); // fine wheels and touchpads turn by less than a notch
    const int notches = m_turned / 120;
    m_turned -= notches * 120;
    if (event->modifiers().testFlag(Qt::ControlModifier))
        stepByDays(-notches);
    else
        stepBy(-notches);
    event->accept();
}

void TimeBar::stepBy(std::ptrdiff_t steps)
{
    if (m_session.empty())
        return;
    const auto cursor = static_cast<std::ptrdiff_t>(m_session.cursor());
    m_session.seek(static_cast<std::size_t>(std::max<std::ptrdiff_t>(cursor + steps, 0)));
}

void TimeBar::stepByDays(int days)
{
    if (!m_session.empty())
        m_session.seek(m_session.view().stepAt(m_session.view().time() + kDay * days));
}

void TimeBar::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        stepBy(-1);
        return;
    case Qt::Key_Right:
    case Qt::Key_Up:
        stepBy(1);
        return;
    case Qt::Key_PageUp:
        stepByDays(-1);
        return;
    case Qt::Key_PageDown:
        stepByDays(1);
        return;
    case Qt::Key_Home:
        m_session.seek(0);
        return;
    case Qt::Key_End:
        m_session.setFollowsEnd(true); // and stays there while the run grows
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

QString TimeBar::legend()
{
    return tr("▲ decision   ◆ amber: risk warning, red: risk limit crossed (critical)   ✖ liquidation\n"
              "⚑ bookmark   hatched: bars missing in the data   [ ] range that is looped");
}

bool TimeBar::isInGap(int x) const
{
    const RunRecord& record = *m_session.record();
    return std::ranges::any_of(m_gaps, [&](const Gap& gap) {
        const std::size_t last = std::min(gap.last - 1, m_session.cursor());
        return gap.first <= m_session.cursor() && x >= xOf(record.time(gap.first)) - 2 &&
               x <= xOf(record.time(last)) + 4;
    });
}

bool TimeBar::tip(const QPoint& at, const QPoint& global)
{
    if (m_session.empty())
        return false;
    if (const ChartMarker* marker = markerAt(at)) {
        QToolTip::showText(global, ChartMarkers::describe(*m_session.record(), *marker), this);
        return true;
    }
    if (const Flag* flag = flagAt(at)) {
        QToolTip::showText(global, tr("Bookmark %1 UTC: %2").arg(dateTime(flag->time), flag->note), this);
        return true;
    }
    const Time time = timeAt(at.x());
    const bool known = time <= m_session.view().time();
    QString text = dateTime(time) + tr(" UTC");
    if (known) {
        const std::size_t step = m_session.view().stepAt(time);
        text = describe(step);
        if (isInGap(at.x()))
            text += QLatin1Char('\n') + tr("Hatched: a bar is missing in the data, another exchange's or the last one "
                                           "stands in. The workspace Data says which.");
    }
    QToolTip::showText(global, text + QStringLiteral("\n\n") + legend(), this);
    return true;
}

bool TimeBar::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (tip(help->pos(), help->globalPos()))
            return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

} // namespace carry::ui
