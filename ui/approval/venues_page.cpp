// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues_page.h"

#include "approval_tables.h"
#include "common/edit_bar.h"
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/words.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

using Connection = VenuesPage::Connection;
using Figure = VenuesPage::Figure;
using Difference = VenuesPage::Difference;

constexpr std::array kStreams{Stream::Binance, Stream::Bybit, Stream::Okx, Stream::Chain};

QString nameOf(Stream stream)
{
    switch (stream) {
    case Stream::Binance:
        return Words::venue(Venue::Binance);
    case Stream::Bybit:
        return Words::venue(Venue::Bybit);
    case Stream::Okx:
        return Words::venue(Venue::Okx);
    case Stream::Chain:
        return VenuesPage::tr("Wallet and chain");
    }
    return {};
}

Badge badgeOf(const Connection& c)
{
    if (!c.connected)
        return {VenuesPage::tr("Reconnecting"), QStringLiteral("warning"), Tone::Critical};
    return {VenuesPage::tr("Connected"), QStringLiteral("check"), Tone::Ok};
}

QVariant connectionRoles(const Connection& c, int role)
{
    const Badge badge = badgeOf(c);
    if (role == Qt::DecorationRole)
        return badge.pixmap();
    if (role == Qt::ForegroundRole)
        return toneColor(badge.tone);
    if (role == Qt::ToolTipRole && !c.connected)
        return VenuesPage::tr(
            "Nothing is sent there; when it is back, what was missed is fetched, open orders are asked "
            "for, and balances are compared");
    return {};
}

QVariant attentionRoles(const Figure& f, int role)
{
    if (role == Qt::ToolTipRole && !f.tip.isEmpty())
        return f.tip;
    return role == Qt::ForegroundRole && f.attention ? QVariant(toneColor(Tone::Warn)) : QVariant();
}

QString count(std::uint64_t n)
{
    return QLocale().toString(qulonglong(n));
}

std::vector<Figure> figuresOf(const OutsideStatus& s)
{
    using P = VenuesPage;
    return {
        {P::tr("Orders without an end"), count(s.openOrders), P::tr("Sent, and not filled, cancelled or refused yet")},
        {P::tr("    of unknown outcome"), count(s.unknownOrders),
         P::tr(
             "No answer came: the venue is asked by the order's own id, and only what it does not know is sent again"),
         s.unknownOrders > 0},
        {P::tr("Questions after an order"), count(s.queries), {}},
        {P::tr("Orders sent again"), count(s.resent),
         P::tr("Each only after the venue had said that it does not exist")},
        {P::tr("Reports taken"), count(s.reports),
         P::tr("Fills, transfers, funding and interest as the venues report them")},
        {P::tr("    that came twice"), count(s.repeated), P::tr("Dropped: each is taken once")},
        {P::tr("    that had to be fetched"), count(s.gaps), P::tr("A later one showed that they were missing")},
        {P::tr("Comparisons of balances"), count(s.reconciliations),
         P::tr("At the start, after each reconnection, hourly, when resumed, and at the end")}};
}

} // namespace

QString venueTrouble(const SessionState& state)
{
    if (!state.venues)
        return {};
    QStringList parts; // what a person must answer first
    if (const auto n = int(state.venues->differences.size()); n > 0)
        parts << (n == 1 ? VenuesPage::tr("1 balance differs") : VenuesPage::tr("%1 balances differ").arg(n));
    for (const Stream stream : kStreams)
        if (!state.venues->connected[index(stream)] && !state.ended)
            parts << VenuesPage::tr("%1 reconnecting").arg(nameOf(stream));
    return parts.join(QStringLiteral(" · "));
}

VenuesPage::VenuesPage(SessionDesk& desk, QWidget* parent) : QWidget(parent), m_desk(desk)
{
    using C = Connection;
    m_connections = new LinesModel<C>(
        {{tr("Venue"), {}, [](const C& c) { return nameOf(c.stream); }, nullptr, false, {}},
         {tr("Connection"), {}, [](const C& c) { return badgeOf(c).word; }, nullptr, false, connectionRoles},
         {tr("Balances compared, UTC"),
          tr("With the ledger, last"),
          [](const C& c) { return c.compared ? dateTimeSeconds(*c.compared) : tr("not yet"); },
          nullptr,
          false,
          {}}},
        this);
    m_figures = new LinesModel<Figure>(
        {{tr("Since the start"), {}, [](const Figure& f) { return f.name; }, nullptr, false, attentionRoles},
         {tr("Number"), {}, [](const Figure& f) { return f.value; }, nullptr, true, attentionRoles}},
        this);
    using D = Difference;
    const auto missing = [](const D& d) { return d.theirs - d.ours; };
    m_differences =
        new LinesModel<D>({{tr("Account"), {}, [](const D& d) { return d.account; }, nullptr, false, {}},
                           {tr("Ledger"),
                            tr("What this session's ledger holds"),
                            [](const D& d) { return quantity(d.ours) + QLatin1Char(' ') + d.unit; },
                            [](const D& d) { return QString::fromStdString(d.ours.toString()); },
                            true,
                            {}},
                           {tr("Venue"),
                            tr("What the venue says"),
                            [](const D& d) { return quantity(d.theirs) + QLatin1Char(' ') + d.unit; },
                            [](const D& d) { return QString::fromStdString(d.theirs.toString()); },
                            true,
                            {}},
                           {tr("Difference"), tr("Venue minus ledger"),
                            [missing](const D& d) { return quantity(missing(d)) + QLatin1Char(' ') + d.unit; },
                            [missing](const D& d) { return QString::fromStdString(missing(d).toString()); }, true,
                            [](const D&, int role) {
                                return role == Qt::ForegroundRole ? QVariant(toneColor(Tone::Critical)) : QVariant();
                            }}},
                          this);
    QTableView* connections = makeTable(m_connections, tr("Connections"), "venueConnections");
    connections->horizontalHeader()->resizeSection(0, 160);
    connections->horizontalHeader()->resizeSection(1, 140);
    QTableView* figures = makeTable(m_figures, tr("What was sent and reported"), "venueFigures");
    figures->horizontalHeader()->resizeSection(0, 260);
    QTableView* differences = makeTable(m_differences, tr("Balances that differ"), "balanceDifferences");
    for (int column = 0; column < 4; ++column)
        differences->horizontalHeader()->resizeSection(column, column == 0 ? 220 : 190);
    m_stack = new EmptyStack(differences, tr("Ledger and venues agree."));
    m_adopt = new QPushButton(tr("&Take the venues' balances…"), this);
    m_adopt->setObjectName(QStringLiteral("adoptBalances"));
    m_adopt->setAutoDefault(false);
    m_adopt->setToolTip(tr("The ledger takes what the venues say, as a deposit or withdrawal that this session did not "
                           "make; until then nothing that adds risk is proposed"));
    connect(m_adopt, &QPushButton::clicked, this, &VenuesPage::askAdoption);
    m_reason = new EditBar(this);
    connect(m_reason, &EditBar::ended, m_adopt, qOverload<>(&QWidget::setFocus));

    m_whole = new QWidget(this);
    const auto heading = [this](const QString& text) {
        auto* label = new QLabel(text, m_whole);
        label->setProperty("role", "heading");
        return label;
    };
    auto* top = new QGridLayout;
    top->addWidget(heading(connections->accessibleName()), 0, 0);
    top->addWidget(heading(figures->accessibleName()), 0, 1);
    top->addWidget(connections, 1, 0);
    top->addWidget(figures, 1, 1);
    top->setColumnStretch(0, 1);
    top->setColumnStretch(1, 1);
    auto* answer = new QHBoxLayout;
    answer->addWidget(m_adopt);
    answer->addWidget(m_reason, 1);
    answer->addStretch(0);
    auto* layout = new QVBoxLayout(m_whole);
    layout->addLayout(top, 3);
    m_tolerance = new QLabel(m_whole);
    m_tolerance->setProperty("role", "muted");
    auto* title = new QHBoxLayout;
    title->addWidget(heading(differences->accessibleName()));
    title->addWidget(m_tolerance);
    title->addStretch(1);
    layout->addLayout(title);
    layout->addWidget(m_stack, 2);
    layout->addLayout(answer);
    m_all = new EmptyStack(m_whole, tr("This session has no venues of its own: its orders are filled by the models at "
                                       "once. A session in mode PAPER has."));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_all);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&desk, &SessionDesk::changed, m_refresh, &WhenVisible::request);
    connect(&desk, &SessionDesk::stateChanged, m_refresh, &WhenVisible::request);
    m_refresh->request();
}

void VenuesPage::update()
{
    const auto& venues = m_desk.now().venues;
    m_all->setEmpty(!venues || !m_desk.record());
    if (!venues || !m_desk.record())
        return;
    std::vector<Connection> connections;
    for (const Stream stream : kStreams)
        connections.push_back({stream, venues->connected[index(stream)], venues->compared[index(stream)]});
    m_connections->set(std::move(connections));
    m_figures->set(figuresOf(*venues));
    showDifferences(*venues);
}

void VenuesPage::showDifferences(const OutsideStatus& status)
{
    const RunRecord& record = *m_desk.record();
    std::vector<Difference> lines;
    for (const BalanceDifference& d : status.differences) {
        const Account& account = record.chart().at(d.account);
        lines.push_back({Words::account(account), QString::fromStdString(account.unitText()), d.ours, d.theirs});
    }
    m_tolerance->setText(
        tr("by more than %1 of the unit")
            .arg(QLocale().toString(status.tolerance, 'g', 3).replace(QStringLiteral("e-0"), QStringLiteral("e-"))));
    m_stack->setEmpty(lines.empty());
    m_adopt->setEnabled(!lines.empty() && m_desk.running());
    if (lines.empty() && m_reason->isVisible())
        m_reason->cancel();
    m_differences->set(std::move(lines));
}

//! The gate wants a reason, which the audit trail keeps with what both sides said.
void VenuesPage::askAdoption()
{
    m_reason->edit(tr("Why they differ"), tr("for example: withdrawn by hand; kept in the audit trail"), {},
                   [this](const QString& reason) {
                       if (reason.trimmed().isEmpty())
                           return;
                       GateCommand command;
                       command.kind = GateCommand::Kind::AdoptBalances;
                       command.reason = reason.trimmed().toStdString();
                       m_desk.submit(std::move(command));
                   });
}

} // namespace carry::ui
