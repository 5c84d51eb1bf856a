// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/commands.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

namespace carry::ui
{

//! All commands with their keys. Keys that another command of the same place has are refused.
class ShortcutModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    enum Column { Place, Action, Keys, Default, ColumnCount };

    explicit ShortcutModel(Commands& commands, QObject* parent = nullptr);

    const Command& command(int row) const { return m_commands.all()[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    //! The keys that were wanted for a command belong to others.
    void refused(const QString& id, const QKeySequence& keys);
    void accepted(const QString& id);

  private:
    QString text(const Command& command, int column) const;

    Commands& m_commands;
};

//! Edits keys by pressing them.
class ShortcutDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace carry::ui
