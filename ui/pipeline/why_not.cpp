// SPDX-License-Identifier: GPL-3.0-or-later
#include "why_not.h"

#include "common/cell_delegate.h"
#include "common/number_format.h"
#include "common/words.h"
#include "record_text.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{
namespace
{

using Model = LinesModel<WhyLine>;

QString unitOf(const ConditionLine& line)
{
    return QString::fromStdString(line.definition.unit);
}

QString figureOf(const ConditionLine& line, double value)
{
    return figure(value, unitOf(line));
}

bool known(const ConditionLine& line)
{
    return !std::isnan(line.value);
}

QString valueText(const WhyLine& line)
{
    return known(line) ? figureOf(line, line.value) : Words::empty(absentReason(line.value));
}

QString thresholdText(const ConditionLine& line)
{
    return Words::test(line.definition.test) + QLatin1Char(' ') + figureOf(line, line.definition.threshold);
}

Badge badgeOf(const WhyLine& line)
{
    if (!known(line))
        return {Words::empty(absentReason(line.value)), QStringLiteral("dot"), Tone::Muted};
    if (!line.met)
        return {WhyNot::tr("Not met"), QStringLiteral("cross"), Tone::Muted};
    return {Words::conditionMet(line.role), QStringLiteral("check"),
            line.role == ConditionRole::Trigger || line.role == ConditionRole::Brake ? Tone::Warn : Tone::Muted};
}

QVariant metRoles(const WhyLine& line, int role)
{
    if (role == Qt::DecorationRole)
        return badgeOf(line).pixmap();
    if (role == Qt::ToolTipRole)
        return Words::conditionRole(line.role);
    return role == Qt::ForegroundRole ? QVariant(toneColor(badgeOf(line).tone)) : QVariant();
}

QVariant nameRoles(const WhyLine& line, int role)
{
    return role == Qt::ToolTipRole ? QVariant(Words::condition(line.definition)) : QVariant();
}

std::vector<Model::Column> columns()
{
    using L = WhyLine;
    return {{WhyNot::tr("Condition"), WhyNot::tr("What the strategy looks at"),
             [](const L& l) { return Words::condition(l.definition); }, nullptr, false, nameRoles},
            {WhyNot::tr("Value"), WhyNot::tr("At the decision"), valueText, [](const L& l) { return plain(l.value); },
             true, nullptr},
            {WhyNot::tr("Test"), WhyNot::tr("The condition is met when the value is so"),
             [](const L& l) { return thresholdText(l); }, [](const L& l) { return plain(l.definition.threshold); },
             true, nullptr},
            {WhyNot::tr("Margin"), WhyNot::tr("Value − threshold, signed so that above zero means met"),
             [](const L& l) { return known(l) ? figureOf(l, l.margin) : QString(); },
             [](const L& l) { return plain(l.margin); }, true, nullptr},
            {WhyNot::tr("Relative"), WhyNot::tr("Margin / |threshold|; nothing where the threshold is zero"),
             [](const L& l) { return known(l) ? percent(l.relativeMargin, 1) : QString(); },
             [](const L& l) { return plain(l.relativeMargin); }, true, nullptr},
            {WhyNot::tr("State"), WhyNot::tr("Whether the condition is met, and what that means for the decision"),
             [](const L& l) { return badgeOf(l).word; }, nullptr, false, metRoles}};
}

} // namespace

WhyNot::WhyNot(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new Model(columns(), this)), m_table(new QTableView),
      m_sentence(new QLabel), m_closest(new QCheckBox(tr("Closest f&irst"))),
      m_next(new QPushButton(tr("Next time it is met")))
{
    makeTable();
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_sentence->setContentsMargins(6, 4, 6, 2);
    m_sentence->setAccessibleName(tr("Decision and nearest condition"));
    m_closest->setObjectName(QStringLiteral("closestFirst"));
    m_next->setObjectName(QStringLiteral("nextTimeMetButton"));
    m_next->setToolTip(tr("Moves the cursor to the next decision for which the chosen condition is met"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 0, 6, 2);
    bar->addWidget(m_closest);
    bar->addStretch();
    bar->addWidget(m_next);
    auto* body = new QWidget;
    auto* inside = new QVBoxLayout(body);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(2);
    inside->addWidget(m_sentence);
    inside->addLayout(bar);
    inside->addWidget(m_table, 1);
    m_stack = new EmptyStack(body, tr("No decision yet. Run a strategy, or move the cursor to one."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::cursorChanged, this, [this] { m_notFound.clear(); });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&Theme::instance(), &Theme::changed, m_refresh, &WhenVisible::request);
    connect(m_closest, &QCheckBox::toggled, m_refresh, &WhenVisible::request);
    connect(m_next, &QPushButton::clicked, this, [this] { goToNextOfRow(m_table->currentIndex().row()); });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& i) { goToNextOfRow(i.row()); });
    connect(m_sentence, &QLabel::linkActivated, this, [this](const QString& link) { goToNext(link.toULongLong()); });
}

void WhyNot::makeTable()
{
    m_table->setObjectName(QStringLiteral("whyNotTable"));
    m_table->setAccessibleName(tr("Conditions of the decision"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->moveSection(Met, 1); // where a narrow panel shows it
    enableColumnMenu(header);
    enableCopy(m_table);
}

//! As wide as what they hold, and never narrower again by themselves: the cursor moves often.
void WhyNot::fitColumns()
{
    const QAbstractItemView* view = m_table;
    QHeaderView* header = m_table->horizontalHeader();
    m_widest.resize(static_cast<std::size_t>(header->count()));
    for (int column = 0; column < header->count(); ++column) {
        const int needed = std::max(view->sizeHintForColumn(column), header->sectionSizeHint(column));
        int& widest = m_widest[static_cast<std::size_t>(column)];
        if (needed <= widest)
            continue;
        widest = needed;
        m_table->setColumnWidth(column, needed);
    }
}

void WhyNot::update()
{
    const RunView& view = m_session.view();
    const auto step = view.empty() ? std::nullopt : lastDecision(view, view.step());
    m_stack->setEmpty(!step);
    if (!step)
        return m_model->set({});
    const auto conditions = conditionLines(view, *step);
    std::vector<WhyLine> lines;
    for (std::size_t i = 0; i < conditions.size(); ++i)
        lines.push_back({conditions[i], i});
    if (m_closest->isChecked()) // what has no value comes last
        std::stable_sort(lines.begin(), lines.end(), [](const WhyLine& a, const WhyLine& b) {
            return known(a) != known(b) ? known(a) : known(a) && a.distance < b.distance;
        });
    const DecisionRecord& decision = view.record()->decision(view.decisionsOf(*step).first);
    if (!m_closest->isChecked() && decision.action != Action::Hold) // what it was made for comes first
        std::ranges::stable_partition(lines,
                                      [](const WhyLine& l) { return l.met && l.role == ConditionRole::Trigger; });
    m_model->set(std::move(lines));
    fitColumns();
    QString text = QStringLiteral("<b>%1</b> %2")
                       .arg(dateTime(view.record()->time(*step)), decisionText(decision).toHtmlEscaped());
    if (decision.plan != 0)
        text += QLatin1Char(' ') + tr("The figures below are those before its plan.");
    text += QStringLiteral("<br>") + nearestSentence(conditions);
    if (!m_notFound.isEmpty())
        text += QStringLiteral("<br>") + m_notFound.toHtmlEscaped();
    m_sentence->setText(text);
    m_next->setEnabled(!conditions.empty());
}

//! "Nearest: Net delta of gross needs 0.35 % more to be > 2 %. Next time it is met."
QString WhyNot::nearestSentence(const std::vector<ConditionLine>& lines) const
{
    const auto nearest = nearestCondition(lines);
    if (!nearest)
        return tr("No trigger that has a value is left unmet.");
    const ConditionLine& line = lines[*nearest];
    const QString sentence = tr("Nearest to being met: %1, %2 against %3; %4 are missing.")
                                 .arg(Words::condition(line.definition), figureOf(line, line.value),
                                      thresholdText(line), figureOf(line, std::abs(line.margin)))
                                 .toHtmlEscaped();
    return sentence + QStringLiteral(" <a href='%1'>%2</a>").arg(*nearest).arg(tr("Next time it is met"));
}

void WhyNot::goToNextOfRow(int row)
{
    if (row < 0 && m_model->rowCount() > 0)
        row = 0;
    if (row >= 0)
        goToNext(m_model->line(row).condition);
}

void WhyNot::goToNext(std::size_t condition)
{
    const RunView& view = m_session.view();
    if (const auto step = nextTimeMet(view, condition, view.step())) {
        m_session.seek(*step);
        m_session.select({Selection::Kind::Step, *step});
        return;
    }
    m_notFound = tr("%1: not met again up to the end of the run.")
                     .arg(Words::condition(view.record()->info().conditions[condition]));
    m_refresh->request();
}

QString WhyNot::sentence() const
{
    return m_sentence->text();
}

} // namespace carry::ui
