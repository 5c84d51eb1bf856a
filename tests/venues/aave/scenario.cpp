// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario.h"

namespace carry::aave::vectors
{
namespace
{

//! The n-th 32-byte word behind the selector of revert data, as a number.
std::optional<exact::U256> word(const std::string& data, std::size_t n)
{
    constexpr std::size_t kSelector = 10, kWord = 64;
    if (data.size() < kSelector + (n + 1) * kWord)
        return std::nullopt;
    return exact::U256("0x" + data.substr(kSelector + n * kWord, kWord));
}

//! The numbers in an error's arguments; addresses (the first word, and of allowances only that) are not modelled.
void checkRevertData(const Json& revert, const Refusal& refusal, Checks& checks)
{
    const std::string data = revert.value("data", "");
    if (refusal.code == RefusalCode::InsufficientBorrowAllowance) {
        checks.equal("revert.allowance", exact::Answer(word(data, 1)), refusal.first);
        checks.equal("revert.needed", exact::Answer(word(data, 2)), refusal.second);
    } else if (refusal.code == RefusalCode::InvalidDebtInEmode ||
               refusal.code == RefusalCode::InvalidCollateralInEmode) {
        checks.equal("revert.category", exact::Answer(word(data, 1)), refusal.first);
    }
}

void checkRevert(const Json& step, const StepResult& result, Checks& checks)
{
    if (!step.contains("revert") || !result.failure)
        return;
    const Json& revert = step.at("revert");
    checks.onlyKeys("revert", revert, {"kind", "selector", "name", "data", "code"});
    const std::string kind = revert.at("kind").get<std::string>();
    checks.equal("revert.kind", kind, result.failure->kind);
    if (kind == "custom")
        checks.equal("revert.name", revert.at("name"), result.failure->word);
    else if (revert.contains("code"))
        checks.equal("revert.code", revert.at("code"), result.failure->word);
    if (kind == "custom" && result.failure->refusal)
        checkRevertData(revert, *result.failure->refusal, checks);
}

void checkEvents(const Json& expected, const Json& found, Checks& checks)
{
    checks.equal("events", std::to_string(expected.size()), std::to_string(found.size()));
    for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
        const std::string field = "events[" + std::to_string(i) + "].";
        for (const auto& [key, value] : expected[i].items())
            checks.equal(field + key, value, found[i].contains(key) ? found[i].at(key) : Json("absent"));
        for (const auto& [key, value] : found[i].items())
            if (!expected[i].contains(key))
                checks.mismatch(field + key, "absent", text(value));
    }
}

//! Where the vectors tried the first amount that is refused: the largest that the model accepts, by bisection.
std::optional<U128> largestAccepted(const World& world, const std::string& operation, const Json& arguments)
{
    const auto accepts = [&](U128 amount) {
        Json trial = arguments;
        if (trial.contains("amounts"))
            trial["amounts"][0] = text(amount);
        else
            trial["amount"] = text(amount);
        World copy = world;
        return !runStep(copy, operation, trial).failure;
    };
    if (!arguments.contains("amount") && (!arguments.contains("amounts") || arguments.at("amounts").size() != 1))
        return std::nullopt;
    U128 low = 0, high = U128(1) << 100;
    while (high - low > 1) {
        const U128 middle = low + (high - low) / 2;
        (accepts(middle) ? low : high) = middle;
    }
    return low;
}

class Replay
{
  public:
    Replay(const Json& scenario, const Market& market, Checks& checks)
        : m_scenario(scenario), m_checks(checks), m_world(market), m_title(scenario.at("scenario").get<std::string>())
    {
        m_trace.scenario = &scenario;
    }

    Trace run()
    {
        start();
        for (const Json& step : m_scenario.at("steps"))
            take(step);
        return std::move(m_trace);
    }

  private:
    void start()
    {
        m_checks.enter(m_title + " initial");
        m_checks.onlyKeys(
            "", m_scenario,
            {"scenario", "note", "aave", "T0", "users", "assets", "funding", "initial", "result", "steps"});
        for (const Json& grant : m_scenario.at("funding")) {
            const UserId user = m_world.user(grant.at("user").get<std::string>());
            m_world.wallet(user, m_world.reserve(grant.at("asset").get<std::string>())) += number(grant.at("amount"));
        }
        m_world.load(m_scenario.at("initial"), m_checks);
        m_world.compare(m_scenario.at("initial"), m_scenario.at("assets"), m_checks);
    }

    void checkTime(const Json& step)
    {
        // Before the first step a vault may have been deployed, in a block of its own.
        const auto t = static_cast<std::int64_t>(number64(step.at("t")));
        if (!m_trace.steps.empty())
            m_checks.equal("dt", step.at("dt"), std::to_string(t - m_world.pool().now()));
    }

    void take(const Json& step)
    {
        const std::string operation = step.at("op").get<std::string>();
        m_checks.enter(m_title + " step " + std::to_string(m_trace.steps.size()) + " " + operation);
        m_checks.onlyKeys(
            "", step,
            {"i", "t", "dt", "op", "args", "ok", "revert", "returned", "events", "gasUsed", "after", "branch", "note"});
        checkTime(step);
        const bool isBranch = step.value("branch", false);
        World world = m_world;
        world.pool().setTime(static_cast<std::int64_t>(number64(step.at("t"))));
        std::optional<U128> limit;
        if (isBranch)
            limit = largestAccepted(world, operation, step.at("args"));
        const StepResult result = runStep(world, operation, step.at("args"));
        check(step, result, world);
        m_trace.steps.push_back({&step, !result.failure, result.returned, world, limit});
        if (!isBranch)
            m_world = world;
    }

    void check(const Json& step, const StepResult& result, const World& world)
    {
        if (!result.unknown.empty())
            m_checks.mismatch("op", "a modelled operation", result.unknown);
        m_checks.equal("ok", step.at("ok"), std::string(result.failure ? "false" : "true"));
        if (result.failure && step.at("ok").get<bool>())
            m_checks.mismatch("refused", "nothing", result.failure->kind + " " + result.failure->word);
        checkRevert(step, result, m_checks);
        checkEvents(step.value("events", Json::array()), result.events, m_checks);
        if (step.contains("returned"))
            m_checks.equal("returned", step.at("returned"), exact::Answer(result.returned));
        if (step.contains("after"))
            world.compare(step.at("after"), m_scenario.at("assets"), m_checks);
    }

    const Json& m_scenario;
    Checks& m_checks;
    World m_world;
    std::string m_title;
    Trace m_trace;
};

} // namespace

bool isScenario(const Json& json)
{
    return json.is_object() && json.contains("scenario") && json.contains("initial") && json.contains("steps") &&
           json.at("steps").is_array();
}

Trace replay(const Json& scenario, const Market& market, Checks& checks)
{
    return Replay(scenario, market, checks).run();
}

} // namespace carry::aave::vectors
