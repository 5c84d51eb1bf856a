// SPDX-License-Identifier: GPL-3.0-or-later
#include "parity_view.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace carry::ui
{
namespace
{

using Line = ParityView::Line;

LinesModel<Line>::Column figure(const QString& title, const QString& tip, std::function<double(const Line&)> value,
                                bool signs = true)
{
    return {title,
            tip,
            [value](const Line& l) { return inCurrency(value(l), l.shareClass); },
            [value](const Line& l) { return plain(value(l)); },
            true,
            [value, signs](const Line& l, int role) -> QVariant {
                if (role == Qt::FontRole && l.kind == ParityLegKind::Total) {
                    QFont bold = Theme::instance().numbers();
                    bold.setBold(true);
                    return bold;
                }
                const double v = value(l);
                if (role != Qt::ForegroundRole || !signs || std::abs(v) < 0.005)
                    return {};
                return v > 0 ? colors().gain : colors().loss;
            }};
}

QString legText(const Line& leg)
{
    const QString venue = Words::venue(leg.venue);
    switch (leg.kind) {
    case ParityLegKind::Spot:
        return ParityView::tr("%1 spot").arg(venue);
    case ParityLegKind::Perp:
        return ParityView::tr("%1 perp").arg(venue);
    case ParityLegKind::Cash:
        return ParityView::tr("%1 cash").arg(venue);
    case ParityLegKind::Pooled:
        return leg.withSpot ? ParityView::tr("Spot and on chain") : ParityView::tr("Wallet and transfers");
    case ParityLegKind::Total:
        break;
    }
    return ParityView::tr("Total");
}

QVariant totalRoles(const Line& l, int role)
{
    if (role != Qt::FontRole || l.kind != ParityLegKind::Total)
        return {};
    QFont bold = QApplication::font();
    bold.setBold(true);
    return bold;
}

} // namespace

ParityView::ParityView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Parity with the backtest"));
    using L = Line;
    m_model = new LinesModel<L>(
        {{tr("Leg"), tr("What is held where"), legText, nullptr, false, totalRoles},
         figure(
             tr("Session"), tr("P&L of the session"), [](const L& l) { return l.session; }, false),
         figure(
             tr("Backtest"),
             tr("P&L of the backtest: the same data, configuration and limits, every plan approved "
                "at once"),
             [](const L& l) { return l.backtest; }, false),
         figure(tr("Gap"), tr("Session minus backtest: the sum of what follows"), [](const L& l) { return l.gap(); }),
         figure(tr("Price"), tr("What fills cost against the market's price of their moment (slippage)"),
                [](const L& l) { return l.price; }),
         figure(tr("Fee"), tr("Trading, withdrawal, flash loan and DEX fees, gas"), [](const L& l) { return l.fee; }),
         figure(tr("Funding"), tr("Settlements, interest, staking and rewards, on what was held and when"),
                [](const L& l) { return l.funding; }),
         figure(tr("Timing"),
                tr("What both filled, paired by side in order: quantity × difference of the market's prices"),
                [](const L& l) { return l.timing; }),
         figure(tr("Missing fills"), tr("What only one of them filled: quantity × the move from that price to the end"),
                [](const L& l) { return l.missingFills; }),
         figure(tr("Remainder"),
                tr("The rest: rounding, liquidations, coins moved between places with different prices, "
                   "ETH bought for gas"),
                [](const L& l) { return l.remainder; })},
        this);
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("paritySummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("parityTable"));
    m_table->setAccessibleName(tr("Where the P&L parts"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->resizeSection(0, 190);
    for (int column = 1; column < m_model->columnCount(); ++column)
        m_table->horizontalHeader()->resizeSection(column, figureWidth(QStringLiteral("-1,000,000.00 ")));
    enableCopy(m_table);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->addWidget(makeHead());
    layout->addWidget(m_summary);
    layout->addWidget(m_table, 1);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ParityView::backRequested);
    setFocusProxy(m_table);
}

QWidget* ParityView::makeHead()
{
    auto* head = new QWidget(this);
    const auto button = [head](const char* name, const char* icon, const QString& text, const QString& tip) {
        auto* made = new QPushButton(Theme::instance().icon(QLatin1String(icon)), text, head);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        made->setAutoDefault(false);
        return made;
    };
    auto* back = button("backFromParity", "step-back", tr("&Back to the list"), tr("Back to the list of runs (Esc)"));
    auto* copy = button("copyParity", "copy", tr("Copy as te&xt"), tr("Copy the whole table, tab separated"));
    auto* save = button("saveParity", "export", tr("&Export…"), tr("As JSON, or as CSV where the name ends in .csv"));
    m_title = new QLabel(head);
    m_title->setProperty("role", "heading");
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(back);
    layout->addSpacing(8);
    layout->addWidget(m_title, 1);
    layout->addWidget(copy);
    layout->addWidget(save);
    connect(back, &QPushButton::clicked, this, &ParityView::backRequested);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(plainText()); });
    connect(save, &QPushButton::clicked, this, &ParityView::save);
    return head;
}

void ParityView::setReport(ParityReport report)
{
    m_report = std::move(report);
    m_report.backtest.reset(); // a whole run in memory, which nobody looks at
    const QString unit = currency(m_report.shareClass);
    m_title->setText(
        tr("%1 session %2 against its backtest")
            .arg(QString::fromStdString(m_report.mode), QString::fromStdString(m_report.runId.substr(0, 8))));
    const QString span = tr("%1 to %2 UTC, in %3.").arg(dateTime(m_report.from), dateTime(m_report.to), unit);
    const double gap = m_report.total.gap();
    const QString none = inCurrency(0, m_report.shareClass);
    const QString size = inCurrency(std::abs(gap), m_report.shareClass);
    QString says =
        tr("The session made %1 %2 %3 than its backtest.").arg(size, unit, gap < 0 ? tr("less") : tr("more"));
    if (m_report.sessionDigest == m_report.backtestDigest)
        says = tr("The digests agree: the session is its backtest to the bit.");
    else if (size == none)
        says = tr("The session made as much as its backtest, though not by the same steps.");
    m_summary->setText(span + QLatin1Char(' ') + says);
    std::vector<Line> lines;
    for (const ParityLeg& leg : m_report.legs)
        lines.push_back({leg, m_report.shareClass});
    lines.push_back({m_report.total, m_report.shareClass});
    m_model->set(std::move(lines));
}

QString ParityView::csvText() const
{
    QString text;
    for (const QString& line : plainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        QStringList cells = line.split(QLatin1Char('\t'));
        cells.front() = QLatin1Char('"') + cells.front() + QLatin1Char('"');
        text +=
            (text.isEmpty() ? QStringLiteral("\"%1\"").arg(line.split(QLatin1Char('\t')).join(QStringLiteral("\",\"")))
                            : cells.join(QLatin1Char(','))) +
            QLatin1Char('\n');
    }
    return text;
}

QString ParityView::plainText() const
{
    QString text;
    for (int row = -1; row < m_model->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column)
            cells += row < 0 ? m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()
                             : m_model->index(row, column).data(PlainRole).toString();
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

void ParityView::save()
{
    const QString suggested = QStringLiteral("parity-%1.json").arg(QString::fromStdString(m_report.runId.substr(0, 8)));
    const QString path = m_choose ? m_choose(suggested) : QString();
    if (path.isEmpty())
        return;
    const bool csv = path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive);
    const QByteArray bytes =
        csv ? csvText().toUtf8() : QByteArray::fromStdString(parityToJson(m_report).dump(2) + "\n");
    QSaveFile file(path); // nothing half-written stays
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        emit exported(path);
    else
        emit exportFailed(path, file.errorString());
}

} // namespace carry::ui
