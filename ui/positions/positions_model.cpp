// SPDX-License-Identifier: GPL-3.0-or-later
#include "positions_model.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carry::ui
{
namespace
{

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

double figureOf(const PositionLine& line, const Conversion& conversion, int column)
{
    switch (static_cast<PositionsModel::Column>(column)) {
    case PositionsModel::Amount:
        return line.amount.toDouble();
    case PositionsModel::Underlying:
        return line.converted() ? conversion.underlying : kNaN;
    case PositionsModel::Coins:
        return line.converted() ? conversion.coins : kNaN;
    case PositionsModel::Price:
        return line.converted() ? conversion.price : line.price;
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

//! Where a run may hold something.
bool isPlaceOf(Venue place, const RunInfo& info)
{
    switch (place) {
    case Venue::Binance:
    case Venue::Bybit:
    case Venue::Okx:
        return hasExchanges(info);
    case Venue::AaveV3:
        return info.chain.aave;
    case Venue::EtherFi:
    case Venue::Lido:
        return info.chain.lst && issuerOf(*info.chain.lst) == place;
    case Venue::Chain:
        return hasExchanges(info) || info.chain.lst;
    case Venue::Wallet:
    case Venue::Outside:
        break;
    }
    return place == Venue::Wallet;
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
    if (m_record != view.record()) {
        if (!m_places.empty()) {
            beginResetModel();
            m_places.clear();
            endResetModel();
        }
        m_record = view.record();
        m_currency = m_record->info().shareClass;
    }
    std::array<std::vector<Line>, kVenueCount> lines;
    for (const PositionLine& line : view.positions())
        lines[static_cast<std::size_t>(line.venue)].push_back({line, conversionOf(view, line), {}});
    if (m_places.empty())
        makePlaces(m_record->info());
    m_notional = 0;
    for (std::size_t row = 0; row < m_places.size(); ++row) {
        updatePlace(static_cast<int>(row), std::move(lines[static_cast<std::size_t>(m_places[row].venue)]));
        m_notional += m_places[row].notional;
    }
    const double nav = view.value(ColumnLayout::step(StepColumn::Nav));
    m_totalChange[Value] = direction(m_nav, nav);
    m_nav = nav;
    emit dataChanged(index(0, 0), index(static_cast<int>(m_places.size()), ColumnCount - 1));
}

void PositionsModel::makePlaces(const RunInfo& info)
{
    std::vector<Place> places;
    for (const Venue venue : kPlaces)
        if (isPlaceOf(venue, info))
            places.push_back({venue, {}, 0, 0, {}});
    beginInsertRows({}, 0, static_cast<int>(places.size()));
    m_places = std::move(places);
    endInsertRows();
}

// Both lists are in the order of the accounts.
void PositionsModel::updatePlace(int row, std::vector<Line> lines)
{
    std::vector<Line>& shown = m_places[static_cast<std::size_t>(row)].lines;
    const QModelIndex parent = index(row, 0);
    int at = 0;
    const auto here = [&shown, &at] { return shown.begin() + at; };
    for (const Line& line : lines) {
        const AccountId account = line.position.account;
        while (here() != shown.end() && here()->position.account < account) {
            beginRemoveRows(parent, at, at);
            shown.erase(here());
            endRemoveRows();
        }
        if (here() == shown.end() || here()->position.account != account) {
            beginInsertRows(parent, at, at);
            shown.insert(here(), line);
            endInsertRows();
        } else {
            for (int column = Amount; column < ColumnCount; ++column)
                here()->change[static_cast<std::size_t>(column)] =
                    direction(figureOf(here()->position, here()->conversion, column),
                              figureOf(line.position, line.conversion, column));
            here()->position = line.position;
            here()->conversion = line.conversion;
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
    const Venue venue = m_places[static_cast<std::size_t>(index.row())].venue;
    if (std::find(kExchanges.begin(), kExchanges.end(), venue) == kExchanges.end())
        return {};
    return {Selection::Kind::Exchange, exchangeIndex(venue)};
}

QModelIndex PositionsModel::indexOf(const Selection& selection) const
{
    if (m_places.empty())
        return {};
    if (selection.kind == Selection::Kind::Exchange)
        for (std::size_t row = 0; row < m_places.size(); ++row)
            if (m_places[row].venue == kExchanges[selection.index])
                return index(static_cast<int>(row), 0);
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
        return figureOf(line->position, line->conversion, index.column());
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
    return isTotal(index) ? tr("NAV", "net asset value")
                          : Words::venue(m_places[static_cast<std::size_t>(index.row())].venue);
}

QString PositionsModel::figureText(const QModelIndex& index) const
{
    const double value = figureAt(index);
    const Line* line = lineAt(index);
    if (std::isnan(value))
        return {};
    if (index.column() == Amount)
        return isCash(line->position) ? money(value) : quantity(value, coinDecimals());
    if (index.column() == Underlying || index.column() == Coins)
        return line->position.asset == Asset::USDT ? money(value) : quantity(value, coinDecimals());
    if (index.column() == Price || index.column() == Entry)
        return price(value);
    return line != nullptr && index.column() == Value && !isToken(line->position) ? signedInCurrency(value, m_currency)
                                                                                  : inCurrency(value, m_currency);
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

//! Beside the columns of a conversion there is room for fewer; the tool tip has all.
int PositionsModel::coinDecimals() const
{
    return m_record->layout().chain ? 4 : kCoinDecimals;
}

QString PositionsModel::amountIn(double value) const
{
    return inCurrency(value, m_currency) + QLatin1Char(' ') + currency(m_currency);
}

//! "9.41 scaled × index 1.0021 = 9.43 weETH × ratio 1.0513 = 9.91 ETH × 3,333.20 = 33,045.10 USDT"
QString PositionsModel::conversionText(const Line& line) const
{
    const Conversion& c = line.conversion;
    const QString token = currency(line.position.asset);
    QString text = quantity(c.amount) + QLatin1Char(' ');
    if (c.scaled)
        text += tr("scaled × index %1\n= %2 %3").arg(quantity(c.index, 9), quantity(c.underlying, 9), token);
    else
        text += token;
    if (c.coin != line.position.asset)
        text += tr(" × ratio %1\n= %2 %3").arg(quantity(c.ratio, 9), quantity(c.coins, 9), currency(c.coin));
    if (c.coin != m_currency)
        text += tr(" × %1\n= %2").arg(price(c.price), amountIn(c.value));
    if (m_currency != Asset::USDT)
        text += tr("\n= %1 USD").arg(money(c.usd));
    return text;
}

QString PositionsModel::toolTip(const QModelIndex& index) const
{
    const Line* line = lineAt(index);
    const QString unit = currency(m_currency);
    if (line != nullptr && line->position.converted())
        return conversionText(*line);
    switch (static_cast<Column>(index.column())) {
    case Amount:
        return line != nullptr ? quantity(line->position.amount) + QLatin1Char(' ') + holdingText(index) : QString();
    case Price:
        return (line != nullptr && !isToken(line->position) ? tr("Mark of the perp in %1") : tr("Spot price in %1"))
            .arg(unit);
    case Value:
        if (isTotal(index))
            return tr("Net asset value in %1 = sum of all places").arg(unit);
        if (line == nullptr)
            return tr("Sum of the lines in %1; at an exchange its equity").arg(unit);
        return (isToken(line->position) ? tr("Amount × price, in %1")
                                        : tr("Unrealised P&L = amount × (mark − entry), in %1"))
            .arg(unit);
    case Notional:
        return (line != nullptr ? tr("Amount × price in %1, short < 0")
                                : tr("Sum of coins and contracts in %1: what a price change would act on"))
            .arg(unit);
    case Entry:
        return tr("Average entry price of the perp in USDT");
    case Holding:
    case Underlying:
    case Coins:
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
    if (line != nullptr && line->position.type == AccountType::DebtToken && index.column() != Price)
        return colors().loss;
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
    return place < m_places.size() && m_marked.contains(m_places[place].venue);
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
        return tip ? tr("Coins, contracts in coins (short < 0), USDT, or scaled units at Aave (debt < 0)")
                   : tr("Amount");
    case Underlying:
        return tip ? tr("Tokens = scaled units × index of Aave") : tr("Tokens");
    case Coins:
        return tip ? tr("ETH (or USDT) = tokens × ratio of the staked token") : tr("In ETH");
    case Price:
        return tip ? tr("Of a coin: spot price, or the mark of a perp, in %1").arg(currency(m_currency)) : tr("Price");
    case Value:
        return tip ? tr("%1: amount × price; of a perp its unrealised P&L. The values sum to the NAV.")
                         .arg(currency(m_currency))
                   : tr("Value");
    case Notional:
        return tip ? tr("%1: amount × price, short < 0").arg(currency(m_currency)) : tr("Notional");
    case Entry:
        return tip ? tr("Average entry price of a perp in USDT") : tr("Entry");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace carry::ui
