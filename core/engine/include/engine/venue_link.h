// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/interfaces.h"
#include "record/run_record.h"
#include "venues/lending.h"
#include "venues/transfer_network.h"

#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace carry
{

//! Whose account: an exchange's, or the wallet with all it holds on chain. Each reports in an order of its own.
enum class Stream : std::uint8_t { Binance = 0, Bybit = 1, Okx = 2, Chain = 3 };
inline constexpr std::size_t kStreamCount = 4;
template <class T> using PerStream = std::array<T, kStreamCount>;
constexpr std::size_t index(Stream stream)
{
    return static_cast<std::size_t>(stream);
}
std::string_view toText(Stream stream); //!< "binance", ..., "chain"
Stream streamOf(Venue venue);           //!< chain for all that is no exchange
//! Where an instruction is sent: a transfer to the place it leaves.
Stream streamOf(const InstructionBody& body);
//! Who reports an entry: the exchange whose account it touches, else the chain.
Stream streamOf(const ChartOfAccounts& chart, const Posting& posting);

//! A balance that the venue says is another.
struct BalanceDifference {
    AccountId account = 0;
    Decimal ours, theirs;
    //! By what is missing: both move with what is done meanwhile.
    friend bool operator==(const BalanceDifference& a, const BalanceDifference& b)
    {
        return a.account == b.account && a.theirs - a.ours == b.theirs - b.ours;
    }
};

//! What leaves the session. All instructions of an atomic group, or one.
struct OrderRequest {
    std::string clientId; //!< the same for every attempt; venues hold it unique among open orders only
    Stream stream = Stream::Binance;
    std::vector<Instruction> instructions;
    bool atomic = false;
    Time sent{};
    Time validUntil{}; //!< the venue refuses what arrives later: from then on a query can prove that it does not exist
    bool atOpen = false; //!< sent at a bar label, or because of what was done at its open
    std::uint32_t attempt = 1;
};

// What venues report of an account.

//! How an order goes on. Its events are in order; after the last one nothing more comes.
struct OrderUpdate {
    std::string clientId;
    std::vector<ExecutionEvent> events;
    bool ended = false;
};
struct ShipmentLeft {
    Shipment shipment;
};
struct ShipmentArrived {
    Shipment shipment;
};
//! The account on chain as it reads after an operation: what balances and indices alone do not tell.
struct ChainState {
    bool lends = false; //!< there is an account at Aave
    aave::Account account;
    Decimal lastOutput; //!< of the last operation
    std::uint64_t nonce = 0;
};
//! Entries, what became of orders, what was settled. Steps in records and events are the receiver's to fill in.
using ReportBody =
    std::variant<Posting, OrderUpdate, ShipmentLeft, ShipmentArrived, ChainState, FundingRecord, JournalEvent>;
struct AccountReport {
    Stream stream = Stream::Binance;
    std::uint64_t sequence = 0; //!< from 1 within the stream, without holes
    Time time{};                //!< when it happened
    ReportBody body;
};

// Other messages of a venue.

//! The request has arrived; or it has not been taken because too many came, and may be sent again after a while.
struct PlacementAnswer {
    Stream stream = Stream::Binance;
    std::string clientId;
    bool taken = true;
    Duration retryAfter{};
    std::uint32_t attempt = 0; //!< OrderRequest::attempt that is answered; 0: not known
};
struct QueryAnswer {
    Stream stream = Stream::Binance;
    std::string clientId;
    bool exists = false;
    std::uint64_t sequence = 0; //!< the stream's last report
    Time asked = Time::max();   //!< when the question was, in the session's time
};
//! Token balances of a stream's own accounts.
struct BalanceAnswer {
    Stream stream = Stream::Binance;
    std::uint64_t sequence = 0; //!< the stream's last report
    Time time{};                //!< when they were these
    std::vector<std::pair<AccountId, Decimal>> balances;
};
//! All reports up to the sequence have been sent before this.
struct FetchAnswer {
    Stream stream = Stream::Binance;
    std::uint64_t sequence = 0;
};
struct ConnectionChange {
    Stream stream = Stream::Binance;
    bool connected = false;
};
//! The session itself: from here on it is no longer computed again. Kept as what it was told, because it acts on it.
struct SessionResumed {
    Stream stream = Stream::Chain;
    PerStream<bool> connected{};
};
using VenueMessage = std::variant<AccountReport, PlacementAnswer, QueryAnswer, BalanceAnswer, FetchAnswer,
                                  ConnectionChange, SessionResumed>;
Stream streamOf(const VenueMessage& message);

//! The connection to the outside: hands requests over and brings messages, at times of the session's clock. No call
//! returns what happened. Used from the engine's thread.
class VenueLink
{
  public:
    virtual ~VenueLink() = default;
    virtual bool connected(Stream stream) const = 0;
    //! Without a connection it is lost.
    virtual void place(const OrderRequest& request) = 0;
    virtual void cancel(Stream stream, const std::string& clientId) = 0;
    virtual void query(Stream stream, const std::string& clientId) = 0;
    //! Asks for everything reported after that sequence.
    virtual void fetch(Stream stream, std::uint64_t after) = 0;
    virtual void askBalances(Stream stream) = 0;
    //! Messages due at `now`, in their order.
    virtual std::vector<VenueMessage> poll(Time now) = 0;
    //! When the next one falls due that is known of; paper only, real ones wake the session.
    virtual std::optional<Time> nextMessage(Time now) const = 0;

    // What drives paper venues; real ones need none of it.
    //! Time passes: what falls due is settled. `onTape`: a step of the tape, not a time between two of them. `accrues`:
    //! interest is charged; it is at arrivals too, but not at every message, each of which would bring the next one.
    virtual void advance(const MarketView& /*market*/, Time /*now*/, Duration /*elapsed*/, bool /*onTape*/,
                         bool /*accrues*/)
    {
    }
    //! Requests that have arrived are carried out, orders that wait for an open are filled.
    virtual void match(const MarketView& /*market*/, bool /*atBarLabel*/) {}
    //! Money that the investor brings or takes.
    virtual void externalFlow(const Posting& /*posting*/) {}
};

} // namespace carry
