// SPDX-License-Identifier: GPL-3.0-or-later
#include "approval_card.h"

#include "approval_words.h"
#include "common/notices.h"
#include "hold_button.h"
#include "proposal_model.h"

#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTreeView>

namespace carry::ui
{

ApprovalCard::ApprovalCard(QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("approvalCard"));
    setAccessibleName(tr("Proposal"));
    setProperty("role", QStringLiteral("card"));
    m_user = systemUser();
    build();
    m_armed.setSingleShot(true);
    m_armed.setInterval(kArmedMs);
    m_armed.setTimerType(Qt::PreciseTimer);
    connect(&m_armed, &QTimer::timeout, this, &ApprovalCard::showApproveText);
    connect(m_approve, &HoldButton::confirmed, this, &ApprovalCard::approve);
    connect(m_reject, &QPushButton::clicked, this, &ApprovalCard::reject);
    connect(m_reason, &QLineEdit::returnPressed, this, &ApprovalCard::reject);
    connect(m_postpone, &QPushButton::clicked, this, &ApprovalCard::postpone);
    connect(m_reevaluate, &QPushButton::clicked, this, &ApprovalCard::reevaluate);
    connect(m_second, &QLineEdit::textChanged, this, &ApprovalCard::showActions);
    connect(m_plan, &ProposalModel::chosenChanged, this, &ApprovalCard::explain);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (QAbstractItemModel* model : std::initializer_list<QAbstractItemModel*>{m_changes, m_shocks})
            if (model->rowCount() > 0)
                emit model->dataChanged(model->index(0, 0),
                                        model->index(model->rowCount() - 1, model->columnCount() - 1));
        showHead();
        showRest();
    });
    // Before the widget that has the keyboard: a tree would take Enter for itself.
    qApp->installEventFilter(this);
    setProposal(nullptr);
}

void ApprovalCard::setRun(const RunInfo& info, const GateSetup& gate)
{
    m_info = info;
    m_gate = gate;
    m_stressRules = gate.stress;
}

void ApprovalCard::setUser(const QString& user)
{
    m_user = user;
    showActions();
}

void ApprovalCard::setProposal(std::shared_ptr<const Proposal> proposal)
{
    m_proposal = std::move(proposal);
    m_part.reset();
    m_wanted.clear();
    m_first.clear();
    m_present = {};
    if (m_proposal)
        m_present.now = m_proposal->made;
    m_armed.stop();
    for (QLineEdit* edit : {m_reason, m_second})
        edit->clear();
    showProposal();
    m_state = judge();
    showRest();
}

void ApprovalCard::setPresent(Present present)
{
    m_present = std::move(present);
    m_state = judge();
    m_plan->setApproved(m_present.approved);
    const bool live = anySent() || m_state >= State::Executing;
    m_plan->setStates(live ? m_present.states : std::vector<InstructionState>{});
    if (m_proposal) {
        m_quotes->set(quoteLines(*m_proposal, m_present.now));
        wantFigures();
    }
    showRest();
}

//! Of what is chosen now.
void ApprovalCard::wantFigures()
{
    if (!m_present.open)
        return;
    auto wanted = m_plan->allChosen() ? std::vector<GroupRef>{} : m_plan->chosenAndApproved();
    if (wanted == m_wanted)
        return;
    m_wanted = std::move(wanted);
    if (m_wanted.empty())
        setPart(nullptr);
    else
        emit partWanted(m_proposal->number, m_wanted);
}

void ApprovalCard::setPart(std::shared_ptr<const Proposal> part)
{
    if (!m_proposal || part == m_part)
        return;
    const bool others = part && (part->hash != m_proposal->hash || (m_present.open && part->part != m_wanted));
    if (others)
        return;
    m_part = std::move(part);
    showFigures();
    showHead();
}

void ApprovalCard::showProposal()
{
    m_plan->setProposal(m_proposal, m_info.shareClass);
    m_tree->expandAll();
    m_bonds->setText(tr("Everything is chosen. Space or a click switches a group off, with what belongs to it."));
    if (!m_proposal) {
        m_changes->set({});
        m_shocks->set({});
        m_quotes->set({});
        m_unhedged->set({});
        m_costs->set({});
        return;
    }
    m_quotes->set(quoteLines(*m_proposal, m_present.now));
    showFigures();
}

void ApprovalCard::showFigures()
{
    const Proposal& p = figures();
    m_changes->set(changeLines(m_info, p, m_gate.limits));
    m_shocks->set(m_stressRules ? shockLines(*m_stressRules, p, m_info.shareClass) : std::vector<ShockLine>{});
    m_unhedged->set(unhedgedLines(m_info, p));
    m_costs->set(costLines(p, m_info.shareClass));
}

bool ApprovalCard::anySent() const
{
    return std::ranges::any_of(m_present.states, [](InstructionState s) {
        return s != InstructionState::Planned && s != InstructionState::AwaitingApproval;
    });
}

//! "1.1 is switched off, and with it 2.1: the same exchange: Binance".
void ApprovalCard::explain(GroupRef group, bool on, const std::vector<GroupRef>& with)
{
    const QString name = QString::fromStdString(toText(group));
    QString text = on ? tr("%1 is chosen").arg(name) : tr("%1 is switched off").arg(name);
    if (!with.empty())
        text += tr(", and with it %1").arg(ApprovalWords::groups(with));
    if (const QString bond = m_plan->bond(group); !bond.isEmpty())
        text += QStringLiteral(". ") + bond;
    m_bonds->setText(text + QLatin1Char('.'));
    disarm();
    wantFigures();
    showHead();
    showActions();
}

QString ApprovalCard::decidingUser() const
{
    return m_state == State::Second ? m_second->text().trimmed() : m_user;
}

GateCommand ApprovalCard::about(GateCommand::Kind kind) const
{
    GateCommand command;
    command.kind = kind;
    command.at = m_present.now;
    command.user = decidingUser().toStdString();
    command.proposal = m_proposal->number;
    command.hash = m_proposal->hash;
    return command;
}

void ApprovalCard::approve()
{
    disarm();
    if (!canApprove())
        return;
    const bool whole = m_plan->allChosen();
    GateCommand command = about(whole ? GateCommand::Kind::Approve : GateCommand::Kind::ApproveGroups);
    if (!whole)
        command.groups = m_plan->chosen();
    if (m_proposal->needsSecond && m_state != State::Second)
        m_first = QString::fromStdString(command.user);
    emit decided(command);
}

void ApprovalCard::reject()
{
    if (!m_reject->isEnabled())
        return;
    const QString reason = m_reason->text().trimmed();
    if (reason.isEmpty()) {
        m_reason->setFocus(Qt::OtherFocusReason);
        tellAt(*m_reason, tr("A rejection needs a reason; it is kept in the audit trail."));
        return;
    }
    GateCommand command = about(GateCommand::Kind::Reject);
    command.user = m_user.toStdString();
    command.reason = reason.toStdString();
    emit decided(command);
}

void ApprovalCard::askForRejection()
{
    if (m_reason->isEnabled())
        m_reason->setFocus(Qt::ShortcutFocusReason);
}

void ApprovalCard::postpone()
{
    if (!m_postpone->isEnabled())
        return;
    GateCommand command = about(GateCommand::Kind::Postpone);
    command.user = m_user.toStdString();
    command.until = m_present.now + std::chrono::minutes{m_postponeBy->currentData().toInt()};
    emit decided(command);
}

void ApprovalCard::reevaluate()
{
    if (!m_reevaluate->isEnabled())
        return;
    GateCommand command = about(GateCommand::Kind::Reevaluate);
    command.user = m_user.toStdString();
    emit decided(command);
}

void ApprovalCard::focusHere()
{
    QWidget* first = m_tree;
    if (m_approve->isEnabled())
        first = m_approve;
    else if (m_state == State::Second)
        first = m_second;
    else if (m_reevaluate->isEnabled())
        first = m_reevaluate;
    else if (const auto step = std::ranges::find_if(m_stepButtons, &QWidget::isEnabled);
             m_state == State::Failed && step != m_stepButtons.end())
        first = *step;
    first->setFocus(Qt::ShortcutFocusReason);
}

void ApprovalCard::pressedApproveKeys()
{
    if (!canApprove()) {
        tellAt(*m_approve, whyNot());
    } else if (m_armed.isActive()) {
        approve();
    } else {
        m_armed.start();
        showApproveText();
    }
}

void ApprovalCard::disarm()
{
    m_armed.stop();
    showApproveText();
}

bool ApprovalCard::eventFilter(QObject* watched, QEvent* event)
{
    const bool override = event->type() == QEvent::ShortcutOverride;
    if (!override && event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto* widget = qobject_cast<QWidget*>(watched);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    const bool control = (key->modifiers() & ~Qt::KeypadModifier) == Qt::ControlModifier;
    if (!enter || !control || widget == nullptr || (widget != this && !isAncestorOf(widget)))
        return QFrame::eventFilter(watched, event);
    if (!override && !key->isAutoRepeat())
        pressedApproveKeys();
    event->accept(); // elsewhere these keys run a preset
    return true;
}

} // namespace carry::ui
