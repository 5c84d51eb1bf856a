// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of the card stand.
#include "approval_card.h"

#include "approval_words.h"
#include "change_delegate.h"
#include "common/commands.h"
#include "hold_button.h"
#include "proposal_model.h"

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kGap = 10;

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "heading");
    return label;
}

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    return label;
}

QLabel* muted(QWidget* parent)
{
    QLabel* label = wrapped(parent);
    label->setProperty("role", "muted");
    return label;
}

void setWidths(QHeaderView* header, std::initializer_list<int> widths)
{
    int section = 0;
    for (const int width : widths)
        header->resizeSection(section++, width);
}

//! As high as its rows, which do not change in number.
void fitRows(QTableView* table, int rows)
{
    const int height =
        table->horizontalHeader()->sizeHint().height() + rows * table->verticalHeader()->defaultSectionSize() + 4;
    table->setFixedHeight(height);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

} // namespace

void ApprovalCard::build()
{
    m_plan = new ProposalModel(this);
    m_changes = makeChangeModel(this);
    m_shocks = makeShockModel(this);
    m_quotes = makeQuoteModel(this);
    m_unhedged = makeUnhedgedModel(this);
    m_costs = makeCostModel(this);
    auto* body = new QSplitter(Qt::Horizontal, this);
    body->addWidget(buildPlan());
    body->addWidget(buildFigures());
    body->setStretchFactor(0, 6); // where the window is small, no column of the plan is out of sight
    body->setStretchFactor(1, 5);
    body->setSizes({600, 500});
    body->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGap, kGap, kGap, kGap);
    layout->setSpacing(8);
    layout->addWidget(buildHead());
    layout->addWidget(body, 1);
    layout->addWidget(buildActions());
}

QWidget* ApprovalCard::buildHead()
{
    auto* head = new QWidget(this);
    m_badgeIcon = new QLabel(head);
    m_badge = new QLabel(head);
    m_badge->setObjectName(QStringLiteral("proposalState"));
    m_badge->setProperty("role", "heading");
    m_title = heading({}, head);
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    m_title->setFont(large);
    m_good = new QLabel(head);
    m_good->setObjectName(QStringLiteral("proposalGoodFor"));
    m_good->setFont(Theme::instance().numbers());
    m_left = new QProgressBar(head);
    m_left->setAccessibleName(tr("Time left to approve"));
    m_left->setTextVisible(false);
    m_left->setFixedSize(120, 8);
    m_why = wrapped(head);
    m_why->setObjectName(QStringLiteral("proposalWhy"));
    m_facts = muted(head);
    m_facts->setObjectName(QStringLiteral("proposalFacts"));
    auto* first = new QHBoxLayout;
    first->addWidget(m_title);
    first->addSpacing(kGap);
    first->addWidget(m_badgeIcon);
    first->addWidget(m_badge);
    first->addStretch(1);
    first->addWidget(m_good);
    first->addWidget(m_left);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(first);
    layout->addWidget(m_why);
    layout->addWidget(m_facts);
    return head;
}

QWidget* ApprovalCard::buildPlan()
{
    auto* side = new QWidget(this);
    m_tree = new QTreeView(side);
    m_tree->setObjectName(QStringLiteral("proposalTree"));
    m_tree->setAccessibleName(tr("What would be sent; groups can be switched off"));
    m_tree->setModel(m_plan);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setTabKeyNavigation(false);
    m_tree->setFrameShape(QFrame::NoFrame);
    setWidths(m_tree->header(), {250, 128, 110, 72, 56});
    enableCopy(m_tree);
    m_bonds = muted(side);
    m_bonds->setObjectName(QStringLiteral("proposalBonds"));
    QTableView* costs = makeTable(m_costs, tr("What it costs"), "proposalCosts");
    fitRows(costs, 4);
    setWidths(costs->horizontalHeader(), {110, 110, 110, 110});
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(4);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_bonds);
    layout->addWidget(costs);
    return side;
}

QWidget* ApprovalCard::buildFigures()
{
    auto* side = new QSplitter(Qt::Vertical, this);
    QTableView* changes = makeTable(m_changes, tr("Before and after"), "proposalChanges");
    changes->setItemDelegateForColumn(3, new ChangeDelegate(changes));
    setWidths(changes->horizontalHeader(), {168, 86, 86, 150});
    m_tabs = new QTabWidget(side);
    m_tabs->setObjectName(QStringLiteral("proposalTabs"));
    m_tabs->setAccessibleName(tr("More about the proposal"));
    QTableView* unhedged = makeTable(m_unhedged, tr("Unhedged if only the first k complete"), "proposalUnhedged");
    setWidths(unhedged->horizontalHeader(), {40, 150, 80, 88, 88, 74});
    unhedged->horizontalHeader()->setStretchLastSection(false);
    unhedged->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch); // the name of an instruction
    QTableView* shocks = makeTable(m_shocks, tr("Stress before and after"), "proposalStress");
    setWidths(shocks->horizontalHeader(), {172, 84, 84, 112, 70});
    QTableView* quotes = makeTable(m_quotes, tr("Quotes it rests on"), "proposalQuotes");
    setWidths(quotes->horizontalHeader(), {136, 84, 146, 80});
    m_tabs->addTab(unhedged, tr("Unhedged per step"));
    m_tabs->addTab(shocks, tr("Stress"));
    m_tabs->addTab(quotes, tr("Quotes"));
    side->addWidget(changes);
    side->addWidget(m_tabs);
    side->setStretchFactor(0, 3);
    side->setStretchFactor(1, 2);
    side->setChildrenCollapsible(false);
    return side;
}

QWidget* ApprovalCard::buildActions()
{
    auto* actions = new QWidget(this);
    m_drift = wrapped(actions);
    m_drift->setObjectName(QStringLiteral("proposalDrift"));
    auto* hashName = new QLabel(tr("Approves exactly"), actions);
    hashName->setProperty("role", "muted");
    m_hash = new QLabel(actions);
    m_hash->setObjectName(QStringLiteral("proposalHash"));
    m_hash->setFont(Theme::instance().numbers());
    m_hash->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_hash->setToolTip(tr("SHA-256 over the instructions; what is sent is compared with it before it leaves"));
    m_approve = new HoldButton(actions);
    m_approve->setObjectName(QStringLiteral("approveButton"));
    m_approve->setProperty("primary", true);
    m_approve->setMinimumSize(250, 32);
    m_keys = muted(actions);
    m_keys->setText(tr("or Ctrl+Enter twice"));
    m_keys->setWordWrap(false);
    m_second = new QLineEdit(actions);
    m_second->setObjectName(QStringLiteral("secondApprover"));
    m_second->setAccessibleName(tr("User name of the second person"));
    m_second->setMaximumWidth(140);
    m_secondLabel = new QLabel(actions);
    m_secondLabel->setBuddy(m_second);
    m_reevaluate = new QPushButton(Theme::instance().icon(QStringLiteral("refresh")), tr("Re-eval&uate"), actions);
    m_reevaluate->setObjectName(QStringLiteral("reevaluateButton"));
    m_reevaluate->setToolTip(tr("The strategy is asked again; what it then wants is a new proposal"));
    m_postponeBy = new QComboBox(actions);
    m_postponeBy->setObjectName(QStringLiteral("postponeBy"));
    m_postponeBy->setAccessibleName(tr("Postpone by"));
    for (const auto& [minutes, text] : {std::pair(15, tr("15 min")), std::pair(60, tr("1 h")),
                                        std::pair(240, tr("4 h")), std::pair(1440, tr("1 day"))})
        m_postponeBy->addItem(text, minutes);
    m_postponeBy->setCurrentIndex(1);
    m_postpone = new QPushButton(Theme::instance().icon(QStringLiteral("clock")), tr("P&ostpone by"), actions);
    m_postpone->setObjectName(QStringLiteral("postponeButton"));
    m_postpone->setToolTip(tr("Nothing but plans that reduce risk is proposed for so long"));
    m_reason = new QLineEdit(actions);
    m_reason->setObjectName(QStringLiteral("rejectReason"));
    m_reason->setAccessibleName(tr("Reason for the rejection"));
    m_reason->setPlaceholderText(tr("Reason, required"));
    m_reject = new QPushButton(Theme::instance().icon(QStringLiteral("cross")), tr("Re&ject"), actions);
    m_reject->setObjectName(QStringLiteral("rejectButton"));
    for (QPushButton* button : {m_reevaluate, m_postpone, m_reject})
        button->setAutoDefault(false);

    auto* hash = new QHBoxLayout;
    hash->addWidget(hashName);
    hash->addWidget(m_hash);
    hash->addStretch(1);
    hash->addWidget(m_secondLabel);
    hash->addWidget(m_second);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_approve);
    buttons->addWidget(m_keys);
    buttons->addStretch(1);
    buttons->addWidget(m_reevaluate);
    buttons->addWidget(m_postpone);
    buttons->addWidget(m_postponeBy);
    buttons->addSpacing(kGap);
    buttons->addWidget(m_reason);
    buttons->addWidget(m_reject);
    buttons->setContentsMargins(0, 0, 0, 0);
    m_answers = new QWidget(actions);
    m_answers->setLayout(buttons);
    auto* layout = new QVBoxLayout(actions);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_drift);
    layout->addLayout(hash);
    layout->addWidget(m_answers);
    layout->addWidget(buildNextSteps());
    return actions;
}

QWidget* ApprovalCard::buildNextSteps()
{
    m_nextSteps = new QWidget(this);
    m_nextSteps->setObjectName(QStringLiteral("nextSteps"));
    auto* row = new QHBoxLayout(m_nextSteps);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(heading(tr("What can be done now"), m_nextSteps));
    row->addStretch(1);
    m_nextSteps->hide();
    return m_nextSteps;
}

void ApprovalCard::setNextSteps(const QList<QAction*>& steps)
{
    auto* row = static_cast<QHBoxLayout*>(m_nextSteps->layout());
    for (QAction* step : steps) {
        auto* button = new QPushButton(m_nextSteps);
        button->setObjectName(QStringLiteral("nextStep_") + step->objectName());
        button->setAutoDefault(false);
        button->setMinimumHeight(32);
        connect(button, &QPushButton::clicked, step, &QAction::trigger);
        const auto look = [this, button, step] {
            button->setIcon(step->icon());
            button->setText(QString(step->text()).remove(QLatin1Char('&')));
            button->setToolTip(withKeys(step->toolTip(), step->shortcut()));
            button->setEnabled(step->isEnabled());
            showNextSteps();
        };
        connect(step, &QAction::changed, button, look);
        row->insertWidget(row->count() - 1, button);
        m_stepButtons.append(button);
        look();
    }
}

} // namespace carry::ui
