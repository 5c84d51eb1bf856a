// SPDX-License-Identifier: GPL-3.0-or-later
#include "approval_tables.h"

#include "approval_words.h"
#include "change_delegate.h"
#include "common/number_format.h"
#include "pipeline/record_text.h"

#include <QTableView>
#include <algorithm>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Tables {
    Q_DECLARE_TR_FUNCTIONS(carry::ui::ApprovalTables)
};

QString itemName(const ChangeLine& l)
{
    const QString name = ApprovalWords::item(l.item);
    return l.scope == kBookScope ? name : Words::scope(l.scope) + QStringLiteral(" · ") + name;
}

bool hasLimit(const ChangeLine& l)
{
    return !std::isnan(l.limit.critical);
}

//! "Warning, ≥ 20.00 %": what the bars say.
QString limitText(const ChangeLine& l)
{
    if (!hasLimit(l) || std::isnan(l.after))
        return {};
    const QString bound = ApprovalWords::figure(l, l.limit.critical, l.shareClass);
    const QString word = l.levelAfter == l.levelBefore ? Words::level(l.levelAfter).word
                                                       : Words::level(l.levelBefore).word + QStringLiteral(" → ") +
                                                             Words::level(l.levelAfter).word;
    return Tables::tr("%1, %2 %3").arg(word, l.limit.lowIsBad ? QStringLiteral("≥") : QStringLiteral("≤"), bound);
}

QVariant limitRoles(const ChangeLine& l, int role)
{
    if (role == ChangeDelegate::BeforeRole)
        return l.headroomBefore;
    if (role == ChangeDelegate::AfterRole)
        return l.headroomAfter;
    if (role == ChangeDelegate::ToneRole)
        return int(Words::level(l.levelAfter).tone);
    if (role == Qt::ToolTipRole && hasLimit(l))
        return Tables::tr("Warning at %1, critical at %2. Upper bar: before, lower bar: after; empty at the limit.")
            .arg(ApprovalWords::figure(l, l.limit.warn, l.shareClass),
                 ApprovalWords::figure(l, l.limit.critical, l.shareClass));
    return {};
}

QVariant itemTip(const ChangeLine& l, int role)
{
    return role == Qt::ToolTipRole ? QVariant(ApprovalWords::itemTip(l.item)) : QVariant();
}

//! The figure after stands out where it differs.
QVariant afterRoles(const ChangeLine& l, int role)
{
    const bool same = l.before == l.after || (std::isnan(l.before) && std::isnan(l.after));
    if (role == Qt::FontRole) {
        QFont font = Theme::instance().numbers();
        font.setBold(!same);
        return font;
    }
    return role == Qt::ForegroundRole && same ? QVariant(colors().muted) : QVariant();
}

template <class Line, class Get, class Text>
typename LinesModel<Line>::Column numbers(const QString& title, const QString& tip, Get get, Text text,
                                          std::function<QVariant(const Line&, int)> other = {})
{
    return {title,
            tip,
            [get, text](const Line& l) { return text(l, get(l)); },
            [get](const Line& l) { return plain(get(l)); },
            true,
            std::move(other)};
}

double orNaN(const Figure& figure)
{
    return figure.value.value_or(kNaN);
}

bool isLiquidated(const StressFigures& after)
{
    return after.lendingLiquidated || std::ranges::any_of(after.venues, &VenueStress::liquidated);
}

QString healthText(const ShockLine& l)
{
    if (std::isnan(l.healthBefore) && std::isnan(l.healthAfter))
        return QStringLiteral("–");
    return money(l.healthBefore, 3) + QStringLiteral(" → ") + money(l.healthAfter, 3);
}

QString ageText(const QuoteLine& l)
{
    return duration(double(l.age.count()) / 1'000);
}

} // namespace

ChangeModel* makeChangeModel(QObject* parent)
{
    using L = ChangeLine;
    const auto own = [](const L& l, double v) { return ApprovalWords::figure(l, v, l.shareClass); };
    return new ChangeModel(
        {{Tables::tr("Figure"), {}, itemName, nullptr, false, itemTip},
         numbers<L>(
             Tables::tr("Before"), {}, [](const L& l) { return l.before; }, own),
         numbers<L>(
             Tables::tr("After"), Tables::tr("The plan carried out on a copy of the book by the same models"),
             [](const L& l) { return l.after; }, own, afterRoles),
         {Tables::tr("Headroom to the limit"), Tables::tr("It has no limit"), limitText, nullptr, false, limitRoles}},
        parent);
}

ShockModel* makeShockModel(QObject* parent)
{
    using L = ShockLine;
    const auto inRun = [](const L& l, double v) { return signedInCurrency(v, l.shareClass); };
    const auto liquidated = [](const L& l, int role) -> QVariant {
        const Badge badge = l.liquidated ? Badge{{}, QStringLiteral("warning"), Tone::Critical}
                                         : Badge{{}, QStringLiteral("check"), Tone::Ok};
        return role == Qt::DecorationRole ? QVariant(badge.pixmap()) : QVariant();
    };
    return new ShockModel(
        {{Tables::tr("Shock"), {}, [](const L& l) { return l.name; }, nullptr, false, {}},
         numbers<L>(
             Tables::tr("Before"), Tables::tr("Change of equity of the book as it is"),
             [](const L& l) { return l.before; }, inRun),
         numbers<L>(
             Tables::tr("After"), Tables::tr("Change of equity of the book after the plan"),
             [](const L& l) { return l.after; }, inRun),
         {Tables::tr("Health factor"), Tables::tr("At Aave, before → after the plan"), healthText, nullptr, true, {}},
         {Tables::tr("Liquidated"), Tables::tr("Whether somebody would liquidate after the plan and the shock"),
          [](const L& l) { return l.liquidated ? Tables::tr("yes") : Tables::tr("no"); }, nullptr, false, liquidated}},
        parent);
}

QuoteModel* makeQuoteModel(QObject* parent)
{
    using L = QuoteLine;
    return new QuoteModel(
        {{Tables::tr("Quote"), {}, [](const L& l) { return ApprovalWords::quote(l.name); }, nullptr, false, {}},
         numbers<L>(
             Tables::tr("Price"), Tables::tr("As it was when the proposal was made, in its own unit"),
             [](const L& l) { return l.price; }, [](const L&, double v) { return price(v); }),
         {Tables::tr("Observed (UTC)"), {}, [](const L& l) { return dateTimeSeconds(l.observed); }, nullptr, true, {}},
         {Tables::tr("Age"), Tables::tr("On the session's clock"), ageText, nullptr, true, {}}},
        parent);
}

UnhedgedModel* makeUnhedgedModel(QObject* parent)
{
    using L = UnhedgedLine;
    const auto inRun = [](const L& l, double v) { return inCurrency(v, l.shareClass); };
    const auto seconds = [](const L&, double v) { return duration(v); };
    const auto worst = [](const L& l, int role) -> QVariant {
        if (!l.worst)
            return {};
        if (role == Qt::DecorationRole)
            return Badge{{}, QStringLiteral("warning"), Tone::Warn}.pixmap();
        return role == Qt::ToolTipRole ? QVariant(Tables::tr("The largest of all")) : QVariant();
    };
    return new UnhedgedModel(
        {{Tables::tr("k"), Tables::tr("How many instructions have completed"),
          [](const L& l) { return QString::number(l.k); }, nullptr, true, worst},
         {Tables::tr("Completed last"), {}, [](const L& l) { return l.last; }, nullptr, false, {}},
         numbers<L>(
             Tables::tr("Unhedged"), Tables::tr("|Net delta − target| × reference price, if nothing else completes"),
             [](const L& l) { return l.notional; }, inRun),
         numbers<L>(
             Tables::tr("For"), Tables::tr("Until the next one completes, by the models' waiting times"),
             [](const L& l) { return l.seconds; }, seconds),
         numbers<L>(
             Tables::tr("At worst"), Tables::tr("If it never does: until a repair has been approved"),
             [](const L& l) { return l.worstSeconds; }, seconds),
         numbers<L>(
             Tables::tr("Net delta"), Tables::tr("Coins of the base asset"), [](const L& l) { return l.netDelta; },
             [](const L&, double v) { return quantity(v, 4); })},
        parent);
}

CostModel* makeCostModel(QObject* parent)
{
    using L = CostLine;
    const auto inRun = [](const L& l, double v) { return inCurrency(v, l.shareClass); };
    return new CostModel(
        {{Tables::tr("Cost"), {}, [](const L& l) { return l.name; }, nullptr, false, {}},
         numbers<L>(
             Tables::tr("Low"), Tables::tr("Fees and gas, no slippage"), [](const L& l) { return l.low; }, inRun),
         numbers<L>(
             Tables::tr("Expected"), Tables::tr("Fees, slippage and gas as planned"),
             [](const L& l) { return l.expected; }, inRun),
         numbers<L>(
             Tables::tr("High"), Tables::tr("Fees, twice the slippage, twice the gas"),
             [](const L& l) { return l.high; }, inRun)},
        parent);
}

std::vector<ChangeLine> changeLines(const RunInfo& info, const Proposal& proposal, const PreTradeLimits& limits)
{
    std::vector<ChangeLine> out;
    for (const FigureChange& change : figureChanges(info, proposal, limits))
        out.push_back({change, info.shareClass});
    return out;
}

std::vector<ShockLine> shockLines(const StressRules& rules, const Proposal& proposal, Asset shareClass)
{
    std::vector<ShockLine> out;
    for (std::size_t i = 0; i < std::min(proposal.stressBefore.size(), proposal.stressAfter.size()); ++i) {
        const StressRow& before = proposal.stressBefore[i];
        const StressRow& after = proposal.stressAfter[i];
        out.push_back({QString::fromStdString(describeScenario(rules, after.scenario)), before.change, after.change,
                       orNaN(before.after.healthFactor), orNaN(after.after.healthFactor), isLiquidated(after.after),
                       shareClass});
    }
    return out;
}

std::vector<QuoteLine> quoteLines(const Proposal& proposal, Time now)
{
    std::vector<QuoteLine> out;
    for (const Quote& quote : proposal.quotes)
        out.push_back({quote, std::max(Duration{}, now - quote.observed)});
    return out;
}

std::vector<UnhedgedLine> unhedgedLines(const RunInfo& info, const Proposal& proposal)
{
    std::map<InstructionId, QString> names;
    for (const Phase& phase : proposal.plan->phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                names[i.id] = titleOf(i.body);
    std::vector<UnhedgedLine> out;
    std::size_t worst = 0;
    for (std::size_t k = 0; k < proposal.unhedged.size(); ++k) {
        const UnhedgedAfter& after = proposal.unhedged[k];
        out.push_back({after, k, after.instruction == 0 ? Tables::tr("nothing yet") : names[after.instruction],
                       info.shareClass, info.base});
        if (after.worstNotionalSeconds() > out[worst].worstNotionalSeconds())
            worst = k;
    }
    if (!out.empty())
        out[worst].worst = out[worst].worstNotionalSeconds() > 0;
    return out;
}

std::vector<CostLine> costLines(const Proposal& proposal, Asset shareClass)
{
    const CostRange& c = proposal.cost;
    const auto line = [&](const QString& name, auto get) {
        return CostLine{name, get(c.low), get(c.expected), get(c.high), shareClass};
    };
    return {line(Tables::tr("Fees"), [](const CostEstimate& e) { return e.fees; }),
            line(Tables::tr("Slippage"), [](const CostEstimate& e) { return e.slippage; }),
            line(Tables::tr("Gas"), [](const CostEstimate& e) { return e.gas; }),
            line(Tables::tr("Total"), [](const CostEstimate& e) { return e.total(); })};
}

QTableView* makeTable(QAbstractItemModel* model, const QString& name, const char* objectName)
{
    auto* table = new QTableView;
    table->setModel(model);
    table->setObjectName(QLatin1String(objectName));
    table->setAccessibleName(name);
    table->setItemDelegate(new CellDelegate(table));
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    enableCopy(table);
    return table;
}

} // namespace carry::ui
