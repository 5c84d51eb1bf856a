// SPDX-License-Identifier: GPL-3.0-or-later
// Fees, tiers, haircuts, slippage and transfer rules as read from the configuration.
#include "support/venue_book.h"

using namespace carry;
using namespace carry::test;

class TestVenueParameters : public QObject
{
    Q_OBJECT

  private slots:
    void publishedDefaults();
    void feesGoToTheirPlaces();
    void costTableWinsOverKeys();
    void spotOfBtcBorrowsTheRowOfEth();
    void latencies();
    void maintenanceAboveInitialMarginIsRefused();
    void lots_data();
    void lots();
};

namespace
{

std::optional<Error> refusal(const Settings& settings)
{
    ParameterSchema schema;
    declareVenueParameters(schema, Asset::BTC);
    ParameterValues values(schema);
    applySettings(values, settings);
    const auto rules = readVenueRules(values, Asset::BTC, {});
    return rules ? std::nullopt : std::optional(rules.error());
}

} // namespace

void TestVenueParameters::publishedDefaults()
{
    const VenueRules rules = venueRules();
    const PerExchange<double> perpTaker{0.0005, 0.00055, 0.0005};
    for (const Venue venue : kExchanges) {
        QCOMPARE(rules.cex.at(venue).fees.spotTaker, 0.001);
        QCOMPARE(rules.cex.at(venue).fees.perpTaker, perpTaker[exchangeIndex(venue)]);
    }
    QVERIFY(rules.cex.margin.mode == MarginMode::Cross);
    QCOMPARE(rules.cex.margin.haircut, (std::array<double, kAssetCount>{0, 0.05, 0.05, 0, 0}));
    QCOMPARE(rules.cex.margin.debitApr, 0.08);
    QCOMPARE(rules.cex.margin.maxLeverage, 20.0);
    QCOMPARE(rules.cex.margin.liquidationFee, 0.005);
    QVERIFY(rules.transfer.depositLatency == std::chrono::minutes{15});
    QVERIFY(rules.transfer.withdrawalLatency == std::chrono::minutes{20});
    QCOMPARE(rules.chain.gasReserveEth, 0.1);
    QCOMPARE(rules.chain.transferUnits, 65'000.0);
    QCOMPARE(rules.chain.swapUnits, 180'000.0);
    QCOMPARE(rules.chain.approvalUnits, 55'000.0);
}

void TestVenueParameters::feesGoToTheirPlaces()
{
    const TradingFees fees = venueRules({{"fees.bybit.spot_taker", "0.001"},
                                         {"fees.bybit.spot_maker", "0.002"},
                                         {"fees.bybit.perp_taker", "0.003"},
                                         {"fees.bybit.perp_maker", "0.004"}})
                                 .cex.at(Venue::Bybit)
                                 .fees;
    QCOMPARE(fees.spotTaker, 0.001);
    QCOMPARE(fees.spotMaker, 0.002);
    QCOMPARE(fees.perpTaker, 0.003);
    QCOMPARE(fees.perpMaker, 0.004);
}

void TestVenueParameters::costTableWinsOverKeys()
{
    const CostTable costs{{"ETH/USDT", {1, 2, 3}}, {"ETH perp", {4, 5, 6}}, {"BTC perp", {7, 8, 9}}};
    const SlippageModel eth = venueRules({{"slippage.spot_10k", "99"}}, Asset::ETH, costs).cex.slippage;
    QCOMPARE(eth.bps(Product::Spot, 1), 1.0);
    QCOMPARE(eth.bps(Product::Perp, 1e6), 6.0);
    QVERIFY(!eth.spotIsProxy);
}

void TestVenueParameters::spotOfBtcBorrowsTheRowOfEth()
{
    const CostTable costs{{"ETH/USDT", {5, 7, 13}}, {"ETH perp", {4, 5, 6}}, {"BTC perp", {7, 8, 9}}};
    const SlippageModel btc = venueRules({{"slippage.spot_10k", "99"}}, Asset::BTC, costs).cex.slippage;
    QCOMPARE(btc.bps(Product::Spot, 1), 5.0);
    QVERIFY(btc.spotIsProxy);
    QCOMPARE(btc.bps(Product::Perp, 1), 7.0); // but its own perp row
    const CostTable own{{"ETH/USDT", {5, 7, 13}}, {"BTC/USDT", {1, 2, 3}}};
    QVERIFY(!venueRules({}, Asset::BTC, own).cex.slippage.spotIsProxy);
}

void TestVenueParameters::latencies()
{
    const TransferRules rules =
        venueRules({{"transfer.deposit_latency_min", "0"}, {"transfer.withdrawal_latency_min", "7.5"}}).transfer;
    QVERIFY(rules.depositLatency == Duration{0});
    QVERIFY(rules.withdrawalLatency == Duration{450'000});
}

void TestVenueParameters::maintenanceAboveInitialMarginIsRefused()
{
    // 1/50 = .02 is below the last tiers of all three.
    const auto error = refusal({{"margin.max_leverage", "50"}});
    QVERIFY(error);
    QVERIFY(error->code() == ErrorCode::ConfMargin);
    QCOMPARE(shown(error->value("key")), QString("margin.binance.tiers"));
    QVERIFY(!refusal({{"margin.max_leverage", "40"}}));
}

void TestVenueParameters::lots_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("no number") << QByteArray("instruments.okx.spot_lot") << QByteArray("fine") << false;
    QTest::newRow("zero lot") << QByteArray("instruments.okx.perp_lot") << QByteArray("0") << false;
    QTest::newRow("negative lot") << QByteArray("instruments.okx.spot_lot") << QByteArray("-0.1") << false;
    QTest::newRow("no contract") << QByteArray("instruments.okx.contract_value") << QByteArray("0") << true;
    QTest::newRow("negative contract") << QByteArray("instruments.okx.contract_value") << QByteArray("-1") << false;
}

void TestVenueParameters::lots()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(bool, accepted);
    const auto error = refusal({{key.constData(), value.constData()}});
    QCOMPARE(!error.has_value(), accepted);
    if (error) {
        QVERIFY(error->code() == ErrorCode::ConfType);
        QCOMPARE(shown(error->value("key")), QString(key));
    }
}

QTEST_APPLESS_MAIN(TestVenueParameters)
#include "tst_venue_parameters.moc"
