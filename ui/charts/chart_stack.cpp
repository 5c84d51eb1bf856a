// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_stack.h"

#include "chart_input.h"
#include "common/number_format.h"
#include "range_strip.h"

#include <QScrollBar>
#include <cmath>
#include <utility>

namespace carry::ui
{
namespace
{

constexpr int kFrameMs = 16;
constexpr int kTakeInMs = 10; // of a frame, at most, while a long record is taken in
constexpr int kRestMs = 4;    // between two such frames, for what else the window has to do
constexpr quint32 kStateVersion = 3;

Time timeOfMs(double ms)
{
    return fromMs(static_cast<std::int64_t>(ms));
}

} // namespace

ChartStack::ChartStack(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(std::make_unique<ChartModel>())
{
    setObjectName(QStringLiteral("chartStack"));
    setAccessibleName(tr("Charts"));
    setAccessibleDescription(tr("Panes over one time axis. Left and Right step, with Shift they mark a range, "
                                "plus and minus zoom, Home shows all, Page Up and Page Down scroll to other panes."));
    m_view = new ChartView(*m_model, session, this);
    m_view->setAccessibleName(tr("Charts"));
    m_overlay = new ChartOverlay(*m_view, *m_model, session);
    m_input = new ChartInput(*m_view, *m_model, *m_overlay, session);
    m_strip = new RangeStrip(this);
    m_strip->hide();
    m_scroll = new QScrollBar(Qt::Vertical, this);
    m_scroll->setObjectName(QStringLiteral("chartScrollBar"));
    m_scroll->setAccessibleName(tr("Panes that are in view"));
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->hide();
    connect(m_scroll, &QScrollBar::valueChanged, this, [this](int first) {
        m_view->scrollTo(static_cast<std::size_t>(first));
        schedule(kPanes);
    });
    setFocusProxy(m_view);
    setMinimumSize(240, 120);
    m_view->resized = [this] {
        m_overlay->resize(m_view->size());
        m_dirty |= kAxes;
        redraw(QDeadlineTimer(0, Qt::PreciseTimer)); // at once in the new size; what is still to be read can wait
    };
    m_view->scrolled = [this] { showScrolling(); };
    connect(m_input, &ChartInput::scrollRequested, this, &ChartStack::scrollPanes);
    connect(m_input, &ChartInput::moreRequested, this, [this](std::size_t pane, const QPoint& global) {
        QMenu menu;
        fillSeries(menu, pane);
        menu.exec(global);
    });
    connect(m_input, &ChartInput::spanChanged, this, [this] { schedule(kAxes); });
    connect(m_input, &ChartInput::heightsChanged, this, [this] {
        m_view->fitToSize();
        schedule(kAxes);
    });
    connect(m_input, &ChartInput::rangeMarked, this, &ChartStack::markRange);
    connect(m_input, &ChartInput::rangeCleared, this, &ChartStack::clearRange);
    connect(m_strip, &RangeStrip::closed, this, &ChartStack::clearRange);
    connect(m_strip, &RangeStrip::zoomRequested, this, [this] {
        if (const auto marked = range())
            setVisibleSpan(m_session.record()->time(marked->first), m_session.record()->time(marked->second));
    });
    connect(m_input, &ChartInput::seriesToggled, this, [this](std::size_t pane, std::size_t series) {
        const auto id = static_cast<PaneId>(pane);
        setSeriesShown(id, series, !isSeriesShown(id, series));
    });
    m_frame.setSingleShot(true);
    m_frame.setTimerType(Qt::PreciseTimer);
    connect(&m_frame, &QTimer::timeout, this, &ChartStack::redrawFrame);
    makeActions();
    makePaneMenu();
    connectSession();
    takeTheme();
    takeRecord();
}

ChartStack::~ChartStack()
{
    m_view->resized = nullptr;
    m_view->scrolled = nullptr;
    delete m_view; // before the model that it draws
}

void ChartStack::connectSession()
{
    connect(&m_session, &RunSession::recordChanged, this, &ChartStack::takeRecord);
    connect(&m_session, &RunSession::referenceChanged, this, &ChartStack::remakePanes);
    connect(&m_session, &RunSession::lengthChanged, this, [this] { schedule(m_model->grow() ? kAxes : kCurves); });
    connect(&m_session, &RunSession::cursorChanged, this, &ChartStack::takeCursor);
    connect(&m_session, &RunSession::selectionChanged, m_overlay, &ChartOverlay::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &ChartStack::takeTheme);
}

void ChartStack::takeTheme()
{
    m_model->setPalette(colors());
    m_overlay->applyFonts();
    m_paneButton->setIcon(Theme::instance().icon(QStringLiteral("chart")));
    schedule(kPanes);
}

void ChartStack::takeRecord()
{
    m_model->reset(m_session.view().record(), m_priceLegs->isChecked(), m_session.reference());
    m_cursorMs.reset();
    clearRange();
    offerPanes();
    if (m_model->record() == nullptr)
        m_view->rebuild(); // at once: its rows are panes that are gone, and it may be resized before the next frame
    schedule(kPanes);
}

//! The same run with other series; what is in view stays.
void ChartStack::remakePanes()
{
    const double from = m_model->from();
    const double to = m_model->to();
    m_model->reset(m_session.view().record(), m_priceLegs->isChecked(), m_session.reference());
    m_model->setSpan(from, to);
    offerPanes();
    schedule(kPanes);
}

//! Only panes that the run has something for can be chosen.
void ChartStack::offerPanes()
{
    for (std::size_t i = 0; i < kPaneCount; ++i) {
        QAction* action = m_paneActions[static_cast<int>(i)];
        action->setVisible(m_model->record() == nullptr || m_model->applies(i));
        if (m_chosen[i] || m_model->record() == nullptr)
            continue;
        const QSignalBlocker quiet(action);
        action->setChecked(!m_model->extra(i));
        m_model->setVisible(i, !m_model->extra(i));
    }
}

void ChartStack::takeCursor()
{
    if (m_session.empty())
        return;
    // While zoomed in, a cursor that leaves the view takes the view along; one that was not in it does not.
    const auto now = static_cast<double>(toMs(m_session.view().time()));
    const auto inView = [this](double ms) { return ms >= m_model->from() && ms <= m_model->to(); };
    if (m_cursorMs && inView(*m_cursorMs) && !inView(now)) {
        const double size = m_model->to() - m_model->from();
        const double from = now - size * (now > *m_cursorMs ? 0.85 : 0.15);
        if (m_model->setSpan(from, from + size))
            m_dirty |= kAxes;
    }
    m_cursorMs = now;
    m_overlay->forgetRestingMouse();
    showRange();
    schedule(kCurves);
}

void ChartStack::schedule(unsigned what)
{
    m_dirty |= what;
    if (!isVisible() || m_frame.isActive())
        return;
    const qint64 since = m_sinceFrame.isValid() ? m_sinceFrame.elapsed() : kFrameMs;
    m_frame.start(static_cast<int>(std::max<qint64>(kFrameMs - since, 0)));
}

void ChartStack::redrawNow()
{
    redraw(QDeadlineTimer::Forever);
}

void ChartStack::redrawFrame()
{
    redraw(QDeadlineTimer(kTakeInMs, Qt::PreciseTimer));
}

void ChartStack::redraw(const QDeadlineTimer& until)
{
    m_frame.stop();
    const unsigned dirty = std::exchange(m_dirty, 0U);
    if (dirty == 0 && isComplete())
        return;
    if ((dirty & kPanes) != 0)
        m_view->rebuild();
    bool axes = (dirty & ~static_cast<unsigned>(kCurves)) != 0;
    if (!m_session.empty() && m_model->record() != nullptr) {
        axes = m_model->prepare(m_session.cursor(), m_session.length(), until) || axes;
        m_model->raster(m_session.cursor());
    }
    if (axes)
        m_view->takeOverAxes();
    else
        m_view->redrawCurves();
    m_overlay->refresh();
    m_sinceFrame.start();
    if (isComplete())
        return;
    m_dirty |= kCurves;
    if (isVisible())
        m_frame.start(kRestMs);
}

bool ChartStack::isComplete() const
{
    return m_session.empty() || m_model->record() == nullptr || m_model->complete(m_session.length());
}

void ChartStack::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    schedule(0);
}

void ChartStack::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeParts();
}

void ChartStack::scrollPanes(int by)
{
    m_scroll->setValue(m_scroll->value() + by);
}

void ChartStack::showScrolling()
{
    if (m_view->isWhole())
        return;
    const QSignalBlocker quiet(m_scroll);
    m_scroll->setRange(0, static_cast<int>(m_view->lastScroll()));
    m_scroll->setPageStep(static_cast<int>(std::max<std::size_t>(m_view->rows(), 1)));
    m_scroll->setSingleStep(1);
    m_scroll->setValue(static_cast<int>(m_view->firstShown()));
    m_scroll->setToolTip(tr("%1 of %2 panes are in view (Page Up, Page Down, Ctrl and the wheel)")
                             .arg(m_view->rows())
                             .arg(m_view->wantedPanes()));
    m_scroll->setVisible(m_view->lastScroll() > 0);
    placeParts();
}

Time ChartStack::visibleFrom() const
{
    return timeOfMs(m_model->from());
}

Time ChartStack::visibleTo() const
{
    return timeOfMs(m_model->to());
}

void ChartStack::setVisibleSpan(Time from, Time to)
{
    if (m_model->setSpan(static_cast<double>(toMs(from)), static_cast<double>(toMs(to))))
        schedule(kAxes);
}

void ChartStack::fit()
{
    if (m_model->fit())
        schedule(kAxes);
}

bool ChartStack::isSeriesShown(PaneId pane, std::size_t series) const
{
    return m_model->pane(static_cast<std::size_t>(pane)).shown(series);
}

void ChartStack::setSeriesShown(PaneId pane, std::size_t series, bool on)
{
    m_model->setSeriesShown(static_cast<std::size_t>(pane), series, on);
    schedule(kCurves);
}

std::optional<std::size_t> ChartStack::readoutStep() const
{
    return m_overlay->readoutStep();
}

double ChartStack::readout(PaneId pane, std::size_t series) const
{
    const auto step = readoutStep();
    return step ? m_model->pane(static_cast<std::size_t>(pane)).value(*m_model->record(), series, *step)
                : std::numeric_limits<double>::quiet_NaN();
}

QString ChartStack::readoutText(PaneId pane, std::size_t series) const
{
    return chartText(readout(pane, series), m_model->pane(static_cast<std::size_t>(pane)).spec().unit);
}

std::pair<std::size_t, std::size_t> ChartStack::drawnSteps() const
{
    return m_session.empty() ? std::pair<std::size_t, std::size_t>{} : m_model->drawnSteps(m_session.cursor());
}

std::optional<std::size_t> ChartStack::rowOf(PaneId pane) const
{
    for (std::size_t row = 0; row < m_view->rows(); ++row)
        if (m_view->paneOf(row) == static_cast<std::size_t>(pane))
            return row;
    return std::nullopt;
}

QPoint ChartStack::coordToPixel(PaneId pane, Time time, double value) const
{
    const auto row = rowOf(pane);
    return row ? m_view->mapToParent(m_view->pixelOf(*row, static_cast<double>(toMs(time)), value).toPoint())
               : QPoint(-1, -1);
}

QRect ChartStack::paneRect(PaneId pane) const
{
    const auto row = rowOf(pane);
    return row ? m_view->rectOf(*row).translated(m_view->pos()) : QRect();
}

QByteArray ChartStack::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << kStateVersion << static_cast<quint32>(kPaneCount);
    for (std::size_t i = 0; i < kPaneCount; ++i)
        stream << m_model->wanted(i) << m_chosen[i] << static_cast<qint32>(m_model->weight(i));
    return state;
}

bool ChartStack::restoreState(const QByteArray& state)
{
    QDataStream stream(state);
    quint32 version = 0;
    quint32 count = 0;
    stream >> version >> count;
    if (version != kStateVersion || count != kPaneCount)
        return false;
    struct Pane {
        bool shown = true, chosen = false;
        qint32 weight = 0;
    };
    std::array<Pane, kPaneCount> panes;
    for (Pane& pane : panes)
        stream >> pane.shown >> pane.chosen >> pane.weight;
    if (stream.status() != QDataStream::Ok)
        return false;
    for (std::size_t i = 0; i < kPaneCount; ++i) {
        m_model->setWeight(i, std::clamp(panes[i].weight, 0, 10'000));
        m_paneActions[static_cast<int>(i)]->setChecked(panes[i].shown);
        m_chosen[i] = panes[i].chosen;
    }
    offerPanes();
    schedule(kPanes);
    return true;
}

} // namespace carry::ui
