// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/paper_venues.h"
#include "engine/session_journal.h"

#include <string>

//! What a session and its venues keep, as JSON that comes back to the bit. The errors of reading: StoreCorrupt.
namespace carry
{

std::string toJson(const Intent& intent);
std::string toJson(const SessionInput& input);
std::string toJson(const PaperRequest& request);
Result<Intent> parseIntent(const std::string& json);
Result<SessionInput> parseSessionInput(const std::string& json);
Result<PaperRequest> parsePaperRequest(const std::string& json);

} // namespace carry
