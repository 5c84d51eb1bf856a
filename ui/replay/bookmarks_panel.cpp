// SPDX-License-Identifier: GPL-3.0-or-later
#include "bookmarks_panel.h"

#include "common/edit_bar.h"
#include "common/number_format.h"
#include "player.h"
#include "run_bookmarks.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

std::vector<LinesModel<Bookmark>::Column> columns()
{
    return {{BookmarksPanel::tr("Time, UTC"), BookmarksPanel::tr("Time of the step"),
             [](const Bookmark& b) { return dateTime(b.time); },
             [](const Bookmark& b) { return QString::fromStdString(formatIso(b.time)); }},
            {BookmarksPanel::tr("Note"), BookmarksPanel::tr("What was noted; F2 changes it"),
             [](const Bookmark& b) { return QString::fromStdString(b.note); }, nullptr, false}};
}

} // namespace

BookmarksPanel::BookmarksPanel(RunSession& session, Player& player, RunBookmarks& bookmarks, QWidget* parent)
    : QWidget(parent), m_session(session), m_player(player), m_bookmarks(bookmarks),
      m_model(new Model(columns(), this)), m_table(new QTableView), m_edit(new EditBar(this)),
      m_add(new QPushButton(tr("Add here…"), this)), m_note(new QPushButton(tr("Change note…"), this)),
      m_remove(new QPushButton(tr("Remove"), this))
{
    makeTable();
    m_stack = new EmptyStack(m_table, tr("No bookmark in this run. Ctrl+B puts one at the cursor."), this);
    m_add->setObjectName(QStringLiteral("addBookmark"));
    m_note->setObjectName(QStringLiteral("noteOfBookmark"));
    m_remove->setObjectName(QStringLiteral("removeBookmark"));
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(6, 4, 6, 4);
    buttons->addWidget(m_add);
    buttons->addWidget(m_note);
    buttons->addStretch();
    buttons->addWidget(m_remove);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_edit);
    layout->addWidget(m_stack, 1);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this, &BookmarksPanel::addHere);
    connect(m_note, &QPushButton::clicked, this, [this] {
        if (const Bookmark* bookmark = chosen())
            editNote(bookmark->time);
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const Bookmark* bookmark = chosen())
            m_bookmarks.remove(bookmark->time);
    });
    connect(m_table, &QTableView::activated, this, [this] { goTo(chosen()); });
    connect(m_table, &QTableView::clicked, this, [this] { goTo(chosen()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &BookmarksPanel::updateButtons);
    connect(&bookmarks, &RunBookmarks::changed, this, &BookmarksPanel::update);
    connect(&session, &RunSession::recordChanged, m_edit, &EditBar::cancel);
    connect(&session, &RunSession::lengthChanged, this, &BookmarksPanel::updateButtons);
    update();
}

void BookmarksPanel::makeTable()
{
    m_table->setObjectName(QStringLiteral("bookmarkTable"));
    m_table->setAccessibleName(tr("Bookmarks"));
    m_table->setModel(m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->resizeSection(0, figureWidth(QStringLiteral("2024-08-05 13:00")));
    header->setStretchLastSection(true);
    enableCopy(m_table);
    const auto add = [this](const char* name, const QString& text, const QKeySequence& key, QPushButton* button) {
        auto* action = new QAction(text, m_table);
        action->setObjectName(QLatin1String(name));
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
        connect(action, &QAction::triggered, button, &QPushButton::click);
    };
    add("changeBookmarkNote", tr("Change &note…"), Qt::Key_F2, m_note);
    add("deleteBookmark", tr("&Remove bookmark"), Qt::Key_Delete, m_remove);
}

const Bookmark* BookmarksPanel::chosen() const
{
    const int row = m_table->currentIndex().row();
    return row >= 0 && row < m_model->rowCount() ? m_bookmarks.find(m_model->line(row).time) : nullptr;
}

void BookmarksPanel::update()
{
    m_model->set(m_bookmarks.all());
    m_stack->setEmpty(m_bookmarks.all().empty());
    updateButtons();
}

void BookmarksPanel::updateButtons()
{
    m_add->setEnabled(!m_session.empty());
    m_note->setEnabled(chosen() != nullptr);
    m_remove->setEnabled(chosen() != nullptr);
}

void BookmarksPanel::addHere()
{
    if (!m_session.empty())
        editNote(m_session.view().time());
}

void BookmarksPanel::editNote(Time time)
{
    const Bookmark* there = m_bookmarks.find(time);
    m_edit->edit(tr("Bookmark %1").arg(dateTime(time)), tr("note, may be empty"),
                 there == nullptr ? QString() : QString::fromStdString(there->note),
                 [this, time](const QString& note) { m_bookmarks.set(time, note.trimmed()); });
}

void BookmarksPanel::goTo(const Bookmark* bookmark)
{
    if (bookmark == nullptr || m_session.empty())
        return;
    m_player.pause();
    m_session.seek(m_session.view().stepAt(bookmark->time));
}

void BookmarksPanel::goToNext()
{
    goTo(m_bookmarks.next());
}

void BookmarksPanel::goToPrevious()
{
    goTo(m_bookmarks.previous());
}

} // namespace carry::ui
