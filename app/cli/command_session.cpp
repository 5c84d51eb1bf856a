// SPDX-License-Identifier: GPL-3.0-or-later
// A session without a window: proposals go out as JSON lines, decisions come in as JSON lines.
#include "commands.h"
#include "desk/gate_json.h"
#include "interruption.h"
#include "run_options.h"
#include "session_lines.h"

#include <atomic>
#include <csignal>
#include <thread>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

struct Options : RunOptions {
    std::string feed = "tape:1", gate, database, user = "operator", haltFile, mode = "paper", resume, faults,
                feedBounds;
    bool wait = false;
};

Result<SessionOptions> readOptions(const Options& o)
{
    SessionOptions options;
    const auto mode = parseSessionMode(o.mode);
    if (!mode)
        return fail(
            Error(ErrorCode::ConfUsage).with("found", "--mode takes backtest, paper or live, not '" + o.mode + "'"));
    options.mode = *mode;
    options.faults = o.faults;
    const auto feed = parseSessionFeed(o.feed);
    if (!feed)
        return fail(feed.error());
    options.feed = feed->tape;
    options.messages = feed->messages;
    const auto bounds = parseFeedBounds(o.feedBounds);
    if (!bounds)
        return fail(bounds.error());
    if (options.messages)
        options.messages->bounds = *bounds;
    else if (!o.feedBounds.empty())
        return fail(Error(ErrorCode::ConfUsage).with("found", "--feed-bounds goes with file:PATH or socket:PATH"));
    options.goOn = [] { return !isInterrupted(); };
    if (!o.gate.empty()) {
        auto text = readGateText(o.gate);
        if (!text)
            return fail(text.error());
        options.gateText = std::move(*text);
        options.gateName = o.gate;
    }
    options.waitForDecision = o.wait;
    options.user = o.user;
    options.database = o.database;
    if (!o.haltFile.empty())
        options.haltFile = o.haltFile;
    return options;
}

Result<std::unique_ptr<Session>> start(const Options& o, SessionOptions options)
{
    if (!o.resume.empty())
        return resumeSession(o.database, o.resume, o.data, std::move(options));
    const auto period = readPeriod(o);
    if (!period)
        return fail(period.error());
    const auto configuration = readConfiguration(o);
    if (!configuration)
        return fail(configuration.error());
    const auto began = std::chrono::steady_clock::now();
    const auto data = openData(o.data, [](std::size_t, std::size_t) { return !isInterrupted(); });
    if (!data)
        return fail(data.error());
    options.loadSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    options.period = *period;
    return Session::start(*configuration, **data, std::move(options));
}

Json begun(const Session& session, const Options& o)
{
    const RunInfo& info = session.record()->info();
    return {{"event", "session"},
            {"run_id", info.runId},
            {"mode", std::string(toText(session.state().mode))},
            {"strategy", info.strategy},
            {"preset", info.preset},
            {"share_class", std::string(toText(info.shareClass))},
            {"data", info.dataName},
            {"synthetic", info.synthetic},
            {"from", formatIso(info.from)},
            {"to", session.state().messages && info.to == info.from ? Json(nullptr) : Json(formatIso(info.to))},
            {"feed", o.feed},
            {"user", o.user},
            {"resumed", !o.resume.empty()}};
}

Json ended(const Session& session, const Result<BacktestResult>& result)
{
    Json out{{"event", "ended"}, {"run_id", session.record()->info().runId}};
    out["trading_state"] = std::string(toText(session.state().trading));
    if (!result) {
        out["status"] = "failed";
        out["error"] = errorToJson(result.error());
        return out;
    }
    const RunSummary& s = result->summary;
    out["status"] = std::string(toText(s.status));
    out["steps"] = s.steps;
    out["nav_initial"] = s.navInitial;
    out["nav_final"] = s.navFinal;
    out["pnl"] = s.pnlBalance;
    out["unexplained"] = s.unexplained;
    out["plans_completed"] = s.plansCompleted;
    out["plans_failed"] = s.plansFailed;
    out["result_digest"] = s.resultDigest;
    if (const auto messages = session.state().messages)
        out["messages"] = messagesToJson(*messages);
    if (const auto venues = session.state().venues)
        out["venues"] = venuesToJson(*venues, session.record()->info());
    if (const auto venues = session.state().venues)
        out["reconciled"] = venues->differences.empty();
    if (result->storeError)
        out["error"] = errorToJson(*result->storeError);
    return out;
}

//! One line of standard input.
Result<void> take(Session& session, const std::string& line, LineWriter& out)
{
    if (asksStatus(line)) {
        out.write(statusToJson(session));
        return {};
    }
    const auto part = asksPart(line);
    if (!part)
        return fail(part.error());
    if (*part) {
        const RunInfo& info = session.record()->info();
        session.askPart((*part)->proposal, (*part)->groups, [&out, &info](const auto& answer) {
            if (answer)
                out.write({{"event", "part"}, {"proposal", proposalToJson(info, **answer)}});
            else
                out.write({{"event", "refusal"}, {"action", "part"}, {"error", errorToJson(answer.error())}});
        });
        return {};
    }
    const auto steered = steer(session, line);
    if (!steered)
        return fail(steered.error());
    if (*steered)
        return {};
    auto command = parseGateCommand(line, Time{}); // its time is given by the session
    if (!command)
        return fail(command.error());
    session.submit(std::move(*command));
    return {};
}

//! `lastMade`: the number of the proposal that was told last.
void answer(Session& session, LineWriter& out, const std::atomic<std::uint32_t>& lastMade)
{
    constexpr std::chrono::milliseconds kLook{50};
    LineReader in;
    bool closed = false;
    HeldFor told = HeldFor::Nothing;
    while (!session.ended() && session.state().replaying) { // nothing can be decided yet
        std::this_thread::sleep_for(kLook);
        if (isInterrupted() || out.failed())
            session.stop();
    }
    if (const auto open = session.openProposal(); open && open->number != lastMade)
        out.write({{"event", "proposal"},
                   {"time", formatIso(session.state().clock)},
                   {"action", "open"},
                   {"proposal", proposalToJson(session.record()->info(), *open)}});
    while (!session.ended()) {
        for (const std::string& line : in.read(kLook)) {
            if (line.find_first_not_of(" \t\r") == std::string::npos)
                continue;
            if (auto taken = take(session, line, out); !taken)
                out.write({{"event", "error"}, {"error", errorToJson(taken.error())}});
        }
        // Of a proposal its own line told.
        if (const HeldFor held = session.state().held; std::exchange(told, held) != held && held > HeldFor::Proposal)
            out.write({{"event", "waits"}, {"for", std::string(toText(held))}});
        if (in.atEnd() && !closed) {
            session.setWaitForDecision(false); // nobody will decide any more: proposals expire
            closed = true;
        }
        if (isInterrupted() || out.failed())
            session.stop();
    }
}

int run(const Options& o)
{
    auto options = readOptions(o);
    if (!options)
        return report(options.error());
    catchInterruption();
    std::signal(SIGPIPE, SIG_IGN); // who reads the lines may go: the session is kept all the same
    // Only session lines go to standard output, and the first one before any event.
    LineWriter out;
    std::mutex first;
    std::unique_lock untilBegun(first);
    std::atomic<std::uint32_t> lastMade{0};
    options->onEvent = [&](const RunInfo& info, const GateEvent& event) {
        const std::lock_guard lock(first);
        if (event.proposal)
            lastMade = event.proposal->number;
        out.write(gateEventToJson(info, event));
    };
    auto session = start(o, std::move(*options));
    if (!session)
        return report(session.error());
    out.write(begun(**session, o));
    untilBegun.unlock();
    answer(**session, out, lastMade);
    const auto result = (*session)->wait();
    out.write(ended(**session, result));
    if (!result)
        return report(result.error());
    if (result->storeError)
        return report(*result->storeError);
    if (result->summary.status != RunStatus::Done)
        return kRunFailed;
    if (const auto differ = unansweredDifferences((*session)->state(), (*session)->record()->info().runId))
        return report(*differ);
    return kDone;
}

} // namespace

void addSession(CLI::App& app, int& exitCode)
{
    auto* command = app.add_subcommand("session", "Run a strategy whose plans are approved: proposals go to standard "
                                                  "output, decisions come from standard input, as JSON lines");
    auto o = std::make_shared<Options>();
    addRunOptions(*command, *o);
    command->get_option("--preset")->required(false);
    command->get_option("--data")->required(false);
    command->add_option("--feed", o->feed,
                        "tape:SPEED, simulated time 1 to 3600 times as fast as real time; tape:max; messages that "
                        "arrive: file:PATH, a file that grows, or socket:PATH, a local socket (docs/feed.md)");
    command->add_option("--feed-bounds", o->feedBounds,
                        "When messages are stale: silence_s=600,bars=2,funding_h=25,... (docs/feed.md)");
    command->add_option("--gate", o->gate, "Gate file; without one every plan is asked for");
    command->add_option("--db", o->database, "SQLite file that keeps run, decisions and audit trail")->required();
    command->add_option("--user", o->user, "Who decides where a decision names nobody");
    command->add_option("--halt-file", o->haltFile, "While there is something at this path, trading is halted");
    command->add_option("--mode", o->mode, "backtest, paper or live");
    command->add_option("--faults", o->faults,
                        "What goes wrong at paper venues: seed=7,latency_ms=800,lost_answer=0.1,... (docs/session.md)");
    command->add_option("--resume", o->resume, "Go on with an interrupted session: its run id or the beginning of it");
    command->add_flag("--wait", o->wait, "The session's clock stands while a proposal awaits a decision");
    command->callback([o, &exitCode] {
        if (o->resume.empty() && (o->preset.empty() || o->data.empty()))
            exitCode = report(Error(ErrorCode::ConfUsage).with("found", "--preset and --data are needed, or --resume"));
        else
            exitCode = run(*o);
    });
}

} // namespace carry::cli
