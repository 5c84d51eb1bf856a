// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "desk/backtest_job.h"
#include "desk/stored_runs.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <memory>

namespace carry::ui
{

//! What a run is asked to be.
struct RunRequest {
    RunConfiguration configuration;
    QString data; //!< "demo" or a folder
    RunPeriod period;
    QString resume;              //!< id of an interrupted run to go on with, else empty
    std::string dataDigest = {}; //!< of a fork: that of its parent's data, which must be the same; else empty
};

//! Loads data and runs backtests for the window: everything that takes time happens on other threads. One run at a
//! time.
class RunController : public QObject
{
    Q_OBJECT
  public:
    enum class State { Idle, LoadingData, Preparing, Running };

    explicit RunController(QObject* parent = nullptr);
    ~RunController() override; //!< cancels and waits; what is committed is kept

    //! Where runs are kept from now on.
    void setDatabase(const QString& file) { m_database = file; }
    const QString& database() const { return m_database; }
    State state() const { return m_state; }
    bool busy() const { return m_state != State::Idle; }
    //! The data that was loaded last; nullptr at first.
    const std::shared_ptr<const MarketData>& data() const { return m_data; }
    const QString& dataSource() const { return m_dataSource; }
    const BacktestJob* job() const { return m_job.get(); }
    double stepsPerSecond() const { return m_stepsPerSecond; }

  public slots:
    void loadData(const QString& source);
    void run(const carry::ui::RunRequest& request);
    void cancel();

  signals:
    void stateChanged();
    void progress(std::size_t done, std::size_t total);
    void dataLoaded();
    void started(std::shared_ptr<const carry::RunRecord> record);
    //! The run ended, finished or cancelled; `result.storeError` says when it is not in the database.
    void finished(carry::BacktestResult result);
    void failed(carry::Error error, QString doing);

  private:
    void setState(State state);
    void prepare(const RunRequest& request);
    void look();

    QString m_database, m_dataSource;
    std::shared_ptr<const MarketData> m_data;
    double m_loadSeconds = 0;
    std::unique_ptr<BacktestJob> m_job;
    BackgroundHandle m_task;
    State m_state = State::Idle;
    QTimer m_tick;
    QElapsedTimer m_clock;
    std::size_t m_lastSteps = 0;
    double m_stepsPerSecond = 0;
    bool m_cancelled = false;
};

} // namespace carry::ui
