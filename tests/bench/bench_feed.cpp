// SPDX-License-Identifier: GPL-3.0-or-later
// Market data that arrive: messages through a socket to closed steps, with the journal written.
#include "market/live_feed.h"
#include "support/feed_script.h"
#include "support/feed_socket.h"

#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <thread>

namespace carry::bench
{
namespace
{

using Clock = std::chrono::steady_clock;

Time wallNow()
{
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

//! The demo market, cut to so many messages, and its lines.
struct Traffic {
    feeding::Script script;
    std::vector<std::string> lines; //!< of each message
    TapeRequest request;

    explicit Traffic(std::size_t messages)
    {
        const MarketData data = makeDemoMarket(messages / 12);
        script = feeding::makeScript(data);
        if (script.messages.size() < messages)
            throw std::runtime_error("the demo market has fewer messages");
        script.messages.resize(messages);
        for (const FeedMessage& message : script.messages)
            addFeedLine(lines.emplace_back(), script.header, message);
        for (const auto& [key, bars] : data.candles)
            request.legs.push_back(
                {key.venue, key.asset, key.kind == SeriesKind::SpotCandles ? Product::Spot : Product::Perp, {}});
        for (const auto& [key, funding] : data.funding)
            request.funding.push_back({key.venue, key.asset, 8, {}});
        request.gas = true;
        for (const auto& [id, frame] : data.frames)
            if (id.starts_with("aave."))
                for (const FrameUse use : {FrameUse::Geometric, FrameUse::TrailingApr})
                    request.frames.push_back({id, frame.columns[0], use, {}, {}});
    }
};

//! A socket and a journal that go with it.
struct Place {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("carrydesk-feed-" + std::to_string(::getpid()));

    Place() { std::filesystem::create_directories(folder); }
    ~Place() { std::filesystem::remove_all(folder); }
    std::unique_ptr<LiveFeed> open(const TapeRequest& request) const
    {
        std::filesystem::remove(folder / "journal");
        auto source = listenOnSocket(folder / "feed.sock");
        if (!source)
            throw std::runtime_error(describe(source.error()));
        auto feed =
            LiveFeed::open(std::move(*source), request, {.window = {}, .bounds = {}, .journal = folder / "journal"});
        if (!feed)
            throw std::runtime_error(describe(feed.error()));
        return std::move(*feed);
    }
};

void poll(LiveFeed& feed)
{
    if (const auto polled = feed.poll(wallNow(), Duration{100}); !polled)
        throw std::runtime_error(describe(polled.error()));
}

void readLines(benchmark::State& state)
{
    const Traffic traffic(100'000);
    std::string text = feedLine(traffic.script.header);
    for (const std::string& line : traffic.lines)
        text += line;
    for (auto _ : state) {
        FeedLog log;
        FeedReader reader(log);
        std::vector<FeedMessage> messages;
        reader.take(text, messages);
        if (messages.size() != traffic.lines.size())
            state.SkipWithError("messages were lost");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(traffic.lines.size()));
}
BENCHMARK(readLines)->Unit(benchmark::kMillisecond);

//! From parsed messages to steps.
void growTape(benchmark::State& state)
{
    const Traffic traffic(100'000);
    for (auto _ : state) {
        FeedLog log;
        const auto tape = LiveTape::create(traffic.script.header, traffic.request).value();
        for (const FeedMessage& message : traffic.script.messages)
            if (!tape->take(message, log))
                state.SkipWithError("the tape cannot be");
        benchmark::DoNotOptimize(tape->tape()->size());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(traffic.lines.size()));
}
BENCHMARK(growTape)->Unit(benchmark::kMillisecond);

//! As fast as the reader takes them.
void throughSocket(benchmark::State& state)
{
    const Traffic traffic(300'000);
    std::uint64_t lost = 0;
    for (auto _ : state) {
        const Place place;
        const auto feed = place.open(traffic.request);
        std::thread sending([&] {
            FeedClient client(place.folder / "feed.sock");
            std::string pending = feedLine(traffic.script.header);
            for (const std::string& line : traffic.lines) {
                pending += line;
                if (pending.size() > 32 * 1024) {
                    client.send(pending);
                    pending.clear();
                }
            }
            client.send(pending);
        });
        while (feed->log().counters.received < traffic.lines.size())
            poll(*feed);
        sending.join();
        lost += traffic.lines.size() - feed->log().counters.accepted;
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(traffic.lines.size()));
    state.counters["lost"] = static_cast<double>(lost);
}
BENCHMARK(throughSocket)->Unit(benchmark::kMillisecond)->UseRealTime();

double percentile(std::vector<double>& values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

//! Each clock message: when it was handed to the system, nanoseconds of the steady clock.
using Stamps = std::vector<std::atomic<std::int64_t>>;

std::int64_t nowNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

//! One message after the other, each when it is due.
void sendPaced(const Traffic& traffic, const std::filesystem::path& socket, double rate, Stamps& sent)
{
    FeedClient client(socket);
    client.send(feedLine(traffic.script.header));
    std::size_t clock = 0;
    const auto start = Clock::now();
    for (std::size_t i = 0; i < traffic.lines.size(); ++i) {
        const std::chrono::duration<double> due(static_cast<double>(i) / rate);
        std::this_thread::sleep_until(start + std::chrono::duration_cast<Clock::duration>(due));
        if (traffic.script.messages[i].kind == FeedKind::Clock)
            sent[clock++] = nowNs();
        client.send(traffic.lines[i]);
    }
}

//! 10,000 messages a second for a minute (CARRYDESK_FEED_SECONDS). `lost` must be 0. Latency: from a clock message
//! written until poll() returned with its step closed and in the journal.
void sustained(benchmark::State& state)
{
    constexpr double kRate = 10'000;
    const char* given = std::getenv("CARRYDESK_FEED_SECONDS");
    const auto seconds = given != nullptr ? std::strtoul(given, nullptr, 10) : 60;
    const Traffic traffic(static_cast<std::size_t>(kRate) * seconds);
    std::vector<Time> clocks;
    for (const FeedMessage& message : traffic.script.messages)
        if (message.kind == FeedKind::Clock)
            clocks.push_back(message.time);
    std::vector<double> latency;
    for (auto _ : state) {
        const Place place;
        const auto feed = place.open(traffic.request);
        Stamps sent(clocks.size());
        const auto start = Clock::now();
        std::thread sending([&] { sendPaced(traffic, place.folder / "feed.sock", kRate, sent); });
        while (feed->log().counters.received < traffic.lines.size()) {
            poll(*feed);
            const std::int64_t now = nowNs();
            const auto closed = feed->tape() != nullptr ? feed->tape()->closed() : std::nullopt;
            for (std::size_t i = latency.size(); i < clocks.size() && closed >= clocks[i]; ++i)
                latency.push_back(static_cast<double>(now - sent[i]) / 1e6);
        }
        sending.join();
        const std::chrono::duration<double> took = Clock::now() - start;
        const FeedCounters& counters = feed->log().counters;
        state.counters["messages"] = static_cast<double>(counters.received);
        state.counters["per_second"] = static_cast<double>(counters.received) / took.count();
        state.counters["lost"] = static_cast<double>(traffic.lines.size() - counters.accepted);
        state.counters["steps"] = static_cast<double>(feed->tape()->tape()->size());
    }
    state.counters["p50_ms"] = percentile(latency, 0.5);
    state.counters["p95_ms"] = percentile(latency, 0.95);
    state.counters["p99_ms"] = percentile(latency, 0.99);
    state.counters["max_ms"] = percentile(latency, 1);
}
BENCHMARK(sustained)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace carry::bench
