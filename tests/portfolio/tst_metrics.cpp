// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "portfolio/metrics.h" // moc 6.4 cannot read <chrono> as the first header

#include <cmath>
#include <set>
#include <vector>

using namespace carry;

namespace
{

constexpr double kTolerance = 1e-12;              // relative, of figures that follow from a few operations
constexpr std::int64_t kMay1 = 1'714'521'600'000; // 2024-05-01T00:00:00Z
constexpr std::int64_t kHourMs = 3'600'000;

//! A NAV history that owns its columns.
struct Run {
    std::vector<std::int64_t> timeMs;
    std::vector<double> unit;
    std::vector<double> nav;
    double netPnl = 0;
    bool hasFlows = false;
    double riskFree = 0;

    //! Unit values every `hours`, from hour `first` of 2024-05-01.
    Run(std::vector<double> values, int hours, int first = 0) : unit(std::move(values))
    {
        for (std::size_t i = 0; i < unit.size(); ++i) {
            timeMs.push_back(kMay1 + (first + static_cast<std::int64_t>(i) * hours) * kHourMs);
            nav.push_back(unit[i] * kCapital);
        }
        netPnl = nav.back() - kCapital;
    }

    PerformanceMetrics measure() const
    {
        NavHistory history;
        history.timeMs = timeMs;
        history.nav = nav;
        history.unitValue = unit;
        history.capital = kCapital;
        history.netPnl = netPnl;
        history.hasFlows = hasFlows;
        history.riskFree = riskFree;
        return measurePerformance(history);
    }

    static constexpr double kCapital = 1000;
};

bool near(const Figure& figure, double expected)
{
    return figure.value && std::abs(*figure.value - expected) <= kTolerance * std::max(1.0, std::abs(expected));
}

bool isEmpty(const Figure& figure, EmptyReason reason)
{
    return !figure.value && figure.reason == reason;
}

Time hourOf(int hour)
{
    return fromMs(kMay1 + hour * kHourMs);
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

  private slots:
    void returnsOnTheCapital();
    void returnsWithFlowsAreTimeWeighted();
    void dailyFiguresByHand();
    void onlyMidnightsCount();
    void riskFreeIsTakenOff();
    void drawdownByHand();
    void capitalIsTheFirstPoint();
    void firstPeakAndFirstTroughWin();
    void drawdownLastsToTheRecovery();
    void calmarIsReturnOverDrawdown();
    void noDrawdown();
    void tooFewDays_data();
    void tooFewDays();
    void noVariation();
    void noLosingDay();
    void noLength();
    void everythingLost();
    void reasonsHaveTexts();
};

void TestMetrics::returnsOnTheCapital()
{
    // 10 % in 73 days, a fifth of a year.
    const auto m = Run({1.0, 1.1}, 73 * 24).measure();
    QCOMPARE(m.days, 73.0);
    QVERIFY(near(m.apr, 0.5));
    QVERIFY(near(m.cagr, 0.61051)); // 1.1^5 - 1
    QVERIFY(near(m.twr, 0.1));
}

void TestMetrics::returnsWithFlowsAreTimeWeighted()
{
    Run run({1.0, 1.1}, 73 * 24);
    run.hasFlows = true;
    run.netPnl = 500; // of a larger capital
    const auto m = run.measure();
    QVERIFY(near(m.apr, 0.5));
    QVERIFY(near(m.cagr, 0.61051));
    run.hasFlows = false;
    QVERIFY(near(run.measure().apr, 2.5)); // 500/1000 in a fifth of a year
}

void TestMetrics::dailyFiguresByHand()
{
    // Daily returns +.1, -.1, +.05: mean 1/60, squared deviations (25 + 49 + 4)/3600 = 13/600.
    const auto m = Run({1.0, 1.1, 0.99, 1.0395}, 24).measure();
    const double deviation = std::sqrt(13.0 / 600 / 2);
    const double downside = std::sqrt(0.01 / 3);
    QVERIFY(near(m.volatility, deviation * std::sqrt(365.0)));
    QVERIFY(near(m.sharpe, 1.0 / 60 / deviation * std::sqrt(365.0)));
    QVERIFY(near(m.sortino, 1.0 / 60 / downside * std::sqrt(365.0)));
    QVERIFY(near(m.positiveDays, 2.0 / 3));
}

void TestMetrics::onlyMidnightsCount()
{
    // Steps of 12 h from noon: what happens at noon is no daily figure.
    const auto m = Run({1.0, 1.0, 5.0, 1.1, 0.2, 0.99, 7.0, 1.0395, 3.0}, 12, 12).measure();
    QVERIFY(near(m.volatility, std::sqrt(13.0 / 600 / 2) * std::sqrt(365.0)));
    QVERIFY(near(m.positiveDays, 2.0 / 3));
}

void TestMetrics::riskFreeIsTakenOff()
{
    Run run({1.0, 1.1, 0.99, 1.0395}, 24);
    run.riskFree = 0.0365; // 1e-4 a day
    const auto m = run.measure();
    const double deviation = std::sqrt(13.0 / 600 / 2);
    QVERIFY(near(m.sharpe, (1.0 / 60 - 1e-4) / deviation * std::sqrt(365.0)));
    QVERIFY(near(m.volatility, deviation * std::sqrt(365.0)));
}

void TestMetrics::drawdownByHand()
{
    const auto m = Run({1.0, 1.2, 1.14, 1.25, 1.0, 1.1, 1.3}, 1).measure();
    QVERIFY(near(m.maxDrawdown, 0.2)); // from 1.25 to 1
    QVERIFY(m.drawdownFrom == hourOf(3));
    QVERIFY(m.drawdownTo == hourOf(4));
    QCOMPARE(m.drawdownDays, 3.0 / 24); // until 1.3
}

void TestMetrics::capitalIsTheFirstPoint()
{
    // The cost of entry is lost at the first step already.
    const auto m = Run({0.998, 0.999, 0.9985}, 24).measure();
    QVERIFY(near(m.maxDrawdown, 0.002));
    QVERIFY(m.drawdownFrom == hourOf(0));
    QVERIFY(m.drawdownTo == hourOf(0));
    QCOMPARE(m.drawdownDays, 2.0); // never recovered
    const auto deeper = Run({0.998, 0.997, 0.999}, 24).measure();
    QVERIFY(near(deeper.maxDrawdown, 0.003));
    QVERIFY(deeper.drawdownFrom == hourOf(0));
    QVERIFY(deeper.drawdownTo == hourOf(24));
}

void TestMetrics::firstPeakAndFirstTroughWin()
{
    const auto m = Run({1.0, 2.0, 2.0, 1.5, 1.75, 1.5, 2.0, 1.5}, 1).measure();
    QVERIFY(near(m.maxDrawdown, 0.25));
    QVERIFY(m.drawdownFrom == hourOf(1));
    QVERIFY(m.drawdownTo == hourOf(3));
    QCOMPARE(m.drawdownDays, 5.0 / 24); // the peak is reached again at hour 6
    // The capital itself is the peak, though it is reached again later.
    const auto start = Run({1.0, 1.0, 0.5, 0.5}, 1).measure();
    QVERIFY(start.drawdownFrom == hourOf(0));
    QVERIFY(start.drawdownTo == hourOf(2));
}

void TestMetrics::drawdownLastsToTheRecovery()
{
    // A later, smaller drawdown does not matter, nor does one before.
    const auto m = Run({1.0, 0.9, 1.0, 0.5, 0.75, 1.0, 0.8}, 24).measure();
    QVERIFY(near(m.maxDrawdown, 0.5));
    QVERIFY(m.drawdownFrom == hourOf(0));
    QVERIFY(m.drawdownTo == hourOf(72));
    QCOMPARE(m.drawdownDays, 5.0);
}

void TestMetrics::calmarIsReturnOverDrawdown()
{
    const auto m = Run({1.0, 0.8, 1.1}, 73 * 12).measure();
    QVERIFY(near(m.calmar, 0.61051 / 0.2));
}

void TestMetrics::noDrawdown()
{
    const auto m = Run({1.0, 1.1, 1.2, 1.3}, 24).measure();
    QVERIFY(near(m.maxDrawdown, 0));
    QVERIFY(isEmpty(m.calmar, EmptyReason::NoDrawdown));
    QCOMPARE(m.drawdownDays, 0.0);
}

void TestMetrics::tooFewDays_data()
{
    QTest::addColumn<int>("steps");
    QTest::addColumn<bool>("enough");
    QTest::newRow("part of a day") << 10 << false;
    QTest::newRow("one return") << 25 << false;
    QTest::newRow("almost two returns") << 48 << false;
    QTest::newRow("two returns") << 49 << true;
}

void TestMetrics::tooFewDays()
{
    QFETCH(int, steps);
    QFETCH(bool, enough);
    std::vector<double> values;
    for (int i = 0; i < steps; ++i)
        values.push_back(i % 2 == 0 ? 1.0 + 0.001 * i * i : 1.0);
    const auto m = Run(values, 1).measure();
    for (const Figure* figure : {&m.volatility, &m.sharpe, &m.positiveDays})
        QVERIFY(enough ? figure->value.has_value() : isEmpty(*figure, EmptyReason::TooFewDays));
    if (!enough)
        QVERIFY(isEmpty(m.sortino, EmptyReason::TooFewDays));
}

void TestMetrics::noVariation()
{
    const auto m = Run({1.0, 1.0, 1.0, 1.0}, 24).measure();
    QVERIFY(near(m.volatility, 0));
    QVERIFY(isEmpty(m.sharpe, EmptyReason::NoVariation));
    QVERIFY(isEmpty(m.sortino, EmptyReason::NoVariation));
    QVERIFY(near(m.positiveDays, 0));
}

void TestMetrics::noLosingDay()
{
    const auto m = Run({1.0, 1.1, 1.2, 1.5}, 24).measure();
    QVERIFY(m.sharpe.value.has_value());
    QVERIFY(isEmpty(m.sortino, EmptyReason::NoVariation));
    QVERIFY(near(m.positiveDays, 1));
}

void TestMetrics::noLength()
{
    const auto m = Run({0.999}, 1).measure();
    QCOMPARE(m.days, 0.0);
    for (const Figure* figure : {&m.apr, &m.cagr, &m.calmar})
        QVERIFY(isEmpty(*figure, EmptyReason::ZeroDuration));
    QVERIFY(near(m.twr, -0.001));
    QVERIFY(near(m.maxDrawdown, 0.001));
}

void TestMetrics::everythingLost()
{
    const auto m = Run({1.0, 0.5, 0.0, 0.0}, 24).measure();
    QVERIFY(isEmpty(m.cagr, EmptyReason::LostEverything));
    QVERIFY(isEmpty(m.calmar, EmptyReason::LostEverything));
    QVERIFY(near(m.maxDrawdown, 1));
    QVERIFY(near(m.apr, -365.0 / 3));
    // A day that starts with nothing has no return.
    for (const Figure* figure : {&m.volatility, &m.sharpe, &m.sortino, &m.positiveDays})
        QVERIFY(isEmpty(*figure, EmptyReason::LostEverything));
}

void TestMetrics::reasonsHaveTexts()
{
    std::set<std::string_view> texts;
    for (int i = 0; i <= static_cast<int>(EmptyReason::NotApplicable); ++i)
        QVERIFY(texts.insert(toText(static_cast<EmptyReason>(i))).second);
    QVERIFY(toText(EmptyReason::None).empty());
}

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
