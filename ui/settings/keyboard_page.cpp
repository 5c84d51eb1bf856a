// SPDX-License-Identifier: GPL-3.0-or-later
#include "keyboard_page.h"

#include "common/notices.h"
#include "common/theme.h"
#include "shortcut_model.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{

KeyboardPage::KeyboardPage(Commands& commands, QWidget* parent)
    : QWidget(parent), m_commands(commands), m_model(new ShortcutModel(commands, this)),
      m_proxy(new QSortFilterProxyModel(this)), m_filter(new QLineEdit(this)), m_table(new QTableView(this)),
      m_message(new Banner(this))
{
    m_filter->setObjectName(QStringLiteral("shortcutFilterLineEdit"));
    m_filter->setAccessibleName(tr("Find an action or a shortcut"));
    m_filter->setPlaceholderText(tr("Find an action or a shortcut"));
    m_filter->setClearButtonEnabled(true);
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    makeTable();
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_filter);
    layout->addWidget(m_message);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeButtons());
    connect(m_filter, &QLineEdit::textChanged, m_proxy, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_model, &ShortcutModel::refused, this, &KeyboardPage::sayTaken);
    connect(m_model, &ShortcutModel::accepted, m_message, &Banner::clear);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &KeyboardPage::updateButtons);
    connect(&commands, &Commands::keysChanged, this, &KeyboardPage::updateButtons);
    updateButtons();
}

void KeyboardPage::makeTable()
{
    m_table->setObjectName(QStringLiteral("shortcutTable"));
    m_table->setAccessibleName(tr("Actions and their shortcuts"));
    m_table->setModel(m_proxy);
    m_table->setItemDelegate(new ShortcutDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setTabKeyNavigation(false);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    const int unit = fontMetrics().averageCharWidth();
    m_table->setColumnWidth(ShortcutModel::Place, unit * 25);
    m_table->setColumnWidth(ShortcutModel::Action, unit * 34);
    m_table->setColumnWidth(ShortcutModel::Keys, unit * 19);
}

QWidget* KeyboardPage::makeButtons()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const QString& text, const QString& tip) {
        auto* button = new QPushButton(text, row);
        button->setToolTip(tip);
        button->setAutoDefault(false);
        layout->addWidget(button);
        return button;
    };
    m_change = add(tr("C&hange…"), tr("Then press the new keys"));
    m_clear = add(tr("C&lear"), tr("The action keeps its place in the menu, without keys"));
    m_reset = add(tr("&Reset"), tr("The default of this action"));
    layout->addStretch(1);
    m_resetAll = add(tr("Reset &all"), tr("The defaults of all actions"));
    connect(m_change, &QPushButton::clicked, this,
            [this] { m_table->edit(m_table->currentIndex().siblingAtColumn(ShortcutModel::Keys)); });
    connect(m_clear, &QPushButton::clicked, this, [this] { change(current()->id, {}); });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        const Command& command = *current();
        // A default may have been given to another action meanwhile.
        for (const QKeySequence& keys : command.defaults)
            if (!m_commands.conflicts(command.id, keys).empty())
                return sayTaken(command.id, keys);
        m_message->clear();
        m_commands.reset(command.id);
    });
    connect(m_resetAll, &QPushButton::clicked, this, [this] {
        m_message->clear();
        m_commands.resetAll();
    });
    return row;
}

const Command* KeyboardPage::current() const
{
    const QModelIndex index = m_proxy->mapToSource(m_table->currentIndex());
    return index.isValid() ? &m_model->command(index.row()) : nullptr;
}

void KeyboardPage::updateButtons()
{
    const Command* command = current();
    m_change->setEnabled(command != nullptr);
    m_clear->setEnabled(command != nullptr && !command->keys().isEmpty());
    m_reset->setEnabled(command != nullptr && command->changed());
    const auto& all = m_commands.all();
    m_resetAll->setEnabled(std::any_of(all.begin(), all.end(), [](const Command& each) { return each.changed(); }));
}

bool KeyboardPage::change(const QString& id, const QKeySequence& keys)
{
    if (!m_commands.conflicts(id, keys).empty()) {
        sayTaken(id, keys);
        return false;
    }
    m_message->clear();
    m_commands.setKeys(id, keys);
    return true;
}

void KeyboardPage::sayTaken(const QString& id, const QKeySequence& keys)
{
    QStringList owners;
    for (const Command* other : m_commands.conflicts(id, keys))
        owners += tr("%1 › %2 (%3)", "menu, action, keys").arg(other->path, other->text(), other->keysText());
    m_message->showMessage(
        Banner::Level::Warning,
        tr("%1 belongs to %2.").arg(keys.toString(QKeySequence::NativeText), owners.join(tr(", ", "between names"))),
        tr("Press other keys, or take these over: then the other action has none."));
    m_message->addButton(tr("Take over"), [this, id, keys] { takeOver(id, keys); });
    layout()->activate(); // the message takes room from the table
    m_table->scrollTo(m_table->currentIndex());
}

void KeyboardPage::takeOver(const QString& id, const QKeySequence& keys)
{
    QStringList owners;
    for (const Command* other : m_commands.conflicts(id, keys))
        owners += other->id;
    for (const QString& owner : owners)
        m_commands.setKeys(owner, {});
    m_commands.setKeys(id, keys);
    m_message->clear();
}

} // namespace carry::ui
