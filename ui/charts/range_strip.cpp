// SPDX-License-Identifier: GPL-3.0-or-later
#include "range_strip.h"

#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <functional>

namespace carry::ui
{

RangeStrip::RangeStrip(QWidget* parent) : QFrame(parent), m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("rangeStrip"));
    setProperty("role", QStringLiteral("card"));
    setAccessibleName(tr("Figures of the marked range"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 2, 4, 2);
    layout->setSpacing(4);
    layout->addWidget(m_text, 1);
    const auto add = [&](const char* name, const char* icon, const QString& text, std::function<void()> run) {
        auto* button = new QToolButton(this);
        button->setObjectName(QLatin1String(name));
        button->setIcon(Theme::instance().icon(QLatin1String(icon)));
        button->setToolTip(text);
        button->setAccessibleName(text);
        button->setAutoRaise(true);
        connect(button, &QToolButton::clicked, this, std::move(run));
        connect(&Theme::instance(), &Theme::changed, button,
                [button, icon] { button->setIcon(Theme::instance().icon(QLatin1String(icon))); });
        layout->addWidget(button);
    };
    add("rangeZoom", "search", tr("Show only this range"), [this] { emit zoomRequested(); });
    add("rangeCopy", "copy", tr("Copy these figures"), [this] { copy(); });
    add("rangeClose", "cross", tr("Take the mark away (Esc)"), [this] { emit closed(); });
}

void RangeStrip::showFigures(const RangeFigures& figures, Asset shareClass)
{
    m_figures = figures;
    m_shareClass = shareClass;
    setToolTip(tip());
    setAccessibleDescription(parts().join(QStringLiteral("; ")));
    m_text->setText(lines());
    setVisible(true);
}

QStringList RangeStrip::parts() const
{
    const auto amount = [this](double value) { return signedInCurrency(value, m_shareClass); };
    const RangeFigures& f = m_figures;
    QStringList out{tr("%1 – %2", "from, to").arg(dateTime(f.from), dateTime(f.to)),
                    tr("%1 days").arg(money(f.days, 1)),
                    tr("P&L %1 %2", "amount, currency").arg(amount(f.pnl), currency(m_shareClass))};
    if (f.apr.value)
        out += tr("APR %1").arg(percent(*f.apr.value));
    out += tr("drawdown %1").arg(percent(f.maxDrawdown));
    if (f.minMarginRatio.value)
        out += tr("lowest margin %1").arg(percent(*f.minMarginRatio.value, 1));
    if (f.minHealthFactor.value)
        out += tr("lowest health factor %1").arg(money(*f.minHealthFactor.value, 4));
    for (const PnlLine& line : f.lines)
        out += tr("%1 %2", "line of P&L, amount").arg(Words::pnl(line.item), amount(line.amount));
    return out;
}

QString RangeStrip::tip() const
{
    QString text = parts().join(QLatin1Char('\n'));
    if (m_figures.flows != 0)
        text +=
            QLatin1Char('\n') + tr("deposits and withdrawals %1").arg(signedInCurrency(m_figures.flows, m_shareClass));
    if (m_figures.maxDrawdown > 0)
        text +=
            QLatin1Char('\n') +
            tr("the drawdown goes from %1 to %2").arg(dateTime(m_figures.drawdownFrom), dateTime(m_figures.drawdownTo));
    return text;
}

QString RangeStrip::plainText() const
{
    const RangeFigures& f = m_figures;
    QString text;
    const auto line = [&text](const QString& name, const QString& value) {
        text += name + QLatin1Char('\t') + value + QLatin1Char('\n');
    };
    const auto figure = [&](const QString& name, const Figure& value) {
        if (value.value)
            line(name, plain(*value.value));
    };
    line(tr("From"), QString::fromStdString(formatIso(f.from)));
    line(tr("To"), QString::fromStdString(formatIso(f.to)));
    line(tr("NAV before"), plain(f.navFrom));
    line(tr("NAV after"), plain(f.navTo));
    line(tr("Deposits and withdrawals"), plain(f.flows));
    line(tr("P&L"), plain(f.pnl));
    for (const PnlLine& item : f.lines)
        line(Words::pnl(item.item), plain(item.amount));
    figure(tr("APR"), f.apr);
    line(tr("Drawdown"), plain(f.maxDrawdown));
    figure(tr("Lowest margin ratio"), f.minMarginRatio);
    figure(tr("Lowest health factor"), f.minHealthFactor);
    return text;
}

void RangeStrip::copy() const
{
    QApplication::clipboard()->setText(plainText());
}

//! All parts, broken between them only.
QString RangeStrip::lines() const
{
    QStringList whole = parts();
    for (QString& part : whole)
        part.replace(QLatin1Char(' '), QChar(QChar::Nbsp));
    return whole.join(QStringLiteral(" · "));
}

} // namespace carry::ui
