// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/session_feed.h"

#include "store/session_log.h"

#include <charconv>
#include <cmath>

namespace carry
{
namespace
{

constexpr double kFastest = 3'600;
constexpr std::string_view kTape = "tape:", kFile = "file:", kSocket = "socket:";

Error usage(std::string found)
{
    return Error(ErrorCode::ConfUsage).with("found", std::move(found));
}

std::optional<double> parseNumber(std::string_view text)
{
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc{} && read.ptr == end && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

//! For a session that goes on with what it has.
class NoMoreMessages final : public FeedSource
{
  public:
    Result<FeedBytes> poll(Duration) override { return FeedBytes{}; }
    std::string name() const override { return "none"; }
};

Result<std::unique_ptr<FeedSource>> sourceOf(const MessageFeed& feed, bool noMore)
{
    if (noMore)
        return std::make_unique<NoMoreMessages>();
    if (feed.source == MessageFeed::Source::File)
        return followFile(feed.path);
    return listenOnSocket(feed.path);
}

bool hasStep(const LiveFeed& feed)
{
    return feed.tape() != nullptr && feed.tape()->tape()->size() > 0;
}

} // namespace

std::string toText(const TapeFeed& feed)
{
    if (feed.speed == TapeFeed::kUnpaced)
        return "tape:max";
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), feed.speed).ptr;
    return std::string(kTape) + std::string(text.data(), end);
}

Result<TapeFeed> parseFeed(std::string_view text)
{
    if (text == "tape:max")
        return TapeFeed{TapeFeed::kUnpaced};
    if (text.starts_with(kTape))
        if (const auto speed = parseNumber(text.substr(kTape.size())); speed && *speed >= 1 && *speed <= kFastest)
            return TapeFeed{*speed};
    return fail(usage("a feed is tape:1 to tape:3600 or tape:max, not '" + std::string(text) + "'"));
}

std::string toText(const MessageFeed& feed)
{
    return std::string(feed.source == MessageFeed::Source::File ? kFile : kSocket) + feed.path.string();
}

Result<SessionFeed> parseSessionFeed(std::string_view text)
{
    for (const auto source : {MessageFeed::Source::File, MessageFeed::Source::Socket}) {
        const std::string_view prefix = source == MessageFeed::Source::File ? kFile : kSocket;
        if (text.size() > prefix.size() && text.starts_with(prefix))
            return SessionFeed{{TapeFeed::kUnpaced}, MessageFeed{source, std::string(text.substr(prefix.size())), {}}};
    }
    if (auto tape = parseFeed(text))
        return SessionFeed{*tape, std::nullopt};
    return fail(
        usage("a feed is tape:1 to tape:3600, tape:max, file:PATH or socket:PATH, not '" + std::string(text) + "'"));
}

Result<FeedBounds> parseFeedBounds(std::string_view text)
{
    constexpr double kSecond = 1'000;
    const auto hour = static_cast<double>(kHour.count());
    FeedBounds bounds;
    const auto set = [&](std::string_view key, double value) {
        const auto times = [value](double unit) { return Duration(std::llround(value * unit)); };
        if (key == "silence_s")
            bounds.silence = times(kSecond);
        else if (key == "gap_s")
            bounds.gap = times(kSecond);
        else if (key == "bars")
            bounds.bars = value;
        else if (key == "funding_h")
            bounds.funding = times(hour);
        else if (key == "frames_h")
            bounds.frames = times(hour);
        else if (key == "gas_h")
            bounds.gas = times(hour);
        else
            return false;
        return true;
    };
    constexpr double kMost = 1e6;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        const std::size_t equals = one.find('=');
        const auto value = equals == std::string_view::npos ? std::nullopt : parseNumber(one.substr(equals + 1));
        if (!value || *value < 0 || *value > kMost || !set(one.substr(0, equals), *value))
            return fail(usage("a bound of a feed is silence_s, gap_s, bars, funding_h, frames_h or gas_h with a number "
                              "from 0 (none) up, not '" +
                              std::string(one) + "'"));
    }
    return bounds;
}

std::filesystem::path feedJournalFile(const std::filesystem::path& database, const std::string& runId)
{
    return database.string() + "-feed-" + runId + ".jsonl";
}

Result<std::unique_ptr<LiveFeed>> openMessages(const MessageFeed& feed, const TapeRequest& request,
                                               const MessageOptions& options)
{
    constexpr Duration kLook{50};
    auto source = sourceOf(feed, options.noMore);
    if (!source)
        return fail(source.error());
    LiveFeedSettings settings;
    settings.bounds = feed.bounds;
    settings.journal = options.journal;
    auto opened = LiveFeed::open(std::move(*source), request, settings);
    if (!opened)
        return opened;
    while (!hasStep(**opened)) {
        if (options.noMore)
            return fail(Error(ErrorCode::DataNoOverlap).with("series", "the messages that were kept"));
        if (options.goOn && !options.goOn())
            return fail(Error(ErrorCode::EngineCancelled));
        if (auto polled = (*opened)->poll(options.wallClock(), kLook); !polled)
            return fail(polled.error());
    }
    return opened;
}

Result<std::shared_ptr<RecordedFeed>> feedOfStoredSession(const std::string& database, const std::string& runId)
{
    auto opened = Database::open(database, Database::Mode::ReadOnly);
    if (!opened)
        return fail(opened.error());
    const auto session = readSession(*opened, runId);
    if (!session)
        return fail(session.error());
    if (!*session)
        return std::shared_ptr<RecordedFeed>();
    const auto feed = parseSessionFeed((*session)->feed);
    if (!feed || !feed->messages)
        return std::shared_ptr<RecordedFeed>();
    auto recorded = readFeed(feedJournalFile(database, runId));
    if (!recorded)
        return fail(recorded.error());
    return std::make_shared<RecordedFeed>(std::move(*recorded));
}

} // namespace carry
