// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_tables.h"

#include "approval_tables.h"
#include "approval_words.h"
#include "common/number_format.h"
#include "pipeline/record_text.h"

#include <QScopedValueRollback>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

QVariant stepRoles(const ProposalList::Line& l, int role)
{
    const Badge badge = ApprovalWords::step(l.step);
    if (role == Qt::DecorationRole)
        return badge.pixmap();
    if (role == Qt::ForegroundRole)
        return toneColor(badge.tone);
    return role == Qt::ToolTipRole && !l.reason.isEmpty() ? QVariant(l.reason) : QVariant();
}

QString byText(const ProposalList::Line& l)
{
    if (l.user.isEmpty())
        return {};
    return l.reason.isEmpty() ? l.user : l.user + QStringLiteral(": ") + l.reason;
}

QVariant stateRoles(const OutsideList::Line& l, int role)
{
    const Badge badge = Words::state(l.state);
    return role == Qt::DecorationRole ? QVariant(badge.pixmap()) : QVariant();
}

std::vector<LinesModel<OutsideList::Line>::Column> outsideColumns()
{
    using L = OutsideList::Line;
    return {{OutsideList::tr("What"), {}, [](const L& l) { return l.what; }, nullptr, false, {}},
            {OutsideList::tr("State"),
             {},
             [](const L& l) { return Words::state(l.state).word; },
             nullptr,
             false,
             stateRoles},
            {OutsideList::tr("Amount"), {}, [](const L& l) { return l.amount; }, nullptr, true, {}},
            {OutsideList::tr("For"),
             OutsideList::tr("Since it was sent, on the session's clock"),
             [](const L& l) { return duration(l.seconds); },
             [](const L& l) { return plain(l.seconds); },
             true,
             {}}};
}

QVBoxLayout* bare(QWidget* parent)
{
    auto* layout = new QVBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    return layout;
}

} // namespace

ProposalList::ProposalList(SessionDesk& desk, QWidget* parent) : QWidget(parent), m_desk(desk)
{
    using L = Line;
    m_model = new LinesModel<Line>(
        {{tr("No."), {}, [](const L& l) { return QString::number(l.proposal->number); }, nullptr, true, {}},
         {tr("State"), {}, [](const L& l) { return ApprovalWords::step(l.step).word; }, nullptr, false, stepRoles},
         {tr("Decision"),
          {},
          [](const L& l) { return l.proposal->flatten ? tr("Flatten") : Words::action(l.proposal->action); },
          nullptr,
          false,
          {}},
         {tr("Moves"),
          tr("Sum of what its instructions move, in the run's currency"),
          [](const L& l) { return inCurrency(l.proposal->figures.notional, l.shareClass); },
          [](const L& l) { return plain(l.proposal->figures.notional); },
          true,
          {}},
         {tr("Made (UTC)"), {}, [](const L& l) { return dateTime(l.proposal->made); }, nullptr, true, {}},
         {tr("By"), tr("Who answered, and why"), byText, nullptr, false, {}}},
        this);
    m_table = makeTable(m_model, tr("Proposals of this session"), "proposalList");
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView* header = m_table->horizontalHeader();
    header->resizeSection(0, 40);
    header->resizeSection(1, 140);
    header->resizeSection(2, 100);
    header->resizeSection(3, 90);
    header->resizeSection(4, figureWidth(QStringLiteral("2024-08-05 13:00")));
    m_stack =
        new EmptyStack(m_table, tr("No proposal yet. The strategy decides at every bar; what it wants to do waits "
                                   "here for an answer."));
    bare(this)->addWidget(m_stack);
    onRowChosen(m_table, this, [this](const QModelIndex& current) {
        if (!m_following && current.isValid())
            emit chosen(m_model->line(current.row()).proposal->number);
    });
    connect(&desk, &SessionDesk::changed, this, &ProposalList::update);
    connect(&desk, &SessionDesk::started, this, &ProposalList::update);
    update();
}

void ProposalList::update()
{
    const QScopedValueRollback guard(m_following, true);
    const QModelIndex current = m_table->currentIndex();
    const std::uint32_t number = current.isValid() ? m_model->line(current.row()).proposal->number : 0;
    std::vector<Line> lines;
    const Asset unit = m_desk.record() ? m_desk.record()->info().shareClass : Asset::USDT;
    for (auto each = m_desk.proposals().rbegin(); each != m_desk.proposals().rend(); ++each)
        lines.push_back({*each, unit});
    const bool more = int(lines.size()) != m_model->rowCount();
    m_model->set(std::move(lines));
    m_stack->setEmpty(m_model->rowCount() == 0);
    if (more && number != 0)
        setCurrent(number);
}

void ProposalList::setCurrent(std::uint32_t number)
{
    const QScopedValueRollback guard(m_following, true);
    const int row = m_model->find([number](const Line& l) { return l.proposal->number == number; });
    if (row >= 0)
        m_table->selectRow(row);
}

OutsideList::OutsideList(SessionDesk& desk, QWidget* parent) : QWidget(parent), m_desk(desk)
{
    m_orders = new LinesModel<Line>(outsideColumns(), this);
    m_funds = new LinesModel<Line>(outsideColumns(), this);
    m_tabs = new QTabWidget(this);
    m_tabs->setAccessibleName(tr("What is outside"));
    const auto add = [this](QAbstractItemModel* model, const QString& name, const char* objectName,
                            const QString& hint) {
        QTableView* table = makeTable(model, name, objectName);
        QHeaderView* header = table->horizontalHeader();
        header->resizeSection(0, 170);
        header->resizeSection(1, 110);
        header->resizeSection(2, 110);
        auto* stack = new EmptyStack(table, hint);
        m_tabs->addTab(stack, name);
        return stack;
    };
    m_orderStack =
        add(m_orders, tr("Open orders"), "openOrders", tr("No open order: nothing that was sent awaits its end."));
    m_fundStack = add(m_funds, tr("In flight"), "inFlight", tr("No funds are on their way."));
    bare(this)->addWidget(m_tabs);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&desk, &SessionDesk::started, this, [this](const std::shared_ptr<const RunRecord>& record) {
        m_view = RunView(record);
        m_refresh->request();
    });
    connect(&desk, &SessionDesk::changed, m_refresh, &WhenVisible::request);
}

void OutsideList::update()
{
    std::vector<Line> orders;
    std::vector<Line> funds;
    if (m_view.length() > 0) {
        m_view.seek(m_view.length() - 1);
        for (const OpenInstruction& open : openInstructions(m_view)) {
            const InstructionBody& body = m_view.record()->instruction(open.id - 1).instruction.body;
            Line line{open, titleOf(body), venueOf(body), amountOf(body)};
            line.seconds = std::max(0.0, secondsBetween(open.since, std::max(m_desk.now().clock, m_view.time())));
            (open.movesFunds ? funds : orders).push_back(std::move(line));
        }
    }
    m_tabs->setTabText(0, orders.empty() ? tr("Open orders") : tr("Open orders (%1)").arg(orders.size()));
    m_tabs->setTabText(1, funds.empty() ? tr("In flight") : tr("In flight (%1)").arg(funds.size()));
    m_orderStack->setEmpty(orders.empty());
    m_fundStack->setEmpty(funds.empty());
    m_orders->set(std::move(orders));
    m_funds->set(std::move(funds));
}

} // namespace carry::ui
