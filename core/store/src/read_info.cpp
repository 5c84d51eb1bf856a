// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_run.h"

#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

template <class T> T known(const std::optional<T>& value, const std::string& word)
{
    if (!value)
        throw BadValue("unknown word '" + word + "'");
    return *value;
}

template <class E> E wordOf(const std::string& word)
{
    return known(parseEnum<E>(word), word);
}

std::vector<Asset> assetsOf(const std::string& json)
{
    std::vector<Asset> assets;
    for (const std::string word : nlohmann::json::parse(json))
        assets.push_back(known(parseAsset(word), word));
    return assets;
}

void readIdentity(SQLite::Database& database, std::int64_t run, StoredRun& stored)
{
    auto row = query(
        database,
        "SELECT run_id, strategy, preset, share_class, base, assets, capital, from_ms, to_ms, data_name, "
        "data_source, synthetic, data_digest, engine_version, configuration FROM run JOIN configuration USING (run) "
        "WHERE run = ?",
        run);
    if (!row.executeStep())
        throw BadValue("a run has no configuration");
    Fields field(row);
    RunInfo& info = stored.info;
    info.runId = field.text();
    info.strategy = field.text();
    info.preset = field.text();
    info.shareClass = field.enumeration<Asset>();
    info.base = field.enumeration<Asset>();
    info.assets = assetsOf(field.text());
    info.capital = field.real();
    info.from = field.time();
    info.to = field.time();
    info.dataName = field.text();
    info.dataSource = field.text();
    info.synthetic = field.integer() != 0;
    info.dataDigest = field.text();
    stored.engineVersion = field.text();
    info.configuration = nlohmann::json::parse(field.text()).get<std::map<std::string, std::string>>();
}

//! The accounts say what is held on chain; the rest of them follows from that and the base.
void readAccounts(SQLite::Database& database, std::int64_t run, RunInfo& info)
{
    auto rows = query(database, "SELECT venue, type, asset, contract FROM account WHERE run = ? ORDER BY id", run);
    std::vector<Account> accounts;
    while (rows.executeStep()) {
        Fields field(rows);
        Account& account = accounts.emplace_back();
        account.venue = field.enumeration<Venue>();
        account.type = field.enumeration<AccountType>();
        account.asset = field.enumeration<Asset>();
        account.unit = field.enumeration<Unit>();
        if (account.type == AccountType::AToken)
            info.chain.aave = true;
        if (account.type == AccountType::Lst && isLst(account.asset))
            info.chain.lst = account.asset;
    }
    if (accounts != ChartOfAccounts(info.base, info.chain).accounts())
        throw BadValue("its accounts are not those of such a run");
}

void readForks(SQLite::Database& database, std::int64_t run, RunInfo& info)
{
    auto rows = query(database, "SELECT parent, time_ms, decision, changes FROM fork WHERE run = ? ORDER BY idx", run);
    while (rows.executeStep()) {
        Fields field(rows);
        Fork& fork = info.forks.emplace_back();
        fork.parent = field.text();
        fork.at = field.time();
        fork.decision = field.optionalEnumeration<Action>();
        fork.changes = nlohmann::json::parse(field.text()).get<std::map<std::string, std::string>>();
    }
}

Finding readFinding(const SQLite::Statement& row)
{
    Fields field(row);
    Finding finding;
    finding.kind = wordOf<FindingKind>(field.text());
    finding.severity = wordOf<FindingSeverity>(field.text());
    finding.rule = wordOf<QualityRule>(field.text());
    finding.file = field.as<std::uint32_t>();
    finding.line = field.as<std::uint32_t>();
    finding.series = field.text();
    finding.from = field.optionalTime();
    finding.to = field.optionalTime();
    finding.count = field.as<std::uint64_t>();
    finding.detail = field.text();
    return finding;
}

} // namespace

void readInfo(SQLite::Database& database, std::int64_t run, StoredRun& stored)
{
    readIdentity(database, run, stored);
    readAccounts(database, run, stored.info);
    readForks(database, run, stored.info);
    auto conditions =
        query(database, "SELECT id, unit, test, threshold FROM condition WHERE run = ? ORDER BY idx", run);
    while (conditions.executeStep()) {
        Fields field(conditions);
        ConditionDefinition& condition = stored.info.conditions.emplace_back();
        condition.id = field.text();
        condition.unit = field.text();
        condition.test = field.enumeration<ConditionDefinition::Test>();
        condition.threshold = field.optionalReal().value_or(std::nan(""));
    }
    auto files = query(database, "SELECT path FROM source_file WHERE run = ? ORDER BY idx", run);
    while (files.executeStep())
        stored.info.files.push_back(Fields(files).text());
    auto findings = query(database,
                          "SELECT kind, severity, rule, file, line, series, from_ms, to_ms, count, detail "
                          "FROM finding WHERE run = ? ORDER BY idx",
                          run);
    while (findings.executeStep())
        stored.info.findings.push_back(readFinding(findings));
}

} // namespace carry
