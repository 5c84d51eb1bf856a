// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_series.h"
#include "common/run_session.h"

#include <QAction>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <array>
#include <memory>
#include <optional>

class QIODevice;
class QMenu;
class QPagedPaintDevice;
class QScrollBar;
class QToolButton;

namespace carry::ui
{

class ChartInput;
class ChartModel;
class ChartOverlay;
class ChartView;
class RangeStrip;

//! The charts of a run: stacked panes over one time axis with one crosshair. Draws the record up to the cursor, at most
//! once a display frame, and nothing while it is hidden.
class ChartStack final : public QWidget
{
    Q_OBJECT
  public:
    explicit ChartStack(RunSession& session, QWidget* parent = nullptr);
    ~ChartStack() override;

    //! Checkable, one a pane: shown or hidden.
    const QList<QAction*>& paneActions() const { return m_paneActions; }
    //! Fit, zoom, heights, copy, exports: for menus and the command palette.
    const QList<QAction*>& commands() const { return m_commands; }
    //! Chosen, and the run has something for it.
    bool isPaneShown(PaneId pane) const
    {
        const QAction* action = m_paneActions[static_cast<int>(pane)];
        return action->isChecked() && action->isVisible();
    }
    void setPaneShown(PaneId pane, bool on) { m_paneActions[static_cast<int>(pane)]->setChecked(on); }
    bool isSeriesShown(PaneId pane, std::size_t series) const;
    void setSeriesShown(PaneId pane, std::size_t series, bool on);
    //! Where not all panes have room to be read: by how many of them.
    void scrollPanes(int by);
    //! Which panes are shown and how high they are.
    QByteArray saveState() const;
    bool restoreState(const QByteArray& state);

    Time visibleFrom() const;
    Time visibleTo() const;
    void setVisibleSpan(Time from, Time to);
    void fit();

    //! Marks the steps between two, both included; figures of what lies up to the cursor are shown below the panes.
    void markRange(std::size_t oneStep, std::size_t otherStep);
    void clearRange();
    std::optional<std::pair<std::size_t, std::size_t>> range() const;
    RangeStrip& rangeStrip() { return *m_strip; }

    //! The step that the read-outs show: under the crosshair, or the cursor. Nothing right of the cursor.
    std::optional<std::size_t> readoutStep() const;
    //! NaN where there is no value.
    double readout(PaneId pane, std::size_t series) const;
    QString readoutText(PaneId pane, std::size_t series) const;
    //! Steps [first, last) whose values are drawn.
    std::pair<std::size_t, std::size_t> drawnSteps() const;

    // In pixels of this widget; of shown panes.
    QPoint coordToPixel(PaneId pane, Time time, double value) const;
    QRect paneRect(PaneId pane) const;

    //! What is visible, by file. On failure false and the reason.
    bool exportImage(const QString& file, QString* error = nullptr);
    bool exportPdf(const QString& file, QString* error = nullptr);
    bool exportCsv(const QString& file, QString* error = nullptr);
    void copyImage();

    //! All steps of the record up to the cursor are drawn. Of a long record that has just been opened they come in over
    //! several frames.
    bool isComplete() const;

    //! Draws what is out of date at once instead of at the next frames.
    void redrawNow();

  signals:
    //! For the status line: an export went well, or why not.
    void notice(const QString& text, bool error);

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    void redrawFrame();
    void redraw(const QDeadlineTimer& until);
    enum Dirty : unsigned { kCurves = 1, kAxes = 2, kPanes = 4 };
    void schedule(unsigned what);
    void makeActions();
    QAction* addCommand(const char* name, const QString& text, const QKeySequence& keys, std::function<void()> run);
    void makePaneMenu();
    void connectSession();
    void takeRecord();
    void remakePanes();
    void offerPanes();
    void takeCursor();
    void showRange();
    void placeParts();
    void takeTheme();
    void changeHeight(int percent);
    void addSeriesMenu(QMenu& menu, std::size_t pane);
    void fillSeries(QMenu& menu, std::size_t pane);
    void showScrolling();
    //! Draws with all panes that are chosen, those that have to be scrolled to as well.
    template <class Draw> auto withAllPanes(const Draw& draw);
    void askAndExport(const QString& filter, const QString& suffix,
                      bool (ChartStack::*write)(const QString&, QString*));
    QString exportTitle() const;
    QImage picture();
    void paintOnPaper(QPagedPaintDevice& paper);
    void writeCsv(QIODevice& out);
    //! The row of a pane, if it is shown.
    std::optional<std::size_t> rowOf(PaneId pane) const;
    std::size_t currentPane() const; //!< under the mouse, else the first shown

    RunSession& m_session;
    std::unique_ptr<ChartModel> m_model;
    ChartView* m_view = nullptr;
    ChartOverlay* m_overlay = nullptr;
    ChartInput* m_input = nullptr;
    RangeStrip* m_strip = nullptr;
    QScrollBar* m_scroll = nullptr;
    std::optional<std::pair<std::size_t, std::size_t>> m_measured; //!< what the strip shows
    QToolButton* m_paneButton = nullptr;
    QAction* m_priceLegs = nullptr;
    QList<QAction*> m_paneActions;
    std::array<bool, kPaneCount> m_chosen{}; //!< shown or hidden by hand: no run changes that
    QList<QAction*> m_commands;
    unsigned m_dirty = kPanes;
    QTimer m_frame;
    QElapsedTimer m_sinceFrame;
    std::optional<double> m_cursorMs; //!< where the cursor was last drawn
};

} // namespace carry::ui
