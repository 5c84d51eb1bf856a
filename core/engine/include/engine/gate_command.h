// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/plan_bundles.h"
#include "execution/pre_trade_limits.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace carry
{

//! What a session says of the market data that arrive.
enum class FeedNews : std::uint8_t {
    Fresh, //!< again
    Stale, //!< nothing is proposed or approved until they are fresh again
    Ended, //!< no more will come
};
std::string_view toText(FeedNews news); //!< "fresh"

//! What a person, or a program in a person's name, tells the gate. A value; which fields count follows from `kind`.
struct GateCommand {
    enum class Kind : std::uint8_t {
        Approve,
        ApproveGroups,
        Reject,        //!< with `reason`
        Postpone,      //!< to `until`
        Reevaluate,    //!< the strategy is asked again; its new proposal has a new hash
        Kill,          //!< trading is halted, what can be called back is
        Flatten,       //!< propose to leave everything; halts trading if it is active
        SetState,      //!< `state`, with `reason`
        AdoptBalances, //!< what venues say of balances that differ is right; with `reason`
        Feed,          //!< `feed`, with `reason`: nobody's, the session's own about the market data that arrive
    } kind = Kind::Approve;
    Time at{}; //!< on the simulated clock: it is taken by the first step at or after it
    std::string user;
    std::string reason;
    std::uint32_t proposal = 0; //!< number, and
    std::string hash;           //!< approval hash, of what the person saw
    std::vector<GroupRef> groups;
    Time until{};
    TradingState state = TradingState::Active;
    FeedNews feed = FeedNews::Fresh;
    InstructionId before = 0;   //!< Kill: takes effect right before this instruction leaves; 0: between two steps
    bool atOnce = false;        //!< Kill: whatever `at` says, before the next instruction leaves
    std::uint64_t sequence = 0; //!< given by the queue, from 1
};
std::string_view toText(GateCommand::Kind kind); //!< "approve"

//! Commands on their way to the engine, by time and within a time in the order of arrival. Any thread adds, the engine
//! takes.
class CommandQueue
{
  public:
    std::uint64_t add(GateCommand command);
    //! Those due at `now`, in order.
    std::vector<GateCommand> take(Time now);
    //! The first Kill that takes effect before this instruction, or at once.
    std::optional<GateCommand> takeKill(InstructionId before);
    //! Whether a Kill waits that takes effect at once or before an instruction; without a lock.
    bool killWaits() const { return m_kills.load(std::memory_order_acquire) != 0; }
    //! Whether a Kill waits that takes effect at once.
    bool haltWaits() const;
    //! When the first one falls due that is not due at `now`.
    std::optional<Time> next(Time now) const;

  private:
    mutable std::mutex m_mutex;
    std::vector<GateCommand> m_waiting;
    std::atomic<int> m_kills{0}; //!< of those waiting; written under the lock
    std::uint64_t m_last = 0;
};

} // namespace carry
