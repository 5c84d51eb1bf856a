// SPDX-License-Identifier: GPL-3.0-or-later
// Set-up of the strategies on chain in made markets: plans line by line, the hedge, gas, failure of an atomic group.
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

MadeMarket ethMarket(std::size_t hours, double price, MadeMarket::Chain chain = {})
{
    MadeMarket market(hours, Asset::ETH, price);
    market.chain(std::move(chain));
    return market;
}

QStringList lines(std::initializer_list<const char*> texts)
{
    QStringList out;
    for (const char* t : texts)
        out << t;
    return out;
}

double chainAt(const DrivenRun& run, std::size_t step, ChainColumn column)
{
    return run.record->at(step, run.record->layout().onChain(column));
}

PlanId planOf(const DrivenRun& run, Action action)
{
    const auto found = run.decisions(action);
    return found.empty() ? 0 : found.front().plan;
}

} // namespace

class TestEngineChain : public QObject
{
    Q_OBJECT

  private slots:
    //! SEED_SCENARIOS 3: one transaction, one gas payment, one time stamp.
    void atomicSeedLineByLine()
    {
        DrivenRun run(configured("atomic-leveraged-staking-seed"), ethMarket(48, 10'000.0 / 3).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        const PlanId plan = planOf(run, Action::InitialSetup);
        QCOMPARE(
            run.planTexts(plan),
            lines(
                {"transfers: Transfer Wallet -> Binance 50000 USDT", "transfers: Transfer Wallet -> Binance 20000 USDT",
                 "transfers: Transfer Wallet -> Bybit 15000 USDT", "transfers: Transfer Wallet -> OKX 15000 USDT",
                 "buy_spot: Spot Binance ETH/USDT BUY 14.9745", "transfers: Transfer Binance -> Wallet 14.9745 ETH",
                 "on_chain: Enter eMode 1", "on_chain: Flash-borrow 151.408833333333333333 WETH",
                 "on_chain: Stake 166.383333333333333333 ETH -> weETH",
                 "on_chain: Supply about 158.330134960378946349 weETH", "on_chain: Borrow 151.408833333333333333 WETH",
                 "on_chain: Repay the flash loan, 151.408833333333333333 WETH",
                 "increase_perps: Perp Binance ETHUSDT SELL 5.989", "increase_perps: Perp Bybit ETHUSDT SELL 4.49",
                 "increase_perps: Perp OKX ETHUSDT SELL 4.4"}));
        std::set<std::int64_t> times;
        int atomic = 0;
        for (const InstructionRecord& i : run.instructions(plan)) {
            QCOMPARE(run.state(i.instruction.id), InstructionState::Confirmed);
            if (i.groupKind != GroupKind::Atomic)
                continue;
            ++atomic;
            for (const TransitionRecord& t : run.transitions(i.instruction.id))
                times.insert(t.timeMs);
        }
        QCOMPARE(atomic, 5);
        QCOMPARE(times.size(), std::size_t{1});
        QVERIFY(std::abs(run.netDelta(0)) < 0.1 + 1e-9); // less than a contract of OKX
        QVERIFY(std::abs(chainAt(run, 0, ChainColumn::Ltv) - 0.91) < 1e-9);
        QVERIFY(std::abs(chainAt(run, 0, ChainColumn::HealthFactor) - 0.95 / 0.91) < 1e-9);
    }

    //! SEED_SCENARIOS 2: 23 rounds of stake, supply, borrow; what the last one borrowed is staked and supplied too.
    void loopSeedLineByLine()
    {
        DrivenRun run(configured("leveraged-staking-seed"), ethMarket(48, 10'000.0 / 3).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto instructions = run.instructions(planOf(run, Action::InitialSetup));
        QStringList types;
        int rounds = 0;
        for (const InstructionRecord& i : instructions) {
            QCOMPARE(run.state(i.instruction.id), InstructionState::Confirmed);
            if (i.groupKind == GroupKind::Loop) {
                rounds = std::max(rounds, int(i.instruction.iteration));
                types << text(typeText(i.instruction.body));
            }
        }
        QCOMPARE(types.size(), 23 * 3 + 2);
        for (qsizetype k = 0; k < types.size(); ++k)
            QCOMPARE(types[k], (QStringList{"stake", "supply", "borrow"}[k % 3]));
        QCOMPARE(rounds, 24);
        QCOMPARE(run.summary.instructionsByType[0], std::uint64_t{5}); // transfers
        QCOMPARE(run.summary.instructionsByType[1], std::uint64_t{1}); // spot
        QCOMPARE(run.summary.instructionsByType[2], std::uint64_t{3}); // perps
        const double equity = 14.9745;
        const double l = 0.91;
        QVERIFY(std::abs(chainAt(run, 0, ChainColumn::Collateral) - equity * (1 - std::pow(l, 24)) / (1 - l)) < 1e-9);
        QVERIFY(std::abs(chainAt(run, 0, ChainColumn::Debt) - equity * l * (1 - std::pow(l, 23)) / (1 - l)) < 1e-9);
    }

    //! Scaled balances are not amounts: minting one to one would make the interest of years out of nothing.
    void aTokensAreScaled()
    {
        DrivenRun run(configured("atomic-leveraged-staking-seed"), ethMarket(48, 3'000).data());
        run.step();
        const AaveAccounts& ids = run.chart().aave(Asset::weETH);
        const double scaled = run.balance(ids.supply);
        const double index = chainAt(run, 0, ChainColumn::LstIndex);
        QVERIFY(index > 1.001);
        const double supplied = chainAt(run, 0, ChainColumn::Collateral) / chainAt(run, 0, ChainColumn::LstRatio);
        QVERIFY(std::abs(scaled * index - supplied) < 1e-9);
        QVERIFY(std::abs(run.nav() - 100'000) < 400); // no phantom profit, only costs of entry
        const double debtIndex = chainAt(run, 0, ChainColumn::EthBorrowIndex);
        QVERIFY(std::abs(-run.balance(run.chart().aave(Asset::ETH).debt) * debtIndex -
                         chainAt(run, 0, ChainColumn::Debt)) < 1e-9);
    }

    //! The short is the net ETH, not the levered gross collateral.
    void hedgesTheNetEth_data()
    {
        QTest::addColumn<QString>("preset");
        for (const char* preset : {"staking-hedged", "staking-hedged-leveraged", "staking-hedged-leveraged-loop"})
            QTest::addRow("%s", preset) << preset;
    }
    void hedgesTheNetEth()
    {
        QFETCH(QString, preset);
        DrivenRun run(configured(preset.toStdString()), ethMarket(96, 3'000).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const std::size_t last = run.summary.steps - 1;
        QVERIFY2(std::abs(run.netDelta(last)) < 0.35, qPrintable(QString::number(run.netDelta(last)))); // lots of three
        const double shorts = -(run.balance(run.chart().exchange(Venue::Binance).perp) +
                                run.balance(run.chart().exchange(Venue::Bybit).perp) +
                                run.balance(run.chart().exchange(Venue::Okx).perp));
        const double net = chainAt(run, last, ChainColumn::WalletEth) +
                           run.balance(run.chart().lst()) * chainAt(run, last, ChainColumn::LstRatio) +
                           chainAt(run, last, ChainColumn::Collateral) - chainAt(run, last, ChainColumn::Debt);
        QVERIFY(std::abs(shorts - net) < 0.35);
    }

    //! One transaction pays gas once; a loop pays for each of its transactions.
    void gas_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<double>("units");
        QTest::newRow("atomic") << "atomic" << 55'000.0 + 1'250'000.0;
        QTest::newRow("loop of 3") << "loop" << 55'000.0 + 4 * (150'000.0 + 250'000.0) + 3 * 300'000.0;
    }
    void gas()
    {
        QFETCH(QString, mode);
        QFETCH(double, units);
        const Assignments set{"capital=50", "leverage.mode=" + mode.toStdString(), "leverage.max_iterations=3"};
        DrivenRun run(configured("eth_leveraged", set), ethMarket(24, 3'000).gas(10).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const double paid = -run.summary.attribution.total(PnlItem::Gas);
        QVERIFY2(std::abs(paid - units * 10e-9) < 1e-12, qPrintable(QString::number(paid, 'g', 12)));
        QVERIFY(std::abs(chainAt(run, 0, ChainColumn::WalletEth) - 0.1) < 1e-9); // the reserve stays
    }

    //! A wallet that cannot pay is a planning error: nothing is sent.
    void shortOfGas()
    {
        DrivenRun run(configured("pure_lending_usdt"), ethMarket(24, 3'000).gas(5'000).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.ends().plans, 0U);
        const auto errors = run.events(EventKind::PlanningError);
        QVERIFY(!errors.empty());
        QVERIFY(errors.front().error);
        QCOMPARE(errors.front().error->code(), ErrorCode::ChainInsufficientGas);
        QVERIFY(Decimal::parse(errors.front().error->value("required"))->toDouble() > 0.1);
        QCOMPARE(run.nav(), 100'000.0);
    }

    //! Aave has too little left to lend: the borrow of the atomic group is refused, and everything but the gas is as
    //! before.
    void failedAtomicGroup()
    {
        MarketData data = ethMarket(48, 3'000).gas(10).data();
        for (double& supplied : data.frames["aave.WETH"].values[2])
            supplied = 1.8e6 + 100; // 100 ETH left
        DrivenRun run(configured("eth_leveraged", {"capital=50", "rebalance.enabled=false"}), data);
        run.step();
        const PlanId plan = planOf(run, Action::InitialSetup);
        QVERIFY(plan != 0);
        std::vector<InstructionState> states;
        for (const InstructionRecord& i : run.instructions(plan))
            if (i.groupKind == GroupKind::Atomic)
                states.push_back(run.state(i.instruction.id));
        using enum InstructionState;
        QCOMPARE(states, (std::vector{RolledBack, RolledBack, RolledBack, Failed, RolledBack}));
        std::optional<Error> error;
        double healthFactor = 0;
        for (const InstructionRecord& i : run.instructions(plan))
            for (const TransitionRecord& t : run.transitions(i.instruction.id)) {
                error = t.error ? t.error : error;
                healthFactor = t.healthFactor;
            }
        QVERIFY(error);
        QCOMPARE(error->code(), ErrorCode::ChainAaveRefused);
        QVERIFY2(error->value("operation").starts_with("borrow"), error->message().c_str());
        QCOMPARE(error->value("refusal"), std::string_view("Panic")); // the pool's balance would fall below zero
        QVERIFY(std::isnan(healthFactor));                            // no debt was left behind
        QCOMPARE(run.engine->world().outside.lending.scaledSupply(Asset::weETH).toString(), std::string("0"));
        const double gas = (55'000.0 + 1'250'000.0) * 10e-9;
        QVERIFY(std::abs(run.nav() - (50 - gas)) < 1e-12);
        for (std::size_t i = 0; i < run.ends().ledger; ++i) {
            const Cause cause = run.record->ledger(i).posting.cause;
            QVERIFY(cause == Cause::External || cause == Cause::Gas);
        }
        QCOMPARE(run.events(EventKind::PlanFailed).size(), std::size_t{1});
        run.finish(); // tried again once, a day later: every try costs gas
        QCOMPARE(run.events(EventKind::PlanFailed).size(), std::size_t{2});
        QCOMPARE(problems(run), QString());
    }

    void targetLtvIsBounded()
    {
        const auto refused = [](const Assignments& set) {
            auto market = ethMarket(24, 3'000);
            const MarketData data = market.data();
            const auto setup = prepareRun(configured("eth_leveraged", set), data, {});
            return setup ? QString() : text(describe(setup.error()));
        };
        QCOMPARE(refused({"leverage.target_ltv=0.9134"}), QString());
        QVERIFY(contains(refused({"leverage.target_ltv=0.9136"}), "0.9134"));
        QVERIFY(contains(refused({"leverage.target_ltv=0.95"}), "largest allowed value 0.9134"));
        QCOMPARE(refused({"leverage.target_ltv=0.92", "risk.hf_buffer=0.01", "risk.aave_ltv.warn=0.922",
                          "risk.aave_ltv.critical=0.9249"}),
                 QString());
        QVERIFY(contains(refused({"leverage.target_ltv=0.931", "risk.hf_buffer=0", "risk.hf_exit=1"}), "0.93"));
    }

    void missingSeriesAreListed()
    {
        MadeMarket market(24, Asset::ETH, 3'000); // no chain
        const auto setup = prepareRun(configured("eth_leveraged"), market.data(), {});
        QVERIFY(!setup);
        const QString error = text(describe(setup.error()));
        for (const char* series : {"oracle.weETH_ETH", "peg.weETH", "aave.weETH", "aave.WETH"})
            QVERIFY2(contains(error, series), qPrintable(error));
    }
};

QTEST_APPLESS_MAIN(TestEngineChain)
#include "tst_engine_chain.moc"
