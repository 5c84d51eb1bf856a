// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"

#include "desk/predicate.h"

#include <iostream>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

struct Options {
    std::string database, json, run, condition, event;
    std::size_t fromHit = 1, limit = 20;
};

//! Step by step: what is looked for in one run.
class Search
{
  public:
    static Result<Search> make(const Options& o, const RunRecord& record)
    {
        Search search;
        if (!o.condition.empty()) {
            auto predicate = Predicate::parse(o.condition, record);
            if (!predicate)
                return fail(predicate.error());
            search.m_predicate = std::move(*predicate);
            return search;
        }
        for (std::size_t i = 0; i < kRunEventCount; ++i)
            if (o.event == toText(static_cast<RunEvent>(i)))
                search.m_event = static_cast<RunEvent>(i);
        return search;
    }
    std::optional<std::size_t> next(const RunRecord& record, std::optional<std::size_t> after) const
    {
        return m_predicate ? nextHit(record, *m_predicate, after, record.committed())
                           : nextEvent(record, m_event, after, record.committed());
    }

  private:
    std::optional<Predicate> m_predicate;
    RunEvent m_event = RunEvent::Decision;
};

int find(const Options& o)
{
    const auto opened = openStoredRun(o.database, o.run, [](const RunInfo&) { return std::vector<std::size_t>{}; });
    if (!opened)
        return report(opened.error());
    const RunRecord& record = *opened->record;
    const auto search = Search::make(o, record);
    if (!search)
        return report(search.error());
    std::size_t hits = 0;
    Json steps = Json::array();
    for (auto at = search->next(record, {}); at; at = search->next(record, at)) {
        hits += 1;
        if (hits < o.fromHit || (o.limit != 0 && steps.size() == o.limit))
            continue;
        steps.push_back({{"hit", hits}, {"step", *at}, {"time", formatIso(record.time(*at))}});
    }
    if (const auto fault = record.fault())
        return report(*fault);
    if (o.json != "-") {
        for (const Json& step : steps)
            std::cout << step["time"].get<std::string>() << "  step " << step["step"] << "  hit " << step["hit"]
                      << '\n';
        std::cout << hits << (hits == 1 ? " hit" : " hits") << ", " << steps.size() << " shown\n";
    }
    if (!o.json.empty()) {
        const Json out{{"run_id", record.info().runId},
                       {"looked_for", o.condition.empty() ? o.event : o.condition},
                       {"hits", hits},
                       {"steps", std::move(steps)}};
        if (auto written = deliver(o.json, out.dump(2) + '\n'); !written)
            return report(written.error());
    }
    return kDone;
}

} // namespace

void addRunsFind(CLI::App& runs, int& exitCode)
{
    auto* command =
        runs.add_subcommand("find", "Steps of a run at which a condition becomes true or something happens");
    auto options = std::make_shared<Options>();
    addDatabase(*command, options->database);
    addJson(*command, options->json);
    command->add_option("run", options->run, "Run id, or its beginning; without it the newest");
    auto* what = command->add_option_group("what");
    what->add_option("--when", options->condition,
                     "A condition on the figures: \"binance.margin_ratio < 0.2 and drawdown > 1%\"");
    std::vector<std::string> events;
    for (std::size_t i = 0; i < kRunEventCount; ++i)
        events.emplace_back(toText(static_cast<RunEvent>(i)));
    what->add_option("--event", options->event, "A kind of event")->check(CLI::IsMember(events));
    what->require_option(1);
    command->add_option("--from-hit", options->fromHit, "The first hit to show, from 1")->check(CLI::PositiveNumber);
    command->add_option("--limit", options->limit, "How many to show; 0: all")->capture_default_str();
    command->callback([options, &exitCode] { exitCode = find(*options); });
}

} // namespace carry::cli
