// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/cell_delegate.h"

namespace carry::ui
{

//! Paints headroom before and after as two bars over each other that empty towards the critical level, with a tick at
//! each limit. The text of the cell says the same in words.
class ChangeDelegate final : public CellDelegate
{
    Q_OBJECT
  public:
    enum Role {
        BeforeRole = Qt::UserRole + 1, //!< double, 0 to 1; NaN: no bar
        AfterRole,
        ToneRole, //!< int of Tone, of the figure after
    };
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace carry::ui
