// SPDX-License-Identifier: GPL-3.0-or-later
#include "about_dialog.h"

#include "common/item_views.h"
#include "common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSysInfo>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace carry::ui
{

AboutDialog::AboutDialog(std::vector<Component> components, QWidget* parent)
    : QDialog(parent), m_components(std::move(components))
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Carrydesk"));
    m_components.insert(m_components.begin(),
                        {QStringLiteral("Qt"), QString::fromLatin1(qVersion()), QStringLiteral("LGPL-3.0-only")});
    auto* pages = new QTabWidget(this);
    pages->setAccessibleName(tr("About Carrydesk"));
    pages->addTab(aboutPage(), tr("Program"));
    pages->addTab(componentsPage(), tr("Components"));
    pages->addTab(licencePage(), tr("Licence"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    // The style's own sign is black in every theme.
    buttons->button(QDialogButtonBox::Close)->setIcon(Theme::instance().icon(QStringLiteral("cross")));
    QPushButton* copy = buttons->addButton(tr("&Copy versions"), QDialogButtonBox::ActionRole);
    copy->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(pages, 1);
    layout->addWidget(buttons);
    resize(640, 520);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(versions()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QString AboutDialog::versions() const
{
    QString text = tr("Carrydesk %1").arg(QApplication::applicationVersion()) + QLatin1Char('\n');
    text +=
        QSysInfo::prettyProductName() + QLatin1String(", ") + QSysInfo::currentCpuArchitecture() + QLatin1Char('\n');
    for (const Component& each : m_components)
        text += each.name + QLatin1Char(' ') + each.version + QLatin1String(", ") + each.licence + QLatin1Char('\n');
    return text;
}

QWidget* AboutDialog::aboutPage()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    auto* icon = new QLabel(page);
    icon->setPixmap(Theme::instance().icon(QStringLiteral("carrydesk")).pixmap(64, 64));
    icon->setAlignment(Qt::AlignHCenter);
    auto* text = new QLabel(page);
    text->setObjectName(QStringLiteral("aboutLabel"));
    text->setTextFormat(Qt::RichText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    text->setWordWrap(true);
    text->setText(tr("<h2>Carrydesk %1</h2><p>A workstation for carry trades: backtest, replay and inspect.</p>"
                     "<p>Free software under the GNU General Public License, version 3 or any later version "
                     "(GPL-3.0-or-later). It comes with no warranty, to the extent permitted by law.</p>"
                     "<p>Figures of a backtest say nothing about what will be.</p>")
                      .arg(QApplication::applicationVersion()));
    layout->addSpacing(24);
    layout->addWidget(icon);
    layout->addWidget(text);
    layout->addStretch(1);
    return page;
}

QWidget* AboutDialog::componentsPage()
{
    auto* table = new QTableWidget(int(m_components.size()), 3);
    table->setObjectName(QStringLiteral("componentsTable"));
    table->setAccessibleName(tr("Components, their versions and licences"));
    table->setHorizontalHeaderLabels({tr("Component"), tr("Version"), tr("Licence")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int row = 0; row < table->rowCount(); ++row) {
        const Component& each = m_components[static_cast<std::size_t>(row)];
        table->setItem(row, 0, new QTableWidgetItem(each.name));
        table->setItem(row, 1, new QTableWidgetItem(each.version));
        table->setItem(row, 2, new QTableWidgetItem(each.licence));
    }
    table->setColumnWidth(0, 180);
    table->setColumnWidth(1, 140);
    enableCopy(table);
    return table;
}

QWidget* AboutDialog::licencePage()
{
    auto* text = new QPlainTextEdit;
    text->setObjectName(QStringLiteral("licenceTextEdit"));
    text->setAccessibleName(tr("GNU General Public License, version 3"));
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(Theme::instance().numbers());
    QFile file(QStringLiteral(":/carrydesk/LICENSE"));
    if (file.open(QIODevice::ReadOnly))
        text->setPlainText(QString::fromUtf8(file.readAll()));
    return text;
}

} // namespace carry::ui
