// SPDX-License-Identifier: GPL-3.0-or-later
#include "flash_delegate.h"

#include "common/theme.h"

#include <QAbstractItemView>

namespace carry::ui
{
namespace
{

constexpr int kFrameMs = 50;
constexpr double kFadeMs = 700;
constexpr qint64 kQuickMs = 200; //!< moves closer than this are scrubbing or playing
constexpr int kAlpha = 64;

} // namespace

FlashDelegate::FlashDelegate(QAbstractItemView* view, int changeRole)
    : CellDelegate(view), m_view(view), m_changeRole(changeRole)
{
    m_timer.setInterval(kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, &FlashDelegate::fade);
}

void FlashDelegate::moved()
{
    const bool quick = m_sinceMove.isValid() && m_sinceMove.elapsed() < kQuickMs;
    m_sinceMove.start();
    m_strength = quick ? 0 : 1;
    if (quick)
        m_timer.stop();
    else
        m_timer.start();
}

void FlashDelegate::fade()
{
    m_strength = std::max(0.0, 1.0 - static_cast<double>(m_sinceMove.elapsed()) / kFadeMs);
    if (m_strength == 0)
        m_timer.stop();
    m_view->viewport()->update();
}

QBrush FlashDelegate::background(const QModelIndex& index) const
{
    const int change = m_strength > 0 ? index.data(m_changeRole).toInt() : 0;
    if (change == 0)
        return CellDelegate::background(index);
    QColor tint = change > 0 ? colors().gain : colors().loss;
    tint.setAlpha(static_cast<int>(kAlpha * m_strength));
    return tint;
}

} // namespace carry::ui
