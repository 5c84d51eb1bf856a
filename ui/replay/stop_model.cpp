// SPDX-License-Identifier: GPL-3.0-or-later
#include "stop_model.h"

#include "common/background.h"
#include "common/theme.h"
#include "common/words.h"

#include <QLocale>
#include <array>

namespace carry::ui
{
namespace
{

QString eventName(RunEvent event)
{
    switch (event) {
    case RunEvent::Decision:
        return StopModel::tr("Decision to act");
    case RunEvent::ByHand:
        return StopModel::tr("Decision ordered by hand");
    case RunEvent::RiskBreach:
        return StopModel::tr("Risk limit crossed (critical)");
    case RunEvent::Funding:
        return StopModel::tr("Funding settlement");
    case RunEvent::Liquidation:
        return StopModel::tr("Liquidation");
    case RunEvent::PlanFailed:
        return StopModel::tr("Plan failed");
    }
    return {};
}

QString eventHelp(RunEvent event)
{
    switch (event) {
    case RunEvent::Decision:
        return StopModel::tr("The strategy decides something other than HOLD");
    case RunEvent::ByHand:
        return StopModel::tr("A decision that a fork was ordered to take");
    case RunEvent::RiskBreach:
        return StopModel::tr("A risk level worsens to critical or breached. Warnings do not stop; F9 goes to them too");
    case RunEvent::Funding:
        return StopModel::tr("Funding is paid or received on an open position");
    case RunEvent::Liquidation:
        return StopModel::tr("An exchange or Aave liquidates a position");
    case RunEvent::PlanFailed:
        return StopModel::tr("A plan ends without having done all of it");
    }
    return {};
}

//! Texts of save(): "on|1|event:decision", "off|3|nav < 90000".
const QString kEventPrefix = QStringLiteral("event:");

} // namespace

StopModel::StopModel(QObject* parent) : QAbstractTableModel(parent)
{
    for (std::size_t i = 0; i < kRunEventCount; ++i) {
        Row row;
        row.event = static_cast<RunEvent>(i);
        m_stops.push_back(std::move(row));
    }
}

void StopModel::parse(Row& row) const
{
    row.predicate.reset();
    row.problem.clear();
    row.counted = row.hits = 0;
    if (row.event || !m_record)
        return;
    auto predicate = Predicate::parse(row.condition.toStdString(), *m_record);
    if (predicate)
        row.predicate = std::move(*predicate);
    else
        row.problem = Words::error(predicate.error());
}

void StopModel::setRecord(std::shared_ptr<const RunRecord> record)
{
    m_record = std::move(record);
    m_end = 0;
    for (Row& row : m_stops)
        parse(row);
    bringAllToHand();
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

bool StopModel::isCountable(const Row& row) const
{
    return !row.predicate || isAtHand(*m_record, *row.predicate);
}

void StopModel::bringAllToHand()
{
    std::vector<Predicate> wanted;
    for (const Row& row : m_stops)
        if (!isCountable(row))
            wanted.push_back(*row.predicate);
    if (wanted.empty())
        return;
    runInBackground(
        this,
        [record = m_record, wanted] {
            for (const Predicate& predicate : wanted)
                (void)bringToHand(*record, predicate); // a record that cannot be read says so itself
        },
        [this] { emit dataChanged(index(0, Hits), index(rowCount() - 1, Hits)); });
}

void StopModel::setCursor(std::size_t step)
{
    m_end = m_record && m_record->committed() > 0 ? step + 1 : 0;
    emit dataChanged(index(0, Hits), index(rowCount() - 1, Hits));
}

Result<void> StopModel::addCondition(const QString& text)
{
    if (!m_record)
        return fail(Error(ErrorCode::ConfPredicate)
                        .with("text", text.toStdString())
                        .with("position", std::int64_t{1})
                        .with("found", "open or run a run first: its figures are what a condition names"));
    Row row;
    row.condition = text.simplified();
    row.on = true;
    auto predicate = Predicate::parse(row.condition.toStdString(), *m_record);
    if (!predicate)
        return fail(predicate.error());
    row.predicate = std::move(*predicate);
    beginInsertRows({}, rowCount(), rowCount());
    m_stops.push_back(std::move(row));
    endInsertRows();
    bringAllToHand();
    emit changed();
    return {};
}

void StopModel::remove(int row)
{
    if (!isCondition(row))
        return;
    beginRemoveRows({}, row, row);
    m_stops.erase(m_stops.begin() + row);
    endRemoveRows();
    emit changed();
}

void StopModel::setOn(int row, bool on)
{
    setData(index(row, Where), on ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
}

bool StopModel::anyOn() const
{
    return std::ranges::any_of(m_stops, &Row::on);
}

std::optional<std::size_t> StopModel::nextOf(const Row& row, std::optional<std::size_t> after, std::size_t end) const
{
    if (!m_record || m_record->committed() == 0)
        return std::nullopt;
    if (row.event)
        return nextEvent(*m_record, *row.event, after, end);
    return row.predicate ? nextHit(*m_record, *row.predicate, after, end) : std::nullopt;
}

std::size_t StopModel::countOf(const Row& row, std::size_t end) const
{
    if (!m_record || end == 0)
        return 0;
    if (row.event)
        return countEvents(*m_record, *row.event, end);
    return row.predicate ? countHits(*m_record, *row.predicate, end) : 0;
}

std::size_t StopModel::hitsSoFar(const Row& row) const
{
    if (row.counted > m_end)
        row.counted = row.hits = 0;
    std::optional<std::size_t> at;
    if (row.counted > 0)
        at = row.counted - 1;
    while ((at = nextOf(row, at, m_end)))
        ++row.hits;
    row.counted = m_end;
    return row.hits;
}

std::optional<StopModel::Stop> StopModel::firstStop(std::optional<std::size_t> after, std::size_t end) const
{
    std::optional<Stop> first;
    for (int r = 0; r < rowCount(); ++r) {
        const Row& row = m_stops[std::size_t(r)];
        if (!row.on)
            continue;
        std::optional<std::size_t> hit = nextOf(row, after, end);
        // Counting is what costs, so only where there is a hit.
        std::size_t number = hit ? countOf(row, *hit + 1) : 0;
        while (hit && number < row.fromHit) {
            hit = nextOf(row, hit, end);
            ++number;
        }
        if (hit && (!first || *hit < first->step)) {
            first = Stop{*hit, r, number};
            end = *hit + 1; // later ones do not matter
        }
    }
    return first;
}

std::optional<std::size_t> StopModel::next(int row, std::size_t after, std::size_t end) const
{
    return nextOf(m_stops[std::size_t(row)], after, end);
}

std::optional<std::size_t> StopModel::previous(int row, std::size_t before) const
{
    const Row& stop = m_stops[std::size_t(row)];
    if (!m_record || m_record->committed() == 0)
        return std::nullopt;
    if (stop.event)
        return previousEvent(*m_record, *stop.event, before);
    return stop.predicate ? previousHit(*m_record, *stop.predicate, before) : std::nullopt;
}

QString StopModel::name(int row) const
{
    const Row& stop = m_stops[std::size_t(row)];
    return stop.event ? eventName(*stop.event) : stop.condition;
}

QStringList StopModel::save() const
{
    QStringList saved;
    for (const Row& row : m_stops)
        if (!row.event || row.on || row.fromHit != 1)
            saved += QStringLiteral("%1|%2|%3")
                         .arg(row.on ? QStringLiteral("on") : QStringLiteral("off"))
                         .arg(row.fromHit)
                         .arg(row.event ? kEventPrefix + QString::fromUtf8(toText(*row.event).data()) : row.condition);
    return saved;
}

void StopModel::restore(const QStringList& saved)
{
    beginResetModel();
    m_stops.resize(kRunEventCount);
    for (const QString& text : saved) {
        Row row;
        row.on = text.section(QLatin1Char('|'), 0, 0) == QLatin1String("on");
        row.fromHit = std::max<std::size_t>(text.section(QLatin1Char('|'), 1, 1).toULongLong(), 1);
        row.condition = text.section(QLatin1Char('|'), 2);
        if (!row.condition.startsWith(kEventPrefix)) {
            parse(row);
            if (!row.condition.isEmpty())
                m_stops.push_back(std::move(row));
            continue;
        }
        for (std::size_t i = 0; i < kRunEventCount; ++i)
            if (row.condition.mid(kEventPrefix.size()).toStdString() == toText(static_cast<RunEvent>(i))) {
                m_stops[i].on = row.on;
                m_stops[i].fromHit = row.fromHit;
            }
    }
    bringAllToHand();
    endResetModel();
    emit changed();
}

int StopModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_stops.size());
}

int StopModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StopModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row& row = m_stops[std::size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        if (column == Where)
            return name(index.row());
        if (column == FromHit)
            return role == Qt::EditRole ? QVariant(int(row.fromHit)) : QLocale().toString(qulonglong(row.fromHit));
        if (!row.problem.isEmpty())
            return QStringLiteral("–");
        return isCountable(row) ? QLocale().toString(qulonglong(hitsSoFar(row))) : QStringLiteral("…");
    case Qt::CheckStateRole:
        return column == Where ? QVariant(row.on ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return column == Where ? QVariant() : QVariant::fromValue(Qt::AlignVCenter | Qt::AlignRight);
    case Qt::FontRole:
        return column == Where ? QVariant() : QVariant(Theme::instance().numbers());
    case Qt::ForegroundRole:
        return row.problem.isEmpty() ? QVariant() : QVariant(colors().muted);
    case Qt::DecorationRole:
        return column == Hits && !row.problem.isEmpty() ? QVariant(tintedIcon(QStringLiteral("warning"), colors().warn))
                                                        : QVariant();
    case Qt::ToolTipRole:
        return !row.problem.isEmpty() ? row.problem
               : row.event            ? eventHelp(*row.event)
               : isCountable(row)     ? tr("The step at which this becomes true")
                                      : tr("The figures of this run are being read");
    default:
        return {};
    }
}

QVariant StopModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return section == Where ? tr("Stop before") : section == FromHit ? tr("From hit") : tr("Hits so far");
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section == Where ? Qt::AlignLeft : Qt::AlignRight));
    if (role == Qt::ToolTipRole)
        return section == Where     ? tr("Playing stops one step before")
               : section == FromHit ? tr("The first hit to stop at: 3 lets two of them pass")
                                    : tr("How many times up to the cursor");
    return {};
}

bool StopModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid())
        return false;
    Row& row = m_stops[std::size_t(index.row())];
    if (role == Qt::CheckStateRole && index.column() == Where)
        row.on = value.toInt() == Qt::Checked;
    else if (role == Qt::EditRole && index.column() == FromHit && value.toInt() >= 1)
        row.fromHit = std::size_t(value.toInt());
    else
        return false;
    emit dataChanged(index, index);
    emit changed();
    return true;
}

Qt::ItemFlags StopModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Where)
        flags |= Qt::ItemIsUserCheckable;
    if (index.column() == FromHit)
        flags |= Qt::ItemIsEditable;
    return flags;
}

} // namespace carry::ui
