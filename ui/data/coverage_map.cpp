// SPDX-License-Identifier: GPL-3.0-or-later
#include "coverage_map.h"

#include "common/number_format.h"
#include "common/theme.h"

#include <QDate>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace carry::ui
{
namespace
{

constexpr int kRowHeight = 20, kAxisHeight = 22, kGap = 10;

QString cadenceText(Duration cadence)
{
    const auto minutes = cadence.count() / 60'000;
    if (minutes <= 0)
        return CoverageMap::tr("–");
    if (minutes % 1440 == 0)
        return CoverageMap::tr("%1 d").arg(minutes / 1440);
    if (minutes % 60 == 0)
        return CoverageMap::tr("%1 h").arg(minutes / 60);
    return CoverageMap::tr("%1 min").arg(minutes);
}

QColor colorOf(FindingSeverity severity)
{
    switch (severity) {
    case FindingSeverity::Error:
        return colors().critical;
    case FindingSeverity::Warning:
        return colors().warn;
    case FindingSeverity::Info:
        break;
    }
    return colors().muted;
}

} // namespace

CoverageMap::CoverageMap(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Coverage of the series over time"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CoverageMap::setData(std::shared_ptr<const MarketData> market)
{
    m_rows.clear();
    m_selected.clear();
    m_nameWidth = m_cadenceWidth = m_rowsWidth = 0;
    bool any = false;
    for (const Coverage& c : market ? market->report.coverage : std::vector<Coverage>{}) {
        if (!c.first || !c.last)
            continue;
        Row row;
        row.series = QString::fromStdString(c.series);
        row.cadence = cadenceText(c.cadence);
        row.rows = tr("%1 rows").arg(QLocale().toString(qulonglong(c.rows)));
        row.first = *c.first;
        row.last = *c.last;
        row.holes = c.holes;
        if (c.file < market->files.size())
            row.file = QString::fromStdString(market->files[c.file].path);
        for (const Finding& f : market->report.findings)
            if (f.from && f.series == c.series)
                row.marks.push_back({*f.from, f.to.value_or(*f.from), f.severity});
        m_from = any ? std::min(m_from, row.first) : row.first;
        m_to = any ? std::max(m_to, row.last) : row.last;
        any = true;
        m_nameWidth = std::max(m_nameWidth, fontMetrics().horizontalAdvance(row.series));
        m_cadenceWidth = std::max(m_cadenceWidth, fontMetrics().horizontalAdvance(row.cadence));
        m_rowsWidth = std::max(m_rowsWidth, fontMetrics().horizontalAdvance(row.rows));
        m_rows.push_back(std::move(row));
    }
    updateGeometry();
    update();
}

QSize CoverageMap::sizeHint() const
{
    return {900, kAxisHeight + static_cast<int>(m_rows.size()) * kRowHeight + 4};
}

QRect CoverageMap::bars() const
{
    const int left = m_nameWidth + m_cadenceWidth + m_rowsWidth + 4 * kGap;
    return {left, kAxisHeight, std::max(40, width() - left - kGap), height() - kAxisHeight};
}

double CoverageMap::xOf(Time time) const
{
    const QRect area = bars();
    const auto span = static_cast<double>((m_to - m_from).count());
    const double part = span > 0 ? static_cast<double>((time - m_from).count()) / span : 0.0;
    return area.left() + part * area.width();
}

void CoverageMap::paintAxis(QPainter& painter) const
{
    const QRect area = bars();
    painter.setPen(colors().muted);
    const QDate from = QDateTime::fromMSecsSinceEpoch(toMs(m_from), Qt::UTC).date();
    const QDate to = QDateTime::fromMSecsSinceEpoch(toMs(m_to), Qt::UTC).date();
    const int months = (to.year() - from.year()) * 12 + to.month() - from.month() + 1;
    const int label = fontMetrics().horizontalAdvance(QStringLiteral("2024-09")) + kGap;
    const int every = std::max(1, (months * label + area.width() - 1) / std::max(1, area.width()));
    for (QDate month(from.year(), from.month(), 1); month <= to; month = month.addMonths(every)) {
        const double x = xOf(fromMs(QDateTime(month, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch()));
        if (x < area.left())
            continue;
        painter.setPen(colors().grid);
        painter.drawLine(QPointF(x, kAxisHeight), QPointF(x, height()));
        painter.setPen(colors().muted);
        painter.drawText(QPointF(x + 3, kAxisHeight - 7), month.toString(QStringLiteral("yyyy-MM")));
    }
}

void CoverageMap::paintRow(QPainter& painter, const Row& row, int y) const
{
    const Colors& c = colors();
    const QRect line(0, y, width(), kRowHeight);
    const bool chosen = row.series == m_selected;
    if (chosen)
        painter.fillRect(line, c.accent);
    painter.setPen(chosen ? c.accentText : c.text);
    painter.drawText(QRect(kGap / 2, y, m_nameWidth + kGap, kRowHeight), Qt::AlignVCenter, row.series);
    painter.setPen(chosen ? c.accentText : c.muted);
    int x = m_nameWidth + kGap;
    painter.drawText(QRect(x, y, m_cadenceWidth + kGap, kRowHeight), Qt::AlignVCenter | Qt::AlignRight, row.cadence);
    x += m_cadenceWidth + kGap;
    painter.drawText(QRect(x, y, m_rowsWidth + kGap, kRowHeight), Qt::AlignVCenter | Qt::AlignRight, row.rows);
    const QRectF bar(xOf(row.first), y + 5, std::max(2.0, xOf(row.last) - xOf(row.first)), kRowHeight - 10);
    painter.fillRect(bar, c.series[0]);
    for (const Mark& mark : row.marks) {
        const double from = xOf(mark.from);
        painter.fillRect(QRectF(from, y + 3, std::max(2.0, xOf(mark.to) - from), kRowHeight - 6),
                         colorOf(mark.severity));
    }
}

void CoverageMap::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.fillRect(event->rect(), colors().panel);
    if (m_rows.empty())
        return;
    paintAxis(painter);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        paintRow(painter, m_rows[i], kAxisHeight + static_cast<int>(i) * kRowHeight);
    if (hasFocus()) {
        painter.setPen(colors().accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

QString CoverageMap::seriesAt(const QPoint& position) const
{
    const int row = (position.y() - kAxisHeight) / kRowHeight;
    return position.y() >= kAxisHeight && row < static_cast<int>(m_rows.size())
               ? m_rows[static_cast<std::size_t>(row)].series
               : QString();
}

void CoverageMap::select(const QString& series)
{
    if (series == m_selected)
        return;
    m_selected = series;
    update();
    emit selectionChanged(series);
}

void CoverageMap::mousePressEvent(QMouseEvent* event)
{
    const QString series = seriesAt(event->position().toPoint());
    select(series == m_selected ? QString() : series);
}

void CoverageMap::keyPressEvent(QKeyEvent* event)
{
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), [this](const Row& r) { return r.series == m_selected; });
    const auto index = at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
    const int count = static_cast<int>(m_rows.size());
    if (event->key() == Qt::Key_Down && index + 1 < count)
        return select(m_rows[static_cast<std::size_t>(index + 1)].series);
    if (event->key() == Qt::Key_Up && index > 0)
        return select(m_rows[static_cast<std::size_t>(index - 1)].series);
    if (event->key() == Qt::Key_Escape)
        return select({});
    QWidget::keyPressEvent(event);
}

QString CoverageMap::describe(const Row& row) const
{
    return tr("%1\n%2 to %3 UTC, every %4, %5, %6 intervals missing\n%7")
        .arg(row.series, dateTime(row.first), dateTime(row.last), row.cadence, row.rows)
        .arg(row.holes)
        .arg(row.file);
}

bool CoverageMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString series = seriesAt(help->pos());
    for (const Row& row : m_rows)
        if (row.series == series)
            QToolTip::showText(help->globalPos(), describe(row), this);
    return true;
}

} // namespace carry::ui
