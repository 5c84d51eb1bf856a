// SPDX-License-Identifier: GPL-3.0-or-later
#include "hold_button.h"

#include <QPainter>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kFrameMs = 16;
constexpr int kLine = 4;  // height of the line that fills
constexpr int kVeil = 60; // its shade over the rest, alpha

} // namespace

HoldButton::HoldButton(QWidget* parent) : QPushButton(parent)
{
    setAutoDefault(false);
    m_tick.setInterval(kFrameMs);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &HoldButton::look);
    connect(this, &QPushButton::pressed, this, [this] {
        m_held.start();
        m_tick.start();
        update();
    });
    connect(this, &QPushButton::released, this, [this] {
        m_held.invalidate();
        m_tick.stop();
        update();
    });
}

double HoldButton::progress() const
{
    return m_held.isValid() ? std::min(1.0, double(m_held.elapsed()) / kHoldMs) : 0.0;
}

void HoldButton::look()
{
    update();
    if (!isEnabled() || !isDown()) { // it was disabled while held: nothing is released then
        m_held.invalidate();
        m_tick.stop();
    } else if (m_held.isValid() && m_held.elapsed() >= kHoldMs) {
        m_held.invalidate();
        m_tick.stop();
        setDown(false);
        emit confirmed();
    }
}

void HoldButton::paintEvent(QPaintEvent* event)
{
    QPushButton::paintEvent(event);
    const double filled = progress();
    if (filled <= 0)
        return;
    QPainter painter(this);
    QColor ink = palette().color(QPalette::HighlightedText);
    QRect part = rect().adjusted(1, 1, -1, -1);
    part.setWidth(int(part.width() * filled));
    QColor veil = ink;
    veil.setAlpha(kVeil);
    painter.fillRect(part, veil);
    painter.fillRect(part.adjusted(0, part.height() - kLine, 0, 0), ink);
}

} // namespace carry::ui
