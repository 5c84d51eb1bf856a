// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_text.h"

#include "inspector_page.h"

#include <algorithm>

namespace carry::ui
{
namespace
{

using namespace inspector;

const std::pair<Kind, const char*> kLinks[] = {
    {Kind::Step, "step"},   {Kind::Plan, "plan"},       {Kind::Ledger, "ledger"},  {Kind::Instruction, "instruction"},
    {Kind::Event, "event"}, {Kind::Funding, "funding"}, {Kind::Account, "account"}};

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
    case Kind::Asset:
        return std::ranges::find(view.record()->info().assets, static_cast<Asset>(s.index)) !=
               view.record()->info().assets.end();
    }
    return false;
}

} // namespace

QString inspector::link(Kind kind, std::size_t index, const QString& html)
{
    for (const auto& [each, name] : kLinks)
        if (each == kind)
            return QStringLiteral("<a href='%1:%2'>%3</a>").arg(QLatin1String(name)).arg(index).arg(html);
    return html;
}

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
    case Kind::Asset:
        return page.asset(static_cast<Asset>(selection.index));
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
