// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal_model.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "record_text.h"

#include <QElapsedTimer>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr double kSliceMs = 1;
constexpr std::size_t kStepsBetweenLooks = 256; // at the clock

JournalFilter::Severity severityOf(RiskLevel level)
{
    switch (level) {
    case RiskLevel::Ok:
        return JournalFilter::Severity::Info;
    case RiskLevel::Warn:
        return JournalFilter::Severity::Warning;
    case RiskLevel::Critical:
    case RiskLevel::Breached:
        break;
    }
    return JournalFilter::Severity::Critical;
}

JournalFilter::Severity severityOf(const JournalEvent& event)
{
    switch (event.kind) {
    case EventKind::RiskLevel:
        return severityOf(static_cast<RiskLevel>(event.b % 16));
    case EventKind::Liquidation:
    case EventKind::LendingLiquidation:
        return JournalFilter::Severity::Critical;
    case EventKind::PlanFailed:
    case EventKind::PlanningError:
    case EventKind::PlanInterrupted:
    case EventKind::GateRefusal:
    case EventKind::TradingState:
    case EventKind::PlanDenied:
    case EventKind::Connection:
    case EventKind::OrderResent:
    case EventKind::Reconciliation:
    case EventKind::FeedStale:
        return JournalFilter::Severity::Warning;
    case EventKind::Proposal:
    case EventKind::PlanUnhedged:
    case EventKind::PlanCompleted:
    case EventKind::Deposit:
    case EventKind::WithdrawalRequested:
    case EventKind::WithdrawalPaid:
    case EventKind::Reward:
    case EventKind::Resumed:
        break;
    }
    return JournalFilter::Severity::Info;
}

JournalFilter::Kind kindOf(EventKind kind)
{
    switch (kind) {
    case EventKind::RiskLevel:
    case EventKind::Liquidation:
    case EventKind::LendingLiquidation:
        return JournalFilter::Kind::Risk;
    case EventKind::PlanCompleted:
    case EventKind::PlanFailed:
    case EventKind::PlanningError:
    case EventKind::PlanInterrupted:
    case EventKind::Proposal:
    case EventKind::GateRefusal:
    case EventKind::TradingState:
    case EventKind::PlanUnhedged:
    case EventKind::PlanDenied:
    case EventKind::Connection:
    case EventKind::OrderResent:
    case EventKind::Reconciliation:
    case EventKind::Resumed:
    case EventKind::FeedStale:
        return JournalFilter::Kind::Plans;
    case EventKind::Deposit:
    case EventKind::WithdrawalRequested:
    case EventKind::WithdrawalPaid:
    case EventKind::Reward:
        break;
    }
    return JournalFilter::Kind::Flows;
}

bool isOfAave(const JournalEvent& event)
{
    const auto metric = static_cast<RiskMetric>(event.a);
    return event.kind == EventKind::LendingLiquidation ||
           (event.kind == EventKind::RiskLevel &&
            (metric == RiskMetric::AaveLtv || metric == RiskMetric::HealthFactor));
}

} // namespace

JournalModel::JournalModel(const RunView& view, QObject* parent) : QAbstractTableModel(parent), m_view(view) {}

void JournalModel::restart(const JournalFilter& filter)
{
    beginResetModel();
    m_filter = filter;
    m_entries.clear();
    m_walked = 0;
    m_shown = 0;
    endResetModel();
}

//! Entries that the cursor allows.
std::size_t JournalModel::allowed() const
{
    if (m_view.empty())
        return 0;
    const auto after = std::upper_bound(m_entries.begin(), m_entries.end(), m_view.step(),
                                        [](std::size_t step, const Entry& entry) { return step < entry.step; });
    return static_cast<std::size_t>(after - m_entries.begin());
}

bool JournalModel::update()
{
    const bool done = m_view.empty() || walk(m_view.step() + 1);
    const std::size_t wanted = allowed();
    if (wanted < m_shown) {
        beginRemoveRows({}, static_cast<int>(wanted), static_cast<int>(m_shown) - 1);
        m_shown = wanted;
        endRemoveRows();
    } else if (wanted > m_shown) {
        beginInsertRows({}, static_cast<int>(m_shown), static_cast<int>(wanted) - 1);
        m_shown = wanted;
        endInsertRows();
    }
    return done;
}

bool JournalModel::walk(std::size_t end)
{
    QElapsedTimer clock;
    clock.start();
    while (m_walked < end) {
        const std::size_t until = std::min(end, m_walked + kStepsBetweenLooks);
        for (; m_walked < until; ++m_walked)
            walkStep(m_walked);
        if (static_cast<double>(clock.nsecsElapsed()) > kSliceMs * 1e6)
            break;
    }
    return m_walked >= end;
}

//! In the order of a step: settlements, what the market and the investor did, the decision, what became of its plan.
void JournalModel::walkStep(std::size_t step)
{
    const LogRange funding = m_view.fundingOf(step);
    const LogRange events = m_view.eventsOf(step);
    const LogRange decisions = m_view.decisionsOf(step);
    const auto aboutPlans = [this](std::size_t event) {
        return kindOf(record().event(event).kind) == JournalFilter::Kind::Plans;
    };
    for (std::size_t i = funding.first; i < funding.last; ++i)
        offer(step, Log::Funding, i);
    for (std::size_t i = events.first; i < events.last; ++i)
        if (!aboutPlans(i))
            offer(step, Log::Event, i);
    for (std::size_t i = decisions.first; i < decisions.last; ++i)
        offer(step, Log::Decision, i);
    for (std::size_t i = events.first; i < events.last; ++i)
        if (aboutPlans(i))
            offer(step, Log::Event, i);
}

void JournalModel::offer(std::size_t step, Log log, std::size_t index)
{
    const Entry entry{static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(log) & 3U,
                      static_cast<std::uint32_t>(index) & 0x3fffffffU};
    if (passes(entry))
        m_entries.push_back(entry);
}

bool JournalModel::passes(const Entry& entry) const
{
    if (static_cast<Log>(entry.log) == Log::Decision && !m_filter.holds &&
        record().decision(entry.index).action == Action::Hold)
        return false;
    if (m_filter.kind != JournalFilter::Kind::All && m_filter.kind != kind(entry))
        return false;
    if (severity(entry) < m_filter.atLeast)
        return false;
    if (m_filter.venue && m_filter.venue != venue(entry))
        return false;
    return m_filter.text.isEmpty() || sentence(entry).contains(m_filter.text, Qt::CaseInsensitive);
}

JournalFilter::Severity JournalModel::severity(const Entry& entry) const
{
    switch (static_cast<Log>(entry.log)) {
    case Log::Event:
        return severityOf(record().event(entry.index));
    case Log::Funding:
        return record().funding(entry.index).flags != 0 ? JournalFilter::Severity::Warning
                                                        : JournalFilter::Severity::Info;
    case Log::Decision:
        break;
    }
    return JournalFilter::Severity::Info;
}

JournalFilter::Kind JournalModel::kind(const Entry& entry) const
{
    switch (static_cast<Log>(entry.log)) {
    case Log::Event:
        return kindOf(record().event(entry.index).kind);
    case Log::Funding:
        return JournalFilter::Kind::Funding;
    case Log::Decision:
        break;
    }
    return JournalFilter::Kind::Decisions;
}

std::optional<Venue> JournalModel::venue(const Entry& entry) const
{
    if (static_cast<Log>(entry.log) == Log::Funding)
        return record().funding(entry.index).venue;
    if (static_cast<Log>(entry.log) == Log::Event) {
        const JournalEvent& event = record().event(entry.index);
        if (isOfAave(event))
            return Venue::AaveV3;
        if (event.kind == EventKind::Reward)
            return Venue::EtherFi;
        const bool scoped = kindOf(event.kind) == JournalFilter::Kind::Risk || event.kind == EventKind::PlanInterrupted;
        if (scoped && event.scope < kExchangeCount)
            return kExchanges[event.scope];
    }
    return std::nullopt;
}

QString JournalModel::sentence(const Entry& entry) const
{
    switch (static_cast<Log>(entry.log)) {
    case Log::Event:
        return QString::fromStdString(describeEvent(record(), record().event(entry.index)));
    case Log::Funding:
        return fundingText(record(), record().funding(entry.index));
    case Log::Decision:
        break;
    }
    return decisionText(record().decision(entry.index));
}

QString JournalModel::kindText(const Entry& entry) const
{
    switch (static_cast<Log>(entry.log)) {
    case Log::Event:
        return Words::event(record().event(entry.index).kind);
    case Log::Funding:
        return tr("Funding");
    case Log::Decision:
        break;
    }
    return tr("Decision");
}

Badge JournalModel::badge(const Entry& entry) const
{
    const bool event = static_cast<Log>(entry.log) == Log::Event;
    if (event && record().event(entry.index).kind == EventKind::RiskLevel)
        return Words::level(static_cast<RiskLevel>(record().event(entry.index).b % 16));
    switch (severity(entry)) {
    case JournalFilter::Severity::Info:
        return {tr("Info"), QStringLiteral("info"), Tone::Muted};
    case JournalFilter::Severity::Warning:
        return Words::level(RiskLevel::Warn);
    case JournalFilter::Severity::Critical:
        return Words::level(RiskLevel::Critical);
    }
    return {};
}

QString JournalModel::text(const Entry& entry, int column) const
{
    switch (static_cast<Column>(column)) {
    case Time:
        return dateTime(record().time(entry.step));
    case Level:
        return badge(entry).word;
    case Kind:
        return kindText(entry);
    case Where: {
        const auto where = venue(entry);
        return where ? Words::venue(*where) : QString();
    }
    case What:
        return sentence(entry);
    case Cash:
        return static_cast<Log>(entry.log) == Log::Funding ? signedMoney(record().funding(entry.index).cash.toDouble())
                                                           : QString();
    case ColumnCount:
        break;
    }
    return {};
}

Selection JournalModel::selectionOf(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    const Entry& entry = entryAt(index);
    switch (static_cast<Log>(entry.log)) {
    case Log::Event:
        return {Selection::Kind::Event, entry.index};
    case Log::Funding:
        return {Selection::Kind::Funding, entry.index};
    case Log::Decision:
        break;
    }
    const PlanId plan = record().decision(entry.index).plan;
    return plan != 0 ? Selection{Selection::Kind::Plan, plan} : Selection{Selection::Kind::Step, entry.step};
}

QModelIndex JournalModel::indexOf(const Selection& selection) const
{
    if (m_view.empty())
        return {};
    std::size_t step = 0;
    switch (selection.kind) {
    case Selection::Kind::Event:
        step = record().event(selection.index).step;
        break;
    case Selection::Kind::Funding:
        step = record().funding(selection.index).step;
        break;
    case Selection::Kind::Plan:
        step = record().plan(selection.index - 1).decisionStep;
        break;
    case Selection::Kind::Step:
        step = selection.index;
        break;
    case Selection::Kind::None:
    case Selection::Kind::Instruction:
    case Selection::Kind::Ledger:
    case Selection::Kind::Account:
    case Selection::Kind::Exchange:
    case Selection::Kind::Asset:
        return {};
    }
    const auto first = std::lower_bound(m_entries.begin(), m_entries.end(), step,
                                        [](const Entry& entry, std::size_t wanted) { return entry.step < wanted; });
    for (auto row = static_cast<std::size_t>(first - m_entries.begin()); row < m_shown && m_entries[row].step == step;
         ++row)
        if (const QModelIndex found = index(static_cast<int>(row), 0); selectionOf(found) == selection)
            return found;
    return {};
}

int JournalModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown);
}

void JournalModel::refreshColors()
{
    if (m_shown > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole, Qt::DecorationRole});
}

QVariant JournalModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Entry& entry = entryAt(index);
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(entry, column);
    case Qt::ToolTipRole:
        return column == What ? QVariant(sentence(entry)) : headerData(column, Qt::Horizontal, role);
    case PlainRole:
        if (column == Cash && static_cast<Log>(entry.log) == Log::Funding)
            return QString::fromStdString(record().funding(entry.index).cash.toString());
        return text(entry, column);
    case Qt::DecorationRole:
        return column == Level ? QVariant(badge(entry).pixmap()) : QVariant();
    case Qt::ForegroundRole:
        if (column == Level)
            return toneColor(badge(entry).tone);
        return column == Time || column == Kind ? QVariant(colors().muted) : QVariant();
    case Qt::FontRole:
        return column == Time || column == Cash ? QVariant(Theme::instance().numbers()) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (column == Cash ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

QVariant JournalModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section == Cash ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (static_cast<Column>(section)) {
    case Time:
        return tip ? tr("UTC") : tr("Time");
    case Level:
        return tip ? tr("Risk level, or how much it matters") : tr("Level");
    case Kind:
        return tip ? tr("Decision, plan, risk, funding, deposit or withdrawal") : tr("Kind");
    case Where:
        return tip ? tr("The place it concerns") : tr("Where");
    case What:
        return tip ? tr("What happened, with its numbers") : tr("What");
    case Cash:
        return tip ? tr("USDT received by a settlement = −position × mark × rate") : tr("Cash");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace carry::ui
