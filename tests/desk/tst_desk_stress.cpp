// SPDX-License-Identifier: GPL-3.0-or-later
// Without a shock a stress is what the record says, at any step; maps of leverage are its closed forms.
#include "desk/sensitivity.h"
#include "desk/stress.h"
#include "stored_demo.h"

#include <cmath>

using namespace carry;
using namespace carry::test;

namespace
{

using Json = nlohmann::ordered_json;

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

//! A figure against a column of the record, which may be absent with the same reason.
bool same(const Figure& figure, double column)
{
    if (std::isnan(column))
        return !figure.value && figure.reason == absentReason(column);
    return figure.value && near(*figure.value, column);
}

//! What an unstressed row says otherwise than the record at that step.
QString difference(const RunRecord& record, const StressReport& report)
{
    using L = ColumnLayout;
    const std::size_t step = report.step;
    const StressRow& row = report.rows.front();
    const StressFigures& found = row.after;
    const QString where = " at " + text(formatIso(record.time(step)));
    const double nav = record.at(step, L::step(StepColumn::Nav));
    if (row.scenario.kind != ScenarioKind::Unstressed || row.change != 0)
        return "the first row is shocked" + where;
    if (!near(found.equity, nav))
        return QString("equity %1, NAV %2").arg(found.equity, 0, 'g', 15).arg(nav, 0, 'g', 15) + where;
    const double delta = record.at(step, L::asset(0, AssetColumn::NetDelta));
    if (!near(found.netDelta, delta))
        return QString("net delta %1, not %2").arg(found.netDelta, 0, 'g', 15).arg(delta, 0, 'g', 15) + where;
    for (std::size_t i = 0; report.rules.exchanges && i < kExchangeCount; ++i) {
        const auto at = [&](VenueColumn c) { return record.at(step, L::venue(i, c)); };
        if (!near(found.venues[i].equity, at(VenueColumn::Equity)))
            return QString("equity of venue %1").arg(i) + where;
        if (!same(found.venues[i].marginRatio, at(VenueColumn::MarginRatio)))
            return QString("margin ratio of venue %1").arg(i) + where;
        if (!same(found.venues[i].liquidationDistance, at(VenueColumn::LiquidationDistance)))
            return QString("liquidation distance of venue %1").arg(i) + where;
    }
    if (!record.layout().chain)
        return {};
    const auto at = [&](ChainColumn c) { return record.at(step, record.layout().onChain(c)); };
    if (!same(found.ltv, at(ChainColumn::Ltv)))
        return "LTV" + where;
    if (!same(found.healthFactor, at(ChainColumn::HealthFactor)))
        return "health factor" + where;
    if (!near(report.input.chain.collateral(), at(ChainColumn::Collateral)) ||
        !near(report.input.chain.debt, at(ChainColumn::Debt)))
        return "collateral or debt" + where;
    return {};
}

QString differenceAtManySteps(const std::shared_ptr<const RunRecord>& record, std::size_t stride)
{
    const auto rules = must(stressRules(record->info()));
    RunView view(record);
    for (std::size_t step = 0; step < view.length(); step += step < 200 ? 1 : stride) {
        view.seek(step);
        if (const QString found = difference(*record, stressAt(view, rules)); !found.isEmpty())
            return found;
    }
    view.seek(view.length()); // the last one
    return difference(*record, stressAt(view, rules));
}

//! Nulls without a reason, and reasons without a null.
QStringList unexplained(const Json& json, const QString& path = "")
{
    QStringList found;
    if (json.is_array())
        for (const Json& one : json)
            found += unexplained(one, path);
    if (!json.is_object())
        return found;
    const Json reasons = json.value("empty_reasons", Json::object());
    for (const auto& [key, value] : json.items()) {
        const QString here = path + "/" + QString::fromStdString(key);
        const bool labels = key == "shock" || key == "days" || key == "venue"; // do not apply to every scenario
        if (!labels && value.is_null() != reasons.contains(key))
            found << here;
        if (value.is_number_float() && !std::isfinite(value.get<double>()))
            found << here + " is not finite";
        found += unexplained(value, here);
    }
    for (const auto& [key, value] : reasons.items())
        if (value.get<std::string>().empty())
            found << path + "/" + QString::fromStdString(key) + " has an empty reason";
    return found;
}

std::shared_ptr<const RunRecord> demoRecord(const char* preset, const Assignments& changes = {})
{
    const auto result = must(runBacktest(configured(preset, changes), *demoData(), {}));
    return result.record;
}

const StressRow& rowOf(const StressReport& report, ScenarioKind kind, double shock = 0, Venue venue = Venue::Outside)
{
    for (const StressRow& row : report.rows)
        if (row.scenario.kind == kind && (shock == 0 || row.scenario.shock == shock) && row.scenario.venue == venue)
            return row;
    qFatal("no such scenario");
}

} // namespace

class TestDeskStress : public QObject
{
    Q_OBJECT

  private slots:
    void unstressedIsTheDemoRecord_data();
    void unstressedIsTheDemoRecord();
    void unstressedIsTheRealRecord_data();
    void unstressedIsTheRealRecord();
    void throughPlansAndTransfers();
    void whileTheRunGoesOn();
    void storedAsComputed();
    void shocksOfTheFlagship();
    void nothingEmptyWithoutReason_data();
    void nothingEmptyWithoutReason();
    void withoutSteps();
    void mapIsTheClosedForm();
    void mapKnowsTheStrategysCarry();
    void mapOfDataIsThatOfTheRun();
    void mapAsCsv();
    void mapsThatCannotBe();
};

void TestDeskStress::unstressedIsTheDemoRecord_data()
{
    QTest::addColumn<QString>("preset");
    for (const char* preset :
         {"btc-basis", "eth-basis", "demo-tour", "staking-hedged-leveraged", "staking-hedged-leveraged-loop",
          "staking-hedged", "eth-leveraged", "eth-staking", "pure-lending-usdt", "pure-lending-eth"})
        QTest::newRow(preset) << preset;
}

void TestDeskStress::unstressedIsTheDemoRecord()
{
    QFETCH(QString, preset);
    QCOMPARE(differenceAtManySteps(demoRecord(qPrintable(preset)), 23), QString());
}

void TestDeskStress::unstressedIsTheRealRecord_data()
{
    QTest::addColumn<QString>("preset");
    for (const char* preset : {"btc-basis", "staking-hedged-leveraged", "eth-leveraged"})
        QTest::newRow(preset) << preset;
}

void TestDeskStress::unstressedIsTheRealRecord()
{
    CARRYDESK_NEEDS_MARKET_DATA(market);
    QFETCH(QString, preset);
    const auto result = must(runBacktest(configured(preset.toStdString()), *market, {}));
    QCOMPARE(differenceAtManySteps(result.record, 41), QString());
}

//! Half-done plans, tokens in flight and in the exit queue, gas, margin calls.
void TestDeskStress::throughPlansAndTransfers()
{
    MadeMarket market(24 * 40, Asset::ETH, 2'000);
    market.chain({.discount = 0.001}).gas(30).funding([](std::size_t k) { return k % 5 == 0 ? -0.001 : 0.0003; });
    market.prices([](std::size_t h) { return 2'000 * (1 + 0.35 * std::sin(static_cast<double>(h) / 60)); });
    const MarketData data = market.data();
    for (const Assignments& changes :
         {Assignments{}, Assignments{"exit.at=2024-06-25T00:00:00Z"},
          Assignments{"flows.schedule=2024-06-10T00:00:00Z +20000, 2024-06-20T00:00:00Z -30000"}}) {
        DrivenRun run(configured("staking-hedged-leveraged", changes), data);
        run.finish();
        QCOMPARE(differenceAtManySteps(run.record, 1), QString());
    }
    DrivenRun queue(configured("staking-hedged", {"staking.exit=queue", "exit.at=2024-06-20T00:00:00Z"}), data);
    queue.finish();
    QCOMPARE(differenceAtManySteps(queue.record, 1), QString());
}

void TestDeskStress::whileTheRunGoesOn()
{
    DrivenRun run(configured("btc_basis"), MadeMarket(24 * 10).data());
    std::vector<std::string> seen;
    do {
        const std::size_t step = run.record->committed() == 0 ? 0 : run.record->committed() - 1;
        if (run.record->committed() > 0)
            seen.push_back(stressToJson(run.record->info(), must(stressAt(run.record, step))).dump());
    } while (run.step());
    QVERIFY(seen.size() > 200);
    for (std::size_t step = 0; step < seen.size(); ++step)
        QCOMPARE(stressToJson(run.record->info(), must(stressAt(run.record, step))).dump(), seen[step]);
}

void TestDeskStress::storedAsComputed()
{
    const RunsFile file;
    for (const char* preset : {"btc-basis", "staking-hedged-leveraged", "eth-leveraged"}) {
        const auto run = file.run(configured(preset), shortPeriod());
        const auto loaded = must(loadStoredRun(file.path(), run.record->info().runId));
        for (const std::size_t step : {std::size_t{0}, run.record->committed() / 2, run.record->committed() - 1})
            QCOMPARE(stressToJson(loaded.record->info(), must(stressAt(loaded.record, step))).dump(1),
                     stressToJson(run.record->info(), must(stressAt(run.record, step))).dump(1));
    }
}

void TestDeskStress::shocksOfTheFlagship()
{
    const auto record = demoRecord("staking-hedged-leveraged");
    const auto report = must(stressAt(record, record->committed() / 2));
    const StressChain& chain = report.input.chain;
    const StressFigures& now = report.rows.front().after;
    QVERIFY(chain.debt > 10 && now.healthFactor.value);
    const StressRow& up = rowOf(report, ScenarioKind::Price, 0.30);
    QVERIFY(near(up.change, now.netDelta * 0.30 * report.input.ethUsd, 1e-3)); // basis and different marks apart
    QVERIFY(near(*up.after.healthFactor.value, *now.healthFactor.value));
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        QVERIFY(*up.after.venues[i].marginRatio.value < *now.venues[i].marginRatio.value);
    const StressRow& ratio = rowOf(report, ScenarioKind::LstRatio, -0.05);
    QVERIFY(near(*ratio.after.healthFactor.value, *now.healthFactor.value * 0.95));
    QVERIFY(near(ratio.change, -0.05 * (chain.suppliedLst + chain.lst) * chain.ratio * report.input.ethUsd));
    const StressRow& borrow = rowOf(report, ScenarioKind::BorrowRate);
    QVERIFY(near(borrow.change, -chain.debt * std::expm1(0.10 * 30 / 365) * report.input.ethUsd));
    QVERIFY(borrow.after.daysToLiquidation.value && *borrow.after.daysToLiquidation.value < 365);
    double notional = 0;
    for (const StressVenue& venue : report.input.venues)
        notional += -venue.perp * venue.mark;
    QVERIFY(near(rowOf(report, ScenarioKind::Funding).change, -notional * 0.5 * 30 / 365));
    for (const Venue venue : kExchanges)
        QVERIFY(
            near(rowOf(report, ScenarioKind::VenueLoss, 0, venue).change, -now.venues[exchangeIndex(venue)].equity));
    QVERIFY(near(*report.headroom.ratioBudget.value, 1 - 1 / *now.healthFactor.value));
    QCOMPARE(describeScenario(report.rules, ratio.scenario), std::string("weETH ratio -5 %"));
    QCOMPARE(describeScenario(report.rules, borrow.scenario), std::string("Borrow rate +10 points a year for 30 days"));
}

void TestDeskStress::nothingEmptyWithoutReason_data()
{
    unstressedIsTheDemoRecord_data();
}

void TestDeskStress::nothingEmptyWithoutReason()
{
    QFETCH(QString, preset);
    const auto record = demoRecord(qPrintable(preset));
    for (const std::size_t step : {std::size_t{0}, std::size_t{1}, record->committed() / 2, record->committed() - 1}) {
        const Json json = stressToJson(record->info(), must(stressAt(record, step)));
        QCOMPARE(unexplained(json), QStringList());
        QCOMPARE(Json::parse(json.dump()), json); // whole numbers and texts only
    }
}

void TestDeskStress::withoutSteps()
{
    DrivenRun run(configured("btc_basis"), MadeMarket(48).data());
    QCOMPARE(codeOf(stressAt(run.record, 0)), QString("CONF-011"));
    QCOMPARE(codeOf(sensitivityAt(*run.record, 0)), QString("CONF-011"));
}

void TestDeskStress::mapIsTheClosedForm()
{
    SensitivityBase base;
    base.stakingApr = 0.03;
    base.lstSupplyApr = 0.001;
    base.liquidationThreshold = 0.95;
    base.maxLtv = 0.93;
    base.largestTargetLtv = 0.95 / 1.04;
    const auto grid = must(sensitivityGrid(base, {{0, 0.5, 0.9, 0.92}, {0.02, 0.05}}));
    QCOMPARE(grid.cells.size(), std::size_t{8});
    QVERIFY(near(grid.at(0, 1).carry, 0.031));
    QVERIFY(!grid.at(0, 1).healthFactor.value && !grid.at(0, 1).daysToLiquidation.value);
    QVERIFY(near(grid.at(2, 0).carry, (0.031 - 0.9 * 0.02) / 0.1)); // .13
    QVERIFY(near(grid.at(2, 1).carry, (0.031 - 0.9 * 0.05) / 0.1)); // -.14
    QVERIFY(near(*grid.at(2, 1).healthFactor.value, 0.95 / 0.9));
    QVERIFY(near(*grid.at(2, 1).distance.value, 1 - 0.9 / 0.95));
    QVERIFY(near(*grid.at(2, 1).daysToLiquidation.value, std::log(0.95 / 0.9) / 0.019 * 365));
    QCOMPARE(grid.at(2, 0).daysToLiquidation.reason, EmptyReason::NoSolution);
    QVERIFY(grid.at(2, 0).allowed && !grid.at(3, 0).allowed); // .9134 is the largest
    const auto usual = must(sensitivityGrid(base));
    QCOMPARE(usual.axes.ltv.size(), std::size_t{44});
    QCOMPARE(usual.axes.ltv.back(), 0.93);
    QCOMPARE(usual.axes.borrowApr.size(), std::size_t{41});
    QCOMPARE(usual.axes.borrowApr.back(), 0.10);
}

//! The map at the configured LTV and the rate of the moment is the condition that the strategy looked at.
void TestDeskStress::mapKnowsTheStrategysCarry()
{
    const auto record = demoRecord("staking-hedged-leveraged");
    const auto& conditions = record->info().conditions;
    std::size_t index = conditions.size();
    for (std::size_t i = 0; i < conditions.size(); ++i)
        if (conditions[i].id == "carry_on_equity")
            index = i;
    QVERIFY(index < conditions.size());
    int compared = 0;
    for (std::size_t step = 0; step < record->committed(); step += 97) {
        const double seen = record->at(step, record->layout().condition(index));
        const double borrow = record->at(step, record->layout().onChain(ChainColumn::BorrowApr));
        if (std::isnan(seen) || std::isnan(borrow))
            continue;
        const auto grid = must(sensitivityAt(*record, step, {{0.90}, {borrow}}));
        QCOMPARE(*grid.base.borrowApr.value, borrow);
        QVERIFY(near(grid.at(0, 0).carry, seen));
        ++compared;
    }
    QVERIFY(compared > 20);
}

void TestDeskStress::mapOfDataIsThatOfTheRun()
{
    const auto record = demoRecord("eth-leveraged");
    const std::size_t step = record->committed() / 2;
    const RunConfiguration configuration = configured("eth-leveraged");
    const auto ofRun = must(sensitivityAt(*record, step));
    const auto ofData = must(sensitivityOf(configuration, *demoData(), record->time(step)));
    QCOMPARE(sensitivityCsv(ofData), sensitivityCsv(ofRun));
    const auto atEnd = must(sensitivityOf(configuration, *demoData()));
    QVERIFY(atEnd.base.time == record->info().to);
    QCOMPARE(codeOf(sensitivityOf(configuration, *demoData(), record->info().to + kDay)), QString("CONF-003"));
}

void TestDeskStress::mapAsCsv()
{
    SensitivityBase base;
    base.stakingApr = 0.03;
    base.liquidationThreshold = 0.95;
    base.largestTargetLtv = 0.91;
    const auto csv = sensitivityCsv(must(sensitivityGrid(base, {{0, 0.5}, {0.02, 0.25}})));
    const QStringList lines = QString::fromStdString(csv).split('\n');
    QCOMPARE(lines.size(), 6); // header, four cells, nothing behind the last line break
    QVERIFY(lines[0].startsWith("target_ltv [fraction],borrow_apr [fraction a year],carry_on_equity"));
    QCOMPARE(lines[1], QString("0,0.02,0.03,,,,1"));
    QVERIFY(lines[4].startsWith("0.5,0.25,-0.19,1.9,0.47368"));
    for (qsizetype i = 0; i < 5; ++i)
        QCOMPARE(lines[i].count(','), 6);
}

void TestDeskStress::mapsThatCannotBe()
{
    const auto basis = demoRecord("btc-basis");
    QCOMPARE(codeOf(sensitivityAt(*basis, 0)), QString("CONF-011"));
    QCOMPARE(codeOf(sensitivityOf(configured("eth-staking"), *demoData())), QString("CONF-011"));
    SensitivityBase base;
    base.maxLtv = 0.93;
    for (const SensitivityAxes& axes :
         {SensitivityAxes{{0.5, 0.4}, {}}, SensitivityAxes{{0.5, 1.0}, {}}, SensitivityAxes{{-0.1}, {}},
          SensitivityAxes{{}, {0.1, 0.1}}, SensitivityAxes{{std::nan("")}, {}}})
        QCOMPARE(codeOf(sensitivityGrid(base, axes)), QString("CONF-011"));
}

QTEST_GUILESS_MAIN(TestDeskStress)
#include "tst_desk_stress.moc"
