// SPDX-License-Identifier: GPL-3.0-or-later
// What a proposal's state means for what can be done about it.
#include "approval_card.h"

#include "approval_words.h"
#include "common/number_format.h"
#include "hold_button.h"
#include "pipeline/record_text.h"
#include "proposal_model.h"

#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr Duration kSoon = std::chrono::minutes{2}; // then the end of a proposal is pointed out

QString coloured(const QColor& color, const QString& text)
{
    return QStringLiteral("<span style='color:%1'>%2</span>").arg(color.name(), text);
}

Badge badgeOf(ApprovalCard::State state, ProposalStep step)
{
    using State = ApprovalCard::State;
    switch (state) {
    case State::Stale:
        return {ApprovalCard::tr("Stale"), QStringLiteral("warning"), Tone::Critical};
    case State::Expired:
        return {ApprovalCard::tr("Expired"), QStringLiteral("cross"), Tone::Warn};
    case State::Halted:
        return {ApprovalCard::tr("Trading is halted"), QStringLiteral("stop"), Tone::Breached};
    case State::Partly:
        return ApprovalWords::step(ProposalStep::ApprovedInPart);
    case State::Second:
        return ApprovalWords::step(ProposalStep::ApprovedByFirst);
    case State::Waiting:
        return {ApprovalCard::tr("Waiting for you"), QStringLiteral("pause"), Tone::Warn};
    case State::Executing:
        return {ApprovalCard::tr("Being carried out"), QStringLiteral("clock"), Tone::Active};
    case State::Done:
        return {ApprovalCard::tr("Carried out"), QStringLiteral("check"), Tone::Ok};
    case State::Failed:
        return {ApprovalCard::tr("Not carried out in full"), QStringLiteral("cross"), Tone::Critical};
    case State::Answered:
    case State::Empty:
        break;
    }
    return ApprovalWords::step(step);
}

} // namespace

ApprovalCard::Present presentOf(const RunView& view, const Proposal& proposal)
{
    ApprovalCard::Present present;
    for (const ProposalLine& line : proposalLines(view))
        if (line.number == proposal.number)
            present.step = line.step;
    const PlanId plan = proposal.plan->id;
    if (view.empty() || plan > view.ends().plans)
        return present; // the step that made it is not committed yet
    present.now = view.time();
    present.outcome = view.outcome(plan);
    present.approved = approvedGroups(view, plan);
    const LogRange instructions = view.instructionsOf(plan);
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        present.states.push_back(view.status(view.record()->instruction(i).instruction.id).state);
    return present;
}

ApprovalCard::State ApprovalCard::judge() const
{
    if (!m_proposal)
        return State::Empty;
    using enum ProposalStep;
    if (!m_present.open) {
        const bool approved = m_present.step == Approved || m_present.step == ApprovedAlone;
        if (!approved && m_present.approved.empty())
            return State::Answered;
        if (m_present.outcome == PlanOutcome::Open)
            return State::Executing;
        return m_present.outcome == PlanOutcome::Completed ? State::Done : State::Failed;
    }
    if (m_present.drift.expired || m_present.now >= m_proposal->expires)
        return State::Expired;
    if (m_present.drift.stale)
        return State::Stale;
    if (m_present.trading == TradingState::Halted && !m_proposal->flatten)
        return State::Halted;
    if (m_present.step == ApprovedByFirst)
        return State::Second;
    return m_present.approved.empty() ? State::Waiting : State::Partly;
}

bool ApprovalCard::canApprove() const
{
    return whyNot().isEmpty();
}

QString ApprovalCard::whyNot() const
{
    switch (m_state) {
    case State::Waiting:
    case State::Partly:
        return m_plan->chosen().empty() ? tr("No group is chosen") : QString();
    case State::Second: {
        const QString second = m_second->text().trimmed();
        if (second.isEmpty())
            return tr("A second person must approve: type their user name");
        return second == m_first ? tr("%1 has approved already: another person must").arg(second) : QString();
    }
    case State::Stale:
        return tr("%1 has moved by %2: re-evaluate first")
            .arg(ApprovalWords::quote(m_present.drift.quote), percent(m_present.drift.moved));
    case State::Expired:
        return tr("Expired: the strategy proposes anew at its next decision");
    case State::Halted:
        return tr("Trading is halted: only a flatten can be approved");
    case State::Executing:
        return tr("It has been approved");
    case State::Empty:
    case State::Done:
    case State::Failed:
    case State::Answered:
        break;
    }
    return tr("Nothing awaits approval");
}

void ApprovalCard::showRest()
{
    showHead();
    showDrift();
    showActions();
}

void ApprovalCard::showHead()
{
    if (!m_proposal) {
        for (QLabel* label : {m_badge, m_title, m_good, m_why, m_facts, m_hash, m_drift})
            label->clear();
        return;
    }
    const Proposal& p = figures();
    const Badge badge = badgeOf(m_state, m_present.step);
    m_badgeIcon->setPixmap(badge.pixmap().pixmap(16, 16));
    m_badge->setText(coloured(toneColor(badge.tone), badge.word));
    m_title->setText(tr("Proposal %1 · %2")
                         .arg(p.number)
                         .arg(p.flatten ? tr("Flatten: leave everything") : Words::action(p.action)));
    m_why->setText(QString::fromStdString(reasonText(p.reason, p.numbers)));
    const Asset unit = m_info.shareClass;
    const auto amount = [unit](double v) { return inCurrency(v, unit) + QLatin1Char(' ') + currency(unit); };
    double worst = 0;
    double worstSeconds = 0;
    for (const UnhedgedAfter& after : p.unhedged)
        if (after.notional > worst) {
            worst = after.notional;
            worstSeconds = after.worstSeconds;
        }
    QStringList facts;
    if (!p.part.empty())
        facts += tr("<b>%1 of %2 groups</b>").arg(p.part.size()).arg(m_plan->groupCount());
    facts +=
        {tr("moves <b>%1</b>").arg(amount(p.figures.notional)), p.riskReducing ? tr("reduces risk") : tr("adds risk"),
         tr("costs <b>%1</b> (%2 to %3)")
             .arg(amount(p.cost.expected.total()), inCurrency(p.cost.low.total(), unit),
                  inCurrency(p.cost.high.total(), unit)),
         tr("unhedged at worst %1 for %2").arg(amount(worst), duration(worstSeconds)),
         tr("done by %1 UTC").arg(dateTime(p.doneAt))};
    if (p.needsSecond)
        facts += tr("two people must approve");
    const bool pending = m_present.open && m_wanted != p.part;
    m_facts->setText(pending ? tr("Working out what the chosen groups do …") : facts.join(QStringLiteral(" · ")));
    m_hash->setText(QString::fromStdString(p.hash));
}

void ApprovalCard::showDrift()
{
    if (!m_proposal)
        return;
    const Colors& c = colors();
    const Proposal& p = *m_proposal;
    const bool asks = m_state < State::Executing;
    const Duration left = p.expires - m_present.now;
    const bool soon = left < kSoon;
    m_left->setVisible(asks);
    m_left->setRange(0, int(std::max<qint64>(1, (p.expires - p.made).count() / 1'000)));
    m_left->setValue(int(std::clamp<qint64>(left.count() / 1'000, 0, m_left->maximum())));
    if (asks)
        m_good->setText(
            coloured(soon ? c.critical : c.text,
                     left.count() <= 0 ? tr("no longer good") : tr("good for %1").arg(ApprovalWords::countdown(left))));
    else
        m_good->setText(tr("made %1 UTC").arg(dateTimeSeconds(p.made)));
    const Drift& drift = m_present.drift;
    QStringList moved{tr("%1 old").arg(duration(double(drift.age.count()) / 1'000))};
    moved += drift.quote.empty() ? tr("no quote has moved")
                                 : tr("%1 has moved by %2 of %3 allowed")
                                       .arg(ApprovalWords::quote(drift.quote), percent(drift.moved),
                                            percent(m_gate.policy.maxPriceMove));
    moved += drift.stateChanged ? tr("the book has changed") : tr("the book is the same");
    if (asks)
        m_drift->setText(tr("<b>Since it was made:</b> ") +
                         coloured(drift.stale ? c.critical : c.text, moved.join(QStringLiteral(" · "))));
    else
        m_drift->setText(failureText());
}

//! What is done and what is not; nothing while there is nothing to say.
QString ApprovalCard::failureText() const
{
    std::size_t done = 0;
    QStringList open;
    std::size_t serial = 0;
    for (const Phase& phase : m_proposal->plan->phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions) {
                const InstructionState state =
                    serial < m_present.states.size() ? m_present.states[serial] : InstructionState::Planned;
                ++serial;
                if (state == InstructionState::Confirmed)
                    ++done;
                else
                    open +=
                        titleOf(i.body) + QStringLiteral(" (") + Words::state(state).word.toLower() + QLatin1Char(')');
            }
    const QString progress = tr("<b>%1 of %2 instructions are done.</b>").arg(done).arg(serial);
    if (m_state == State::Executing && m_present.trading == TradingState::Halted)
        return progress + QLatin1Char(' ') +
               tr("Trading is halted: nothing more of it is sent, and it ends when what is under way has.");
    if (m_state == State::Executing || m_state == State::Done)
        return progress;
    if (m_state == State::Answered)
        return tr("<b>Nothing was sent.</b> %1").arg(ApprovalWords::step(m_present.step).word);
    constexpr qsizetype kShown = 3;
    QString rest = open.mid(0, kShown).join(QStringLiteral(", "));
    if (open.size() > kShown)
        rest += tr(" and %n more", nullptr, int(open.size() - kShown));
    return progress + QLatin1Char(' ') +
           tr("Not done: %1. What is not hedged now is proposed to be restored at once, as a proposal of its own here; "
              "the kill switch stops everything, flatten proposes to leave everything.")
               .arg(rest.toHtmlEscaped());
}

void ApprovalCard::showActions()
{
    const bool asks = m_proposal && m_state != State::Empty && m_state < State::Executing;
    const bool canChoose = m_state == State::Waiting || m_state == State::Partly;
    m_plan->setEditable(canChoose);
    m_bonds->setVisible(canChoose);
    m_approve->setEnabled(canApprove());
    const bool second = m_state == State::Second;
    m_second->setVisible(second);
    m_secondLabel->setVisible(second);
    m_secondLabel->setText(m_first.isEmpty() ? tr("One person has approved. S&econd person:")
                                             : tr("%1 has approved. S&econd person:").arg(m_first));
    const bool expired = m_state == State::Expired;
    m_reject->setEnabled(asks && !expired);
    m_reason->setEnabled(asks && !expired);
    m_postpone->setEnabled(asks && !expired && !anySent());
    m_reevaluate->setEnabled(asks && !expired && !anySent());
    const bool helps = m_state == State::Stale;
    if (m_reevaluate->property("primary").toBool() != helps) {
        m_reevaluate->setProperty("primary", helps);
        m_reevaluate->style()->unpolish(m_reevaluate);
        m_reevaluate->style()->polish(m_reevaluate);
    }
    showApproveText();
    showNextSteps();
}

void ApprovalCard::showNextSteps()
{
    const bool helps =
        m_state == State::Failed && std::ranges::any_of(m_stepButtons, [](auto* b) { return b->isEnabled(); });
    m_nextSteps->setVisible(helps);
    m_answers->setVisible(!helps);
}

void ApprovalCard::showApproveText()
{
    const QString why = whyNot();
    QString text = why;
    if (why.isEmpty()) {
        const auto chosen = int(m_plan->chosen().size());
        const auto all = int(m_plan->groupCount());
        text = m_plan->allChosen() && m_plan->approved().empty()
                   ? tr("Hold to &approve all")
                   : tr("Hold to &approve %1 of %2 groups").arg(chosen).arg(all);
        if (m_armed.isActive())
            text = tr("Ctrl+Enter once more approves");
    }
    m_approve->setText(text);
    m_approve->setToolTip(why.isEmpty() ? tr("Hold for a moment, or press Ctrl+Enter twice") : why);
    m_approve->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    m_approve->setAccessibleDescription(m_approve->toolTip());
    m_keys->setVisible(why.isEmpty());
}

} // namespace carry::ui
