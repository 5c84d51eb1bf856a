// SPDX-License-Identifier: GPL-3.0-or-later
#include "stairs.h"

#include <QPainter>
#include <algorithm>

namespace carry::ui
{

void paintStaircase(QPainter& painter, const QRectF& area, const QList<QPointF>& steps, QColor collateral,
                    const QColor& debt)
{
    double highest = 0;
    for (const QPointF& step : steps)
        highest = std::max(highest, step.x());
    if (highest <= 0 || area.width() <= 0)
        return;
    collateral.setAlpha(110);
    // Whole pixels: steps of one width, without seams.
    const auto edge = [&](qsizetype i) {
        return std::round(area.left() + area.width() * static_cast<double>(i) / static_cast<double>(steps.size()));
    };
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const auto bar = [&](double value) {
            const double height = std::round(area.height() * value / highest);
            return QRectF(edge(i), area.bottom() - height, std::max(edge(i + 1) - edge(i), 1.0), height);
        };
        painter.fillRect(bar(steps[i].x()), collateral);
        painter.fillRect(bar(steps[i].y()), debt);
    }
}

} // namespace carry::ui
