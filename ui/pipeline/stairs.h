// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QList>
#include <QPointF>
#include <QRectF>

class QPainter;

namespace carry::ui
{

//! A little picture of a loop: for each iteration a step of collateral (x, light) with the debt (y, full) in front of
//! it.
void paintStaircase(QPainter& painter, const QRectF& area, const QList<QPointF>& steps, QColor collateral,
                    const QColor& debt);

} // namespace carry::ui
