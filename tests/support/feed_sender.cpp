// SPDX-License-Identifier: GPL-3.0-or-later
// carrydesk-feed-sender: sends market data as the messages in which they would have arrived, to a socket or a file.
#include "support/feed_script.h"
#include "support/feed_socket.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

namespace
{

using namespace carry;
using Clock = std::chrono::steady_clock;

struct Options {
    std::string data = "demo", from, to, file, socket;
    double rate = 0, speed = 0;
    bool labels = false;
    feeding::Disturbance disturbance;
};

[[noreturn]] void refuse(const std::string& what)
{
    throw std::runtime_error(what);
}

MarketData openMarket(const std::string& name)
{
    if (name == "demo")
        return makeDemoMarket();
    if (name.starts_with("demo:"))
        return makeDemoMarket(std::stoul(name.substr(5)));
    auto data = readMarketFolder(name);
    if (!data)
        refuse(describe(data.error()));
    return std::move(*data);
}

std::optional<Time> timeOf(const std::string& text)
{
    const auto time = text.empty() ? std::nullopt : parseIsoTime(text);
    if (!text.empty() && !time)
        refuse("'" + text + "' is no time such as 2024-08-01T00:00:00Z");
    return time;
}

//! Where lines go.
class Sink
{
  public:
    explicit Sink(const Options& options)
    {
        if (!options.socket.empty())
            m_client = std::make_unique<FeedClient>(options.socket);
        else
            m_file.open(options.file, std::ios::binary | std::ios::app);
        if (!m_client && !m_file)
            refuse("cannot write " + options.file);
    }
    //! The number that the reader has already; 0 of a file.
    std::uint64_t known()
    {
        const std::string said = m_client ? m_client->hear() : "";
        const auto at = said.find("\"after\":");
        std::uint64_t known = 0;
        if (said.find("\"refused\"") != std::string::npos)
            refuse("the reader has another sender");
        if (at != std::string::npos)
            std::from_chars(said.data() + at + 8, said.data() + said.size(), known);
        return known;
    }
    void write(const std::string& bytes)
    {
        if (m_client)
            m_client->send(bytes);
        else if (!(m_file << bytes << std::flush))
            refuse("cannot write the file");
    }

  private:
    std::unique_ptr<FeedClient> m_client;
    std::ofstream m_file;
};

//! When a message is due, from the start: by its place, or by its time and how much faster than that time runs.
class Pace
{
  public:
    Pace(const Options& options, Time first) : m_options(options), m_first(first), m_start(Clock::now()) {}
    std::chrono::duration<double> due(std::size_t sent, Time time) const
    {
        if (m_options.rate > 0)
            return std::chrono::duration<double>(static_cast<double>(sent) / m_options.rate);
        if (m_options.speed > 0)
            return std::chrono::duration<double>(std::chrono::duration<double>(time - m_first).count() /
                                                 m_options.speed);
        return {};
    }
    bool isDue(std::chrono::duration<double> due) const { return Clock::now() - m_start >= due; }
    void wait(std::chrono::duration<double> due) const
    {
        std::this_thread::sleep_until(m_start + std::chrono::duration_cast<Clock::duration>(due));
    }

  private:
    const Options& m_options;
    Time m_first;
    Clock::time_point m_start;
};

void run(const Options& options)
{
    const MarketData data = openMarket(options.data);
    const feeding::Script script = feeding::makeScript(
        data, {timeOf(options.from), timeOf(options.to), options.labels ? FeedClosing::Labels : FeedClosing::Clock});
    if (script.messages.empty())
        refuse("no rows in this period");
    const auto sent = feeding::disturb(script.messages.size(), options.disturbance);
    Sink sink(options);
    const std::uint64_t known = sink.known();
    std::string pending = feedLine(script.header);
    std::size_t count = 0;
    const auto firstOpen = std::min<std::size_t>(known, script.messages.size() - 1);
    const Pace pace(options, script.messages[firstOpen].time);
    constexpr std::size_t kAtOnce = 64 * 1024;
    for (const std::size_t position : sent.order) {
        const FeedMessage& message = script.messages[position];
        if (message.seq <= known)
            continue;
        const auto due = pace.due(count, message.time);
        if (!pending.empty() && (pending.size() > kAtOnce || !pace.isDue(due))) {
            sink.write(pending);
            pending.clear();
            pace.wait(due);
        }
        addFeedLine(pending, script.header, message);
        ++count;
    }
    sink.write(pending);
    std::cerr << count << " messages sent, " << sent.dropped << " dropped, " << sent.repeated << " repeated, "
              << sent.reordered << " reordered, " << sent.delayed << " delayed\n";
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app("Sends market data as a feed (docs/feed.md)");
    app.add_option("--data", options.data, "Folder of market data, demo, or demo:HOURS");
    app.add_option("--from", options.from, "First label, settlement and row");
    app.add_option("--to", options.to, "Last one");
    auto* where = app.add_option_group("where")->require_option(1);
    where->add_option("--file", options.file, "File to add to");
    where->add_option("--socket", options.socket, "Socket that a session listens on");
    auto* pace = app.add_option_group("pace")->require_option(0, 1);
    pace->add_option("--rate", options.rate, "Messages a second; without it as fast as they are read");
    pace->add_option("--speed", options.speed, "How much faster than the data's own time");
    app.add_flag("--labels", options.labels, "Send no clocks: the next labels close a step");
    const auto share = [&app](const char* name, double& value, const char* help) {
        app.add_option(name, value, help)->check(CLI::Range(0.0, 1.0));
    };
    share("--drop", options.disturbance.drop, "Share of messages not sent");
    share("--repeat", options.disturbance.repeat, "Share sent twice");
    share("--reorder", options.disturbance.reorder, "Share sent up to eight places later");
    share("--delay", options.disturbance.delay, "Share sent 5,000 places later");
    app.add_option("--seed", options.disturbance.seed, "Of what is disturbed");
    CLI11_PARSE(app, argc, argv);
    try {
        run(options);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
