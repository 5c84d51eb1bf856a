// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_impl.h"

#include "base/log.h"
#include "desk/gate_file.h"
#include "desk/gate_json.h"
#include "desk/session_venues.h"
#include "desk/stored_runs.h"
#include "desk/stress.h"
#include "toml_file.h"

#include <algorithm>
#include <cctype>

namespace carry
{
namespace
{

//! Waits until the thread of the store has the run and its session in the database.
Result<void> waitUntilBegun(const StoreThread& store, const std::atomic<bool>& begun)
{
    while (!begun.load()) {
        if (const auto error = store.error())
            return fail(*error);
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return {};
}

Result<GateSetup> gateSetup(const RunConfiguration& configuration, const SessionOptions& options)
{
    auto setup = parseGateFile(options.gateText, options.gateName);
    if (!setup)
        return setup;
    auto rules = stressRules(configuration);
    if (!rules)
        return fail(rules.error());
    setup->stress = std::move(*rules);
    return setup;
}

//! Mode and gate of the session that is to go on.
Result<void> takeStored(SessionOptions& options)
{
    auto database = Database::open(options.database->string(), Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    auto stored = readSession(*database, options.resume);
    if (!stored)
        return fail(stored.error());
    if (!*stored)
        return fail(Error(ErrorCode::StoreResume).with("run", options.resume).with("found", "it is no session"));
    options.gateText = (*stored)->gate;
    options.mode = parseSessionMode((*stored)->mode).value_or(SessionMode::Paper);
    const auto feed = parseSessionFeed((*stored)->feed);
    const bool hadMessages = feed && feed->messages;
    if (options.messages && !hadMessages)
        return fail(Error(ErrorCode::StoreResume).with("run", options.resume).with("found", "its feed was a tape"));
    if (hadMessages && !options.messages)
        options.messages = feed->messages;
    if (hadMessages && options.period.to == options.period.from)
        options.period.to.reset(); // it was cut off before its end was known
    return {};
}

void setDefaults(SessionOptions& options)
{
    using namespace std::chrono;
    if (!options.monotonic)
        options.monotonic = [] { return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()); };
    if (!options.wallClock)
        options.wallClock = [] { return floor<milliseconds>(system_clock::now()); };
}

//! The journal of a feed, which a session that could not begin does not leave behind.
class NewJournal
{
  public:
    NewJournal(const SessionOptions& options, const std::string& id) : m_kept(!options.resume.empty())
    {
        if (options.messages && options.database)
            m_file = feedJournalFile(*options.database, id);
    }
    ~NewJournal()
    {
        std::error_code ignored;
        if (m_file && !m_kept)
            std::filesystem::remove(*m_file, ignored);
    }
    NewJournal(const NewJournal&) = delete;
    NewJournal& operator=(const NewJournal&) = delete;
    const std::optional<std::filesystem::path>& file() const { return m_file; }
    void keep() { m_kept = true; }

  private:
    std::optional<std::filesystem::path> m_file;
    bool m_kept;
};

} // namespace

std::string_view toText(SessionMode mode)
{
    constexpr std::array<std::string_view, 3> kText{"BACKTEST", "PAPER", "LIVE"};
    return kText[static_cast<std::size_t>(mode)];
}

std::optional<SessionMode> parseSessionMode(std::string_view text)
{
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const SessionMode mode : {SessionMode::Backtest, SessionMode::Paper, SessionMode::Live})
        if (toText(mode) == upper)
            return mode;
    return std::nullopt;
}

std::string_view toText(HeldFor held)
{
    constexpr std::array<std::string_view, 4> kText{"nothing", "proposal", "rest", "balances"};
    return kText[static_cast<std::size_t>(held)];
}

std::optional<Error> unansweredDifferences(const SessionState& state, const std::string& runId)
{
    if (!state.ended || !state.venues || state.venues->differences.empty())
        return std::nullopt;
    return Error(ErrorCode::SessionDiffers)
        .with("run", runId)
        .with("found", static_cast<std::int64_t>(state.venues->differences.size()));
}

Result<std::string> readGateText(const std::filesystem::path& file)
{
    auto text = readTextFile(file.string());
    if (!text)
        return fail(
            Error(ErrorCode::ConfFile).with("file", file.string()).with("found", "no such file, or not readable"));
    return *text;
}

Session::Session(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Session::~Session()
{
    m_impl->stop();
    m_impl->join();
}

Result<std::unique_ptr<Session>> Session::start(const RunConfiguration& configuration, const MarketData& data,
                                                SessionOptions options)
{
    if (options.mode == SessionMode::Live)
        return fail(Error(ErrorCode::SessionLive));
    if (const auto faults = parsePaperFaults(options.faults); !faults)
        return fail(faults.error()); // before anything is stored
    setDefaults(options);
    if (!options.resume.empty())
        if (auto taken = takeStored(options); !taken)
            return fail(taken.error());
    auto gate = gateSetup(configuration, options);
    if (!gate)
        return fail(gate.error());
    const std::string id = options.resume.empty() ? newRunId() : options.resume;
    NewJournal journal(options, id);
    std::unique_ptr<LiveFeed> feed;
    TapeSource source;
    if (options.messages)
        source = [&](const TapeRequest& request) -> Result<std::shared_ptr<const Tape>> {
            auto opened = openMessages(*options.messages, request,
                                       {journal.file(), options.noMoreMessages, options.goOn, options.wallClock});
            if (!opened)
                return fail(opened.error());
            feed = std::move(*opened);
            return feed->tape()->tape();
        };
    auto setup = prepareRun(configuration, data, options.period, source);
    if (!setup)
        return fail(setup.error());
    RunInfo info = describeRun(configuration, *setup, data, id);
    if (feed) {
        setup->tapeGrows = true;
        info.to = options.period.to.value_or(info.from);
        info.dataDigest.clear(); // known at the end
    }
    auto impl = std::make_unique<Impl>(std::move(options), std::make_shared<RunRecord>(std::move(info)));
    if (auto begun = impl->begin(configuration, std::move(*setup), std::move(*gate), std::move(feed)); !begun)
        return fail(begun.error());
    journal.keep();
    return std::unique_ptr<Session>(new Session(std::move(impl)));
}

Result<void> Session::Impl::begin(const RunConfiguration& configuration, RunSetup setup, GateSetup gate,
                                  std::unique_ptr<LiveFeed> feed)
{
    m_feed = std::move(feed);
    if (m_feed)
        m_clock.setSpeed(TapeFeed::kUnpaced);
    m_riskFree = configuration.values().number("metrics.risk_free");
    m_start = setup.tape->start();
    m_end = setup.tape->end();
    m_tapeFindings = setup.tape->findings().size();
    m_floor = m_start - Duration{1};
    m_clock.set(m_start);
    if (m_options.haltFile)
        m_haltFlags.push_back(*m_options.haltFile);
    if (m_options.database)
        m_haltFlags.push_back(haltFlag(*m_options.database));
    if (m_options.database)
        if (auto stored = beginStore(); !stored)
            return stored;
    m_gate = std::make_shared<Gate>(std::move(gate), [this](const GateEvent& event) { return onEvent(event); });
    if (m_keeper)
        for (const StoredCommand& stored : m_keeper->commands()) {
            auto command = parseStoredCommand(stored.json, stored.at);
            if (!command)
                return fail(command.error());
            m_gate->submit(std::move(*command));
        }
    if (m_options.mode == SessionMode::Paper)
        if (auto opened = openVenues(setup); !opened)
            return opened;
    m_engine = std::make_unique<Engine>(std::move(setup), m_record, m_gate, m_outside);
    m_replaying = !m_options.resume.empty();
    m_thread = std::jthread([this] { work(); });
    return {};
}

Result<void> Session::Impl::openVenues(const RunSetup& setup)
{
    PaperOptions options;
    options.faults = m_options.faults;
    options.resumed = !m_options.resume.empty();
    options.storedSteps = m_stepsBefore;
    if (m_options.database)
        options.database = m_options.database->string();
    if (m_keeper)
        options.knownUntil = m_keeper->knownUntil();
    auto outside = openPaperVenues(setup, m_record->info().runId, options);
    if (!outside)
        return fail(outside.error());
    m_outside = std::move(*outside);
    return {};
}

Result<void> Session::Impl::beginStore()
{
    const std::string file = m_options.database->string();
    const bool resumed = !m_options.resume.empty();
    if (resumed) {
        const auto stored = showStoredRun(file, m_options.resume);
        if (!stored)
            return fail(stored.error());
        m_stepsBefore = stored->summary.steps;
        m_startedAt = stored->summary.timing.startedAt;
    }
    auto database = Database::open(file, Database::Mode::ReadWrite, m_options.busyTimeout);
    if (!database)
        return fail(database.error());
    StoredSession session{std::string(toText(m_options.mode)), m_options.gateText,
                          m_options.messages ? toText(*m_options.messages) : toText(m_options.feed), m_options.user,
                          m_options.wallClock()};
    if (m_startedAt.empty())
        m_startedAt = formatIso(session.started);
    const auto begun = std::make_shared<std::atomic<bool>>(false);
    m_store = std::make_unique<StoreThread>(
        std::move(*database), m_record, resumed,
        [begun, resumed, session, id = m_record->info().runId](Database& db) -> Result<void> {
            auto done = resumed ? Result<void>{} : beginSession(db, id, session);
            if (done)
                begun->store(true);
            return done;
        });
    if (auto there = waitUntilBegun(*m_store, *begun); !there)
        return there;
    auto keeper = SessionKeeper::open(file, m_record->info(), m_options.wallClock, resumed);
    if (!keeper)
        return fail(keeper.error());
    m_keeper = std::move(*keeper);
    return {};
}

std::uint64_t Session::submit(GateCommand command)
{
    return m_impl->submit(std::move(command));
}

void Session::askPart(std::uint32_t proposal, std::vector<GroupRef> groups, PartAnswer answer)
{
    m_impl->askPart({proposal, std::move(groups), std::move(answer)});
}

std::uint64_t Session::halt(const std::string& reason, const std::string& user)
{
    GateCommand kill;
    kill.kind = GateCommand::Kind::Kill;
    kill.user = user;
    kill.reason = reason;
    return m_impl->submit(std::move(kill));
}

std::shared_ptr<const Proposal> Session::openProposal() const
{
    return m_impl->openProposal();
}

std::optional<Drift> Session::drift() const
{
    return m_impl->drift();
}

const std::shared_ptr<const RunRecord>& Session::record() const
{
    return m_impl->record();
}

const GateSetup& Session::gate() const
{
    return m_impl->gate();
}

SessionState Session::state() const
{
    return m_impl->state();
}

void Session::pause()
{
    m_impl->setPaused(true);
}

void Session::resume()
{
    m_impl->setPaused(false);
}

void Session::setSpeed(double speed)
{
    m_impl->setSpeed(speed);
}

void Session::endFeed()
{
    m_impl->endFeed();
}

void Session::setWaitForDecision(bool wait)
{
    m_impl->setWaitForDecision(wait);
}

void Session::letGo()
{
    m_impl->letGo();
}

void Session::stop()
{
    m_impl->stop();
}

void Session::setWake(std::function<void()> wake)
{
    m_impl->setWake(std::move(wake));
}

bool Session::ended() const
{
    return m_impl->ended();
}

bool Session::waitFor(std::chrono::milliseconds timeout)
{
    return m_impl->waitFor(timeout);
}

Result<BacktestResult> Session::wait()
{
    return m_impl->wait();
}

std::vector<double> Session::proposalSeconds() const
{
    return m_impl->proposalSeconds();
}

Result<std::shared_ptr<Gate>> gateOfStoredSession(const std::string& file, const std::string& runId)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    const auto session = readSession(*database, runId);
    if (!session)
        return fail(session.error());
    if (!*session)
        return std::shared_ptr<Gate>();
    auto setup = parseGateFile((*session)->gate, "gate of run " + runId);
    if (!setup)
        return fail(setup.error());
    auto commands = readSessionCommands(*database, runId);
    if (!commands)
        return fail(commands.error());
    auto gate = std::make_shared<Gate>(std::move(*setup));
    for (const StoredCommand& stored : *commands) {
        auto command = parseStoredCommand(stored.json, stored.at);
        if (!command)
            return fail(command.error());
        gate->submit(std::move(*command));
    }
    return gate;
}

} // namespace carry
