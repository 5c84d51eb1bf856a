// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/cell_delegate.h"

#include <QElapsedTimer>
#include <QTimer>

class QAbstractItemView;

namespace carry::ui
{

//! Tints the cells whose figure changed with the last cursor move, up and down in the colours of gain and loss, and
//! fades the tint. All cells of a move fade together, so one timer is enough; while the cursor moves quickly there is
//! no tint.
class FlashDelegate final : public CellDelegate
{
    Q_OBJECT
  public:
    //! `changeRole`: int -1, 0, 1.
    FlashDelegate(QAbstractItemView* view, int changeRole);

    //! The cursor has moved. Starts a flash unless the move before was only a moment ago.
    void moved();
    double strength() const { return m_strength; } //!< 1 fresh, 0 gone

  protected:
    QBrush background(const QModelIndex& index) const override;

  private:
    void fade();

    QAbstractItemView* m_view;
    int m_changeRole;
    double m_strength = 0;
    QTimer m_timer;
    QElapsedTimer m_sinceMove;
};

} // namespace carry::ui
