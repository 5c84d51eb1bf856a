// SPDX-License-Identifier: GPL-3.0-or-later
#include "parameter_table.h"

#include "common/item_views.h"
#include "common/theme.h"
#include "desk/run_configuration.h"
#include "parameter_model.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

//! Parameters whose name or help holds what was typed; groups by what is in them.
class ParameterFilter final : public QSortFilterProxyModel
{
  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void set(const QString& text, bool changedOnly)
    {
        m_text = text.trimmed();
        m_changedOnly = changedOnly;
        invalidateFilter();
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QModelIndex at = sourceModel()->index(row, ParameterModel::Value, parent);
        if (!parent.isValid()) {
            for (int i = 0; i < sourceModel()->rowCount(at.siblingAtColumn(0)); ++i)
                if (filterAcceptsRow(i, at.siblingAtColumn(0)))
                    return true;
            return false;
        }
        if (m_changedOnly && !at.data(ParameterModel::ChangedRole).toBool())
            return false;
        return at.data(ParameterModel::KeyRole).toString().contains(m_text, Qt::CaseInsensitive) ||
               at.data(ParameterModel::HelpRole).toString().contains(m_text, Qt::CaseInsensitive);
    }

  private:
    QString m_text;
    bool m_changedOnly = false;
};

//! A list for what has choices, a line for all else.
class ValueDelegate final : public QStyledItemDelegate
{
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QStringList choices = index.data(ParameterModel::ChoicesRole).toStringList();
        QWidget* editor = nullptr;
        if (choices.isEmpty()) {
            auto* line = new QLineEdit(parent);
            line->setFrame(false);
            line->setFont(Theme::instance().numbers());
            editor = line;
        } else {
            auto* list = new QComboBox(parent);
            list->addItems(choices);
            // Chosen is meant: no second Enter.
            connect(list, &QComboBox::activated, this, [this, list] {
                auto* self = const_cast<ValueDelegate*>(this);
                emit self->commitData(list);
                emit self->closeEditor(list);
            });
            editor = list;
        }
        editor->setAccessibleName(index.data(ParameterModel::KeyRole).toString());
        editor->setToolTip(index.data(Qt::ToolTipRole).toString());
        (void)option;
        return editor;
    }
    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        const QString text = index.data(Qt::EditRole).toString();
        if (auto* list = qobject_cast<QComboBox*>(editor))
            list->setCurrentText(text);
        else
            qobject_cast<QLineEdit*>(editor)->setText(text);
    }
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override
    {
        const auto* list = qobject_cast<QComboBox*>(editor);
        model->setData(index, list != nullptr ? list->currentText() : qobject_cast<QLineEdit*>(editor)->text());
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        // As high as its editor, so that rows do not jump.
        return {QStyledItemDelegate::sizeHint(option, index).width(), option.fontMetrics.height() + 10};
    }
};

} // namespace

ParameterTable::ParameterTable(ParameterModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_proxy(new ParameterFilter(this)), m_view(new QTreeView(this)),
      m_filter(new QLineEdit(this)), m_changedOnly(new QCheckBox(tr("Changed only"), this)),
      m_description(new QLabel(this))
{
    m_filter->setObjectName(QStringLiteral("parameterFilter"));
    m_filter->setPlaceholderText(tr("Find a parameter"));
    m_filter->setAccessibleName(tr("Find a parameter"));
    m_filter->setClearButtonEnabled(true);
    m_changedOnly->setObjectName(QStringLiteral("changedOnly"));
    m_description->setObjectName(QStringLiteral("parameterDescription"));
    m_description->setAccessibleName(tr("What the parameter is"));
    m_description->setWordWrap(true);
    m_description->setTextFormat(Qt::RichText);
    m_description->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_description->setContentsMargins(8, 4, 8, 4);
    m_description->setAlignment(Qt::AlignTop);
    m_description->setMinimumHeight(fontMetrics().lineSpacing() * 4); // the table does not jump from row to row
    makeView();
    makeActions();
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 2);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_changedOnly);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_description);
    m_filter->installEventFilter(this);
    connect(m_filter, &QLineEdit::returnPressed, this, &ParameterTable::goToFirst);
    connect(m_filter, &QLineEdit::textChanged, this, &ParameterTable::refilter);
    connect(m_changedOnly, &QCheckBox::toggled, this, &ParameterTable::refilter);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &ParameterTable::describe);
    connect(&model, &ParameterModel::edited, this, &ParameterTable::describe);
    connect(&model, &ParameterModel::begun, this, [this] {
        m_view->expandAll();
        describe();
    });
    connect(&Theme::instance(), &Theme::changed, this, &ParameterTable::describe);
    m_view->expandAll();
    describe();
}

void ParameterTable::makeView()
{
    m_proxy->setSourceModel(&m_model);
    m_view->setObjectName(QStringLiteral("parameterTree"));
    m_view->setAccessibleName(tr("Parameters"));
    m_view->setModel(m_proxy);
    m_view->setItemDelegateForColumn(ParameterModel::Value, new ValueDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(12);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                            QAbstractItemView::SelectedClicked | QAbstractItemView::AnyKeyPressed);
    m_view->setTabKeyNavigation(false);
    QHeaderView* header = m_view->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(ParameterModel::Name, QHeaderView::Stretch);
    header->setSectionResizeMode(ParameterModel::Value, QHeaderView::Interactive);
    header->setSectionResizeMode(ParameterModel::Unit, QHeaderView::Interactive);
    header->resizeSection(ParameterModel::Value, figureWidth(QStringLiteral("100000.0")));
    header->resizeSection(ParameterModel::Unit, fontMetrics().horizontalAdvance(tr("fraction")) + 14);
    header->setMinimumSectionSize(40);
    enableCopy(m_view);
    // Enter edits; it is what people press on a field.
    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex& index) {
        const QModelIndex value = index.siblingAtColumn(ParameterModel::Value);
        if ((value.flags() & Qt::ItemIsEditable) != 0) {
            m_view->setCurrentIndex(value);
            m_view->edit(value);
        }
    });
}

void ParameterTable::makeActions()
{
    auto* revert = new QAction(tr("&Back to where it was"), m_view);
    revert->setObjectName(QStringLiteral("revertParameter"));
    revert->setShortcut(Qt::Key_Delete);
    QAction* undo = m_model.undo().createUndoAction(m_view, tr("&Undo"));
    undo->setObjectName(QStringLiteral("undoParameter"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = m_model.undo().createRedoAction(m_view, tr("&Redo"));
    redo->setObjectName(QStringLiteral("redoParameter"));
    redo->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y}); // either is usual
    for (QAction* action : {revert, undo, redo}) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_view->addAction(action);
    }
    connect(revert, &QAction::triggered, this, [this] { m_model.revert(current()); });
}

QModelIndex ParameterTable::current() const
{
    return m_proxy->mapToSource(m_view->currentIndex());
}

void ParameterTable::reveal(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    if (!m_proxy->mapFromSource(index).isValid()) {
        m_filter->clear();
        m_changedOnly->setChecked(false);
    }
    const QModelIndex at = m_proxy->mapFromSource(index.siblingAtColumn(ParameterModel::Value));
    m_view->expand(at.parent());
    m_view->setCurrentIndex(at);
    m_view->scrollTo(at);
}

bool ParameterTable::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down) {
        goToFirst();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

//! From the search to what it found.
void ParameterTable::goToFirst()
{
    const QModelIndex first = m_proxy->index(0, ParameterModel::Value, m_proxy->index(0, ParameterModel::Name));
    if (!first.isValid())
        return;
    m_view->setCurrentIndex(first);
    m_view->setFocus(Qt::OtherFocusReason);
}

void ParameterTable::refilter()
{
    static_cast<ParameterFilter*>(m_proxy)->set(m_filter->text(), m_changedOnly->isChecked());
    m_view->expandAll();
}

void ParameterTable::describe()
{
    const QModelIndex at = current();
    const QString key = at.data(ParameterModel::KeyRole).toString();
    if (key.isEmpty())
        return m_description->setText(QStringLiteral("<span style='color:%1'>%2</span>")
                                          .arg(colors().muted.name(), tr("Choose a parameter to see what it is.")));
    const auto text = [&at](int role) { return at.data(role).toString().toHtmlEscaped(); };
    QStringList lines{QStringLiteral("<b>%1</b> %2").arg(key.toHtmlEscaped(), text(ParameterModel::HelpRole))};
    QString takes = text(ParameterModel::RangeRole);
    if (!at.data(ParameterModel::FixedRole).toString().isEmpty())
        takes = text(ParameterModel::FixedRole);
    else if (at.data(ParameterModel::ChangedRole).toBool())
        takes += QStringLiteral(" · ") + tr("was %1").arg(text(ParameterModel::StartRole));
    lines += QStringLiteral("<span style='color:%1'>%2</span>").arg(colors().muted.name(), takes);
    if (const QString error = text(ParameterModel::ErrorRole); !error.isEmpty())
        lines += QStringLiteral("<span style='color:%1'>⚠ %2</span>").arg(colors().critical.name(), error);
    m_description->setText(lines.join(QStringLiteral("<br>")));
}

} // namespace carry::ui
