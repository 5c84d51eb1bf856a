// SPDX-License-Identifier: GPL-3.0-or-later
// States as icon, word and colour.
#include "theme.h"
#include "words.h"

#include <QFile>
#include <QHash>
#include <QPainter>
#include <QSvgRenderer>

namespace carry::ui
{
namespace
{

QPixmap drawn(QByteArray svg, const QColor& color, qreal ratio)
{
    constexpr int kSize = 16;
    svg.replace("currentColor", color.name().toUtf8());
    QPixmap pixmap(QSize(kSize, kSize) * ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(svg).render(&painter, QRectF(QPointF(), QSizeF(pixmap.size())));
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

} // namespace

QColor toneColor(Tone tone)
{
    const Colors& c = colors();
    switch (tone) {
    case Tone::Plain:
        return c.text;
    case Tone::Muted:
        return c.muted;
    case Tone::Active:
        return c.accent;
    case Tone::Ok:
        return c.ok;
    case Tone::Warn:
        return c.warn;
    case Tone::Critical:
        return c.critical;
    case Tone::Breached:
        return c.breached;
    }
    return c.text;
}

QIcon tintedIcon(const QString& name, const QColor& color)
{
    static QHash<QString, QIcon> cache;
    const QColor onSelection = colors().accentText;
    const QString key = name + color.name() + onSelection.name();
    if (const auto found = cache.constFind(key); found != cache.constEnd())
        return *found;
    QFile file(QStringLiteral(":/carrydesk/icons/%1.svg").arg(name));
    QIcon icon;
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray svg = file.readAll();
        for (const qreal ratio : {1.0, 1.5, 2.0}) {
            icon.addPixmap(drawn(svg, color, ratio));
            icon.addPixmap(drawn(svg, onSelection, ratio), QIcon::Selected);
        }
    }
    cache.insert(key, icon);
    return icon;
}

QIcon Badge::pixmap() const
{
    return tintedIcon(icon, toneColor(tone));
}

Badge Words::state(InstructionState state)
{
    using enum InstructionState;
    switch (state) {
    case Planned:
        return {tr("Planned"), QStringLiteral("dot"), Tone::Muted};
    case AwaitingApproval:
        return {tr("Awaiting approval"), QStringLiteral("pause"), Tone::Warn};
    case Denied:
        return {tr("Denied"), QStringLiteral("cross"), Tone::Warn};
    case Submitted:
        return {tr("Submitted"), QStringLiteral("clock"), Tone::Active};
    case Acknowledged:
        return {tr("Acknowledged"), QStringLiteral("clock"), Tone::Active};
    case PartiallyFilled:
        return {tr("Partially filled"), QStringLiteral("half"), Tone::Active};
    case Confirmed:
        return {tr("Confirmed"), QStringLiteral("check"), Tone::Ok};
    case Rejected:
        return {tr("Rejected"), QStringLiteral("cross"), Tone::Critical};
    case Failed:
        return {tr("Failed"), QStringLiteral("cross"), Tone::Critical};
    case Unknown:
        return {tr("Unknown"), QStringLiteral("warning"), Tone::Warn};
    case TimedOut:
        return {tr("Timed out"), QStringLiteral("warning"), Tone::Warn};
    case RolledBack:
        return {tr("Rolled back"), QStringLiteral("refresh"), Tone::Warn};
    case Expired:
        return {tr("Expired"), QStringLiteral("cross"), Tone::Warn};
    case Cancelled:
        return {tr("Cancelled"), QStringLiteral("stop"), Tone::Muted};
    }
    return {};
}

Badge Words::outcome(PlanOutcome outcome)
{
    switch (outcome) {
    case PlanOutcome::Open:
        return {tr("Under way"), QStringLiteral("clock"), Tone::Active};
    case PlanOutcome::Completed:
        return {tr("Completed"), QStringLiteral("check"), Tone::Ok};
    case PlanOutcome::Failed:
        return {tr("Failed"), QStringLiteral("cross"), Tone::Critical};
    case PlanOutcome::Denied:
        return {tr("Denied"), QStringLiteral("cross"), Tone::Warn};
    case PlanOutcome::Expired:
        return {tr("Expired"), QStringLiteral("cross"), Tone::Warn};
    case PlanOutcome::Withdrawn:
        return {tr("Withdrawn"), QStringLiteral("stop"), Tone::Muted};
    }
    return {};
}

Badge Words::level(RiskLevel level)
{
    switch (level) {
    case RiskLevel::Ok:
        return {tr("OK"), QStringLiteral("check"), Tone::Ok};
    case RiskLevel::Warn:
        return {tr("Warning"), QStringLiteral("warning"), Tone::Warn};
    case RiskLevel::Critical:
        return {tr("Critical"), QStringLiteral("warning"), Tone::Critical};
    case RiskLevel::Breached:
        return {tr("Breached"), QStringLiteral("stop"), Tone::Breached};
    }
    return {};
}

} // namespace carry::ui
