// SPDX-License-Identifier: GPL-3.0-or-later
// From a message of the market on a real socket to the painted card of the proposal that it causes.
#include "approval/approval_card.h"
#include "bench_window.h"
#include "shell/live_page.h"
#include "support/feed_script.h"
#include "support/feed_socket.h"

#include <QFile>
#include <stdexcept>

namespace carry::ui
{
namespace
{

using Clock = std::chrono::steady_clock;

//! Sends the messages of the demo market by labels.
class Market
{
  public:
    explicit Market(const MarketData& data)
        : m_labels(data.candles.begin()->second.time), m_script(feeding::makeScript(data))
    {
    }
    Time label(std::size_t bar) const { return m_labels[bar]; }
    void connectTo(const QString& socket)
    {
        m_client = std::make_unique<FeedClient>(socket.toStdString());
        m_client->send(feedLine(m_script.header));
    }
    void sendUntil(Time t)
    {
        std::string lines;
        for (; m_sent < m_script.messages.size() && m_script.messages[m_sent].time <= t; ++m_sent)
            addFeedLine(lines, m_script.header, m_script.messages[m_sent]);
        m_client->send(lines);
    }

  private:
    std::vector<Time> m_labels;
    feeding::Script m_script;
    std::size_t m_sent = 0;
    std::unique_ptr<FeedClient> m_client;
};

//! Every hour the next bars come, the strategy proposes, and the card is painted; the proposal is then sent back.
void messageToScreen(benchmark::State& state, const char* presetName)
{
    constexpr std::size_t kFirst = 24 * 40, kProposals = 200;
    const auto data = openData("demo").value();
    Market market(*data);
    auto window = openWindow(benchPlace().filePath(QStringLiteral("live-%1.db").arg(QLatin1String(presetName))));
    window->showWorkspace(MainWindow::Live);
    const QString socket = benchPlace().filePath(QStringLiteral("%1.sock").arg(QLatin1String(presetName)));
    SessionOptions options;
    options.messages = MessageFeed{MessageFeed::Source::Socket, socket.toStdString(), {}};
    options.period.from = market.label(kFirst);
    options.database = benchPlace().filePath(QStringLiteral("live-%1.db").arg(QLatin1String(presetName))).toStdString();
    SessionDesk& desk = window->desk();
    desk.start(RunConfiguration::load(presetName).value(), data, options);
    processUntil([&] { return QFile::exists(socket); });
    market.connectTo(socket);
    ApprovalCard& card = window->live().card();
    std::vector<double> ms;
    for (auto _ : state)
        for (std::size_t bar = kFirst; ms.size() < kProposals; ++bar) {
            const std::uint32_t before = card.proposal() ? card.proposal()->number : 0;
            const auto sent = Clock::now();
            market.sendUntil(market.label(bar));
            processUntil([&] {
                return desk.open() && desk.open()->number > before && card.proposal() &&
                       card.proposal()->number == desk.open()->number;
            });
            card.repaint();   // as the next frame would
            if (bar > kFirst) // the first one is that of the start
                ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
            GateCommand again;
            again.kind = GateCommand::Kind::Reevaluate;
            again.proposal = desk.open()->number;
            again.hash = desk.open()->hash;
            desk.submit(again);
            processUntil([&] { return !desk.open(); });
        }
    countTimes(state, ms);
    desk.stop();
    processUntil([&] { return !desk.active(); });
}
BENCHMARK_CAPTURE(messageToScreen, basis, "btc-basis")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(messageToScreen, staking, "staking-hedged-leveraged")->Unit(benchmark::kMillisecond)->Iterations(1);

} // namespace
} // namespace carry::ui
