// SPDX-License-Identifier: GPL-3.0-or-later
// Which strategies there are, what they need, and which configurations they refuse.
#include "support/basis_desk.h"

using namespace carry;
using namespace carry::test;

class TestRegistry : public QObject
{
    Q_OBJECT

  private slots:
    void names();
    void unknownNameIsAnError_data();
    void unknownNameIsAnError();
    void weights_data();
    void weights();
    void shareClass_data();
    void shareClass();
    void filterThresholds();
    void needs();
    void needsWithoutGas();
    void proxies();
};

namespace
{

std::optional<Error> refusal(const Settings& settings, std::string_view name = "btc_basis")
{
    const StrategyInfo info = findStrategy(name).value();
    ParameterSchema schema;
    declareStrategyParameters(schema, info);
    declareRiskParameters(schema, info.onChain());
    if (info.onChain())
        declareChainParameters(schema);
    ParameterValues values(schema);
    applySettings(values, settings);
    const VenueRules venues = test::venueRules({}, info.base);
    const RiskLimits limits = readRiskLimits(values).value();
    const auto made = makeStrategy(info, values, venues, limits);
    return made ? std::nullopt : std::optional(made.error());
}

} // namespace

void TestRegistry::names()
{
    for (const StrategyInfo& info : strategyInfos()) {
        const auto found = findStrategy(info.name);
        QVERIFY(found);
        QVERIFY(found->name == info.name);
        QVERIFY(!info.summary.empty());
        QVERIFY(!refusal({}, info.name));
    }
    QVERIFY(findStrategy("btc_basis")->base == Asset::BTC);
    QVERIFY(findStrategy("eth_basis")->base == Asset::ETH);
    QVERIFY(findStrategy("eth_basis")->shareClass == Asset::USDT);
}

void TestRegistry::unknownNameIsAnError_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"", "basis", "BTC_BASIS", "btc_basis ", "ml_directional", "unknown"})
        QTest::newRow(qPrintable("'" + QString(name) + "'")) << name;
}

void TestRegistry::unknownNameIsAnError()
{
    QFETCH(QString, name);
    const auto found = findStrategy(name.toStdString());
    QVERIFY(!found);
    QVERIFY(found.error().code() == ErrorCode::StratUnknown);
    QCOMPARE(shown(found.error().value("found")), name);
}

void TestRegistry::weights_data()
{
    QTest::addColumn<QByteArray>("binance");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("sum above 1") << QByteArray("0.5") << false;
    QTest::newRow("sum below 1") << QByteArray("0.39999") << false;
    QTest::newRow("sum is 1") << QByteArray("0.4") << true;
}

void TestRegistry::weights()
{
    QFETCH(QByteArray, binance);
    QFETCH(bool, accepted);
    const auto error = refusal({{"weights.binance", binance.constData()}});
    QCOMPARE(!error.has_value(), accepted);
    if (error)
        QVERIFY(error->code() == ErrorCode::ConfWeights);
    QVERIFY(!refusal({{"weights.binance", "1"}, {"weights.bybit", "0"}, {"weights.okx", "0"}}));
}

void TestRegistry::shareClass_data()
{
    QTest::addColumn<QByteArray>("share");
    QTest::newRow("ETH") << QByteArray("ETH");
    QTest::newRow("BTC") << QByteArray("BTC");
}

void TestRegistry::shareClass()
{
    QFETCH(QByteArray, share);
    const auto error = refusal({{"share_class", share.constData()}});
    QVERIFY(error);
    QVERIFY(error->code() == ErrorCode::StratShareClass);
    QCOMPARE(shown(error->value("strategy")), QString("btc_basis"));
    QCOMPARE(shown(error->value("expected")), QString("USDT"));
    QCOMPARE(shown(error->value("found")), QString(share));
}

void TestRegistry::filterThresholds()
{
    const Settings crossed{{"funding_filter.enabled", "true"},
                           {"funding_filter.exit_below", "0.05"},
                           {"funding_filter.enter_above", "0.03"}};
    const auto error = refusal(crossed);
    QVERIFY(error);
    QVERIFY(error->code() == ErrorCode::ConfThresholds);
    QVERIFY(!refusal({{"funding_filter.exit_below", "0.05"}, {"funding_filter.enter_above", "0.03"}})); // not used
}

void TestRegistry::needs()
{
    BasisDesk desk;
    const StrategyNeeds needs = desk.strategy->needs();
    QCOMPARE(needs.funding.size(), std::size_t{3});
    QVERIFY(needs.gas);
    // Spot and perp of its own coin at every exchange, each found through the map: no price of another coin.
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const LegSpec& spot = needs.legs[needs.map.spot[i]];
        const LegSpec& perp = needs.legs[needs.map.perp[i]];
        QVERIFY(spot.venue == venue && spot.asset == Asset::BTC && spot.product == Product::Spot && !spot.proxy);
        QVERIFY(perp.venue == venue && perp.asset == Asset::BTC && perp.product == Product::Perp && !perp.proxy);
        QVERIFY(needs.funding[i].venue == venue && needs.funding[i].asset == Asset::BTC);
        QCOMPARE(int(needs.funding[i].intervalHours), 8);
    }
    QVERIFY(needs.map.ethReference);
    const LegSpec& eth = needs.legs[*needs.map.ethReference];
    QVERIFY(eth.venue == Venue::Bybit && eth.asset == Asset::ETH && eth.product == Product::Spot);
}

void TestRegistry::needsWithoutGas()
{
    BasisDesk desk(kRoundAmounts);
    QVERIFY(!desk.strategy->needs().gas);
    QVERIFY(!desk.strategy->needs().map.ethReference);
    QCOMPARE(desk.strategy->needs().legs.size(), std::size_t{6});
    // A book in ETH prices gas with a leg that it has anyhow.
    BasisDesk eth({}, MadeMarket(48, Asset::ETH, 2'048), 0, "eth_basis");
    QCOMPARE(eth.strategy->needs().legs.size(), std::size_t{6});
    QCOMPARE(*eth.strategy->needs().map.ethReference, eth.legs.spot[exchangeIndex(Venue::Bybit)]);
}

void TestRegistry::proxies()
{
    BasisDesk desk({{"data.proxy.okx.spot", "binance"}, {"data.proxy.okx.perp", "bybit"}});
    const StrategyNeeds needs = desk.strategy->needs();
    const auto okx = exchangeIndex(Venue::Okx);
    QVERIFY(needs.legs[needs.map.spot[okx]].proxy == Venue::Binance);
    QVERIFY(needs.legs[needs.map.perp[okx]].proxy == Venue::Bybit);
}

QTEST_APPLESS_MAIN(TestRegistry)
#include "tst_registry.moc"
