// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "market/quality.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace carry
{

//! The JSON of a run; docs/run-json.md describes it and it stays stable.
nlohmann::ordered_json runToJson(const RunInfo& info, const RunSummary& summary);
//! Coverage and findings of a folder.
nlohmann::ordered_json qualityToJson(const MarketData& data);
nlohmann::ordered_json errorToJson(const Error& error);
//! A document as text, indented. Bytes of foreign files that are no UTF-8 become U+FFFD.
std::string jsonText(const nlohmann::ordered_json& document);

//! steps.csv, ledger.csv, decisions.csv, instructions.csv, transitions.csv, funding.csv, events.csv and, of a run on
//! chain, chain.csv in a folder that is made if needed. EngineOutput.
Result<void> exportCsv(const RunRecord& record, const std::filesystem::path& folder);

//! Writes text to a file, completely or not at all. EngineOutput.
Result<void> writeFile(const std::filesystem::path& file, const std::string& text);

//! People's text of a finding: "binance/...csv:970 hole ... (rule: ...)".
std::string describeFinding(const Finding& finding, const std::vector<std::string>& files);

} // namespace carry
