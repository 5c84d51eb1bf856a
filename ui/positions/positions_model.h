// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "desk/inspection.h"

#include <QAbstractItemModel>
#include <QSet>
#include <array>
#include <vector>

namespace carry::ui
{

//! Holdings at the cursor: a row for each place of the run with its lines below, and the NAV as the last row. What
//! grows against ETH shows its way there: scaled units, tokens, ETH. Rows stay where they are while the cursor moves;
//! only lines of holdings that appear or vanish come and go.
class PositionsModel final : public QAbstractItemModel
{
    Q_OBJECT
  public:
    enum Column { Holding, Amount, Underlying, Coins, Price, Value, Notional, Entry, ColumnCount };
    enum Role {
        ChangeRole = Qt::UserRole + 1, //!< int: -1, 0, 1: how the figure went with the last cursor move
    };

    using QAbstractItemModel::QAbstractItemModel;

    //! Takes what `view` shows; an empty view leaves no rows.
    void update(const RunView& view);
    //! Places whose rows are tinted because what is selected acts on them.
    void setMarked(const QSet<Venue>& venues);
    void refreshColors();

    //! What selecting a row means; Kind::None for rows that stand for nothing selectable.
    Selection selectionOf(const QModelIndex& index) const;
    //! The row of an account or an exchange; invalid where it is not shown.
    QModelIndex indexOf(const Selection& selection) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& = {}) const override { return ColumnCount; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    using Changes = std::array<qint8, ColumnCount>;
    struct Line {
        PositionLine position;
        Conversion conversion;
        Changes change{};
    };
    struct Place {
        Venue venue = Venue::Wallet;
        std::vector<Line> lines;
        double value = 0, notional = 0; //!< sums of the lines
        Changes change{};
    };

    void makePlaces(const RunInfo& info);
    void updatePlace(int row, std::vector<Line> lines);
    void updateSums(int row);
    bool isTotal(const QModelIndex& index) const;
    const Line* lineAt(const QModelIndex& index) const;
    double figureAt(const QModelIndex& index) const;
    QString holdingText(const QModelIndex& index) const;
    QString figureText(const QModelIndex& index) const;
    QString plainText(const QModelIndex& index) const;
    QString toolTip(const QModelIndex& index) const;
    QString conversionText(const Line& line) const;
    int coinDecimals() const;
    QString amountIn(double value) const;
    QVariant foreground(const QModelIndex& index) const;
    bool isMarked(const QModelIndex& index) const;
    int changeAt(const QModelIndex& index) const;

    std::shared_ptr<const RunRecord> m_record;
    Asset m_currency = Asset::USDT; //!< share class of the run
    std::vector<Place> m_places;
    double m_nav = 0, m_notional = 0;
    Changes m_totalChange{};
    QSet<Venue> m_marked;
};

} // namespace carry::ui
