// SPDX-License-Identifier: GPL-3.0-or-later
// Stored runs copied out, marked and deleted.
#include "desk/report.h"
#include "runs.h"

#include <iostream>
#include <unistd.h>

namespace carry::cli
{
namespace
{

int usage(std::string found)
{
    return report(Error(ErrorCode::ConfUsage).with("found", std::move(found)));
}

// ---- Export --------------------------------------------------------------------------------------

struct ExportOptions {
    std::string database, run, json, csv, html, sqlite;
};

Result<void> exportRun(const ExportOptions& o)
{
    if (!o.sqlite.empty())
        if (auto copied = exportStoredRun(o.database, o.run, o.sqlite); !copied)
            return copied;
    if (!o.json.empty()) {
        const auto run = showStoredRun(o.database, o.run);
        if (!run)
            return fail(run.error());
        if (auto written = deliver(o.json, jsonText(storedRunJson(*run))); !written)
            return written;
    }
    if (o.csv.empty() && o.html.empty())
        return {};
    const auto run = loadStoredRun(o.database, o.run);
    if (!run)
        return fail(run.error());
    if (!o.html.empty())
        if (auto written = writeFile(o.html, htmlReport(*run->record, run->stored)); !written)
            return written;
    return o.csv.empty() ? Result<void>{} : exportCsv(*run->record, o.csv);
}

int exportOne(const ExportOptions& o)
{
    if (o.json.empty() && o.csv.empty() && o.html.empty() && o.sqlite.empty())
        return usage("runs export takes --json FILE, --csv DIR, --html FILE or --sqlite FILE");
    const auto exported = exportRun(o);
    return exported ? static_cast<int>(kDone) : report(exported.error());
}

// ---- Tags, note, pin -----------------------------------------------------------------------------

struct TagOptions {
    std::string database, run, note;
    std::vector<std::string> add, remove;
    bool hasNote = false, pin = false, unpin = false;
};

int tag(const TagOptions& o)
{
    RunMarks marks;
    marks.addTags = o.add;
    marks.removeTags = o.remove;
    if (o.hasNote)
        marks.note = o.note;
    if (o.pin || o.unpin)
        marks.pinned = o.pin;
    if (marks.addTags.empty() && marks.removeTags.empty() && !marks.note && !marks.pinned)
        return usage("runs tag takes --add TAG, --remove TAG, --note TEXT, --pin or --unpin");
    for (const std::string& name : marks.addTags)
        if (name.find_first_not_of(" \t\n") == std::string::npos)
            return usage("a tag cannot be empty");
    const auto marked = markStoredRun(o.database, o.run, marks);
    return marked ? static_cast<int>(kDone) : report(marked.error());
}

// ---- Delete --------------------------------------------------------------------------------------

struct DeleteOptions {
    std::string database;
    std::vector<std::string> runs;
    bool yes = false;
};

//! Asks on the terminal.
bool agreed(const std::vector<RunInfo>& runs)
{
    for (const RunInfo& run : runs)
        std::cerr << "  " << shortId(run.runId) << "  " << run.preset << "  " << formatIso(run.from).substr(0, 10)
                  << " .. " << formatIso(run.to).substr(0, 10) << '\n';
    std::cerr << "Delete " << (runs.size() == 1 ? "this run" : "these runs") << " for good? [y/N] " << std::flush;
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

int deleteRuns(const DeleteOptions& o)
{
    if (!o.yes && isatty(STDIN_FILENO) == 0)
        return usage("runs delete asks on a terminal; without one it takes --yes");
    // All are looked up before the first one goes.
    std::vector<RunInfo> runs;
    for (const std::string& id : o.runs) {
        if (id.empty())
            return usage("runs delete takes the id of a run");
        auto run = showStoredRun(o.database, id);
        if (!run)
            return report(run.error());
        runs.push_back(std::move(run->info));
    }
    if (!o.yes && !agreed(runs))
        return kDone;
    for (const RunInfo& run : runs)
        if (auto deleted = deleteStoredRun(o.database, run.runId); !deleted)
            return report(deleted.error());
    return kDone;
}

} // namespace

void addRunsChange(CLI::App& runs, int& exitCode)
{
    constexpr const char* kRun = "Run id, or its beginning; without it the newest";
    auto* exporting = runs.add_subcommand("export", "Copy a run out of the database");
    auto out = std::make_shared<ExportOptions>();
    addDatabase(*exporting, out->database);
    addJson(*exporting, out->json);
    exporting->add_option("run", out->run, kRun);
    exporting->add_option("--csv", out->csv, "Write CSV files into a folder");
    exporting->add_option("--html", out->html, "Write a report as one HTML page with charts");
    exporting->add_option("--sqlite", out->sqlite, "Write a database of this run alone");
    exporting->callback([out, &exitCode] { exitCode = exportOne(*out); });

    auto* tagging = runs.add_subcommand("tag", "Tags, note and pin of a run");
    auto marks = std::make_shared<TagOptions>();
    addDatabase(*tagging, marks->database);
    tagging->add_option("run", marks->run, kRun);
    for (const auto& [name, into, help] : {std::tuple("--add", &marks->add, "Add a tag; may be repeated"),
                                           std::tuple("--remove", &marks->remove, "Remove a tag; may be repeated")})
        tagging->add_option(name, *into, help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    auto* note = tagging->add_option("--note", marks->note, "Set the note; an empty one removes it");
    auto* pin = tagging->add_flag("--pin", marks->pin, "Pin the run");
    tagging->add_flag("--unpin", marks->unpin, "Take the pin off")->excludes(pin);
    tagging->callback([marks, note, &exitCode] {
        marks->hasNote = note->count() != 0;
        exitCode = tag(*marks);
    });

    auto* deleting = runs.add_subcommand("delete", "Remove runs with everything of them");
    auto gone = std::make_shared<DeleteOptions>();
    addDatabase(*deleting, gone->database);
    deleting->add_option("runs", gone->runs, "Run ids, or their beginnings")->required();
    deleting->add_flag("--yes", gone->yes, "Do not ask");
    deleting->callback([gone, &exitCode] { exitCode = deleteRuns(*gone); });
}

} // namespace carry::cli
