// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/paper_venues.h"

#include "stage.h"

#include <algorithm>

namespace carry
{
namespace
{

constexpr std::array kStreams{Stream::Binance, Stream::Bybit, Stream::Okx, Stream::Chain};

} // namespace

//! What the venues' own stage posts and settles, as reports.
class PaperVenues::Watch final : public PostingSink, public SettlementListener
{
  public:
    explicit Watch(PaperVenues& venues) : m_venues(venues) {}
    void onPosting(const Posting& posting) override
    {
        m_venues.report(streamOf(m_venues.m_world.books.chart(), posting), posting);
    }
    void onFunding(const FundingRecord& record) override { m_venues.report(streamOf(record.venue), record); }
    void onEvent(const JournalEvent& event) override
    {
        if (event.kind == EventKind::Liquidation)
            m_venues.report(streamOf(kExchanges[event.scope]), event);
        else if (event.kind == EventKind::LendingLiquidation || event.kind == EventKind::Reward)
            m_venues.report(Stream::Chain, event);
    }

  private:
    PaperVenues& m_venues;
};

PaperVenues::PaperVenues(RunSetup setup, PaperFaults faults, std::shared_ptr<PaperJournal> journal,
                         std::vector<PaperRequest> restored)
    : m_setup(std::move(setup)), m_faults(faults), m_journal(std::move(journal)), m_restored(std::move(restored)),
      m_world(World::begin(m_setup)), m_watch(std::make_unique<Watch>(*this)),
      m_stage(std::make_unique<Stage>(m_setup, m_world, nullptr))
{
    m_world.books.setSink(m_watch.get());
    m_stage->setListener(m_watch.get());
    m_told.fill(true);
}

PaperVenues::~PaperVenues() = default;

bool PaperVenues::connected(Stream stream) const
{
    return m_draw.connected(stream, m_world.now);
}

std::map<std::string, int> PaperVenues::executions() const
{
    std::map<std::string, int> out;
    for (const auto& [id, order] : m_orders)
        out[id] = order.executions;
    return out;
}

// ---- messages

void PaperVenues::report(Stream stream, ReportBody body)
{
    auto& history = m_history[index(stream)];
    history.push_back({stream, history.size() + 1, m_world.now, std::move(body)});
    if (m_silent)
        return;
    const AccountReport& report = history.back();
    Time& last = m_lastDue[index(stream)];
    // By the time it happened: the entries of one fill come together, or the book between them would be nobody's.
    const auto moment = static_cast<std::uint64_t>(toMs(m_world.now));
    last = std::max(last, m_world.now + m_draw.latency("report", toText(stream), moment));
    send(last, report);
    if (m_draw.happens(m_faults.duplicated, "duplicate", toText(stream), report.sequence))
        send(last + m_draw.latency("duplicate", toText(stream), report.sequence), report);
}

void PaperVenues::send(Time at, VenueMessage message)
{
    const auto behind = std::ranges::upper_bound(m_outbox, at, {}, &Due::at);
    m_outbox.insert(behind, {at, std::move(message)});
}

std::vector<VenueMessage> PaperVenues::poll(Time now)
{
    std::vector<VenueMessage> out;
    for (const Stream stream : kStreams)
        if (const bool up = m_draw.connected(stream, now); up != std::exchange(m_told[index(stream)], up))
            out.emplace_back(ConnectionChange{stream, up});
    const auto end = std::ranges::upper_bound(m_outbox, now, {}, &Due::at);
    for (auto it = m_outbox.begin(); it != end; ++it)
        if (m_draw.connected(streamOf(it->message), it->at))
            out.push_back(std::move(it->message));
    m_outbox.erase(m_outbox.begin(), end);
    return out;
}

std::optional<Time> PaperVenues::nextMessage(Time now) const
{
    std::optional<Time> next;
    const auto consider = [&](std::optional<Time> at) {
        if (at && (!next || *at < *next))
            next = std::max(*at, now + Duration{1});
    };
    if (!m_outbox.empty())
        consider(m_outbox.front().at);
    for (const Arriving& a : m_arriving)
        consider(a.at);
    for (const Part& p : m_parts)
        consider(p.at);
    consider(m_world.outside.nextArrival());
    for (const Stream stream : kStreams)
        consider(m_draw.nextChange(stream, now));
    return next;
}

void PaperVenues::query(Stream stream, const std::string& clientId)
{
    const std::uint64_t number = ++m_asked;
    if (!connected(stream) || m_draw.happens(m_faults.lostQuery, "query", clientId, number))
        return;
    send(m_world.now + m_draw.latency("query", clientId, number),
         QueryAnswer{stream, clientId, m_orders.contains(clientId), m_history[index(stream)].size(), m_world.now});
}

void PaperVenues::fetch(Stream stream, std::uint64_t after)
{
    if (!connected(stream))
        return;
    const Time at = m_world.now + m_draw.latency("fetch", toText(stream), ++m_asked);
    const auto& history = m_history[index(stream)];
    for (std::size_t i = after; i < history.size(); ++i)
        send(at, history[i]);
    send(at, FetchAnswer{stream, history.size()});
}

void PaperVenues::askBalances(Stream stream)
{
    if (!connected(stream))
        return;
    BalanceAnswer answer{stream, m_history[index(stream)].size(), m_world.now, {}};
    const ChartOfAccounts& chart = m_world.books.chart();
    for (std::size_t i = 0; i < chart.size(); ++i) {
        const auto id = static_cast<AccountId>(i);
        const Account& account = chart.at(id);
        if (account.own() && account.type != AccountType::InFlight && streamOf(account.venue) == stream)
            answer.balances.emplace_back(id, m_world.books.balance(id));
    }
    send(m_world.now + m_draw.latency("balances", toText(stream), ++m_asked), std::move(answer));
}

// ---- time and market

void PaperVenues::advance(const MarketView& market, Time now, Duration elapsed, bool onTape, bool accrues)
{
    ++m_driven;
    m_world.now = now;
    m_market = &market;
    if (onTape) {
        m_stage->reprice(market);
        m_stage->settleLiquidations(market);
        m_stage->settleLending();
        m_stage->settleFunding(market);
        m_stage->settleRewards(market);
    }
    m_uncharged += elapsed;
    const auto arrival = m_world.outside.nextArrival();
    if (accrues || (arrival && *arrival <= now))
        m_stage->chargeDebit(std::exchange(m_uncharged, Duration{}));
    const std::vector<Shipment> before = m_world.outside.inFlight;
    m_stage->takeArrivals(market);
    reportArrivals(before);
    if (onTape && market.isBarLabel())
        moveForeign();
    settleFigures();
    restoreRequests();
}

//! Withdrawals that the session did not ask for and nobody reports: only a comparison of balances finds them.
void PaperVenues::moveForeign()
{
    const ChartOfAccounts& chart = m_world.books.chart();
    for (const Venue venue : kExchanges) {
        const AccountId account = chart.exchange(venue).usdt;
        const Decimal amount = Decimal::fromDouble(m_faults.foreignUsdt, 6);
        if (m_draw.happens(m_faults.foreign, "foreign", toText(venue), static_cast<std::uint64_t>(toMs(m_world.now))) &&
            m_world.books.balance(account) > amount)
            interfere({account, chart.outside(Asset::USDT), Cause::External, 0, amount});
    }
}

//! What the next step's interest and rewards rest on.
void PaperVenues::settleFigures()
{
    m_stage->refresh(*m_market);
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        m_world.debit[i] = m_world.situation.venues[i].debit;
}

void PaperVenues::match(const MarketView& market, bool atBarLabel)
{
    ++m_driven;
    m_market = &market;
    m_atBarLabel = atBarLabel;
    if (atBarLabel)
        m_lastLabel = m_world.now;
    if (atBarLabel)
        fillWaiting();
    for (std::size_t i = 0; i < m_arriving.size();) {
        if (m_arriving[i].at > m_world.now) {
            ++i;
            continue;
        }
        const OrderRequest request = std::move(m_arriving[i].request);
        m_arriving.erase(m_arriving.begin() + static_cast<std::ptrdiff_t>(i));
        arrive(request);
    }
    for (std::size_t i = 0; i < m_parts.size();) {
        if (m_parts[i].at > m_world.now) {
            ++i;
            continue;
        }
        const Part part = std::move(m_parts[i]);
        m_parts.erase(m_parts.begin() + static_cast<std::ptrdiff_t>(i));
        fillRest(part);
    }
    restoreRequests();
}

void PaperVenues::restoreRequests()
{
    for (; m_nextRestored < m_restored.size() && m_restored[m_nextRestored].driven == m_driven; ++m_nextRestored) {
        const PaperRequest& request = m_restored[m_nextRestored];
        if (request.placed)
            take(*request.placed);
        else
            callBack(request.cancelled);
    }
}

void PaperVenues::externalFlow(const Posting& posting)
{
    ++m_driven;
    interfere(posting);
    restoreRequests();
}

void PaperVenues::interfere(const Posting& posting)
{
    m_world.books.setSink(nullptr);
    m_world.books.post(posting);
    m_world.books.setSink(m_watch.get());
}

} // namespace carry
