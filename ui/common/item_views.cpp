// SPDX-License-Identifier: GPL-3.0-or-later
#include "item_views.h"

#include "theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFontMetrics>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QTreeView>
#include <algorithm>
#include <utility>

namespace carry::ui
{
namespace
{

constexpr int kCellMargins = 14;

bool isHidden(const QAbstractItemView& view, int column)
{
    if (const auto* tree = qobject_cast<const QTreeView*>(&view))
        return tree->isColumnHidden(column);
    if (const auto* table = qobject_cast<const QTableView*>(&view))
        return table->isColumnHidden(column);
    return false;
}

QString rowText(const QAbstractItemView& view, const QModelIndex& row)
{
    QStringList cells;
    for (int column = 0; column < row.model()->columnCount(row.parent()); ++column) {
        if (isHidden(view, column))
            continue;
        const QModelIndex cell = row.siblingAtColumn(column);
        const QVariant plain = cell.data(PlainRole);
        cells += (plain.isValid() ? plain : cell.data()).toString();
    }
    return cells.join(QLatin1Char('\t'));
}

class ColumnStretcher final : public QObject
{
  public:
    ColumnStretcher(QTableView* table, int column, int least)
        : QObject(table), m_table(table), m_column(column), m_least(least)
    {
        table->viewport()->installEventFilter(this);
    }
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() == QEvent::Resize) {
            QHeaderView* header = m_table->horizontalHeader();
            const int others = header->length() - header->sectionSize(m_column);
            header->resizeSection(m_column, std::max(m_least, m_table->viewport()->width() - others));
        }
        return false;
    }

  private:
    QTableView* m_table;
    int m_column, m_least;
};

} // namespace

void stretchColumn(QTableView* table, int column, int least)
{
    table->horizontalHeader()->resizeSection(column, least);
    new ColumnStretcher(table, column, least);
}

QString plainTextOf(const QAbstractItemView& view)
{
    if (view.selectionModel() == nullptr)
        return {};
    QModelIndexList rows;
    for (const QModelIndex& index : view.selectionModel()->selectedIndexes())
        if (const QModelIndex row = index.siblingAtColumn(0); !rows.contains(row))
            rows += row;
    std::sort(rows.begin(), rows.end(), [&view](const QModelIndex& a, const QModelIndex& b) {
        return view.visualRect(a).top() < view.visualRect(b).top();
    });
    QString text;
    for (const QModelIndex& row : rows)
        text += rowText(view, row) + QLatin1Char('\n');
    return text;
}

void onRowChosen(QAbstractItemView* view, QObject* receiver, std::function<void(const QModelIndex&)> chosen)
{
    QObject::connect(view->selectionModel(), &QItemSelectionModel::currentRowChanged, receiver,
                     [view, chosen = std::move(chosen)](const QModelIndex& current, const QModelIndex& before) {
                         const bool byFocus = !before.isValid() && !view->selectionModel()->isSelected(current) &&
                                              QGuiApplication::mouseButtons() == Qt::NoButton;
                         if (!byFocus)
                             chosen(current);
                     });
}

void enableCopy(QAbstractItemView* view)
{
    auto* copy = new QAction(Theme::instance().icon(QStringLiteral("copy")),
                             QCoreApplication::translate("carry::ui::ItemViews", "&Copy rows"), view);
    copy->setObjectName(QStringLiteral("copyRowsAction"));
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, view,
                     [view] { QApplication::clipboard()->setText(plainTextOf(*view)); });
    view->addAction(copy);
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void enableColumnMenu(QHeaderView* header)
{
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QWidget::customContextMenuRequested, header, [header](const QPoint& at) {
        QMenu menu(header);
        for (int column = 1; column < header->count(); ++column) {
            QAction* action = menu.addAction(header->model()->headerData(column, Qt::Horizontal).toString());
            action->setCheckable(true);
            action->setChecked(!header->isSectionHidden(column));
            QObject::connect(action, &QAction::toggled, header,
                             [header, column](bool on) { header->setSectionHidden(column, !on); });
        }
        menu.exec(header->mapToGlobal(at));
    });
}

int figureWidth(const QString& sample)
{
    return QFontMetrics(Theme::instance().numbers()).horizontalAdvance(sample) + kCellMargins;
}

EmptyStack::EmptyStack(QWidget* content, const QString& hint, QWidget* parent) : QStackedWidget(parent)
{
    auto* label = new QLabel(hint);
    label->setObjectName(QStringLiteral("emptyHintLabel"));
    label->setProperty("role", QStringLiteral("muted"));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setMargin(16);
    addWidget(content);
    addWidget(label);
}

WhenVisible::WhenVisible(QWidget* widget, std::function<void()> update)
    : QObject(widget), m_widget(widget), m_update(std::move(update))
{
    widget->installEventFilter(this);
}

//! A dock behind another tab counts as visible for Qt, which only moves it out of sight.
bool WhenVisible::seen()
{
    if (!m_widget->isVisible())
        return false;
    if (m_dock.isNull()) {
        QWidget* each = m_widget;
        while (each != nullptr && qobject_cast<QDockWidget*>(each) == nullptr)
            each = each->parentWidget();
        m_dock = qobject_cast<QDockWidget*>(each);
        if (m_dock.isNull())
            return true;
        connect(m_dock, &QDockWidget::visibilityChanged, this, [this](bool visible) {
            if (visible)
                catchUp();
        });
    }
    return m_dock->isFloating() || !m_dock->visibleRegion().isEmpty();
}

void WhenVisible::request()
{
    m_due = true;
    if (seen())
        catchUp();
}

void WhenVisible::catchUp()
{
    if (std::exchange(m_due, false))
        m_update();
}

bool WhenVisible::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_widget && event->type() == QEvent::Show)
        catchUp();
    return QObject::eventFilter(watched, event);
}

} // namespace carry::ui
