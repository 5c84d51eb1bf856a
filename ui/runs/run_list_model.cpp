// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_list_model.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"

#include <QFileInfo>
#include <QSet>

namespace carry::ui
{
namespace
{

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

QString tagsOf(const RunListItem& run)
{
    QStringList tags;
    for (const std::string& tag : run.tags)
        tags += QString::fromStdString(tag);
    return tags.join(QStringLiteral(", "));
}

QString startedText(const RunListItem& run)
{
    const auto started = parseIsoTime(run.startedAt);
    return started ? dateTime(*started) : QString::fromStdString(run.startedAt);
}

QString dateOf(Time time)
{
    return dateTime(time).left(10);
}

//! A preset may be a file; its folder is in the tooltip.
QString presetName(const RunListItem& run)
{
    return QFileInfo(QString::fromStdString(run.preset)).fileName();
}

std::optional<double> valueOf(const RunListItem& run, RunColumn column)
{
    switch (column) {
    case RunColumn::Steps:
        return static_cast<double>(run.steps);
    case RunColumn::Capital:
        return run.capital;
    case RunColumn::NavFinal:
        return run.navFinal;
    case RunColumn::Pnl:
        return run.pnlBalance;
    case RunColumn::Apr:
        return run.apr;
    case RunColumn::Sharpe:
        return run.sharpe;
    case RunColumn::MaxDrawdown:
        return run.maxDrawdown;
    case RunColumn::Pinned:
    case RunColumn::Started:
    case RunColumn::Preset:
    case RunColumn::Strategy:
    case RunColumn::Data:
    case RunColumn::From:
    case RunColumn::To:
    case RunColumn::Status:
    case RunColumn::Tags:
    case RunColumn::Note:
    case RunColumn::ForkOf:
    case RunColumn::RunId:
    case RunColumn::Mode:
        break;
    }
    return std::nullopt;
}

bool isFigure(RunColumn column)
{
    return column == RunColumn::Steps || (column >= RunColumn::Capital && column <= RunColumn::MaxDrawdown);
}

bool isMonospaced(RunColumn column)
{
    return isFigure(column) || column == RunColumn::Started || column == RunColumn::From || column == RunColumn::To ||
           column == RunColumn::ForkOf || column == RunColumn::RunId;
}

QString wordsOf(const RunListItem& run)
{
    std::string words = run.runId + ' ' + run.parent + ' ' + run.preset + ' ' + run.strategy + ' ' + run.dataName +
                        ' ' + run.note + ' ' + run.startedAt + ' ' + formatIso(run.from) + ' ' + formatIso(run.to) +
                        ' ';
    for (const std::string& tag : run.tags)
        words += tag + ' ';
    words += std::string(toText(run.shareClass)) + ' ' + std::string(toText(run.base));
    if (run.synthetic)
        words += " synthetic";
    words += ' ' + run.mode;
    return QString::fromStdString(words).toLower() + QLatin1Char(' ') + runStatusBadge(run.status).word;
}

} // namespace

Badge runStatusBadge(RunStatus status)
{
    switch (status) {
    case RunStatus::Running:
        return {RunListModel::tr("running"), QStringLiteral("run"), Tone::Active};
    case RunStatus::Done:
        return {RunListModel::tr("done"), QStringLiteral("check"), Tone::Ok};
    case RunStatus::Failed:
        return {RunListModel::tr("failed"), QStringLiteral("cross"), Tone::Critical};
    case RunStatus::Interrupted:
        return {RunListModel::tr("interrupted"), QStringLiteral("pause"), Tone::Warn};
    }
    return {};
}

RunListModel::RunListModel(QObject* parent) : QAbstractTableModel(parent), m_numbers(Theme::instance().numbers())
{
    connect(&Theme::instance(), &Theme::changed, this, &RunListModel::restyle);
}

void RunListModel::restyle()
{
    m_numbers = Theme::instance().numbers();
    if (!m_runs.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, kRunColumnCount - 1),
                         {Qt::ForegroundRole, Qt::DecorationRole, Qt::FontRole});
}

void RunListModel::removeVanished(const std::vector<RunListItem>& runs)
{
    QSet<QString> kept;
    for (const RunListItem& run : runs)
        kept.insert(QString::fromStdString(run.runId));
    const auto vanished = [&](int row) { return !kept.contains(QString::fromStdString(run(row).runId)); };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (!vanished(last))
            continue;
        int first = last;
        while (first > 0 && vanished(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_runs.erase(m_runs.begin() + first, m_runs.begin() + last + 1);
        m_words.erase(m_words.begin() + first, m_words.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
}

bool RunListModel::sameOrder(const std::vector<RunListItem>& runs) const
{
    std::size_t found = 0;
    for (const RunListItem& run : runs)
        if (found < m_runs.size() && m_runs[found].runId == run.runId)
            ++found;
    return found == m_runs.size();
}

void RunListModel::setRuns(std::vector<RunListItem> runs)
{
    removeVanished(runs);
    if (m_runs.empty() || !sameOrder(runs)) {
        beginResetModel();
        m_runs = std::move(runs);
        m_words.assign(m_runs.size(), {});
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto at = static_cast<std::ptrdiff_t>(i);
        if (i < m_runs.size() && m_runs[i].runId == runs[i].runId)
            continue;
        std::size_t end = i + 1;
        while (end < runs.size() && (i >= m_runs.size() || m_runs[i].runId != runs[end].runId))
            ++end;
        const auto count = static_cast<std::ptrdiff_t>(end - i);
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
        m_runs.insert(m_runs.begin() + at, runs.begin() + at, runs.begin() + at + count);
        m_words.insert(m_words.begin() + at, end - i, {});
        endInsertRows();
    }
    m_runs = std::move(runs);
    m_words.assign(m_runs.size(), {});
    emit dataChanged(index(0, 0), index(rowCount() - 1, kRunColumnCount - 1));
}

const QString& RunListModel::words(int row) const
{
    QString& words = m_words[static_cast<std::size_t>(row)];
    if (words.isNull())
        words = wordsOf(run(row));
    return words;
}

int RunListModel::rowOf(const QString& idOrPrefix) const
{
    const std::string wanted = idOrPrefix.toStdString();
    const auto found = std::find_if(m_runs.begin(), m_runs.end(),
                                    [&](const RunListItem& run) { return run.runId.starts_with(wanted); });
    return wanted.empty() || found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kRunColumnCount;
}

QString RunListModel::display(const RunListItem& run, RunColumn column) const
{
    const auto orDash = [](const std::optional<double>& value, auto&& format) {
        return value ? format(*value) : QStringLiteral("–");
    };
    switch (column) {
    case RunColumn::Pinned:
        return {};
    case RunColumn::Started:
        return startedText(run);
    case RunColumn::Preset:
        return presetName(run);
    case RunColumn::Strategy:
        return QString::fromStdString(run.strategy);
    case RunColumn::Data: {
        const QString name = QString::fromStdString(run.dataName);
        const bool said = name.contains(QLatin1String("synthetic"));
        return run.synthetic && !said ? tr("%1 (synthetic)").arg(name) : name;
    }
    case RunColumn::From:
        return dateOf(run.from);
    case RunColumn::To:
        return dateOf(run.to);
    case RunColumn::Steps:
        return money(static_cast<double>(run.steps), 0);
    case RunColumn::Status:
        return runStatusBadge(run.status).word;
    case RunColumn::Capital:
        return money(run.capital, run.capital == std::round(run.capital) ? 0 : 2) + QLatin1Char(' ') +
               text(toText(run.shareClass));
    case RunColumn::NavFinal:
        return orDash(run.navFinal, [](double v) { return money(v); });
    case RunColumn::Pnl:
        return orDash(run.pnlBalance, [](double v) { return signedMoney(v); });
    case RunColumn::Apr:
        return orDash(run.apr, [](double v) { return percent(v); });
    case RunColumn::Sharpe:
        return orDash(run.sharpe, [](double v) { return money(v); });
    case RunColumn::MaxDrawdown:
        return orDash(run.maxDrawdown, [](double v) { return percent(v, 3); });
    case RunColumn::Tags:
        return tagsOf(run);
    case RunColumn::Note:
        return QString::fromStdString(run.note).simplified();
    case RunColumn::Mode:
        return QString::fromStdString(run.mode);
    case RunColumn::ForkOf:
        return QString::fromStdString(run.parent).left(8);
    case RunColumn::RunId:
        return QString::fromStdString(run.runId);
    }
    return {};
}

QString RunListModel::plainText(const RunListItem& run, RunColumn column) const
{
    if (isFigure(column)) {
        const auto value = valueOf(run, column);
        return value ? plain(*value) : QString();
    }
    if (column == RunColumn::Pinned)
        return run.pinned ? tr("pinned") : QString();
    if (column == RunColumn::From || column == RunColumn::To)
        return QString::fromStdString(formatIso(column == RunColumn::From ? run.from : run.to));
    if (column == RunColumn::Started)
        return QString::fromStdString(run.startedAt);
    if (column == RunColumn::ForkOf)
        return QString::fromStdString(run.parent);
    return display(run, column);
}

QString RunListModel::toolTip(const RunListItem& run, RunColumn column) const
{
    const QString unit = text(toText(run.shareClass));
    if (isFigure(column) && !valueOf(run, column))
        return run.status == RunStatus::Done ? tr("This run has no such figure: it is too short, or nothing varied")
                                             : tr("Known when the run has ended");
    switch (column) {
    case RunColumn::NavFinal:
        return tr("Net asset value after the last step, in %1").arg(unit);
    case RunColumn::Pnl:
        return tr("Final NAV − capital − external flows, in %1").arg(unit);
    case RunColumn::Apr:
        return tr("P&L ÷ capital × 365 ÷ days");
    case RunColumn::Sharpe:
        return tr("Mean ÷ deviation of daily returns above the risk-free rate × √365");
    case RunColumn::MaxDrawdown:
        return tr("Largest (peak − value) ÷ peak of the NAV per unit");
    case RunColumn::Data:
        return run.synthetic ? tr("%1: made by the generator, not observed").arg(display(run, column))
                             : display(run, column);
    case RunColumn::Preset:
        return QString::fromStdString(run.preset);
    case RunColumn::Mode:
        return run.mode.empty() ? tr("A backtest: nobody was asked") : tr("A session: plans were approved at a gate");
    case RunColumn::Status:
        return run.status == RunStatus::Interrupted ? tr("Interrupted: Resume goes on with it") : QString();
    case RunColumn::Note:
        return QString::fromStdString(run.note);
    case RunColumn::ForkOf:
        return run.forkAt
                   ? tr("Parts from run %1 at %2 UTC").arg(QString::fromStdString(run.parent), dateTime(*run.forkAt))
                   : QString();
    case RunColumn::From:
        return tr("First bar: %1 UTC").arg(dateTime(run.from));
    case RunColumn::To:
        return tr("Last bar: %1 UTC").arg(dateTime(run.to));
    case RunColumn::Pinned:
    case RunColumn::Started:
    case RunColumn::Strategy:
    case RunColumn::Steps:
    case RunColumn::Capital:
    case RunColumn::Tags:
    case RunColumn::RunId:
        break;
    }
    return {};
}

QVariant RunListModel::foreground(const RunListItem& run, RunColumn column) const
{
    const Colors& c = colors();
    if (column == RunColumn::Status)
        return toneColor(runStatusBadge(run.status).tone);
    if (isFigure(column) && !valueOf(run, column))
        return c.muted;
    if ((column == RunColumn::Pnl || column == RunColumn::Apr) && *valueOf(run, column) != 0)
        return *valueOf(run, column) > 0 ? c.gain : c.loss;
    if (column == RunColumn::RunId || column == RunColumn::ForkOf || column == RunColumn::Strategy)
        return c.muted;
    return {};
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RunListItem& item = run(index.row());
    const auto column = static_cast<RunColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return display(item, column);
    case PlainRole:
        return plainText(item, column);
    case RunIdRole:
        return QString::fromStdString(item.runId);
    case Qt::AccessibleTextRole:
        return column == RunColumn::Pinned ? plainText(item, column) : display(item, column);
    case Qt::ToolTipRole:
        return toolTip(item, column);
    case Qt::ForegroundRole:
        return foreground(item, column);
    case Qt::FontRole:
        return isMonospaced(column) ? QVariant(m_numbers) : QVariant();
    case Qt::TextAlignmentRole:
        return isFigure(column) ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::DecorationRole:
        if (column == RunColumn::Status)
            return runStatusBadge(item.status).pixmap();
        if (column == RunColumn::Pinned && item.pinned)
            return tintedIcon(QStringLiteral("pin"), colors().accent);
        return {};
    default:
        return {};
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kRunColumnCount)
        return {};
    const auto column = static_cast<RunColumn>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant((isFigure(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::DecorationRole && column == RunColumn::Pinned)
        return tintedIcon(QStringLiteral("pin"), colors().muted);
    if (role == Qt::AccessibleTextRole && column == RunColumn::Pinned)
        return tr("Pinned");
    if (role != Qt::DisplayRole)
        return {};
    const QString names[] = {
        QString(),          tr("Started (UTC)"), tr("Preset"),  tr("Strategy"),  tr("Data"),   tr("From"), tr("To"),
        tr("Steps"),        tr("Status"),        tr("Capital"), tr("Final NAV"), tr("P&L"),    tr("APR"),  tr("Sharpe"),
        tr("Max drawdown"), tr("Tags"),          tr("Note"),    tr("Fork of"),   tr("Run id"), tr("Mode")};
    return names[section];
}

} // namespace carry::ui
