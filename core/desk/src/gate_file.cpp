// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/gate_file.h"

#include "toml_file.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace carry
{
namespace
{

constexpr double kMost = 1e15;

ParameterSchema makeSchema()
{
    ParameterSchema s;
    s.choice("gate.mode", "manual", {"automatic", "manual", "rules"}, "Who approves plans");
    s.number("gate.valid_for_min", 15, 0.001, 100'000, "min", "How long a proposal can be approved");
    s.number("gate.max_price_move", 0.005, 0, 10, "fraction", "Beyond it a proposal must be re-evaluated");
    s.number("gate.second_approver_above", 0, 0, kMost, "share class", "Two people approve a larger plan; 0: never");
    s.number("gate.pause_after_rejection_h", 4, 0, 8'760, "h", "Only risk is reduced after a proposal was rejected");
    s.number("gate.repair_delay_min", 60, 0, 100'000, "min", "How long a half-done plan stays so at worst");
    s.boolean("rules.approve_risk_reducing", false, "Plans that reduce risk need no person");
    s.number("rules.max_notional", 0, 0, kMost, "share class", "Nor do plans up to this notional,");
    s.number("rules.max_cost", 0, 0, kMost, "share class", "this cost (high estimate)");
    s.number("rules.max_risk_change", 0, 0, 1'000, "fraction", "and this increase of leverage or unhedged value / NAV");
    s.number("limits.max_instruction_notional", 0, 0, kMost, "share class", "Of one instruction; 0: no limit");
    s.number("limits.max_plan_notional", 0, 0, kMost, "share class", "Of one plan; 0: no limit");
    s.number("limits.max_day_notional", 0, 0, kMost, "share class", "Of a day (UTC); 0: no limit");
    s.number("limits.max_leverage", 0, 0, 1'000, "", "Perp notional and Aave collateral over NAV; 0: no limit");
    s.number("limits.max_price_deviation", 0, 0, 10, "fraction", "From the planned price; 0: no limit");
    s.number("limits.max_data_age_min", 0, 0, 1e6, "min", "Of prices; 0: no limit");
    s.number("limits.max_chain_data_age_h", 0, 0, 1e5, "h", "Of protocol ratio and indices; 0: no limit");
    s.text("limits.venues", "", "Venues that may be used; empty: all");
    s.text("limits.assets", "", "Assets that may be moved; empty: all");
    return s;
}

//! Reads one file into values.
class GateFileReader
{
  public:
    explicit GateFileReader(const std::string& file) : m_file(file), m_values(gateSchema()) {}

    Result<GateSetup> read(std::string_view text)
    {
        const auto table = parseToml(text, m_file);
        if (!table)
            return fail(table.error());
        if (auto set = setAll(*table, ""); !set)
            return fail(set.error());
        return setup();
    }

  private:
    Result<void> setAll(const toml::table& table, const std::string& prefix)
    {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            const auto line = node.source().begin.line;
            m_lines[name] = line;
            if (const auto* child = node.as_table()) {
                if (auto set = setAll(*child, name + "."); !set)
                    return set;
                continue;
            }
            const auto value = valueOf(node);
            if (!value)
                return fail(
                    tomlError(m_file, line, "'" + name + "' is neither text, number, true/false nor a list of names"));
            if (auto set = m_values.set(name, *value); !set)
                return fail(Error(set.error()).with("file", m_file).with("line", line));
        }
        return {};
    }
    static std::optional<ParameterValue> valueOf(const toml::node& node)
    {
        if (const auto* s = node.as_string())
            return s->get();
        if (const auto* i = node.as_integer())
            return i->get();
        if (const auto* d = node.as_floating_point())
            return d->get();
        if (const auto* b = node.as_boolean())
            return b->get();
        const auto* list = node.as_array();
        if (list == nullptr || list->empty())
            return std::nullopt; // an empty list would allow nothing, and text that is empty all
        std::string joined;
        for (const auto& one : *list) {
            const auto* word = one.as_string();
            if (word == nullptr)
                return std::nullopt;
            joined += (joined.empty() ? "" : ",") + word->get();
        }
        return joined;
    }

    //! The names in a list; nothing set: all.
    template <std::size_t N, class Parse>
    Result<std::bitset<N>> listed(const std::string& key, Parse&& parse, const char* expected) const
    {
        std::string_view rest = m_values.text(key);
        std::bitset<N> set;
        if (rest.empty())
            return set.set();
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            std::string_view word = rest.substr(0, comma);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
            while (word.starts_with(' '))
                word.remove_prefix(1);
            while (word.ends_with(' '))
                word.remove_suffix(1);
            const auto value = parse(word);
            if (!value)
                return fail(Error(ErrorCode::ConfType)
                                .with("key", key)
                                .with("found", std::string(word))
                                .with("expected", expected)
                                .with("file", m_file)
                                .with("line", m_lines.at(key)));
            set.set(static_cast<std::size_t>(*value));
        }
        return set;
    }

    double limit(const std::string& key) const
    {
        const double value = m_values.number(key);
        return value > 0 ? value : PreTradeLimits::kNone;
    }
    Duration span(const std::string& key, Duration unit) const
    {
        return Duration(
            static_cast<std::int64_t>(std::llround(m_values.number(key) * static_cast<double>(unit.count()))));
    }
    std::optional<Duration> age(const std::string& key, Duration unit) const
    {
        return m_values.number(key) > 0 ? std::optional(span(key, unit)) : std::nullopt;
    }

    GatePolicy policy() const
    {
        GatePolicy p;
        const std::string& mode = m_values.text("gate.mode");
        p.mode = mode == "automatic" ? GateMode::Automatic : mode == "rules" ? GateMode::Rules : GateMode::Manual;
        p.rules = {m_values.boolean("rules.approve_risk_reducing"), m_values.number("rules.max_notional"),
                   m_values.number("rules.max_cost"), m_values.number("rules.max_risk_change")};
        p.validFor = span("gate.valid_for_min", std::chrono::minutes{1});
        p.maxPriceMove = m_values.number("gate.max_price_move");
        p.secondApproverAbove = limit("gate.second_approver_above");
        p.pauseAfterRejection = span("gate.pause_after_rejection_h", kHour);
        p.repairDelay = span("gate.repair_delay_min", std::chrono::minutes{1});
        return p;
    }
    Result<GateSetup> setup() const
    {
        GateSetup out;
        out.policy = policy();
        PreTradeLimits& l = out.limits;
        l.maxInstructionNotional = limit("limits.max_instruction_notional");
        l.maxPlanNotional = limit("limits.max_plan_notional");
        l.maxDayNotional = limit("limits.max_day_notional");
        l.maxLeverage = limit("limits.max_leverage");
        l.maxPriceDeviation = limit("limits.max_price_deviation");
        l.maxDataAge = age("limits.max_data_age_min", std::chrono::minutes{1});
        l.maxChainDataAge = age("limits.max_chain_data_age_h", kHour);
        const auto venues = listed<kVenueCount>("limits.venues", parseVenue, "names of venues such as binance, wallet");
        if (!venues)
            return fail(venues.error());
        const auto assets = listed<kAssetCount>("limits.assets", parseAsset, "names of assets such as USDT, BTC");
        if (!assets)
            return fail(assets.error());
        l.venues = *venues;
        l.assets = *assets;
        return out;
    }

    const std::string& m_file;
    ParameterValues m_values;
    std::map<std::string, std::uint32_t> m_lines;
};

} // namespace

const ParameterSchema& gateSchema()
{
    static const ParameterSchema schema = makeSchema();
    return schema;
}

Result<GateSetup> parseGateFile(std::string_view text, const std::string& file)
{
    return GateFileReader(file).read(text);
}

Result<GateSetup> loadGateFile(const std::string& path)
{
    const auto text = readTextFile(path);
    if (!text)
        return fail(Error(ErrorCode::ConfFile).with("file", path).with("found", "no such file, or not readable"));
    return parseGateFile(*text, path);
}

namespace
{

std::string oneLine(std::string text)
{
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20; }, ' ');
    return text;
}

//! Who halts and why: the lines of the file, or that there is one.
std::pair<std::string, std::string> saidIn(const std::filesystem::path& flag)
{
    constexpr std::size_t kLongest = 200;
    std::string user, reason;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(flag, ignored)) { // anything else might never end
        std::ifstream in(flag, std::ios::binary);
        std::string text(2 * kLongest, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
        std::istringstream lines(text);
        std::getline(lines, user);
        std::getline(lines, reason);
    }
    user = oneLine(user.substr(0, kLongest));
    return {user.empty() ? "file " + flag.string() : user,
            reason.empty() ? "the file " + flag.string() + " exists" : oneLine(reason.substr(0, kLongest))};
}

} // namespace

bool isHaltFlag(const std::filesystem::path& flag)
{
    std::error_code error;
    const bool there = std::filesystem::exists(std::filesystem::symlink_status(flag, error));
    // A path that cannot be looked at halts: nobody could say that the flag is not there.
    return there || (error && error != std::errc::no_such_file_or_directory);
}

bool haltWhileFileExists(Gate& gate, const std::filesystem::path& flag, Time now)
{
    if (!isHaltFlag(flag))
        return false;
    if (gate.state() != TradingState::Halted && !gate.haltWaits()) {
        const auto [user, reason] = saidIn(flag);
        gate.halt(user, reason, now);
    }
    return true;
}

std::filesystem::path haltFlag(const std::filesystem::path& database)
{
    std::error_code ignored;
    auto whole = std::filesystem::weakly_canonical(database, ignored); // one name, whoever asks from wherever
    whole = ignored ? database : whole;
    return whole += "-halt";
}

Result<void> raiseHaltFlag(const std::filesystem::path& database, const std::string& user, const std::string& reason)
{
    std::error_code error;
    if (!std::filesystem::exists(database, error))
        return fail(Error(ErrorCode::ConfFile).with("file", database.string()).with("found", "no such database"));
    const auto flag = haltFlag(database);
    const auto part = std::filesystem::path(flag) += ".part";
    std::ofstream out(part, std::ios::binary);
    out << oneLine(user) << '\n' << oneLine(reason) << '\n';
    out.close();
    if (out)
        std::filesystem::rename(part, flag, error);
    if (out && !error)
        return {};
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    return fail(Error(ErrorCode::EngineOutput)
                    .with("file", flag.string())
                    .with("found", error ? error.message() : std::string("it cannot be written")));
}

Result<bool> lowerHaltFlag(const std::filesystem::path& database)
{
    std::error_code error;
    const bool gone = std::filesystem::remove(haltFlag(database), error);
    if (error)
        return fail(
            Error(ErrorCode::EngineOutput).with("file", haltFlag(database).string()).with("found", error.message()));
    return gone;
}

} // namespace carry
