// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_page.h"

namespace carry::ui::inspector
{
namespace
{

bool isPercent(const QString& unit)
{
    return unit.startsWith(QLatin1String("fraction")) || unit == QLatin1String("per year");
}

//! The value as figure() shows it, without its unit: columns are narrow.
QString bare(double value, const QString& unit)
{
    return (isPercent(unit)                 ? percent(value)
            : unit == QLatin1String("USDT") ? money(value)
                                            : figure(value, {}))
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

} // namespace

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

QString badge(const Badge& b)
{
    return colored(toneColor(b.tone), b.word.toHtmlEscaped());
}

QString orReason(double value, const QString& shown)
{
    return std::isnan(value) ? muted(Words::empty(absentReason(value)).toHtmlEscaped()) : shown;
}

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

static QString metText(ConditionRole role)
{
    const QString text = nowrap(QStringLiteral("✓ ") + Words::conditionMet(role).toLower());
    return role == ConditionRole::Trigger || role == ConditionRole::Brake ? colored(colors().warn, text) : muted(text);
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
    table.cells({Words::tr("Value"), Words::tr("Threshold"), Words::tr("Margin")}, true);
    for (const ConditionLine& line : lines) {
        const QString unit = QString::fromStdString(line.definition.unit);
        const bool known = !std::isnan(line.value);
        const QString met = !known     ? QString()
                            : line.met ? metText(line.role)
                                       : muted(nowrap(QStringLiteral("✗ ") + Words::tr("not met")));
        table.html += QStringLiteral("<tr><td colspan='3'>%1%2 &nbsp;%3</td></tr>")
                          .arg(Words::condition(line.definition).toHtmlEscaped(), muted(unitSuffix(unit)), met);
        table.cells(
            {known ? nowrap(bare(line.value, unit)) : muted(Words::empty(absentReason(line.value)).toHtmlEscaped()),
             Words::test(line.definition.test).toHtmlEscaped() + QStringLiteral("&nbsp;") +
                 nowrap(bare(line.definition.threshold, unit)),
             known ? nowrap(bare(line.margin, unit)) : QString()});
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
    figures.row(Words::tr("NAV"), amount(value(StepColumn::Nav)));
    figures.row(Words::tr("Drawdown"), percent(value(StepColumn::Drawdown)));
    figures.row(Words::tr("Delta drift of NAV"), percent(value(StepColumn::DeltaDrift), 3));
    figures.row(Words::tr("Wallet"), money(value(StepColumn::WalletUsdt)) + QStringLiteral(" USDT"));
    figures.row(Words::tr("In flight"), amount(value(StepColumn::InFlight)));
    figures.row(Words::tr("Unexplained"), QString::number(value(StepColumn::Unexplained), 'g', 3));
    add(figures);
    lending(step);
    section(Words::tr("Decision"));
    decisionOf(step);
    conditions(step);
    if (step == m_view.step()) {
        section(Words::tr("P&amp;L since the start"));
        Table pnl;
        for (const PnlLine& line : pnlLines(m_view))
            pnl.row(Words::pnl(line.item).toHtmlEscaped(),
                    colored(line.amount < 0 ? colors().loss : colors().gain,
                            signedInCurrency(line.amount, m_record.info().shareClass)));
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
    if (e.error)
        paragraph(colored(colors().critical, Words::error(*e.error).toHtmlEscaped()));
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

//! Those of instructions come first: funding alone makes so many that it would hide them.
void Page::lastEntries(const std::function<bool(const Posting&)>& wanted)
{
    constexpr std::size_t kLast = 12;
    constexpr std::size_t kLookBack = 20000; // entries
    std::vector<std::size_t> byInstructions;
    std::vector<std::size_t> others;
    const std::size_t end = m_view.ends().ledger;
    for (std::size_t i = end; i-- > 0 && end - i < kLookBack && byInstructions.size() < kLast;)
        if (const Posting& p = m_record.ledger(i).posting; wanted(p))
            if (auto& list = p.instruction != 0 ? byInstructions : others; list.size() < kLast)
                list.push_back(i);
    section(Words::tr("Last ledger entries of instructions"));
    if (byInstructions.empty())
        paragraph(muted(Words::tr("None.")));
    entries(byInstructions);
    if (others.empty())
        return;
    section(Words::tr("Last other ledger entries"));
    entries(others);
}

QString Page::account(AccountId id)
{
    const Account& account = m_record.chart().at(id);
    title(Words::account(account).toHtmlEscaped(), muted(text(account.key())));
    Table figures;
    const Decimal balance = m_view.balance(id);
    const bool scaled = account.unit == Unit::ScaledSupply || account.unit == Unit::ScaledDebt;
    figures.row(Words::tr("Balance"), quantity(balance) + QStringLiteral(" ") + text(toText(account.asset)) +
                                          (scaled ? Words::tr(" scaled") : QString()));
    if (account.own() && (scaled || isLst(account.asset))) {
        add(figures);
        figures = {};
        conversion(id);
    } else if (account.own()) {
        figures.row(Words::tr("Price"), price(m_view.price(id)));
        figures.row(Words::tr("Value"), amount(conversionOf(m_view, id).value));
    }
    add(figures);
    lastEntries([id](const Posting& p) { return p.from == id || p.to == id; });
    return m_html;
}

QString Page::exchange(std::size_t index)
{
    const auto lines = venueLines(m_view);
    if (index >= lines.size())
        return step(m_view.step());
    const VenueLine& line = lines[index];
    title(Words::venue(line.venue), muted(dateTime(m_view.time()) + Words::tr(" UTC")));
    Table figures;
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
    section(Words::tr("Accounts"));
    for (AccountId id = 0; id < m_record.chart().size(); ++id)
        if (const Account& account = m_record.chart().at(id); account.own() && account.venue == line.venue)
            paragraph(accountText(id));
    lastEntries([&](const Posting& p) {
        return m_record.chart().at(p.from).venue == line.venue || m_record.chart().at(p.to).venue == line.venue;
    });
    return m_html;
}

QString Page::asset(Asset asset)
{
    const auto lines = exposureLines(m_view);
    const auto line = std::ranges::find(lines, asset, &ExposureLine::asset);
    title(text(toText(asset)), muted(dateTime(m_view.time()) + Words::tr(" UTC")));
    Table figures;
    figures.row(Words::tr("Net"), quantity(line->net));
    figures.row(Words::tr("Gross"), quantity(line->gross));
    figures.row(Words::tr("Target"), quantity(line->target));
    figures.row(Words::tr("Price"), price(line->price));
    figures.row(Words::tr("Net value"), amount(line->netValue));
    figures.row(Words::tr("Of NAV"), orReason(line->shareOfNav, percent(line->shareOfNav)));
    add(figures);
    section(Words::tr("What it is made of"));
    Table parts;
    std::vector<AccountId> accounts;
    for (const ExposurePart& part : exposureParts(m_view, asset)) {
        parts.row(accountText(part.account), quantity(part.coins));
        accounts.push_back(part.account);
    }
    if (accounts.empty())
        paragraph(muted(Words::tr("Nothing.")));
    else
        add(parts);
    lastEntries([&](const Posting& p) {
        return std::ranges::find(accounts, p.from) != accounts.end() ||
               std::ranges::find(accounts, p.to) != accounts.end();
    });
    return m_html;
}

} // namespace carry::ui::inspector
