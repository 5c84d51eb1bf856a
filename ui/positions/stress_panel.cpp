// SPDX-License-Identifier: GPL-3.0-or-later
#include "stress_panel.h"

#include "common/cell_delegate.h"
#include "common/number_format.h"
#include "common/words.h"

#include <QLabel>
#include <QLocale>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{
namespace
{

using Model = LinesModel<StressLine>;
using L = StressLine;

constexpr int kRestMs = 120;

double number(const Figure& value)
{
    return value.value.value_or(std::nan(""));
}

QString daysText(const Figure& days)
{
    if (days.value)
        return StressPanel::tr("%1 d").arg(quantity(*days.value, *days.value < 100 ? 1 : 0));
    return days.reason == EmptyReason::NoSolution ? StressPanel::tr("never") : Words::empty(days.reason);
}

QVariant daysRoles(const L& line, int role)
{
    const Figure& days = line.after.daysToLiquidation;
    if (role != Qt::ToolTipRole || days.value)
        return {};
    const std::string_view reason = reasonOfDays(days);
    return QString::fromUtf8(reason.data(), static_cast<qsizetype>(reason.size()));
}

//! Who would liquidate.
QString liquidatedText(const L& line)
{
    QStringList who;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        if (line.after.venues[i].liquidated)
            who += Words::venue(kExchanges[i]);
    if (line.after.lendingLiquidated)
        who += Words::venue(Venue::AaveV3);
    return who.isEmpty() ? StressPanel::tr("Nobody") : who.join(QStringLiteral(", "));
}

bool isLiquidated(const L& line)
{
    const auto& venues = line.after.venues;
    return line.after.lendingLiquidated ||
           std::any_of(venues.begin(), venues.end(), [](const VenueStress& v) { return v.liquidated; });
}

QVariant liquidatedRoles(const L& line, int role)
{
    const Badge badge = isLiquidated(line) ? Badge{{}, QStringLiteral("warning"), Tone::Critical}
                                           : Badge{{}, QStringLiteral("check"), Tone::Ok};
    if (role == Qt::DecorationRole)
        return badge.pixmap();
    return role == Qt::ForegroundRole ? QVariant(toneColor(badge.tone)) : QVariant();
}

QVariant changeRoles(const L& line, int role)
{
    return role == Qt::ForegroundRole && line.change < 0 ? QVariant(colors().loss) : QVariant();
}

//! Shorter than what is exported: the panel is narrow, and rows that differ only at their ends must be told apart.
QString shortName(const StressRules& rules, const carry::Scenario& scenario)
{
    const QString shock = (scenario.shock < 0 ? QChar(0x2212) : QLatin1Char('+')) +
                          QLocale().toString(std::abs(scenario.shock) * 100, 'g', 4) + QStringLiteral(" %");
    switch (scenario.kind) {
    case ScenarioKind::LstMarket:
        return StressPanel::tr("%1 market %2", "staked token, change")
            .arg(rules.lst ? currency(*rules.lst) : StressPanel::tr("Token"), shock);
    case ScenarioKind::BorrowRate:
        return StressPanel::tr("Borrow rate %1, %2 d", "change in points, days").arg(shock).arg(scenario.days);
    case ScenarioKind::Funding:
        return StressPanel::tr("Funding %1, %2 d", "rate, days").arg(shock).arg(scenario.days);
    case ScenarioKind::Unstressed:
    case ScenarioKind::Price:
    case ScenarioKind::LstRatio:
    case ScenarioKind::VenueLoss:
        break;
    }
    return QString::fromStdString(describeScenario(rules, scenario));
}

QVariant nameRoles(const L& line, int role)
{
    return role == Qt::ToolTipRole ? QVariant(line.name) : QVariant();
}

//! A column of one number and how it is written.
template <class Get, class Text> Model::Column numbers(const QString& title, const QString& tip, Get get, Text text)
{
    return {
        title, tip, [get, text](const L& l) { return text(l, get(l)); }, [get](const L& l) { return plain(get(l)); },
        true,  {}};
}

std::vector<Model::Column> columns()
{
    const auto inRun = [](const L& l, double v) { return inCurrency(v, l.shareClass); };
    const auto signedInRun = [](const L& l, double v) { return signedInCurrency(v, l.shareClass); };
    const auto share = [](const L&, double v) { return percent(v); };
    const auto coins = [](const L&, double v) { return quantity(v, 4); };
    std::vector<Model::Column> all{
        {StressPanel::tr("Scenario"),
         {},
         [](const L& l) { return l.brief; },
         [](const L& l) { return l.name; },
         false,
         nameRoles},
        numbers(
            StressPanel::tr("Equity"), StressPanel::tr("After the shock, in the run's currency; nobody has acted"),
            [](const L& l) { return l.after.equity; }, inRun),
        numbers(
            StressPanel::tr("Change"), StressPanel::tr("Of equity"), [](const L& l) { return l.change; }, signedInRun),
        numbers(
            StressPanel::tr("Change %"), StressPanel::tr("Change / equity before"),
            [](const L& l) { return number(l.changeFraction); }, share),
        numbers(
            StressPanel::tr("Net delta"), StressPanel::tr("Coins of the base asset"),
            [](const L& l) { return l.after.netDelta; }, coins),
        numbers(
            StressPanel::tr("HF"), StressPanel::tr("Health factor at Aave; below 1 the position is liquidated"),
            [](const L& l) { return number(l.after.healthFactor); }, coins),
        numbers(
            StressPanel::tr("LTV"), StressPanel::tr("Debt / collateral at Aave"),
            [](const L& l) { return number(l.after.ltv); }, share),
        {StressPanel::tr("To liquidation"), StressPanel::tr("Until the health factor is 1 at the rates of the moment"),
         [](const L& l) { return daysText(l.after.daysToLiquidation); },
         [](const L& l) { return plain(number(l.after.daysToLiquidation)); }, true, daysRoles},
        numbers(
            StressPanel::tr("Exit"),
            StressPanel::tr("Staked tokens sold on the DEX, debt and flash fee repaid; without gas"),
            [](const L& l) { return number(l.after.exitProceeds); }, inRun),
        {StressPanel::tr("Liquidates"), StressPanel::tr("Who would liquidate"), liquidatedText, nullptr, false,
         liquidatedRoles}};
    all[StressPanel::Change].other = changeRoles;
    return all;
}

} // namespace

//! Only the background thread looks into it once it is made.
struct StressPanel::Desk {
    explicit Desk(std::shared_ptr<const RunRecord> record) : rules(stressRules(record->info())), view(std::move(record))
    {
    }
    Result<StressRules> rules;
    RunView view;
};

struct StressPanel::Answer {
    std::shared_ptr<Desk> desk;
    std::optional<StressReport> report;
    std::vector<StressLine> lines;
    std::optional<Error> error;
};

StressPanel::StressPanel(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new Model(columns(), this)), m_table(new QTableView),
      m_headline(new QLabel)
{
    makeTable();
    m_headline->setWordWrap(true);
    m_headline->setContentsMargins(6, 4, 6, 4);
    m_headline->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_headline->setAccessibleName(tr("Headroom until liquidation"));
    auto* body = new QWidget;
    auto* inside = new QVBoxLayout(body);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(0);
    inside->addWidget(m_headline);
    inside->addWidget(m_table, 1);
    m_stack = new EmptyStack(body, tr("No book to stress yet. Run a strategy, or open a stored run."));
    m_stack->setEmpty(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &StressPanel::ask);
    // While the cursor keeps moving the timer starts again and again: only where it rests is anything computed.
    m_refresh = new WhenVisible(this, [this] { m_rest.start(); });
    connect(&session, &RunSession::recordChanged, this, [this] {
        m_desk.reset();
        m_model->set({});
        m_stack->setEmpty(true);
    });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_model->refresh(); });
}

StressPanel::~StressPanel() = default;

void StressPanel::makeTable()
{
    m_table->setObjectName(QStringLiteral("stressTable"));
    m_table->setAccessibleName(tr("Stress of the book at the cursor"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    // What is asked first stands first; the panel is narrow.
    const Column order[] = {Scenario, ChangeFraction, Health, Ltv, Liquidated, Equity, Change, NetDelta, Days, Exit};
    for (int place = 0; place < static_cast<int>(std::size(order)); ++place)
        header->moveSection(header->visualIndex(order[place]), place);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    enableColumnMenu(header);
    enableCopy(m_table);
}

//! One question at a time: what is asked meanwhile is asked again, for the step that counts then.
void StressPanel::ask()
{
    if (m_session.empty())
        return;
    if (m_busy) {
        m_again = true;
        return;
    }
    if (!m_desk)
        m_desk = std::make_shared<Desk>(m_session.view().record());
    m_busy = true;
    m_lane.run(
        this,
        [desk = m_desk, step = m_session.cursor()] {
            Answer answer{desk, {}, {}, {}};
            if (!desk->rules) {
                answer.error = desk->rules.error();
                return answer;
            }
            desk->view.seek(step);
            answer.report = stressAt(desk->view, *desk->rules);
            for (const StressRow& row : answer.report->rows)
                answer.lines.push_back({row, QString::fromStdString(describeScenario(*desk->rules, row.scenario)),
                                        shortName(*desk->rules, row.scenario), desk->rules->shareClass});
            return answer;
        },
        [this](const Answer& answer) {
            m_busy = false;
            take(answer);
            if (std::exchange(m_again, false))
                ask();
        });
}

void StressPanel::take(const Answer& answer)
{
    if (answer.desk != m_desk) // of a run that is no longer shown
        return;
    m_stack->setEmpty(false);
    if (answer.error) {
        m_headline->setText(Words::error(*answer.error));
        return m_model->set({});
    }
    const StressRules& rules = answer.report->rules;
    for (const int column : {Health, Ltv, Days})
        m_table->setColumnHidden(column, !rules.leverage);
    m_table->setColumnHidden(Exit, !rules.lst);
    m_headline->setText(headroomText(*answer.report));
    const QString unit = currency(rules.shareClass);
    m_model->setTitle(Equity, tr("Equity, %1").arg(unit));
    m_model->setTitle(Change, tr("Change, %1").arg(unit));
    m_model->setTitle(Exit, tr("Exit, %1").arg(unit));
    m_model->set(answer.lines);
    fitColumns();
}

//! By their contents: some ten rows, and only where the cursor rests.
void StressPanel::fitColumns()
{
    constexpr int kIcon = 20;
    QHeaderView* header = m_table->horizontalHeader();
    for (int column = 0; column < m_model->columnCount(); ++column) {
        int widest = header->sectionSizeHint(column);
        for (int row = 0; row < m_model->rowCount(); ++row) {
            const QString text = m_model->index(row, column).data().toString();
            widest = std::max(widest, column == Scenario || column == Liquidated
                                          ? fontMetrics().horizontalAdvance(text) + figureWidth({}) +
                                                (column == Liquidated ? kIcon : 0)
                                          : figureWidth(text));
        }
        header->resizeSection(column, widest);
    }
}

//! The step that the figures are of, and how far the account at Aave is from its liquidation.
QString StressPanel::headroomText(const StressReport& report) const
{
    const QString when = tr("Book at %1 UTC.").arg(dateTime(report.time));
    const LendingHeadroom& room = report.headroom;
    if (!report.rules.leverage)
        return when;
    if (!room.ratioBudget.value)
        return when + QLatin1Char(' ') + tr("Nothing is owed at Aave.");
    return when + QLatin1Char(' ') +
           tr("Headroom: collateral may fall %1 against debt; carry is zero at a borrow rate of %2; "
              "until critical: %3, until liquidation: %4.")
               .arg(percent(*room.ratioBudget.value), percent(number(room.breakEvenBorrowApr)),
                    daysText(room.daysToCritical), daysText(room.daysToLiquidation));
}

QString StressPanel::headline() const
{
    return m_headline->text();
}

} // namespace carry::ui
