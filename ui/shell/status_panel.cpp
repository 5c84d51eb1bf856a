// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_panel.h"

#include "common/number_format.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "replay/run_controller.h"

#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>

namespace carry::ui
{

StatusPanel::StatusPanel(RunSession& session, RunController& controller, QWidget* parent)
    : QStatusBar(parent), m_session(session), m_controller(controller)
{
    setAccessibleName(tr("Status"));
    setSizeGripEnabled(false);
    setMinimumHeight(fontMetrics().height() + 14); // whatever comes and goes in it
    m_clock = add(tr("Simulated clock"), tr("Time of the cursor in the run, UTC"));
    m_length = add(tr("Length of the record"), tr("Step of the cursor and steps recorded"));
    m_unexplained = add(tr("Unexplained P&L"),
                        tr("Balance P&L minus the sum of its lines at the cursor; anything but zero is a defect"));
    m_speed = add(tr("Speed of the engine"), tr("Steps computed in a second by the last run"));
    m_lag = add(tr("Lag of the store"), tr("Steps that are computed but not yet in the database"));
    m_database = add(tr("Database"), {});
    connect(&session, &RunSession::cursorChanged, this, &StatusPanel::refresh);
    connect(&session, &RunSession::lengthChanged, this, &StatusPanel::refresh);
    connect(&controller, &RunController::stateChanged, this, &StatusPanel::refresh);
    connect(&controller, &RunController::progress, this, &StatusPanel::refresh);
    refresh();
}

QLabel* StatusPanel::add(const QString& name, const QString& help)
{
    auto* label = new QLabel(this);
    label->setAccessibleName(name);
    label->setToolTip(help);
    addPermanentWidget(label);
    return label;
}

void StatusPanel::refresh()
{
    const QLocale locale;
    if (m_session.empty()) {
        m_clock->setText(tr("no run"));
        m_length->clear();
        m_unexplained->clear();
    } else {
        const RunView& view = m_session.view();
        m_clock->setText(dateTimeSeconds(view.time()) + tr(" UTC"));
        m_length->setText(tr("step %1 of %2")
                              .arg(locale.toString(qulonglong(m_session.cursor() + 1)),
                                   locale.toString(qulonglong(m_session.length()))));
        const double rest = view.value(ColumnLayout::step(StepColumn::Unexplained));
        m_unexplained->setText(tr("unexplained %1").arg(QString::number(rest, 'g', 2)));
    }
    const double speed = m_controller.stepsPerSecond();
    m_speed->setText(speed > 0 ? tr("%1 steps/s").arg(locale.toString(speed, 'f', 0)) : QString());
    m_speed->setVisible(speed > 0); // a run that was opened was not computed here
    const BacktestJob* job = m_controller.job();
    m_lag->setText(tr("store lag %1").arg(locale.toString(qulonglong(job != nullptr ? job->storeLag() : 0))));
    const QString file = m_controller.database();
    m_database->setText(file.isEmpty() ? tr("not stored") : QFileInfo(file).fileName());
    m_database->setToolTip(file.isEmpty() ? tr("Runs stay in memory") : QDir::toNativeSeparators(file));
}

} // namespace carry::ui
