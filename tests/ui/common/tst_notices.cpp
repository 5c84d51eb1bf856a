// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/floating_notices.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

using namespace carry::ui;

//! Notices that come and go without moving what people click.
class TestNotices : public QObject
{
    Q_OBJECT
  private slots:
    void nothingMovesUnderThem();
    void aNoteIsReplacedAndCleared();
    void progressWithoutAButton();
};

void TestNotices::nothingMovesUnderThem()
{
    QWidget page;
    auto* content = new QPushButton(QStringLiteral("content"), &page);
    content->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    auto* layout = new QVBoxLayout(&page);
    layout->addWidget(content);
    auto* notices = new FloatingNotices(&page);
    auto* banner = new Banner(&page);
    notices->add(banner);
    page.resize(600, 400);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QVERIFY(!notices->isVisible());
    const QRect before = content->geometry();
    banner->showMessage(Banner::Level::Info, QStringLiteral("Something happened"), QStringLiteral("Do this."));
    QTRY_VERIFY(banner->isVisible());
    QCOMPARE(content->geometry(), before);
    QVERIFY(page.rect().contains(notices->geometry()));
    QVERIFY(notices->geometry().top() > page.height() / 2);
    page.resize(300, 500); // less wide: the words take more lines
    QTRY_VERIFY(page.rect().contains(notices->geometry()));
    QTRY_VERIFY(notices->height() >= banner->heightForWidth(notices->width()));
    QTest::mouseClick(banner->findChild<QToolButton*>(QStringLiteral("closeBannerButton")), Qt::LeftButton);
    QVERIFY(!notices->isVisible());
}

void TestNotices::aNoteIsReplacedAndCleared()
{
    NoteStrip note;
    QVERIFY(note.text().isEmpty());
    note.say(Banner::Level::Warning, QStringLiteral("Stopped"));
    int pressed = 0;
    QTest::mouseClick(note.addButton(QStringLiteral("Go on"), [&pressed] { ++pressed; }), Qt::LeftButton);
    QCOMPARE(pressed, 1);
    QCOMPARE(note.text(), QString("Stopped"));
    note.say(Banner::Level::Info, QStringLiteral("Found"));
    QCOMPARE(note.text(), QString("Found"));
    QCOMPARE(note.accessibleName(), QString("Found"));
    note.clear();
    QVERIFY(note.text().isEmpty() && note.isHidden());
}

void TestNotices::progressWithoutAButton()
{
    ProgressStrip strip;
    auto* cancel = strip.findChild<QPushButton*>(QStringLiteral("cancelProgressButton"));
    strip.start(QStringLiteral("Opening"));
    QVERIFY(cancel->isVisible());
    strip.start(QStringLiteral("Market data"), false);
    QVERIFY(!cancel->isVisible());
}

QTEST_MAIN(TestNotices)
#include "tst_notices.moc"
