// SPDX-License-Identifier: GPL-3.0-or-later
// What the inspector says of loops, atomic groups, lending and what grows against ETH.
#include "inspector_page.h"

namespace carry::ui::inspector
{

namespace
{

//! Narrow cells do not part a figure from its sign.
QString unbroken(QString figure)
{
    return figure.replace(QChar(0x2009), QChar(0x202f));
}

} // namespace

//! Loops and atomic groups of a plan.
void Page::groups(const LogRange& plan)
{
    for (std::size_t i = plan.first; i < plan.last;) {
        const GroupLine line = groupLine(m_view, i);
        if (line.kind == GroupKind::Loop)
            loop(line);
        else if (line.kind == GroupKind::Atomic)
            group(line);
        i = line.instructions.last;
    }
}

//! One transaction: how it went, its steps with what they made of the position, and the balances before and after.
void Page::group(const GroupLine& line)
{
    section(Words::tr("One transaction, all or nothing"));
    double gas = 0;
    for (std::size_t i = line.instructions.first; i < line.instructions.last; ++i)
        gas += costOf(m_view, m_record.instruction(i).instruction.id).gas;
    if (line.error) {
        const auto& body = m_record.instruction(line.failed - 1).instruction.body;
        paragraph(
            colored(colors().critical,
                    Words::tr("%1 failed: %2").arg(titleOf(body), Words::errorName(*line.error)).toHtmlEscaped()));
        Table why;
        why.row(Words::tr("Failed check"), Words::check(*line.error).toHtmlEscaped());
        why.row(Words::tr("Outcome"),
                line.rolledBack ? Words::tr("everything undone, only gas was paid") : Words::tr("never sent"));
        add(why);
    }
    Table table;
    // Two rows each, so that a narrow panel shows the figures whole.
    table.cells({Words::tr("Step"), Words::tr("Done"), Words::tr("LTV"), Words::tr("HF")}, true);
    for (std::size_t i = line.instructions.first; i < line.instructions.last; ++i) {
        const Instruction& instruction = m_record.instruction(i).instruction;
        const InstructionStatus status = m_view.status(instruction.id);
        const LendingAfter after = lendingAfter(m_view, instruction.id);
        const bool known = isFinal(status.state) && !std::isnan(after.ltv);
        table.html += QStringLiteral("<tr><td colspan='4'>%1</td></tr>")
                          .arg(link(Kind::Instruction, instruction.id, titleOf(instruction.body).toHtmlEscaped()));
        table.cells({QStringLiteral("&nbsp;&nbsp;") + badge(Words::state(status.state)),
                     status.filled.isZero() ? QString() : quantity(status.filled.toDouble(), 4),
                     known ? unbroken(percent(after.ltv)) : QString(),
                     known ? healthFactorText(after.healthFactor) : QString()});
    }
    add(table);
    if (line.rolledBack)
        paragraph(
            muted(Words::tr("LTV and health factor of steps that were undone are those inside the transaction.")));
    Table paid;
    paid.row(Words::tr("Gas, paid once"), amount(gas));
    add(paid);
    changes(line.instructions);
}

void Page::loop(const GroupLine& line)
{
    section(Words::tr("Loop: %1 iterations, %2 transactions").arg(line.rounds).arg(line.instructions.size()));
    paragraph(muted(Words::tr("Collateral and debt at Aave after each iteration, in ETH")));
    Table table;
    table.cells({QStringLiteral("#"), Words::tr("Collateral"), Words::tr("Debt"), Words::tr("LTV"), Words::tr("HF")},
                true);
    for (const LoopStep& step : loopSteps(m_view, line.instructions)) {
        const bool owes = !std::isnan(step.after.ltv);
        table.cells({link(Kind::Instruction, m_record.instruction(step.instructions.first).instruction.id,
                          QString::number(step.iteration)),
                     quantity(step.collateral, 2), quantity(step.debt, 2),
                     owes ? unbroken(percent(step.after.ltv)) : QString(),
                     owes ? healthFactorText(step.after.healthFactor) : QString()});
    }
    add(table);
    changes(line.instructions);
}

void Page::changes(const LogRange& instructions)
{
    const auto lines = balanceChanges(m_view, instructions);
    if (lines.empty())
        return;
    section(Words::tr("Balances before and after, in tokens"));
    Table table;
    table.cells({Words::tr("Account"), Words::tr("Before"), Words::tr("After")}, true);
    for (const BalanceChange& change : lines)
        table.cells({accountText(change.account), quantity(change.tokensBefore), quantity(change.tokensAfter)});
    add(table);
}

//! Scaled units -> tokens -> ETH -> the run's currency -> USD, a row each.
void Page::conversion(AccountId id)
{
    const Conversion c = conversionOf(m_view, id);
    const QString token = text(toText(m_record.chart().at(id).asset));
    section(Words::tr("What that is worth"));
    Table table;
    if (c.scaled) {
        table.row(Words::tr("× index of Aave"), quantity(c.index, 9));
        table.row(Words::tr("= tokens"), quantity(c.underlying, 9) + QLatin1Char(' ') + token);
    }
    if (isLst(m_record.chart().at(id).asset)) {
        table.row(Words::tr("× ratio of the staked token"), quantity(c.ratio, 9));
        table.row(Words::tr("= %1").arg(currency(c.coin)), quantity(c.coins, 9) + QLatin1Char(' ') + currency(c.coin));
    }
    const Asset share = m_record.info().shareClass;
    if (c.coin != share) {
        table.row(Words::tr("× price"), price(c.price) + QLatin1Char(' ') + currency(share));
        table.row(Words::tr("= value"), amount(c.value));
    }
    if (share != Asset::USDT)
        table.row(Words::tr("in USD"), money(c.usd));
    add(table);
}

void Page::lending(std::size_t step)
{
    if (!m_record.layout().chain)
        return;
    const auto value = [&](ChainColumn column) { return m_record.at(step, m_record.layout().onChain(column)); };
    Table table;
    if (m_record.info().chain.aave) {
        table.row(Words::tr("Collateral at Aave"),
                  quantity(value(ChainColumn::Collateral), 4) + QStringLiteral(" ETH"));
        table.row(Words::tr("Debt at Aave"), quantity(value(ChainColumn::Debt), 4) + QStringLiteral(" ETH"));
        table.row(Words::tr("LTV"), orReason(value(ChainColumn::Ltv), percent(value(ChainColumn::Ltv))));
        table.row(Words::tr("Health factor"),
                  orReason(value(ChainColumn::HealthFactor), healthFactorText(value(ChainColumn::HealthFactor))));
    }
    if (m_record.info().chain.lst) {
        table.row(Words::tr("Ratio of the staked token"), quantity(value(ChainColumn::LstRatio), 6));
        table.row(Words::tr("On the DEX"),
                  orReason(value(ChainColumn::LstMarket), quantity(value(ChainColumn::LstMarket), 6)));
    }
    add(table);
}

} // namespace carry::ui::inspector
