// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/gate_command.h"
#include "engine/proposal.h"
#include "engine/venue_link.h"
#include "record/run_record.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace carry
{

class Outside;

struct GateSetup {
    GatePolicy policy;
    PreTradeLimits limits;
    std::optional<StressRules> stress; //!< what proposals judge stress by
};

//! A balance that differs, for people.
struct ShownDifference {
    std::string account; //!< "bybit:wallet:USDT"
    Decimal ours, theirs;
};

//! What happened at the gate, told before it takes effect.
struct GateEvent {
    enum class Kind : std::uint8_t { Proposal, Refusal, TradingState, Feed, Balances } kind = Kind::Proposal;
    ProposalStep step = ProposalStep::Made; //!< Proposal
    Time time{};
    std::string user;                         //!< of the command; empty: the rules, the clock or risk
    std::string reason;                       //!< as the person gave it
    std::vector<GroupRef> groups;             //!< ApprovedInPart, and ApprovedByFirst of a part
    std::optional<GateCommand::Kind> command; //!< that caused it
    std::uint64_t sequence = 0;               //!< of the command
    InstructionId before = 0;                 //!< right before which a halt took effect or a refusal stopped it
    std::shared_ptr<const Proposal> proposal; //!< what the person saw; none: it is about no proposal
    std::shared_ptr<const Proposal> part;     //!< with `groups`: what they do alone
    Drift drift;                              //!< at this time
    TradingState from = TradingState::Active, to = TradingState::Active;
    FeedNews feed = FeedNews::Fresh; //!< Feed
    bool adopted = false;            //!< Balances: a person took the venues' word; else they differ, or agree again
    std::vector<ShownDifference> differences; //!< Balances
    std::optional<Error> error;               //!< Refusal
};

//! Keeps what happens (an audit trail). Called on the engine's thread. Where it fails, an approval does not take
//! effect; what reduces risk does.
using GateListener = std::function<Result<void>(const GateEvent&)>;

//! The gate of a session: limits before trading, proposals, their approval, trading state and kill switch. One engine
//! drives it; submit(), halt(), open() and state() are safe from any thread, the rest is the engine's.
class Gate final : public ApprovalGate
{
  public:
    explicit Gate(GateSetup setup, GateListener listener = {});

    std::uint64_t submit(GateCommand command) { return m_queue.add(std::move(command)); }
    //! The kill switch: from now on nothing leaves, not even of a step under way. `at`: the simulated clock.
    std::uint64_t halt(std::string user, std::string reason, Time at);
    //! A halt was asked for and has not been taken yet.
    bool haltWaits() const { return m_queue.haltWaits(); }
    //! The proposal that awaits approval; none: nullptr.
    std::shared_ptr<const Proposal> open() const;
    TradingState state() const { return m_state.load(); }
    //! Notional sent since midnight UTC, share class, as of the last step.
    double usedToday() const { return m_usedToday.load(); }
    const GateSetup& setup() const { return m_setup; }

    // The engine's. The four outlive the gate's use.
    void attach(const RunSetup& setup, World& world, const MarketView& market, RunRecord& record,
                Outside* outside = nullptr);
    //! When something falls due that is not due now: a command or the end of a proposal.
    std::optional<Time> nextWake() const;
    std::optional<Time> nextCommand() const; //!< that was submitted and is behind the World's time
    //! Time passes until `now`: what is not hedged is counted.
    void elapse(Time now);
    //! Takes the commands that are due. True: the open plan ends now.
    bool takeCommands();
    //! Turns a decision that may not be proposed now into a HOLD that says why; whether it did.
    bool filter(Decision& decision) const;
    bool wantsFlatten() const { return m_flatten; }
    bool feedStale() const { return m_feedStale.has_value(); }
    //! When the end of the market data was told.
    std::optional<Time> feedEnded() const { return m_feedEnded; }
    //! The strategy has nothing to leave now. What is still on its way is left when it has arrived.
    void noFlatten(std::string why);
    //! Makes a proposal of a new plan where the policy needs one. An error of the GATE family: the plan may not begin.
    Result<void> propose(const Decision& decision, std::shared_ptr<const Plan> plan);
    //! What the open proposal does if only these groups and those that are approved already go, from the state and at
    //! the quotes that it was made at. GateUnknownProposal, GateExpired, GateReason, GateOrphan.
    Result<std::shared_ptr<const Proposal>> partOf(std::uint32_t proposal, std::vector<GroupRef> groups) const;
    void planEnded(PlanId plan, PlanOutcome outcome);
    //! At the end of a step.
    void measure();
    //! Tells balances that differ, or agree again, since this was called last.
    void compareBalances();

    Verdict review(const Plan& plan) override;
    bool isApproved(std::size_t phase, std::size_t group) const override { return m_groups.contains({phase, group}); }
    Result<void> beforeSend(const Plan& plan, std::span<const Instruction> instructions) override;
    //! The same but for the notionals, which have been counted.
    Result<void> beforeResend(const Plan& plan, std::span<const Instruction> instructions) override;

  private:
    using Kind = GateCommand::Kind;
    PreTradePresent present() const;
    Result<void> carryOut(const GateCommand& command);
    bool waits() const; //!< a proposal does, for a decision
    Result<void> checkOpen(const GateCommand& command) const;
    Result<Proposal> openPart(std::vector<GroupRef> groups) const;
    Result<void> approve(const GateCommand& command, std::vector<GroupRef> groups);
    Result<void> checkApprovable(const GateCommand& command) const;
    Result<void> turnDown(const GateCommand& command);
    Result<void> setState(const GateCommand& command);
    Result<void> setFeed(const GateCommand& command);
    Result<void> adoptBalances(const GateCommand& command);
    GateEvent balancesEvent(const GateCommand* command) const;
    void expire(Time at);
    void kill(const GateCommand& command, InstructionId before);
    void changeState(TradingState to, InstructionId before);
    void startExposure();
    Result<void> checkSending(const Plan& plan, std::span<const Instruction> instructions,
                              const PreTradeLimits& limits);
    Result<void> checkSame(const Plan& plan, std::span<const Instruction> instructions) const;
    void refuse(const Error& error, const GateCommand* command, PlanId plan, InstructionId before);

    GateEvent event(ProposalStep step, const GateCommand* command = nullptr) const;
    Result<void> tell(const GateEvent& event, double figure = 0);
    Result<void> listen(const GateEvent& event) const { return m_listener ? m_listener(event) : Result<void>{}; }
    void note(JournalEvent event);
    void publish(std::shared_ptr<const Proposal> proposal);
    bool anySent() const;

    GateSetup m_setup;
    GateListener m_listener;
    CommandQueue m_queue;
    const RunSetup* m_run = nullptr;
    World* m_world = nullptr;
    const MarketView* m_market = nullptr;
    RunRecord* m_record = nullptr;
    Outside* m_outside = nullptr; //!< of a session whose venues have books of their own
    std::vector<BalanceDifference> m_toldDifferences;

    std::atomic<TradingState> m_state{TradingState::Active};
    std::atomic<double> m_usedToday{0};
    mutable std::mutex m_mutex; //!< of m_published
    std::shared_ptr<const Proposal> m_published;

    std::shared_ptr<const Proposal> m_proposal; //!< of the open plan
    std::optional<World> m_from;                //!< as it was when that was made, if it asks
    std::optional<MarketView> m_fromMarket;
    std::map<InstructionId, std::string> m_approvedText;
    Verdict m_verdict = Verdict::Approved;
    std::set<GroupRef> m_groups;         //!< approved
    std::string m_first;                 //!< who approved first, of two
    std::vector<GroupRef> m_firstGroups; //!< and what
    DayUse m_used;
    std::uint32_t m_expired = 0; //!< number of the proposal that expired last, and when
    Time m_expiredAt{};
    Time m_quietUntil{};
    Reason m_quietReason = Reason::Postponed;
    bool m_flatten = false;    //!< to be proposed
    bool m_flattening = false; //!< a part of it is done: leaving may take several plans, each approved by itself
    bool m_again = false;      //!< a flatten is to be re-evaluated
    std::uint32_t m_lastNumber = 0;
    std::optional<std::string> m_feedStale; //!< why
    std::optional<Time> m_feedEnded;

    struct Exposure {
        double integral = 0, peak = 0, seconds = 0; //!< share class * s, share class, s
        double now = 0;
        Time since{};
    } m_exposure;
    bool m_halfDone = false; //!< the last plan failed, and what it left unhedged has not been restored
};

} // namespace carry
