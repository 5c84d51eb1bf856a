// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "stop_model.h"

#include <QElapsedTimer>
#include <QTimer>
#include <array>
#include <limits>

namespace carry::ui
{

//! Moves the cursor through what is recorded, at a speed in steps a second. At the greatest speed the cursor goes to
//! the end at once and stays there while the record grows. Where a loop is marked, playing stays inside it. Before a
//! step that is to be stopped at, playing and following pause; playing on passes it.
class Player : public QObject
{
    Q_OBJECT
  public:
    static constexpr double kMaxSpeed = std::numeric_limits<double>::infinity();
    //! Those to choose from.
    static constexpr std::array<double, 5> kSpeeds{1, 10, 100, 1000, kMaxSpeed};
    static QString speedName(double stepsPerSecond); //!< "100×"

    explicit Player(RunSession& session, QObject* parent = nullptr);

    bool playing() const { return m_playing; }
    double speed() const { return m_speed; }
    StopModel& stops() { return m_stops; }

  public slots:
    void play(); //!< from the start when the cursor is at the end of a run that does not grow
    void pause();
    void goOn(); //!< after a stop: to the next one, or to the end
    void toggle() { m_playing ? pause() : play(); }
    void setSpeed(double stepsPerSecond);
    void stepForward();
    void stepBack();
    void toStart();
    void toEnd();
    void nextDecision(); //!< the next one other than HOLD, selected
    void previousDecision();
    void nextBreach(); //!< the next limit crossed for the worse, or liquidation; selected
    void previousBreach();
    void nextFunding(); //!< the next settlement of funding, selected
    void previousFunding();
    void loopFromHere(); //!< drops an end that lies before
    void loopToHere();   //!< drops a beginning that lies after
    void clearLoop();

  signals:
    void playingChanged(bool playing);
    void speedChanged(double speed);
    void stopped(const QString& why); //!< before a step to stop at
    void found(const QString& what);  //!< what was gone to, or that there is no further one

  private:
    void advance();
    void takeRecord();
    void watchGrowth();
    //! Pauses before the first step to stop at after what was passed, up to `last`; false without one.
    bool stopBefore(std::size_t last);
    void moveTo(std::size_t step); //!< by a person: pauses
    void goToDecision(std::optional<std::size_t> step);
    void goTo(const Selection& found, std::size_t step);
    void goToBreach(std::optional<std::size_t> event);
    std::size_t target(std::size_t steps) const; //!< of the cursor, round the loop

    RunSession& m_session;
    StopModel m_stops;
    std::optional<std::size_t> m_passed; //!< the last step that was looked at for stops
    QTimer m_frame;
    QElapsedTimer m_clock;
    double m_speed = 100;
    double m_owed = 0; //!< steps, below 1
    bool m_playing = false, m_stoppedPlaying = false;
};

} // namespace carry::ui
