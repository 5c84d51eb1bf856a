// SPDX-License-Identifier: GPL-3.0-or-later
// What holds in every market, with every configuration.
#include "execution/planner.h"
#include "support/random_scenario.h"

using namespace carry;
using namespace carry::test;

namespace
{

//! Runs a scenario to its end, or says what stopped it.
QString runThrough(DrivenRun& run)
{
    for (;;) {
        const auto more = run.engine->step();
        if (!more)
            return text(describe(more.error()));
        if (!*more)
            break;
    }
    run.finish();
    return problems(run);
}

} // namespace

class TestEngineProperties : public QObject
{
    Q_OBJECT

  private slots:
    //! Every step is explained, every asset conserved, every instruction goes its allowed way.
    void booksClose()
    {
        QVERIFY(rc::check("books close at every step", [] {
            const RandomScenario scenario = *anyScenario();
            DrivenRun run(configured("btc_basis", scenario.assignments), scenario.market.data());
            const QString wrong = runThrough(run);
            RC_LOG() << wrong.toStdString();
            RC_ASSERT(wrong.isEmpty());
            const RunSummary& s = run.summary;
            RC_ASSERT(std::abs(s.attribution.sum() - s.pnlBalance) < 1e-9 * s.navInitial);
            for (const Venue venue : kExchanges)
                RC_ASSERT(std::abs(run.fundingCash(venue) - s.fundingByVenue[exchangeIndex(venue)]) < 1e-6);
        }));
    }

    //! The same inputs twice: the same record.
    void replays()
    {
        QVERIFY(rc::check("replay gives the same digests", [] {
            const RandomScenario scenario = *anyScenario();
            const MarketData data = scenario.market.data();
            DrivenRun first(configured("btc_basis", scenario.assignments), data);
            DrivenRun second(configured("btc_basis", scenario.assignments), data);
            RC_ASSERT(runThrough(first).isEmpty());
            RC_ASSERT(runThrough(second).isEmpty());
            RC_ASSERT(first.summary.resultDigest == second.summary.resultDigest);
            RC_ASSERT(first.summary.instructionDigest == second.summary.instructionDigest);
        }));
    }

    //! A prefix of a run does not know what comes later.
    void nothingOfTheFuture()
    {
        QVERIFY(rc::check("a shorter run is the beginning of a longer one", [] {
            const RandomScenario scenario = *anyScenario();
            const MarketData data = scenario.market.data();
            const Time from = scenario.market.hour(0);
            const auto hours = scenario.market.hours();
            const auto cut = *rc::gen::inRange<std::size_t>(kLastFlow, hours);
            const auto configuration = configured("btc_basis", scenario.assignments);
            DrivenRun whole(configuration, data, {from, scenario.market.hour(hours - 1)});
            DrivenRun part(configuration, data, {from, scenario.market.hour(cut)});
            RC_ASSERT(runThrough(part).isEmpty());
            while (whole.record->committed() < part.record->committed())
                RC_ASSERT(whole.step());
            RC_ASSERT(resultDigest(*whole.record) == part.summary.resultDigest);
        }));
    }

    //! After a decision that trades, the legs of the exchanges fit each other to the lot, unless a plan failed; and
    //! without a shock nothing is liquidated, unless risk has no say.
    void staysHedged()
    {
        QVERIFY(rc::check("net delta stays within tolerance", [] {
            const RandomScenario scenario = *anyScenario({/*latency=*/false, /*shocks=*/false});
            DrivenRun run(configured("btc_basis", scenario.assignments), scenario.market.data());
            RC_ASSERT(runThrough(run).isEmpty());
            RC_PRE(run.summary.plansFailed == 0);
            RC_PRE(run.summary.liquidations == 0 ||
                   std::ranges::count(scenario.assignments, "risk.actions=false") == 0);
            for (std::size_t s = 0; s < run.summary.steps; ++s) {
                const double gross = run.record->at(s, ColumnLayout::asset(0, AssetColumn::GrossDelta));
                RC_ASSERT(std::abs(run.netDelta(s)) <= 0.01 * gross + 0.02);
            }
        }));
    }

    //! Time and sequence: a bar decides once, an open plan decides nothing, transitions never run ahead of the clock.
    void decidesOnlyWhenItMay()
    {
        QVERIFY(rc::check("decisions fall on labels without an open plan", [] {
            const RandomScenario scenario = *anyScenario();
            DrivenRun run(configured("btc_basis", scenario.assignments), scenario.market.data());
            RC_ASSERT(runThrough(run).isEmpty());
            std::int64_t last = -1;
            for (const auto& d : run.decisions()) {
                RC_ASSERT(run.record->isBar(d.step));
                RC_ASSERT(static_cast<std::int64_t>(d.step) > last);
                last = d.step;
                RC_ASSERT((d.action == Action::Hold) == (d.plan == 0));
            }
            for (std::size_t i = 0; i < run.ends().transitions; ++i) {
                const TransitionRecord& t = run.record->transition(i);
                RC_ASSERT(fromMs(t.timeMs) == run.record->time(t.step));
            }
            for (std::size_t s = 1; s < run.summary.steps; ++s)
                RC_ASSERT(run.record->time(s - 1) < run.record->time(s));
        }));
    }

    //! No balance that cannot be: coins and wallet never negative, no order that is no multiple of its lot.
    void noImpossibleBalances()
    {
        QVERIFY(rc::check("coins, wallet and lots are possible", [] {
            const RandomScenario scenario = *anyScenario();
            DrivenRun run(configured("btc_basis", scenario.assignments), scenario.market.data());
            RC_ASSERT(runThrough(run).isEmpty());
            std::vector<Decimal> balances(run.chart().size());
            for (std::size_t i = 0; i < run.ends().ledger; ++i) {
                const Posting& p = run.record->ledger(i).posting;
                balances[p.from] -= p.amount;
                balances[p.to] += p.amount;
                for (const Asset asset : {Asset::USDT, Asset::BTC, Asset::ETH}) {
                    RC_ASSERT(!balances[run.chart().wallet(asset)].isNegative());
                    RC_ASSERT(!balances[run.chart().inFlight(asset)].isNegative());
                }
                for (const Venue venue : kExchanges)
                    RC_ASSERT(!balances[run.chart().exchange(venue).coin].isNegative());
            }
            const CexRules& rules = run.engine->setup().venues->cex;
            if (rules.rounding == RoundingMode::None || run.summary.liquidations != 0)
                return;
            for (std::size_t i = 0; i < run.ends().instructions; ++i) {
                const auto& body = run.record->instruction(i).instruction.body;
                if (const auto* spot = std::get_if<SpotTrade>(&body))
                    RC_ASSERT(spot->quantity.truncatedTo(rules.lot(spot->venue, Product::Spot)) == spot->quantity);
                if (const auto* perp = std::get_if<PerpTrade>(&body))
                    RC_ASSERT(perp->quantity.truncatedTo(rules.lot(perp->venue, Product::Perp)) == perp->quantity);
            }
        }));
    }
};

QTEST_APPLESS_MAIN(TestEngineProperties)
#include "tst_engine_properties.moc"
