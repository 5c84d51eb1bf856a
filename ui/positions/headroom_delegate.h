// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/cell_delegate.h"

#include <QRect>

namespace carry::ui
{

//! Where the parts of a headroom bar lie.
struct HeadroomBar {
    QRect track, fill;
    int criticalX = 0, warnX = 0; //!< of the limit ticks
    //! `headroom`: 0 at the critical level, .5 at the warning level, 1 as far again.
    static HeadroomBar in(const QRect& cell, double headroom);
};

//! Paints headroom as a bar that empties towards the critical level, with a tick at each limit.
class HeadroomDelegate final : public CellDelegate
{
    Q_OBJECT
  public:
    enum Role {
        HeadroomRole = Qt::UserRole + 1, //!< double; NaN: no bar
        ToneRole,                        //!< int of Tone
    };
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace carry::ui
