// SPDX-License-Identifier: GPL-3.0-or-later
// Chunked logs and columns: what is written stays where it is, across the borders of chunks.
#include "record/append_log.h"

#include <QtTest>

#include <memory>
#include <string>

using namespace carry;

class TestAppendLog : public QObject
{
    Q_OBJECT

  private slots:
    void logAcrossChunks();
    void elementsNeverMove();
    void movesWhatItIsGiven();
    void pushReturnsTheStoredElement();
    void tableAcrossChunks_data();
    void tableAcrossChunks();
    void columnOfAChunk();
    void valuesNeverMove();
};

void TestAppendLog::logAcrossChunks()
{
    AppendLog<std::size_t, 4> log;
    QCOMPARE(log.size(), std::size_t{0});
    for (std::size_t i = 0; i < 13; ++i) {
        log.push(i * i);
        QCOMPARE(log.size(), i + 1);
        for (std::size_t k = 0; k <= i; ++k)
            QCOMPARE(log[k], k * k);
    }
    AppendLog<int> standard;
    for (int i = 0; i < 3 * 4096 + 1; ++i)
        standard.push(i);
    for (const std::size_t i : {0U, 4095U, 4096U, 4097U, 8191U, 8192U, 12288U})
        QCOMPARE(standard[i], int(i));
}

void TestAppendLog::elementsNeverMove()
{
    AppendLog<std::string, 4> log;
    std::vector<const std::string*> places;
    for (int i = 0; i < 40; ++i) {
        log.push("entry " + std::to_string(i));
        places.push_back(&log[static_cast<std::size_t>(i)]);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        QVERIFY(places[i] == &log[i]);
        QCOMPARE(*places[i], "entry " + std::to_string(i));
    }
}

void TestAppendLog::movesWhatItIsGiven()
{
    AppendLog<std::unique_ptr<int>, 4> log;
    for (int i = 0; i < 9; ++i)
        log.push(std::make_unique<int>(i));
    QCOMPARE(*log[8], 8);
}

void TestAppendLog::pushReturnsTheStoredElement()
{
    AppendLog<int, 4> log;
    log.push(1);
    log.push(2) = 7;
    QCOMPARE(log[1], 7);
}

void TestAppendLog::tableAcrossChunks_data()
{
    QTest::addColumn<int>("columns");
    for (const int columns : {1, 2, 63, 64})
        QTest::newRow(qPrintable(QString("%1 columns").arg(columns))) << columns;
}

void TestAppendLog::tableAcrossChunks()
{
    QFETCH(int, columns);
    const auto width = static_cast<std::size_t>(columns);
    ColumnTable table(width);
    QCOMPARE(table.columns(), width);
    std::vector<double> row(width);
    const std::size_t rows = 2 * ColumnTable::kChunk + 3;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < width; ++c)
            row[c] = static_cast<double>(r * 1000 + c);
        table.push(row.data());
    }
    QCOMPARE(table.rows(), rows);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < width; ++c)
            if (table.at(r, c) != static_cast<double>(r * 1000 + c))
                QFAIL(qPrintable(QString("row %1 column %2 holds %3").arg(r).arg(c).arg(table.at(r, c))));
}

void TestAppendLog::columnOfAChunk()
{
    ColumnTable table(3);
    for (std::size_t r = 0; r < ColumnTable::kChunk + 10; ++r) {
        const double row[3] = {double(r), double(r) + 0.25, double(r) + 0.5};
        table.push(row);
    }
    for (std::size_t r = 0; r < ColumnTable::kChunk; ++r)
        QCOMPARE(table.chunk(0, 1)[r], double(r) + 0.25);
    for (std::size_t r = 0; r < 10; ++r)
        QCOMPARE(table.chunk(1, 2)[r], double(ColumnTable::kChunk + r) + 0.5);
}

void TestAppendLog::valuesNeverMove()
{
    ColumnTable table(2);
    const double row[2] = {1, 2};
    table.push(row);
    const double* place = table.chunk(0, 1);
    for (std::size_t r = 0; r < 3 * ColumnTable::kChunk; ++r)
        table.push(row);
    QVERIFY(table.chunk(0, 1) == place);
}

QTEST_APPLESS_MAIN(TestAppendLog)
#include "tst_append_log.moc"
