// SPDX-License-Identifier: GPL-3.0-or-later
// A range of time that is marked in the charts, and its figures.
#include "chart_input.h"
#include "chart_stack.h"
#include "range_strip.h"

#include <QScrollBar>
#include <QToolButton>

namespace carry::ui
{

void ChartStack::markRange(std::size_t oneStep, std::size_t otherStep)
{
    if (m_session.empty())
        return;
    const std::size_t last = m_session.length() - 1;
    const auto [first, second] = std::minmax(std::min(oneStep, last), std::min(otherStep, last));
    m_model->setRange(std::pair(first, second));
    showRange();
    m_overlay->refresh();
}

void ChartStack::clearRange()
{
    m_model->setRange(std::nullopt);
    showRange();
    m_overlay->refresh();
}

//! Up to the cursor; nothing where there is no time between its ends.
std::optional<std::pair<std::size_t, std::size_t>> ChartStack::range() const
{
    const auto& marked = m_model->range();
    if (!marked || m_session.empty() || marked->first >= m_session.cursor() || marked->first == marked->second)
        return std::nullopt;
    return std::pair(marked->first, std::min(marked->second, m_session.cursor()));
}

void ChartStack::showRange()
{
    const auto now = range();
    if (now == m_measured)
        return;
    m_measured = now;
    if (now)
        m_strip->showFigures(rangeFigures(*m_session.record(), now->first, now->second),
                             m_session.record()->info().shareClass);
    else
        m_strip->hide();
    placeParts();
}

void ChartStack::placeParts()
{
    if (m_view->isWhole())
        return;
    const int strip = m_strip->isHidden() ? 0 : m_strip->heightForWidth(width());
    const int bar = m_scroll->isHidden() ? 0 : m_scroll->sizeHint().width();
    const QRect charts(0, 0, width() - bar, height() - strip);
    m_scroll->setGeometry(charts.width(), 0, bar, charts.height());
    const QSize button = m_paneButton->sizeHint();
    m_paneButton->setGeometry(charts.width() - button.width() - 12, 0, button.width(), button.height());
    if (m_view->geometry() != charts)
        m_view->setGeometry(charts);
    m_strip->setGeometry(0, height() - strip, width(), strip);
}

} // namespace carry::ui
