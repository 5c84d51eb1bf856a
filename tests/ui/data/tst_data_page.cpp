// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/coverage_map.h"
#include "data/data_page.h"
#include "data/finding_model.h"
#include "desk/backtest.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

//! Hourly candles with an hour left out and a row that stands there twice.
std::shared_ptr<const MarketData> madeFolder(const QTemporaryDir& folder)
{
    QFile file(folder.filePath("BTCUSDT-1h-2024-06.csv"));
    if (!file.open(QIODevice::WriteOnly))
        return nullptr;
    const qint64 start = 1717200000000; // 2024-06-01T00:00:00Z
    for (int hour = 0; hour < 200; ++hour) {
        if (hour == 50)
            continue;
        const qint64 open = start + hour * qint64{3'600'000};
        const QByteArray row = QByteArray::number(open) + ",67000,67100,66900,67050,12.5," +
                               QByteArray::number(open + 3'599'999) + ",838000,100,6,402000,0\n";
        file.write(row);
        if (hour == 80)
            file.write(row);
    }
    file.close();
    auto data = openData(folder.path().toStdString());
    return data ? *data : nullptr;
}

} // namespace

class TestDataPage : public QObject
{
    Q_OBJECT
  private slots:
    void saysWhatToDoFirst();
    void demoIsCalledSynthetic();
    void showsWhatIsWrong();
    void filters();
    void selectsASeriesByMouseAndKeys();
    void copiesPlainText();
    void realFolder();
};

void TestDataPage::saysWhatToDoFirst()
{
    DataPage page;
    page.show();
    QSignalSpy open(&page, &DataPage::openFolderRequested);
    QPushButton* button = nullptr;
    for (auto* each : page.findChildren<QPushButton*>())
        if (each->isVisible() && each->property("primary").toBool())
            button = each;
    QVERIFY(button != nullptr);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(open.count(), 1);
}

void TestDataPage::demoIsCalledSynthetic()
{
    DataPage page;
    page.setData(openData("demo").value(), "demo");
    bool said = false;
    for (const auto* label : page.findChildren<QLabel*>())
        said = said || label->text().contains("synthetic");
    QVERIFY(said);
}

void TestDataPage::showsWhatIsWrong()
{
    const QTemporaryDir folder;
    const auto data = madeFolder(folder);
    QVERIFY(data != nullptr);
    FindingModel model;
    QAbstractItemModelTester tester(&model);
    model.setData(data);
    QCOMPARE(model.rowCount(), int(data->report.findings.size()));
    bool hole = false;
    bool duplicate = false;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString kind = model.index(row, FindingModel::Kind).data().toString();
        hole = hole || kind == "Hole";
        duplicate = duplicate || kind == "Duplicate";
        QVERIFY(!model.index(row, FindingModel::Rule).data().toString().isEmpty());
        if (kind == "Duplicate")
            QVERIFY(model.place(row).contains("BTCUSDT-1h-2024-06.csv:"));
    }
    QVERIFY(hole);
    QVERIFY(duplicate);
    model.setData(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestDataPage::filters()
{
    const QTemporaryDir folder;
    const auto data = madeFolder(folder);
    DataPage page;
    page.resize(1200, 800);
    page.setData(data, folder.path());
    page.show();
    auto* table = page.findChild<QTableView*>();
    const int all = table->model()->rowCount();
    QVERIFY(all >= 2);
    auto* words = page.findChild<QLineEdit*>();
    QTest::keyClicks(words, "duplicate");
    QVERIFY(table->model()->rowCount() >= 1 && table->model()->rowCount() < all);
    words->clear();
    QCOMPARE(table->model()->rowCount(), all);
    int errors = 0;
    for (const Finding& f : data->report.findings)
        errors += f.severity == FindingSeverity::Error ? 1 : 0;
    auto* severity = page.findChild<QComboBox*>();
    severity->setFocus();
    QTest::keyClick(severity, Qt::Key_End);
    QCOMPARE(table->model()->rowCount(), errors);
}

void TestDataPage::selectsASeriesByMouseAndKeys()
{
    const auto data = openData("demo").value();
    DataPage page;
    page.resize(1200, 800);
    page.setData(data, "demo");
    page.show();
    auto* map = page.findChild<CoverageMap*>();
    auto* table = page.findChild<QTableView*>();
    const int all = table->model()->rowCount();
    QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(40, 32)); // the first row
    QCOMPARE(map->selected(), QString::fromStdString(data->report.coverage.front().series));
    int ofSeries = 0;
    for (const Finding& f : data->report.findings)
        ofSeries += f.series == data->report.coverage.front().series ? 1 : 0;
    QCOMPARE(table->model()->rowCount(), ofSeries);
    map->setFocus();
    QTest::keyClick(map, Qt::Key_Down);
    QVERIFY(map->selected() != QString::fromStdString(data->report.coverage.front().series));
    QTest::keyClick(map, Qt::Key_Escape);
    QVERIFY(map->selected().isEmpty());
    QCOMPARE(table->model()->rowCount(), all);
}

void TestDataPage::copiesPlainText()
{
    const QTemporaryDir folder;
    DataPage page;
    page.setData(madeFolder(folder), folder.path());
    page.show();
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto* table = page.findChild<QTableView*>();
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text().count('\t'), int(FindingModel::ColumnCount) - 1);
}

void TestDataPage::realFolder()
{
    const QString folder = QDir::cleanPath(CARRYDESK_SOURCE_DIR "/../shared/market-data");
    if (!QDir(folder).exists())
        QSKIP("no market data");
    const auto data = openData(folder.toStdString());
    QVERIFY(data.has_value());
    DataPage page;
    page.resize(1440, 900);
    page.setData(*data, folder);
    page.show();
    QCOMPARE(page.findChild<QTableView*>()->model()->rowCount(), int((*data)->report.findings.size()));
    QVERIFY(!page.grab().isNull());
}

QTEST_MAIN(TestDataPage)
#include "tst_data_page.moc"
