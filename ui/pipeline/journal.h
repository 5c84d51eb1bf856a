// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/item_views.h"
#include "common/run_session.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QTableView;

namespace carry::ui
{

class JournalModel;
struct JournalFilter;

//! What happened up to the cursor, newest at the end, with filters.
class Journal final : public QWidget
{
    Q_OBJECT
  public:
    explicit Journal(RunSession& session, QWidget* parent = nullptr);
    ~Journal() override;
    QTableView* view() const { return m_table; }
    JournalModel* model() const { return m_model; }

  private:
    void makeTable();
    QWidget* makeFilterBar();
    void connectSession();
    JournalFilter chosenFilter() const;
    void applyFilter();
    void update();
    void updateEmptyState();
    void choose(const QModelIndex& index);
    void followSelection();

    RunSession& m_session;
    JournalModel* m_model;
    QTableView* m_table;
    QLineEdit* m_text = nullptr;
    QComboBox* m_level = nullptr;
    QComboBox* m_venue = nullptr;
    QComboBox* m_kind = nullptr;
    QCheckBox* m_holds = nullptr;
    EmptyStack* m_stack = nullptr;
    WhenVisible* m_refresh = nullptr;
    QTimer m_more;            //!< there is more to walk
    QTimer m_typed;           //!< the text is applied when typing pauses
    bool m_atEnd = true;      //!< shows the newest entry and is to go on so
    bool m_following = false; //!< the panel moves its own current row: nobody has chosen it
};

} // namespace carry::ui
