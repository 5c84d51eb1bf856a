// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/paper_faults.h"
#include "engine/world.h"

#include <map>
#include <memory>

namespace carry
{

class Stage;

//! A request as the paper venues took it, to be carried out again when they are rebuilt.
struct PaperRequest {
    std::uint64_t driven = 0; //!< how often the session had driven the venues: time, openings, flows
    std::optional<OrderRequest> placed;
    std::string cancelled; //!< client id, where nothing was placed
    Stream stream = Stream::Binance;
};

//! Keeps requests before the venues act on them; with the market they are all that paper venues consist of.
class PaperJournal
{
  public:
    virtual ~PaperJournal() = default;
    virtual Result<void> append(const PaperRequest& request) = 0;
};

//! Venues in paper: exchanges, transfer network and chain as the backtest models them, on books of their own that the
//! session sees through messages only. Driven by the session's market and clock.
class PaperVenues final : public VenueLink
{
  public:
    //! `journal` may be null; `restored`: requests of earlier, carried out again as time passes.
    PaperVenues(RunSetup setup, PaperFaults faults, std::shared_ptr<PaperJournal> journal = nullptr,
                std::vector<PaperRequest> restored = {});
    ~PaperVenues() override;
    PaperVenues(const PaperVenues&) = delete;
    PaperVenues& operator=(const PaperVenues&) = delete;

    bool connected(Stream stream) const override;
    void place(const OrderRequest& request) override;
    void cancel(Stream stream, const std::string& clientId) override;
    void query(Stream stream, const std::string& clientId) override;
    void fetch(Stream stream, std::uint64_t after) override;
    void askBalances(Stream stream) override;
    std::vector<VenueMessage> poll(Time now) override;
    std::optional<Time> nextMessage(Time now) const override;
    void advance(const MarketView& market, Time now, Duration elapsed, bool onTape, bool accrues) override;
    void match(const MarketView& market, bool atBarLabel) override;
    void externalFlow(const Posting& posting) override;

    //! What the venues hold: the truth that a session's ledger is compared with.
    const Books& books() const { return m_world.books; }
    //! How often a client id was carried out.
    std::map<std::string, int> executions() const;
    //! An entry that nobody reports, as if made by hand at the venue.
    void interfere(const Posting& posting);

  private:
    class Watch;
    struct Order {
        OrderRequest request;
        bool ended = false;
        int executions = 0;
    };
    struct Arriving {
        Time at{};
        OrderRequest request;
    };
    struct Part { //!< the rest of an order that fills in two
        Time at{};
        std::string clientId;
        Instruction rest;
        Decimal filled;
        double price = 0;
        bool cancelled = false;
    };
    struct Due {
        Time at{};
        VenueMessage message;
    };

    SimulationContext context(bool open);
    void take(const OrderRequest& request);
    void arrive(const OrderRequest& request);
    void carryOut(Order& order);
    void fillFirstPart(Order& order);
    void fillRest(const Part& part);
    void fillWaiting();
    void callBack(const std::string& clientId);
    void restoreRequests();
    bool openIsKnown(const OrderRequest& request) const;
    void reportOrder(Order& order, EventQueue events, Stream stream);
    void reportChain();
    void reportArrivals(const std::vector<Shipment>& before);
    void report(Stream stream, ReportBody body);
    void send(Time at, VenueMessage message);
    Order* orderOf(InstructionId instruction);
    void settleFigures();
    void moveForeign();

    RunSetup m_setup;
    PaperFaults m_faults;
    FaultDraw m_draw{m_faults};
    std::shared_ptr<PaperJournal> m_journal;
    std::vector<PaperRequest> m_restored;
    std::size_t m_nextRestored = 0;
    World m_world;
    std::unique_ptr<Watch> m_watch;
    std::unique_ptr<Stage> m_stage;
    const MarketView* m_market = nullptr;
    bool m_atBarLabel = false;
    Duration m_uncharged{}; //!< since interest was charged
    std::optional<Time> m_lastLabel;
    std::uint64_t m_driven = 0, m_asked = 0;
    std::map<std::string, Order> m_orders; //!< by client id, ended ones too: venues remember them
    std::vector<Arriving> m_arriving;
    std::vector<Part> m_parts;
    std::vector<Due> m_outbox; //!< by time, then in the order sent
    PerStream<std::vector<AccountReport>> m_history;
    PerStream<Time> m_lastDue{};
    PerStream<bool> m_told{}; //!< connection as last told
    bool m_silent = false;    //!< what happens now is not sent
};

} // namespace carry
