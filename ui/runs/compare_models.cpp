// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_models.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

#include <QFileInfo>

namespace carry::ui
{
namespace
{

struct MetricWords {
    const char* name;
    const char* title;
    const char* formula;
    Better better;
};

constexpr MetricWords kMetrics[] = {
    {"nav_final", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Final NAV"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Net asset value after the last step"), Better::Higher},
    {"pnl", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "P&L"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Final NAV − capital − external flows"), Better::Higher},
    {"apr", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "APR"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "P&L ÷ capital × 365 ÷ days"), Better::Higher},
    {"cagr", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "CAGR"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "(1 + P&L ÷ capital)^(365 ÷ days) − 1"), Better::Higher},
    {"twr", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Time-weighted return"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Final NAV per unit ÷ first − 1"), Better::Higher},
    {"volatility", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Volatility"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Deviation of daily returns × √365"), Better::Lower},
    {"sharpe", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Sharpe"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel",
                       "Mean ÷ deviation of daily returns above the risk-free rate × √365"),
     Better::Higher},
    {"sortino", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Sortino"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel",
                       "As Sharpe, but with the deviation of the negative returns only"),
     Better::Higher},
    {"max_drawdown", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Max drawdown"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Largest (peak − value) ÷ peak of the NAV per unit"),
     Better::Lower},
    {"min_margin_ratio", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Lowest margin ratio"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Equity ÷ notional, the lowest at any exchange"),
     Better::Higher},
    {"min_health_factor", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Lowest health factor"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Collateral that counts for liquidation ÷ debt, the lowest"),
     Better::Higher},
    {"turnover", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Turnover"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Traded notional ÷ capital"), Better::Neither},
    {"costs", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Costs"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel",
                       "Fees + slippage + gas + withdrawals + flash loans + DEX + debit interest"),
     Better::Lower},
    {"liquidations", QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Liquidations"),
     QT_TRANSLATE_NOOP("carry::ui::CompareMetricsModel", "Positions closed by an exchange"), Better::Lower},
};

constexpr std::string_view kPnlPrefix = "pnl.";

const MetricWords* wordsOf(const std::string& metric)
{
    const auto found =
        std::find_if(std::begin(kMetrics), std::end(kMetrics), [&](const MetricWords& m) { return metric == m.name; });
    return found == std::end(kMetrics) ? nullptr : found;
}

std::optional<PnlItem> pnlItemOf(const std::string& metric)
{
    for (std::size_t i = 0; metric.starts_with(kPnlPrefix) && i < kPnlItemCount; ++i)
        if (metric.substr(kPnlPrefix.size()) == toText(static_cast<PnlItem>(i)))
            return static_cast<PnlItem>(i);
    return std::nullopt;
}

} // namespace

QString runLetter(std::size_t run)
{
    return QString(QChar(u'A' + static_cast<char16_t>(run)));
}

QString runName(const StoredRun& run)
{
    return QFileInfo(QString::fromStdString(run.info.preset)).completeBaseName();
}

Better betterOf(const std::string& metric)
{
    if (const MetricWords* words = wordsOf(metric))
        return words->better;
    const auto item = pnlItemOf(metric);
    // What one leg gains by the price the other one loses.
    const bool hedged = item == PnlItem::SpotPrice || item == PnlItem::PerpPrice;
    return item && !hedged ? Better::Higher : Better::Neither;
}

QString metricTitle(const std::string& metric)
{
    if (const MetricWords* words = wordsOf(metric))
        return CompareMetricsModel::tr(words->title);
    if (const auto item = pnlItemOf(metric))
        return CompareMetricsModel::tr("P&L: %1").arg(Words::pnl(*item));
    return QString::fromStdString(metric);
}

std::vector<bool> bestOf(const MetricDifference& metric, bool sameCapital)
{
    const Better better = betterOf(metric.name);
    std::optional<double> best;
    bool differ = false;
    for (const Figure& figure : metric.values) {
        if (!figure.value)
            continue;
        differ = differ || (best && *best != *figure.value);
        if (!best || (better == Better::Lower ? *figure.value < *best : *figure.value > *best))
            best = figure.value;
    }
    const bool amount = metric.unit == "USDT";
    if (better == Better::Neither || !differ || (amount && !sameCapital))
        return {};
    std::vector<bool> marks;
    for (const Figure& figure : metric.values)
        marks.push_back(figure.value == best);
    return marks;
}

CompareMetricsModel::CompareMetricsModel(QObject* parent) : QAbstractTableModel(parent)
{
    const auto restyle = [this] {
        m_numbers = m_bold = Theme::instance().numbers();
        m_bold.setBold(true);
        if (rowCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    };
    restyle();
    connect(&Theme::instance(), &Theme::changed, this, restyle);
}

void CompareMetricsModel::setComparison(const Comparison& comparison)
{
    beginResetModel();
    m_metrics = comparison.metrics;
    m_best.clear();
    const auto& runs = comparison.runs;
    const bool sameCapital = std::all_of(runs.begin(), runs.end(), [&](const StoredRun& run) {
        return run.info.capital == runs.front().info.capital && run.info.shareClass == runs.front().info.shareClass;
    });
    for (const MetricDifference& metric : m_metrics)
        m_best.push_back(bestOf(metric, sameCapital));
    m_runs.clear();
    for (std::size_t i = 0; i < comparison.runs.size(); ++i)
        m_runs += runLetter(i) + QStringLiteral("  ") + runName(comparison.runs[i]);
    endResetModel();
}

int CompareMetricsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_metrics.size());
}

int CompareMetricsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size()) + 1;
}

QString CompareMetricsModel::toolTip(std::size_t row, std::size_t run) const
{
    const MetricWords* words = wordsOf(m_metrics[row].name);
    QString text = words != nullptr ? tr(words->formula) : tr("Share of the P&L with this cause");
    if (!m_metrics[row].values[run].value)
        text += QLatin1Char('\n') + tr("No value: %1").arg(Words::empty(m_metrics[row].values[run].reason));
    else if (!m_best[row].empty() && m_best[row][run])
        text += QLatin1Char('\n') + tr("The best of these runs");
    return text;
}

QVariant CompareMetricsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const MetricDifference& metric = m_metrics[row];
    if (index.column() == 0) {
        if (role == Qt::DisplayRole)
            return metricTitle(metric.name);
        return role == Qt::ToolTipRole && wordsOf(metric.name) != nullptr ? tr(wordsOf(metric.name)->formula)
                                                                          : QVariant();
    }
    const auto run = static_cast<std::size_t>(index.column()) - 1;
    const Figure& value = metric.values[run];
    const bool best = !m_best[row].empty() && m_best[row][run];
    switch (role) {
    case Qt::DisplayRole:
        if (value.value && metric.name == "max_drawdown")
            return percent(*value.value, 3); // as the list of runs has it
        return value.value
                   ? figure(*value.value, metric.unit == "count" ? QString() : QString::fromStdString(metric.unit))
                   : QStringLiteral("–");
    case Qt::AccessibleTextRole:
        return best ? tr("%1, best").arg(data(index, Qt::DisplayRole).toString()) : data(index, Qt::DisplayRole);
    case PlainRole:
        return value.value ? plain(*value.value) : QString();
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::FontRole:
        return best ? m_bold : m_numbers;
    case Qt::ForegroundRole:
        return value.value ? QVariant() : QVariant(colors().muted);
    case Qt::DecorationRole:
        return best ? QVariant(tintedIcon(QStringLiteral("check"), colors().ok)) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(row, run);
    default:
        return {};
    }
}

QVariant CompareMetricsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Metric") : m_runs.value(section - 1);
}

CompareConfigModel::CompareConfigModel(QObject* parent)
    : QAbstractTableModel(parent), m_numbers(Theme::instance().numbers())
{
}

void CompareConfigModel::setComparison(const Comparison& comparison)
{
    beginResetModel();
    m_keys = comparison.configuration;
    m_runs = static_cast<int>(comparison.runs.size());
    endResetModel();
}

int CompareConfigModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_keys.size());
}

int CompareConfigModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_runs + 1;
}

QVariant CompareConfigModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ConfigurationDifference& key = m_keys[static_cast<std::size_t>(index.row())];
    if (index.column() == 0)
        return role == Qt::DisplayRole ? QVariant(QString::fromStdString(key.key)) : QVariant();
    const auto& value = key.values[static_cast<std::size_t>(index.column()) - 1];
    switch (role) {
    case Qt::DisplayRole:
        return value ? QString::fromStdString(*value) : tr("not there");
    case PlainRole:
        return value ? QString::fromStdString(*value) : QString();
    case Qt::ForegroundRole:
        return value ? QVariant() : QVariant(colors().muted);
    case Qt::FontRole:
        return m_numbers;
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return value ? QString::fromStdString(*value) : tr("This run's strategy has no such key");
    default:
        return {};
    }
}

QVariant CompareConfigModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Key") : runLetter(static_cast<std::size_t>(section) - 1);
}

} // namespace carry::ui
