// SPDX-License-Identifier: GPL-3.0-or-later
// What a stored run is opened with is all that its charts look at, step after step.
#include "charts/chart_series.h"
#include "charts/charted_columns.h"
#include "desk/range_figures.h"

#include <QtTest>
#include <numeric>

using namespace carry;
using namespace carry::ui;

namespace
{

//! Every value is 1; counts those that were not held.
class OnesSource final : public ColumnSource
{
  public:
    explicit OnesSource(std::vector<std::size_t>& asked) : m_asked(asked) {}
    Result<void> read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
                      const StepHeads*) override
    {
        std::fill_n(into, columns.size() * (last - first), 1.0);
        return {};
    }
    double value(std::size_t, std::size_t column) override
    {
        m_asked.push_back(column);
        return 1;
    }
    std::optional<Error> fault() const override { return std::nullopt; }

  private:
    std::vector<std::size_t>& m_asked;
};

RunInfo infoOf(bool chain)
{
    RunInfo info;
    info.strategy = chain ? "usdt_eth_staking_hedged_leveraged" : "btc_basis";
    info.assets = {chain ? Asset::ETH : Asset::BTC};
    info.base = info.assets.front();
    info.configuration = {{"basis.delta_tolerance", "0.005"}};
    if (chain) {
        info.chain.aave = true;
        info.chain.lst = Asset::weETH;
    }
    return info;
}

} // namespace

class TestChartedColumns : public QObject
{
    Q_OBJECT
  private slots:
    void chartsLookAtNothingElse_data();
    void chartsLookAtNothingElse();
};

void TestChartedColumns::chartsLookAtNothingElse_data()
{
    QTest::addColumn<bool>("chain");
    QTest::newRow("at exchanges") << false;
    QTest::newRow("on chain") << true;
}

void TestChartedColumns::chartsLookAtNothingElse()
{
    QFETCH(bool, chain);
    constexpr std::size_t kSteps = 3;
    const RunInfo info = infoOf(chain);
    std::vector<std::size_t> asked;
    RunRecord record(
        info, std::make_unique<LazyColumns>(layoutOf(info).count(), kSteps, std::make_unique<OnesSource>(asked)));
    std::vector<std::int64_t> times(kSteps);
    std::iota(times.begin(), times.end(), 0);
    record.finishReading(times, std::vector<std::uint8_t>(kSteps, 1), std::vector<StepEnds>(kSteps));
    QVERIFY(record.lazyColumns()->fetch(0, chartedColumns(info)));
    for (const bool priceLegs : {false, true})
        for (const PaneSpec& pane : chartPanes(info, priceLegs))
            for (const ChartSeries& series : pane.series)
                if (pane.applies)
                    (void)series.source.at(record, 1);
    (void)rangeFigures(record, 0, kSteps - 1);
    QStringList names;
    for (const std::size_t column : asked)
        names.append(QString::fromStdString(record.layout().name(column)));
    QCOMPARE(names.join(", "), QString());
}

QTEST_APPLESS_MAIN(TestChartedColumns)
#include "tst_charted_columns.moc"
