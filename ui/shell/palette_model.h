// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "command_palette.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>

namespace carry::ui
{

//! What matches the text that was typed, best first; without a text what was used last, then all in their order.
class PaletteModel final : public QAbstractListModel
{
    Q_OBJECT
  public:
    enum Role { PlaceRole = Qt::UserRole, KeysRole, PossibleRole };

    using QAbstractListModel::QAbstractListModel;
    void setEntries(std::vector<PaletteEntry> entries);
    void addEntries(std::vector<PaletteEntry> entries);
    void filter(const QString& typed, const QStringList& recent);
    const PaletteEntry& entry(int row) const { return m_entries[m_shown[static_cast<std::size_t>(row)]]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    std::vector<PaletteEntry> m_entries;
    std::vector<std::size_t> m_shown;
};

//! Text, where it is found, and its keys, in one line.
class PaletteDelegate final : public QStyledItemDelegate
{
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace carry::ui
