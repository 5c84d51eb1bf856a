// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_page.h"

namespace carry::ui::inspector
{

QString Page::plan(PlanId id)
{
    const PlanRecord& plan = m_record.plan(id - 1);
    title(Words::action(plan.action).toHtmlEscaped(),
          muted(Words::tr("plan %1, decided ").arg(id)) + timeLink(plan.decisionStep));
    decisionOf(plan.decisionStep);
    const LogRange instructions = m_view.instructionsOf(id);
    double actual = 0;
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        actual += costOf(m_view, m_record.instruction(i).instruction.id).total();
    Table figures;
    figures.row(Words::tr("Outcome"), badge(Words::outcome(m_view.outcome(id))));
    figures.row(Words::tr("Instructions"), QString::number(plan.instructions));
    figures.row(Words::tr("Expected cost"), amount(plan.cost.total()));
    figures.row(Words::tr("of it fees"), amount(plan.cost.fees));
    figures.row(Words::tr("of it slippage"), amount(plan.cost.slippage));
    figures.row(Words::tr("of it gas"), amount(plan.cost.gas));
    figures.row(Words::tr("Actual cost so far"), amount(actual));
    add(figures);
    groups(instructions);
    section(Words::tr("Instructions"));
    Table list;
    for (std::size_t i = instructions.first; i < instructions.last; ++i) {
        const InstructionId instruction = m_record.instruction(i).instruction.id;
        list.cells({QString::number(instruction) + QStringLiteral(". ") + instructionText(instruction),
                    badge(Words::state(m_view.status(instruction).state))});
    }
    add(list);
    conditions(plan.decisionStep);
    return m_html;
}

void Page::history(InstructionId id)
{
    section(Words::tr("States"));
    Table table;
    table.cells(
        {Words::tr("State"), Words::tr("Time (UTC)"), Words::tr("Net delta after"), Words::tr("Lowest margin after")},
        true);
    for (const std::size_t i : m_view.transitionsOfInstruction(id)) {
        const TransitionRecord& t = m_record.transition(i);
        table.cells({badge(Words::state(t.to)), dateTimeSeconds(fromMs(t.timeMs)), quantity(t.netDelta, 4),
                     std::isnan(t.minMarginRatio) ? muted(Words::empty(absentReason(t.minMarginRatio)).toHtmlEscaped())
                                                  : percent(t.minMarginRatio)});
        if (t.error)
            table.cells({colored(colors().critical, Words::error(*t.error).toHtmlEscaped())});
    }
    add(table);
}

void Page::effects(InstructionId id)
{
    const auto lines = effectLines(m_view, id);
    if (lines.empty())
        return;
    section(Words::tr("Effects: expected and booked"));
    Table table;
    table.cells({Words::tr("Account"), Words::tr("Expected"), Words::tr("Booked")}, true);
    for (const EffectLine& line : lines)
        table.cells({accountText(line.account), quantity(line.expectedTokens), quantity(line.actualTokens)});
    add(table);
}

void Page::entries(const std::vector<std::size_t>& indices)
{
    Table table;
    for (const std::size_t i : indices) {
        const Posting& p = m_record.ledger(i).posting;
        table.cells({link(Kind::Ledger, i, Words::cause(p.cause).toHtmlEscaped()),
                     quantity(p.amount) + QStringLiteral(" ") + text(toText(m_record.chart().at(p.from).asset)),
                     accountText(p.from) + QStringLiteral(" → ") + accountText(p.to)});
    }
    add(table);
}

QString Page::instruction(InstructionId id)
{
    const InstructionRecord& r = m_record.instruction(id - 1);
    const InstructionStatus status = m_view.status(id);
    title(text(describeInstruction(r.instruction.body)),
          muted(Words::tr("instruction %1 of ").arg(id)) + link(Kind::Plan, r.plan, Words::tr("plan %1").arg(r.plan)) +
              muted(Words::tr(", decided ")) + timeLink(m_record.plan(r.plan - 1).decisionStep));
    Table figures;
    figures.row(Words::tr("State"), badge(Words::state(status.state)));
    figures.row(Words::tr("Purpose"), Words::purpose(r.instruction.purpose).toHtmlEscaped());
    figures.row(Words::tr("Phase"), Words::phase(r.phaseKind).toHtmlEscaped());
    figures.row(Words::tr("Group"), Words::group(r.groupKind).toHtmlEscaped());
    if (r.instruction.iteration != 0)
        figures.row(Words::tr("Iteration"), QString::number(r.instruction.iteration));
    if (const QString planned = amountOf(r.instruction.body); !planned.isEmpty()) {
        figures.row(Words::tr("Planned amount"), planned.toHtmlEscaped());
        figures.row(Words::tr("Amount when carried out"), sizingText(r.instruction.body).toHtmlEscaped());
    }
    if (r.instruction.referencePrice != 0)
        figures.row(Words::tr("Price when planned"), price(r.instruction.referencePrice));
    if (status.price != 0)
        figures.row(Words::tr("Fill price"), price(status.price));
    figures.row(status.state == InstructionState::RolledBack ? Words::tr("Done and undone") : Words::tr("Done"),
                quantity(status.filled));
    if (const LendingAfter after = lendingAfter(m_view, id); m_record.info().chain.aave) {
        figures.row(Words::tr("LTV after"), orReason(after.ltv, percent(after.ltv)));
        figures.row(Words::tr("Health factor after"),
                    orReason(after.healthFactor, healthFactorText(after.healthFactor)));
    }
    figures.row(Words::tr("Expected cost"), amount(r.instruction.cost.total()));
    figures.row(Words::tr("Actual cost"), amount(costOf(m_view, id).total()));
    add(figures);
    if (r.groupKind == GroupKind::Atomic)
        group(groupLine(m_view, id - 1));
    history(id);
    effects(id);
    section(Words::tr("Ledger entries"));
    const auto indices = m_view.ledgerOfInstruction(id);
    if (indices.empty())
        paragraph(muted(Words::tr("None yet.")));
    entries(indices);
    return m_html;
}

} // namespace carry::ui::inspector
