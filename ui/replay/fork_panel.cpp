// SPDX-License-Identifier: GPL-3.0-or-later
#include "fork_panel.h"

#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"
#include "parameter_model.h"
#include "parameter_table.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kAsDecided = -1; // data of the first entry of the list of decisions

QString whyFixed(const std::string& key)
{
    return isFixedInFork(key) ? ForkPanel::tr("Cannot change while a run goes on; start a new run with another value.")
                              : QString();
}

} // namespace

ForkPanel::ForkPanel(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_parameters(new ParameterModel(this)),
      m_table(new ParameterTable(*m_parameters, this)), m_sentence(new QLabel(this)), m_problem(new QLabel(this)),
      m_decision(new QComboBox(this)), m_fork(new QPushButton(tr("Fork here"), this)),
      m_revert(new QPushButton(tr("Revert all"), this))
{
    m_sentence->setObjectName(QStringLiteral("forkSentence"));
    m_sentence->setAccessibleName(tr("What a fork is made of"));
    m_sentence->setTextFormat(Qt::RichText);
    m_sentence->setWordWrap(true);
    m_sentence->setContentsMargins(8, 4, 8, 2);
    m_problem->setObjectName(QStringLiteral("forkProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(8, 0, 8, 2);
    m_problem->hide();
    m_decision->setObjectName(QStringLiteral("forkDecision"));
    m_decision->setAccessibleName(tr("Decision at the cursor"));
    m_decision->setToolTip(tr("What is decided at the time of the cursor, whatever the strategy says"));
    m_fork->setObjectName(QStringLiteral("forkButton"));
    m_fork->setProperty("primary", true);
    const auto paint = [this] { m_fork->setIcon(tintedIcon(QStringLiteral("fork"), colors().accentText)); };
    connect(&Theme::instance(), &Theme::changed, this, paint);
    paint();
    auto* label = new QLabel(tr("Decision"), this);
    label->setBuddy(m_decision);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 2, 8, 2);
    row->addWidget(label);
    row->addWidget(m_decision, 1);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 6);
    bar->addWidget(m_fork);
    bar->addStretch();
    bar->addWidget(m_revert);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_sentence);
    layout->addLayout(row);
    layout->addWidget(m_problem);
    layout->addWidget(m_table, 1);
    layout->addLayout(bar);
    connect(m_fork, &QPushButton::clicked, this, &ForkPanel::fork);
    connect(m_revert, &QPushButton::clicked, this, [this] { m_parameters->revertAll(); });
    connect(m_decision, &QComboBox::currentIndexChanged, this, &ForkPanel::updateButton);
    connect(m_parameters, &ParameterModel::edited, this, &ForkPanel::updateButton);
    auto* cursor = new WhenVisible(this, [this] { takeCursor(); });
    connect(&session, &RunSession::recordChanged, this, &ForkPanel::takeRecord);
    connect(&session, &RunSession::cursorChanged, cursor, &WhenVisible::request);
    connect(&Theme::instance(), &Theme::changed, cursor, &WhenVisible::request);
    takeRecord();
}

void ForkPanel::takeRecord()
{
    const RunRecord* record = m_session.record();
    m_decision->clear();
    m_decision->addItem(tr("As the strategy decides"), kAsDecided);
    m_parameters->clear();
    m_manyForks = false;
    if (record != nullptr) {
        if (const auto configuration = configurationOf(record->info())) {
            m_manyForks = !configuration->forks().empty();
            m_parameters->begin(*configuration, whyFixed);
            listDecisions(*configuration);
        } else {
            say(Words::error(configuration.error()));
        }
    }
    m_valuesAt = {};
    takeCursor();
}

void ForkPanel::listDecisions(const RunConfiguration& configuration)
{
    const auto actions = forcibleActions(configuration);
    for (const Action action : actions ? *actions : std::vector<Action>{})
        m_decision->addItem(Words::action(action), int(action));
}

void ForkPanel::takeCursor()
{
    updateButton();
    if (m_session.empty() || m_parameters->empty()) {
        m_sentence->setText(tr("Open or run a run first; its end can then be another one from any step on."));
        return;
    }
    const RunInfo& info = m_session.record()->info();
    const Time at = m_session.view().time();
    m_sentence->setText(tr("A new run that is run %1 until <b>%2 UTC</b> and then goes on with what is changed here.")
                            .arg(QString::fromStdString(info.runId).left(8), dateTime(at)));
    if (!m_manyForks || at == m_valuesAt)
        return;
    m_valuesAt = at;
    auto configuration = configurationOf(info);
    if (!configuration)
        return;
    if (const auto values = valuesAt(*configuration, at)) {
        configuration->values() = *values;
        m_parameters->begin(*configuration, whyFixed, true);
    }
}

ForkRequest ForkPanel::request() const
{
    ForkRequest request;
    if (!m_session.empty())
        request.at = m_session.view().time();
    request.assignments = m_parameters->changes();
    if (const int decision = m_decision->currentData().toInt(); decision != kAsDecided)
        request.decision = static_cast<Action>(decision);
    return request;
}

void ForkPanel::fork()
{
    if (m_session.empty() || m_parameters->empty())
        return;
    if (const QModelIndex invalid = m_parameters->firstInvalid(); invalid.isValid()) {
        m_table->reveal(invalid);
        return say(invalid.data(ParameterModel::ErrorRole).toString());
    }
    const ForkRequest asked = request();
    if (asked.assignments.empty() && !asked.decision)
        return say(tr("Nothing is changed: it would be the same run. Change a parameter or the decision."));
    const auto configuration = forkOf(*m_session.record(), asked);
    if (!configuration)
        return say(Words::error(configuration.error()));
    emit forkRequested(*configuration);
}

void ForkPanel::say(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void ForkPanel::updateButton()
{
    say({});
    m_fork->setEnabled(!m_session.empty() && !m_parameters->empty());
    m_decision->setEnabled(m_fork->isEnabled());
    m_revert->setEnabled(m_parameters->changedCount() > 0);
    const int changed = m_parameters->changedCount();
    m_fork->setToolTip(changed == 0 ? tr("Change a parameter or the decision, then fork")
                                    : tr("Run on from the cursor with %n changed values", nullptr, changed));
}

void ForkPanel::focusHere()
{
    m_table->filter()->setFocus(Qt::ShortcutFocusReason);
    m_table->filter()->selectAll();
}

} // namespace carry::ui
