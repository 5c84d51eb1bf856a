// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/venue_link.h"

#include <vector>

namespace carry
{

//! What a session is about to tell a venue.
struct Intent {
    Time time{};
    bool cancel = false; //!< calls the request back
    OrderRequest request;
};

//! What a session was told.
struct SessionInput {
    std::uint64_t poll = 0;    //!< how often it had asked
    std::uint64_t intents = 0; //!< how many it had had
    Time time{};
    std::vector<VenueMessage> messages;
};

//! Keeps what a session cannot compute again. Called on the engine's thread.
class SessionJournal
{
  public:
    virtual ~SessionJournal() = default;
    //! Durable when it returns, with all that was appended before; only then it is sent.
    virtual Result<void> intend(const Intent& intent) = 0;
    //! Kept before the step that it belongs to is committed.
    virtual Result<void> append(const SessionInput& input) = 0;
};

//! What a session was about to do and was told before it ended. Computed again with it, it comes to the same state.
struct SessionPast {
    std::vector<Intent> intents;
    std::vector<SessionInput> inputs;
    Time until{};          //!< at least up to here it has been
    std::size_t steps = 0; //!< at least so many steps have been
    bool empty() const { return intents.empty() && inputs.empty() && until == Time{} && steps == 0; }
};

} // namespace carry
