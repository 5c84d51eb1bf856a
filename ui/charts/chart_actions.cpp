// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_input.h"
#include "chart_stack.h"

namespace carry::ui
{

void ChartStack::makeActions()
{
    // In the order of PaneId.
    const QString titles[kPaneCount] = {tr("NAV"),
                                        tr("Return and benchmarks"),
                                        tr("P&&L attribution"),
                                        tr("Drawdown"),
                                        tr("Net delta"),
                                        tr("Delta drift"),
                                        tr("Margin ratio"),
                                        tr("LTV"),
                                        tr("Health factor"),
                                        tr("Staking against borrowing"),
                                        tr("Staked token: ratio and market"),
                                        tr("Staked token's discount"),
                                        tr("Basis"),
                                        tr("Funding APR")};
    for (std::size_t i = 0; i < kPaneCount; ++i) {
        auto* action = new QAction(titles[i], this);
        action->setObjectName(QStringLiteral("chartPane%1").arg(i));
        action->setCheckable(true);
        action->setChecked(m_model->wanted(i));
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            m_model->setVisible(i, on);
            m_chosen[i] = true;
            schedule(kPanes);
        });
        m_paneActions << action;
    }
    m_priceLegs = new QAction(tr("Spot and perp price apart"), this);
    m_priceLegs->setObjectName(QStringLiteral("chartPriceLegs"));
    m_priceLegs->setCheckable(true);
    m_priceLegs->setToolTip(tr("In the attribution, show both price lines instead of their sum, the basis"));
    connect(m_priceLegs, &QAction::toggled, this, &ChartStack::remakePanes);
    const auto around = [this] { return (m_model->from() + m_model->to()) / 2; };
    addCommand("chartFit", tr("Show the whole period"), Qt::Key_Home, [this] { fit(); });
    addCommand("chartZoomIn", tr("Zoom in"), Qt::Key_Plus, [this, around] { m_input->zoom(0.8, around()); });
    addCommand("chartZoomOut", tr("Zoom out"), Qt::Key_Minus, [this, around] { m_input->zoom(1.25, around()); });
    addCommand("chartTaller", tr("Taller pane"), Qt::ALT | Qt::Key_Up, [this] { changeHeight(125); });
    addCommand("chartShorter", tr("Shorter pane"), Qt::ALT | Qt::Key_Down, [this] { changeHeight(80); });
    addCommand("chartPanesDown", tr("Further panes"), Qt::Key_PageDown, [this] { scrollPanes(1); });
    addCommand("chartPanesUp", tr("Panes before"), Qt::Key_PageUp, [this] { scrollPanes(-1); });
    addCommand("chartCopyImage", tr("Copy image"), QKeySequence::Copy, [this] {
        copyImage();
    })->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    addCommand("chartExportPng", tr("Export as PNG…"), {},
               [this] { askAndExport(tr("Image (*.png)"), QStringLiteral("png"), &ChartStack::exportImage); });
    addCommand("chartExportPdf", tr("Export as PDF…"), {},
               [this] { askAndExport(tr("PDF (*.pdf)"), QStringLiteral("pdf"), &ChartStack::exportPdf); });
    addCommand("chartExportCsv", tr("Export as CSV…"), {},
               [this] { askAndExport(tr("CSV (*.csv)"), QStringLiteral("csv"), &ChartStack::exportCsv); });
}

QAction* ChartStack::addCommand(const char* name, const QString& text, const QKeySequence& keys,
                                std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, std::move(run));
    addAction(action);
    m_commands << action;
    return action;
}

void ChartStack::makePaneMenu()
{
    m_paneButton = new QToolButton(this);
    m_paneButton->setObjectName(QStringLiteral("chartPanesButton"));
    m_paneButton->setToolTip(tr("Panes to show"));
    m_paneButton->setAccessibleName(tr("Panes to show"));
    m_paneButton->setPopupMode(QToolButton::InstantPopup);
    m_paneButton->setAutoRaise(true);
    m_paneButton->setIconSize({14, 14});
    m_paneButton->setStyleSheet(
        QStringLiteral("QToolButton { padding: 0 2px; } QToolButton::menu-indicator { image: none; }"));
    auto* menu = new QMenu(m_paneButton);
    menu->addActions(m_paneActions);
    menu->addSeparator();
    menu->addAction(m_priceLegs);
    m_paneButton->setMenu(menu);
}

std::size_t ChartStack::currentPane() const
{
    if (m_view->rows() == 0)
        return 0;
    const auto& mouse = m_overlay->mouse();
    return m_view->paneOf(mouse ? m_input->rowAt(*mouse) : 0);
}

void ChartStack::changeHeight(int percent)
{
    const std::size_t pane = currentPane();
    // Weights are small numbers at first; as pixels they can change by little.
    for (std::size_t row = 0; row < m_view->rows(); ++row)
        m_model->setWeight(m_view->paneOf(row), std::max(m_view->rectOf(row).height(), 1));
    m_model->setWeight(pane, std::max(m_model->weight(pane) * percent / 100, 24));
    schedule(kPanes);
}

void ChartStack::addSeriesMenu(QMenu& menu, std::size_t pane)
{
    const ChartPane& shown = m_model->pane(pane);
    if (shown.spec().series.size() < 2)
        return;
    fillSeries(*menu.addMenu(
                   tr("Series of %1").arg(QString(shown.spec().title).replace(QLatin1Char('&'), QLatin1String("&&")))),
               pane);
}

//! All series with what they are at the read-out, to be shown or hidden.
void ChartStack::fillSeries(QMenu& menu, std::size_t pane)
{
    const ChartPane& shown = m_model->pane(pane);
    for (std::size_t i = 0; i < shown.spec().series.size(); ++i) {
        if (!shown.listed(i))
            continue;
        const QString name = QString(shown.spec().series[i].name).replace(QLatin1Char('&'), QLatin1String("&&"));
        QAction* action = menu.addAction(name + QLatin1Char('\t') + readoutText(static_cast<PaneId>(pane), i));
        QPixmap ink(10, 10);
        ink.fill(shown.spec().series[i].colorOf(m_model->palette()));
        action->setIcon(ink);
        action->setCheckable(true);
        action->setChecked(shown.shown(i));
        connect(action, &QAction::toggled, this,
                [this, pane, i](bool on) { setSeriesShown(static_cast<PaneId>(pane), i, on); });
    }
}

void ChartStack::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu;
    QMenu* panes = menu.addMenu(tr("Panes"));
    panes->addActions(m_paneActions);
    panes->addSeparator();
    panes->addAction(m_priceLegs);
    if (m_view->rows() > 0)
        addSeriesMenu(menu, m_view->paneOf(m_input->rowAt(m_view->mapFrom(this, event->pos()))));
    menu.addSeparator();
    for (QAction* command : std::as_const(m_commands)) {
        if (command->objectName() == QLatin1String("chartCopyImage") ||
            command->objectName() == QLatin1String("chartTaller"))
            menu.addSeparator();
        menu.addAction(command);
    }
    menu.exec(event->globalPos());
}

} // namespace carry::ui
