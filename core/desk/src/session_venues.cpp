// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/session_venues.h"

#include "desk/venue_json.h"
#include "store/session_journal_log.h"

#include <array>
#include <charconv>
#include <filesystem>

namespace carry
{
namespace
{

constexpr const char* kIntent = "intent";
constexpr const char* kInput = "input";
constexpr const char* kRequest = "request";
constexpr const char* kFaults = "faults";

//! Client ids are short at venues.
std::string idPrefix(const std::string& runId)
{
    return runId.substr(0, 8);
}

class StoredSessionJournal final : public SessionJournal
{
  public:
    explicit StoredSessionJournal(SessionJournalLog log) : m_log(std::move(log)) {}
    Result<void> intend(const Intent& intent) override
    {
        return m_log.append({kIntent, intent.time, toJson(intent)}, /*durable=*/true);
    }
    Result<void> append(const SessionInput& input) override
    {
        return m_log.append({kInput, input.time, toJson(input)}, /*durable=*/false);
    }

  private:
    SessionJournalLog m_log;
};

class StoredPaperJournal final : public PaperJournal
{
  public:
    explicit StoredPaperJournal(SessionJournalLog log) : m_log(std::move(log)) {}
    Result<void> append(const PaperRequest& request) override
    {
        return m_log.append({kRequest, request.placed ? request.placed->sent : Time{}, toJson(request)},
                            /*durable=*/true);
    }

  private:
    SessionJournalLog m_log;
};

struct Kept {
    SessionPast past;
    std::vector<PaperRequest> requests;
    std::optional<std::string> faults; //!< nothing: the venues have never been opened
};

Result<void> take(Kept& kept, const JournalRow& row)
{
    const auto into = [](auto& list, auto value) -> Result<void> {
        if (!value)
            return fail(value.error());
        list.push_back(std::move(*value));
        return {};
    };
    if (row.kind == kIntent)
        return into(kept.past.intents, parseIntent(row.body));
    if (row.kind == kInput)
        return into(kept.past.inputs, parseSessionInput(row.body));
    if (row.kind == kRequest)
        return into(kept.requests, parsePaperRequest(row.body));
    if (row.kind == kFaults)
        kept.faults = row.body;
    return {};
}

Result<void> readKept(Kept& kept, const std::string& file, const std::string& runId)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    const auto rows = readSessionJournal(*database, runId);
    if (!rows)
        return fail(rows.error());
    for (const JournalRow& row : *rows)
        if (auto taken = take(kept, row); !taken)
            return taken;
    return {};
}

Result<SessionJournalLog> openLog(const std::string& file, const std::string& runId)
{
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    return SessionJournalLog::open(std::move(*database), runId);
}

//! For a session that is only computed again: nothing reaches anybody.
class NoVenues final : public VenueLink
{
  public:
    bool connected(Stream) const override { return false; }
    void place(const OrderRequest&) override {}
    void cancel(Stream, const std::string&) override {}
    void query(Stream, const std::string&) override {}
    void fetch(Stream, std::uint64_t) override {}
    void askBalances(Stream) override {}
    std::vector<VenueMessage> poll(Time) override { return {}; }
    std::optional<Time> nextMessage(Time) const override { return std::nullopt; }
};

struct FaultKey {
    std::string_view name;
    double PaperFaults::*share;
};
constexpr std::array kShares{
    FaultKey{"lost_request", &PaperFaults::lostRequest},  FaultKey{"lost_answer", &PaperFaults::lostAnswer},
    FaultKey{"lost_query", &PaperFaults::lostQuery},      FaultKey{"refused", &PaperFaults::refused},
    FaultKey{"rate_limited", &PaperFaults::rateLimited},  FaultKey{"duplicated", &PaperFaults::duplicated},
    FaultKey{"partial", &PaperFaults::partial},           FaultKey{"cancelled_rest", &PaperFaults::cancelledRest},
    FaultKey{"disconnected", &PaperFaults::disconnected}, FaultKey{"foreign", &PaperFaults::foreign},
};

std::optional<double> numberOf(std::string_view text)
{
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !(value >= 0))
        return std::nullopt;
    return value;
}

//! Whether the key is known and the value fits.
bool setFault(PaperFaults& faults, std::string_view key, double value)
{
    for (const FaultKey& share : kShares)
        if (share.name == key) {
            faults.*share.share = value;
            return value <= 1;
        }
    constexpr double kLongestMs = 86'400'000;
    if (key == "seed") {
        faults.seed = static_cast<std::uint64_t>(value);
        return value < 0x1p53;
    }
    if (key == "foreign_usdt") {
        faults.foreignUsdt = value;
        return value <= 1e9;
    }
    if (value > kLongestMs)
        return false;
    const Duration span{static_cast<std::int64_t>(value)};
    if (key == "latency_ms")
        faults.latency = span;
    else if (key == "disconnected_ms")
        faults.disconnectedFor = span;
    else if (key == "part_after_ms")
        faults.partAfter = span;
    else if (key == "retry_after_ms")
        faults.retryAfter = span;
    else
        return false;
    return true;
}

} // namespace

Result<PaperFaults> parsePaperFaults(std::string_view text)
{
    PaperFaults faults;
    faults.disconnectedFor = std::chrono::minutes{5};
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto equals = one.find('=');
        const auto value = equals == std::string_view::npos ? std::nullopt : numberOf(one.substr(equals + 1));
        if (!value || !setFault(faults, one.substr(0, equals), *value))
            return fail(Error(ErrorCode::ConfUsage)
                            .with("found", "faults are key=value,..., and '" + std::string(one) +
                                               "' is none: shares from 0 to 1, times in ms (docs/session.md)"));
    }
    return faults;
}

std::string paperVenuesFile(const std::string& database)
{
    return database + "-venues";
}

Result<void> deletePaperVenues(const std::string& database, const std::string& runId)
{
    const std::string file = paperVenuesFile(database);
    if (!std::filesystem::exists(file))
        return {};
    auto venues = Database::open(file, Database::Mode::ReadWrite);
    return venues ? deleteSessionJournal(*venues, runId) : fail(venues.error());
}

Result<std::shared_ptr<Outside>> openPaperVenues(const RunSetup& setup, const std::string& runId,
                                                 const PaperOptions& options)
{
    Kept kept;
    std::shared_ptr<SessionJournal> journal;
    std::shared_ptr<PaperJournal> paper;
    if (options.database) {
        const std::string venues = paperVenuesFile(*options.database);
        auto venueLog = openLog(venues, runId);
        if (!venueLog)
            return fail(venueLog.error());
        auto sessionLog = openLog(*options.database, runId);
        if (!sessionLog)
            return fail(sessionLog.error());
        if (options.resumed) {
            for (const std::string& file : {*options.database, venues})
                if (auto read = readKept(kept, file, runId); !read)
                    return fail(read.error());
            kept.past.until = options.knownUntil;
            kept.past.steps = options.storedSteps;
            if (!kept.faults && !(kept.past.intents.empty() && kept.past.inputs.empty()))
                return fail(Error(ErrorCode::StoreResume)
                                .with("run", runId)
                                .with("found", venues + " has nothing of its paper venues"));
        }
        if (!kept.faults)
            if (auto begun = venueLog->append({kFaults, Time{}, options.faults}, /*durable=*/true); !begun)
                return fail(begun.error());
        journal = std::make_shared<StoredSessionJournal>(std::move(*sessionLog));
        paper = std::make_shared<StoredPaperJournal>(std::move(*venueLog));
    }
    const auto faults = parsePaperFaults(kept.faults.value_or(options.faults));
    if (!faults)
        return fail(faults.error());
    auto link = std::make_shared<PaperVenues>(setup, *faults, std::move(paper), std::move(kept.requests));
    return std::make_shared<Outside>(std::move(link), OutsideRules{}, idPrefix(runId), std::move(journal),
                                     std::move(kept.past));
}

Result<std::shared_ptr<Outside>> outsideOfStoredSession(const std::string& database, const std::string& runId)
{
    Kept kept;
    if (auto read = readKept(kept, database, runId); !read)
        return fail(read.error());
    if (kept.past.intents.empty() && kept.past.inputs.empty())
        return std::shared_ptr<Outside>();
    kept.past.until = Time::max();
    return std::make_shared<Outside>(std::make_shared<NoVenues>(), OutsideRules{}, idPrefix(runId), nullptr,
                                     std::move(kept.past));
}

} // namespace carry
