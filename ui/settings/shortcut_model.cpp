// SPDX-License-Identifier: GPL-3.0-or-later
#include "shortcut_model.h"

#include <QFont>
#include <QKeyEvent>
#include <QKeySequenceEdit>

namespace carry::ui
{

ShortcutModel::ShortcutModel(Commands& commands, QObject* parent) : QAbstractTableModel(parent), m_commands(commands)
{
    connect(&commands, &Commands::keysChanged, this, [this] {
        if (rowCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    });
}

int ShortcutModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_commands.all().size());
}

int ShortcutModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ShortcutModel::text(const Command& command, int column) const
{
    switch (Column(column)) {
    case Place:
        return command.path;
    case Action:
        return command.text();
    case Keys:
        return command.keysText();
    case Default:
        return QKeySequence::listToString(command.defaults, QKeySequence::NativeText);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant ShortcutModel::data(const QModelIndex& index, int role) const
{
    const Command& shown = command(index.row());
    if (role == Qt::DisplayRole)
        return text(shown, index.column());
    if (role == Qt::EditRole)
        return QVariant::fromValue(shown.keys().value(0));
    if (role == Qt::FontRole && shown.changed() && index.column() != Default) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (role == Qt::ToolTipRole && index.column() == Keys)
        return shown.changed()
                   ? tr("Changed; the default is %1").arg(shown.defaults.isEmpty() ? tr("none") : text(shown, Default))
                   : tr("Double click or press F2, then press the keys");
    return {};
}

bool ShortcutModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || index.column() != Keys)
        return false;
    const QString id = command(index.row()).id;
    const auto keys = value.value<QKeySequence>();
    if (keys == command(index.row()).keys().value(0))
        return true;
    if (!m_commands.conflicts(id, keys).empty()) {
        emit refused(id, keys);
        return false;
    }
    m_commands.setKeys(id, keys);
    emit accepted(id);
    return true;
}

QVariant ShortcutModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Place:
        return tr("Menu");
    case Action:
        return tr("Action");
    case Keys:
        return tr("Shortcut");
    case Default:
        return tr("Default");
    case ColumnCount:
        break;
    }
    return {};
}

Qt::ItemFlags ShortcutModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Keys ? flags | Qt::ItemIsEditable : flags;
}

QWidget* ShortcutDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const
{
    auto* editor = new QKeySequenceEdit(parent);
    editor->setObjectName(QStringLiteral("shortcutEdit"));
    editor->setAccessibleName(
        tr("New shortcut of %1").arg(index.siblingAtColumn(ShortcutModel::Action).data().toString()));
    auto* self = const_cast<ShortcutDelegate*>(this); // as Qt's own delegates, which tell of the end from here
    connect(editor, &QKeySequenceEdit::editingFinished, self, [self, editor] {
        disconnect(editor, &QKeySequenceEdit::editingFinished, self, nullptr); // said again when it is closed
        emit self->commitData(editor);
        emit self->closeEditor(editor);
    });
    return editor;
}

void ShortcutDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    qobject_cast<QKeySequenceEdit*>(editor)->setKeySequence(index.data(Qt::EditRole).value<QKeySequence>());
}

void ShortcutDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    model->setData(index, QVariant::fromValue(qobject_cast<QKeySequenceEdit*>(editor)->keySequence()), Qt::EditRole);
}

bool ShortcutDelegate::eventFilter(QObject* watched, QEvent* event)
{
    // Enter and Tab are keys like any other here; only Escape alone leaves things as they were.
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() != Qt::Key_Escape || key->modifiers() != Qt::NoModifier)
            return false;
    }
    if (auto* editor = qobject_cast<QKeySequenceEdit*>(watched); editor != nullptr && event->type() == QEvent::FocusOut)
        disconnect(editor, &QKeySequenceEdit::editingFinished, this, nullptr); // taken and closed by the base class
    return QStyledItemDelegate::eventFilter(watched, event);
}

} // namespace carry::ui
