// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"
#include "desk/session.h"

#include <algorithm>
#include <filesystem>

namespace carry::bench
{
namespace
{

//! Nobody answers, so that each hour makes a proposal: from the begin of its step, which takes the market's message, to
//! its publication. With a database each is on disk in the audit trail before it is published.
void marketToProposal(benchmark::State& state, const char* presetName, bool kept)
{
    const auto data = *openData("demo");
    const RunConfiguration configuration = preset(presetName);
    const auto file = std::filesystem::temp_directory_path() / "carrydesk-bench-session.db";
    std::vector<double> seconds;
    for (auto _ : state) {
        std::filesystem::remove(file);
        SessionOptions options;
        options.feed.speed = TapeFeed::kUnpaced;
        options.period = {parseIsoTime("2024-06-01T00:00:00Z"), parseIsoTime("2024-06-15T00:00:00Z")};
        if (kept)
            options.database = file;
        auto session = Session::start(configuration, *data, options);
        if (!session || !(*session)->wait())
            throw std::runtime_error("the session failed");
        const auto more = (*session)->proposalSeconds();
        seconds.insert(seconds.end(), more.begin(), more.end());
    }
    for (const char* suffix : {"", "-wal", "-shm", "-writers"})
        std::filesystem::remove(file.string() + suffix);
    std::ranges::sort(seconds);
    if (seconds.empty())
        throw std::runtime_error("no proposal was made");
    const auto ms = [&](double share) {
        return 1e3 * seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))];
    };
    state.counters["proposals"] = static_cast<double>(seconds.size());
    state.counters["p50_ms"] = ms(0.5);
    state.counters["p95_ms"] = ms(0.95);
    state.counters["max_ms"] = ms(1);
}
BENCHMARK_CAPTURE(marketToProposal, basis, "btc-basis", false)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(marketToProposal, basisKept, "btc-basis", true)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(marketToProposal, stakingKept, "staking-hedged-leveraged", true)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

} // namespace
} // namespace carry::bench
