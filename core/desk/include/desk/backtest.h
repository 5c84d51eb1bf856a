// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_configuration.h"
#include "engine/runner.h"
#include "market/market_data.h"
#include "record/run_summary.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace carry
{

class Gate;
class Outside;
struct RecordedFeed;

//! "demo", "demo:HOURS" (the demo market at that length) or a folder. The errors of readMarketFolder(); ConfUsage for a
//! length that is none.
Result<std::shared_ptr<const MarketData>> openData(const std::string& nameOrFolder, const ReadProgress& progress = {});

struct RunPeriod {
    std::optional<Time> from, to; //!< bar labels, both inclusive
};

//! What makes the tape of a run from elsewhere than its data: messages.
using TapeSource = std::function<Result<std::shared_ptr<const Tape>>(const TapeRequest&)>;

//! Tape, rules and strategy of a run. With a source only the cost table is read of the data. The errors of the CONF,
//! STRAT and DATA families.
Result<RunSetup> prepareRun(const RunConfiguration& configuration, const MarketData& data, const RunPeriod& period,
                            const TapeSource& source = {});

//! The record's head for a prepared run. `runId` is free text; newRunId() gives a random one.
RunInfo describeRun(const RunConfiguration& configuration, const RunSetup& setup, const MarketData& data,
                    std::string runId);
std::string newRunId();

struct BacktestOptions {
    RunPeriod period;
    std::optional<std::filesystem::path> database;
    //! A database that cannot be opened is an error; off: the run goes on in memory and BacktestResult::storeError
    //! tells.
    bool databaseRequired = true;
    //! How long each of the store's transactions waits for other programs that hold the database.
    std::chrono::milliseconds busyTimeout{10'000};
    //! Called about every 50 ms with steps done and steps of the tape; false cancels.
    std::function<bool(std::size_t, std::size_t)> progress;
    std::string startedAt; //!< of the real clock, for the run list
    std::string resume;    //!< id of the interrupted run to go on with; empty: a new run
    //! Of the run that this one is a fork of; StoreResume where the data are others. Empty: any.
    std::string dataDigest;
    double loadSeconds = 0; //!< how long opening the data took, for the summary
    //! Of a session that is computed again, with its commands given; none: plans are carried out at once.
    std::shared_ptr<Gate> gate;
    //! Likewise: what a stored session with venues of its own was told by them.
    std::shared_ptr<Outside> outside;
    //! The tape is that of these messages; only the cost table is read of the data.
    std::shared_ptr<RecordedFeed> feed;
    //! It ends when the gate is told so, as in the session that is computed again (RunSetup::tapeGrows).
    bool feedGrows = false;
};

struct BacktestResult {
    std::shared_ptr<const RunRecord> record;
    RunSummary summary;
    //! Why the run is not in the database although it was to be; the run itself is whole.
    std::optional<Error> storeError;
};

//! Runs to the end (or until cancelled: status Interrupted) and stores if asked. On an error nothing of a new run stays
//! in the database. A database that fails while the run goes on does not end it: BacktestResult::storeError.
Result<BacktestResult> runBacktest(const RunConfiguration& configuration, const MarketData& data,
                                   const BacktestOptions& options);

} // namespace carry
