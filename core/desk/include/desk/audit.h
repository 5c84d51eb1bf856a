// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/gate.h"
#include "store/audit_trail.h"

#include <functional>
#include <memory>
#include <string>

namespace carry
{

//! Verifies the trail in a database file, which is not changed. The errors of verifyAudit() and StoreOpen.
Result<AuditHead> verifyAuditFile(const std::string& file, const std::optional<AuditHead>& kept = std::nullopt);
//! The rows as JSON lines, one after the other; `line` says whether to go on. StoreOpen, StoreCorrupt.
Result<void> exportAudit(const std::string& file, const std::function<bool(const std::string& line)>& line);

//! A gate's listener that keeps every event in the database's trail before it takes effect. It has a connection of its
//! own; `now` is the computer's clock. StoreOpen.
Result<GateListener> auditingListener(const std::string& file, RunInfo info, std::string session,
                                      std::function<Time()> now);

} // namespace carry
