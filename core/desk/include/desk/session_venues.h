// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/outside.h"
#include "engine/paper_faults.h"

#include <optional>
#include <string>
#include <string_view>

namespace carry
{

//! "seed=7,latency_ms=800,lost_request=0.1,lost_answer=0.1,...": what goes wrong at paper venues; docs/session.md.
//! Empty: nothing. ConfUsage.
Result<PaperFaults> parsePaperFaults(std::string_view text);

//! The file beside a database in which paper venues keep what they took.
std::string paperVenuesFile(const std::string& database);

//! What paper venues kept for a session that is no more. StoreOpen, StoreWrite.
Result<void> deletePaperVenues(const std::string& database, const std::string& runId);

struct PaperOptions {
    std::string faults;                  //!< of a new session; a resumed one has its own
    std::optional<std::string> database; //!< of the session; without one nothing is kept
    bool resumed = false;
    Time knownUntil{};           //!< of a resumed session: as SessionPast::until
    std::size_t storedSteps = 0; //!< likewise
};
//! Paper venues and the session's side of them, with what both keep. The errors of parsePaperFaults(); StoreOpen,
//! StoreCorrupt, StoreWrite.
Result<std::shared_ptr<Outside>> openPaperVenues(const RunSetup& setup, const std::string& runId,
                                                 const PaperOptions& options);

//! The session's side as it was, without venues: for a run that computes a stored session again. Nothing: the session
//! had no venues of its own. StoreOpen, StoreCorrupt.
Result<std::shared_ptr<Outside>> outsideOfStoredSession(const std::string& database, const std::string& runId);

} // namespace carry
