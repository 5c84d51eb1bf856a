// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session.h"

#include <QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace carry::ui
{

//! How a paper session is to run: pace, gate file, whether the clock waits for answers. What it runs is chosen in the
//! header, as for a backtest.
class SessionForm final : public QWidget
{
    Q_OBJECT
  public:
    explicit SessionForm(QWidget* parent = nullptr);

    //! Without period and database; nothing while the gate file cannot be used, which is said at its field.
    std::optional<SessionOptions> options();
    void setGateFile(const QString& file);
    QString gateFile() const;
    void setSpeed(double speed);
    void setFeed(const std::optional<MessageFeed>& feed); //!< none: history at a pace
    QPushButton* startButton() const { return m_start; }
    //! What the header says: "btc-basis on the demo data, all of it".
    void setWhat(const QString& what);
    void setBusy(bool busy);

  signals:
    void startRequested();

  private:
    void browse();
    void makeFeed();
    void showFeedRows();

    QLabel *m_what, *m_wrong;
    QComboBox *m_speed, *m_feed;
    QLineEdit *m_gate, *m_path, *m_faults;
    QWidget* m_place;
    QLabel *m_pathWrong, *m_faultsWrong;
    QFormLayout* m_rows;
    QCheckBox* m_wait;
    QPushButton* m_start;
};

} // namespace carry::ui
