// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "common/run_session.h"
#include "desk/stored_runs.h"

#include <QWidget>

class QPushButton;
class QTableView;

namespace carry::ui
{

class EditBar;
class Player;
class RunBookmarks;

//! Times of the run that somebody wants to find again, with what was noted.
class BookmarksPanel final : public QWidget
{
    Q_OBJECT
  public:
    BookmarksPanel(RunSession& session, Player& player, RunBookmarks& bookmarks, QWidget* parent = nullptr);

    QTableView* table() const { return m_table; }
    EditBar& edit() { return *m_edit; }

  public slots:
    void addHere(); //!< asks for the note; of one that is there it can be changed
    void goToNext();
    void goToPrevious();

  private:
    using Model = LinesModel<Bookmark>;
    void makeTable();
    void editNote(Time time);
    void update();
    void updateButtons();
    void goTo(const Bookmark* bookmark);
    const Bookmark* chosen() const;

    RunSession& m_session;
    Player& m_player;
    RunBookmarks& m_bookmarks;
    Model* m_model;
    QTableView* m_table;
    EmptyStack* m_stack;
    EditBar* m_edit;
    QPushButton *m_add, *m_note, *m_remove;
};

} // namespace carry::ui
