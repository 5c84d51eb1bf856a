// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to positions on chain later: flows, exits, margin support, carry, liquidation, rewards.
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

double chainAt(const DrivenRun& run, std::size_t step, ChainColumn column)
{
    return run.record->at(step, run.record->layout().onChain(column));
}

const QStringList kPresets{"pure-lending-usdt",
                           "pure-lending-eth",
                           "eth-staking",
                           "eth-leveraged",
                           "eth-leveraged-loop",
                           "staking-hedged",
                           "staking-hedged-leveraged",
                           "staking-hedged-leveraged-loop"};

void addPresets()
{
    QTest::addColumn<QString>("preset");
    for (const QString& preset : kPresets)
        QTest::newRow(qPrintable(preset)) << preset;
}

void print(const DrivenRun& run)
{
    for (const DecisionRecord& d : run.decisions())
        if (d.action != Action::Hold) {
            qInfo("%s %s: %s", formatIso(run.timeOf(d)).c_str(), std::string(toText(d.action)).c_str(),
                  reasonText(d.reason, d.numbers).c_str());
            for (const auto& i : run.instructions(d.plan))
                qInfo("   %s: %s [%d]", std::string(toText(i.phaseKind)).c_str(),
                      describeInstruction(i.instruction.body).c_str(), int(run.state(i.instruction.id)));
        }
}

} // namespace

class TestEngineChainLife : public QObject
{
    Q_OBJECT

  private slots:
    //! A deposit is put to work; a withdrawal is paid in full.
    void flows_data() { addPresets(); }
    void flows()
    {
        QFETCH(QString, preset);
        RunConfiguration c = configured(preset.toStdString());
        const double capital = c.values().number("capital");
        applyAll(c, {"flows.schedule=2024-06-03T00:00:00Z +" + std::to_string(int(capital / 2)) +
                     ", 2024-06-10T00:00:00Z -" + std::to_string(int(capital / 4))});
        DrivenRun run(c, ethMarket(24 * 16, 3'000).data());
        run.finish();
        if (QTest::currentTestFailed() || !problems(run).isEmpty())
            print(run);
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.plansFailed, std::uint64_t{0});
        QVERIFY2(contains(run.actions(), "DEPOSIT"), qPrintable(run.actions()));
        const auto paid = run.events(EventKind::WithdrawalPaid);
        if (paid.size() != 1)
            print(run);
        QCOMPARE(paid.size(), std::size_t{1});
        QVERIFY(std::abs(paid.front().numbers[0] - int(capital / 4)) < 1e-6);
        QCOMPARE(run.engine->world().pendingWithdrawal, 0.0);
        const std::size_t last = run.summary.steps - 1;
        const double expected = capital + int(capital / 2) - int(capital / 4);
        QVERIFY(run.nav() > expected * 0.98 && run.nav() < expected * 1.01);
        if (run.record->info().shareClass == Asset::USDT && run.configuration.strategy().exchanges)
            QVERIFY2(run.at(last, StepColumn::DeltaDrift) < 0.021, qPrintable(QString::number(run.netDelta(last))));
    }

    //! Fees leave a little missing, less than exchanges trade: it comes from the margin by one transfer.
    void smallRestOfWithdrawal_data() { marginSupport_data(); }
    void smallRestOfWithdrawal()
    {
        QFETCH(QString, preset);
        RunConfiguration c = configured(preset.toStdString());
        applyAll(c, {"flows.schedule=2024-06-10T00:00:00Z -9000"});
        DrivenRun run(c, ethMarket(24 * 14, 3'000).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.plansFailed, std::uint64_t{0});
        const auto decisions = run.decisions(Action::Withdrawal);
        if (decisions.size() != 2)
            print(run);
        QCOMPARE(decisions.size(), std::size_t{2});
        const auto rest = run.instructions(decisions.back().plan);
        QCOMPARE(rest.size(), std::size_t{1});
        QVERIFY(std::holds_alternative<Transfer>(rest.front().instruction.body));
        const auto paid = run.events(EventKind::WithdrawalPaid);
        QCOMPARE(paid.size(), std::size_t{1});
        QVERIFY(std::abs(paid.front().numbers[0] - 9'000) < 1e-6);
    }

    //! Everything is closed and at home.
    void exits_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<QString>("way");
        for (const QString& preset : kPresets) {
            QTest::newRow(qPrintable(preset)) << preset << "dex";
            if (!preset.startsWith("pure"))
                QTest::newRow(qPrintable(preset + " queue")) << preset << "queue";
        }
    }
    void exits()
    {
        QFETCH(QString, preset);
        QFETCH(QString, way);
        RunConfiguration c = configured(preset.toStdString(), {"exit.at=2024-06-05T00:00:00Z"});
        if (!preset.startsWith("pure"))
            applyAll(c, {"staking.exit=" + way.toStdString()});
        DrivenRun run(c, ethMarket(24 * 16, 3'000).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.plansFailed, std::uint64_t{0});
        const Books& books = run.engine->world().books;
        const bool ethClass = run.record->info().shareClass == Asset::ETH;
        const double home = ethClass ? books.quantity(run.chart().wallet(Asset::ETH))
                                     : books.quantity(run.chart().wallet(Asset::USDT)) +
                                           books.quantity(run.chart().wallet(Asset::ETH)) * 3'000;
        if (home < run.nav() * 0.999)
            print(run);
        QVERIFY2(home > run.nav() * 0.999, qPrintable(QString("%1 of %2").arg(home).arg(run.nav())));
        const std::size_t last = run.summary.steps - 1;
        QCOMPARE(chainAt(run, last, ChainColumn::Debt), 0.0);
        QVERIFY(chainAt(run, last, ChainColumn::Collateral) < 1e-9);
        for (const Venue venue : kExchanges)
            QCOMPARE(books.quantity(run.chart().exchange(venue).perp), 0.0);
        const auto holds = run.decisions(Action::Hold);
        QCOMPARE(holds.back().reason, Reason::Exited);
    }

    //! ETH doubles: venues fall under 0.20, ETH comes from Aave, is sold where the margin is low, and the short is cut
    //! by as much; all in one plan.
    void marginSupport_data()
    {
        QTest::addColumn<QString>("preset");
        for (const char* preset : {"staking-hedged", "staking-hedged-leveraged", "staking-hedged-leveraged-loop"})
            QTest::addRow("%s", preset) << preset;
    }
    void marginSupport()
    {
        QFETCH(QString, preset);
        auto market = ethMarket(24 * 14, 3'000);
        market.prices([](std::size_t h) { return 3'000 * (1 + std::min(1.0, static_cast<double>(h) / 240)); });
        DrivenRun run(configured(preset.toStdString()), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.liquidations, std::uint64_t{0});
        QCOMPARE(run.summary.plansFailed, std::uint64_t{0});
        const auto supports = [&] {
            std::vector<DecisionRecord> found;
            for (const DecisionRecord& d : run.decisions(Action::Rebalance))
                if (d.reason == Reason::MarginByDelever)
                    found.push_back(d);
            return found;
        }();
        QVERIFY(!supports.empty());
        const DecisionRecord& d = supports.front();
        const bool levered = preset.contains("leveraged");
        const double before = chainAt(run, d.step - 1, ChainColumn::Ltv);
        QStringList kinds;
        Decimal sold, cut;
        for (const InstructionRecord& i : run.instructions(d.plan)) {
            kinds << text(typeText(i.instruction.body));
            if (const auto* spot = std::get_if<SpotTrade>(&i.instruction.body))
                sold += spot->quantity;
            if (const auto* perp = std::get_if<PerpTrade>(&i.instruction.body))
                cut += perp->quantity;
        }
        QCOMPARE(sold, cut);
        QVERIFY(kinds.startsWith(levered ? "flash_borrow" : "swap"));
        // Where support went, the ratio is back at its target by the time the ETH is sold.
        const std::size_t after = d.step + 6;
        for (const Venue venue : kExchanges)
            QVERIFY(run.at(after, venue, VenueColumn::MarginRatio) > 0.40);
        if (levered)
            QVERIFY(std::abs(chainAt(run, after, ChainColumn::Ltv) - before) < 1e-3); // released at unchanged LTV
    }

    //! A surplus elsewhere is used before Aave is touched.
    void surplusFirst()
    {
        auto market = ethMarket(24 * 4, 3'000);
        DrivenRun run(configured("staking-hedged-leveraged"), market.data());
        for (int i = 0; i < 30; ++i)
            run.step();
        // Money leaves Bybit: a loss there that the other exchanges do not have.
        Books& books = const_cast<World&>(run.engine->world()).books;
        const Decimal lost = Decimal::fromDouble(books.quantity(run.chart().exchange(Venue::Bybit).usdt) * 0.9, 6);
        books.post(run.chart().exchange(Venue::Bybit).usdt, run.chart().outside(Asset::USDT), lost, Cause::External, 0);
        for (int i = 0; i < 5; ++i)
            run.step();
        const auto d = run.decisions(Action::Rebalance);
        QVERIFY(!d.empty());
        QCOMPARE(d.front().reason, Reason::MarginBelowWarn);
        for (const InstructionRecord& i : run.instructions(d.front().plan))
            QCOMPARE(text(typeText(i.instruction.body)), QString("transfer")); // venue -> wallet -> venue
    }

    //! The debt outgrows the collateral: LTV comes back to its target before anything is liquidated.
    void delevers()
    {
        MadeMarket::Chain chain;
        chain.staking = 0;
        chain.borrow = 0.6;
        DrivenRun run(configured("eth_leveraged", {"capital=50"}), ethMarket(24 * 30, 3'000, chain).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto reduced = run.decisions(Action::Reduce);
        QVERIFY(!reduced.empty());
        QCOMPARE(reduced.front().reason, Reason::LtvCritical);
        QCOMPARE(run.summary.liquidations, std::uint64_t{0});
        const std::size_t step = reduced.front().step;
        QVERIFY(chainAt(run, step - 1, ChainColumn::Ltv) > 0.9245);
        QVERIFY(std::abs(chainAt(run, step, ChainColumn::Ltv) - 0.91) < 1e-9);
        QVERIFY(*run.summary.minHealthFactor.value > 1.02);
    }

    //! The protocol's ratio breaks down: Aave liquidates, the run goes on, its books close.
    void lendingLiquidation()
    {
        MadeMarket::Chain chain;
        chain.ratioPath = [](std::size_t day) { return day < 3 ? 1.05 : 0.97; };
        DrivenRun run(configured("eth_leveraged", {"capital=50", "risk.actions=false"}),
                      ethMarket(24 * 8, 3'000, chain).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto events = run.events(EventKind::LendingLiquidation);
        QVERIFY(!events.empty());
        QVERIFY(events.front().numbers[2] < 1); // health factor
        QVERIFY(run.summary.attribution.total(PnlItem::LiquidationLoss) < 0);
        QCOMPARE(run.summary.liquidations, std::uint64_t{events.size()});
        QCOMPARE(run.engine->world().risk.level(RiskMetric::HealthFactor, kBookScope), RiskLevel::Breached);
        // What the liquidator paid and took: collateral for debt plus the bonus of eMode.
        const JournalEvent& e = events.front();
        const double ratio = chainAt(run, e.step, ChainColumn::LstRatio);
        QVERIFY(std::abs(e.numbers[1] * ratio / e.numbers[0] - 1.01) < 1e-6);
        const double factor = chainAt(run, run.summary.steps - 1, ChainColumn::HealthFactor);
        QVERIFY(std::isnan(factor) || factor >= 1);
    }

    //! Staking that yields less than borrowing costs: said before entry; then nothing, less of it, or out, as
    //! configured.
    void negativeCarry_data()
    {
        QTest::addColumn<QString>("policy");
        QTest::newRow("report") << "report";
        QTest::newRow("reduce") << "reduce";
        QTest::newRow("leave") << "leave";
    }
    void negativeCarry()
    {
        QFETCH(QString, policy);
        MadeMarket::Chain chain;
        chain.borrowIndexPath = [](std::size_t day) { // cheap, then dear, then cheap again
            double index = 1.07;
            for (std::size_t d = 0; d < day; ++d)
                index *= 1 + (d > 10 && d < 30 ? 0.10 : 0.02) / 365;
            return index;
        };
        RunConfiguration c = configured("eth_leveraged", {"capital=50", "carry.policy=" + policy.toStdString()});
        DrivenRun run(c, ethMarket(24 * 60, 3'000, chain).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto first = run.decisions(Action::InitialSetup).front();
        QCOMPARE(first.reason, Reason::EthInWallet);
        QVERIFY(first.numbers[1] > 0.1); // carry on equity at 2 %
        if (policy == "report")
            QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        if (policy == "reduce")
            QCOMPARE(run.actions(), QString("INITIAL_SETUP REDUCE REBALANCE"));
        if (policy == "leave")
            QCOMPARE(run.actions(), QString("INITIAL_SETUP EXIT INITIAL_SETUP"));

        // Dear from the start: with a policy it is not even entered, and says why.
        chain.borrowIndexPath = {};
        chain.borrow = 0.08;
        DrivenRun dear(c, ethMarket(24 * 5, 3'000, chain).data());
        dear.finish();
        if (policy == "report") {
            QVERIFY(dear.decisions(Action::InitialSetup).front().numbers[1] < 0);
        } else {
            QCOMPARE(dear.actions(), QString());
            QCOMPARE(dear.decisions(Action::Hold).front().reason, Reason::NegativeCarry);
            QVERIFY(dear.decisions(Action::Hold).front().numbers[2] < 0);
        }
    }

    //! A depeg of the market does not move the health factor, but nothing is added.
    void depeg()
    {
        MadeMarket::Chain chain;
        chain.marketPath = [](std::size_t h) { return h < 50 ? 1.05 : 1.05 * 0.97; };
        DrivenRun run(configured("eth_leveraged", {"capital=50", "flows.schedule=2024-06-05T00:00:00Z +20"}),
                      ethMarket(24 * 6, 3'000, chain).data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QCOMPARE(run.decisions().back().reason, Reason::LstDiscount);
        QVERIFY(*run.summary.minHealthFactor.value > 1.043);
    }

    //! Own size moves the rates through the kinked curve: the book earns less than the market says, by the closed form.
    void marketImpact()
    {
        const auto final = [](double capital, bool impact) {
            DrivenRun run(
                configured("pure_lending_eth", {"capital=" + std::to_string(int(capital)), "chain.gas=false",
                                                impact ? "aave.market_impact=true" : "aave.market_impact=false"}),
                ethMarket(24 * 30, 3'000).data());
            run.finish();
            return std::pair(problems(run), run.nav() / capital - 1);
        };
        const auto [clean, plain] = final(100'000, false);
        const auto [closed, moved] = final(100'000, true);
        QCOMPARE(clean, QString());
        QCOMPARE(closed, QString());
        // 2,000,000 supplied, 1,800,000 borrowed, 100,000 ours: utilisation 0.90 -> 1.8/2.1.
        const auto rate = [](double u) { return 0.027 * u / 0.92; };
        const auto supplyRate = [&](double u) { return rate(u) * u * 0.85; };
        const double change = supplyRate(1.8 / 2.1) - supplyRate(0.9);
        QVERIFY(change < -0.0015);
        const double expected = change * (24 * 30 - 1) / (24 * 365);
        QVERIFY2(std::abs((moved - plain) / expected - 1) < 0.02,
                 qPrintable(QString("%1 %2").arg(moved - plain).arg(expected)));
        QVERIFY(std::abs(final(10, true).second - final(10, false).second) < 1e-6); // small books do not matter
    }

    //! Reward tokens are lump sums at payout, sold at the pool's price; off by default.
    void rewards()
    {
        auto data = ethMarket(24 * 20, 3'000).data();
        const auto frame = [&data](const std::string& id, const std::string& column,
                                   std::vector<std::pair<int, double>> rows) {
            FrameSeries& f = data.frames[id];
            f.columns = {column};
            f.values.resize(1);
            for (const auto& [day, value] : rows) {
                f.time.push_back(at("2024-06-01T00:00:00Z") + kDay * day);
                f.values[0].push_back(value);
                f.line.push_back(static_cast<std::uint32_t>(f.time.size() + 1));
            }
        };
        frame("rewards.EIGEN", "tokens_per_eeth", {{-2, 0.5}, {7, 0.25}, {14, 0.125}});
        frame("dex.EIGENWETH", "open", {{-2, 0.001}, {10, 0.002}, {30, 0.002}});
        const Assignments set{"capital=20", "staking.rewards_eigen=true"};
        DrivenRun run(configured("eth_staking_only", set), data);
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto events = run.events(EventKind::Reward);
        QCOMPARE(events.size(), std::size_t{2}); // what was paid before the run began went to others
        QVERIFY(std::abs(events[0].numbers[0] - 0.25 * 19.9) < 0.02);
        QCOMPARE(events[0].numbers[1], 0.001);
        QCOMPARE(events[1].numbers[1], 0.002);
        QVERIFY(std::abs(run.summary.attribution.total(PnlItem::Rewards) - events[0].numbers[2] -
                         events[1].numbers[2]) < 1e-12);
    }

    //! A flat market with rates of zero: no P&L but costs.
    void noDrift()
    {
        MadeMarket::Chain chain;
        chain.staking = chain.borrow = chain.lstSupply = chain.ethSupply = chain.usdtSupply = 0;
        for (const QString& preset : kPresets) {
            DrivenRun run(configured(preset.toStdString()), ethMarket(24 * 10, 3'000, chain).data());
            run.finish();
            QCOMPARE(problems(run), QString());
            for (const PnlItem item :
                 {PnlItem::SpotPrice, PnlItem::PerpPrice, PnlItem::Funding, PnlItem::SupplyInterest,
                  PnlItem::BorrowInterest, PnlItem::Staking, PnlItem::Rewards})
                QVERIFY(std::abs(run.summary.attribution.total(item)) < 1e-9 * run.record->info().capital);
            QVERIFY(std::abs(run.summary.attribution.total(PnlItem::Other)) < 1e-9 * run.record->info().capital);
        }
    }
};

QTEST_APPLESS_MAIN(TestEngineChainLife)
#include "tst_engine_chain_life.moc"
