// SPDX-License-Identifier: GPL-3.0-or-later
// Leverage carried out through planner, chain and Aave against the closed forms of DOMAIN "Leverage".
#include "engine/what_if.h"
#include "execution/planner.h"
#include "support/driven_run.h"

#include <rapidcheck.h>

using namespace carry;
using namespace carry::test;

namespace
{

using Kind = ChainIntent::Kind;

//! A market with the given ratio and market price, a wallet with ETH, no gas.
struct Desk {
    double ratio, market, fee;
    DrivenRun run;

    Desk(double equity, double ratioNow, double marketNow, double flashFee)
        : ratio(ratioNow), market(marketNow), fee(flashFee),
          run(configured("eth_leveraged", {"capital=" + QString::number(equity, 'g', 17).toStdString(),
                                           "chain.gas=false", "chain.gas_reserve_eth=0", "entry.min_wallet=1000000000",
                                           "chain.flash_fee=" + QString::number(flashFee, 'g', 17).toStdString()}),
              data(ratioNow, marketNow))
    {
        run.step();
    }
    static MarketData data(double ratio, double market)
    {
        MadeMarket made(24, Asset::ETH, 3'000);
        MadeMarket::Chain chain;
        chain.ratioPath = [ratio](std::size_t) { return ratio; };
        chain.marketPath = [market](std::size_t) { return market; };
        return made.chain(chain).data();
    }

    //! The World after these intents; what-if must complete.
    World after(const World& before, std::vector<ChainIntent> intents) const
    {
        Decision d;
        d.action = Action::Rebalance;
        d.phases.push_back({PhaseKind::OnChain, {}, {}, std::move(intents)});
        const RunSetup& setup = run.engine->setup();
        auto plan = Planner(*setup.venues, before.books, before.situation).plan(d, 1, 1);
        RC_ASSERT(plan.has_value());
        auto result = whatIf(setup, before, run.engine->market(), std::make_shared<const Plan>(std::move(*plan)));
        RC_ASSERT(result.outcome == PlanOutcome::Completed);
        return std::move(result.after);
    }
    World entered(Kind kind, double equity, double ltv, int iterations = 23, bool redeposit = true) const
    {
        ChainIntent mode;
        mode.kind = Kind::SetEMode;
        ChainIntent enter;
        enter.kind = kind;
        enter.amount = Decimal::fromDouble(equity, 12, Rounding::Down);
        enter.ltv = ltv;
        enter.maxIterations = static_cast<std::uint16_t>(iterations);
        enter.redepositLast = redeposit;
        return after(run.engine->world(), {mode, enter});
    }
    double sellingCost() const { return run.engine->setup().venues->chain.sellingCost(ratio, market); }
};

void near(double actual, double expected, double scale)
{
    RC_ASSERT(std::abs(actual - expected) < 1e-13 * scale);
}

double decimal(double lo, double hi, int steps)
{
    return lo + (hi - lo) * *rc::gen::inRange(0, steps + 1) / steps;
}

struct Draw {
    double equity = std::round(decimal(1, 19'000, 18'999)); // levered, the pool can still lend it
    double ltv = std::round(decimal(0.1, 0.91, 81) * 100) / 100;
    double ratio = std::round(decimal(1.0, 1.3, 3'000) * 1e4) / 1e4;
    double fee = *rc::gen::element(0.0, 0.0005, 0.0009);
    double discount = decimal(-0.001, 0.02, 21);
    double market = ratio * (1 - discount);
};

} // namespace

class TestEngineLeverage : public QObject
{
    Q_OBJECT

  private slots:
    void atomicEntry()
    {
        QVERIFY(rc::check([] {
            const Draw d;
            const Desk desk(d.equity, d.ratio, d.market, d.fee);
            const World w = desk.entered(Kind::EnterAtomic, d.equity, d.ltv);
            const double loan = d.ltv * d.equity / (1 + d.fee - d.ltv);
            const double supplied = d.equity + loan;
            near(w.situation.chain.collateral, supplied, supplied * 10);
            near(w.situation.chain.debt, loan * (1 + d.fee), supplied * 10);
            near(w.situation.nav, d.equity - loan * d.fee, supplied * 10);
            if (d.fee == 0)
                near(w.situation.chain.collateral, d.equity / (1 - d.ltv), supplied * 10);
        }));
    }

    void loopEntry()
    {
        QVERIFY(rc::check([] {
            const Draw d;
            const int n = *rc::gen::inRange(1, 24);
            const bool redeposit = *rc::gen::arbitrary<bool>();
            const Desk desk(d.equity, d.ratio, d.market, d.fee);
            const World w = desk.entered(Kind::EnterLoop, d.equity, d.ltv, n, redeposit);
            const double l = d.ltv;
            const double rounds = redeposit ? n + 1 : n;
            const double supplied = d.equity * (1 - std::pow(l, rounds)) / (1 - l);
            near(w.situation.chain.collateral, supplied, supplied * 100);
            near(w.situation.chain.debt, d.equity * l * (1 - std::pow(l, n)) / (1 - l), supplied * 100);
            near(w.situation.walletEth, redeposit ? 0 : d.equity * std::pow(l, n), supplied * 100);
            near(w.situation.nav, d.equity, supplied * 100);
        }));
    }

    //! More iterations than there are wei to borrow: the loop ends, it does not fail.
    void loopEndsAtDust()
    {
        QVERIFY(rc::check([] {
            const int n = *rc::gen::inRange(12, 60);
            const Desk desk(1, 1, 1, 0);
            const World w = desk.entered(Kind::EnterLoop, 1, 0.1, n, *rc::gen::arbitrary<bool>());
            near(w.situation.chain.collateral, 1 / 0.9, 100);
            near(w.situation.chain.debt, 0.1 / 0.9, 100);
        }));
    }

    void deleverToATarget()
    {
        QVERIFY(rc::check([] {
            const Draw d;
            const Desk desk(d.equity, d.ratio, d.market, d.fee);
            const double c = desk.sellingCost();
            const World in = desk.entered(Kind::EnterAtomic, d.equity, d.ltv);
            const double target = std::round(decimal(0.05, d.ltv - 0.02, 20) * 1e4) / 1e4;
            const double k = (1 + d.fee) / (1 - c);
            RC_PRE(target * k < 0.99 && target > 0);
            ChainIntent step;
            step.kind = Kind::Delever;
            step.ltv = target;
            const World out = desk.after(in, {step});
            const double C = in.situation.chain.collateral;
            const double D = in.situation.chain.debt;
            const double x = (D - target * C) / (1 - target * k);
            near(out.situation.chain.debt, D - x, C * 1'000);
            near(out.situation.chain.collateral, C - k * x, C * 1'000);
            near(out.situation.chain.debt / out.situation.chain.collateral, target, 1'000);
            near(out.situation.walletEth, 0, C * 1'000);
        }));
    }

    void releaseAtUnchangedLtv()
    {
        QVERIFY(rc::check([] {
            const Draw d;
            const Desk desk(d.equity, d.ratio, d.market, d.fee);
            const double c = desk.sellingCost();
            RC_PRE((1 - c) - d.ltv * (1 + d.fee) > 0.02);
            const World in = desk.entered(Kind::EnterAtomic, d.equity, d.ltv);
            const double wanted = std::round(d.equity * decimal(0.05, 0.5, 9) * 1e6) / 1e6;
            const double W = wanted / ((1 - c) - d.ltv * (1 + d.fee));
            RC_PRE(W < 0.9 * in.situation.chain.collateral);
            ChainIntent step;
            step.kind = Kind::Release;
            step.amount = Decimal::fromDouble(wanted);
            step.ltv = d.ltv;
            const World out = desk.after(in, {step});
            const double scale = in.situation.chain.collateral * 1'000;
            near(out.situation.walletEth, wanted, scale);
            near(out.situation.chain.collateral, in.situation.chain.collateral - W, scale);
            near(out.situation.chain.debt, in.situation.chain.debt - d.ltv * W, scale);
        }));
    }

    void fullExit()
    {
        QVERIFY(rc::check([] {
            const Draw d;
            const Desk desk(d.equity, d.ratio, d.market, d.fee);
            const double c = desk.sellingCost();
            const World in = desk.entered(Kind::EnterAtomic, d.equity, d.ltv);
            const double C = in.situation.chain.collateral;
            const double D = in.situation.chain.debt;
            RC_PRE(C * (1 - c) - D * (1 + d.fee) > 0.01 * d.equity);
            const bool two = *rc::gen::arbitrary<bool>();
            ChainIntent step;
            step.kind = two ? Kind::ExitTwoSwaps : Kind::ExitOneSwap;
            step.asset = Asset::weETH;
            step.everything = true;
            const World out = desk.after(in, {step});
            RC_ASSERT(out.situation.chain.debt == 0);
            RC_ASSERT(out.situation.chain.collateral == 0);
            const double left = C * (1 - c) - D * (1 + d.fee);
            if (two)
                near(out.situation.walletEth, left, C * 1'000);
            else // the rest stays staked: worth its ratio, not its market price
                near(out.situation.chain.lst * d.ratio * (1 - c), left, C * 1'000);
            ChainIntent queue;
            queue.kind = Kind::Unstake;
            queue.asset = Asset::weETH;
            queue.everything = true;
            if (!two) {
                const World queued = desk.after(out, {queue});
                near(queued.situation.chain.unstaking, out.situation.chain.lst * d.ratio, C * 1'000);
                near(queued.situation.nav, out.situation.nav, C * 1'000);
            }
        }));
    }
};

QTEST_APPLESS_MAIN(TestEngineLeverage)
#include "tst_engine_leverage.moc"
