// SPDX-License-Identifier: GPL-3.0-or-later
// What people look at of finished runs: curves, the bridge from one P&L to another, the report, a run computed again.
#include "desk/range_figures.h"
#include "desk/report.h"

#include "stored_demo.h"

#include <QXmlStreamReader>

using namespace carry;
using namespace carry::test;

namespace
{

StoredRun madeRun(double capital, double pnl, double funding, double fees)
{
    StoredRun run;
    run.info.capital = capital;
    run.summary.pnlBalance = pnl;
    run.summary.attribution.add(Venue::Binance, PnlItem::Funding, funding);
    run.summary.attribution.add(Venue::Binance, PnlItem::TradeFees, fees);
    return run;
}

//! Elements by name; a page that is not well formed fails the test.
QMap<QString, int> elementsOf(const std::string& page)
{
    QXmlStreamReader reader(QByteArray::fromStdString(page));
    QMap<QString, int> count;
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement)
            ++count[reader.name().toString()];
    if (reader.hasError())
        qFatal("line %lld: %s", reader.lineNumber(), qPrintable(reader.errorString()));
    return count;
}

} // namespace

class TestDeskReport : public QObject
{
    Q_OBJECT
  private slots:
    void curveKeepsTheExtremes()
    {
        RunsFile runs;
        const auto result = runs.run(must(RunConfiguration::load("btc-basis")), shortPeriod());
        const RunRecord& record = *result.record;
        const std::size_t nav = ColumnLayout::step(StepColumn::Nav);
        double low = record.at(0, nav), high = low;
        for (std::size_t step = 0; step < record.committed(); ++step) {
            low = std::min(low, record.at(step, nav));
            high = std::max(high, record.at(step, nav));
        }
        for (const std::size_t buckets : {1UL, 7UL, 100UL, 1'000'000UL}) {
            const RunCurve curve = curveOf(record, nav, buckets);
            QVERIFY(curve.values.size() <= 2 * buckets);
            QVERIFY(std::is_sorted(curve.timesMs.begin(), curve.timesMs.end()));
            QCOMPARE(*std::min_element(curve.values.begin(), curve.values.end()), low);
            QCOMPARE(*std::max_element(curve.values.begin(), curve.values.end()), high);
        }
        QCOMPARE(curveOf(record, nav, 1'000'000).values.size(), record.committed());
    }

    //! An absent value is no point of a curve.
    void curveOfWhatIsAbsent()
    {
        RunsFile runs;
        const auto result = runs.run(must(RunConfiguration::load("pure-lending-usdt")), shortPeriod());
        QVERIFY(curveOf(*result.record, ColumnLayout::venue(0, VenueColumn::MarginRatio), 100).empty());
    }

    void bridgeGoesFromOneToTheOther()
    {
        const PnlBridge bridge = pnlBridge(madeRun(100, 9, 10, -2), madeRun(100, 15, 14, -2));
        QVERIFY(!bridge.ofCapital);
        QCOMPARE(bridge.bars.size(), std::size_t{4}); // fees are the same in both
        QCOMPARE(bridge.bars[0].to, 9.0);
        QCOMPARE(bridge.bars[1].name, std::string("funding"));
        QCOMPARE(bridge.bars[1].change(), 4.0);
        QCOMPARE(bridge.bars[2].name, std::string("unexplained"));
        QCOMPARE(bridge.bars[2].from, 13.0);
        QCOMPARE(bridge.bars[2].change(), 2.0); // 15 - 12 that are explained, against 9 - 8
        QCOMPARE(bridge.bars[3].to, 15.0);
    }

    //! A hedged book moves by what its legs move together.
    void bridgeTakesBothLegsTogether()
    {
        StoredRun a = madeRun(100, 0, 0, 0);
        StoredRun b = madeRun(100, 1, 0, 0);
        b.summary.attribution.add(Venue::Wallet, PnlItem::SpotPrice, 40);
        b.summary.attribution.add(Venue::Binance, PnlItem::PerpPrice, -39);
        const PnlBridge bridge = pnlBridge(a, b);
        QCOMPARE(bridge.bars.size(), std::size_t{4});
        QCOMPARE(bridge.bars[1].name, std::string("basis"));
        QCOMPARE(bridge.bars[1].change(), 1.0);
        QCOMPARE(bridge.bars[2].change(), 0.0);
    }

    //! Half of the capital and half of everything: nothing has changed.
    void bridgeBetweenCapitalsIsInFractions()
    {
        const PnlBridge bridge = pnlBridge(madeRun(100, 8, 10, -2), madeRun(50, 4, 5, -1));
        QVERIFY(bridge.ofCapital);
        QCOMPARE(bridge.bars.size(), std::size_t{3});
        QCOMPARE(bridge.bars.front().to, 0.08);
        QCOMPARE(bridge.bars[1].change(), 0.0);
        QCOMPARE(bridge.bars.back().to, 0.08);
    }

    void comparisonHasCurvesOfEveryRun()
    {
        RunsFile runs;
        const RunConfiguration configuration = must(RunConfiguration::load("btc-basis"));
        const auto a = runs.run(configuration, shortPeriod());
        RunConfiguration other = configuration;
        QVERIFY(other.apply("capital=50000"));
        const auto b = runs.run(other, shortPeriod());
        const auto c = must(compareStoredRuns(runs.path(), {a.record->info().runId, b.record->info().runId}));
        QCOMPARE(c.curves.size(), std::size_t{2});
        QVERIFY(!c.curves[1].unitValue.empty());
        // No P&L is lost between the two.
        const PnlBridge bridge = pnlBridge(c.runs[0], c.runs[1]);
        QCOMPARE(bridge.bars.back().to, c.runs[1].summary.pnlBalance / 50'000);
        QVERIFY(std::abs(bridge.bars[bridge.bars.size() - 2].change()) < 1e-9);
    }

    void reportIsWholeAndWellFormed_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<int>("charts");
        QTest::newRow("basis") << "btc-basis" << 3;
        QTest::newRow("on chain") << "staking-hedged-leveraged" << 5;
    }
    void reportIsWholeAndWellFormed()
    {
        QFETCH(QString, preset);
        QFETCH(int, charts);
        RunsFile runs;
        const auto result = runs.run(must(RunConfiguration::load(preset.toStdString())), shortPeriod());
        const auto run = must(loadStoredRun(runs.path(), result.record->info().runId));
        const std::string page = htmlReport(*run.record, run.stored);
        const auto elements = elementsOf(page);
        QCOMPARE(elements["figure"], charts);
        QVERIFY(elements["polyline"] >= charts);
        QCOMPARE(elements["script"], 0);
        for (const std::string& needed :
             {result.summary.resultDigest, result.record->info().dataDigest, std::string("synthetic data"),
              std::string("INITIAL_SETUP"), std::string("Funding"), std::string("<code>capital</code>")})
            QVERIFY2(page.find(needed) != std::string::npos, needed.c_str());
        QVERIFY(page.find("http") == std::string::npos); // nothing is fetched
        for (const char* hole : {">nan", "\"nan", ",nan", "-nan", "inf,"})
            QVERIFY2(page.find(hole) == std::string::npos, hole);
    }

    void reportEscapesWhatPeopleWrite()
    {
        RunsFile runs;
        RunConfiguration configuration = must(RunConfiguration::load("btc-basis"));
        const auto result = runs.run(configuration, shortPeriod());
        auto run = must(loadStoredRun(runs.path(), result.record->info().runId));
        run.stored.info.preset = "<b>\"me\" & you</b>";
        const std::string page = htmlReport(*run.record, run.stored);
        (void)elementsOf(page);
        QVERIFY(page.find("<h1>&lt;b&gt;&quot;me&quot; &amp; you&lt;/b&gt;</h1>") != std::string::npos);
    }

    void figuresOfARange()
    {
        RunsFile runs;
        const auto result = runs.run(must(RunConfiguration::load("staking-hedged-leveraged")), shortPeriod());
        const RunRecord& record = *result.record;
        const std::size_t end = record.committed() - 1;
        const auto at = [&](std::size_t step, StepColumn c) { return record.at(step, ColumnLayout::step(c)); };
        double before = 0;
        for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>{0, 200}, {200, 777}, {777, end}}) {
            const RangeFigures f = rangeFigures(record, first, last);
            double sum = 0;
            for (const PnlLine& line : f.lines)
                sum += line.amount;
            QVERIFY(std::abs(sum - f.pnl) < 1e-6);
            QVERIFY(std::abs(f.pnl - (at(last, StepColumn::Nav) - at(first, StepColumn::Nav))) < 1e-9);
            QVERIFY(std::abs(*f.apr.value - (at(last, StepColumn::UnitValue) / at(first, StepColumn::UnitValue) - 1) *
                                                365 / f.days) < 1e-12);
            QVERIFY(f.maxDrawdown >= 0 && f.maxDrawdown <= *result.summary.performance.maxDrawdown.value + 1e-12);
            QVERIFY(f.drawdownFrom <= f.drawdownTo);
            QVERIFY(*f.minHealthFactor.value >= *result.summary.minHealthFactor.value);
            before += f.pnl;
        }
        QVERIFY(std::abs(before - rangeFigures(record, 0, end).pnl) < 1e-6); // ranges add up
        QCOMPARE(*rangeFigures(record, 0, end).minMarginRatio.value, *result.summary.minMarginRatio.value);
        const RangeFigures none = rangeFigures(record, 5, 5);
        QCOMPARE(none.pnl, 0.0);
        QCOMPARE(none.apr.reason, EmptyReason::ZeroDuration);
        QVERIFY(none.lines.empty());
    }

    void runIsComputedAgainAsANewOne()
    {
        RunsFile runs;
        const auto first = runs.run(must(RunConfiguration::load("btc-basis")), shortPeriod());
        const auto again = must(rerunStoredRun(runs.path(), first.record->info().runId, {}, "2026-01-01T00:00:00Z"));
        QCOMPARE(again.of, first.record->info().runId);
        QVERIFY(again.sameData);
        QVERIFY(again.result.record->info().runId != again.of);
        QCOMPARE(again.result.summary.resultDigest, first.summary.resultDigest);
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{2});
        QCOMPARE(codeOf(rerunStoredRun(runs.path(), "nothing", {}, {})), QString("STORE-005"));
    }
};

QTEST_GUILESS_MAIN(TestDeskReport)
#include "tst_desk_report.moc"
