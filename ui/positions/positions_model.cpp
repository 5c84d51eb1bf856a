// SPDX-License-Identifier: GPL-3.0-or-later
#include "positions_model.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

#include <cmath>
#include <limits>

namespace carry::ui
{
namespace
{

constexpr std::array kPlaces{Venue::Wallet, Venue::Binance, Venue::Bybit, Venue::Okx, Venue::Chain};
constexpr int kCoinDecimals = 6;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool isToken(const PositionLine& line)
{
    return line.type != AccountType::Perp;
}

bool isCash(const PositionLine& line)
{
    return isToken(line) && line.asset == Asset::USDT;
}

qint8 direction(double before, double after)
{
    if (before == after || std::isnan(before) || std::isnan(after))
        return 0;
    return after > before ? 1 : -1;
}

double figureOf(const PositionLine& line, int column)
{
    switch (static_cast<PositionsModel::Column>(column)) {
    case PositionsModel::Amount:
        return line.amount.toDouble();
    case PositionsModel::Price:
        return line.price;
    case PositionsModel::Value:
        return line.value;
    case PositionsModel::Notional:
        return isCash(line) ? kNaN : line.notional;
    case PositionsModel::Entry:
        return line.entry;
    case PositionsModel::Holding:
    case PositionsModel::ColumnCount:
        break;
    }
    return kNaN;
}

} // namespace

void PositionsModel::update(const RunView& view)
{
    if (view.empty()) {
        beginResetModel();
        m_places.clear();
        m_record.reset();
        endResetModel();
        return;
    }
    m_record = view.record();
    std::array<std::vector<PositionLine>, kPlaces.size()> lines;
    for (const PositionLine& line : view.positions())
        lines[static_cast<std::size_t>(line.venue)].push_back(line);
    if (m_places.empty()) {
        beginInsertRows({}, 0, static_cast<int>(kPlaces.size()));
        for (const Venue venue : kPlaces)
            m_places.push_back({venue, {}, 0, 0, {}});
        endInsertRows();
    }
    m_notional = 0;
    for (std::size_t row = 0; row < m_places.size(); ++row) {
        updatePlace(static_cast<int>(row), std::move(lines[static_cast<std::size_t>(kPlaces[row])]));
        m_notional += m_places[row].notional;
    }
    const double nav = view.value(ColumnLayout::step(StepColumn::Nav));
    m_totalChange[Value] = direction(m_nav, nav);
    m_nav = nav;
    emit dataChanged(index(0, 0), index(static_cast<int>(m_places.size()), ColumnCount - 1));
}

// Both lists are in the order of the accounts.
void PositionsModel::updatePlace(int row, std::vector<PositionLine> lines)
{
    std::vector<Line>& shown = m_places[static_cast<std::size_t>(row)].lines;
    const QModelIndex parent = index(row, 0);
    int at = 0;
    const auto here = [&shown, &at] { return shown.begin() + at; };
    for (const PositionLine& line : lines) {
        while (here() != shown.end() && here()->position.account < line.account) {
            beginRemoveRows(parent, at, at);
            shown.erase(here());
            endRemoveRows();
        }
        if (here() == shown.end() || here()->position.account != line.account) {
            beginInsertRows(parent, at, at);
            shown.insert(here(), Line{line, {}});
            endInsertRows();
        } else {
            for (int column = Amount; column < ColumnCount; ++column)
                here()->change[static_cast<std::size_t>(column)] =
                    direction(figureOf(here()->position, column), figureOf(line, column));
            here()->position = line;
        }
        ++at;
    }
    if (here() != shown.end()) {
        beginRemoveRows(parent, at, static_cast<int>(shown.size()) - 1);
        shown.erase(here(), shown.end());
        endRemoveRows();
    }
    updateSums(row);
    if (!shown.empty())
        emit dataChanged(index(0, 0, parent), index(static_cast<int>(shown.size()) - 1, ColumnCount - 1, parent));
}

void PositionsModel::updateSums(int row)
{
    Place& place = m_places[static_cast<std::size_t>(row)];
    double value = 0;
    double notional = 0;
    for (const Line& line : place.lines) {
        value += line.position.value;
        if (!isCash(line.position))
            notional += line.position.notional;
    }
    place.change[Value] = direction(place.value, value);
    place.change[Notional] = direction(place.notional, notional);
    place.value = value;
    place.notional = notional;
}

void PositionsModel::setMarked(const QSet<Venue>& venues)
{
    if (venues == m_marked)
        return;
    m_marked = venues;
    refreshColors();
}

void PositionsModel::refreshColors()
{
    if (m_places.empty())
        return;
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::BackgroundRole, Qt::ForegroundRole});
    for (int row = 0; row < static_cast<int>(m_places.size()); ++row)
        if (const QModelIndex place = index(row, 0); rowCount(place) > 0)
            emit dataChanged(index(0, 0, place), index(rowCount(place) - 1, ColumnCount - 1, place),
                             {Qt::BackgroundRole, Qt::ForegroundRole});
}

Selection PositionsModel::selectionOf(const QModelIndex& index) const
{
    if (!index.isValid() || isTotal(index))
        return {};
    if (const Line* line = lineAt(index))
        return {Selection::Kind::Account, line->position.account};
    const Venue venue = kPlaces[static_cast<std::size_t>(index.row())];
    if (venue == Venue::Wallet || venue == Venue::Chain)
        return {};
    return {Selection::Kind::Exchange, exchangeIndex(venue)};
}

QModelIndex PositionsModel::indexOf(const Selection& selection) const
{
    if (m_places.empty())
        return {};
    if (selection.kind == Selection::Kind::Exchange)
        return index(static_cast<int>(selection.index) + 1, 0);
    if (selection.kind != Selection::Kind::Account)
        return {};
    for (std::size_t row = 0; row < m_places.size(); ++row)
        for (std::size_t i = 0; i < m_places[row].lines.size(); ++i)
            if (m_places[row].lines[i].position.account == selection.index)
                return index(static_cast<int>(i), 0, index(static_cast<int>(row), 0));
    return {};
}

// The internal id is 0 for a place and the total, and the place's row + 1 for a line.
QModelIndex PositionsModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex PositionsModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int PositionsModel::rowCount(const QModelIndex& parent) const
{
    if (m_places.empty())
        return 0;
    if (!parent.isValid())
        return static_cast<int>(m_places.size()) + 1;
    if (parent.internalId() != 0 || parent.column() != 0 || isTotal(parent))
        return 0;
    return static_cast<int>(m_places[static_cast<std::size_t>(parent.row())].lines.size());
}

bool PositionsModel::isTotal(const QModelIndex& index) const
{
    return index.internalId() == 0 && index.row() == static_cast<int>(m_places.size());
}

const PositionsModel::Line* PositionsModel::lineAt(const QModelIndex& index) const
{
    if (index.internalId() == 0)
        return nullptr;
    return &m_places[index.internalId() - 1].lines[static_cast<std::size_t>(index.row())];
}

double PositionsModel::figureAt(const QModelIndex& index) const
{
    if (const Line* line = lineAt(index))
        return figureOf(line->position, index.column());
    const bool total = isTotal(index);
    const Place* place = total ? nullptr : &m_places[static_cast<std::size_t>(index.row())];
    if (index.column() == Value)
        return total ? m_nav : place->value;
    if (index.column() == Notional)
        return total ? m_notional : place->notional;
    return kNaN;
}

QString PositionsModel::holdingText(const QModelIndex& index) const
{
    if (const Line* line = lineAt(index))
        return Words::holding(m_record->chart().at(line->position.account));
    return isTotal(index) ? tr("NAV", "net asset value") : Words::venue(kPlaces[static_cast<std::size_t>(index.row())]);
}

QString PositionsModel::figureText(const QModelIndex& index) const
{
    const double value = figureAt(index);
    const Line* line = lineAt(index);
    if (std::isnan(value))
        return {};
    if (index.column() == Amount)
        return isCash(line->position) ? money(value) : quantity(value, kCoinDecimals);
    if (index.column() == Price || index.column() == Entry)
        return price(value);
    return line != nullptr && index.column() == Value && !isToken(line->position) ? signedMoney(value) : money(value);
}

QString PositionsModel::plainText(const QModelIndex& index) const
{
    const Line* line = lineAt(index);
    if (index.column() == Holding)
        return line != nullptr ? Words::account(m_record->chart().at(line->position.account)) : holdingText(index);
    if (index.column() == Amount && line != nullptr)
        return QString::fromStdString(line->position.amount.toString());
    return plain(figureAt(index));
}

QString PositionsModel::toolTip(const QModelIndex& index) const
{
    const Line* line = lineAt(index);
    switch (static_cast<Column>(index.column())) {
    case Amount:
        return line != nullptr ? quantity(line->position.amount) + QLatin1Char(' ') + holdingText(index) : QString();
    case Price:
        return line != nullptr && !isToken(line->position) ? tr("Mark of the perp in USDT") : tr("Spot price in USDT");
    case Value:
        if (isTotal(index))
            return tr("Net asset value in USDT = sum of all places");
        if (line == nullptr)
            return tr("Sum of the lines in USDT; at an exchange its equity");
        return isToken(line->position) ? tr("Amount × price, in USDT")
                                       : tr("Unrealised P&L = amount × (mark − entry), in USDT");
    case Notional:
        return line != nullptr ? tr("Amount × price in USDT, short < 0")
                               : tr("Sum of coins and contracts in USDT: what a price change would act on");
    case Entry:
        return tr("Average entry price of the perp in USDT");
    case Holding:
    case ColumnCount:
        break;
    }
    return {};
}

QVariant PositionsModel::foreground(const QModelIndex& index) const
{
    const Line* line = lineAt(index);
    const double value = figureAt(index);
    if (index.column() == Value && line != nullptr && !isToken(line->position) && value != 0)
        return value > 0 ? colors().gain : colors().loss;
    if (line == nullptr && index.column() == Notional)
        return colors().muted;
    if (line == nullptr && index.column() == Value && value == 0)
        return colors().muted;
    return {};
}

bool PositionsModel::isMarked(const QModelIndex& index) const
{
    const auto place =
        static_cast<std::size_t>(index.internalId() == 0 ? index.row() : static_cast<int>(index.internalId()) - 1);
    return place < kPlaces.size() && m_marked.contains(kPlaces[place]);
}

int PositionsModel::changeAt(const QModelIndex& index) const
{
    const auto column = static_cast<std::size_t>(index.column());
    if (const Line* line = lineAt(index))
        return line->change[column];
    return isTotal(index) ? m_totalChange[column] : m_places[static_cast<std::size_t>(index.row())].change[column];
}

QVariant PositionsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || m_places.empty())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Holding ? holdingText(index) : figureText(index);
    case PlainRole:
        return plainText(index);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (index.column() == Holding ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::FontRole: {
        if (index.column() == Holding && index.internalId() != 0)
            return {};
        QFont font = index.column() == Holding ? QFont() : Theme::instance().numbers();
        font.setBold(index.internalId() == 0);
        return font;
    }
    case Qt::ForegroundRole:
        return foreground(index);
    case Qt::BackgroundRole:
        if (isMarked(index)) {
            QColor tint = colors().accent;
            tint.setAlpha(28);
            return tint;
        }
        return {};
    case Qt::ToolTipRole:
        return toolTip(index);
    case ChangeRole:
        return changeAt(index);
    default:
        return {};
    }
}

QVariant PositionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section == Holding ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (static_cast<Column>(section)) {
    case Holding:
        return tip ? tr("What is held, by place") : tr("Holding");
    case Amount:
        return tip ? tr("Coins, contracts in coins (short < 0), or USDT") : tr("Amount");
    case Price:
        return tip ? tr("Spot price, or the mark of a perp, in USDT") : tr("Price");
    case Value:
        return tip ? tr("USDT: amount × price; of a perp its unrealised P&L. The values sum to the NAV.") : tr("Value");
    case Notional:
        return tip ? tr("USDT: amount × price, short < 0") : tr("Notional");
    case Entry:
        return tip ? tr("Average entry price of a perp in USDT") : tr("Entry");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace carry::ui
