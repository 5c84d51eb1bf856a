// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "desk/fork.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace carry::ui
{

class ParameterModel;
class ParameterTable;

//! Another end for the run that is shown: the same up to the cursor, from there on with other parameters or another
//! decision, as a run of its own.
class ForkPanel final : public QWidget
{
    Q_OBJECT
  public:
    explicit ForkPanel(RunSession& session, QWidget* parent = nullptr);

    ParameterModel& parameters() { return *m_parameters; }
    ParameterTable& table() { return *m_table; }
    QComboBox* decision() const { return m_decision; }
    QPushButton* button() const { return m_fork; }
    //! What is asked for, at the cursor.
    ForkRequest request() const;

  public slots:
    void focusHere();
    void fork(); //!< asks for it; says why where it cannot be

  signals:
    void forkRequested(const carry::RunConfiguration& configuration);

  private:
    void takeRecord();
    void takeCursor();
    void listDecisions(const RunConfiguration& configuration);
    void updateButton();
    void say(const QString& problem);

    RunSession& m_session;
    ParameterModel* m_parameters;
    ParameterTable* m_table;
    QLabel *m_sentence, *m_problem;
    QComboBox* m_decision;
    QPushButton *m_fork, *m_revert;
    bool m_manyForks = false; //!< the values in force are others at other times
    Time m_valuesAt{};
};

} // namespace carry::ui
