// SPDX-License-Identifier: GPL-3.0-or-later
// The words behind the small integers of the database, from the enums themselves.
#include "execution/instruction.h"
#include "market/tape.h"
#include "record/run_record.h"
#include "record/run_summary.h"
#include "risk/risk_monitor.h"
#include "schema.h"
#include "sql.h"

namespace carry
{
namespace
{

static_assert(enumCount<Cause>() == kCauseCount && enumCount<PnlItem>() == kPnlItemCount &&
              enumCount<InstructionState>() == kInstructionStateCount && enumCount<RiskMetric>() == kRiskMetricCount);

struct Word {
    std::string_view kind;
    std::int64_t value;
    std::string text;
};

//! Views put plain numbers into a reason: how people like to read them is no matter for SQL.
std::string withPlainNumbers(std::string_view reason)
{
    std::string text(reason);
    for (const char format : {'%', '#'})
        for (std::size_t at = 0; (at = text.find(std::string{format, '}'}, at)) != std::string::npos;)
            text.erase(at, 1);
    return text;
}

template <class E> void addWords(std::vector<Word>& words, std::string_view kind, std::string_view (*text)(E))
{
    for (std::size_t i = 0; i < enumCount<E>(); ++i)
        words.push_back({kind, static_cast<std::int64_t>(i), std::string(text(static_cast<E>(i)))});
}

std::vector<Word> allWords()
{
    std::vector<Word> words{
        {"funding_flag", kFundingMissing, "missing"}, {"funding_flag", kFundingPeerMean, "peer_mean"},
        {"reading_flag", kReadingProxy, "proxy"},     {"reading_flag", kReadingPeer, "peer"},
        {"reading_flag", kReadingCarried, "carried"},
    };
    for (std::size_t i = 0; i < kInstructionTypes.size(); ++i)
        words.push_back({"instruction_type", static_cast<std::int64_t>(i), std::string(kInstructionTypes[i])});
    addWords<AccountType>(words, "account_type", toText);
    addWords<Action>(words, "action", toText);
    addWords<Asset>(words, "asset", toText);
    addWords<Cause>(words, "cause", toText);
    addWords<ConditionDefinition::Test>(words, "condition_test", toText);
    addWords<EmptyReason>(words, "empty_reason", toText);
    addWords<EventKind>(words, "event_kind", toText);
    addWords<GroupKind>(words, "group_kind", toText);
    addWords<InstructionState>(words, "instruction_state", toText);
    addWords<PhaseKind>(words, "phase_kind", toText);
    addWords<PnlItem>(words, "pnl_item", toText);
    addWords<Purpose>(words, "purpose", toText);
    for (std::size_t i = 0; i < enumCount<Reason>(); ++i)
        words.push_back(
            {"reason", static_cast<std::int64_t>(i), withPlainNumbers(reasonTemplate(static_cast<Reason>(i)))});
    addWords<RiskLevel>(words, "risk_level", toText);
    addWords<RiskMetric>(words, "risk_metric", toText);
    addWords<RunStatus>(words, "run_status", toText);
    addWords<Side>(words, "side", toText);
    addWords<Sizing>(words, "sizing", toText);
    addWords<Unit>(words, "unit", toText);
    addWords<Venue>(words, "venue", toText);
    return words;
}

//! Those that the database lacks or has differently.
std::vector<Word> missingWords(SQLite::Database& database)
{
    std::map<std::pair<std::string, std::int64_t>, std::string> stored;
    SQLite::Statement query(database, "SELECT kind, value, text FROM dictionary");
    while (query.executeStep()) {
        Fields row(query);
        auto kind = row.text();
        const auto value = row.integer();
        stored[{std::move(kind), value}] = row.text();
    }
    std::vector<Word> words = allWords();
    std::erase_if(words, [&](const Word& word) {
        const auto found = stored.find({std::string(word.kind), word.value});
        return found != stored.end() && found->second == word.text;
    });
    return words;
}

} // namespace

void fillDictionary(SQLite::Database& database)
{
    const std::vector<Word> words = missingWords(database);
    if (words.empty())
        return;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement insert(database, "INSERT OR REPLACE INTO dictionary (kind, value, text) VALUES (?, ?, ?)");
    for (const Word& word : words)
        Binder(insert).add(word.kind, word.value, word.text).insert();
    transaction.commit();
}

} // namespace carry
