// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/session_journal.h"
#include "engine/world.h"

#include <map>
#include <memory>

namespace carry
{

class Stage;

struct OutsideRules {
    Duration answerWithin{10'000};   //!< then the outcome is unknown and the venue is asked
    Duration validFor{5'000};        //!< of a request; a query proves that it does not exist only later than that
    Duration askEvery{10'000};       //!< a query or fetch that was not answered is repeated
    std::uint32_t attempts = 5;      //!< of one request
    Duration reconcileEvery = kHour; //!< at the first step after that; also at start and after every reconnection
    double tolerance = 1e-9;         //!< of a balance, in its own unit
};

//! How the outside is reached and what came of it, for status lines.
struct OutsideStatus {
    PerStream<bool> connected{true, true, true, true}; //!< until the contrary is told
    std::size_t openOrders = 0;
    std::size_t unknownOrders = 0; //!< sent, outcome not known
    std::uint64_t reports = 0, repeated = 0, gaps = 0, resent = 0, queries = 0;
    std::uint64_t reconciliations = 0;
    std::vector<BalanceDifference> differences;
    double tolerance = 0;                      //!< of a balance, in its own unit
    PerStream<std::optional<Time>> compared{}; //!< when balances were, last
    bool replaying = false;                    //!< computing again what was before
};

//! The session's side of its venues: sends what the plan runner hands over, finds out what became of it, and keeps the
//! ledger as the venues report it. An instruction is sent again only after a query has proved that it does not exist.
//! Before anything is sent the journal has it; what was told is in the journal too, so that a session that was killed
//! comes back to the same state and asks for the rest.
class Outside final : public ExecutionInterface
{
  public:
    //! `journal` may be null: nothing can be resumed then. `session` makes client ids.
    Outside(std::shared_ptr<VenueLink> link, OutsideRules rules, std::string session,
            std::shared_ptr<SessionJournal> journal = nullptr, SessionPast past = {});

    //! From any thread.
    OutsideStatus status() const;

    // The engine's.
    void attach(Stage& stage, World& world, RunRecord& record, ApprovalGate* gate);
    //! `accrues`: a step that would be without the outside too.
    void advance(const MarketView& market, Duration elapsed, bool onTape, bool accrues);
    void match(const MarketView& market, bool atBarLabel);
    void externalFlow(const Posting& posting);
    std::optional<Time> nextWake() const;
    //! At the end of a step.
    void measure();
    //! At every step from the tape's last on: compares balances once more.
    void finish(EventQueue& events);
    //! Whether since then every order has an answer, every report is in, and balances were compared.
    bool finished() const;
    //! Of the last thing that is known of an earlier part of this session.
    Time pastUntil() const;
    //! The session cannot go on: its journal cannot be kept, or does not fit.
    const std::optional<Error>& fault() const { return m_fault; }
    //! Balances that differ have not been answered.
    bool differs() const;
    std::vector<BalanceDifference> differences() const;
    //! Takes what the venues say as right, as a deposit or withdrawal of somebody else; the entries that do that.
    std::vector<Posting> adoptBalances();

    void submit(const Instruction& instruction, EventQueue& events) override;
    void submitAtomic(const Group& group, EventQueue& events) override;
    //! Takes in what has come, and acts on what is overdue.
    void poll(EventQueue& events) override;
    void cancel(const Instruction& instruction, EventQueue& events) override;

  private:
    enum class State : std::uint8_t { Queued, Sent, Asking, Open, Done };
    struct Order {
        OrderRequest request;
        State state = State::Queued;
        Time due{}; //!< Queued: when it may go; Sent, Asking: when something must be done
        std::vector<InstructionState> states;
        bool waited = false;   //!< it did not leave when it was handed over
        bool unwanted = false; //!< a cancel was sent, which may have been lost
    };
    struct StreamState {
        std::uint64_t known = 0;                      //!< all up to here is in the ledger
        std::map<std::uint64_t, AccountReport> ahead; //!< came too early
        std::optional<Time> fetchDue;                 //!< asked for the rest; again then
        bool connected = true;
        std::optional<Time> flow;              //!< of the investor's money, last; it is in nobody's reports
        std::optional<std::uint64_t> compared; //!< balances were, with all up to here in the ledger
        std::optional<Time> comparedAt;
        std::vector<BalanceDifference> differences;
    };

    void hand(OrderRequest request, EventQueue& events);
    void send(Order& order, EventQueue& events);
    void callBack(Order& order);
    bool keep(const Intent& intent);
    std::vector<VenueMessage> messages();
    void goLiveWhenDone();
    void replayResumption();
    void goLive();
    void resume(const SessionResumed& resumed);
    void answerTo(const SessionResumed&, EventQueue&) {} // see replayResumption()
    void reconnect(Stream stream);
    void fetch(Stream stream);
    void askBalances(Stream stream);
    void actOnDue(EventQueue& events);
    void answerTo(const AccountReport& report, EventQueue& events);
    void answerTo(const PlacementAnswer& answer, EventQueue& events);
    void answerTo(const QueryAnswer& answer, EventQueue& events);
    void answerTo(const BalanceAnswer& answer, EventQueue& events);
    void answerTo(const FetchAnswer& answer, EventQueue& events);
    void answerTo(const ConnectionChange& change, EventQueue& events);
    void apply(const AccountReport& report, EventQueue& events);
    bool passed(const AccountReport& report);
    void tell(Order& order, ExecutionEvent event, EventQueue& events);
    void tellAll(Order& order, InstructionState state, const std::optional<Error>& error, EventQueue& events);
    void note(EventKind kind, Stream stream, std::array<double, 4> numbers);
    StreamState& of(Stream stream) { return m_streams[index(stream)]; }

    std::shared_ptr<VenueLink> m_link;
    OutsideRules m_rules;
    std::string m_session;
    std::shared_ptr<SessionJournal> m_journal;
    SessionPast m_past;
    std::size_t m_nextIntent = 0, m_nextInput = 0;
    bool m_live;
    std::uint64_t m_polls = 0, m_intents = 0;
    Stage* m_stage = nullptr;
    World* m_world = nullptr;
    RunRecord* m_record = nullptr;
    ApprovalGate* m_gate = nullptr;
    bool m_atBarLabel = false;
    bool m_follows = false; //!< what leaves at this step leaves because of an open, of which the answers came late
    std::map<std::string, Order> m_orders; //!< that have not ended, by client id
    PerStream<StreamState> m_streams;
    std::vector<Shipment> m_early; //!< arrived, and not told yet that they have left
    Time m_reconcileDue{};
    bool m_markStep = false; //!< a step between two of the tape: to be made again, whatever it brings
    bool m_asked = false;    //!< something that may be answered at once
    bool m_finishing = false;
    std::optional<Error> m_fault;
    OutsideStatus m_counts; //!< of which the counters are kept

    struct Published;
    std::shared_ptr<Published> m_published;
};

} // namespace carry
