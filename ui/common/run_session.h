// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_view.h"

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

namespace carry::ui
{

//! What is selected; every panel shows the same. `index` by kind: Step: step; Plan: plan id; Instruction: instruction
//! id; Ledger, Event, Funding: index into that log of the record; Account: account id; Exchange: exchange index; Asset:
//! the asset as a number.
struct Selection {
    enum class Kind { None, Step, Plan, Instruction, Ledger, Event, Funding, Account, Exchange, Asset };
    Kind kind = Kind::None;
    std::size_t index = 0;
    bool operator==(const Selection&) const = default;
};

//! A range of steps that is played again and again; both marks are part of it. Without both it is only being marked.
struct LoopRange {
    std::optional<std::size_t> from, to;
    bool complete() const { return from && to; }
    bool operator==(const LoopRange&) const = default;
};

//! A run to hold the shown one against: the one it was forked from, or one it is compared with.
struct ReferenceRun {
    std::shared_ptr<const RunRecord> record;
    QString name; //!< "Run 3f2a91c0"
};

//! What the panels look at: one record, one cursor, one selection. The record may be growing; its length is looked at
//! on a timer at display rate, never at the engine's speed. Nothing right of the cursor is to be shown.
class RunSession : public QObject
{
    Q_OBJECT
  public:
    explicit RunSession(QObject* parent = nullptr);

    //! Shows another run with the cursor at its last committed step; nullptr: none.
    void setRecord(std::shared_ptr<const RunRecord> record);
    //! The record at the cursor.
    const RunView& view() const { return m_view; }
    const RunRecord* record() const { return m_view.record().get(); }
    bool empty() const { return m_length == 0; }
    //! Kept until another record is shown; without a record: none.
    const ReferenceRun& reference() const { return m_reference; }
    void setReference(ReferenceRun reference);
    //! Steps known to the panels.
    std::size_t length() const { return m_length; }
    std::size_t cursor() const { return m_view.step(); }
    const Selection& selection() const { return m_selection; }
    //! Where it belongs; the cursor where that is no one step.
    std::size_t stepOf(const Selection& selection) const;
    //! The cursor stays at the last step while the record grows; on for a new record, off after seek().
    bool followsEnd() const { return m_follow; }
    void setFollowsEnd(bool on);
    //! Kept until another record is shown.
    const LoopRange& loop() const { return m_loop; }
    void setLoop(const LoopRange& loop);

  public slots:
    void seek(std::size_t step);
    //! Moves the cursor forward when what is selected lies after it.
    void select(const carry::ui::Selection& selection);
    void clearSelection() { select({}); }
    //! Looks now instead of at the next tick.
    void look();

  signals:
    //! Figures of the record can no longer be read, or are not what was stored: it is not to be shown. Once.
    void recordFailed(const carry::Error& error);
    void recordChanged(); //!< another record; panels start afresh (cursorChanged and selectionChanged follow)
    void lengthChanged(); //!< more steps than at the last tick
    void cursorChanged();
    void selectionChanged();
    void loopChanged();
    void referenceChanged();

  private:
    RunView m_view;
    std::size_t m_length = 0;
    bool m_follow = true;
    bool m_failed = false; //!< recordFailed() was emitted
    Selection m_selection;
    LoopRange m_loop;
    ReferenceRun m_reference;
    QTimer m_tick;
};

} // namespace carry::ui
