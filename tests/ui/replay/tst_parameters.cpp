// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/edit_bar.h"
#include "replay/parameter_model.h"
#include "replay/parameter_table.h"
#include "replay/parameters_panel.h"
#include "replay/run_draft.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestParameters : public QObject
{
    Q_OBJECT
  private slots:
    void everyDeclaredParameterIsThere();
    void changesAreCountedAndUndone();
    void whatCannotBeIsKeptWithTheReason();
    void fixedOnesCannotBeChanged();
    void theSameValueInOtherWordsIsNoChange();
    void perCentOfAFraction();
    void changesStayWithTheirPreset();
    void anOwnPresetIsKeptAndDeleted();
    void editsWithTheKeyboard();
    void findsAndFilters();
    void savesFromThePanel();
};

void TestParameters::everyDeclaredParameterIsThere()
{
    ParameterModel model;
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 0);
    const auto configuration = RunConfiguration::load("staking-hedged-leveraged").value();
    model.begin(configuration);
    const auto texts = configuration.values().resolved();
    std::size_t count = 0;
    for (int g = 0; g < model.rowCount(); ++g)
        for (int r = 0; r < model.rowCount(model.index(g, 0)); ++r, ++count) {
            const QModelIndex at = model.index(r, ParameterModel::Value, model.index(g, 0));
            const std::string key = at.data(ParameterModel::KeyRole).toString().toStdString();
            QCOMPARE(at.data().toString(), QString::fromStdString(texts.at(key)));
            QVERIFY(!at.data(ParameterModel::HelpRole).toString().isEmpty());
        }
    QCOMPARE(count, configuration.schema().parameters().size());
    QVERIFY(model.configuration()->values().resolved() == texts);
}

void TestParameters::changesAreCountedAndUndone()
{
    ParameterModel model;
    const QAbstractItemModelTester tester(&model);
    model.begin(RunConfiguration::load("btc-basis").value());
    QSignalSpy edited(&model, &ParameterModel::edited);
    model.setText("basis.delta_tolerance", "0.01");
    model.setText("basis.rebalance", "false");
    QCOMPARE(model.changedCount(), 2);
    QCOMPARE(edited.count(), 2);
    QCOMPARE(model.configuration()->values().number("basis.delta_tolerance"), 0.01);
    QVERIFY(!model.configuration()->values().boolean("basis.rebalance"));
    model.undo().undo();
    QCOMPARE(model.text("basis.rebalance"), QString("true"));
    model.undo().redo();
    QCOMPARE(model.text("basis.rebalance"), QString("false"));
    model.revertAll();
    QCOMPARE(model.changedCount(), 0);
    model.undo().undo(); // all of it at once
    QCOMPARE(model.changedCount(), 2);
}

void TestParameters::whatCannotBeIsKeptWithTheReason()
{
    ParameterModel model;
    model.begin(RunConfiguration::load("btc-basis").value());
    model.setText("basis.delta_tolerance", "4");
    QVERIFY(!model.configuration().has_value());
    QCOMPARE(model.invalidCount(), 1);
    const QModelIndex at = model.firstInvalid();
    QCOMPARE(at.data(ParameterModel::KeyRole).toString(), QString("basis.delta_tolerance"));
    QCOMPARE(at.data().toString(), QString("4")); // as it was typed
    QVERIFY(at.data(ParameterModel::ErrorRole).toString().contains("CONF-003"));
    model.setText("basis.delta_tolerance", "many");
    QVERIFY(model.firstInvalid().data(ParameterModel::ErrorRole).toString().contains("CONF-002"));
    model.setText("basis.delta_tolerance", "0.02");
    QVERIFY(!model.firstInvalid().isValid());
    QVERIFY(model.configuration().has_value());
}

void TestParameters::fixedOnesCannotBeChanged()
{
    ParameterModel model;
    model.begin(RunConfiguration::load("btc-basis").value(),
                [](const std::string& key) { return key == "capital" ? QString("it is fixed") : QString(); });
    const QModelIndex capital = model.find("capital");
    QVERIFY((capital.flags() & Qt::ItemIsEditable) == 0);
    QVERIFY(!model.setData(capital, "5"));
    QCOMPARE(model.changedCount(), 0);
    QCOMPARE(capital.data(ParameterModel::FixedRole).toString(), QString("it is fixed"));
}

void TestParameters::theSameValueInOtherWordsIsNoChange()
{
    ParameterModel model;
    model.begin(RunConfiguration::load("btc-basis").value());
    model.setText("basis.delta_tolerance", " 0.0050 ");
    QCOMPARE(model.changedCount(), 0);
    model.setText("basis.delta_tolerance", "5e-3");
    QCOMPARE(model.changedCount(), 0);
}

void TestParameters::perCentOfAFraction()
{
    ParameterModel model;
    model.begin(RunConfiguration::load("staking-hedged-leveraged").value());
    model.setText("rebalance.equity_tolerance", "4 %");
    QCOMPARE(model.text("rebalance.equity_tolerance"), QString("0.04"));
    model.setText("leverage.target_ltv", "90%");
    QCOMPARE(model.text("leverage.target_ltv"), QString("0.9"));
    QCOMPARE(model.invalidCount(), 0);
    model.setText("rebalance.equity_tolerance", "much %");
    QCOMPARE(model.invalidCount(), 1);
    model.setText("capital", "5 %"); // of what?
    QCOMPARE(model.invalidCount(), 2);
}

void TestParameters::changesStayWithTheirPreset()
{
    RunDraft draft;
    QSignalSpy chosen(&draft, &RunDraft::chosen);
    draft.parameters().setText("basis.delta_tolerance", "0.01");
    QVERIFY(draft.choose("eth-basis"));
    QCOMPARE(draft.parameters().changedCount(), 0);
    QVERIFY(draft.choose("btc-basis"));
    QCOMPARE(draft.parameters().text("basis.delta_tolerance"), QString("0.01"));
    QCOMPARE(chosen.count(), 2);
    QVERIFY(!draft.choose("no-such-preset"));
    QCOMPARE(draft.preset().name, QString("btc-basis"));
}

void TestParameters::anOwnPresetIsKeptAndDeleted()
{
    const QTemporaryDir folder;
    RunDraft draft(folder.path());
    draft.parameters().setText("basis.delta_tolerance", "0.01");
    QVERIFY(!draft.saveAs("btc-basis", {}).has_value()); // the program's own
    QVERIFY(draft.saveAs("mine", "my summary").has_value());
    QCOMPARE(draft.preset().name, QString("mine"));
    QVERIFY(draft.preset().own());
    QCOMPARE(draft.parameters().changedCount(), 0); // it is what the preset says
    QCOMPARE(draft.configuration()->values().number("basis.delta_tolerance"), 0.01);
    QVERIFY(draft.choose("btc-basis"));
    QCOMPARE(draft.parameters().changedCount(), 0); // the change went into the new one

    RunDraft later(folder.path()); // of the next start
    QCOMPARE(later.presets().back().name, QString("mine"));
    QCOMPARE(later.presets().back().summary, QString("my summary"));
    QVERIFY(later.choose("mine"));
    const auto text = later.removeChosen();
    QVERIFY(text.has_value());
    QVERIFY(!later.choose("mine"));
    QVERIFY(later.restore("mine", *text).has_value());
    QCOMPARE(later.preset().name, QString("mine"));
    QCOMPARE(later.configuration()->values().number("basis.delta_tolerance"), 0.01);
}

void TestParameters::editsWithTheKeyboard()
{
    RunDraft draft;
    ParameterTable table(draft.parameters());
    table.resize(420, 500);
    table.show();
    table.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&table));
    table.reveal(draft.parameters().find("basis.delta_tolerance"));
    table.view()->setFocus();
    QTest::keyClick(table.view(), Qt::Key_F2);
    auto* line = table.view()->findChild<QLineEdit*>();
    QVERIFY(line != nullptr);
    QCOMPARE(line->text(), QString("0.005"));
    line->selectAll();
    QTest::keyClicks(line, "2");
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_COMPARE(draft.parameters().text("basis.delta_tolerance"), QString("2"));
    auto* description = table.findChild<QLabel*>("parameterDescription");
    QVERIFY2(description->text().contains("CONF-003"), qPrintable(description->text()));
    QTest::keyClick(table.view(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(draft.parameters().text("basis.delta_tolerance"), QString("0.005"));
    QTest::keyClick(table.view(), Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(draft.parameters().text("basis.delta_tolerance"), QString("2"));
    QTest::keyClick(table.view(), Qt::Key_Delete);
    QCOMPARE(draft.parameters().changedCount(), 0);
    // A choice opens its list.
    table.reveal(draft.parameters().find("basis.rebalance"));
    QTest::keyClick(table.view(), Qt::Key_F2);
    auto* list = table.view()->findChild<QComboBox*>();
    QVERIFY(list != nullptr);
    QCOMPARE(list->count(), 2);
    list->setCurrentText("false");
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(draft.parameters().text("basis.rebalance"), QString("false"));
}

void TestParameters::findsAndFilters()
{
    RunDraft draft;
    ParameterTable table(draft.parameters());
    table.resize(420, 500);
    table.show();
    const auto rows = [&table] {
        int count = 0;
        for (QModelIndex at = table.view()->model()->index(0, 0); at.isValid(); at = table.view()->indexBelow(at))
            count += at.parent().isValid() ? 1 : 0;
        return count;
    };
    const int all = rows();
    QTest::keyClicks(table.filter(), "delta_tol");
    QCOMPARE(rows(), 1);
    table.filter()->clear();
    QCOMPARE(rows(), all);
    auto* changed = table.findChild<QCheckBox*>("changedOnly");
    QTest::mouseClick(changed, Qt::LeftButton, {}, QPoint(6, changed->height() / 2));
    QCOMPARE(rows(), 0);
    draft.parameters().setText("basis.delta_tolerance", "0.01");
    changed->setChecked(false);
    changed->setChecked(true);
    QCOMPARE(rows(), 1);
    table.reveal(draft.parameters().find("capital")); // is not among them: the filters go
    QCOMPARE(rows(), all);
    QCOMPARE(table.view()->currentIndex().data(ParameterModel::KeyRole).toString(), QString("capital"));
}

void TestParameters::savesFromThePanel()
{
    const QTemporaryDir folder;
    RunDraft draft(folder.path());
    ParametersPanel panel(draft);
    panel.resize(420, 600);
    panel.show();
    panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    QSignalSpy saved(&panel, &ParametersPanel::saved);
    QSignalSpy removed(&panel, &ParametersPanel::removed);
    draft.parameters().setText("basis.delta_tolerance", "3");
    auto* save = panel.findChild<QPushButton*>("savePreset");
    QVERIFY(!save->isEnabled()); // it cannot be
    draft.parameters().setText("basis.delta_tolerance", "0.01");
    QTest::mouseClick(save, Qt::LeftButton);
    auto* line = panel.findChild<EditBar*>()->line();
    QVERIFY(line->isVisible());
    QCOMPARE(line->text(), QString("my-btc-basis"));
    line->selectAll();
    QTest::keyClicks(line, "not a name");
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY(line->isVisible()); // to be corrected
    QCOMPARE(line->text(), QString("not a name"));
    QCOMPARE(saved.count(), 0);
    line->selectAll();
    QTest::keyClicks(line, "calm");
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(saved.count(), 1);
    QVERIFY(QFile::exists(folder.filePath("calm.toml")));
    auto* remove = panel.findChild<QPushButton*>("removePreset");
    QVERIFY(remove->isVisible());
    QTest::mouseClick(remove, Qt::LeftButton);
    QCOMPARE(removed.count(), 1);
    QVERIFY(!QFile::exists(folder.filePath("calm.toml")));
    QVERIFY(!remove->isVisible());
}

QTEST_MAIN(TestParameters)
#include "tst_parameters.moc"
