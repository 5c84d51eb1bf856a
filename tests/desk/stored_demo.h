// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"
#include "support/driven_run.h"

#include <QTemporaryDir>

namespace carry::test
{

//! The demo data, read once a program.
inline const std::shared_ptr<const MarketData>& demoData()
{
    static const auto data = openData("demo").value();
    return data;
}

//! The value, which must be there.
template <class T> T must(Result<T> result)
{
    if (!result)
        qFatal("%s", describe(result.error()).c_str());
    return std::move(*result);
}

template <class T> QString codeOf(const Result<T>& result)
{
    return result ? QString() : text(result.error().codeText());
}

//! A folder with a database that goes away.
class RunsFile
{
  public:
    std::string path(const char* name = "runs.db") const { return m_folder.filePath(name).toStdString(); }
    std::string folder() const { return m_folder.path().toStdString(); }

    BacktestOptions options(const RunPeriod& period = {}) const
    {
        BacktestOptions o;
        o.database = path();
        o.period = period;
        return o;
    }
    //! Computes and stores a run.
    BacktestResult run(const RunConfiguration& configuration, const RunPeriod& period = {}) const
    {
        auto result = must(runBacktest(configuration, *demoData(), options(period)));
        if (result.storeError)
            qFatal("%s", describe(*result.storeError).c_str());
        return result;
    }

  private:
    QTemporaryDir m_folder;
};

//! Two months with a set-up, transfers and settlements.
inline RunPeriod shortPeriod()
{
    return {parseIsoTime("2024-06-01T00:00:00Z"), parseIsoTime("2024-07-31T23:00:00Z")};
}

} // namespace carry::test
