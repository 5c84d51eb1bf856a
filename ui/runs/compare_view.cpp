// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare_view.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QShortcutEvent>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kShortId = 8;
constexpr int kWidestHead = 280;
constexpr int kWidestKey = 340;
constexpr int kRoom = 12;

QLabel* label(const QString& text, const char* role = nullptr)
{
    auto* made = new QLabel(text);
    made->setTextFormat(Qt::PlainText);
    if (role != nullptr)
        made->setProperty("role", QLatin1String(role));
    return made;
}

QLabel* valueLabel(const std::string& text)
{
    auto* made = label(text.empty() ? QStringLiteral("–") : QString::fromStdString(text));
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return made;
}

void empty(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

//! Does its work when its keys are pressed. Qt's waits a tenth of a second to be seen pressed, and what is typed
//! meanwhile would mean what is shown before.
class PromptButton final : public QPushButton
{
  public:
    using QPushButton::QPushButton;

  protected:
    bool event(QEvent* event) override
    {
        if (event->type() != QEvent::Shortcut || static_cast<QShortcutEvent*>(event)->isAmbiguous())
            return QPushButton::event(event);
        click();
        return true;
    }
};

QString tableText(const QAbstractItemModel& model)
{
    QString text;
    for (int row = -1; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column) {
            if (row < 0) {
                cells += model.headerData(column, Qt::Horizontal).toString();
                continue;
            }
            const QModelIndex cell = model.index(row, column);
            const QVariant plainValue = cell.data(PlainRole);
            cells += (plainValue.isValid() ? plainValue : cell.data()).toString();
        }
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

} // namespace

CompareView::CompareView(QWidget* parent)
    : QWidget(parent), m_title(label({}, "heading")), m_configTitle(label({}, "heading")),
      m_charts(new CompareCharts(this)), m_metricsTable(makeTable(&m_metrics, tr("Metrics"))),
      m_configTable(makeTable(&m_config, tr("Configuration")))
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Comparison of runs"));
    const auto area = [this](QWidget*& content, QVBoxLayout*& layout, const QString& name) {
        auto* scroll = new QScrollArea(this);
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setAccessibleName(name);
        content = new QWidget(scroll);
        layout = new QVBoxLayout(content);
        layout->setContentsMargins(0, 0, 4, 0);
        layout->setSpacing(8);
        scroll->setWidget(content);
        return scroll;
    };
    const auto titled = [this](QWidget* heading, QWidget* body) {
        auto* box = new QWidget(this);
        auto* layout = new QVBoxLayout(box);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(4);
        layout->addWidget(heading);
        layout->addWidget(body, 1);
        layout->addStretch(0); // keeps the heading on top of a body that is hidden
        return box;
    };
    auto* right = new QSplitter(Qt::Vertical, this);
    right->addWidget(titled(label(tr("Where they part"), "heading"), area(m_cards, m_cardsLayout, tr("Differences"))));
    right->addWidget(titled(m_configTitle, m_configTable));
    right->setSizes({400, 400});
    right->setChildrenCollapsible(false);
    auto* across = new QSplitter(Qt::Horizontal, this);
    auto* left = new QSplitter(Qt::Vertical, this);
    left->addWidget(m_charts);
    left->addWidget(titled(label(tr("Metrics"), "heading"), m_metricsTable));
    left->setSizes({420, 380});
    left->setChildrenCollapsible(false);
    across->addWidget(left);
    across->addWidget(right);
    across->setStretchFactor(0, 3);
    across->setStretchFactor(1, 2);
    across->setChildrenCollapsible(false);
    m_runs = new QWidget(this);
    m_runsLayout = new QVBoxLayout(m_runs);
    m_runsLayout->setContentsMargins(0, 0, 0, 0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addWidget(makeHead());
    layout->addWidget(m_runs);
    layout->addWidget(across, 1);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &CompareView::backRequested);
}

QTableView* CompareView::makeTable(QAbstractItemModel* model, const QString& name)
{
    auto* table = new QTableView(this);
    table->setAccessibleName(name);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setTextElideMode(Qt::ElideRight); // the letter of the run stays
    enableCopy(table);
    return table;
}

QWidget* CompareView::makeHead()
{
    auto* head = new QWidget(this);
    auto* back = new QPushButton(Theme::instance().icon(QStringLiteral("step-back")), tr("&Back to the list"), head);
    back->setObjectName(QStringLiteral("backToRunsButton"));
    back->setToolTip(tr("Back to the list of runs (Esc)"));
    auto* copyAll = new QPushButton(Theme::instance().icon(QStringLiteral("copy")), tr("Copy as te&xt"), head);
    copyAll->setObjectName(QStringLiteral("copyComparisonButton"));
    copyAll->setToolTip(tr("Copy all of this comparison as plain text"));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(back);
    layout->addSpacing(8);
    layout->addWidget(m_title, 1);
    layout->addWidget(copyAll);
    connect(back, &QPushButton::clicked, this, &CompareView::backRequested);
    connect(copyAll, &QPushButton::clicked, this, &CompareView::copy);
    return head;
}

void CompareView::setComparison(const Comparison& comparison)
{
    m_comparison = comparison;
    m_metrics.setComparison(m_comparison);
    m_config.setComparison(m_comparison);
    m_charts->setComparison(m_comparison);
    m_title->setText(tr("Comparison of %1 runs").arg(m_comparison.runs.size()));
    m_configTitle->setText(m_config.rowCount() == 0   ? tr("Configuration: no key differs")
                           : m_config.rowCount() == 1 ? tr("Configuration: 1 key differs")
                                                      : tr("Configuration: %1 keys differ").arg(m_config.rowCount()));
    for (int column = 0; column < m_metrics.columnCount(); ++column) {
        const int figures = figureWidth(column == 0 ? QStringLiteral("P&L: rebate, withdrawals")
                                                    : QStringLiteral("xx 1,000,000.00 USDT"));
        const int head = m_metricsTable->horizontalHeader()->sectionSizeHint(column);
        m_metricsTable->setColumnWidth(column, std::clamp(head, figures, std::max(figures, kWidestHead)));
    }
    m_configTable->resizeColumnsToContents(); // some ten rows
    for (int column = 0; column < m_config.columnCount(); ++column)
        m_configTable->setColumnWidth(column, std::min(m_configTable->columnWidth(column) + kRoom, kWidestKey));
    m_configTable->setVisible(m_config.rowCount() > 0);
    showRuns();
    showDivergence();
}

void CompareView::showRuns()
{
    empty(m_runsLayout);
    auto* rows = new QWidget(m_runs);
    auto* grid = new QGridLayout(rows);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(2);
    for (std::size_t i = 0; i < m_comparison.runs.size(); ++i) {
        const StoredRun& run = m_comparison.runs[i];
        const RunInfo& info = run.info;
        const int row = static_cast<int>(i);
        QString dataName = QString::fromStdString(info.dataName);
        if (info.synthetic && !dataName.contains(QLatin1String("synthetic")))
            dataName = tr("%1 (synthetic)").arg(dataName);
        const QString cells[] = {runLetter(i),
                                 runName(run),
                                 QString::fromStdString(info.strategy),
                                 dataName,
                                 tr("%1 – %2", "from, to").arg(dateTime(info.from), dateTime(info.to)),
                                 QString::fromStdString(info.runId).left(kShortId)};
        for (int column = 0; column < static_cast<int>(std::size(cells)); ++column) {
            QLabel* cell = label(cells[column], column == 0 ? "heading" : column > 1 ? "muted" : nullptr);
            if (column >= 4)
                cell->setFont(Theme::instance().numbers());
            cell->setToolTip(column == 5 ? QString::fromStdString(info.runId) : QString());
            grid->addWidget(cell, row, column);
        }
        auto* open = new QPushButton(tr("Open %1").arg(runLetter(i)), rows);
        connect(open, &QPushButton::clicked, this,
                [this, id = QString::fromStdString(info.runId)] { emit openRequested(id); });
        grid->addWidget(open, row, 6);
    }
    grid->setColumnStretch(7, 1);
    m_runsLayout->addWidget(rows);
}

void CompareView::showDivergence()
{
    empty(m_cardsLayout);
    for (std::size_t i = 1; i < m_comparison.runs.size(); ++i)
        m_cardsLayout->addWidget(divergenceCard(i));
    m_cardsLayout->addStretch(1);
}

QWidget* CompareView::divergenceCard(std::size_t run)
{
    auto* card = new QFrame(m_cards);
    card->setProperty("role", QStringLiteral("card"));
    auto* layout = new QGridLayout(card);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setHorizontalSpacing(12);
    layout->setColumnStretch(1, 1);
    const auto& divergence = m_comparison.divergence[run];
    const QString a = runLetter(0);
    const QString b = runLetter(run);
    card->setAccessibleName(divergenceText(run));
    if (!divergence) {
        layout->addWidget(label(tr("%1 and %2 are the same wherever both have steps").arg(a, b)), 0, 0, 1, 2);
        return card;
    }
    const Divergence& d = *divergence;
    auto* heading = label(tr("%1 and %2 part at %3: %4", "run, run, time, what")
                              .arg(a, b, dateTimeSeconds(d.time), QString::fromStdString(d.what)),
                          "heading");
    heading->setToolTip(tr("Step %1 of %2, step %3 of %4").arg(d.stepA + 1).arg(a).arg(d.stepB + 1).arg(b));
    heading->setWordWrap(true);
    // Keys for the first one: the same for all would only go round among them.
    auto* open = new PromptButton(run == 1 ? tr("Open both ther&e") : tr("Open %1 and %2 there").arg(a, b), card);
    open->setObjectName(QStringLiteral("openBothButton"));
    layout->addWidget(heading, 0, 0, 1, 2);
    layout->addWidget(open, 0, 2, Qt::AlignTop);
    layout->addWidget(label(a, "muted"), 1, 0, Qt::AlignTop);
    layout->addWidget(valueLabel(d.valueA), 1, 1, 1, 2);
    layout->addWidget(label(b, "muted"), 2, 0, Qt::AlignTop);
    layout->addWidget(valueLabel(d.valueB), 2, 1, 1, 2);
    if (d.decisionTime && (*d.decisionTime != d.time || d.what != "decision")) {
        layout->addWidget(label(tr("First decision that differs: %1").arg(dateTimeSeconds(*d.decisionTime)), "muted"),
                          3, 0, 1, 3);
        layout->addWidget(label(a, "muted"), 4, 0, Qt::AlignTop);
        layout->addWidget(valueLabel(d.decisionA), 4, 1, 1, 2);
        layout->addWidget(label(b, "muted"), 5, 0, Qt::AlignTop);
        layout->addWidget(valueLabel(d.decisionB), 5, 1, 1, 2);
    } else if (!d.decisionTime) {
        layout->addWidget(label(tr("All decisions are the same"), "muted"), 3, 0, 1, 3);
    }
    connect(open, &QPushButton::clicked, this, [this, run, ms = toMs(d.time)] {
        const QString first = QString::fromStdString(m_comparison.runs.front().info.runId);
        const QString other = QString::fromStdString(m_comparison.runs[run].info.runId);
        emit openBesideRequested(other, first, ms);
    });
    return card;
}

QString CompareView::divergenceText(std::size_t run) const
{
    const QString a = runLetter(0);
    const QString b = runLetter(run);
    const auto& divergence = m_comparison.divergence[run];
    if (!divergence)
        return tr("%1 and %2 are the same wherever both have steps").arg(a, b) + QLatin1Char('\n');
    const Divergence& d = *divergence;
    const auto line = [](const QString& name, const std::string& value) {
        return name + QLatin1Char('\t') + QString::fromStdString(value) + QLatin1Char('\n');
    };
    QString text = tr("%1 and %2 part at %3: %4", "run, run, time, what")
                       .arg(a, b, QString::fromStdString(formatIso(d.time)), QString::fromStdString(d.what)) +
                   QLatin1Char('\n') + line(a, d.valueA) + line(b, d.valueB);
    if (d.decisionTime)
        text += tr("First decision that differs: %1").arg(QString::fromStdString(formatIso(*d.decisionTime))) +
                QLatin1Char('\n') + line(a, d.decisionA) + line(b, d.decisionB);
    return text;
}

QString CompareView::plainText() const
{
    QString text;
    for (std::size_t i = 0; i < m_comparison.runs.size(); ++i) {
        const RunInfo& info = m_comparison.runs[i].info;
        text += QStringList{runLetter(i),
                            QString::fromStdString(info.runId),
                            runName(m_comparison.runs[i]),
                            QString::fromStdString(info.strategy),
                            QString::fromStdString(info.dataName),
                            QString::fromStdString(formatIso(info.from)),
                            QString::fromStdString(formatIso(info.to))}
                    .join(QLatin1Char('\t')) +
                QLatin1Char('\n');
    }
    text += QLatin1Char('\n') + tableText(m_metrics) + QLatin1Char('\n') + m_charts->bridgeText() + QLatin1Char('\n') +
            tableText(m_config);
    for (std::size_t i = 1; i < m_comparison.runs.size(); ++i)
        text += QLatin1Char('\n') + divergenceText(i);
    return text;
}

void CompareView::copy() const
{
    QApplication::clipboard()->setText(plainText());
}

} // namespace carry::ui
