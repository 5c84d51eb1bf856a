// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "desk/run_configuration.h"

#include <QKeySequence>
#include <QWidget>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace carry::ui
{

class RunDraft;
struct RunRequest;

//! What to run: preset, data, period, capital, the way to the other parameters, and the button. Input that cannot be is
//! marked at its field with the reason.
class RunForm : public QWidget
{
    Q_OBJECT
  public:
    explicit RunForm(RunDraft& draft, QWidget* parent = nullptr);

    //! What the fields say; nothing while one of them is invalid.
    std::optional<RunRequest> request();
    QString preset() const;
    QString data() const;
    void setPreset(const QString& name);
    //! Chooses "demo" or a folder, which joins the list.
    void setData(const QString& source);
    //! What to show in empty period fields: where the data begin and end.
    void setSpan(std::optional<Time> from, std::optional<Time> to);
    void setRunning(bool running);
    //! Keys of the action that does what the button does, for its tool tip.
    void setRunKeys(const QKeySequence& keys);
    QPushButton* runButton() const { return m_run; }
    //! The same for the action that opens the parameters.
    void setParameterKeys(const QKeySequence& keys);

  signals:
    void runRequested();
    void edited(); //!< period or data
    void cancelRequested();
    void dataChosen(const QString& source);
    void folderRequested();
    //! To see and change the parameters; also where a run was wanted and one of them cannot be.
    void parametersRequested();
    //! An own preset was chosen that cannot be used; the one before stays.
    void presetBroken(const QString& why);

  private:
    void chooseData(int index);
    void listPresets();
    void fitPresetBox();
    void choosePreset(int index);
    void showDraft();
    void takeCapital();
    void mark(QLineEdit* field, const QString& reason);
    std::optional<Time> readTime(QLineEdit* field, bool endOfDay, bool& valid);

    RunDraft& m_draft;
    QComboBox *m_preset, *m_data;
    static QComboBox* makePresetBox(QWidget* parent);
    QToolButton* m_parameters;
    QLineEdit *m_from, *m_to, *m_capital;
    QPushButton* m_run;
    QKeySequence m_runKeys, m_parameterKeys;
    bool m_running = false;
};

} // namespace carry::ui
