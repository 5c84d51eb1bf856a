// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/gate.h"
#include "store/audit_trail.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace carry
{

//! Everything a person is shown of a proposal; docs/gate.md describes it. Empty figures are null.
nlohmann::ordered_json proposalToJson(const RunInfo& info, const Proposal& proposal);
//! What has moved since.
nlohmann::ordered_json driftToJson(const Drift& drift);
//! One line for another program: what happened at the gate, a proposal that was made in full.
nlohmann::ordered_json gateEventToJson(const RunInfo& info, const GateEvent& event);

//! A decision as another program writes it, one JSON object: {"action": "approve", "user": "ann", "proposal": 3,
//! "hash": "..."}. `now` is its time where it names none. ConfGateCommand.
Result<GateCommand> parseGateCommand(std::string_view line, Time now);

//! As it is kept with a session: parseGateCommand()'s, and "before" of a halt. Its time is kept beside it.
std::string storedCommandText(const GateCommand& command);
//! ConfGateCommand.
Result<GateCommand> parseStoredCommand(std::string_view text, Time at);

//! What the audit trail keeps of an event: the whole proposal where one was made or acted on.
AuditEntry auditEntry(const RunInfo& info, const std::string& session, const GateEvent& event, Time wall);
nlohmann::ordered_json auditToJson(const AuditRow& row);

} // namespace carry
