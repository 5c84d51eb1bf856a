// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk/risk_monitor.h"

#include <rapidcheck.h>

#include <QtTest>

#include <limits>

using namespace carry;

Q_DECLARE_METATYPE(carry::RiskMetric)
Q_DECLARE_METATYPE(carry::RiskLevel)
Q_DECLARE_METATYPE(std::vector<double>)
Q_DECLARE_METATYPE(std::vector<carry::RiskLevel>)

namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

RiskLimits defaultLimits()
{
    ParameterSchema schema;
    declareRiskParameters(schema);
    return readRiskLimits(ParameterValues(schema)).value();
}

//! With those of lending and staking, for a target LTV of .90, at most .93, liquidated at .95.
RiskLimits chainLimits()
{
    RiskLimits limits = defaultLimits();
    limits.chain = true;
    const auto at = [&limits](RiskMetric metric) -> Threshold& {
        return limits.thresholds[static_cast<std::size_t>(metric)];
    };
    at(RiskMetric::AaveLtv) = {0, 0, false};
    at(RiskMetric::HealthFactor) = {0, 1.02, true};
    at(RiskMetric::LstDiscount) = {0.01, 0.02, false};
    for (const RiskMetric metric : {RiskMetric::AaveLtv, RiskMetric::HealthFactor, RiskMetric::LstDiscount})
        deriveThreshold(metric, {0.90, 0.93, 0.95}, at(metric));
    return limits;
}

bool isOnChain(RiskMetric metric)
{
    return metric == RiskMetric::AaveLtv || metric == RiskMetric::HealthFactor || metric == RiskMetric::LstDiscount;
}

//! A book in which nothing is wrong.
Situation calm()
{
    Situation s;
    for (VenueSituation& v : s.venues) {
        v.marginRatio = 1;
        v.liquidationDistance = 1;
        v.fundingApr = 0.1;
    }
    s.chain.ltv = s.chain.healthFactor = kNaN; // no debt
    return s;
}

//! The situation with one figure set: at Binance, or of the whole book.
Situation with(RiskMetric metric, double value)
{
    Situation s = calm();
    VenueSituation& v = s.venues[0];
    switch (metric) {
    case RiskMetric::MarginRatio:
        v.marginRatio = value;
        break;
    case RiskMetric::LiquidationDistance:
        v.liquidationDistance = value;
        break;
    case RiskMetric::DeltaDrift:
        s.deltaDrift = value;
        break;
    case RiskMetric::FundingTrailing:
        v.fundingApr = value;
        break;
    case RiskMetric::Basis:
        v.basis = value;
        break;
    case RiskMetric::Staleness:
        v.stalenessBars = value;
        break;
    case RiskMetric::Drawdown:
        s.drawdown = value;
        break;
    case RiskMetric::AaveLtv:
        s.chain.ltv = value;
        break;
    case RiskMetric::HealthFactor:
        s.chain.healthFactor = value;
        break;
    case RiskMetric::LstDiscount:
        s.chain.discount = value;
        break;
    }
    return s;
}

std::size_t scopeOf(RiskMetric metric)
{
    const bool ofTheBook = metric == RiskMetric::DeltaDrift || metric == RiskMetric::Drawdown || isOnChain(metric);
    return ofTheBook ? kBookScope : 0;
}

//! Shows one value after another and notes the levels.
class Watch
{
  public:
    explicit Watch(RiskMetric metric) : m_metric(metric), m_limits(isOnChain(metric) ? chainLimits() : defaultLimits())
    {
    }

    RiskLevel see(double value, bool planOpen = false)
    {
        changes.clear();
        state.evaluate(with(m_metric, value), m_limits, planOpen, changes);
        return state.level(m_metric, scopeOf(m_metric));
    }

    RiskState state;
    std::vector<LevelChange> changes;

  private:
    RiskMetric m_metric;
    RiskLimits m_limits;
};

} // namespace

class TestState : public QObject
{
    Q_OBJECT

  private slots:
    void levelsWithHysteresis_data();
    void levelsWithHysteresis();
    void everyChangeIsReportedOnce();
    void changesNameTheThresholdCrossed();
    void figureWithoutValueIsOk();
    void deltaRestsWhileAPlanIsOpen();
    void ltvRestsWhileAPlanIsOpen();
    void chainIsJudgedOnlyWhereItIs();
    void marketIsJudgedWhileAPlanIsOpen_data();
    void marketIsJudgedWhileAPlanIsOpen();
    void exchangesAreJudgedApart();
    void breachedStays();
    void overallIsTheWorst();
    void levelIsNeverBetterThanTheFigure();
};

void TestState::levelsWithHysteresis_data()
{
    QTest::addColumn<RiskMetric>("metric");
    QTest::addColumn<std::vector<double>>("values");
    QTest::addColumn<std::vector<RiskLevel>>("levels");
    using V = std::vector<double>;
    using L = std::vector<RiskLevel>;
    using enum RiskLevel;
    using enum RiskMetric;
    // Margin ratio: warn .20, left at .22; critical .12, left at .132.
    QTest::newRow("margin, on the threshold")
        << MarginRatio << V{0.2, 0.1999, 0.12, 0.1199} << L{Ok, Warn, Warn, Critical};
    QTest::newRow("margin, back too little") << MarginRatio << V{0.19, 0.21, 0.2199, 0.2201} << L{Warn, Warn, Warn, Ok};
    QTest::newRow("margin, from critical")
        << MarginRatio << V{0.1, 0.131, 0.1321, 0.21, 0.23} << L{Critical, Critical, Warn, Warn, Ok};
    QTest::newRow("margin, from critical past warn") << MarginRatio << V{0.1, 0.21} << L{Critical, Warn};
    QTest::newRow("margin, from critical to calm") << MarginRatio << V{0.1, 0.3} << L{Critical, Ok};
    QTest::newRow("margin, worse again inside the band")
        << MarginRatio << V{0.19, 0.21, 0.19, 0.11} << L{Warn, Warn, Warn, Critical};
    QTest::newRow("liquidation distance") << LiquidationDistance << V{0.15, 0.149, 0.164, 0.166, 0.079, 0.087, 0.089}
                                          << L{Ok, Warn, Warn, Ok, Critical, Critical, Warn};
    // Delta drift: warn .01, left at .009; critical .02, left at .018.
    QTest::newRow("drift, on the threshold")
        << DeltaDrift << V{0.01, 0.0101, 0.02, 0.0201} << L{Ok, Warn, Warn, Critical};
    QTest::newRow("drift, back too little")
        << DeltaDrift << V{0.011, 0.0095, 0.0091, 0.0089} << L{Warn, Warn, Warn, Ok};
    QTest::newRow("drift, from critical")
        << DeltaDrift << V{0.03, 0.019, 0.0179, 0.0095, 0.008} << L{Critical, Critical, Warn, Warn, Ok};
    QTest::newRow("drift, from critical past warn") << DeltaDrift << V{0.03, 0.0095} << L{Critical, Warn};
    QTest::newRow("drift, from critical to calm") << DeltaDrift << V{0.03, 0.001} << L{Critical, Ok};
    QTest::newRow("basis, either sign") << Basis << V{-0.011, 0.021, -0.019, 0.001} << L{Warn, Critical, Critical, Ok};
    QTest::newRow("staleness") << Staleness << V{2, 3, 7, 5.5, 5, 1.9, 1.7}
                               << L{Ok, Warn, Critical, Critical, Warn, Warn, Ok};
    QTest::newRow("drawdown") << Drawdown << V{0.05, 0.06, 0.16, 0.14, 0.13, 0.046, 0.044}
                              << L{Ok, Warn, Critical, Critical, Warn, Warn, Ok};
    // Funding: a threshold of zero has no band; critical -.05 is left at -.045.
    QTest::newRow("funding") << FundingTrailing << V{0, -0.001, 0.0001, -0.06, -0.046, -0.044, 0.01}
                             << L{Ok, Warn, Ok, Critical, Critical, Warn, Ok};
    // At Aave the band is a tenth of the way to liquidation. LTV: warn .91, left at .906; critical .92, left at .917.
    QTest::newRow("LTV") << AaveLtv << V{0.9099, 0.9101, 0.9205, 0.918, 0.9169, 0.9065, 0.9055}
                         << L{Ok, Warn, Critical, Critical, Warn, Warn, Ok};
    // Health factor: warn .95 / .91 = 1.04396, left at 1.04835; critical 1.02, left at 1.022.
    QTest::newRow("health factor") << HealthFactor << V{1.05, 1.04, 1.047, 1.049, 1.01, 1.0215, 1.0225, 1.1}
                                   << L{Ok, Warn, Warn, Ok, Critical, Critical, Warn, Ok};
    QTest::newRow("discount") << LstDiscount << V{0.011, 0.0095, 0.0089, 0.021, 0.0185, 0.0179, 0}
                              << L{Warn, Warn, Ok, Critical, Critical, Warn, Ok};
}

void TestState::levelsWithHysteresis()
{
    QFETCH(RiskMetric, metric);
    QFETCH(std::vector<double>, values);
    QFETCH(std::vector<RiskLevel>, levels);
    QCOMPARE(values.size(), levels.size());
    Watch watch(metric);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const RiskLevel level = watch.see(values[i]);
        QVERIFY2(level == levels[i], qPrintable(QString("value %1: %2").arg(values[i]).arg(int(level))));
        QVERIFY2(watch.state.overall() == level, "nothing else is wrong");
    }
}

void TestState::everyChangeIsReportedOnce()
{
    Watch watch(RiskMetric::DeltaDrift);
    watch.see(0.005);
    QVERIFY(watch.changes.empty());
    watch.see(0.03);
    QCOMPARE(watch.changes.size(), std::size_t{1});
    watch.see(0.03);
    QVERIFY(watch.changes.empty());
    watch.see(0.019);
    QVERIFY2(watch.changes.empty(), "still inside the band");
    watch.see(0.005);
    QCOMPARE(watch.changes.size(), std::size_t{1});
    const LevelChange& change = watch.changes[0];
    QVERIFY(change.metric == RiskMetric::DeltaDrift);
    QVERIFY(change.from == RiskLevel::Critical && change.to == RiskLevel::Ok);
    QCOMPARE(std::size_t{change.scope}, kBookScope);
    QCOMPARE(change.value, 0.005);
}

void TestState::changesNameTheThresholdCrossed()
{
    Watch watch(RiskMetric::MarginRatio);
    watch.see(0.15);
    QCOMPARE(watch.changes[0].threshold, 0.20);
    watch.see(0.1);
    QCOMPARE(watch.changes[0].threshold, 0.12);
    watch.see(0.15);
    QCOMPARE(watch.changes[0].threshold, 0.12);
    watch.see(0.3);
    QCOMPARE(watch.changes[0].threshold, 0.20);
}

void TestState::figureWithoutValueIsOk()
{
    for (const RiskMetric metric : {RiskMetric::MarginRatio, RiskMetric::LiquidationDistance,
                                    RiskMetric::FundingTrailing, RiskMetric::HealthFactor}) {
        Watch watch(metric);
        QVERIFY(watch.see(kNaN) == RiskLevel::Ok);
        QVERIFY(watch.see(-1) == RiskLevel::Critical);
        // Without a position there is no ratio: the band does not hold the level.
        QVERIFY(watch.see(kNaN) == RiskLevel::Ok);
        QCOMPARE(watch.changes.size(), std::size_t{1});
    }
}

void TestState::deltaRestsWhileAPlanIsOpen()
{
    Watch watch(RiskMetric::DeltaDrift);
    QVERIFY(watch.see(0.5, /*planOpen=*/true) == RiskLevel::Ok);
    QVERIFY(watch.see(0.5) == RiskLevel::Critical);
    QVERIFY(watch.see(0, /*planOpen=*/true) == RiskLevel::Critical);
    QVERIFY(watch.see(0) == RiskLevel::Ok);
}

//! A plan under way brings it where it is wanted.
void TestState::ltvRestsWhileAPlanIsOpen()
{
    Watch watch(RiskMetric::AaveLtv);
    QVERIFY(watch.see(0.94, /*planOpen=*/true) == RiskLevel::Ok);
    QVERIFY(watch.see(0.94) == RiskLevel::Critical);
}

//! Runs at exchanges alone have no levels for what they do not hold.
void TestState::chainIsJudgedOnlyWhereItIs()
{
    Situation s = calm();
    s.chain.healthFactor = 0.5;
    s.chain.discount = 0.5;
    RiskState state;
    std::vector<LevelChange> changes;
    state.evaluate(s, defaultLimits(), false, changes);
    QVERIFY(changes.empty() && state.overall() == RiskLevel::Ok);
    state.evaluate(s, chainLimits(), false, changes);
    QCOMPARE(changes.size(), std::size_t{2});
    changes.clear();
    state.markLendingBreached(changes);
    QVERIFY(changes.size() == 1 && changes[0].metric == RiskMetric::HealthFactor);
    state.evaluate(calm(), chainLimits(), false, changes);
    QVERIFY(state.level(RiskMetric::HealthFactor, kBookScope) == RiskLevel::Breached);
}

void TestState::marketIsJudgedWhileAPlanIsOpen_data()
{
    QTest::addColumn<RiskMetric>("metric");
    QTest::addColumn<double>("value");
    QTest::newRow("margin") << RiskMetric::MarginRatio << 0.1;
    QTest::newRow("liquidation") << RiskMetric::LiquidationDistance << 0.05;
    QTest::newRow("funding") << RiskMetric::FundingTrailing << -0.1;
    QTest::newRow("basis") << RiskMetric::Basis << 0.03;
    QTest::newRow("staleness") << RiskMetric::Staleness << 7.0;
    QTest::newRow("drawdown") << RiskMetric::Drawdown << 0.2;
    QTest::newRow("health factor") << RiskMetric::HealthFactor << 1.01;
    QTest::newRow("discount") << RiskMetric::LstDiscount << 0.03;
}

void TestState::marketIsJudgedWhileAPlanIsOpen()
{
    QFETCH(RiskMetric, metric);
    QFETCH(double, value);
    QVERIFY(Watch(metric).see(value, /*planOpen=*/true) == RiskLevel::Critical);
}

void TestState::exchangesAreJudgedApart()
{
    Situation s = calm();
    s.venues[exchangeIndex(Venue::Bybit)].marginRatio = 0.15;
    s.venues[exchangeIndex(Venue::Okx)].marginRatio = 0.05;
    RiskState state;
    std::vector<LevelChange> changes;
    state.evaluate(s, defaultLimits(), false, changes);
    QVERIFY(state.level(RiskMetric::MarginRatio, exchangeIndex(Venue::Binance)) == RiskLevel::Ok);
    QVERIFY(state.level(RiskMetric::MarginRatio, exchangeIndex(Venue::Bybit)) == RiskLevel::Warn);
    QVERIFY(state.level(RiskMetric::MarginRatio, exchangeIndex(Venue::Okx)) == RiskLevel::Critical);
    QCOMPARE(changes.size(), std::size_t{2});
    QCOMPARE(std::size_t{changes[1].scope}, exchangeIndex(Venue::Okx));
}

void TestState::breachedStays()
{
    Watch watch(RiskMetric::MarginRatio);
    watch.state.markBreached(Venue::Binance, watch.changes);
    QCOMPARE(watch.changes.size(), std::size_t{1});
    QVERIFY(watch.changes[0].to == RiskLevel::Breached);
    watch.changes.clear();
    watch.state.markBreached(Venue::Binance, watch.changes);
    QVERIFY(watch.changes.empty());
    for (const double ratio : {0.05, 0.15, 5.0, kNaN}) {
        QVERIFY(watch.see(ratio) == RiskLevel::Breached);
        QVERIFY(watch.changes.empty());
        QVERIFY(watch.state.overall() == RiskLevel::Breached);
    }
    QVERIFY(watch.state.level(RiskMetric::MarginRatio, exchangeIndex(Venue::Okx)) == RiskLevel::Ok);
}

void TestState::overallIsTheWorst()
{
    RiskState state;
    QVERIFY(state.overall() == RiskLevel::Ok);
    Situation s = calm();
    s.drawdown = 0.06;
    std::vector<LevelChange> changes;
    state.evaluate(s, defaultLimits(), false, changes);
    QVERIFY(state.overall() == RiskLevel::Warn);
    s.venues[2].stalenessBars = 10;
    state.evaluate(s, defaultLimits(), false, changes);
    QVERIFY(state.overall() == RiskLevel::Critical);
    state.evaluate(calm(), defaultLimits(), false, changes);
    QVERIFY(state.overall() == RiskLevel::Ok);
}

void TestState::levelIsNeverBetterThanTheFigure()
{
    QVERIFY(rc::check("a level is at least what the figure says, and at most what it says eased by a tenth", [] {
        const auto metric = static_cast<RiskMetric>(*rc::gen::inRange(0, static_cast<int>(kRiskMetricCount)));
        RC_PRE(metric != RiskMetric::Basis); // judged by its size
        const Threshold t = chainLimits().of(metric);
        const auto levelOf = [&](double value, double easing) {
            const auto beyond = [&](double limit) {
                const double way = easing * std::abs(limit - t.origin);
                return t.lowIsBad ? value < limit + way : value > limit - way;
            };
            return beyond(t.critical) ? RiskLevel::Critical : beyond(t.warn) ? RiskLevel::Warn : RiskLevel::Ok;
        };
        const double span = t.critical - t.warn;
        Watch watch(metric);
        for (int i = 0; i < 30; ++i) {
            const double value = t.warn + span * (*rc::gen::inRange(-2000, 3000) + 0.5) / 1000.0;
            const RiskLevel level = watch.see(value);
            RC_ASSERT(level >= levelOf(value, 0));
            RC_ASSERT(level <= levelOf(value, 0.1 + 1e-9));
        }
    }));
}

QTEST_APPLESS_MAIN(TestState)
#include "tst_state.moc"
