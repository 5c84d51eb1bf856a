// SPDX-License-Identifier: GPL-3.0-or-later
// The gate's policy and limits as a page.
#include "approval_tables.h"
#include "approval_words.h"
#include "common/number_format.h"
#include "session_tables.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{
namespace
{

using Line = LimitsPage::Line;
using Rule = LimitsPage::Rule;

constexpr double kNear = 0.9; // of a limit: then it is pointed out

bool isFactor(const Line& l)
{
    return l.key == "limits.max_leverage";
}

QString amount(const Line& l, double value)
{
    if (std::isnan(value))
        return {};
    return isFactor(l) ? money(value, 3) + QStringLiteral(" ×")
                       : inCurrency(value, l.shareClass) + QLatin1Char(' ') + currency(l.shareClass);
}

QString limitText(const Line& l)
{
    return std::isfinite(l.limit) ? amount(l, l.limit) : LimitsPage::tr("no limit");
}

double share(const Line& l)
{
    return std::isfinite(l.limit) && l.limit > 0 ? l.used / l.limit : std::nan("");
}

QString shareText(const Line& l)
{
    if (std::isnan(l.used))
        return LimitsPage::tr("checked for each instruction");
    return std::isnan(share(l)) ? QString() : percent(share(l), 1);
}

QVariant shareRoles(const Line& l, int role)
{
    const double used = share(l);
    if (std::isnan(used))
        return {};
    const Badge badge =
        used > 1 ? Words::level(RiskLevel::Critical) : Words::level(used > kNear ? RiskLevel::Warn : RiskLevel::Ok);
    if (role == Qt::DecorationRole)
        return badge.pixmap();
    if (role == Qt::ToolTipRole)
        return badge.word;
    return {};
}

QString orNever(double amount, Asset unit)
{
    return std::isfinite(amount) ? LimitsPage::tr("above %1 %2").arg(inCurrency(amount, unit), currency(unit))
                                 : LimitsPage::tr("never");
}

QString seconds(Duration d)
{
    return duration(double(d.count()) / 1'000);
}

QString ageText(const std::optional<Duration>& age)
{
    return age ? seconds(*age) : LimitsPage::tr("no limit");
}

template <std::size_t N, class Name> QString listed(const std::bitset<N>& set, Name name)
{
    if (set.all())
        return LimitsPage::tr("all");
    QStringList names;
    for (std::size_t i = 0; i < N; ++i)
        if (set.test(i))
            names += name(i);
    return names.isEmpty() ? LimitsPage::tr("none") : names.join(QStringLiteral(", "));
}

std::vector<Rule> rulesOf(const GateSetup& gate, Asset unit)
{
    const GatePolicy& p = gate.policy;
    const PreTradeLimits& l = gate.limits;
    std::vector<Rule> rules{
        {LimitsPage::tr("Approval"), ApprovalWords::gateMode(p.mode), {}},
        {LimitsPage::tr("A proposal is good for"), seconds(p.validFor), LimitsPage::tr("On the session's clock")},
        {LimitsPage::tr("Stale when a quote has moved by"), percent(p.maxPriceMove), {}},
        {LimitsPage::tr("Two people approve"), orNever(p.secondApproverAbove, unit), {}},
        {LimitsPage::tr("After a rejection only risk is reduced for"), seconds(p.pauseAfterRejection), {}},
        {LimitsPage::tr("A half-done plan stays so at worst for"), seconds(p.repairDelay),
         LimitsPage::tr("Until its repair has been approved; for the figures of a proposal")}};
    if (p.mode == GateMode::Rules) {
        const auto upTo = [unit](double v) { return inCurrency(v, unit) + QLatin1Char(' ') + currency(unit); };
        rules.push_back({LimitsPage::tr("Nobody is asked for plans that reduce risk"),
                         p.rules.approveRiskReducing ? LimitsPage::tr("yes") : LimitsPage::tr("no"),
                         {}});
        rules.push_back({LimitsPage::tr("Nor for plans within all of these"),
                         LimitsPage::tr("notional %1, cost %2, change of risk %3")
                             .arg(upTo(p.rules.maxNotional), upTo(p.rules.maxCost), percent(p.rules.maxRiskChange)),
                         {}});
    }
    rules.push_back({LimitsPage::tr("Price may deviate from the plan by"),
                     std::isfinite(l.maxPriceDeviation) ? percent(l.maxPriceDeviation) : LimitsPage::tr("no limit"),
                     {}});
    rules.push_back({LimitsPage::tr("Oldest price"), ageText(l.maxDataAge), {}});
    rules.push_back({LimitsPage::tr("Oldest figure of a protocol"), ageText(l.maxChainDataAge), {}});
    rules.push_back({LimitsPage::tr("Venues"),
                     listed(l.venues, [](std::size_t i) { return Words::venue(static_cast<Venue>(i)); }),
                     {}});
    rules.push_back({LimitsPage::tr("Assets"),
                     listed(l.assets, [](std::size_t i) { return currency(static_cast<Asset>(i)); }),
                     {}});
    return rules;
}

} // namespace

LimitsPage::LimitsPage(SessionDesk& desk, QWidget* parent) : QWidget(parent), m_desk(desk)
{
    m_limits = new LinesModel<Line>(
        {{tr("Limit"), {}, [](const Line& l) { return ApprovalWords::limit(l.key); }, nullptr, false, {}},
         {tr("At most"), {}, limitText, [](const Line& l) { return plain(l.limit); }, true, {}},
         {tr("Used"),
          tr("Of a day: sent since midnight UTC; of a plan: the last proposal"),
          [](const Line& l) { return amount(l, l.used); },
          [](const Line& l) { return plain(l.used); },
          true,
          {}},
         {tr("Share"), tr("Used / limit"), shareText, [](const Line& l) { return plain(share(l)); }, false,
          shareRoles}},
        this);
    m_rules =
        new LinesModel<Rule>({{tr("Rule"),
                               {},
                               [](const Rule& r) { return r.name; },
                               nullptr,
                               false,
                               [](const Rule& r, int role) {
                                   return role == Qt::ToolTipRole && !r.tip.isEmpty() ? QVariant(r.tip) : QVariant();
                               }},
                              {tr("Value"), {}, [](const Rule& r) { return r.value; }, nullptr, false, {}}},
                             this);
    QTableView* limits = makeTable(m_limits, tr("Limits before trading"), "gateLimits");
    limits->horizontalHeader()->resizeSection(0, 260);
    limits->horizontalHeader()->resizeSection(1, 170);
    limits->horizontalHeader()->resizeSection(2, 170);
    QTableView* rules = makeTable(m_rules, tr("How approval is asked for"), "gateRules");
    rules->horizontalHeader()->resizeSection(0, 330);
    auto* layout = new QVBoxLayout(this);
    for (const auto& [title, table, stretch] :
         {std::tuple(tr("Limits before trading"), limits, 2), std::tuple(tr("How approval is asked for"), rules, 5)}) {
        auto* heading = new QLabel(title, this);
        heading->setProperty("role", "heading");
        layout->addWidget(heading);
        layout->addWidget(table, stretch);
    }
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&desk, &SessionDesk::started, this, [this](const std::shared_ptr<const RunRecord>& record) {
        m_view = RunView(record);
        m_rules->set(rulesOf(m_desk.gate(), record->info().shareClass));
        m_refresh->request();
    });
    connect(&desk, &SessionDesk::changed, m_refresh, &WhenVisible::request);
}

void LimitsPage::update()
{
    if (!m_desk.record())
        return;
    if (m_view.length() > 0)
        m_view.seek(m_view.length() - 1);
    std::vector<Line> lines;
    for (const GateLimit& limit : gateLimits(m_view, m_desk.gate().limits, m_desk.now().usedToday))
        lines.push_back({limit, m_desk.record()->info().shareClass});
    m_limits->set(std::move(lines));
}

} // namespace carry::ui
