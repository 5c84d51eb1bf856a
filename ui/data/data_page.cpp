// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_page.h"

#include "common/floating_notices.h"
#include "common/item_views.h"
#include "common/theme.h"
#include "coverage_map.h"
#include "desk/exports.h"
#include "finding_model.h"

#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

QString folderOf(const QMimeData* mime)
{
    for (const QUrl& url : mime->urls())
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isDir())
            return url.toLocalFile();
    return {};
}

QString csvCell(QString text)
{
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
        return text;
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

QString csvOf(const QAbstractItemModel& model)
{
    QString text;
    for (int row = -1; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells += csvCell(row < 0 ? model.headerData(column, Qt::Horizontal).toString()
                                     : model.index(row, column).data().toString());
        text += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

} // namespace

DataPage::DataPage(QWidget* parent)
    : QWidget(parent), m_model(new FindingModel(this)), m_filter(new FindingFilter(this)), m_map(new CoverageMap)
{
    setAcceptDrops(true);
    m_filter->setSourceModel(m_model);
    auto* top = new QHBoxLayout;
    m_name = new QLabel(this);
    m_name->setTextFormat(Qt::RichText);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary = new QLabel(this);
    m_summary->setProperty("role", "muted");
    auto* open = new QPushButton(Theme::instance().icon(QStringLiteral("folder")), tr("Open folder…"), this);
    auto* demo = new QPushButton(tr("Demo data"), this);
    auto* save = new QToolButton(this);
    save->setText(tr("Export"));
    save->setAccessibleName(tr("Export the report"));
    save->setIcon(Theme::instance().icon(QStringLiteral("export")));
    save->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    save->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(save);
    m_exports = {menu->addAction(tr("Report as &JSON…"), this, [this] { exportReport(true); }),
                 menu->addAction(tr("Findings as &CSV…"), this, [this] { exportReport(false); })};
    m_exports[0]->setObjectName(QStringLiteral("exportReportAction"));
    m_exports[1]->setObjectName(QStringLiteral("exportFindingsAction"));
    for (QAction* action : m_exports)
        action->setEnabled(false);
    save->setMenu(menu);
    top->addWidget(m_name);
    top->addSpacing(12);
    top->addWidget(m_summary);
    top->addStretch(1);
    for (QWidget* widget : {static_cast<QWidget*>(demo), static_cast<QWidget*>(open), static_cast<QWidget*>(save)})
        top->addWidget(widget);

    m_banner = new Banner(this);
    m_progress = new ProgressStrip(this);
    auto* empty = new EmptyState(this);
    empty->setText(QStringLiteral("folder"), tr("No market data yet"),
                   tr("Open a folder of candles and funding rates, drop one here, or look at the demo data."));
    connect(empty->addButton(tr("Open folder…"), QStringLiteral("folder"), true), &QPushButton::clicked, this,
            [this] { emit openFolderRequested({}); });
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(empty);
    m_stack->addWidget(buildReport());

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);
    auto* notices = new FloatingNotices(this);
    notices->add(m_progress);
    notices->add(m_banner);

    connect(open, &QPushButton::clicked, this, [this] { emit openFolderRequested({}); });
    connect(demo, &QPushButton::clicked, this, &DataPage::demoRequested);
    connect(m_progress, &ProgressStrip::cancelled, this, &DataPage::cancelRequested);
    connect(m_map, &CoverageMap::selectionChanged, this, [this](const QString& series) {
        m_filter->setSeries(series);
        showSummary();
    });
    showSummary();
}

QWidget* DataPage::buildReport()
{
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    auto* scroll = new QScrollArea(splitter);
    scroll->setAccessibleName(tr("Coverage of the series"));
    scroll->setWidget(m_map);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    splitter->addWidget(scroll);

    auto* lower = new QWidget(splitter);
    m_severity = new QComboBox(lower);
    m_severity->setAccessibleName(tr("Lowest severity shown"));
    m_severity->addItems({tr("All severities"), tr("Warnings and errors"), tr("Errors")});
    m_words = new QLineEdit(lower);
    m_words->setAccessibleName(tr("Filter the findings by words"));
    m_words->setPlaceholderText(tr("Filter: words of series, kind, file, rule"));
    m_words->setClearButtonEnabled(true);
    m_shown = new QLabel(lower);
    m_shown->setProperty("role", "muted");
    auto* filters = new QHBoxLayout;
    filters->addWidget(m_words, 1);
    filters->addWidget(m_severity);
    filters->addWidget(m_shown);
    m_table = new QTableView(lower);
    m_table->setAccessibleName(tr("Findings"));
    m_table->setModel(m_filter);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(FindingModel::Severity, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    enableCopy(m_table);
    enableColumnMenu(m_table->horizontalHeader());
    const std::pair<int, int> widths[] = {{FindingModel::Severity, 100}, {FindingModel::Kind, 120},
                                          {FindingModel::Series, 170},   {FindingModel::From, 140},
                                          {FindingModel::To, 140},       {FindingModel::Count, 70},
                                          {FindingModel::Place, 260},    {FindingModel::Rule, 330}};
    for (const auto& [column, width] : widths)
        m_table->setColumnWidth(column, width);
    auto* layout = new QVBoxLayout(lower);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addLayout(filters);
    layout->addWidget(m_table, 1);
    splitter->addWidget(lower);
    scroll->setMinimumHeight(160);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({420, 380});
    connect(m_severity, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setSeverity(static_cast<FindingSeverity>(index));
        showSummary();
    });
    connect(m_words, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_filter->setWords(words);
        showSummary();
    });
    return splitter;
}

void DataPage::setData(std::shared_ptr<const MarketData> market, const QString& source)
{
    for (QAction* action : m_exports)
        action->setEnabled(market != nullptr);
    clearLoading();
    m_data = std::move(market);
    m_model->setData(m_data);
    m_map->setData(m_data);
    m_filter->setSeries({});
    m_stack->setCurrentIndex(m_data ? 1 : 0);
    const QString name = m_data && m_data->synthetic
                             ? tr("<b>Demo data</b> (synthetic: they say nothing about any market)")
                             : QStringLiteral("<b>%1</b>").arg(QDir::toNativeSeparators(source).toHtmlEscaped());
    m_name->setText(m_data ? name : QString());
    showSummary();
}

void DataPage::showSummary()
{
    if (!m_data) {
        m_summary->clear();
        return;
    }
    std::size_t errors = 0;
    std::size_t warnings = 0;
    for (const Finding& f : m_data->report.findings) {
        errors += f.severity == FindingSeverity::Error ? 1 : 0;
        warnings += f.severity == FindingSeverity::Warning ? 1 : 0;
    }
    m_summary->setText(tr("Series %1 · errors %2 · warnings %3 · notes %4")
                           .arg(m_data->report.coverage.size())
                           .arg(errors)
                           .arg(warnings)
                           .arg(m_data->report.findings.size() - errors - warnings));
    QString shown = tr("%1 of %2 findings").arg(m_filter->rowCount()).arg(m_model->rowCount());
    if (!m_map->selected().isEmpty())
        shown += tr(" of %1").arg(m_map->selected());
    m_shown->setText(shown);
}

void DataPage::setLoading(std::size_t done, std::size_t total)
{
    if (!m_progress->active())
        m_progress->start(tr("Reading market data"));
    m_progress->setProgress(done, total);
}

void DataPage::clearLoading()
{
    m_progress->finish();
}

void DataPage::exportReport(bool json)
{
    if (!m_data)
        return;
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export the report"), json ? QStringLiteral("data-quality.json") : QStringLiteral("findings.csv"),
        json ? tr("JSON (*.json)") : tr("CSV (*.csv)"));
    if (file.isEmpty())
        return;
    const std::string text = json ? qualityToJson(*m_data).dump(2) + "\n" : csvOf(*m_filter).toStdString();
    if (auto written = writeFile(file.toStdString(), text); !written)
        m_banner->showError(written.error(), tr("Cannot export"));
    else
        m_banner->showMessage(Banner::Level::Success, tr("Written to %1.").arg(QDir::toNativeSeparators(file)));
}

void DataPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!folderOf(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event)
{
    if (const QString folder = folderOf(event->mimeData()); !folder.isEmpty())
        emit openFolderRequested(folder);
}

} // namespace carry::ui
