// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_text.h"

#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"
#include "desk/inspection.h"

#include <cmath>

namespace carry::ui
{
namespace
{

using Kind = Selection::Kind;

const std::pair<Kind, const char*> kLinks[] = {
    {Kind::Step, "step"},   {Kind::Plan, "plan"},       {Kind::Ledger, "ledger"},  {Kind::Instruction, "instruction"},
    {Kind::Event, "event"}, {Kind::Funding, "funding"}, {Kind::Account, "account"}};

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())).toHtmlEscaped();
}

QString colored(const QColor& color, const QString& html)
{
    return QStringLiteral("<span style='color:%1'>%2</span>").arg(color.name(), html);
}

QString muted(const QString& html)
{
    return colored(colors().muted, html);
}

QString link(Kind kind, std::size_t index, const QString& html)
{
    for (const auto& [each, name] : kLinks)
        if (each == kind)
            return QStringLiteral("<a href='%1:%2'>%3</a>").arg(QLatin1String(name)).arg(index).arg(html);
    return html;
}

bool isPercent(const QString& unit)
{
    return unit.startsWith(QLatin1String("fraction")) || unit == QLatin1String("per year");
}

//! The value as figure() shows it, without its unit: columns are narrow.
QString bare(double value, const QString& unit)
{
    return (isPercent(unit) ? percent(value) : unit == QLatin1String("USDT") ? money(value) : figure(value, {}))
        .toHtmlEscaped();
}

QString nowrap(QString text)
{
    return text.replace(QLatin1Char(' '), QStringLiteral("&nbsp;"));
}

QString unitSuffix(const QString& unit)
{
    return isPercent(unit) || unit.isEmpty() ? QString() : QStringLiteral(", ") + unit.toHtmlEscaped();
}

QString badge(const Badge& b)
{
    return colored(toneColor(b.tone), b.word.toHtmlEscaped());
}

//! The text of one selection, put together from titles and tables.
class Page
{
  public:
    explicit Page(const RunView& view) : m_view(view), m_record(*view.record()) {}

    QString step(std::size_t step);
    QString plan(PlanId plan);
    QString instruction(InstructionId id);
    QString ledger(std::size_t index);
    QString event(std::size_t index);
    QString funding(std::size_t index);
    QString account(AccountId id);
    QString exchange(std::size_t index);

  private:
    struct Table {
        QString html;
        void row(const QString& name, const QString& value)
        {
            html += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align='right'>%2</td></tr>").arg(muted(name), value);
        }
        void cells(const QStringList& values, bool heading = false)
        {
            html += QStringLiteral("<tr>");
            for (qsizetype i = 0; i < values.size(); ++i)
                html += QStringLiteral("<td %1>%2&nbsp;&nbsp;</td>")
                            .arg(i == 0 ? QString() : QStringLiteral("align='right'"),
                                 heading ? muted(values[i]) : values[i]);
            html += QStringLiteral("</tr>");
        }
    };
    void title(const QString& html, const QString& below = {})
    {
        m_html += QStringLiteral("<p style='font-size:large;margin-bottom:0'><b>%1</b></p>").arg(html);
        if (!below.isEmpty())
            m_html += QStringLiteral("<p style='margin-top:2px'>%1</p>").arg(below);
    }
    void section(const QString& name)
    {
        m_html += QStringLiteral("<p style='margin-bottom:2px'><b>%1</b></p>").arg(name);
    }
    void paragraph(const QString& html) { m_html += QStringLiteral("<p style='margin:2px 0'>%1</p>").arg(html); }
    void add(const Table& table)
    {
        m_html += QStringLiteral("<table cellspacing='0' cellpadding='1' width='100%'>%1</table>").arg(table.html);
    }

    QString accountText(AccountId id) const
    {
        return link(Kind::Account, id, Words::account(m_record.chart().at(id)).toHtmlEscaped());
    }
    QString timeLink(std::size_t step) const { return link(Kind::Step, step, dateTimeSeconds(m_record.time(step))); }
    QString instructionText(InstructionId id) const
    {
        return link(Kind::Instruction, id, text(describeInstruction(m_record.instruction(id - 1).instruction.body)));
    }
    QString readingFlags(unsigned flags) const;
    void decisionOf(std::size_t step);
    void conditions(std::size_t step);
    void entries(const std::vector<std::size_t>& indices);
    void effects(InstructionId id);
    void history(InstructionId id);

    const RunView& m_view;
    const RunRecord& m_record;
    QString m_html;
};

QString Page::readingFlags(unsigned flags) const
{
    QStringList words;
    if ((flags & kReadingProxy) != 0)
        words += Words::tr("proxy price");
    if ((flags & kReadingPeer) != 0)
        words += Words::tr("another venue's bar fills a hole");
    if ((flags & kReadingCarried) != 0)
        words += Words::tr("last close carried on");
    return words.isEmpty() ? Words::tr("as read") : words.join(QStringLiteral(", "));
}

void Page::decisionOf(std::size_t step)
{
    const LogRange decisions = m_view.decisionsOf(step);
    if (decisions.empty()) {
        paragraph(muted(Words::tr("No decision was asked for at this step.")));
        return;
    }
    const DecisionRecord& d = m_record.decision(decisions.first);
    QString line = QStringLiteral("<b>%1</b>").arg(Words::action(d.action).toHtmlEscaped());
    line += QStringLiteral(" — ") + text(reasonText(d.reason, d.numbers));
    if (d.plan != 0)
        line += QStringLiteral(" · ") + link(Kind::Plan, d.plan, Words::tr("plan %1").arg(d.plan));
    paragraph(line);
}

void Page::conditions(std::size_t step)
{
    const auto lines = conditionLines(m_view, step);
    if (lines.empty())
        return;
    bool held = true;
    for (std::size_t i = m_view.decisionsOf(step).first; i < m_view.decisionsOf(step).last; ++i)
        held = held && m_record.decision(i).action == Action::Hold;
    section(held ? Words::tr("Why not: conditions against their thresholds")
                 : Words::tr("Conditions against their thresholds"));
    Table table;
    // Two rows each, so that a narrow panel shows the figures whole.
    table.cells({Words::tr("Condition"), Words::tr("Value"), Words::tr("Threshold"), Words::tr("Margin")}, true);
    for (const ConditionLine& line : lines) {
        const QString unit = QString::fromStdString(line.definition.unit);
        const bool known = !std::isnan(line.value);
        const QString met = !known ? QString()
                            : line.met ? colored(colors().warn, nowrap(QStringLiteral("✓ ") + Words::tr("met")))
                                       : muted(nowrap(QStringLiteral("✗ ") + Words::tr("not met")));
        table.html += QStringLiteral("<tr><td colspan='4'>%1%2</td></tr>")
                          .arg(Words::condition(line.definition).toHtmlEscaped(), muted(unitSuffix(unit)));
        table.cells({QStringLiteral("&nbsp;&nbsp;") + met,
                     known ? bare(line.value, unit) : muted(Words::empty(absentReason(line.value)).toHtmlEscaped()),
                     Words::test(line.definition.test).toHtmlEscaped() + QStringLiteral("&nbsp;") +
                         nowrap(bare(line.definition.threshold, unit)),
                     known ? bare(line.margin, unit) : QString()});
    }
    add(table);
}

QString Page::step(std::size_t step)
{
    using L = ColumnLayout;
    title(
        dateTimeSeconds(m_record.time(step)) + Words::tr(" UTC"),
        muted(
            Words::tr("step %1%2").arg(step).arg(m_record.isBar(step) ? QString() : Words::tr(", between two bars"))));
    Table figures;
    const auto value = [&](StepColumn column) { return m_record.at(step, L::step(column)); };
    figures.row(Words::tr("NAV"),
                money(value(StepColumn::Nav)) + QStringLiteral(" ") + text(toText(m_record.info().shareClass)));
    figures.row(Words::tr("Drawdown"), percent(value(StepColumn::Drawdown)));
    figures.row(Words::tr("Delta drift of NAV"), percent(value(StepColumn::DeltaDrift), 3));
    figures.row(Words::tr("Wallet"), money(value(StepColumn::WalletUsdt)) + QStringLiteral(" USDT"));
    figures.row(Words::tr("In flight"), money(value(StepColumn::InFlight)) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Unexplained"), QString::number(value(StepColumn::Unexplained), 'g', 3));
    add(figures);
    section(Words::tr("Decision"));
    decisionOf(step);
    conditions(step);
    if (step == m_view.step()) {
        section(Words::tr("P&amp;L since the start"));
        Table pnl;
        for (const PnlLine& line : pnlLines(m_view))
            pnl.row(Words::pnl(line.item).toHtmlEscaped(),
                    colored(line.amount < 0 ? colors().loss : colors().gain, signedMoney(line.amount)));
        add(pnl);
    }
    const LogRange ledger = m_view.ledgerOf(step);
    if (!ledger.empty()) {
        section(Words::tr("Ledger entries of this step"));
        std::vector<std::size_t> indices;
        for (std::size_t i = ledger.first; i < ledger.last; ++i)
            indices.push_back(i);
        entries(indices);
    }
    const LogRange settlements = m_view.fundingOf(step);
    for (std::size_t i = settlements.first; i < settlements.last; ++i) {
        const FundingRecord& f = m_record.funding(i);
        paragraph(link(Kind::Funding, i, Words::tr("Funding at %1").arg(Words::venue(f.venue))) + QStringLiteral(": ") +
                  signedMoney(f.cash.toDouble()) + QStringLiteral(" USDT"));
    }
    return m_html;
}

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
    figures.row(Words::tr("Expected cost"), money(plan.cost.total()) + QStringLiteral(" USDT"));
    figures.row(Words::tr("of it fees"), money(plan.cost.fees));
    figures.row(Words::tr("of it slippage"), money(plan.cost.slippage));
    figures.row(Words::tr("of it gas"), money(plan.cost.gas));
    figures.row(Words::tr("Actual cost so far"), money(actual) + QStringLiteral(" USDT"));
    add(figures);
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
        if (t.error >= 0)
            table.cells({colored(colors().critical, Words::error(t.error).toHtmlEscaped())});
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
        table.cells({accountText(line.account), quantity(line.expected), quantity(line.actual)});
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
    if (r.instruction.referencePrice != 0)
        figures.row(Words::tr("Price when planned"), price(r.instruction.referencePrice));
    if (status.price != 0)
        figures.row(Words::tr("Fill price"), price(status.price));
    figures.row(Words::tr("Done"), quantity(status.filled));
    figures.row(Words::tr("Expected cost"), money(r.instruction.cost.total()) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Actual cost"), money(costOf(m_view, id).total()) + QStringLiteral(" USDT"));
    add(figures);
    history(id);
    effects(id);
    section(Words::tr("Ledger entries"));
    const auto indices = m_view.ledgerOfInstruction(id);
    if (indices.empty())
        paragraph(muted(Words::tr("None yet.")));
    entries(indices);
    return m_html;
}

QString Page::ledger(std::size_t index)
{
    const LedgerEntry& e = m_record.ledger(index);
    const Posting& p = e.posting;
    title(Words::cause(p.cause).toHtmlEscaped(),
          muted(Words::tr("ledger entry %1, ").arg(index + 1)) + timeLink(e.step));
    Table figures;
    figures.row(Words::tr("Amount"),
                quantity(p.amount) + QStringLiteral(" ") + text(toText(m_record.chart().at(p.from).asset)));
    figures.row(Words::tr("From"), accountText(p.from));
    figures.row(Words::tr("To"), accountText(p.to));
    if (p.instruction != 0)
        figures.row(Words::tr("Instruction"), instructionText(p.instruction));
    add(figures);
    return m_html;
}

QString Page::event(std::size_t index)
{
    const JournalEvent& e = m_record.event(index);
    title(Words::event(e.kind).toHtmlEscaped(), timeLink(e.step));
    paragraph(text(describeEvent(m_record, e)));
    const bool ofPlan =
        e.kind == EventKind::PlanCompleted || e.kind == EventKind::PlanFailed || e.kind == EventKind::PlanInterrupted;
    if (ofPlan && e.reference != 0)
        paragraph(link(Kind::Plan, e.reference, Words::tr("plan %1").arg(e.reference)));
    if (e.error >= 0)
        paragraph(colored(colors().critical, Words::error(e.error).toHtmlEscaped()));
    section(Words::tr("Decision at that step"));
    decisionOf(e.step);
    return m_html;
}

QString Page::funding(std::size_t index)
{
    const FundingRecord& f = m_record.funding(index);
    title(Words::tr("Funding at %1").arg(Words::venue(f.venue)), timeLink(f.step));
    Table figures;
    figures.row(Words::tr("Received"), signedMoney(f.cash.toDouble()) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Rate"), percent(f.rate, 5));
    figures.row(Words::tr("Interval"), Words::tr("%1 h").arg(f.intervalHours));
    figures.row(Words::tr("Position"), quantity(f.position));
    figures.row(Words::tr("Mark"), price(f.mark));
    figures.row(Words::tr("Age of the mark"), Words::tr("%1 h").arg(quantity(f.ageHours, 2)));
    figures.row(Words::tr("Mark's reading"), readingFlags(f.readingFlags));
    QStringList flags;
    if ((f.flags & kFundingMissing) != 0)
        flags += Words::tr("missing in the data");
    if ((f.flags & kFundingPeerMean) != 0)
        flags += Words::tr("mean of the other exchanges");
    if (!f.paid)
        flags += Words::tr("nothing was paid");
    figures.row(Words::tr("Rate's source"), flags.isEmpty() ? Words::tr("as read") : flags.join(QStringLiteral(", ")));
    const auto& files = m_record.info().files;
    if (f.line != 0 && f.file < files.size())
        figures.row(Words::tr("Read from"), text(files[f.file]) + QStringLiteral(":%1").arg(f.line));
    add(figures);
    paragraph(muted(Words::tr("Received = −position × mark × rate")));
    return m_html;
}

QString Page::account(AccountId id)
{
    const Account& account = m_record.chart().at(id);
    title(Words::account(account).toHtmlEscaped(), muted(text(account.key())));
    Table figures;
    const Decimal balance = m_view.balance(id);
    figures.row(Words::tr("Balance"), quantity(balance) + QStringLiteral(" ") + text(toText(account.asset)));
    if (account.own()) {
        figures.row(Words::tr("Price"), price(m_view.price(id)));
        figures.row(Words::tr("Value"), money(balance.toDouble() * m_view.price(id)) + QStringLiteral(" USDT"));
    }
    add(figures);
    constexpr std::size_t kLast = 12;
    constexpr std::size_t kLookBack = 4000; // entries; funding alone makes many
    std::vector<std::size_t> last;
    const std::size_t end = m_view.ends().ledger;
    for (std::size_t i = end; i-- > 0 && end - i < kLookBack && last.size() < kLast;)
        if (const Posting& p = m_record.ledger(i).posting; p.from == id || p.to == id)
            last.push_back(i);
    section(Words::tr("Last ledger entries"));
    if (last.empty())
        paragraph(muted(Words::tr("None.")));
    entries(last);
    return m_html;
}

QString Page::exchange(std::size_t index)
{
    const VenueLine line = venueLines(m_view)[index];
    title(Words::venue(line.venue), muted(dateTime(m_view.time()) + Words::tr(" UTC")));
    Table figures;
    const auto orReason = [](double value, const QString& shown) {
        return std::isnan(value) ? muted(Words::empty(absentReason(value)).toHtmlEscaped()) : shown;
    };
    figures.row(Words::tr("Equity"), money(line.equity) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Perp notional"), money(line.notional) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Maintenance margin"), money(line.maintenance) + QStringLiteral(" USDT"));
    figures.row(Words::tr("Margin ratio"), orReason(line.marginRatio, percent(line.marginRatio)));
    figures.row(Words::tr("Distance to liquidation"),
                orReason(line.liquidationDistance, percent(line.liquidationDistance)));
    figures.row(Words::tr("Spot"), price(line.spot));
    figures.row(Words::tr("Mark"), price(line.mark));
    figures.row(Words::tr("Basis"), percent(line.basis, 3));
    figures.row(Words::tr("Funding a year"), orReason(line.fundingApr, percent(line.fundingApr)));
    figures.row(Words::tr("Net delta"), quantity(line.netDelta));
    add(figures);
    return m_html;
}

bool isThere(const RunView& view, const Selection& s)
{
    const StepEnds& ends = view.record()->ends(view.length() - 1);
    switch (s.kind) {
    case Kind::None:
        return false;
    case Kind::Step:
        return s.index < view.length();
    case Kind::Plan:
        return s.index >= 1 && s.index <= ends.plans;
    case Kind::Instruction:
        return s.index >= 1 && s.index <= ends.instructions;
    case Kind::Ledger:
        return s.index < ends.ledger;
    case Kind::Event:
        return s.index < ends.events;
    case Kind::Funding:
        return s.index < ends.funding;
    case Kind::Account:
        return s.index < view.record()->chart().size();
    case Kind::Exchange:
        return s.index < kExchangeCount;
    }
    return false;
}

} // namespace

QString inspectorText(const RunView& view, const Selection& selection)
{
    if (view.empty())
        return QStringLiteral("<p>%1</p>")
            .arg(muted(Words::tr("Nothing to inspect yet. Run a preset, or open a run from the list of runs.")));
    Page page(view);
    if (!isThere(view, selection))
        return page.step(view.step());
    switch (selection.kind) {
    case Kind::Plan:
        return page.plan(static_cast<PlanId>(selection.index));
    case Kind::Instruction:
        return page.instruction(static_cast<InstructionId>(selection.index));
    case Kind::Ledger:
        return page.ledger(selection.index);
    case Kind::Event:
        return page.event(selection.index);
    case Kind::Funding:
        return page.funding(selection.index);
    case Kind::Account:
        return page.account(static_cast<AccountId>(selection.index));
    case Kind::Exchange:
        return page.exchange(selection.index);
    case Kind::Step: // the cursor is the step that counts
    case Kind::None:
        break;
    }
    return page.step(view.step());
}

Selection selectionOf(const QString& link)
{
    const qsizetype colon = link.indexOf(QLatin1Char(':'));
    for (const auto& [kind, name] : kLinks)
        if (colon > 0 && link.left(colon) == QLatin1String(name))
            return {kind, static_cast<std::size_t>(link.mid(colon + 1).toULongLong())};
    return {};
}

} // namespace carry::ui
