// SPDX-License-Identifier: GPL-3.0-or-later
#include "parameters_panel.h"

#include "common/edit_bar.h"
#include "common/theme.h"
#include "parameter_table.h"
#include "run_draft.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{

ParametersPanel::ParametersPanel(RunDraft& draft, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_headline(new QLabel(this)), m_problem(new QLabel(this)),
      m_edit(new EditBar(this)), m_table(new ParameterTable(draft.parameters(), this)),
      m_save(new QPushButton(tr("Save as…"), this)), m_remove(new QPushButton(tr("Delete preset"), this)),
      m_revert(new QPushButton(tr("Revert all"), this))
{
    m_headline->setObjectName(QStringLiteral("draftHeadline"));
    m_headline->setAccessibleName(tr("What the next run is made with"));
    m_headline->setTextFormat(Qt::RichText);
    m_headline->setWordWrap(true);
    m_headline->setContentsMargins(8, 4, 8, 0);
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(8, 0, 8, 0);
    m_problem->hide();
    m_save->setObjectName(QStringLiteral("savePreset"));
    m_save->setToolTip(tr("Keep these values as a preset of your own"));
    m_remove->setObjectName(QStringLiteral("removePreset"));
    m_remove->setToolTip(tr("Delete this preset of your own; it can be brought back at once"));
    m_revert->setObjectName(QStringLiteral("revertParameters"));
    m_revert->setToolTip(tr("All values as the preset has them"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 6);
    bar->addWidget(m_save);
    bar->addWidget(m_remove);
    bar->addStretch();
    bar->addWidget(m_revert);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_headline);
    layout->addWidget(m_edit);
    layout->addWidget(m_problem);
    layout->addWidget(m_table, 1);
    layout->addLayout(bar);
    connect(m_save, &QPushButton::clicked, this, &ParametersPanel::save);
    connect(m_remove, &QPushButton::clicked, this, &ParametersPanel::remove);
    connect(m_revert, &QPushButton::clicked, this, [this] { m_draft.parameters().revertAll(); });
    connect(m_edit, &EditBar::ended, this, [this] { m_table->view()->setFocus(Qt::OtherFocusReason); });
    connect(m_edit->line(), &QLineEdit::textEdited, m_problem, &QWidget::hide);
    connect(&m_draft.parameters(), &ParameterModel::edited, this, &ParametersPanel::update);
    connect(&m_draft, &RunDraft::chosen, this, &ParametersPanel::update);
    connect(&Theme::instance(), &Theme::changed, this, &ParametersPanel::update);
    update();
}

void ParametersPanel::update()
{
    const ParameterModel& parameters = m_draft.parameters();
    const int changed = parameters.changedCount();
    const int invalid = parameters.invalidCount();
    QString text = QStringLiteral("<b>%1</b>").arg(m_draft.preset().name.toHtmlEscaped());
    QString detail = changed == 0 ? tr("as the preset has it") : tr("%n changed", nullptr, changed);
    if (m_draft.preset().own())
        detail += QStringLiteral(" · ") + tr("your own");
    text += QStringLiteral(" <span style='color:%1'>%2</span>").arg(colors().muted.name(), detail);
    if (invalid > 0)
        text += QStringLiteral(" <span style='color:%1'>⚠ %2</span>")
                    .arg(colors().critical.name(), tr("%n cannot be", nullptr, invalid));
    m_headline->setText(text);
    m_save->setEnabled(m_draft.canSave() && invalid == 0);
    m_remove->setVisible(m_draft.preset().own());
    m_revert->setEnabled(changed > 0);
}

void ParametersPanel::save()
{
    if (!m_save->isEnabled())
        return;
    const QString suggestion =
        m_draft.preset().own() ? m_draft.preset().name : QStringLiteral("my-") + m_draft.preset().name;
    m_edit->edit(tr("Save as"), tr("letters, digits, - and _"), suggestion,
                 [this](const QString& name) { take(name); });
}

void ParametersPanel::take(const QString& typed)
{
    const QString name = typed.trimmed();
    QString problem = RunDraft::nameProblem(name);
    const bool replaces = m_draft.exists(name) && name != m_draft.preset().name;
    if (problem.isEmpty() && replaces)
        problem = tr("there is a preset of that name; choose another one, or change and save that one");
    m_problem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty()) {
        m_problem->setText(tr("“%1” cannot be: %2.").arg(name, problem));
        // What was typed stays, to be corrected.
        QMetaObject::invokeMethod(
            this,
            [this, typed] {
                m_edit->edit(tr("Save as"), tr("letters, digits, - and _"), typed,
                             [this](const QString& again) { take(again); });
            },
            Qt::QueuedConnection);
        return;
    }
    const QString summary = m_draft.preset().summary;
    if (const auto result = m_draft.saveAs(name, summary); result)
        emit saved(name);
    else
        emit failed(result.error(), tr("Cannot keep the preset"));
}

void ParametersPanel::remove()
{
    const QString name = m_draft.preset().name;
    if (const auto text = m_draft.removeChosen(); text)
        emit removed(name, *text);
    else
        emit failed(text.error(), tr("Cannot delete the preset"));
}

void ParametersPanel::focusHere()
{
    if (const QModelIndex invalid = m_draft.parameters().firstInvalid(); invalid.isValid()) {
        m_table->reveal(invalid);
        m_table->view()->setFocus(Qt::OtherFocusReason);
    } else {
        m_table->filter()->setFocus(Qt::ShortcutFocusReason);
        m_table->filter()->selectAll();
    }
}

} // namespace carry::ui
