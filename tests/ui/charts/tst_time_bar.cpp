// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_records.h"
#include "charts/time_bar.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

struct Bar {
    explicit Bar(std::shared_ptr<const RunRecord> record)
    {
        bar.resize(1020, bar.sizeHint().height());
        session.setRecord(std::move(record));
        bar.show();
        bar.grab();
    }
    QPoint at(std::size_t step) const { return {bar.xOf(session.record()->time(step)), 12}; }
    QPoint below(std::size_t step) const { return {bar.xOf(session.record()->time(step)), bar.height() - 7}; }
    bool near(std::size_t step) const { return session.cursor() + 2 >= step && session.cursor() <= step + 2; }
    RunSession session;
    TimeBar bar{session};
};

} // namespace

class TestTimeBar : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyAtFirst()
    {
        Bar b(nullptr);
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, {300, 12});
        QTest::keyClick(&b.bar, Qt::Key_Right);
        QTest::keyClick(&b.bar, Qt::Key_PageDown);
        QTest::keyClick(&b.bar, Qt::Key_End);
        QVERIFY(b.session.empty());
        QVERIFY(!b.bar.describe(0).isEmpty());
    }
    void clickAndDragSeek()
    {
        testing::MadeRecord made(1000);
        made.append(700);
        Bar b(made.record);
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, b.at(200));
        QVERIFY(b.near(200));
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, b.at(650)); // right of the cursor
        QVERIFY(b.near(650));
        QTest::mousePress(&b.bar, Qt::LeftButton, {}, b.at(650));
        QTest::mouseMove(&b.bar, b.at(300));
        QVERIFY(b.near(300));
        // Beyond what is recorded: its end.
        QTest::mouseMove(&b.bar, {b.bar.width() - 12, 12});
        QCOMPARE(b.session.cursor(), std::size_t{699});
        QTest::mouseRelease(&b.bar, Qt::LeftButton, {}, b.at(100));
        QTest::mouseMove(&b.bar, b.at(100));
        QCOMPARE(b.session.cursor(), std::size_t{699});
    }
    void growsWhereTheEndIsNotKnown()
    {
        testing::MadeRecord made(1);
        made.append(10);
        Bar b(made.record);
        made.append(500);
        b.session.look();
        b.bar.grab();
        QVERIFY(b.bar.xOf(made.record->time(509)) < b.bar.width());
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, b.at(400));
        QVERIFY(b.near(400));
    }
    void showsTheLoop()
    {
        testing::MadeRecord made(1000);
        made.append(700);
        Bar b(made.record);
        b.session.seek(100);
        const auto colorAt = [&](std::size_t step, int y) {
            return b.bar.grab().toImage().pixelColor(b.bar.xOf(made.record->time(step)), y);
        };
        const QColor before = colorAt(450, 6);
        b.session.setLoop({400, std::nullopt});
        QCOMPARE(colorAt(400, 12), colors().accent); // one mark, and nothing is filled yet
        QCOMPARE(colorAt(450, 6), before);
        b.session.setLoop({400, 500});
        QVERIFY(colorAt(450, 6) != before);
        QCOMPARE(colorAt(550, 6), before);
        b.session.setLoop({});
        QCOMPARE(colorAt(450, 6), before);
    }
    void keysSeek()
    {
        testing::MadeRecord made(1000);
        made.append(700);
        Bar b(made.record);
        b.session.seek(300);
        const std::tuple<Qt::Key, std::size_t> keys[] = {
            {Qt::Key_Right, 301}, {Qt::Key_Left, 300},     {Qt::Key_PageDown, 324}, {Qt::Key_PageUp, 300},
            {Qt::Key_Home, 0},    {Qt::Key_Left, 0},       {Qt::Key_PageUp, 0},     {Qt::Key_End, 699},
            {Qt::Key_Right, 699}, {Qt::Key_PageDown, 699},
        };
        for (const auto& [key, expected] : keys) {
            QTest::keyClick(&b.bar, key);
            QCOMPARE(b.session.cursor(), expected);
        }
    }
    void endFollowsAGrowingRun()
    {
        testing::MadeRecord made(1000);
        made.append(100);
        Bar b(made.record);
        b.session.seek(10);
        QTest::keyClick(&b.bar, Qt::Key_End);
        made.append(50);
        b.session.look();
        QCOMPARE(b.session.cursor(), std::size_t{149});
    }
    void wheelSteps()
    {
        testing::MadeRecord made(1000);
        made.append(700);
        Bar b(made.record);
        b.session.seek(300);
        const auto wheel = [&b](int delta, Qt::KeyboardModifiers modifiers) {
            QWheelEvent event({50, 12}, b.bar.mapToGlobal(QPointF(50, 12)), {}, {0, delta}, Qt::NoButton, modifiers,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(&b.bar, &event);
        };
        wheel(-120, Qt::NoModifier);
        QCOMPARE(b.session.cursor(), std::size_t{301});
        wheel(240, Qt::NoModifier);
        QCOMPARE(b.session.cursor(), std::size_t{299});
        wheel(-120, Qt::ControlModifier);
        QCOMPARE(b.session.cursor(), std::size_t{323});
        // Finer turns than a notch add up.
        for (int i = 0; i < 4; ++i)
            wheel(-30, Qt::NoModifier);
        QCOMPARE(b.session.cursor(), std::size_t{324});
    }
    void markersSelect()
    {
        testing::MadeRecord made(1000);
        made.before = [](RunRecord& r, std::size_t step) {
            const auto at = static_cast<std::uint32_t>(step);
            if (step == 400)
                r.add(JournalEvent{at, EventKind::Liquidation, 0, 0, 0, 0, std::nullopt, {}});
        };
        made.append(700);
        Bar b(made.record);
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, b.below(400));
        QCOMPARE(b.session.selection(), (Selection{Selection::Kind::Event, 0}));
        b.session.clearSelection();
        b.session.seek(300); // the marker lies right of it
        b.bar.grab();
        QTest::mouseClick(&b.bar, Qt::LeftButton, {}, b.below(400));
        QCOMPARE(b.session.selection(), Selection{});
    }
    void gapsAreFound()
    {
        testing::MadeRecord made(1000);
        made.flagged = [](std::size_t step) { return (step >= 100 && step < 130) || step == 500; };
        made.append(700);
        Bar b(made.record);
        QCOMPARE(b.bar.gaps().size(), std::size_t{2});
        QCOMPARE(b.bar.gaps()[0].first, std::size_t{100});
        QCOMPARE(b.bar.gaps()[0].last, std::size_t{130});
        QCOMPARE(b.bar.gaps()[1].first, std::size_t{500});
    }
    //! Up to the handle the picture is that of a run that has got no further.
    void nothingRightOfTheCursor()
    {
        testing::MadeRecord whole(1000);
        whole.flagged = [](std::size_t step) { return step >= 600; };
        whole.append(1000);
        testing::MadeRecord part(1000);
        part.append(501);
        Bar a(whole.record);
        Bar b(part.record);
        a.session.seek(500);
        const QImage left = a.bar.grab().toImage();
        const QImage right = b.bar.grab().toImage();
        const int line = left.height() - 17; // the track's line tells how long the record is
        QVERIFY(left.copy(0, 0, left.width(), line) == right.copy(0, 0, right.width(), line));
        QVERIFY(left != right);
    }
    void isReadAloud()
    {
        testing::MadeRecord made(1000);
        made.append(700);
        Bar b(made.record);
        b.session.seek(24);
        QVERIFY(!b.bar.accessibleName().isEmpty());
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&b.bar);
        QVERIFY(accessible != nullptr && accessible->valueInterface() != nullptr);
        QCOMPARE(accessible->role(), QAccessible::Slider);
        QVERIFY(accessible->text(QAccessible::Value).contains("2024-06-02 00:00"));
        QCOMPARE(accessible->valueInterface()->maximumValue().toInt(), 699);
        accessible->valueInterface()->setCurrentValue(77);
        QCOMPARE(b.session.cursor(), std::size_t{77});
    }
};

QTEST_MAIN(TestTimeBar)
#include "tst_time_bar.moc"
