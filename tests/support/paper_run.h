// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "support/gated_run.h" // first: moc reads the headers in this order, and not all of the library's alone

#include "desk/venue_json.h"
#include "engine/outside.h"
#include "engine/paper_venues.h"

namespace carry::test
{

//! The program ends here, as if killed.
struct Killed {
};

//! Where a program can be killed: right before and right after something became durable, and between two steps.
struct KillSwitch {
    int left = -1; //!< occasions until it happens; below 0: never
    void occasion()
    {
        if (left >= 0 && left-- == 0)
            throw Killed{};
    }
};

//! What outlives the session: its journal and that of the venues.
//! All of it as text, as in a database.
struct Disk final : SessionJournal, PaperJournal {
    std::vector<std::string> intents, inputs, requests;
    std::vector<GateCommand> commands;
    Time until{};
    KillSwitch* kill = nullptr;

    Result<void> intend(const Intent& intent) override
    {
        kill->occasion();
        intents.push_back(toJson(intent));
        kill->occasion();
        return {};
    }
    Result<void> append(const SessionInput& input) override
    {
        kill->occasion();
        inputs.push_back(toJson(input));
        kill->occasion();
        return {};
    }
    Result<void> append(const PaperRequest& request) override
    {
        kill->occasion();
        requests.push_back(toJson(request));
        kill->occasion();
        return {};
    }
};

//! A session in paper that can be killed and resumed.
struct PaperRun {
    RunConfiguration configuration;
    const MarketData& data;
    PaperFaults faults;
    std::optional<GatePolicy> policy;
    OutsideRules rules = {};
    std::function<void(RunSetup&)> change = {};
    std::function<void()> look = {}; //!< after every step: somebody who decides
    Disk disk = {};
    KillSwitch kill = {};
    int kills = 0;

    std::shared_ptr<RunRecord> record = {};
    std::shared_ptr<Gate> gate = {};
    std::shared_ptr<PaperVenues> venues = {};
    std::shared_ptr<Outside> outside = {};
    std::unique_ptr<Engine> engine = {};

    void start()
    {
        auto setup = prepareRun(configuration, data, {});
        if (!setup)
            qFatal("%s", describe(setup.error()).c_str());
        if (change)
            change(*setup);
        disk.kill = &kill;
        engine.reset();
        record = std::make_shared<RunRecord>(describeRun(configuration, *setup, data, "test"));
        const auto all = [](const std::vector<std::string>& texts, auto parse) {
            std::vector<typename decltype(parse(std::string()))::value_type> out;
            for (const std::string& one : texts)
                out.push_back(parse(one).value());
            return out;
        };
        const std::shared_ptr<Disk> kept(std::shared_ptr<void>(), &disk);
        venues = std::make_shared<PaperVenues>(*setup, faults, kept, all(disk.requests, parsePaperRequest));
        outside = std::make_shared<Outside>(
            venues, rules, "s", kept,
            SessionPast{all(disk.intents, parseIntent), all(disk.inputs, parseSessionInput), disk.until});
        if (policy)
            gate = std::make_shared<Gate>(GateSetup{*policy, {}, stressRules(configuration).value()});
        for (const GateCommand& command : disk.commands)
            gate->submit(command);
        engine = std::make_unique<Engine>(std::move(*setup), record, gate, outside);
    }
    bool step()
    {
        kill.occasion();
        const auto more = engine->step();
        if (!more)
            qFatal("%s at %s", describe(more.error()).c_str(), formatIso(engine->world().now).c_str());
        if (look)
            look();
        return *more;
    }
    //! Up to the end, resumed as often as it is killed; `next`: occasions until the next kill, -1 for none.
    void finish(const std::function<int()>& next = [] { return -1; })
    {
        kill.left = next();
        start();
        for (;;) {
            try {
                while (step()) {
                }
                return;
            } catch (const Killed&) {
                ++kills;
                const std::size_t committed = record->committed();
                if (committed > 0) // as far as was stored
                    disk.until = std::max(disk.until, record->time(committed - 1));
                kill.left = next();
                start();
            }
        }
    }
    StepEnds ends() const { return record->ends(record->committed() - 1); }
    std::size_t count(EventKind kind) const
    {
        std::size_t n = 0;
        for (std::size_t i = 0; i < ends().events; ++i)
            n += record->event(i).kind == kind ? 1U : 0U;
        return n;
    }
    std::size_t decisions(Reason reason) const
    {
        std::size_t n = 0;
        for (std::size_t i = 0; i < ends().decisions; ++i)
            n += record->decision(i).reason == reason ? 1U : 0U;
        return n;
    }
    //! What is wrong at the end; empty: nothing.
    QString problems() const
    {
        const Books& ours = engine->world().books;
        for (std::size_t i = 0; i < ours.chart().size(); ++i) {
            const auto id = static_cast<AccountId>(i);
            if (ours.chart().at(id).own() && ours.balance(id) != venues->books().balance(id))
                return QString("%1: ledger %2, venue %3")
                    .arg(text(ours.chart().at(id).key()), text(ours.balance(id).toString()),
                         text(venues->books().balance(id).toString()));
        }
        for (const Asset asset : {Asset::USDT, Asset::ETH}) {
            Decimal onTheWay;
            for (const Shipment& shipment : engine->world().outside.inFlight)
                onTheWay += shipment.asset == asset ? shipment.amount : Decimal();
            if (onTheWay != ours.balance(ours.chart().inFlight(asset)))
                return QString("%1 %2 on the way, %3 in the ledger")
                    .arg(text(onTheWay.toString()), text(toText(asset)),
                         text(ours.balance(ours.chart().inFlight(asset)).toString()));
        }
        for (const auto& [id, times] : venues->executions())
            if (times != 1)
                return QString("%1 was carried out %2 times").arg(text(id)).arg(times);
        for (std::size_t s = 0; s < record->committed(); ++s)
            if (const double rest = record->at(s, ColumnLayout::step(StepColumn::Unexplained));
                !(std::abs(rest) < 1e-9 * record->info().capital))
                return QString("%1 unexplained at %2").arg(rest).arg(text(formatIso(record->time(s))));
        const OutsideStatus status = outside->status();
        if (status.unknownOrders != 0 || !status.differences.empty())
            return QString("%1 unknown, %2 differences").arg(status.unknownOrders).arg(status.differences.size());
        return {};
    }
};

} // namespace carry::test
