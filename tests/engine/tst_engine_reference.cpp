// SPDX-License-Identifier: GPL-3.0-or-later
// The reference presets against the independent recalculation of tests/reference.
#include "support/driven_run.h"

#include <nlohmann/json.hpp>

#include <QProcess>

using namespace carry;
using namespace carry::test;

namespace
{

constexpr double kMoney = 1e-4;  // USDT: the engine keeps cash to 1e-8 a posting
constexpr double kRatio = 1e-9;  // of rates and ratios
constexpr double kMargin = 1e-6; // quantities are cut at 1e-12
constexpr double kSharpe = 1e-4; // of ratios of up to a few hundred, whose divisor is tiny

using Json = nlohmann::json;

struct Period {
    const char* asset;
    const char* from;
    const char* to;
    double capital;
};

//! The recalculation's output; an object without members if it failed.
Json recalculated(const Period& period)
{
    QProcess python;
    python.setStandardErrorFile(QProcess::nullDevice());
    python.start("python3", {CARRYDESK_SOURCE_DIR "/tests/reference/basis_reference.py", "--asset", period.asset,
                             "--data", QString::fromStdString(marketDataFolder().string()), "--from", period.from,
                             "--to", period.to, "--capital", QString::number(period.capital, 'f', 2)});
    if (!python.waitForFinished(120'000) || python.exitCode() != 0)
        return Json::object();
    return Json::parse(python.readAllStandardOutput().toStdString());
}

//! Collects differences, so that one failure shows them all.
class Comparison
{
  public:
    void number(const std::string& name, double actual, const Json& expected, double tolerance)
    {
        if (!expected.is_number())
            m_differences << text(name) + " is missing in the reference";
        else if (!(std::abs(actual - expected.get<double>()) <= tolerance))
            m_differences << QString("%1: %2, reference %3")
                                 .arg(text(name))
                                 .arg(actual, 0, 'g', 17)
                                 .arg(expected.get<double>(), 0, 'g', 17);
    }
    void figure(const std::string& name, const Figure& actual, const Json& expected, double tolerance)
    {
        if (actual.value && !expected.is_null())
            number(name, *actual.value, expected, tolerance);
        else if (actual.value.has_value() == expected.is_null())
            m_differences << text(name) + (expected.is_null() ? " is empty in the reference" : " is empty");
    }
    void equal(const std::string& name, const std::string& actual, const Json& expected)
    {
        const std::string wanted = expected.is_string() ? expected.get<std::string>() : expected.dump();
        if (actual != wanted)
            m_differences << text(name + ": " + actual + ", reference " + wanted);
    }
    QString result() const { return m_differences.join("\n"); }

  private:
    QStringList m_differences;
};

void compareVenues(Comparison& compare, const DrivenRun& run, const Json& reference)
{
    const RunSummary& s = run.summary;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const std::string name{toText(venue)};
        const Json& expected = reference["by_venue"][name];
        const auto item = [&](const char* key, PnlItem which) {
            compare.number(name + "." + key, s.attribution.at(venue, which), expected[key], kMoney);
        };
        item("spot_price", PnlItem::SpotPrice);
        item("perp_price", PnlItem::PerpPrice);
        item("funding", PnlItem::Funding);
        item("trade_fees", PnlItem::TradeFees);
        compare.number(name + ".equity", s.equityByVenue[static_cast<std::size_t>(venue)], expected["equity"], kMoney);
        const ExchangeAccounts& ids = run.chart().exchange(venue);
        compare.number(name + ".coin", run.balance(ids.coin), expected["quantity"], 2e-12);
        compare.number(name + ".perp", -run.balance(ids.perp), expected["quantity"], 2e-12);
        const Json& funding = reference["funding"];
        compare.number(name + " funding", s.fundingByVenue[i], funding["by_venue"][name], kMoney);
        compare.equal(name + " settlements", std::to_string(s.settlementsByVenue[i]),
                      funding["settlements_by_venue"][name]);
        Json missing = Json::array();
        for (const Time t : s.missingByVenue[i])
            missing.push_back(formatIso(t));
        compare.equal(name + " missing", missing.dump(), Json(funding["missing_by_venue"][name].dump()));
    }
}

void compareMetrics(Comparison& compare, const RunSummary& s, const Json& expected)
{
    const PerformanceMetrics& m = s.performance;
    compare.figure("apr", m.apr, expected["apr"], kRatio);
    compare.figure("cagr", m.cagr, expected["cagr"], kRatio);
    compare.figure("volatility", m.volatility, expected["volatility"], kRatio);
    compare.figure("sharpe", m.sharpe, expected["sharpe"], kSharpe);
    compare.figure("sortino", m.sortino, expected["sortino"], kSharpe);
    compare.figure("positive days", m.positiveDays, expected["positive_days"], kRatio);
    compare.figure("drawdown", m.maxDrawdown, expected["max_drawdown"], kRatio);
    compare.equal("drawdown from", formatIso(m.drawdownFrom), expected["max_drawdown_from"]);
    compare.equal("drawdown to", formatIso(m.drawdownTo), expected["max_drawdown_to"]);
    compare.figure("min margin ratio", s.minMarginRatio, expected["min_margin_ratio"], kMargin);
    compare.equal("min margin at", formatIso(s.minMarginAt), expected["min_margin_ratio_at"]);
    // OKX stands on Binance's prices with the same fee: which of two equal ratios is lower is rounding.
    const auto twin = [](std::string venue) { return venue == "okx" ? std::string("binance") : venue; };
    compare.equal("min margin venue", twin(std::string(toText(s.minMarginVenue))),
                  Json(twin(expected["min_margin_ratio_venue"].get<std::string>())));
}

} // namespace

class TestEngineReference : public QObject
{
    Q_OBJECT

  private slots:
    void agrees_data()
    {
        QTest::addColumn<QString>("asset");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<double>("capital");
        for (const char* asset : {"BTC", "ETH"}) {
            const auto row = [asset](const char* name, const char* from, const char* to, double capital) {
                QTest::addRow("%s %s", asset, name) << QString(asset) << QString(from) << QString(to) << capital;
            };
            row("13 months", "2024-06-01T00:00:00Z", "2025-06-30T23:00:00Z", 100'000);
            row("from May", "2024-05-01T00:00:00Z", "2024-12-31T23:00:00Z", 100'000);
            row("inside a Binance hole", "2024-07-23T05:00:00Z", "2024-07-30T00:00:00Z", 250'000);
            row("ends at a settlement inside a hole", "2024-10-01T08:00:00Z", "2024-10-13T08:00:00Z", 1'500);
            row("one day", "2025-03-26T09:00:00Z", "2025-03-27T08:00:00Z", 250'000);
        }
    }

    void agrees()
    {
        QFETCH(QString, asset);
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(double, capital);
        CARRYDESK_NEEDS_MARKET_DATA(data);
        const QByteArray first = from.toLatin1();
        const QByteArray last = to.toLatin1();
        const QByteArray coin = asset.toLatin1();
        const Json reference = recalculated({coin.constData(), first.constData(), last.constData(), capital});
        if (reference.empty())
            QFAIL("the recalculation gave no result");

        auto configuration = configured(asset.toLower().toStdString() + "-basis-reference");
        applyAll(configuration, {"capital=" + std::to_string(capital)});
        DrivenRun run(configuration, *data, {at(first.constData()), at(last.constData())});
        run.finish();

        QCOMPARE(problems(run), QString());
        const RunSummary& s = run.summary;
        Comparison compare;
        compare.equal("steps", std::to_string(s.steps), reference["steps"]);
        compare.number("days", s.performance.days, reference["days"], kRatio);
        compare.number("nav", s.navFinal, reference["nav"]["final"], kMoney);
        compare.number("balance", s.pnlBalance, reference["pnl"]["balance"], kMoney);
        compare.number("funding", s.fundingTotal, reference["funding"]["total"], kMoney);
        const Json& attribution = reference["pnl"]["attribution"];
        for (std::size_t i = 0; i < kPnlItemCount; ++i) {
            const std::string item{toText(static_cast<PnlItem>(i))};
            const Json expected = attribution.contains(item) ? attribution[item] : Json(0.0);
            compare.number(item, s.attribution.total(static_cast<PnlItem>(i)), expected, kMoney);
        }
        compareVenues(compare, run, reference);
        compareMetrics(compare, s, reference["metrics"]);
        QCOMPARE(compare.result(), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QCOMPARE(s.liquidations, std::uint64_t{0});
    }
};

QTEST_APPLESS_MAIN(TestEngineReference)
#include "tst_engine_reference.moc"
