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
constexpr int kRowPadding = 5;

} // namespace

FlashDelegate::FlashDelegate(QAbstractItemView* view, int changeRole)
    : QStyledItemDelegate(view), m_view(view), m_changeRole(changeRole)
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

QSize FlashDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width(), size.height() + kRowPadding};
}

void FlashDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const int change = m_strength > 0 ? index.data(m_changeRole).toInt() : 0;
    if (change == 0)
        return;
    QColor tint = change > 0 ? colors().gain : colors().loss;
    tint.setAlpha(static_cast<int>(kAlpha * m_strength));
    option->backgroundBrush = tint;
}

} // namespace carry::ui
