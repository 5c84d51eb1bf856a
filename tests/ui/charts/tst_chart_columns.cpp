// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_records.h"
#include "charts/chart_pane.h"
#include "charts/min_max_pyramid.h"
#include "charts/series_columns.h"

#include <QtTest>
#include <random>

using namespace carry;
using namespace carry::ui;

namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

MinMax plainly(const std::vector<double>& values, std::size_t first, std::size_t last)
{
    MinMax result;
    for (std::size_t i = first; i < last; ++i)
        if (!std::isnan(values[i])) {
            result.min = std::min(result.min, values[i]);
            result.max = std::max(result.max, values[i]);
        }
    return result;
}

SeriesSource navSource()
{
    return {[](const RunRecord& r, std::size_t step, const SeriesSource& s) { return r.at(step, s.column); },
            ColumnLayout::step(StepColumn::Nav)};
}

} // namespace

class TestChartColumns : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void pyramidAgreesWithLookingAtEachValue()
    {
        std::mt19937 random(7);
        std::uniform_real_distribution<double> value(-1000, 1000);
        for (int round = 0; round < 200; ++round) {
            MinMaxPyramid pyramid;
            std::vector<double> values;
            // Appended in pieces of any size, as a growing record is.
            for (int piece = 0; piece < 6; ++piece) {
                std::vector<double> more(random() % (round % 10 == 0 ? 3000 : 90));
                const std::size_t absent = piece % 2 == 0 ? 5 : 1; // every fifth, or the whole piece
                for (double& v : more)
                    v = random() % absent == 0 ? kNaN : value(random);
                pyramid.append(more);
                values.insert(values.end(), more.begin(), more.end());
                QCOMPARE(pyramid.size(), values.size());
                for (int query = 0; query < 30 && !values.empty(); ++query) {
                    const std::size_t a = random() % (values.size() + 1);
                    const std::size_t b = random() % (values.size() + 1);
                    const auto [first, last] = std::minmax(a, b);
                    const MinMax expected = plainly(values, first, last);
                    const MinMax found = pyramid.query(first, last, [&](std::size_t i) { return values[i]; });
                    QCOMPARE(found.empty(), expected.empty());
                    if (!expected.empty()) {
                        QCOMPARE(found.min, expected.min);
                        QCOMPARE(found.max, expected.max);
                    }
                }
            }
        }
    }
    void pyramidLooksAtFewValues()
    {
        MinMaxPyramid pyramid;
        pyramid.append(std::vector<double>(1'000'000, 1.0));
        int looks = 0;
        pyramid.query(13, 999'987, [&](std::size_t) {
            ++looks;
            return 1.0;
        });
        QVERIFY(looks <= 30);
    }

    void mapPlacesEveryStepOnce_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<double>("fromPart");
        QTest::addColumn<double>("toPart");
        QTest::newRow("all, many steps a pixel") << 97 << 0.0 << 1.0;
        QTest::newRow("all, many pixels a step") << 5000 << 0.0 << 1.0;
        QTest::newRow("a part") << 311 << 0.35 << 0.55;
        QTest::newRow("wider than the record") << 400 << -0.5 << 1.5;
    }
    void mapPlacesEveryStepOnce()
    {
        QFETCH(int, width);
        QFETCH(double, fromPart);
        QFETCH(double, toPart);
        testing::MadeRecord made(1000);
        made.append(300);
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        const double size = 999.0 * static_cast<double>(kHour.count());
        PixelMap map;
        map.reset(start + size * fromPart, start + size * toPart, width);
        for (const std::size_t length : {std::size_t{300}, std::size_t{301}, std::size_t{1000}}) {
            made.append(length - made.record->committed());
            map.extend(*made.record, length);
            for (int x = 0; x < width; ++x) {
                QVERIFY(map.first(x) <= map.first(x + 1));
                for (std::size_t step = map.first(x); step < map.first(x + 1); ++step) {
                    const auto ms = static_cast<double>(toMs(made.record->time(step)));
                    QVERIFY(ms >= map.timeOf(x) - 1 && ms < map.timeOf(x + 1) + 1);
                }
            }
        }
    }

    void wideColumnsMissNothingAndMeet()
    {
        constexpr std::size_t kSteps = 60'000;
        constexpr int kWidth = 100;
        testing::MadeRecord made(kSteps);
        made.append(kSteps);
        const RunRecord& record = *made.record;
        const auto nav = [&](std::size_t step) { return record.at(step, ColumnLayout::step(StepColumn::Nav)); };
        PixelMap map;
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        map.reset(start, start + static_cast<double>((kSteps - 1) * kHour.count()), kWidth);
        map.extend(record, kSteps);
        SeriesColumns columns(navSource());
        columns.extend(record, kSteps);
        for (const std::size_t end : {kSteps, std::size_t{1}, std::size_t{30'001}, std::size_t{30'017}, kSteps - 5}) {
            MinMax before;
            for (int x = 0; x < kWidth && map.first(x) < end; ++x) {
                const MinMax column = columns.column(record, map, x, end);
                MinMax least;
                MinMax most;
                const std::size_t last = std::min(map.first(x + 1), end);
                for (std::size_t s = map.first(x); s < last; ++s)
                    least.add(nav(s));
                for (std::size_t s = std::max<std::size_t>(map.first(x), 16) - 16; s < std::min(last + 16, end); ++s)
                    most.add(nav(s));
                QVERIFY(column.min <= least.min && column.max >= least.max);
                QVERIFY(column.min >= most.min && column.max <= most.max); // nothing behind the end either
                if (x > 0)
                    QVERIFY(column.min <= before.max && column.max >= before.min);
                before = column;
            }
        }
    }

    void columnsHoldTheLineUpToTheEnd()
    {
        testing::MadeRecord made(4000);
        made.append(4000);
        const RunRecord& record = *made.record;
        PixelMap map;
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        map.reset(start, start + 3999.0 * static_cast<double>(kHour.count()), 321);
        map.extend(record, 4000);
        SeriesColumns columns(navSource());
        columns.extend(record, 4000);
        std::mt19937 random(3);
        for (int round = 0; round < 300; ++round) {
            const std::size_t end = 1 + random() % 4000;
            const int x = static_cast<int>(random() % 321);
            const MinMax column = columns.column(record, map, x, end);
            MinMax steps;
            for (std::size_t s = map.first(x); s < std::min(map.first(x + 1), end); ++s)
                steps.add(record.at(s, ColumnLayout::step(StepColumn::Nav)));
            if (map.first(x) >= end) {
                QVERIFY(column.empty());
                continue;
            }
            // All of its steps, and no more than the way to its neighbours.
            QVERIFY(column.min <= steps.min && column.max >= steps.max);
            const MinMax around =
                columns.range(record, std::max<std::size_t>(map.first(x), 1) - 1, std::min(map.first(x + 1) + 1, end));
            QVERIFY(column.min >= around.min && column.max <= around.max);
        }
    }
    void neighbouringColumnsTouch()
    {
        testing::MadeRecord made(2000);
        made.append(2000);
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        for (const double steps : {40.0, 400.0, 1999.0}) {
            PixelMap map;
            map.reset(start, start + steps * static_cast<double>(kHour.count()), 500);
            map.extend(*made.record, 2000);
            SeriesColumns columns(navSource());
            columns.extend(*made.record, 2000);
            for (int x = 0; x + 1 < 499; ++x) {
                const MinMax left = columns.column(*made.record, map, x, 2000);
                const MinMax right = columns.column(*made.record, map, x + 1, 2000);
                QVERIFY(left.max >= right.min - 1e-9 && right.max >= left.min - 1e-9);
            }
        }
    }
    void absentValuesLeaveGaps()
    {
        testing::MadeRecord made(1000); // the first hundred margin ratios are absent
        made.append(1000);
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        PixelMap map;
        map.reset(start, start + 999.0 * static_cast<double>(kHour.count()), 200);
        map.extend(*made.record, 1000);
        SeriesSource source = navSource();
        source.column = ColumnLayout::venue(0, VenueColumn::MarginRatio);
        SeriesColumns columns(source);
        columns.extend(*made.record, 1000);
        for (int x = 0; x < 200; ++x) {
            const bool any = map.first(x + 1) > 100;
            QCOMPARE(columns.column(*made.record, map, x, 1000).empty(), !any);
        }
    }

    //! Whatever way the cursor came, the picture is that of a fresh pane.
    void imageDependsOnTheCursorAlone()
    {
        testing::MadeRecord made(3000);
        made.append(3000);
        const auto start = static_cast<double>(toMs(testing::kChartStart));
        PixelMap map;
        map.reset(start, start + 2999.0 * static_cast<double>(kHour.count()), 400);
        map.extend(*made.record, 3000);
        for (const PaneSpec& spec : chartPanes(made.record->info())) {
            ChartPane travelled(spec);
            travelled.resize(80, 1);
            for (const std::size_t cursor : {2000UL, 2001UL, 2050UL, 700UL, 699UL, 2999UL, 40UL, 1500UL}) {
                travelled.prepare(*made.record, map, cursor, 3000);
                travelled.raster(*made.record, map, cursor, colors());
                ChartPane fresh(spec);
                fresh.resize(80, 1);
                fresh.prepare(*made.record, map, cursor, 3000);
                fresh.raster(*made.record, map, cursor, colors());
                QVERIFY2(travelled.image() == fresh.image(),
                         qPrintable(QStringLiteral("%1 at %2").arg(spec.key).arg(cursor)));
            }
        }
    }
};

QTEST_MAIN(TestChartColumns)
#include "tst_chart_columns.moc"
