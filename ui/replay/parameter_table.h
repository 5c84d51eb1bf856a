// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPersistentModelIndex>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace carry::ui
{

class ParameterModel;

//! The parameters of a strategy as a form: found by typing, edited in place, what a parameter is and takes below, a
//! value that cannot be marked with the reason.
class ParameterTable final : public QWidget
{
    Q_OBJECT
  public:
    explicit ParameterTable(ParameterModel& model, QWidget* parent = nullptr);

    QTreeView* view() const { return m_view; }
    QLineEdit* filter() const { return m_filter; }
    //! Shows a parameter (an index of the model) and makes it the current one.
    void reveal(const QModelIndex& index);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void goToFirst();
    void makeView();
    void makeActions();
    void refilter();
    void describe();
    QModelIndex current() const; //!< of the model

    ParameterModel& m_model;
    QSortFilterProxyModel* m_proxy;
    QTreeView* m_view;
    QLineEdit* m_filter;
    QCheckBox* m_changedOnly;
    QLabel* m_description;
};

} // namespace carry::ui
