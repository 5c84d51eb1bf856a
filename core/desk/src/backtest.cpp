// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest.h"

#include "base/log.h"
#include "store/store_thread.h"

namespace carry
{
namespace
{

//! Starts storing behind the engine; nothing where no database was asked for.
Result<std::unique_ptr<StoreThread>> startStore(const BacktestOptions& options, std::shared_ptr<const RunRecord> record)
{
    if (!options.database)
        return std::unique_ptr<StoreThread>();
    auto database = Database::open(options.database->string(), Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    return std::make_unique<StoreThread>(std::move(*database), std::move(record));
}

} // namespace

Result<BacktestResult> runBacktest(const RunConfiguration& configuration, const MarketData& data,
                                   const BacktestOptions& options)
{
    auto setup = prepareRun(configuration, data, options.period);
    if (!setup)
        return fail(setup.error());
    const std::size_t steps = setup->tape->size();
    auto record = std::make_shared<RunRecord>(describeRun(configuration, *setup, data, newRunId()));
    auto store = startStore(options, record);
    if (!store)
        return fail(store.error());
    Runner runner(std::make_unique<Engine>(std::move(*setup), record));
    runner.start();
    while (!runner.waitFor(std::chrono::milliseconds{20})) {
        if (options.progress && !options.progress(record->committed(), steps))
            runner.cancel();
        if (*store && (*store)->failed())
            runner.cancel(); // what cannot be kept need not be computed to the end
    }
    const auto status = runner.wait();
    if (!status)
        return fail(status.error()); // the store thread abandons what it wrote
    BacktestResult result;
    result.summary =
        summarise(*record, runner.engine().finalState(), configuration.values().number("metrics.risk_free"));
    result.summary.status = *status;
    result.summary.timing.loadSeconds = options.loadSeconds;
    result.summary.timing.engineSeconds = runner.engineSeconds();
    result.summary.timing.startedAt = options.startedAt;
    if (*store) {
        if (auto stored = (*store)->finish(result.summary); !stored)
            return fail(stored.error());
        result.summary.timing.storeSeconds = (*store)->seconds();
    }
    logInfo("desk", "run " + record->info().runId + " " + std::string(toText(*status)));
    result.record = std::move(record);
    return result;
}

} // namespace carry
