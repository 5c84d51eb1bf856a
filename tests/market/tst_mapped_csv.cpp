// SPDX-License-Identifier: GPL-3.0-or-later
// Foreign CSV files read with a mapping of their columns.
#include "market_folder.h"
#include "market_rows.h"

#include <sys/stat.h>

using namespace carry;

class TestMappedCsv : public QObject
{
    Q_OBJECT

  private slots:
    void mappedCandles();
    void mappedOpenOnly();
    void mappedFunding();
    void mappedReplaces();
    void mappedErrors_data();
    void mappedErrors();
    void mappedPipe();
};

void TestMappedCsv::mappedCandles()
{
    MarketFolder folder;
    folder.write("own.txt", "When;O;H;L;C\n1704067200;1;4;0.5;2\n1704070800;2;3;1;2.5\n1704070800;2;3;1;2.5\n");
    MarketData data;
    ColumnMapping mapping{kBinanceBtcSpot, "When", "O", "H", "L", "C", "", ColumnMapping::TimeUnit::Seconds, ';'};
    QVERIFY(readMappedCsv(data, folder.path() / "own.txt", mapping));
    const CandleSeries& candles = data.candles.at(kBinanceBtcSpot);
    QCOMPARE(candles.time, (std::vector<Time>{at("2024-01-01"), at("2024-01-01T01:00Z")}));
    QCOMPARE(candles.high, (std::vector<double>{4, 3}));
    QCOMPARE(candles.close, (std::vector<double>{2, 2.5}));
    QCOMPARE(data.files.size(), std::size_t{1});
    QCOMPARE(text(data.files[0].format), "mapped-csv");
    QVERIFY(data.files[0].used);
    QCOMPARE(findingsOf(data, FindingKind::Duplicate).at(0).line, 4U);
    QCOMPARE(coverageOf(data, "binance BTC/USDT spot").rows, std::uint64_t{2});
}

void TestMappedCsv::mappedOpenOnly()
{
    MarketFolder folder;
    folder.write("own.csv", "t\tprice\n1704067200000000\t7\n");
    MarketData data;
    ColumnMapping mapping{kBinanceBtcPerp, "t", "price", "", "", "", "", ColumnMapping::TimeUnit::Microseconds, '\t'};
    QVERIFY(readMappedCsv(data, folder.path() / "own.csv", mapping));
    const CandleSeries& candles = data.candles.at(kBinanceBtcPerp);
    QCOMPARE(iso(candles.time.at(0)), "2024-01-01T00:00:00Z");
    QCOMPARE(candles.low, candles.open);
    QCOMPARE(candles.high, candles.open);
    QCOMPARE(candles.close, candles.open);
}

void TestMappedCsv::mappedFunding()
{
    MarketFolder folder;
    folder.write("own.csv", "time,x,rate\n1704067200005,a,0.0001\n1704096000000,b,-0.0002\n");
    MarketData data;
    ColumnMapping mapping{kOkxBtcFunding, "time", "", "", "", "", "rate", ColumnMapping::TimeUnit::Milliseconds, ','};
    QVERIFY(readMappedCsv(data, folder.path() / "own.csv", mapping));
    const FundingSeries& funding = data.funding.at(kOkxBtcFunding);
    QCOMPARE(funding.time, (std::vector<Time>{at("2024-01-01"), at("2024-01-01T08:00Z")}));
    QCOMPARE(funding.rate, (std::vector<double>{0.0001, -0.0002}));
    QCOMPARE(findingsOf(data, FindingKind::SnappedStamp).size(), std::size_t{1});
    QVERIFY(findingsOf(data, FindingKind::ShiftedLabel).empty()); // the mapping says what the times are
}

void TestMappedCsv::mappedReplaces()
{
    MarketFolder folder;
    folder.write("a.csv", kPairHeader + bar(0) + bar(1) + bar(4));
    folder.write("own/own.csv", "t,o\n2024-01-01,7\n");
    MarketData data = folder.read();
    ColumnMapping mapping{kBinanceBtcSpot, "t", "o", "", "", "", "", ColumnMapping::TimeUnit::Iso, ','};
    QVERIFY(readMappedCsv(data, folder.path() / "own/own.csv", mapping));
    QCOMPARE(data.candles.at(kBinanceBtcSpot).open, (std::vector<double>{7}));
    QCOMPARE(data.report.coverage.size(), std::size_t{1});
    QVERIFY(findingsOf(data, FindingKind::Hole).empty());
    const auto found = findingsOf(data, FindingKind::Superseded);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].file, 0U);
    QVERIFY(!data.files[0].used && data.files.back().used);
}

void TestMappedCsv::mappedErrors_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("line");
    const auto row = [](const char* tag, const std::string& content, const char* code, const char* line) {
        QTest::newRow(tag) << content << QString(code) << QString(line);
    };
    row("column missing", "t,p\n2024-01-01,7\n", "DATA-005", "1");
    row("no rows", "t,o\n", "DATA-002", "");
    row("empty", "", "DATA-002", "");
    row("binary", std::string("t,o\n\0", 5), "DATA-003", "");
    row("bad number", "t,o\n2024-01-01,7\n2024-01-02,?\n", "DATA-006", "3");
    row("bad price", "t,o\n2024-01-01,-7\n", "DATA-007", "2");
    row("bad time", "t,o\n1704067200,7\n", "DATA-008", "2");
    row("unsorted", "t,o\n2024-01-02,7\n2024-01-01,7\n", "DATA-009", "3");
    row("conflict", "t,o\n2024-01-02,7\n2024-01-02,8\n", "DATA-010", "3");
    row("cut", "t,o\n2024-01-02,7\n2024-", "DATA-014", "3");
}

void TestMappedCsv::mappedErrors()
{
    QFETCH(std::string, content);
    QFETCH(QString, code);
    QFETCH(QString, line);
    MarketFolder folder;
    folder.write("own.csv", content);
    MarketData data;
    ColumnMapping mapping{kBinanceBtcSpot, "t", "o", "", "", "", "", ColumnMapping::TimeUnit::Iso, ','};
    const auto read = readMappedCsv(data, folder.path() / "own.csv", mapping);
    QVERIFY(!read);
    QCOMPARE(text(read.error().codeText()), code);
    QCOMPARE(text(read.error().value("line")), line);
    QVERIFY(text(read.error().value("file")).endsWith("own.csv"));
    QVERIFY(data.files.empty() && data.candles.empty() && data.report.coverage.empty() && data.report.findings.empty());
    const auto absent = readMappedCsv(data, folder.path() / "absent.csv", mapping);
    QCOMPARE(absent.error().code(), ErrorCode::DataNotFound);
}

//! Nobody writes into the pipe: whoever opened it would wait for ever.
void TestMappedCsv::mappedPipe()
{
    MarketFolder folder;
    const auto pipe = folder.path() / "own.csv";
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    MarketData data;
    ColumnMapping mapping{kBinanceBtcSpot, "t", "o", "", "", "", "", ColumnMapping::TimeUnit::Iso, ','};
    QCOMPARE(readMappedCsv(data, pipe, mapping).error().code(), ErrorCode::DataNotFound);
}

QTEST_APPLESS_MAIN(TestMappedCsv)
#include "tst_mapped_csv.moc"
