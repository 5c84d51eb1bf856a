// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QStringListModel;
class QTableView;

namespace carry::ui
{

class Player;
class StopModel;

//! Where playing stops: kinds of events and conditions, how often each was met, and the way to each of them.
class StopsPanel final : public QWidget
{
    Q_OBJECT
  public:
    StopsPanel(RunSession& session, Player& player, QWidget* parent = nullptr);

    QTableView* table() const { return m_table; }
    QLineEdit* line() const { return m_line; }

  public slots:
    void focusHere();
    void goToNext(); //!< hit of the row that is chosen
    void goToPrevious();

  private:
    void makeTable();
    void addCondition();
    void updateButtons();
    void update();
    void say(const QString& text, bool error);
    void goTo(std::optional<std::size_t> step);

    RunSession& m_session;
    Player& m_player;
    StopModel& m_model;
    QTableView* m_table;
    QLineEdit* m_line;
    QStringListModel* m_names;
    QLabel* m_message;
    QPushButton *m_add, *m_remove, *m_next, *m_previous;
};

} // namespace carry::ui
