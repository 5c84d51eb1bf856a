// SPDX-License-Identifier: GPL-3.0-or-later
#include "preferences.h"

#include "replay/player.h"

#include <QSettings>
#include <algorithm>

namespace carry::ui
{
namespace
{

// The theme's key is read before there is a window, too.
const QString kTheme = QStringLiteral("window/theme");
const QString kSpeed = QStringLiteral("replay/speed"); // 0: as fast as possible
const QString kOpens = QStringLiteral("start/opens");
const QString kNotifies = QStringLiteral("live/notifies");
const QString kSounds = QStringLiteral("live/sounds");
constexpr double kDefaultSpeed = 100;

} // namespace

Preferences::Preferences(QSettings& settings, QObject* parent) : QObject(parent), m_settings(settings)
{
    connect(&Theme::instance(), &Theme::changed, this, &Preferences::changed);
}

void Preferences::setTheme(Theme::Mode mode)
{
    m_settings.setValue(kTheme, int(mode));
    Theme::instance().setMode(mode); // tells of the change
}

double Preferences::speed() const
{
    const double kept = m_settings.value(kSpeed, kDefaultSpeed).toDouble();
    const double speed = kept == 0 ? Player::kMaxSpeed : kept;
    return std::find(Player::kSpeeds.begin(), Player::kSpeeds.end(), speed) != Player::kSpeeds.end() ? speed
                                                                                                     : kDefaultSpeed;
}

void Preferences::setSpeed(double stepsPerSecond)
{
    if (stepsPerSecond == speed())
        return;
    m_settings.setValue(kSpeed, stepsPerSecond == Player::kMaxSpeed ? 0.0 : stepsPerSecond);
    emit speedChanged(stepsPerSecond);
    emit changed();
}

Preferences::Opens Preferences::opens() const
{
    return Opens(std::clamp(m_settings.value(kOpens, 0).toInt(), 0, 2));
}

void Preferences::setOpens(Opens opens)
{
    if (opens == this->opens())
        return;
    m_settings.setValue(kOpens, int(opens));
    emit changed();
}

bool Preferences::notifies() const
{
    return m_settings.value(kNotifies, false).toBool();
}

void Preferences::setNotifies(bool on)
{
    m_settings.setValue(kNotifies, on);
    emit changed();
}

bool Preferences::sounds() const
{
    return m_settings.value(kSounds, false).toBool();
}

void Preferences::setSounds(bool on)
{
    m_settings.setValue(kSounds, on);
    emit changed();
}

} // namespace carry::ui
