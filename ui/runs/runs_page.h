// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runs/pending_deletions.h"
#include "runs/run_filter.h"
#include "runs/run_list_model.h"
#include "runs/run_store.h"

#include <QWidget>
#include <functional>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;
class QToolBar;

namespace carry::ui
{

class Banner;
class CompareView;
class EditBar;
class EmptyState;
class ParityView;
class ProgressStrip;

//! All runs of a database: find, open, compare, verify, resume, export, mark and delete them.
class RunsPage final : public QWidget
{
    Q_OBJECT
  public:
    //! Asks for a file (suggested name) or for a folder (`file` false); empty: the person changed their mind.
    using FileChooser = std::function<QString(const QString& title, const QString& suggested, bool file)>;

    explicit RunsPage(QWidget* parent = nullptr);
    ~RunsPage() override; //!< carries out deletions that could still be undone

    //! Shows the runs of a database file; one that does not exist yet has none.
    void setDatabase(const QString& file);
    void refresh();
    //! Selects a run by id or the beginning of it, as soon as it is listed.
    void select(const QString& runId);
    //! Carries out deletions that could still be undone, and waits for what is being written.
    void flushDeletions();
    QList<QAction*> commands() const; //!< for the menu; nullptr stands for a line between them
    //! Compares runs by id, two to eight of them.
    void compare(const QStringList& runIds);
    //! Compares a finished session with its backtest.
    void parity(const QString& runId);
    QStringList selectedRuns() const; //!< ids, in the order shown

    void setFileChooser(FileChooser chooser) { m_choose = std::move(chooser); }
    void setUndoTime(int ms) { m_deletions.setUndoTime(ms); }
    //! Widths, order and visibility of the columns and the sorting.
    QByteArray saveState() const;
    void restoreState(const QByteArray& state);

  signals:
    void openRequested(const QString& runId);
    //! From a comparison: a run at a time, beside the one that it is compared with.
    void openBesideRequested(const QString& runId, const QString& referenceId, qint64 ms);
    void verified(const QString& runId, bool same);
    void resumed(const QString& runId);
    void resumeSessionRequested(const carry::RunListItem& run); //!< somebody must be there to approve

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    struct Actions {
        QAction *open, *compare, *verify, *resume, *rerun, *exportJson, *exportCsv, *exportHtml, *exportSqlite,
            *exportMenu, *parity, *tag, *note, *pin, *remove, *refresh, *undo, *find;
    };

    // runs_page_layout.cpp
    QAction* makeAction(const char* name, const QString& text, const char* icon, const QKeySequence& keys,
                        const QString& tip, QWidget* owner, void (RunsPage::*slot)());
    void makeActions();
    void makeTable();
    QToolBar* makeToolBar();
    QWidget* makeFilterRow();
    void layOut();
    void connectStore();
    bool eventFilter(QObject* watched, QEvent* event) override;

    // runs_page.cpp
    void showRuns(const std::vector<RunListItem>& runs);
    void applySelection();
    void selectRow(int row);
    void updateStrategies();
    void updateState();
    void updateEmptyState();
    void updateHidden();
    void open();
    void openRow(const QModelIndex& index);
    void find();
    void clearFilter();

    // runs_page_actions.cpp
    std::vector<const RunListItem*> selectedItems() const;
    void compareSelected();
    void verifySelected();
    void resumeSelected();
    void paritySelected();
    void showParity(const ParityReport& report);
    void rerunSelected();
    void exportJson() { exportSelected(RunExport::Json); }
    void exportCsv() { exportSelected(RunExport::Csv); }
    void exportHtml() { exportSelected(RunExport::Html); }
    void exportSqlite() { exportSelected(RunExport::Sqlite); }
    void exportSelected(RunExport kind);
    void editTags();
    void applyTags(const QString& text, const QStringList& runIds, const std::vector<std::string>& shared);
    void editNote();
    void togglePin();
    void removeSelected();
    void undoRemoval();
    void showDeletions();
    void removalFailed(const QString& runId, const Error& error);
    void showVerified(const std::vector<RunStore::Verified>& runs);
    void showResumed(const QString& runId, RunStatus status);
    void showRerun(const QString& of, const QString& runId, bool sameData);
    void showExported(const std::vector<RunStore::Target>& targets);
    void showComparison(const Comparison& comparison);
    void backToList();

    RunListModel m_model;
    RunFilterProxy m_proxy;
    PendingDeletions m_deletions;
    QStringList m_removing; //!< on their way out of the database
    FileChooser m_choose;
    QString m_wanted;      //!< to be selected when it is listed
    bool m_listed = false; //!< the file's runs have been read once
    Actions m_actions{};
    QTableView* m_table = nullptr;
    QLineEdit* m_filter = nullptr;
    QComboBox *m_strategy = nullptr, *m_status = nullptr;
    QLabel* m_count = nullptr;
    EditBar* m_edit = nullptr;
    Banner *m_message = nullptr, *m_undo = nullptr;
    ProgressStrip* m_progress = nullptr;
    EmptyState* m_empty = nullptr;
    QWidget* m_clearFilter = nullptr;
    QStackedWidget *m_pages = nullptr, *m_body = nullptr;
    CompareView* m_compare = nullptr;
    ParityView* m_parity;
    RunStore m_store; // last: it waits for its work before the rest goes
};

} // namespace carry::ui
