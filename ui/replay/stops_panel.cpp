// SPDX-License-Identifier: GPL-3.0-or-later
#include "stops_panel.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"
#include "player.h"
#include "stop_model.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStringListModel>
#include <QStyle>
#include <QTableView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

//! Completes the name under the text cursor, not the whole line.
class NameCompleter final : public QCompleter
{
  public:
    using QCompleter::QCompleter;
    QString pathFromIndex(const QModelIndex& index) const override
    {
        const auto* line = qobject_cast<QLineEdit*>(widget());
        const QString before = line == nullptr ? QString() : line->text().left(line->cursorPosition());
        const QString after = line == nullptr ? QString() : line->text().mid(line->cursorPosition());
        return before.left(before.size() - lastName(before).size()) + QCompleter::pathFromIndex(index) + after;
    }
    QStringList splitPath(const QString& path) const override
    {
        const auto* line = qobject_cast<QLineEdit*>(widget());
        return {lastName(line == nullptr ? path : path.left(line->cursorPosition()))};
    }

  private:
    static QString lastName(const QString& text)
    {
        qsizetype from = text.size();
        while (from > 0 && (text[from - 1].isLetterOrNumber() || text[from - 1] == QLatin1Char('.') ||
                            text[from - 1] == QLatin1Char('_')))
            --from;
        return text.mid(from);
    }
};

} // namespace

StopsPanel::StopsPanel(RunSession& session, Player& player, QWidget* parent)
    : QWidget(parent), m_session(session), m_player(player), m_model(player.stops()), m_table(new QTableView(this)),
      m_line(new QLineEdit(this)), m_names(new QStringListModel(this)), m_message(new QLabel(this)),
      m_add(new QPushButton(tr("Add"), this)), m_remove(new QPushButton(tr("Remove"), this)),
      m_next(new QPushButton(tr("Next hit"), this)), m_previous(new QPushButton(tr("Previous hit"), this))
{
    makeTable();
    m_line->setObjectName(QStringLiteral("stopCondition"));
    m_line->setAccessibleName(tr("Condition to stop before"));
    m_line->setPlaceholderText(tr("binance.margin_ratio < 0.2 and drawdown > 1%"));
    m_line->setToolTip(tr("Figures of a step compared with numbers, joined by and / or. Type a letter for the names."));
    auto* completer = new NameCompleter(m_names, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_line->setCompleter(completer);
    m_message->setObjectName(QStringLiteral("stopMessage"));
    m_message->setAccessibleName(tr("Where playing stopped"));
    m_message->setWordWrap(true);
    m_message->setContentsMargins(8, 2, 8, 2);
    m_message->hide();
    m_add->setObjectName(QStringLiteral("addStop"));
    m_remove->setObjectName(QStringLiteral("removeStop"));
    m_next->setObjectName(QStringLiteral("nextHitButton"));
    m_previous->setObjectName(QStringLiteral("previousHitButton"));
    auto* adding = new QHBoxLayout;
    adding->setContentsMargins(6, 4, 6, 2);
    adding->addWidget(m_line, 1);
    adding->addWidget(m_add);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(6, 2, 6, 4);
    buttons->addWidget(m_previous);
    buttons->addWidget(m_next);
    buttons->addStretch();
    buttons->addWidget(m_remove);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_message);
    layout->addLayout(adding);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this, &StopsPanel::addCondition);
    connect(m_line, &QLineEdit::returnPressed, this, &StopsPanel::addCondition);
    connect(m_line, &QLineEdit::textEdited, m_message, &QWidget::hide);
    connect(m_remove, &QPushButton::clicked, this, [this] { m_model.remove(m_table->currentIndex().row()); });
    connect(m_next, &QPushButton::clicked, this, &StopsPanel::goToNext);
    connect(m_previous, &QPushButton::clicked, this, &StopsPanel::goToPrevious);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &StopsPanel::updateButtons);
    connect(&m_model, &StopModel::changed, this, &StopsPanel::updateButtons);
    connect(&player, &Player::stopped, this, [this](const QString& why) { say(why, false); });
    connect(&player, &Player::playingChanged, this, [this](bool playing) {
        if (playing)
            m_message->hide();
    });
    auto* due = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::cursorChanged, due, &WhenVisible::request);
    connect(&session, &RunSession::recordChanged, due, &WhenVisible::request);
    connect(&session, &RunSession::recordChanged, this, [this] {
        m_names->setStringList({});
        m_message->hide(); // it was about another run
    });
    connect(&Theme::instance(), &Theme::changed, due, &WhenVisible::request);
    update();
}

void StopsPanel::makeTable()
{
    m_table->setObjectName(QStringLiteral("stopTable"));
    m_table->setAccessibleName(tr("Where playing stops"));
    m_table->setModel(&m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(StopModel::Where, QHeaderView::Stretch);
    header->resizeSection(StopModel::FromHit, figureWidth(QStringLiteral("From hit")) + 12);
    header->resizeSection(StopModel::Hits, figureWidth(QStringLiteral("Hits so far")) + 12);
    enableCopy(m_table);
}

void StopsPanel::update()
{
    if (!m_session.empty())
        m_model.setCursor(m_session.cursor());
    if (m_names->rowCount() == 0 && m_session.record() != nullptr) {
        QStringList names;
        for (const std::string& name : predicateNames(*m_session.record()))
            names += QString::fromStdString(name);
        m_names->setStringList(names);
    }
    updateButtons();
}

void StopsPanel::updateButtons()
{
    const int row = m_table->currentIndex().row();
    m_remove->setEnabled(m_model.isCondition(row));
    const bool usable = row >= 0 && !m_session.empty() && m_model.problem(row).isEmpty();
    m_next->setEnabled(usable);
    m_previous->setEnabled(usable);
}

void StopsPanel::addCondition()
{
    const auto added = m_model.addCondition(m_line->text());
    if (!added)
        return say(Words::error(added.error()), true);
    m_line->clear();
    m_message->hide();
    update();
    m_table->selectRow(m_model.rowCount() - 1);
}

void StopsPanel::say(const QString& text, bool error)
{
    m_message->setProperty("role", error ? QStringLiteral("error") : QStringLiteral("heading"));
    m_message->style()->polish(m_message);
    m_message->setText(text);
    m_message->show();
}

void StopsPanel::goTo(std::optional<std::size_t> step)
{
    if (!step)
        return say(tr("There is no further one in what is recorded."), false);
    m_message->hide();
    m_player.pause();
    m_session.seek(*step);
}

void StopsPanel::goToNext()
{
    if (m_next->isEnabled())
        goTo(m_model.next(m_table->currentIndex().row(), m_session.cursor(), m_session.length()));
}

void StopsPanel::goToPrevious()
{
    if (m_previous->isEnabled())
        goTo(m_model.previous(m_table->currentIndex().row(), m_session.cursor()));
}

void StopsPanel::focusHere()
{
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

} // namespace carry::ui
