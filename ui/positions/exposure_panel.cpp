// SPDX-License-Identifier: GPL-3.0-or-later
#include "exposure_panel.h"

#include "common/cell_delegate.h"
#include "common/number_format.h"
#include "common/words.h"

#include <QLabel>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

using AssetModel = LinesModel<ExposureLine>;
using ExchangeModel = LinesModel<VenueLine>;

constexpr int kCoinDecimals = 4;

template <class Line, class Format>
typename LinesModel<Line>::Column figureColumn(const QString& title, const QString& tip, double Line::*member,
                                               Format format)
{
    return {title,
            tip,
            [member, format](const Line& line) { return format(line.*member); },
            [member](const Line& line) { return plain(line.*member); },
            /*figure=*/true,
            [member](const Line& line, int role) -> QVariant {
                if (role == Qt::ToolTipRole && absentReason(line.*member) != EmptyReason::None)
                    return Words::empty(absentReason(line.*member));
                return {};
            }};
}

QString coins(double value)
{
    return quantity(value, kCoinDecimals);
}

QString usdt(double value)
{
    return money(value, 0);
}

QString share(double value)
{
    return percent(value);
}

QString assetName(const ExposureLine& line)
{
    return QString::fromStdString(std::string(toText(line.asset)));
}

QString venueName(const VenueLine& line)
{
    return Words::venue(line.venue);
}

std::vector<AssetModel::Column> assetColumns()
{
    using L = ExposureLine;
    return {{ExposurePanel::tr("Asset"), ExposurePanel::tr("What is exposed"), assetName, nullptr, false, nullptr},
            figureColumn<L>(ExposurePanel::tr("Net"),
                            ExposurePanel::tr("Coins: spot + perps (short < 0) + wallet + staked + Aave + in flight"),
                            &L::net, coins),
            figureColumn<L>(ExposurePanel::tr("Gross"), ExposurePanel::tr("Coins: |spot| + |perps| + other coins"),
                            &L::gross, coins),
            figureColumn<L>(ExposurePanel::tr("Target"),
                            ExposurePanel::tr("Coins: nothing, but the NAV where the run is counted in this coin"),
                            &L::target, coins),
            figureColumn<L>(ExposurePanel::tr("On chain"),
                            ExposurePanel::tr("Coins in the wallet, staked, at Aave (debt < 0) and in flight"),
                            &L::onChain, coins),
            figureColumn<L>(ExposurePanel::tr("Exchanges"), ExposurePanel::tr("Coins: spot + perps (short < 0)"),
                            &L::atExchanges, coins),
            figureColumn<L>(ExposurePanel::tr("Net value"), ExposurePanel::tr("Net × price, in the run's currency"),
                            &L::netValue, usdt),
            figureColumn<L>(ExposurePanel::tr("Gross value"), ExposurePanel::tr("Gross × price, in the run's currency"),
                            &L::grossValue, usdt),
            figureColumn<L>(ExposurePanel::tr("Of NAV"), ExposurePanel::tr("|Net − target| × price / NAV"),
                            &L::shareOfNav, share)};
}

std::vector<ExchangeModel::Column> exchangeColumns()
{
    using L = VenueLine;
    return {
        {ExposurePanel::tr("Exchange"), ExposurePanel::tr("Where"), venueName, nullptr, false, nullptr},
        figureColumn<L>(ExposurePanel::tr("Net delta"), ExposurePanel::tr("Coins: spot + perp (short < 0)"),
                        &L::netDelta, coins),
        figureColumn<L>(ExposurePanel::tr("Equity"),
                        ExposurePanel::tr("USDT + coins × spot + unrealised P&L of the perp"), &L::equity, usdt),
        figureColumn<L>(ExposurePanel::tr("Notional"), ExposurePanel::tr("|Perp| × mark, in USDT"), &L::notional, usdt),
        figureColumn<L>(ExposurePanel::tr("Basis"), ExposurePanel::tr("Mark / spot − 1"), &L::basis,
                        [](double value) { return percent(value, 3); }),
        figureColumn<L>(ExposurePanel::tr("Funding"),
                        ExposurePanel::tr("A year, from the rates of the last three days: their sum × 365 / 3"),
                        &L::fundingApr, share)};
}

QLabel* heading(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text);
    label->setProperty("role", QStringLiteral("heading"));
    label->setContentsMargins(6, 4, 6, 2);
    label->setBuddy(buddy);
    return label;
}

} // namespace

ExposurePanel::ExposurePanel(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_assetModel(new AssetModel(assetColumns(), this)),
      m_exchangeModel(new ExchangeModel(exchangeColumns(), this))
{
    // Scrolls where there is little room, so that the panel above it keeps its share.
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("exposureScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(makeBody());
    m_stack = new EmptyStack(scroll, tr("No exposure yet. Run a strategy, or open a stored run."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&session, &RunSession::selectionChanged, m_refresh, [this] {
        if (isVisible())
            followSelection();
    });
    connectTable(m_assets, &ExposurePanel::chooseAsset);
    connectTable(m_exchanges, &ExposurePanel::chooseExchange);
}

void ExposurePanel::connectTable(QTableView* table, void (ExposurePanel::*choose)(const QModelIndex&))
{
    onRowChosen(table, this, [this, choose](const QModelIndex& current) { (this->*choose)(current); });
    connect(table, &QTableView::clicked, this, choose);
}

QWidget* ExposurePanel::makeBody()
{
    m_assets = makeTable(m_assetModel, tr("Exposure by asset at the cursor"), "assetExposureTable");
    m_exchanges = makeTable(m_exchangeModel, tr("Exposure by exchange at the cursor"), "exchangeExposureTable");
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(heading(tr("By &asset"), m_assets));
    layout->addWidget(m_assets);
    m_exchangeHeading = heading(tr("By e&xchange"), m_exchanges);
    layout->addWidget(m_exchangeHeading);
    layout->addWidget(m_exchanges);
    layout->addStretch();
    return body;
}

QTableView* ExposurePanel::makeTable(QAbstractItemModel* model, const QString& name, const char* objectName)
{
    auto* table = new QTableView;
    table->setObjectName(QLatin1String(objectName));
    table->setAccessibleName(name);
    table->setModel(model);
    table->setFrameShape(QFrame::NoFrame);
    table->setItemDelegate(new CellDelegate(table));
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->resizeSection(0, 74);
    for (int column = 1; column < model->columnCount(); ++column)
        header->resizeSection(column,
                              std::max(figureWidth(QStringLiteral("−0.000 %x")), header->sectionSizeHint(column)));
    enableColumnMenu(header);
    enableCopy(table);
    // A few rows: as high as they are. Qt's own way lays the window out anew whenever a figure changes.
    const auto fit = [table] {
        table->setFixedHeight(table->horizontalHeader()->sizeHint().height() +
                              table->model()->rowCount() * table->verticalHeader()->defaultSectionSize() +
                              table->horizontalScrollBar()->sizeHint().height());
    };
    connect(model, &QAbstractItemModel::modelReset, table, fit);
    fit();
    return table;
}

void ExposurePanel::update()
{
    const QScopedValueRollback guard(m_following, true);
    m_assetModel->set(exposureLines(m_session.view()));
    m_exchangeModel->set(venueLines(m_session.view()));
    m_stack->setEmpty(m_session.empty());
    const bool chain = !m_session.empty() && m_session.record()->layout().chain;
    for (QWidget* each : {static_cast<QWidget*>(m_exchangeHeading), static_cast<QWidget*>(m_exchanges)})
        each->setVisible(m_exchangeModel->rowCount() > 0 || !chain);
    for (const int column : {3, 4, 5}) // target, on chain, exchanges
        m_assets->setColumnHidden(column, !chain);
    followSelection();
}

void ExposurePanel::chooseAsset(const QModelIndex& index)
{
    if (!m_following && index.isValid())
        m_session.select({Selection::Kind::Asset, static_cast<std::size_t>(m_assetModel->line(index.row()).asset)});
}

void ExposurePanel::chooseExchange(const QModelIndex& index)
{
    if (!m_following && index.isValid())
        m_session.select({Selection::Kind::Exchange, exchangeIndex(m_exchangeModel->line(index.row()).venue)});
}

void ExposurePanel::followSelection()
{
    const QScopedValueRollback guard(m_following, true);
    const Selection& selection = m_session.selection();
    const auto follow = [](QTableView* table, int row) {
        if (row < 0)
            table->clearSelection();
        else if (!table->selectionModel()->isRowSelected(row, {}))
            table->setCurrentIndex(table->model()->index(row, 0));
    };
    follow(m_assets, selection.kind != Selection::Kind::Asset ? -1 : m_assetModel->find([&](const ExposureLine& line) {
        return static_cast<std::size_t>(line.asset) == selection.index;
    }));
    follow(m_exchanges,
           selection.kind != Selection::Kind::Exchange ? -1 : m_exchangeModel->find([&](const VenueLine& line) {
               return exchangeIndex(line.venue) == selection.index;
           }));
}

} // namespace carry::ui
