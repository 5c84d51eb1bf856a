// SPDX-License-Identifier: GPL-3.0-or-later
// Columns that are read when somebody wants them: the same values whoever asks first, from any thread.
#include "record/lazy_columns.h"

#include <QtTest>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

using namespace carry;

namespace
{

constexpr std::size_t kColumns = 5;

//! Made so that column 1 never changes, column 2 changes once, and the others always do.
double made(std::size_t row, std::size_t column)
{
    if (column == 1)
        return 7;
    if (column == 2)
        return row < 5'000 ? 0 : 1;
    return static_cast<double>(row) * 10 + static_cast<double>(column);
}

class MadeSource final : public ColumnSource
{
  public:
    Result<void> read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
                      const StepHeads*) override
    {
        ++reads;
        if (failing) {
            failed = true;
            return fail(*fault());
        }
        for (const std::size_t column : columns)
            for (std::size_t row = first; row < last; ++row)
                *into++ = made(row, column);
        return {};
    }
    double value(std::size_t row, std::size_t column) override
    {
        ++values;
        return made(row, column);
    }
    std::optional<Error> fault() const override
    {
        return failed ? std::optional(Error(ErrorCode::StoreCorrupt)) : std::nullopt;
    }
    std::atomic<std::size_t> reads{0}, values{0};
    std::atomic<bool> failing{false}, failed{false};
};

struct Made {
    explicit Made(std::size_t rows)
    {
        auto made = std::make_unique<MadeSource>();
        source = made.get();
        columns = std::make_unique<LazyColumns>(kColumns, rows, std::move(made));
    }
    MadeSource* source;
    std::unique_ptr<LazyColumns> columns;
};

} // namespace

class TestLazyColumns : public QObject
{
    Q_OBJECT
  private slots:
    void readsWhatIsNotHeld();
    void holdsWhatWasFetched();
    void anyOrder_data();
    void anyOrder();
    void sharesWhatDoesNotChange();
    void looksWithoutHolding();
    void failuresAreTold();
    void readersAndFetchers();
};

void TestLazyColumns::readsWhatIsNotHeld()
{
    const Made made(10'000);
    QCOMPARE(made.columns->at(9'999, 4), 99'994.0);
    QCOMPARE(made.columns->held(0, 4), nullptr);
    QCOMPARE(made.source->values.load(), std::size_t{1});
    QVERIFY(!made.columns->holds(4));
}

void TestLazyColumns::holdsWhatWasFetched()
{
    const Made made(10'000);
    const std::vector<std::size_t> wanted{0, 4};
    for (std::size_t chunk = 0; chunk < made.columns->chunks(); ++chunk)
        QVERIFY(made.columns->fetch(chunk, wanted));
    QVERIFY(made.columns->holds(0) && made.columns->holds(4) && !made.columns->holds(3));
    for (const std::size_t row : {0U, 4'095U, 4'096U, 8'192U, 9'999U})
        QCOMPARE(made.columns->at(row, 4), ::made(row, 4));
    QCOMPARE(made.source->values.load(), std::size_t{0});
    QVERIFY(made.columns->fetch(1, wanted));
    QCOMPARE(made.source->reads.load(), made.columns->chunks()); // not once more
}

void TestLazyColumns::anyOrder_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<std::size_t>("rows");
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U})
        for (const std::size_t rows : {std::size_t{1}, LazyColumns::kChunk, std::size_t{10'001}})
            QTest::addRow("seed %u, %zu rows", seed, rows) << seed << rows;
}

//! Whatever is fetched in whatever order, every value is the one that was made.
void TestLazyColumns::anyOrder()
{
    QFETCH(unsigned, seed);
    QFETCH(std::size_t, rows);
    std::mt19937 random(seed);
    const Made made(rows);
    for (int turn = 0; turn < 12; ++turn) {
        std::vector<std::size_t> wanted(kColumns);
        std::iota(wanted.begin(), wanted.end(), std::size_t{0});
        std::shuffle(wanted.begin(), wanted.end(), random);
        wanted.resize(random() % kColumns + 1);
        QVERIFY(made.columns->fetch(random() % made.columns->chunks(), wanted));
        for (int look = 0; look < 100; ++look) {
            const std::size_t row = random() % rows;
            const std::size_t column = random() % kColumns;
            QCOMPARE(made.columns->at(row, column), ::made(row, column));
        }
    }
}

void TestLazyColumns::sharesWhatDoesNotChange()
{
    const Made made(LazyColumns::kChunk * 3);
    const std::vector<std::size_t> wanted{0, 1, 2};
    for (std::size_t chunk = 0; chunk < 3; ++chunk)
        QVERIFY(made.columns->fetch(chunk, wanted));
    QCOMPARE(made.columns->held(0, 1), made.columns->held(2, 1));
    QVERIFY(made.columns->held(0, 0) != made.columns->held(1, 0));
    QCOMPARE(made.columns->at(4'999, 2), 0.0);
    QCOMPARE(made.columns->at(5'000, 2), 1.0);
}

void TestLazyColumns::looksWithoutHolding()
{
    const Made made(10'000);
    QVERIFY(made.columns->fetch(2, std::vector<std::size_t>{3}));
    std::vector<double> room;
    const auto values = made.columns->look(2, room);
    QVERIFY(values);
    for (std::size_t column = 0; column < kColumns; ++column)
        for (const std::size_t row : {8'192U, 9'999U})
            QCOMPARE((*values)[column][row - 8'192], ::made(row, column));
    QVERIFY(made.columns->held(2, 0) == nullptr);
}

void TestLazyColumns::failuresAreTold()
{
    const Made made(10'000);
    made.source->failing = true;
    std::vector<double> room;
    QVERIFY(made.columns->fetch(0, std::vector<std::size_t>{0}).error().code() == ErrorCode::StoreCorrupt);
    QVERIFY(!made.columns->look(0, room));
    QVERIFY(made.columns->fault().has_value());
    QVERIFY(made.columns->held(0, 0) == nullptr);
}

//! For the thread sanitizer: what one thread publishes, others read meanwhile.
void TestLazyColumns::readersAndFetchers()
{
    const Made made(LazyColumns::kChunk * 20);
    std::atomic<bool> wrong{false};
    {
        std::vector<std::jthread> threads;
        for (unsigned seed = 0; seed < 2; ++seed)
            threads.emplace_back([&, seed] {
                for (std::size_t i = 0; i < 20; ++i)
                    if (!made.columns->fetch((i + seed * 10) % 20, std::vector<std::size_t>{0, 1, 2}))
                        wrong = true;
            });
        for (unsigned seed = 0; seed < 2; ++seed)
            threads.emplace_back([&, seed] {
                std::mt19937 random(seed);
                for (int i = 0; i < 50'000; ++i) {
                    const std::size_t row = random() % made.columns->rows();
                    const std::size_t column = random() % kColumns;
                    if (made.columns->at(row, column) != ::made(row, column))
                        wrong = true;
                }
            });
    }
    QVERIFY(!wrong);
    QVERIFY(made.columns->holds(2));
}

QTEST_APPLESS_MAIN(TestLazyColumns)
#include "tst_lazy_columns.moc"
