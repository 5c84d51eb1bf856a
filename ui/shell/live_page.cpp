// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_page.h"

#include "common/notices.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace carry::ui
{

LivePage::LivePage(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Live"));
    auto* empty = new EmptyState(this);
    empty->setText(
        QStringLiteral("live"), tr("Nothing is connected"),
        tr("Live decisions are approved here: each one on a card with its reason, its plan, what it costs and "
           "what it changes, before anything is sent.\n\n"
           "This version backtests and replays. It has no connection to an exchange or a chain, holds no keys "
           "and sends nothing. Connections, paper trading and the approval itself will come; until then there "
           "is nothing to decide here."));
    connect(empty->addButton(tr("Go to the replay"), QStringLiteral("chart")), &QPushButton::clicked, this,
            &LivePage::replayRequested);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(empty);
}

} // namespace carry::ui
