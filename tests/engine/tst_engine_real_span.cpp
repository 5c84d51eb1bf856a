// SPDX-License-Identifier: GPL-3.0-or-later
// Every preset over the whole real span.
#include "desk/exports.h"
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

std::size_t countFindings(const RunInfo& info, FindingKind kind, const char* seriesPart)
{
    return static_cast<std::size_t>(std::count_if(info.findings.begin(), info.findings.end(), [&](const Finding& f) {
        return f.kind == kind && f.series.find(seriesPart) != std::string::npos;
    }));
}

} // namespace

class TestEngineRealSpan : public QObject
{
    Q_OBJECT

  private:
    static void addPresets(bool onChain)
    {
        for (const auto& preset : listPresets())
            if (configured(preset.name).strategy().onChain() == onChain)
                QTest::addRow("%s", preset.name.c_str()) << QString::fromStdString(preset.name);
    }

  private slots:
    void closes_data()
    {
        QTest::addColumn<QString>("preset");
        addPresets(/*onChain=*/false);
    }

    //! Every strategy on chain, each with every line of its attribution closed, over all the data there are.
    void closesOnChain_data()
    {
        QTest::addColumn<QString>("preset");
        addPresets(/*onChain=*/true);
    }
    void closesOnChain()
    {
        QFETCH(QString, preset);
        CARRYDESK_NEEDS_MARKET_DATA(data);
        DrivenRun run(configured(preset.toStdString()), *data);
        run.finish();
        QCOMPARE(problems(run), QString());
        const RunSummary& s = run.summary;
        QVERIFY2(s.steps > (preset.contains("reference") ? 400U : 9'000U), qPrintable(QString::number(s.steps)));
        QVERIFY(std::abs(s.attribution.sum() - s.pnlBalance) < 1e-9 * s.navInitial);
        double byVenue = 0;
        for (const double equity : s.equityByVenue)
            byVenue += equity;
        QVERIFY(std::abs(byVenue - s.navFinal) < 1e-9 * s.navInitial);
        QVERIFY(std::abs(s.attribution.total(PnlItem::Other)) < 1e-9 * s.navInitial);
        QCOMPARE(s.plansFailed, std::uint64_t{0});
        QCOMPARE(s.liquidations, std::uint64_t{0});
        QCOMPARE(s.decisions[static_cast<std::size_t>(Action::InitialSetup)], std::uint64_t{1});
        QVERIFY(s.performance.apr.value && *s.performance.apr.value > 0 && *s.performance.apr.value < 0.15);
        const StrategyInfo& strategy = run.configuration.strategy();
        QCOMPARE(s.minHealthFactor.value.has_value(), strategy.leverage);
        if (strategy.leverage)
            QVERIFY(*s.minHealthFactor.value > 1.02);
        QCOMPARE(s.minMarginRatio.value.has_value(), strategy.exchanges);
        // Each kind of holding has its line.
        QCOMPARE(s.attribution.total(PnlItem::Staking) > 0, strategy.staking);
        QCOMPARE(s.attribution.total(PnlItem::BorrowInterest) < 0, strategy.leverage);
        QCOMPARE(s.attribution.total(PnlItem::SupplyInterest) > 0, strategy.lending);
        QCOMPARE(s.attribution.total(PnlItem::Funding) != 0, strategy.exchanges);
    }

    void closes()
    {
        QFETCH(QString, preset);
        CARRYDESK_NEEDS_MARKET_DATA(data);
        DrivenRun run(configured(preset.toStdString()), *data);
        run.finish();

        QCOMPARE(problems(run), QString());
        const RunSummary& s = run.summary;
        QVERIFY2(s.steps > 7'900, // OKX ETH perps begin in August 2024
                 qPrintable(QString::number(s.steps)));
        QVERIFY(s.unexplained < 1e-9 * s.navInitial);
        QVERIFY(std::abs(s.attribution.sum() - s.pnlBalance) < 1e-9 * s.navInitial);
        double byVenue = 0;
        for (const double equity : s.equityByVenue)
            byVenue += equity;
        QVERIFY(std::abs(byVenue - s.navFinal) < 1e-6);
        // A book is set up once, and once more after each exit.
        QCOMPARE(s.decisions[static_cast<std::size_t>(Action::InitialSetup)],
                 s.decisions[static_cast<std::size_t>(Action::Exit)] + 1);
        QCOMPARE(s.plansFailed, std::uint64_t{0});
        QCOMPARE(s.liquidations, std::uint64_t{0});
        // An hourly decision at every label but those at which a plan was open, and nothing decided elsewhere.
        for (const DecisionRecord& d : run.decisions())
            QVERIFY(run.record->isBar(d.step));
        QVERIFY(s.performance.apr.value && *s.performance.apr.value > 0 && *s.performance.apr.value < 0.3);
    }

    void saysWhatStandsIn_data() { closes_data(); }

    //! Proxies, filled or carried holes and missing settlements are among the run's warnings.
    void saysWhatStandsIn()
    {
        QFETCH(QString, preset);
        CARRYDESK_NEEDS_MARKET_DATA(data);
        DrivenRun run(configured(preset.toStdString()), *data);
        const RunInfo& info = run.record->info();
        const bool btc = info.base == Asset::BTC;
        const bool reference = preset.contains("reference");
        QVERIFY(countFindings(info, FindingKind::Proxy, btc ? "okx BTC/USDT spot" : "okx ETH/USDT spot") == 1);
        QVERIFY(countFindings(info, FindingKind::Proxy, btc ? "okx BTCUSDT perp" : "binance ETH/USDT spot") == 1);
        QCOMPARE(countFindings(info, FindingKind::Proxy, "BTC/USDT execution cost"),
                 std::size_t{btc && !reference ? 1U : 0U});
        QVERIFY(countFindings(info, FindingKind::Hole, btc ? "binance BTCUSDT perp" : "binance ETHUSDT perp") >= 8);
        std::size_t missing = 0;
        for (const Finding& f : info.findings) {
            if (f.kind == FindingKind::Hole) {
                QCOMPARE(f.rule, reference ? QualityRule::CarryLastClose : QualityRule::FillFromPeer);
            }
            if (f.kind == FindingKind::MissingFunding) {
                QCOMPARE(f.rule, reference ? QualityRule::FundingZero : QualityRule::FundingPeerMean);
                ++missing;
            }
            QVERIFY(!describeFinding(f, info.files).empty());
        }
        QVERIFY2(missing >= 100, qPrintable(QString::number(missing)));
        run.finish();
        std::size_t listed = 0;
        for (const auto& times : run.summary.missingByVenue)
            listed += times.size();
        // A settlement at the very first step concerns nobody.
        QVERIFY(listed <= missing && listed + kExchangeCount >= missing);
        for (const Venue venue : kExchanges) {
            const auto i = exchangeIndex(venue);
            // A missing settlement is estimated wherever a perp was held; only an exited book holds none.
            const std::uint64_t estimated = run.summary.estimatedByVenue[i];
            const std::uint64_t missed = run.summary.missingByVenue[i].size();
            if (reference)
                QCOMPARE(estimated, std::uint64_t{0});
            else if (run.summary.decisions[static_cast<std::size_t>(Action::Exit)] == 0)
                QCOMPARE(estimated, missed);
            else
                QVERIFY(estimated <= missed && (estimated > 0) == (missed > 0));
            QVERIFY(std::abs(run.fundingCash(venue) - run.summary.fundingByVenue[i]) < 1e-6);
        }
    }
};

QTEST_APPLESS_MAIN(TestEngineRealSpan)
#include "tst_engine_real_span.moc"
