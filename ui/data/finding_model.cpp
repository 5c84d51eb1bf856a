// SPDX-License-Identifier: GPL-3.0-or-later
#include "finding_model.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

namespace carry::ui
{
namespace
{

QString words(std::string_view id)
{
    QString text = QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size()));
    text.replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char('-'), QLatin1Char(' '));
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

Badge badgeOf(FindingSeverity severity)
{
    switch (severity) {
    case FindingSeverity::Error:
        return {FindingModel::tr("Error"), QStringLiteral("cross"), Tone::Critical};
    case FindingSeverity::Warning:
        return {FindingModel::tr("Warning"), QStringLiteral("warning"), Tone::Warn};
    case FindingSeverity::Info:
        break;
    }
    return {FindingModel::tr("Note"), QStringLiteral("info"), Tone::Muted};
}

} // namespace

void FindingModel::setData(std::shared_ptr<const MarketData> data)
{
    beginResetModel();
    m_data = std::move(data);
    endResetModel();
}

int FindingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_data ? 0 : static_cast<int>(m_data->report.findings.size());
}

QString FindingModel::place(int row) const
{
    const Finding& f = finding(row);
    if (f.file >= m_data->files.size())
        return {};
    const QString path = QString::fromStdString(m_data->files[f.file].path);
    return f.line == 0 ? path : QStringLiteral("%1:%2").arg(path).arg(f.line);
}

QString FindingModel::text(const Finding& f, int row, int column) const
{
    switch (column) {
    case Severity:
        return badgeOf(f.severity).word;
    case Kind:
        return words(toText(f.kind));
    case Series:
        return QString::fromStdString(f.series);
    case From:
        return f.from ? dateTime(*f.from) : QString();
    case To:
        return f.to ? dateTime(*f.to) : QString();
    case Count:
        return QLocale().toString(qulonglong(f.count));
    case Place:
        return place(row);
    case Rule: {
        const std::string_view rule = ruleText(f.rule);
        return QString::fromUtf8(rule.data(), static_cast<qsizetype>(rule.size()));
    }
    case Detail:
        return QString::fromStdString(f.detail);
    default:
        return {};
    }
}

QVariant FindingModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Finding& f = finding(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(f, index.row(), column);
    case SortRole:
        if (column == Count)
            return qulonglong(f.count);
        if (column == Severity)
            return int(f.severity);
        return text(f, index.row(), column);
    case PlainRole:
        return column == Count ? QVariant(QString::number(f.count)) : QVariant();
    case Qt::DecorationRole:
        return column == Severity ? QVariant(badgeOf(f.severity).pixmap()) : QVariant();
    case Qt::ForegroundRole:
        return column == Severity ? QVariant(toneColor(badgeOf(f.severity).tone)) : QVariant();
    case Qt::TextAlignmentRole:
        return column == Count ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::FontRole:
        return column == From || column == To || column == Count ? QVariant(Theme::instance().numbers()) : QVariant();
    default:
        return {};
    }
}

QVariant FindingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section >= ColumnCount)
        return {};
    const QString names[ColumnCount] = {tr("Severity"), tr("Kind"),  tr("Series"), tr("From (UTC)"),
                                        tr("To (UTC)"), tr("Count"), tr("Where"),  tr("What is done about it"),
                                        tr("Detail")};
    return names[section];
}

FindingFilter::FindingFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(FindingModel::SortRole);
}

void FindingFilter::setSeverity(FindingSeverity least)
{
    m_least = least;
    invalidateFilter();
}

void FindingFilter::setSeries(const QString& series)
{
    m_series = series;
    invalidateFilter();
}

void FindingFilter::setWords(const QString& words)
{
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool FindingFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto& model = static_cast<const FindingModel&>(*sourceModel());
    const Finding& f = model.finding(row);
    if (f.severity < m_least || (!m_series.isEmpty() && QString::fromStdString(f.series) != m_series))
        return false;
    for (const QString& word : m_words) {
        bool found = false;
        for (int column = 0; column < FindingModel::ColumnCount && !found; ++column)
            found = model.index(row, column, parent).data().toString().contains(word, Qt::CaseInsensitive);
        if (!found)
            return false;
    }
    return true;
}

} // namespace carry::ui
