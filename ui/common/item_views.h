// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAbstractItemView>
#include <QDockWidget>
#include <QHeaderView>
#include <QPointer>
#include <QStackedWidget>
#include <functional>

class QTableView;

namespace carry::ui
{

//! Roles of the project's models beyond Qt's own.
enum ItemRole {
    PlainRole = Qt::UserRole + 100, //!< text for the clipboard: figures without separators and units
};

//! Calls when somebody makes another row the current one. A view that only gets the keyboard makes its first row
//! current too, but does not select it: that chooses nothing.
void onRowChosen(QAbstractItemView* view, QObject* receiver, std::function<void(const QModelIndex&)> chosen);

//! Ctrl+C and the context menu copy the selected rows: plain values of the visible columns, tab separated.
void enableCopy(QAbstractItemView* view);
//! What enableCopy() puts on the clipboard.
QString plainTextOf(const QAbstractItemView& view);
//! A menu on the header that shows and hides columns; the first one stays.
void enableColumnMenu(QHeaderView* header);
//! The column takes what the others leave, but never less than that many pixels: then the table scrolls.
void stretchColumn(QTableView* table, int column, int least);
//! Pixels for a figure like `sample` with the cell's margins.
int figureWidth(const QString& sample);

//! A view, or while it has nothing to show a sentence that says what to do next.
class EmptyStack final : public QStackedWidget
{
    Q_OBJECT
  public:
    EmptyStack(QWidget* content, const QString& hint, QWidget* parent = nullptr);
    void setEmpty(bool empty) { setCurrentIndex(empty ? 1 : 0); }
    bool isEmpty() const { return currentIndex() == 1; }
};

//! Calls `update` at once while the widget is to be seen; a hidden one, or one in a dock behind another tab, is brought
//! up to date when it comes to the front.
class WhenVisible final : public QObject
{
    Q_OBJECT
  public:
    WhenVisible(QWidget* widget, std::function<void()> update);

  public slots:
    void request();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    bool seen();
    void catchUp();

    QWidget* m_widget;
    std::function<void()> m_update;
    QPointer<QDockWidget> m_dock; //!< that holds the widget, once it is known
    bool m_due = true;
};

} // namespace carry::ui
