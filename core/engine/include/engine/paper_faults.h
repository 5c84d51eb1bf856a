// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "engine/venue_link.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace carry
{

//! What goes wrong between a session and paper venues. Shares are probabilities of each request; all is drawn from the
//! seed and the request's own name, so that it does not depend on what else happens.
struct PaperFaults {
    std::uint64_t seed = 0;
    Duration latency{};         //!< of requests and of messages, at most, each drawn from 0 to this
    double lostRequest = 0;     //!< never arrives
    double lostAnswer = 0;      //!< carried out; nothing of it is reported unless it is fetched
    double lostQuery = 0;       //!< a query without an answer
    double refused = 0;         //!< by the venue, for no reason of ours
    double rateLimited = 0;     //!< not taken: may be sent again after a while
    double duplicated = 0;      //!< reports that come twice
    double partial = 0;         //!< orders that fill in two parts
    double cancelledRest = 0;   //!< of those: whose second part the venue cancels
    double disconnected = 0;    //!< of each stream and hour: the connection fails
    Duration disconnectedFor{}; //!< so long
    double foreign = 0;         //!< of each exchange and hour: somebody else withdraws
    double foreignUsdt = 10;    //!< so much
    Duration partAfter{5'000};  //!< between the parts of a fill
    Duration retryAfter{1'000}; //!< of what was rate limited
    bool any() const;
};

//! Draws from the faults' seed: uniform in [0, 1), the same for the same key and kind.
class FaultDraw
{
  public:
    explicit FaultDraw(const PaperFaults& faults) : m_faults(faults) {}
    double uniform(std::string_view kind, std::string_view key, std::uint64_t number = 0) const;
    bool happens(double probability, std::string_view kind, std::string_view key, std::uint64_t number = 0) const;
    Duration latency(std::string_view kind, std::string_view key, std::uint64_t number = 0) const;
    bool connected(Stream stream, Time at) const;
    //! The first change of connected() behind `now`, as far as the next hour is known; nothing: none.
    std::optional<Time> nextChange(Stream stream, Time now) const;

  private:
    struct Window {
        Time from, to;
    };
    std::optional<Window> windowOf(Stream stream, std::int64_t hour) const;
    const PaperFaults& m_faults;
};

} // namespace carry
