// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/run_controller.h"
#include "replay/run_draft.h"
#include "replay/run_form.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestRunForm : public QObject
{
    Q_OBJECT
  private slots:
    void init()
    {
        QLocale::setDefault(QLocale::c());
        m_form = std::make_unique<RunForm>(m_draft);
        m_form->show();
    }
    void cleanup() { m_form.reset(); }

    void startsWithTheDemo()
    {
        const auto request = m_form->request();
        QVERIFY(request.has_value());
        QCOMPARE(request->configuration.presetName(), std::string("btc-basis"));
        QCOMPARE(request->data, QString("demo"));
        QVERIFY(!request->period.from && !request->period.to);
        QCOMPARE(request->configuration.values().number("capital"), 100'000.0);
    }

    void takesWhatIsTyped()
    {
        type("First label, UTC", "2024-08-05 13:00");
        type("Last label, UTC", "2024-09-01");
        type("Capital in share class", "250000");
        const auto request = m_form->request();
        QVERIFY(request.has_value());
        QCOMPARE(formatIso(*request->period.from), std::string("2024-08-05T13:00:00Z"));
        QCOMPARE(formatIso(*request->period.to), std::string("2024-09-01T23:00:00Z")); // a day is meant to its end
        QCOMPARE(request->configuration.values().number("capital"), 250'000.0);
    }

    void marksWhatCannotBe_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::newRow("no time") << "First label, UTC"
                                 << "soon";
        QTest::newRow("no number") << "Capital in share class"
                                   << "much";
        QTest::newRow("negative") << "Capital in share class"
                                  << "-5";
        QTest::newRow("nothing") << "Capital in share class"
                                 << "0";
    }
    void marksWhatCannotBe()
    {
        QFETCH(QString, field);
        QFETCH(QString, text);
        type(field, text);
        QVERIFY(!m_form->request().has_value());
        QVERIFY(find(field)->property("invalid").toBool());
        QVERIFY(!find(field)->accessibleDescription().isEmpty()); // the reason, for screen readers too
        type(field, "100000");
        QVERIFY(!find(field)->property("invalid").toBool());
    }

    void marksAnEndBeforeTheStart()
    {
        type("First label, UTC", "2024-09-01");
        type("Last label, UTC", "2024-08-01");
        QVERIFY(!m_form->request().has_value());
        QVERIFY(find("Last label, UTC")->property("invalid").toBool());
    }

    void asksToRunAndToCancel()
    {
        QSignalSpy run(m_form.get(), &RunForm::runRequested);
        QSignalSpy cancel(m_form.get(), &RunForm::cancelRequested);
        QTest::mouseClick(m_form->runButton(), Qt::LeftButton);
        QCOMPARE(run.count(), 1);
        m_form->setRunning(true);
        QTest::mouseClick(m_form->runButton(), Qt::LeftButton);
        QCOMPARE(cancel.count(), 1);
        QCOMPARE(run.count(), 1);
        m_form->setRunning(false);
        QTest::keyClick(find("Capital in share class"), Qt::Key_Return);
        QCOMPARE(run.count(), 2);
    }

    void remembersFolders()
    {
        m_form->setData(QStringLiteral("/data/2024"));
        QCOMPARE(m_form->data(), QString("/data/2024"));
        m_form->setData(QStringLiteral("demo"));
        QCOMPARE(m_form->data(), QString("demo"));
        m_form->setData(QStringLiteral("/data/2024"));
        auto* combo = m_form->findChildren<QComboBox*>().at(1);
        QCOMPARE(combo->count(), 3); // demo, the folder once, and the way to another one
    }

  private:
    QLineEdit* find(const QString& name)
    {
        for (auto* edit : m_form->findChildren<QLineEdit*>())
            if (edit->accessibleName() == name)
                return edit;
        return nullptr;
    }
    void type(const QString& field, const QString& text)
    {
        QLineEdit* edit = find(field);
        QVERIFY(edit != nullptr);
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }

    RunDraft m_draft;
    std::unique_ptr<RunForm> m_form;
};

QTEST_MAIN(TestRunForm)
#include "tst_run_form.moc"
