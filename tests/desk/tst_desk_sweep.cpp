// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sweep.h"
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

MarketData sweptMarket()
{
    MadeMarket market(24 * 20);
    market.prices([](std::size_t h) { return 60'000 * (1 + 0.1 * std::sin(static_cast<double>(h) / 30)); });
    market.funding([](std::size_t k) { return 0.00002 * static_cast<double>(k % 7); });
    return market.data();
}

const std::vector<Assignments> kPoints{{"basis.spot_fraction=1"},
                                       {"basis.spot_fraction=0.9"},
                                       {"basis.spot_fraction=0.5", "margin.mode=isolated"},
                                       {"basis.spot_fraction=2"},
                                       {"weights.okx=0.9"},
                                       {"no.such.key=1"},
                                       {"funding_filter.enabled=true"},
                                       {"capital=5000"},
                                       {},
                                       {"slippage.model=none"}};

} // namespace

class TestDeskSweep : public QObject
{
    Q_OBJECT

  private slots:
    //! Whatever the workers: the same results in the order of the points.
    void threadsMakeNoDifference()
    {
        const MarketData data = sweptMarket();
        const auto base = configured("btc_basis");
        const auto one = runSweep(base, data, {}, kPoints, 1);
        QCOMPARE(one.size(), kPoints.size());
        for (const std::size_t threads : {std::size_t{2}, std::size_t{4}, std::size_t{0}}) {
            const auto other = runSweep(base, data, {}, kPoints, threads);
            QCOMPARE(other.size(), kPoints.size());
            for (std::size_t i = 0; i < kPoints.size(); ++i) {
                QCOMPARE(other[i].assignments, kPoints[i]);
                QCOMPARE(other[i].outcome.has_value(), one[i].outcome.has_value());
                if (one[i].outcome)
                    QCOMPARE(text(other[i].outcome->resultDigest), text(one[i].outcome->resultDigest));
                else
                    QCOMPARE(text(describe(other[i].outcome.error())), text(describe(one[i].outcome.error())));
            }
        }
    }

    //! A point is what a single run with its assignments is.
    void pointsAreRuns()
    {
        const MarketData data = sweptMarket();
        const auto swept = runSweep(configured("btc_basis"), data, {}, kPoints, 2);
        for (const std::size_t i : {std::size_t{1}, std::size_t{7}, std::size_t{8}}) {
            DrivenRun run(configured("btc_basis", kPoints[i]), data);
            run.finish();
            QCOMPARE(text(swept[i].outcome->resultDigest), text(run.summary.resultDigest));
            QCOMPARE(swept[i].outcome->navFinal, run.summary.navFinal);
        }
    }

    void badPointsCarryTheirErrors()
    {
        const MarketData data = sweptMarket();
        const auto swept = runSweep(configured("btc_basis"), data, {}, kPoints, 2);
        QCOMPARE(swept[3].outcome.error().code(), ErrorCode::ConfRange);
        QCOMPARE(swept[4].outcome.error().code(), ErrorCode::ConfWeights);
        QCOMPARE(swept[5].outcome.error().code(), ErrorCode::ConfUnknownKey);
        for (const std::size_t i : {0U, 1U, 2U, 6U, 7U, 8U, 9U})
            QVERIFY(swept[i].outcome.has_value());
    }

    void badPeriod()
    {
        const MarketData data = sweptMarket();
        const auto swept = runSweep(configured("btc_basis"), data, {at("2030-01-01"), at("2030-02-01")}, {{}, {}}, 2);
        for (const auto& point : swept)
            QCOMPARE(point.outcome.error().code(), ErrorCode::DataPeriodEmpty);
    }

    void nothingToDo() { QVERIFY(runSweep(configured("btc_basis"), sweptMarket(), {}, {}, 2).empty()); }

    //! Progress counts up to the number of points; false stops what has not begun.
    void cancel()
    {
        const MarketData data = sweptMarket();
        const std::vector<Assignments> many(200);
        std::size_t most = 0;
        const auto swept =
            runSweep(configured("btc_basis"), data, {}, many, 1, [&most](std::size_t done, std::size_t all) {
                most = std::max(most, all);
                return done >= all;
            });
        QCOMPARE(most, std::size_t{200});
        std::size_t cancelled = 0;
        for (const auto& point : swept)
            cancelled += point.outcome.has_value() ? 0U : 1U;
        QVERIFY(cancelled > 0);
    }
};

QTEST_APPLESS_MAIN(TestDeskSweep)
#include "tst_desk_sweep.moc"
