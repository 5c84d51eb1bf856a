// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk/risk_monitor.h"

#include <QtTest>

using namespace carry;

Q_DECLARE_METATYPE(carry::RiskMetric)
Q_DECLARE_METATYPE(carry::RiskAction)

namespace
{

const ParameterSchema& schema()
{
    static const ParameterSchema made = [] {
        ParameterSchema s;
        declareRiskParameters(s);
        return s;
    }();
    return made;
}

QString textOf(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

} // namespace

class TestLimits : public QObject
{
    Q_OBJECT

  private slots:
    void defaults_data();
    void defaults();
    void warnMustComeBeforeCritical_data();
    void warnMustComeBeforeCritical();
    void refusalNamesTheNumbers();
    void targetMustExceedTheWarning();
    void actionsCanBeSwitchedOff();
};

//! The table of the specification.
void TestLimits::defaults_data()
{
    QTest::addColumn<RiskMetric>("metric");
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("warn");
    QTest::addColumn<double>("critical");
    QTest::addColumn<bool>("lowIsBad");
    QTest::addColumn<RiskAction>("action");
    using enum RiskMetric;
    using enum RiskAction;
    QTest::newRow("margin ratio") << MarginRatio << "margin_ratio" << 0.20 << 0.12 << true << MarginSupport;
    QTest::newRow("liquidation") << LiquidationDistance << "liquidation_distance" << 0.15 << 0.08 << true
                                 << MarginSupport;
    QTest::newRow("delta") << DeltaDrift << "delta_drift" << 0.01 << 0.02 << false << Hedge;
    QTest::newRow("funding") << FundingTrailing << "funding" << 0.0 << -0.05 << true << Report;
    QTest::newRow("basis") << Basis << "basis" << 0.01 << 0.02 << false << Report;
    QTest::newRow("staleness") << Staleness << "staleness" << 2.0 << 6.0 << false << NoNewTrades;
    QTest::newRow("drawdown") << Drawdown << "drawdown" << 0.05 << 0.15 << false << HaltNewRisk;
}

void TestLimits::defaults()
{
    QFETCH(RiskMetric, metric);
    QFETCH(QString, text);
    QFETCH(double, warn);
    QFETCH(double, critical);
    QFETCH(bool, lowIsBad);
    QFETCH(RiskAction, action);
    const auto limits = readRiskLimits(ParameterValues(schema()));
    QVERIFY(limits);
    const Threshold& threshold = limits->of(metric);
    QCOMPARE(threshold.warn, warn);
    QCOMPARE(threshold.critical, critical);
    QCOMPARE(threshold.lowIsBad, lowIsBad);
    QCOMPARE(textOf(toText(metric)), text);
    QVERIFY(actionOnCritical(metric) == action);
    QVERIFY(limits->actions);
    QCOMPARE(limits->marginTarget, 0.5);
}

void TestLimits::warnMustComeBeforeCritical_data()
{
    QTest::addColumn<QString>("metric");
    QTest::addColumn<QString>("warn");
    QTest::addColumn<QString>("critical");
    QTest::addColumn<bool>("valid");
    QTest::newRow("margin in order") << "margin_ratio"
                                     << "0.3"
                                     << "0.1" << true;
    QTest::newRow("margin reversed") << "margin_ratio"
                                     << "0.1"
                                     << "0.3" << false;
    QTest::newRow("margin equal") << "margin_ratio"
                                  << "0.2"
                                  << "0.2" << false;
    QTest::newRow("distance reversed") << "liquidation_distance"
                                       << "0.05"
                                       << "0.08" << false;
    QTest::newRow("drift in order") << "delta_drift"
                                    << "0.02"
                                    << "0.05" << true;
    QTest::newRow("drift reversed") << "delta_drift"
                                    << "0.05"
                                    << "0.02" << false;
    QTest::newRow("drift equal") << "delta_drift"
                                 << "0.02"
                                 << "0.02" << false;
    QTest::newRow("funding below zero") << "funding"
                                        << "-0.02"
                                        << "-0.1" << true;
    QTest::newRow("funding reversed") << "funding"
                                      << "-0.1"
                                      << "-0.02" << false;
    QTest::newRow("basis reversed") << "basis"
                                    << "0.03"
                                    << "0.02" << false;
    QTest::newRow("staleness reversed") << "staleness"
                                        << "7"
                                        << "6" << false;
    QTest::newRow("drawdown reversed") << "drawdown"
                                       << "0.2"
                                       << "0.15" << false;
}

void TestLimits::warnMustComeBeforeCritical()
{
    QFETCH(QString, metric);
    QFETCH(QString, warn);
    QFETCH(QString, critical);
    QFETCH(bool, valid);
    ParameterValues values(schema());
    QVERIFY(values.setText(("risk." + metric + ".warn").toStdString(), warn.toStdString()));
    QVERIFY(values.setText(("risk." + metric + ".critical").toStdString(), critical.toStdString()));
    const auto limits = readRiskLimits(values);
    QCOMPARE(limits.has_value(), valid);
    if (!valid)
        QVERIFY(limits.error().code() == ErrorCode::ConfThresholds);
}

void TestLimits::refusalNamesTheNumbers()
{
    ParameterValues values(schema());
    QVERIFY(values.setText("risk.drawdown.warn", "0.2"));
    const auto limits = readRiskLimits(values);
    QVERIFY(!limits);
    QCOMPARE(textOf(limits.error().message()),
             QString("Thresholds of risk.drawdown are out of order: warn 0.2, critical 0.15"));
}

void TestLimits::targetMustExceedTheWarning()
{
    ParameterValues values(schema());
    QVERIFY(values.setText("risk.margin_target", "0.2"));
    const auto limits = readRiskLimits(values);
    QVERIFY(!limits);
    QVERIFY(limits.error().code() == ErrorCode::ConfThresholds);
    QVERIFY(values.setText("risk.margin_target", "0.21"));
    QCOMPARE(readRiskLimits(values)->marginTarget, 0.21);
}

void TestLimits::actionsCanBeSwitchedOff()
{
    ParameterValues values(schema());
    QVERIFY(values.setText("risk.actions", "false"));
    QVERIFY(!readRiskLimits(values)->actions);
}

QTEST_APPLESS_MAIN(TestLimits)
#include "tst_limits.moc"
