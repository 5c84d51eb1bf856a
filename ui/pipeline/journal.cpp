// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal.h"

#include "common/cell_delegate.h"
#include "common/theme.h"
#include "journal_model.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kTypingMs = 150;
constexpr int kNoVenue = -1;

template <class Choice> Choice chosen(const QComboBox* box)
{
    return static_cast<Choice>(box->currentData().toInt());
}

} // namespace

Journal::Journal(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new JournalModel(session.view(), this)), m_table(new QTableView)
{
    makeTable();
    m_stack = new EmptyStack(m_table, QString());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeFilterBar());
    layout->addWidget(m_stack);
    m_more.setSingleShot(true);
    m_more.setInterval(0);
    m_typed.setSingleShot(true);
    m_typed.setInterval(kTypingMs);
    connect(&m_more, &QTimer::timeout, this, [this] { m_refresh->request(); });
    connect(&m_typed, &QTimer::timeout, this, &Journal::applyFilter);
    connectSession();
    connect(&Theme::instance(), &Theme::changed, m_model, &JournalModel::refreshColors);
}

void Journal::connectSession()
{
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&m_session, &RunSession::recordChanged, this, &Journal::applyFilter);
    connect(&m_session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&m_session, &RunSession::selectionChanged, m_refresh, [this] {
        if (isVisible())
            followSelection();
    });
    onRowChosen(m_table, this, [this](const QModelIndex& current) { choose(current); });
    connect(m_table, &QTableView::clicked, this, &Journal::choose);
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { m_session.seek(m_model->stepOf(index)); });
}

Journal::~Journal()
{
    m_table->verticalScrollBar()->disconnect(this); // it still changes while the table is hidden for good
}

void Journal::makeTable()
{
    m_table->setObjectName(QStringLiteral("journalTable"));
    m_table->setAccessibleName(tr("Journal up to the cursor"));
    m_table->setModel(m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 5);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->resizeSection(JournalModel::Time, figureWidth(QStringLiteral("2024-08-05 13:00")));
    header->resizeSection(JournalModel::Level, 84);
    header->resizeSection(JournalModel::Kind, 72);
    header->resizeSection(JournalModel::Where, 66);
    header->resizeSection(JournalModel::Cash, figureWidth(QStringLiteral("+1,000.00")));
    // What tells most comes first, and is not cut; the kind says little more.
    header->moveSection(header->visualIndex(JournalModel::What), header->visualIndex(JournalModel::Level) + 1);
    header->moveSection(header->visualIndex(JournalModel::Kind), header->count() - 1);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    stretchColumn(m_table, JournalModel::What, m_table->fontMetrics().averageCharWidth() * 34);
    enableColumnMenu(header);
    enableCopy(m_table);
    // Stays with the newest entry until someone scrolls away from it.
    QScrollBar* bar = m_table->verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) {
        if (!m_following)
            m_atEnd = value >= bar->maximum();
    });
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int maximum) {
        if (m_atEnd)
            bar->setValue(maximum);
    });
}

QWidget* Journal::makeFilterBar()
{
    using Severity = JournalFilter::Severity;
    using Kind = JournalFilter::Kind;
    auto* bar = new QWidget;
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(6);
    m_text = new QLineEdit;
    m_text->setObjectName(QStringLiteral("journalTextEdit"));
    m_text->setAccessibleName(tr("Show entries that contain"));
    m_text->setPlaceholderText(tr("Filter by text"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(110);
    m_text->addAction(Theme::instance().icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    layout->addWidget(m_text, 1);
    const auto addBox = [&](const char* objectName, const QString& name) {
        auto* box = new QComboBox;
        box->setObjectName(QLatin1String(objectName));
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(7);
        layout->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &Journal::applyFilter);
        return box;
    };
    m_level = addBox("journalLevelBox", tr("Level at least"));
    m_level->addItem(tr("All levels"), static_cast<int>(Severity::Info));
    m_level->addItem(tr("Warning or worse"), static_cast<int>(Severity::Warning));
    m_level->addItem(tr("Critical"), static_cast<int>(Severity::Critical));
    m_venue = addBox("journalVenueBox", tr("Place"));
    m_venue->addItem(tr("Everywhere"), kNoVenue);
    for (const Venue venue : {kExchanges[0], kExchanges[1], kExchanges[2], Venue::AaveV3, Venue::EtherFi})
        m_venue->addItem(Words::venue(venue), static_cast<int>(venue));
    m_kind = addBox("journalKindBox", tr("Kind of entry"));
    m_kind->addItem(tr("All kinds"), static_cast<int>(Kind::All));
    m_kind->addItem(tr("Decisions"), static_cast<int>(Kind::Decisions));
    m_kind->addItem(tr("Plans"), static_cast<int>(Kind::Plans));
    m_kind->addItem(tr("Risk"), static_cast<int>(Kind::Risk));
    m_kind->addItem(tr("Funding"), static_cast<int>(Kind::Funding));
    m_kind->addItem(tr("Flows"), static_cast<int>(Kind::Flows));
    m_holds = new QCheckBox(tr("Ho&lds"));
    m_holds->setObjectName(QStringLiteral("journalHoldsBox"));
    m_holds->setAccessibleName(tr("Show decisions to do nothing"));
    m_holds->setToolTip(tr("Show decisions to do nothing too"));
    layout->addWidget(m_holds);
    for (QComboBox* box : {m_level, m_venue, m_kind})
        box->view()->setMinimumWidth(box->view()->sizeHintForColumn(0) + 2 * bar->fontMetrics().averageCharWidth());
    connect(m_holds, &QCheckBox::toggled, this, &Journal::applyFilter);
    connect(m_text, &QLineEdit::textChanged, &m_typed, qOverload<>(&QTimer::start));
    return bar;
}

JournalFilter Journal::chosenFilter() const
{
    JournalFilter filter;
    filter.text = m_text->text().trimmed();
    filter.atLeast = chosen<JournalFilter::Severity>(m_level);
    filter.kind = chosen<JournalFilter::Kind>(m_kind);
    if (m_venue->currentData().toInt() != kNoVenue)
        filter.venue = chosen<Venue>(m_venue);
    filter.holds = m_holds->isChecked();
    return filter;
}

void Journal::applyFilter()
{
    if (m_refresh == nullptr || m_kind == nullptr)
        return; // still being made
    {
        const QScopedValueRollback guard(m_following, true);
        m_model->restart(chosenFilter());
    }
    m_refresh->request();
}

void Journal::update()
{
    const QScopedValueRollback guard(m_following, true);
    const int before = m_model->rowCount();
    const bool done = m_model->update();
    if (!done)
        m_more.start();
    updateEmptyState();
    if (m_model->rowCount() == before)
        return;
    if (m_atEnd)
        m_table->scrollToBottom();
    if (done)
        followSelection();
}

void Journal::updateEmptyState()
{
    m_stack->setEmpty(m_model->rowCount() == 0 && !m_more.isActive());
    auto* hint = m_stack->findChild<QLabel*>(QStringLiteral("emptyHintLabel"));
    if (m_stack->isEmpty() && hint != nullptr)
        hint->setText(m_session.empty() ? tr("No run is open. Run a strategy, or open a stored run.")
                      : m_model->filter() == JournalFilter{}
                          ? tr("Nothing has happened up to the cursor. Move it forward.")
                          : tr("No entry up to the cursor matches the filter. Widen it, or move the cursor forward."));
}

void Journal::choose(const QModelIndex& index)
{
    if (!m_following && index.isValid())
        m_session.select(m_model->selectionOf(index));
}

void Journal::followSelection()
{
    const QScopedValueRollback guard(m_following, true);
    const Selection& selection = m_session.selection();
    const QModelIndex wanted = m_model->indexOf(selection);
    if (!wanted.isValid()) {
        if (selection.kind != Selection::Kind::None)
            m_table->clearSelection();
    } else if (!m_table->selectionModel()->isSelected(wanted)) {
        m_table->setCurrentIndex(wanted);
        m_table->scrollTo(wanted);
    }
}

} // namespace carry::ui
