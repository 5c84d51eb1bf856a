// SPDX-License-Identifier: GPL-3.0-or-later
// Stored runs computed again: to see whether they come out the same, or to go on with them.
#include "interruption.h"
#include "progress_bar.h"
#include "runs.h"
#include "tables.h"

#include <chrono>
#include <iostream>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

struct Options {
    std::string database, json, run, data;
    bool quiet = false;
};

//! Does work that reports its progress and can be interrupted.
template <class Work> auto withProgress(const char* label, bool quiet, Work&& work)
{
    catchInterruption();
    ProgressBar bar(label, quiet);
    return work([&bar](std::size_t done, std::size_t total) {
        bar.show(done, total);
        return !isInterrupted();
    });
}

Json partingJson(const std::optional<Divergence>& d)
{
    if (!d)
        return nullptr;
    return {
        {"time", formatIso(d->time)}, {"step", d->stepA}, {"what", d->what}, {"stored", d->valueA}, {"now", d->valueB}};
}

Json verificationJson(const Verification& v)
{
    return {{"run_id", v.runId},
            {"agrees", v.sameResult},
            {"same_data", v.sameData},
            {"steps", {{"stored", v.storedSteps}, {"now", v.steps}}},
            {"result_digest", {{"stored", v.storedDigest}, {"now", v.digest}}},
            {"data_digest", {{"stored", v.storedDataDigest}, {"now", v.dataDigest}}},
            {"engine_version", {{"stored", v.storedEngine}, {"now", CARRYDESK_VERSION}}},
            {"first_difference", partingJson(v.difference)}};
}

void printVerification(const Verification& v)
{
    std::cout << "Run " << v.runId << " computed again, " << v.steps << " steps\n"
              << "  result digest stored  " << v.storedDigest << "\n  result digest now     " << v.digest << '\n';
    if (!v.sameData)
        std::cout << "  The data have changed since: their digest was " << v.storedDataDigest << ", now it is "
                  << v.dataDigest << '\n';
    if (v.storedEngine != CARRYDESK_VERSION)
        std::cout << "  It was stored by version " << v.storedEngine << "; this is version " << CARRYDESK_VERSION
                  << '\n';
    if (v.sameResult) {
        std::cout << "The digests agree: it comes out the same.\n";
        return;
    }
    std::cout << "The digests DIFFER: it comes out differently.\n";
    if (v.difference)
        std::cout << "  first at " << formatIso(v.difference->time) << " (step " << v.difference->stepA << "), "
                  << v.difference->what << "\n    stored: " << v.difference->valueA
                  << "\n    now:    " << v.difference->valueB << '\n';
}

int verify(const Options& o)
{
    const auto verified = withProgress("Verifying", o.quiet, [&o](const auto& progress) {
        return verifyStoredRun(o.database, o.run, o.data, progress);
    });
    if (!verified)
        return report(verified.error());
    if (o.json != "-")
        printVerification(*verified);
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(verificationJson(*verified))); !written)
            return report(written.error());
    return verified->sameResult ? kDone : kRunFailed;
}

int resume(const Options& o)
{
    const auto result = withProgress("Running", o.quiet, [&o](const auto& progress) {
        return resumeStoredRun(o.database, o.run, o.data, progress);
    });
    if (!result)
        return report(result.error());
    if (!o.quiet && o.json != "-")
        std::cout << summaryTable(result->record->info(), result->summary);
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(runToJson(result->record->info(), result->summary))); !written)
            return report(written.error());
    return result->summary.status == RunStatus::Done ? kDone : kRunFailed;
}

int rerun(const Options& o)
{
    const std::string now = formatIso(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    const auto again = withProgress("Running", o.quiet, [&](const auto& progress) {
        return rerunStoredRun(o.database, o.run, o.data, now, progress);
    });
    if (!again)
        return report(again.error());
    const BacktestResult& result = again->result;
    if (!o.quiet && o.json != "-") {
        std::cout << summaryTable(result.record->info(), result.summary);
        std::cout << "Run " << again->of << " computed again as " << result.record->info().runId
                  << (again->sameData ? ", on the same data.\n" : "; the data have changed since.\n");
    }
    if (!o.json.empty()) {
        Json document = runToJson(result.record->info(), result.summary);
        document["rerun_of"] = {{"run_id", again->of}, {"same_data", again->sameData}};
        if (auto written = deliver(o.json, jsonText(document)); !written)
            return report(written.error());
    }
    return result.summary.status == RunStatus::Done ? kDone : kRunFailed;
}

} // namespace

void addRunsAgain(CLI::App& runs, int& exitCode)
{
    const auto add = [&runs](const char* name, const char* help, const char* which) {
        auto* command = runs.add_subcommand(name, help);
        auto options = std::make_shared<Options>();
        addDatabase(*command, options->database);
        addJson(*command, options->json);
        command->add_option("run", options->run, which);
        command->add_option("--data", options->data, "Where the data are now (default: where the run had them from)");
        command->add_flag("--quiet", options->quiet, "No progress");
        return std::pair(command, options);
    };
    auto [verifyCommand, verifyOptions] =
        add("verify", "Compute a run again and compare the digests", "Run id, or its beginning; without it the newest");
    verifyCommand->callback([o = verifyOptions, &exitCode] { exitCode = verify(*o); });
    auto [rerunCommand, rerunOptions] = add("rerun",
                                            "Compute a run again from its stored configuration as a new run; a session "
                                            "as a backtest, but for one on messages that arrived",
                                            "Run id, or its beginning; without it the newest");
    rerunCommand->callback([o = rerunOptions, &exitCode] { exitCode = rerun(*o); });
    auto [resumeCommand, resumeOptions] = add("resume", "Go on with an interrupted run to its end",
                                              "Run id, or its beginning; without it the newest interrupted one");
    resumeCommand->callback([o = resumeOptions, &exitCode] { exitCode = resume(*o); });
}

} // namespace carry::cli
