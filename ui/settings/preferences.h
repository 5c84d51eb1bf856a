// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/theme.h"

#include <QObject>

class QSettings;

namespace carry::ui
{

//! What a person prefers, kept in the settings file at once. The look itself is the Theme's; here it is remembered.
class Preferences : public QObject
{
    Q_OBJECT
  public:
    //! What is on screen after a start.
    enum class Opens { NewestRun, Demo, Nothing };

    explicit Preferences(QSettings& settings, QObject* parent = nullptr);

    Theme::Mode theme() const { return Theme::instance().mode(); }
    void setTheme(Theme::Mode mode);
    double speed() const; //!< of playing after a start; one of Player::kSpeeds
    void setSpeed(double stepsPerSecond);
    Opens opens() const;
    void setOpens(Opens opens);

    //! Of a proposal while the window is not in front; both off until wanted.
    bool notifies() const;
    void setNotifies(bool on);
    bool sounds() const;
    void setSounds(bool on);

  signals:
    void changed();
    void speedChanged(double stepsPerSecond);

  private:
    QSettings& m_settings;
};

} // namespace carry::ui
