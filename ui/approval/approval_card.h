// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "approval_tables.h"

#include <QFrame>
#include <QTimer>
#include <optional>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QTreeView;

namespace carry::ui
{

class HoldButton;
class ProposalModel;

//! One proposal and everything a person needs to decide about it; afterwards, how its plan is carried out. Keeps
//! nothing: what is decided is told, and what follows is shown when the owner says so. Ctrl+Enter, twice within
//! kArmedMs while the keyboard is in the card, approves like holding the button.
class ApprovalCard final : public QFrame
{
    Q_OBJECT
  public:
    static constexpr int kArmedMs = 3'000;

    //! Executing and later: nothing is asked any more.
    enum class State { Empty, Waiting, Partly, Second, Stale, Expired, Halted, Executing, Done, Failed, Answered };

    //! What changes while the proposal is shown.
    struct Present {
        Time now{};       //!< the session's clock
        bool open = true; //!< it still awaits an answer
        Drift drift;
        TradingState trading = TradingState::Active;
        ProposalStep step = ProposalStep::Made;
        PlanOutcome outcome = PlanOutcome::Open;
        std::vector<GroupRef> approved;
        std::vector<InstructionState> states; //!< in the plan's order; empty: nothing is known
    };

    explicit ApprovalCard(QWidget* parent = nullptr);

    //! What the next proposals belong to.
    void setRun(const RunInfo& info, const GateSetup& gate);
    //! In whose name is decided.
    void setUser(const QString& user);
    //! What can be done about a plan that was not carried out in full; shown then, each while it is enabled.
    void setNextSteps(const QList<QAction*>& steps);
    //! nullptr: none. Everything of it is chosen.
    void setProposal(std::shared_ptr<const Proposal> proposal);
    void setPresent(Present present);
    //! What a part of the proposal does, as partWanted() asked. One that is not about what is chosen is not shown;
    //! nullptr: the whole.
    void setPart(std::shared_ptr<const Proposal> part);

    const std::shared_ptr<const Proposal>& proposal() const { return m_proposal; }
    State state() const { return m_state; }
    bool canApprove() const;
    //! Why not; empty where it can be.
    QString whyNot() const;
    ProposalModel& plan() { return *m_plan; }
    HoldButton& approveButton() { return *m_approve; }
    QSize sizeHint() const override { return {1000, 660}; }

  public slots:
    //! The keyboard goes to the button that approves, or while that cannot be to the one that helps.
    void focusHere();
    //! Nothing is sent before a reason was typed: the keyboard goes to its field.
    void askForRejection();
    void postpone();
    void reevaluate();

  signals:
    //! A decision with number, hash, user and time; the owner hands it to the gate.
    void decided(const carry::GateCommand& command);
    //! Figures are wanted of these groups, the approved ones among them; setPart() gives them.
    void partWanted(std::uint32_t proposal, const std::vector<carry::GroupRef>& groups);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    // approval_card_layout.cpp
    void build();
    QWidget* buildHead();
    QWidget* buildPlan();
    QWidget* buildFigures();
    QWidget* buildActions();
    QWidget* buildNextSteps();
    // approval_card_state.cpp
    State judge() const;
    void showHead();
    void showDrift();
    void showActions();
    void showNextSteps();
    void showApproveText();
    void showRest();
    QString failureText() const;
    // approval_card.cpp
    void showProposal();
    void showFigures();
    void wantFigures();
    //! Whose figures are shown: the chosen part's, or the whole proposal's.
    const Proposal& figures() const { return m_part ? *m_part : *m_proposal; }
    void approve();
    void reject();
    void pressedApproveKeys();
    void disarm();
    void explain(GroupRef group, bool on, const std::vector<GroupRef>& with);
    GateCommand about(GateCommand::Kind kind) const;
    QString decidingUser() const;
    bool anySent() const;

    RunInfo m_info;
    GateSetup m_gate;
    std::optional<StressRules> m_stressRules;
    std::shared_ptr<const Proposal> m_proposal, m_part;
    std::vector<GroupRef> m_wanted; //!< whose figures are wanted; empty: the whole's
    Present m_present;
    State m_state = State::Empty;
    QString m_user, m_first; //!< who approved first, of two, if it was here
    QTimer m_armed;          //!< the keys were pressed once

    ProposalModel* m_plan;
    ChangeModel* m_changes;
    ShockModel* m_shocks;
    QuoteModel* m_quotes;
    UnhedgedModel* m_unhedged;
    CostModel* m_costs;
    QTreeView* m_tree;
    QTabWidget* m_tabs;
    QLabel *m_badge, *m_badgeIcon, *m_title, *m_good, *m_why, *m_facts, *m_bonds, *m_drift, *m_hash, *m_keys;
    QProgressBar* m_left;
    HoldButton* m_approve;
    QPushButton *m_reject, *m_postpone, *m_reevaluate;
    QLineEdit *m_reason, *m_second;
    QLabel* m_secondLabel;
    QComboBox* m_postponeBy;
    QWidget *m_answers, *m_nextSteps; //!< one of them, or none
    QList<QPushButton*> m_stepButtons;
};

//! What the record says of a proposal at the view's cursor; `open`, drift, trading state and clock are the caller's.
ApprovalCard::Present presentOf(const RunView& view, const Proposal& proposal);

} // namespace carry::ui
