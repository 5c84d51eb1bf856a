// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/range_figures.h"

#include <QFrame>

class QLabel;

namespace carry::ui
{

//! The figures of a range of time that was marked in the charts, below them.
class RangeStrip final : public QFrame
{
    Q_OBJECT
  public:
    explicit RangeStrip(QWidget* parent);

    void showFigures(const RangeFigures& figures, Asset shareClass);
    //! All figures, a line each, values without separators.
    QString plainText() const;

  signals:
    void zoomRequested();
    void closed();

  private:
    QStringList parts() const;
    QString tip() const;
    QString lines() const;
    void copy() const;

    QLabel* m_text;
    RangeFigures m_figures;
    Asset m_shareClass = Asset::USDT;
};

} // namespace carry::ui
