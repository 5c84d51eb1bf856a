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

namespace carry::ui
{

struct RunRequest;

//! What to run: preset, data, period, capital, and the button. Input that cannot be is marked at its field with the
//! reason.
class RunForm : public QWidget
{
    Q_OBJECT
  public:
    explicit RunForm(QWidget* parent = nullptr);

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

  signals:
    void runRequested();
    void cancelRequested();
    void dataChosen(const QString& source);
    void folderRequested();

  private:
    void chooseData(int index);
    void takeCapitalOfPreset();
    void mark(QLineEdit* field, const QString& reason);
    std::optional<Time> readTime(QLineEdit* field, bool endOfDay, bool& valid);

    QComboBox *m_preset, *m_data;
    QLineEdit *m_from, *m_to, *m_capital;
    QPushButton* m_run;
    QKeySequence m_runKeys;
    bool m_running = false;
};

} // namespace carry::ui
