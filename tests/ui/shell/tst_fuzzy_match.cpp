// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/fuzzy_match.h"

#include <QtTest>

using namespace carry::ui;

class TestFuzzyMatch : public QObject
{
    Q_OBJECT
  private slots:
    void finds_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("found");
        QTest::newRow("nothing typed") << ""
                                       << "Play" << true;
        QTest::newRow("part") << "cis"
                              << "Next decision" << true;
        QTest::newRow("case") << "NEXT"
                              << "Next decision" << true;
        QTest::newRow("initials") << "nd"
                                  << "Next decision" << true;
        QTest::newRow("words in any order") << "decision next"
                                            << "Next decision" << true;
        QTest::newRow("every word has to be there") << "next breach"
                                                    << "Next decision" << false;
        QTest::newRow("letters in their order only") << "dn"
                                                     << "Next decision" << true;
        QTest::newRow("other letters") << "xyz"
                                       << "Next decision" << false;
        QTest::newRow("umlauts") << "ä"
                                 << "ÄNDERN" << true;
    }
    void finds()
    {
        QFETCH(QString, typed);
        QFETCH(QString, text);
        QFETCH(bool, found);
        QCOMPARE(fuzzyScore(typed, text).has_value(), found);
    }

    void prefersWhatIsMeant_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("better");
        QTest::addColumn<QString>("worse");
        QTest::newRow("beginning of the text") << "run"
                                               << "Run the preset"
                                               << "Compare runs";
        QTest::newRow("beginning of a word") << "set"
                                             << "Reset settings"
                                             << "Offset";
        QTest::newRow("whole before scattered") << "dark"
                                                << "Dark"
                                                << "Drift and risk";
        QTest::newRow("all of it") << "hedged-leveraged"
                                   << "hedged-leveraged"
                                   << "hedged-leveraged-loop";
        QTest::newRow("initials") << "nb"
                                  << "Next breach"
                                  << "Unbalanced";
    }
    void prefersWhatIsMeant()
    {
        QFETCH(QString, typed);
        QFETCH(QString, better);
        QFETCH(QString, worse);
        QVERIFY(fuzzyScore(typed, better).value_or(-1) > fuzzyScore(typed, worse).value_or(-1));
    }
};

QTEST_APPLESS_MAIN(TestFuzzyMatch)
#include "tst_fuzzy_match.moc"
