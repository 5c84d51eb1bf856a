// SPDX-License-Identifier: GPL-3.0-or-later
// The traps of the market-data manifest on the real files. Expected values are those of the manifest or were counted in
// the files themselves. The files are not part of the program; without them the tests are skipped.
#include "market_folder.h"

#include <cstdlib>

using namespace carry;

namespace
{

std::filesystem::path marketFolder()
{
    if (const char* named = std::getenv("CARRYDESK_MARKET_DATA"))
        return named;
    return std::filesystem::path(CARRYDESK_SOURCE_DIR) / ".." / "shared" / "market-data";
}

const std::string kDump = "okx/okx_daily_dump_extract_BTC-ETH-USDT-SWAP_2024-05-01_2025-06-30.csv";

//! Simple APR of the settlements from `from` on and before `to`.
double apr(const FundingSeries& funding, Time from, Time to)
{
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < funding.time.size(); ++i)
        if (funding.time[i] >= from && funding.time[i] < to) {
            sum += funding.rate[i];
            ++count;
        }
    return sum / count * 3 * 365;
}

} // namespace

class TestRealTraps : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void everyFileIsKnown();
    void trap1OkxLabelsAreLate();
    void trap2ConsolidatedFileIsNotUsed();
    void trap2ConsolidatedFileAlone();
    void trap3Twins();
    void trap4MissingLabelDays();
    void trap5BinanceHoles_data();
    void trap5BinanceHoles();
    void trap6BybitDuplicates_data();
    void trap6BybitDuplicates();
    void trap7HourlyAave();
    void trap9MillisecondStamps();
    void trap10Placeholders();
    void coverage();
    void readsQuickly();

  private:
    QString fileOf(const Finding& finding) const { return text(m_data.files[finding.file].path); }
    MarketData m_data;
};

void TestRealTraps::initTestCase()
{
    if (!std::filesystem::is_directory(marketFolder()))
        QSKIP("skipped: no market data");
    auto data = readMarketFolder(marketFolder());
    QVERIFY2(data.has_value(), data ? "" : describe(data.error()).c_str());
    m_data = std::move(*data);
}

void TestRealTraps::everyFileIsKnown()
{
    QCOMPARE(m_data.files.size(), std::size_t{50}); // 48 data files, the manifest and the checksums
    QVERIFY(findingsOf(m_data, FindingKind::Unreadable).empty());
    QVERIFY(findingsOf(m_data, FindingKind::Unrecognised).empty());
    for (const auto& file : m_data.files)
        QVERIFY2(!file.format.empty(), file.path.c_str());
}

void TestRealTraps::trap1OkxLabelsAreLate()
{
    const FundingSeries& btc = m_data.funding.at(kOkxBtcFunding);
    QCOMPARE(iso(btc.time.front()), "2024-04-30T16:00:00Z");
    QCOMPARE(iso(btc.time.back()), "2025-06-30T08:00:00Z");
    QCOMPARE(btc.rate.front(), 7.54125373928e-05); // real_funding_rate of label 2024-05-01T00:00
    const auto found = findingsOf(m_data, FindingKind::ShiftedLabel);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(fileOf(found[0]), text(kDump));
    QCOMPARE(found[0].line, 2U);
    QCOMPARE(found[0].count, std::uint64_t{2712});
    QCOMPARE(text(toText(found[0].rule)), "subtract-eight-hours");
    // OKX candles carry true UTC labels.
    QCOMPARE(iso(coverageOf(m_data, "okx ETHUSDT perp").first), "2024-08-01T00:00:00Z");
}

void TestRealTraps::trap2ConsolidatedFileIsNotUsed()
{
    int listed = 0;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Superseded))
        if (finding.rule == QualityRule::PreferDailyDump) {
            ++listed;
            QVERIFY(fileOf(finding).contains("_funding_rates_"));
            QCOMPARE(text(finding.detail), text(kDump));
            QVERIFY(!m_data.files[finding.file].used);
        }
    QCOMPARE(listed, 2);
    // Realised APR of the manifest: 3.90 % and 3.85 % in the first half of 2025.
    const Time from = at("2025-01-01"), to = at("2025-07-01");
    QVERIFY(std::abs(apr(m_data.funding.at(kOkxBtcFunding), from, to) - 0.0390) < 1e-4);
    QVERIFY(std::abs(apr(m_data.funding.at(kOkxEthFunding), from, to) - 0.0385) < 1e-4);
}

void TestRealTraps::trap2ConsolidatedFileAlone()
{
    MarketFolder folder;
    const std::string name = "okx/okx_BTCUSDT_funding_rates_2024-05-01_2025-06-30.csv";
    folder.copy(marketFolder() / name, name);
    const auto data = folder.tryRead(); // its twins differ in the only rate it has, and no rule decides
    QVERIFY(!data);
    QVERIFY(text(data.error().value("first")).startsWith("DATA-010 " + text(name)));
    QVERIFY(text(data.error().value("first")).contains("2025-03-29T"));
}

void TestRealTraps::trap3Twins()
{
    for (const char* series : {"okx BTCUSDT funding", "okx ETHUSDT funding"}) {
        const auto twins = findingsOf(m_data, FindingKind::Twin, series);
        QCOMPARE(twins.size(), std::size_t{210});
        Time first = Time::max(), last = Time::min();
        for (const Finding& twin : twins) {
            QCOMPARE(fileOf(twin), text(kDump));
            QVERIFY(twin.line > 1);
            QVERIFY(text(twin.detail).contains(" | "));
            QCOMPARE(text(toText(twin.rule)), "use-real-funding-rate");
            first = std::min(first, *twin.from);
            last = std::max(last, *twin.from);
        }
        QCOMPARE(iso(first + std::chrono::hours{8}), "2025-03-29T00:00:00Z"); // labels of the manifest
        QCOMPARE(iso(last + std::chrono::hours{8}), "2025-06-09T16:00:00Z");
        QCOMPARE(coverageOf(m_data, series).rows, std::uint64_t{1146});
    }
    const auto btc = findingsOf(m_data, FindingKind::Twin, "okx BTCUSDT funding");
    QCOMPARE(btc[0].line, 1761U);
    QCOMPARE(text(btc[0].detail), "1.4898744478e-05 | 0.0001");
}

void TestRealTraps::trap4MissingLabelDays()
{
    const std::vector<std::pair<QString, std::uint64_t>> expected{
        {"2024-08-01", 93}, {"2024-11-04", 3}, {"2024-11-09", 3}, {"2024-12-03", 3}, {"2024-12-26", 3},
        {"2025-01-29", 3},  {"2025-02-04", 3}, {"2025-02-22", 3}, {"2025-03-16", 3}, {"2025-05-23", 3},
        {"2025-05-25", 3},  {"2025-06-03", 3}, {"2025-06-12", 3}, {"2025-06-23", 3}};
    for (const char* series : {"okx BTCUSDT funding", "okx ETHUSDT funding"}) {
        std::vector<std::pair<QString, std::uint64_t>> found;
        for (const Finding& gap : findingsOf(m_data, FindingKind::MissingFunding, series)) {
            // The first missing settlement is 8 h behind the last one there, its label 8 h later still.
            found.emplace_back(iso(*gap.from + std::chrono::hours{16}).left(10), gap.count);
            QCOMPARE(fileOf(gap), text(kDump));
            QVERIFY(gap.line > 1);
        }
        QCOMPARE(found, expected);
        QCOMPARE(coverageOf(m_data, series).holes, std::uint64_t{44 * 3});
    }
    QCOMPARE(findingsOf(m_data, FindingKind::MissingFunding).size(), 2 * expected.size());
}

void TestRealTraps::trap5BinanceHoles_data()
{
    QTest::addColumn<QString>("series");
    for (const char* series : {"binance BTC/USDT spot", "binance BTCUSDT perp", "binance ETHUSDT perp"})
        QTest::newRow(series) << QString(series);
}

void TestRealTraps::trap5BinanceHoles()
{
    QFETCH(QString, series);
    const std::vector<QString> lastBefore{"2024-02-10T00", "2024-03-22T00", "2024-05-01T23", "2024-06-11T23",
                                          "2024-07-22T23", "2024-09-01T23", "2024-10-12T23", "2024-11-23T00",
                                          "2025-01-03T00", "2025-02-13T00", "2025-03-26T00", "2025-05-05T23",
                                          "2025-06-15T23"};
    std::vector<QString> found;
    std::vector<std::uint32_t> lines;
    for (const Finding& hole : findingsOf(m_data, FindingKind::Hole, series.toStdString())) {
        found.push_back(iso(hole.from).left(13));
        lines.push_back(hole.line);
        QCOMPARE(*hole.to - *hole.from, kDay);
        QCOMPARE(hole.count, std::uint64_t{23});
        QVERIFY(fileOf(hole).startsWith("binance/"));
    }
    QCOMPARE(found, lastBefore);
    QCOMPARE(lines.front(), 963U); // 40 days and an hour behind the header, the day's 23 bars missing
    QCOMPARE(lines.back(), 12494U);
    QCOMPARE(coverageOf(m_data, series.toStdString()).rows, std::uint64_t{12829});
    QVERIFY(findingsOf(m_data, FindingKind::Hole, "bybit ETH/USDT spot").empty());
}

void TestRealTraps::trap6BybitDuplicates_data()
{
    QTest::addColumn<QString>("series");
    for (const char* series :
         {"bybit BTC/USDT spot", "bybit BTCUSDT perp", "bybit ETH/USDT spot", "bybit ETHUSDT perp"})
        QTest::newRow(series) << QString(series);
}

void TestRealTraps::trap6BybitDuplicates()
{
    QFETCH(QString, series);
    const auto found = findingsOf(m_data, FindingKind::Duplicate, series.toStdString());
    QCOMPARE(found.size(), std::size_t{13});
    QCOMPARE(iso(found.front().from), "2024-02-10T00:00:00Z");
    QCOMPARE(found.front().line, 963U);
    QCOMPARE(iso(found.back().from), "2025-06-04T00:00:00Z");
    QCOMPARE(found.back().line, 12495U);
    for (const Finding& finding : found) {
        QVERIFY(fileOf(finding).startsWith("bybit/"));
        QCOMPARE(text(toText(finding.rule)), "drop-exact-duplicate");
    }
    QCOMPARE(coverageOf(m_data, series.toStdString()).rows, std::uint64_t{13128});
    QCOMPARE(coverageOf(m_data, series.toStdString()).holes, std::uint64_t{0});
}

void TestRealTraps::trap7HourlyAave()
{
    for (const auto& [id, frame] : m_data.frames)
        if (id.starts_with("oracle.") || id.starts_with("aave."))
            for (const Time t : frame.time)
                QCOMPARE(t, Time(std::chrono::floor<std::chrono::days>(t)));
    QCOMPARE(findingsOf(m_data, FindingKind::Interpolated).size(), std::size_t{5});
    QCOMPARE(coverageOf(m_data, "oracle.weETH_ETH").rows, std::uint64_t{414});
    QCOMPARE(coverageOf(m_data, "aave.weETH").rows, std::uint64_t{415});
    int hourly = 0;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Superseded))
        hourly += finding.rule == QualityRule::PreferDailyOverHourly && fileOf(finding).endsWith("_hourly.csv");
    QCOMPARE(hourly, 1);
}

void TestRealTraps::trap9MillisecondStamps()
{
    MarketFolder folder;
    const std::string name = "binance/binance_BTCUSDT_funding_rates_2024-01-01_2025-06-30.csv.backup";
    folder.copy(marketFolder() / name, name);
    const MarketData backup = folder.read();
    const auto found = findingsOf(backup, FindingKind::SnappedStamp);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].count, std::uint64_t{339});
    QVERIFY(found[0].line > 1);
    // Snapped, it is the rounded file.
    const FundingSeries& snapped = backup.funding.at(kBinanceBtcFunding);
    const FundingSeries& rounded = m_data.funding.at(kBinanceBtcFunding);
    QCOMPARE(snapped.time, rounded.time);
    QCOMPARE(snapped.rate, rounded.rate);
    int backups = 0;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Superseded))
        backups += finding.rule == QualityRule::PreferCsvOverBackup && fileOf(finding).endsWith(".backup");
    QCOMPARE(backups, 2);
}

void TestRealTraps::trap10Placeholders()
{
    QStringList files;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Placeholder)) {
        files << fileOf(finding);
        QCOMPARE(text(toText(finding.rule)), "use-configuration");
        QVERIFY(!m_data.files[finding.file].used);
    }
    QCOMPARE(files,
             (QStringList{"risk-params/aave_v3_risk_parameters.json", "risk-params/binance_margin_requirements.json",
                          "risk-params/bybit_margin_requirements.json", "risk-params/okx_margin_requirements.json"}));
}

void TestRealTraps::coverage()
{
    QCOMPARE(m_data.candles.size(), std::size_t{8});
    QCOMPARE(m_data.funding.size(), std::size_t{6});
    QCOMPARE(m_data.report.coverage.size(), m_data.candles.size() + m_data.funding.size() + m_data.frames.size());
    QCOMPARE(coverageOf(m_data, "gas").rows, std::uint64_t{13128});
    QCOMPARE(coverageOf(m_data, "peg.weETH").rows, std::uint64_t{9932});
    QCOMPARE(coverageOf(m_data, "benchmark.sUSDe").rows, std::uint64_t{500});
    QCOMPARE(m_data.costs.at("BTC perp").upTo10k, 3.0);
    QCOMPARE(m_data.costs.at("ETH/USDT").above, 13.0);
    // Funding APR of the manifest for 2024.
    const Time from = at("2024-01-01"), to = at("2025-01-01");
    QVERIFY(std::abs(apr(m_data.funding.at(kBinanceBtcFunding), from, to) - 0.1192) < 1e-4);
}

void TestRealTraps::readsQuickly()
{
    // Far above what it takes, so that a busy machine or a sanitizer passes; a quadratic step would not.
    QElapsedTimer timer;
    timer.start();
    QVERIFY(readMarketFolder(marketFolder()));
    QVERIFY(timer.elapsed() < 10'000);
}

QTEST_APPLESS_MAIN(TestRealTraps)
#include "tst_real_traps.moc"
