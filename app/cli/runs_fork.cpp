// SPDX-License-Identifier: GPL-3.0-or-later
// What starts at one step of a stored run: another run, or a note.
#include "desk/fork.h"
#include "interruption.h"
#include "progress_bar.h"
#include "runs.h"
#include "tables.h"

#include <iostream>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, json, run, at, data, decision, note;
    std::vector<std::string> assignments;
    bool quiet = false, remove = false;
};

Result<Time> readTime(const std::string& text)
{
    const auto time = parseIsoTime(text);
    if (!time)
        return fail(Error(ErrorCode::ConfUsage)
                        .with("found", "--at takes a UTC time such as 2024-06-01T00:00:00Z, not '" + text + "'"));
    return *time;
}

Result<ForkRequest> readRequest(const Options& o)
{
    const auto at = readTime(o.at);
    if (!at)
        return fail(at.error());
    ForkRequest request{*at, o.assignments, {}};
    if (o.decision.empty())
        return request;
    const auto decision = parseForcedDecision(o.decision);
    if (!decision)
        return fail(decision.error());
    request.decision = *decision;
    return request;
}

//! "Parts from run ... at ...: decision".
void printParting(const std::optional<Divergence>& d)
{
    if (!d)
        std::cout << "It does not part from its parent: every step is the same.\n";
    else
        std::cout << "Parts from its parent at " << formatIso(d->time) << ", " << d->what
                  << "\n    parent: " << d->valueA << "\n    fork:   " << d->valueB << '\n';
}

int fork(const Options& o)
{
    const auto request = readRequest(o);
    if (!request)
        return report(request.error());
    catchInterruption(); // what is computed is shown and kept
    ProgressBar bar("Running", o.quiet);
    const auto result = forkStoredRun(o.database, o.run, *request, o.data, [&bar](std::size_t done, std::size_t total) {
        bar.show(done, total);
        return !isInterrupted();
    });
    if (!result)
        return report(result.error());
    const RunInfo& info = result->record->info();
    if (!o.quiet && o.json != "-") {
        std::cout << summaryTable(info, result->summary) << std::flush;
        const auto parent = loadStoredRun(o.database, info.forks.back().parent);
        if (!parent)
            return report(parent.error());
        printParting(firstDivergence(*parent->record, *result->record));
    }
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(runToJson(info, result->summary))); !written)
            return report(written.error());
    if (result->storeError)
        return report(*result->storeError);
    return result->summary.status == RunStatus::Done ? kDone : kRunFailed;
}

int bookmark(const Options& o)
{
    const auto at = readTime(o.at);
    if (!at)
        return report(at.error());
    const auto done =
        o.remove ? removeStoredBookmark(o.database, o.run, *at) : setStoredBookmark(o.database, o.run, {*at, o.note});
    return done ? static_cast<int>(kDone) : report(done.error());
}

} // namespace

void addRunsFork(CLI::App& runs, int& exitCode)
{
    const auto add = [&runs](const char* name, const char* help) {
        auto* command = runs.add_subcommand(name, help);
        auto options = std::make_shared<Options>();
        addDatabase(*command, options->database);
        command->add_option("run", options->run, "Run id, or its beginning; without it the newest");
        command->add_option("--at", options->at, "Time of the step, UTC")->required();
        return std::pair(command, options);
    };
    auto [forking, forked] = add("fork", "Compute a run again with changes from one of its bars on, as a new run");
    addJson(*forking, forked->json);
    forking->add_option("--set", forked->assignments, "key=value from there on; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    forking->add_option("--decision", forked->decision, "Decide there by hand: hold, exit or rebalance");
    forking->add_option("--data", forked->data, "Where the data are now (default: where the run had them from)");
    forking->add_flag("--quiet", forked->quiet, "No table, no progress");
    forking->callback([o = forked, &exitCode] { exitCode = fork(*o); });

    auto [marking, marked] = add("bookmark", "A note on one step of a run, or another text for it");
    marking->add_option("--note", marked->note, "The text");
    marking->add_flag("--remove", marked->remove, "Take it away");
    marking->callback([o = marked, &exitCode] { exitCode = bookmark(*o); });
}

} // namespace carry::cli
