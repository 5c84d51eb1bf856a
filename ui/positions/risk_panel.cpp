// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk_panel.h"

#include "common/cell_delegate.h"
#include "common/number_format.h"
#include "common/words.h"
#include "headroom_delegate.h"

#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{
namespace
{

using Model = LinesModel<RiskLine>;

QString valueText(const RiskLine& line, double value)
{
    if (line.metric == RiskMetric::HealthFactor)
        return quantity(value, 4);
    return figure(value, Words::metricUnit(line.metric));
}

//! What the figure is, as a formula.
QString formula(RiskMetric metric)
{
    switch (metric) {
    case RiskMetric::MarginRatio:
        return RiskPanel::tr("Collateral / perp notional");
    case RiskMetric::LiquidationDistance:
        return RiskPanel::tr("|Liquidation price / mark − 1|");
    case RiskMetric::DeltaDrift:
        return RiskPanel::tr("|Net delta − target| × price / NAV");
    case RiskMetric::FundingTrailing:
        return RiskPanel::tr("Rates of the last three days, summed × 365 / 3");
    case RiskMetric::Basis:
        return RiskPanel::tr("|Mark / spot − 1|");
    case RiskMetric::Staleness:
        return RiskPanel::tr("Age of the older leg's price, in bars");
    case RiskMetric::Drawdown:
        return RiskPanel::tr("(Peak − unit value) / peak");
    case RiskMetric::AaveLtv:
        return RiskPanel::tr("Debt / collateral at Aave, at its oracle's prices");
    case RiskMetric::HealthFactor:
        return RiskPanel::tr("Collateral × liquidation threshold / debt; below 1 the position is liquidated");
    case RiskMetric::LstDiscount:
        return RiskPanel::tr("|Market price − protocol's ratio| / ratio of the staked token");
    }
    return {};
}

bool hasValue(const RiskLine& line)
{
    return !std::isnan(line.value);
}

Badge badgeOf(const RiskLine& line)
{
    if (hasValue(line) || line.level != RiskLevel::Ok)
        return Words::level(line.level);
    return {Words::empty(absentReason(line.value)), QStringLiteral("dot"), Tone::Muted};
}

QString placeText(const RiskLine& line)
{
    switch (line.metric) {
    case RiskMetric::AaveLtv:
    case RiskMetric::HealthFactor:
        return Words::venue(Venue::AaveV3);
    case RiskMetric::LstDiscount:
        return RiskPanel::tr("DEX");
    default:
        return Words::scope(line.scope);
    }
}

QVariant metricRoles(const RiskLine& line, int role)
{
    return role == Qt::ToolTipRole ? QVariant(formula(line.metric)) : QVariant();
}

QVariant valueRoles(const RiskLine& line, int role)
{
    if (role == Qt::ToolTipRole)
        return hasValue(line) ? formula(line.metric) : Words::empty(absentReason(line.value));
    return {};
}

QVariant levelRoles(const RiskLine& line, int role)
{
    const Badge badge = badgeOf(line);
    if (role == Qt::DecorationRole)
        return badge.pixmap();
    if (role == Qt::ForegroundRole)
        return toneColor(badge.tone);
    return {};
}

QVariant headroomRoles(const RiskLine& line, int role)
{
    switch (role) {
    case HeadroomDelegate::HeadroomRole:
        return line.headroom;
    case HeadroomDelegate::ToneRole:
        return static_cast<int>(badgeOf(line).tone);
    case Qt::AccessibleTextRole:
        return std::isnan(line.headroom) ? badgeOf(line).word
                                         : RiskPanel::tr("Headroom %1").arg(percent(line.headroom, 0));
    case Qt::ToolTipRole:
        return std::isnan(line.headroom)
                   ? badgeOf(line).word
                   : RiskPanel::tr("%1 of the way from the critical level; the ticks are critical %2 and warning %3")
                         .arg(percent(line.headroom, 0), valueText(line, line.limit.critical),
                              valueText(line, line.limit.warn));
    default:
        return {};
    }
}

QVariant muted(const RiskLine&, int role)
{
    return role == Qt::ForegroundRole ? QVariant(colors().muted) : QVariant();
}

std::vector<Model::Column> riskColumns()
{
    const auto text = [](auto get) { return [get](const RiskLine& line) { return valueText(line, get(line)); }; };
    const auto value = [](const RiskLine& line) { return line.value; };
    const auto warn = [](const RiskLine& line) { return line.limit.warn; };
    const auto critical = [](const RiskLine& line) { return line.limit.critical; };
    const auto plainOf = [](auto get) { return [get](const RiskLine& line) { return plain(get(line)); }; };
    return {
        {RiskPanel::tr("Metric"),
         {},
         [](const RiskLine& l) { return Words::metric(l.metric); },
         nullptr,
         false,
         metricRoles},
        {RiskPanel::tr("Where"), RiskPanel::tr("An exchange, Aave, the DEX, or the whole book"),
         [](const RiskLine& l) { return placeText(l); }, nullptr, false, nullptr},
        {RiskPanel::tr("Value"), RiskPanel::tr("At the cursor"), text(value), plainOf(value), true, valueRoles},
        {RiskPanel::tr("Level"),
         RiskPanel::tr("A level is left only when the figure is back by a tenth of its threshold"),
         [](const RiskLine& l) { return badgeOf(l).word; }, nullptr, false, levelRoles},
        {RiskPanel::tr("Headroom"), RiskPanel::tr("Empty at the critical level, half full at the warning level"),
         [](const RiskLine& l) { return percent(l.headroom, 0); }, [](const RiskLine& l) { return plain(l.headroom); },
         false, headroomRoles},
        {RiskPanel::tr("Warn"), RiskPanel::tr("Limit of the warning level"), text(warn), plainOf(warn), true, muted},
        {RiskPanel::tr("Critical"), RiskPanel::tr("Limit of the critical level"), text(critical), plainOf(critical),
         true, muted},
        {RiskPanel::tr("At critical"), RiskPanel::tr("What the critical level asks for"),
         [](const RiskLine& l) { return Words::riskAction(l.action); }, nullptr, false, muted}};
}

} // namespace

RiskPanel::RiskPanel(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new Model(riskColumns(), this)), m_table(new QTableView)
{
    makeTable();
    m_stack = new EmptyStack(m_table, tr("No risk figures yet. Run a strategy, or open a stored run."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&session, &RunSession::selectionChanged, m_refresh, [this] {
        if (isVisible())
            followSelection();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_model->refresh(); });
    onRowChosen(m_table, this, [this](const QModelIndex& current) { choose(current); });
    connect(m_table, &QTableView::clicked, this, &RiskPanel::choose);
}

void RiskPanel::makeTable()
{
    m_table->setObjectName(QStringLiteral("riskTable"));
    m_table->setAccessibleName(tr("Risk at the cursor"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setItemDelegateForColumn(Headroom, new HeadroomDelegate(m_table));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->resizeSection(Metric, 150);
    header->resizeSection(Scope, 68);
    header->resizeSection(Value, figureWidth(QStringLiteral("2,100.00 %")));
    header->resizeSection(Level, 84);
    header->resizeSection(Headroom, 76);
    header->resizeSection(Warn, figureWidth(QStringLiteral("15.00 %")));
    header->resizeSection(Critical, figureWidth(QStringLiteral("15.00 %")));
    header->resizeSection(AtCritical, 112);
    enableColumnMenu(header);
    enableCopy(m_table);
}

void RiskPanel::update()
{
    const QScopedValueRollback guard(m_following, true);
    m_model->set(riskLines(m_session.view()));
    m_stack->setEmpty(m_session.empty());
    followSelection();
}

void RiskPanel::choose(const QModelIndex& index)
{
    if (m_following || !index.isValid())
        return;
    const RiskLine& line = m_model->line(index.row());
    if (line.scope < kExchangeCount)
        m_session.select({Selection::Kind::Exchange, line.scope});
    else if (line.metric == RiskMetric::AaveLtv || line.metric == RiskMetric::HealthFactor)
        m_session.select({Selection::Kind::Account, m_session.record()->chart().aave(Asset::ETH).debt});
    else // of the whole book: what the step was made of
        m_session.select({Selection::Kind::Step, m_session.cursor()});
}

// Any row of the selected exchange will do; the one that was chosen stays.
void RiskPanel::followSelection()
{
    const QScopedValueRollback guard(m_following, true);
    const Selection& selection = m_session.selection();
    if (selection.kind == Selection::Kind::None)
        return;
    if (selection.kind != Selection::Kind::Exchange) {
        if (m_table->hasFocus() && selection.kind != Selection::Kind::None)
            return; // it was chosen here
        m_table->clearSelection();
        return;
    }
    const auto ofExchange = [&selection](const RiskLine& line) { return line.scope == selection.index; };
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (!rows.empty() && ofExchange(m_model->line(rows.first().row())))
        return;
    if (const int row = m_model->find(ofExchange); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
}

} // namespace carry::ui
