// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_records.h"
#include "charts/chart_stack.h"
#include "charts/range_strip.h"
#include "common/number_format.h"
#include "demo_run.h"
#include "desk/inspection.h"

#include <QClipboard>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

//! Charts of a run in a window of a usual size.
struct Charts {
    explicit Charts(std::shared_ptr<const RunRecord> record)
    {
        stack.resize(1000, 760);
        session.setRecord(std::move(record));
        stack.show();
        draw();
    }
    void draw() { stack.redrawNow(); }
    QWidget* view() const { return stack.focusProxy(); }
    QPoint at(PaneId pane, std::size_t step, double value)
    {
        return view()->mapFromParent(stack.coordToPixel(pane, session.record()->time(step), value));
    }
    //! In a pane, where no read-out, marker or boundary lies.
    QPoint inPane(PaneId pane, std::size_t step) { return {at(pane, step, 0).x(), stack.paneRect(pane).bottom() - 3}; }
    void wheel(QPoint at, int delta, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QWheelEvent event(at, view()->mapToGlobal(QPointF(at)), {}, {0, delta}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(view(), &event);
    }
    //! Pictures of the panes, without read-outs.
    QList<QImage> curves()
    {
        draw();
        QList<QImage> images;
        const QImage all = stack.grab().toImage();
        for (std::size_t i = 0; i < kPaneCount; ++i)
            if (const QRect pane = stack.paneRect(static_cast<PaneId>(i)); !pane.isEmpty())
                images << all.copy(pane);
        return images;
    }
    RunSession session;
    ChartStack stack{session};
};

std::shared_ptr<RunRecord> made(std::size_t period, std::size_t steps)
{
    testing::MadeRecord record(period);
    record.append(steps);
    return record.record;
}

//! Adds a decision with a plan at step 400, one without at 600, a breach at 800 and a liquidation at 900.
std::shared_ptr<RunRecord> eventful()
{
    testing::MadeRecord record(1000);
    record.before = [](RunRecord& r, std::size_t step) {
        const auto at = static_cast<std::uint32_t>(step);
        if (step == 400) {
            Plan plan;
            plan.id = 1;
            plan.action = Action::Rebalance;
            r.add(plan, at);
            r.add(DecisionRecord{at, Action::Rebalance, Reason::DeltaDrift, 1, {}});
        }
        if (step == 600)
            r.add(DecisionRecord{at, Action::Exit, Reason::NothingToDo, 0, {}});
        if (step == 700)
            r.add(DecisionRecord{at, Action::Hold, Reason::NothingToDo, 0, {}});
        if (step == 800)
            r.add(JournalEvent{at, EventKind::RiskLevel, 0, 0 * 16 + 2, 0, 0, std::nullopt, {0.11, 0.12}});
        if (step == 850) // for the better: no marker
            r.add(JournalEvent{at, EventKind::RiskLevel, 0, 2 * 16 + 0, 0, 0, std::nullopt, {0.2, 0.12}});
        if (step == 900)
            r.add(JournalEvent{at, EventKind::Liquidation, 0, 0, 0, 0, std::nullopt, {}});
    };
    record.append(1000);
    return record.record;
}

double nav(const RunRecord& record, std::size_t step)
{
    return record.at(step, ColumnLayout::step(StepColumn::Nav));
}

QList<QByteArrayList> readCsv(const QString& file)
{
    QFile in(file);
    QList<QByteArrayList> rows;
    if (in.open(QIODevice::ReadOnly))
        while (!in.atEnd())
            rows << in.readLine().trimmed().split(',');
    return rows;
}

} // namespace

class TestChartStack : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyAtFirst()
    {
        Charts c(nullptr);
        QCOMPARE(c.stack.readoutStep(), std::nullopt);
        QVERIFY(std::isnan(c.stack.readout(PaneId::Nav, 0)));
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, {300, 200});
        QTest::keyClick(c.view(), Qt::Key_Right);
        c.wheel({300, 200}, 120);
        c.draw();
        QVERIFY(!c.stack.grab().isNull());
    }
    void showsTheWholePeriodAtFirst()
    {
        Charts c(made(1000, 300));
        QVERIFY(c.stack.visibleFrom() <= testing::kChartStart);
        QVERIFY(c.stack.visibleTo() >= testing::kChartStart + kHour * 999);
        QCOMPARE(c.stack.drawnSteps(), (std::pair<std::size_t, std::size_t>{0, 300}));
    }

    //! A session on messages that goes on for ever: the whole grows with it, a part that was chosen stays.
    void growsWhereTheEndIsNotKnown()
    {
        testing::MadeRecord growing(1);
        growing.append(10);
        Charts c(growing.record);
        QVERIFY(c.stack.visibleTo() >= testing::kChartStart + kHour * 24);
        growing.append(300);
        c.session.look();
        c.draw();
        QCOMPARE(c.stack.drawnSteps(), (std::pair<std::size_t, std::size_t>{0, 310}));
        const Time whole = c.stack.visibleTo();
        QVERIFY(whole >= testing::kChartStart + kHour * 309 && whole <= testing::kChartStart + kHour * 24 * 17);
        c.stack.setVisibleSpan(testing::kChartStart, testing::kChartStart + kHour * 48);
        growing.append(300);
        c.session.look();
        c.draw();
        QVERIFY(c.stack.visibleTo() <= testing::kChartStart + kHour * 49);
        c.stack.fit();
        QVERIFY(c.stack.visibleTo() > whole);
    }

    void readOutsAreTheRecordsValues()
    {
        const auto run = testing::demoRun().record;
        Charts c(run);
        for (const std::size_t step : {std::size_t{0}, std::size_t{123}, std::size_t{5000}, run->committed() - 1}) {
            c.session.seek(step);
            c.draw();
            QCOMPARE(c.stack.readoutStep(), std::optional(step));
            QCOMPARE(c.stack.readout(PaneId::Nav, 0), nav(*run, step));
            QCOMPARE(c.stack.readout(PaneId::Drawdown, 0), -run->at(step, ColumnLayout::step(StepColumn::Drawdown)));
            QCOMPARE(c.stack.readout(PaneId::Exposure, 0),
                     run->at(step, ColumnLayout::asset(0, AssetColumn::NetDelta)));
            QCOMPARE(c.stack.readout(PaneId::Exposure, 1), toleratedDelta(*run, step, 0.005));
            QCOMPARE(c.stack.readout(PaneId::Pnl, 0), run->at(step, ColumnLayout::pnl(PnlItem::Funding)));
            for (std::size_t i = 0; i < kExchangeCount; ++i) {
                QCOMPARE(c.stack.readout(PaneId::Basis, i), basisAt(*run, step, i));
                QCOMPARE(c.stack.readout(PaneId::Funding, i),
                         run->at(step, ColumnLayout::venue(i, VenueColumn::FundingApr)));
            }
        }
        // Before the first purchase there is no notional, so no margin ratio.
        c.session.seek(0);
        QVERIFY(std::isnan(c.stack.readout(PaneId::Risk, 0)));
        QCOMPARE(c.stack.readoutText(PaneId::Risk, 0), QStringLiteral("–"));
    }
    void crosshairReadsWhatItPointsAt()
    {
        Charts c(made(1000, 1000));
        c.session.seek(700);
        c.draw();
        for (const PaneId pane : {PaneId::Nav, PaneId::Risk, PaneId::Funding}) {
            QTest::mouseMove(c.view(), c.inPane(pane, 250));
            const auto step = c.stack.readoutStep();
            QVERIFY(step && *step >= 249 && *step <= 251);
            QCOMPARE(c.stack.readout(PaneId::Nav, 0), nav(*c.session.record(), *step));
        }
        // Right of the cursor there is nothing to read.
        QTest::mouseMove(c.view(), c.inPane(PaneId::Nav, 800));
        QCOMPARE(c.stack.readoutStep(), std::nullopt);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(c.view(), &leave);
        QCOMPARE(c.stack.readoutStep(), std::optional<std::size_t>(700));
    }

    void clickSeeks()
    {
        Charts c(made(1000, 600));
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, c.inPane(PaneId::Basis, 200));
        QVERIFY(c.session.cursor() >= 199 && c.session.cursor() <= 201);
        c.draw();
        // Right of the cursor, as far as the record goes.
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, c.inPane(PaneId::Nav, 550));
        QVERIFY(c.session.cursor() >= 549 && c.session.cursor() <= 551);
        const std::size_t before = c.session.cursor();
        const QRect pane = c.stack.paneRect(PaneId::Nav);
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, {pane.right() - 20, pane.bottom() - 3});
        QCOMPARE(c.session.cursor(), before);
    }
    void clickOnAMarkerSelects_data()
    {
        QTest::addColumn<std::size_t>("step");
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::size_t>("index");
        QTest::newRow("plan") << std::size_t{400} << int(Selection::Kind::Plan) << std::size_t{1};
        QTest::newRow("decision without a plan") << std::size_t{600} << int(Selection::Kind::Step) << std::size_t{600};
        QTest::newRow("breach") << std::size_t{800} << int(Selection::Kind::Event) << std::size_t{0};
        QTest::newRow("liquidation") << std::size_t{900} << int(Selection::Kind::Event) << std::size_t{2};
    }
    void clickOnAMarkerSelects()
    {
        QFETCH(std::size_t, step);
        QFETCH(int, kind);
        QFETCH(std::size_t, index);
        Charts c(eventful());
        const std::size_t cursor = c.session.cursor();
        const QPixmap before = c.stack.grab();
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, c.at(PaneId::Nav, step, nav(*c.session.record(), step)));
        QCOMPARE(c.session.selection(), (Selection{static_cast<Selection::Kind>(kind), index}));
        QCOMPARE(c.session.cursor(), cursor);
        c.draw();
        QVERIFY(before.toImage() != c.stack.grab().toImage()); // it is highlighted
        QTest::keyClick(c.view(), Qt::Key_Escape);
        QCOMPARE(c.session.selection(), Selection{});
    }
    void noMarkerForWhatIsNone()
    {
        Charts c(eventful());
        for (const std::size_t step : {std::size_t{700}, std::size_t{850}}) {
            QTest::mouseClick(c.view(), Qt::LeftButton, {}, c.at(PaneId::Nav, step, nav(*c.session.record(), step)));
            QCOMPARE(c.session.selection(), Selection{});
            c.session.seek(999);
            c.draw();
        }
        // Nor for what lies right of the cursor.
        c.session.seek(500);
        c.draw();
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, c.at(PaneId::Nav, 800, nav(*c.session.record(), 800)));
        QCOMPARE(c.session.selection(), Selection{});
    }

    void wheelZoomsEveryPaneAroundTheMouse()
    {
        Charts c(made(1000, 1000));
        const Time from = c.stack.visibleFrom();
        const Time to = c.stack.visibleTo();
        const QPoint mouse = c.inPane(PaneId::Risk, 250);
        c.wheel(mouse, 240);
        c.draw();
        const Duration span = c.stack.visibleTo() - c.stack.visibleFrom();
        QVERIFY(span < (to - from) * 7 / 10 && span > (to - from) / 2);
        for (std::size_t i = 0; i < kPaneCount; ++i) {
            const auto pane = static_cast<PaneId>(i);
            if (!c.stack.isPaneShown(pane))
                continue;
            QVERIFY(std::abs(c.at(pane, 250, 0).x() - mouse.x()) <= 1);
            QVERIFY(c.at(pane, 0, 0).x() < c.stack.paneRect(pane).left());
        }
        QVERIFY(c.stack.drawnSteps().first > 0);
        c.wheel(mouse, -2400);
        QCOMPARE(c.stack.visibleFrom(), from);
        QCOMPARE(c.stack.visibleTo(), to);
    }
    void dragPansAndDoesNotSeek()
    {
        Charts c(made(1000, 1000));
        c.stack.setVisibleSpan(testing::kChartStart + kHour * 300, testing::kChartStart + kHour * 500);
        c.session.seek(400);
        c.draw();
        const QPoint start = c.inPane(PaneId::Nav, 400);
        QTest::mousePress(c.view(), Qt::LeftButton, {}, start);
        for (int x = 0; x <= 200; x += 50) {
            const QPointF at(start.x() + x, start.y());
            QMouseEvent move(QEvent::MouseMove, at, c.view()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             Qt::NoModifier);
            QApplication::sendEvent(c.view(), &move);
        }
        QTest::mouseRelease(c.view(), Qt::LeftButton, {}, start + QPoint(200, 0));
        QCOMPARE(c.session.cursor(), std::size_t{400});
        QVERIFY(c.stack.visibleFrom() < testing::kChartStart + kHour * 290);
        QVERIFY(std::abs(toMs(c.stack.visibleTo()) - toMs(c.stack.visibleFrom()) - (kHour * 200).count()) < 10);
    }
    void rangeIsMarkedWithShift()
    {
        using Steps = std::pair<std::size_t, std::size_t>;
        Charts c(made(1000, 1000));
        const Time from = c.stack.visibleFrom();
        const int height = c.view()->height();
        QTest::mousePress(c.view(), Qt::LeftButton, Qt::ShiftModifier, c.inPane(PaneId::Nav, 700));
        for (const std::size_t step : {600U, 400U}) {
            const QPointF at(c.inPane(PaneId::Nav, step));
            QMouseEvent move(QEvent::MouseMove, at, c.view()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             Qt::ShiftModifier);
            QApplication::sendEvent(c.view(), &move);
        }
        QTest::mouseRelease(c.view(), Qt::LeftButton, Qt::ShiftModifier, c.inPane(PaneId::Nav, 400));
        QVERIFY(c.stack.range());
        const auto [first, last] = *c.stack.range();
        QVERIFY(std::abs(static_cast<int>(first) - 400) <= 2);
        QVERIFY(std::abs(static_cast<int>(last) - 700) <= 2);
        QCOMPARE(c.session.cursor(), std::size_t{999}); // neither panned nor moved
        QCOMPARE(c.stack.visibleFrom(), from);
        QVERIFY(c.stack.rangeStrip().isVisible());
        QVERIFY(c.view()->height() < height); // nothing is covered
        const auto* strip = c.stack.rangeStrip().findChild<QLabel*>();
        QVERIFY(strip->text().contains(QStringLiteral("drawdown")));
        QVERIFY(!strip->text().contains(QChar(0x2026)));
        QVERIFY(strip->height() >= strip->heightForWidth(strip->width())); // nothing is cut
        const RangeFigures figures = rangeFigures(*c.session.record(), first, last);
        const QString text = c.stack.rangeStrip().plainText();
        QVERIFY2(text.contains(QStringLiteral("P&L\t%1\n").arg(plain(figures.pnl))), qPrintable(text));

        c.session.seek(500); // nothing right of the cursor is counted
        QCOMPARE(*c.stack.range(), (Steps{first, 500}));
        c.session.seek(100);
        QVERIFY(!c.stack.range());
        QVERIFY(!c.stack.rangeStrip().isVisible());
        c.session.seek(999);
        QCOMPARE(*c.stack.range(), (Steps{first, last}));

        QTest::mouseClick(c.stack.rangeStrip().findChild<QToolButton*>(QStringLiteral("rangeCopy")), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), text);
        QTest::mouseClick(c.stack.rangeStrip().findChild<QToolButton*>(QStringLiteral("rangeZoom")), Qt::LeftButton);
        QVERIFY(std::chrono::abs(c.stack.visibleFrom() - c.session.record()->time(first)) <= kHour);
        c.stack.fit();
        QTest::keyClick(c.view(), Qt::Key_Escape);
        QVERIFY(!c.stack.range());
        QCOMPARE(c.view()->height(), height);
    }
    void rangeIsMarkedByKeys()
    {
        using Steps = std::pair<std::size_t, std::size_t>;
        Charts c(made(1000, 1000));
        c.session.seek(500);
        QTest::keyClick(c.view(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(c.view(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(*c.stack.range(), (Steps{500, 502}));
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(c.view(), Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(c.session.cursor(), std::size_t{499});
        QVERIFY(!c.stack.range());           // wholly right of the cursor
        c.session.setRecord(made(1000, 10)); // of another run there is none
        c.session.seek(9);
        QVERIFY(!c.stack.range());
    }
    void doubleClickFitsAndLeavesTheCursor()
    {
        Charts c(made(1000, 1000));
        const Time from = c.stack.visibleFrom();
        c.stack.setVisibleSpan(testing::kChartStart + kHour * 300, testing::kChartStart + kHour * 500);
        c.session.seek(400);
        c.draw();
        const QPoint at = c.inPane(PaneId::Nav, 350);
        QTest::mouseClick(c.view(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(c.view(), Qt::LeftButton, {}, at);
        QCOMPARE(c.stack.visibleFrom(), from);
        QCOMPARE(c.session.cursor(), std::size_t{400});
    }
    void keys()
    {
        Charts c(made(1000, 1000));
        c.session.seek(500);
        QTest::keyClick(c.view(), Qt::Key_Left);
        QCOMPARE(c.session.cursor(), std::size_t{499});
        QTest::keyClick(c.view(), Qt::Key_Right);
        QTest::keyClick(c.view(), Qt::Key_Right);
        QCOMPARE(c.session.cursor(), std::size_t{501});
        const Time from = c.stack.visibleFrom();
        QTest::keyClick(c.view(), Qt::Key_Plus);
        QTest::keyClick(c.view(), Qt::Key_Plus);
        const Time zoomed = c.stack.visibleFrom();
        QVERIFY(zoomed > from);
        QTest::keyClick(c.view(), Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(c.stack.visibleFrom() < zoomed);
        QTest::keyClick(c.view(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(std::abs(toMs(c.stack.visibleFrom()) - toMs(zoomed)) < 10);
        QTest::keyClick(c.view(), Qt::Key_Minus);
        QTest::keyClick(c.view(), Qt::Key_Home);
        QCOMPARE(c.stack.visibleFrom(), from);
    }
    void viewFollowsACursorThatLeavesIt()
    {
        Charts c(made(1000, 1000));
        c.session.seek(310);
        c.stack.setVisibleSpan(testing::kChartStart + kHour * 300, testing::kChartStart + kHour * 400);
        c.session.seek(390);
        QCOMPARE(c.stack.visibleFrom(), testing::kChartStart + kHour * 300);
        c.session.seek(450);
        QVERIFY(c.stack.visibleFrom() > testing::kChartStart + kHour * 350);
        QVERIFY(c.stack.visibleTo() > testing::kChartStart + kHour * 450);
    }

    //! The picture at a cursor is that of a run that has got no further.
    void nothingRightOfTheCursor()
    {
        Charts whole(eventful());
        Charts part(nullptr);
        for (const std::size_t cursor :
             {std::size_t{0}, std::size_t{99}, std::size_t{100}, std::size_t{399}, std::size_t{731}}) {
            part.session.setRecord(made(1000, cursor + 1));
            whole.session.seek(cursor);
            if (cursor < 400) // none of what has happened by then is in the other record
                QVERIFY(whole.curves() == part.curves());
            QCOMPARE(whole.stack.drawnSteps(), (std::pair<std::size_t, std::size_t>{0, cursor + 1}));
        }
    }
    void growingRunLooksLikeAFinishedOne()
    {
        testing::MadeRecord growing(1000);
        growing.append(7);
        Charts c(growing.record);
        for (int i = 0; i < 9; ++i) {
            growing.append(41);
            c.session.look();
            c.draw();
        }
        Charts fresh(made(1000, growing.record->committed()));
        QVERIFY(c.curves() == fresh.curves());
    }

    void csvHoldsWhatIsVisible()
    {
        const auto run = testing::demoRun().record;
        Charts c(run);
        c.session.seek(4000);
        c.draw();
        QTemporaryDir folder;
        QVERIFY(c.stack.exportCsv(folder.filePath("a.csv")));
        auto rows = readCsv(folder.filePath("a.csv"));
        QCOMPARE(rows.size(), 4002); // a header, and the steps up to the cursor
        QCOMPARE(rows.last().first(), QByteArray::fromStdString(formatIso(run->time(4000))));
        QCOMPARE(rows.at(0).at(1), QByteArray("NAV: NAV [USDT]"));
        for (const qsizetype row : {1, 777, 4001})
            QCOMPARE(rows.at(row).at(1).toDouble(), nav(*run, static_cast<std::size_t>(row - 1)));
        const auto columns = rows.first().size();
        for (const auto& row : rows)
            QCOMPARE(row.size(), columns);

        c.stack.setVisibleSpan(run->time(1000), run->time(2000));
        c.stack.setPaneShown(PaneId::Basis, false);
        QVERIFY(c.stack.exportCsv(folder.filePath("b.csv")));
        rows = readCsv(folder.filePath("b.csv"));
        QCOMPARE(rows.first().size(), columns - 3);
        QCOMPARE(rows.at(1).first(), QByteArray::fromStdString(formatIso(run->time(1000))));
        QVERIFY(rows.size() >= 1000 && rows.size() <= 1003);
    }
    void exportsPicturesAndPaper()
    {
        Charts c(testing::demoRun().record);
        c.session.seek(6000);
        QTemporaryDir folder;
        QString error;
        QVERIFY(c.stack.exportImage(folder.filePath("a.png"), &error));
        QImage image(folder.filePath("a.png"));
        QCOMPARE(image.width(), c.stack.width());
        QVERIFY(image.height() > c.stack.height());
        QVERIFY(c.stack.exportPdf(folder.filePath("a.pdf"), &error));
        QFile pdf(folder.filePath("a.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        const QByteArray bytes = pdf.readAll();
        QVERIFY(bytes.startsWith("%PDF-1.") && bytes.trimmed().endsWith("%%EOF") && bytes.size() > 20'000);
        // The window looks as before.
        Charts fresh(c.session.view().record());
        fresh.session.seek(6000);
        fresh.draw();
        QVERIFY(c.curves() == fresh.curves());

        for (const auto write : {&ChartStack::exportImage, &ChartStack::exportPdf, &ChartStack::exportCsv}) {
            error.clear();
            QVERIFY(!(c.stack.*write)(folder.filePath("no/such/folder"), &error));
            QVERIFY(error.contains("no/such/folder"));
        }
    }
    void copiesAnImage()
    {
        Charts c(made(1000, 500));
        QSignalSpy notice(&c.stack, &ChartStack::notice);
        c.stack.copyImage();
        QCOMPARE(notice.count(), 1);
        QCOMPARE(QGuiApplication::clipboard()->image().width(), c.stack.width());
    }

    void panesCanBeHiddenAndResized()
    {
        Charts c(made(1000, 1000));
        QCOMPARE(c.stack.paneActions().size(), static_cast<qsizetype>(kPaneCount));
        const QByteArray initial = c.stack.saveState();
        const int height = c.stack.paneRect(PaneId::Nav).height();
        c.stack.paneActions().at(static_cast<int>(PaneId::Basis))->trigger();
        c.draw();
        QVERIFY(!c.stack.isPaneShown(PaneId::Basis));
        QVERIFY(c.stack.paneRect(PaneId::Basis).isNull());
        QVERIFY(c.stack.paneRect(PaneId::Nav).height() > height);
        const QByteArray hidden = c.stack.saveState();

        // Drag the boundary below the NAV.
        const int before = c.stack.paneRect(PaneId::Nav).height();
        const QPoint edge(400, c.stack.paneRect(PaneId::Nav).bottom() + 2);
        QTest::mousePress(c.view(), Qt::LeftButton, {}, edge);
        const QPointF to(400, edge.y() - 60);
        QMouseEvent move(QEvent::MouseMove, to, c.view()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QApplication::sendEvent(c.view(), &move);
        QTest::mouseRelease(c.view(), Qt::LeftButton, {}, to.toPoint());
        c.draw();
        QVERIFY(std::abs(c.stack.paneRect(PaneId::Nav).height() - (before - 60)) <= 3);
        QCOMPARE(c.session.cursor(), std::size_t{999}); // not a click

        QVERIFY(c.stack.restoreState(initial));
        c.draw();
        QVERIFY(c.stack.isPaneShown(PaneId::Basis));
        QCOMPARE(c.stack.paneRect(PaneId::Nav).height(), height);
        QVERIFY(c.stack.restoreState(hidden));
        QVERIFY(!c.stack.isPaneShown(PaneId::Basis));
        QVERIFY(!c.stack.restoreState("nonsense"));
        RunSession none; // a window is laid out before there is a run
        ChartStack early(none);
        QVERIFY(early.restoreState(hidden));
        QCOMPARE(early.saveState(), hidden);
    }
    void lowPanesAreScrolledTo()
    {
        Charts c(made(1000, 1000));
        auto* bar = c.stack.findChild<QScrollBar*>(QStringLiteral("chartScrollBar"));
        const auto inView = [&c](PaneId pane) { return !c.stack.paneRect(pane).isEmpty(); };
        QVERIFY(bar->isHidden()); // all have room
        QVERIFY(inView(PaneId::Nav) && inView(PaneId::Funding));
        c.stack.resize(1000, 320);
        c.draw();
        QVERIFY(!bar->isHidden());
        QVERIFY(inView(PaneId::Nav) && !inView(PaneId::Funding));
        QVERIFY(c.stack.isPaneShown(PaneId::Funding)); // chosen all the same
        QVERIFY(c.stack.paneRect(PaneId::Nav).height() >= 80);
        for (std::size_t i = 0; i < kPaneCount; ++i)
            if (const QRect pane = c.stack.paneRect(static_cast<PaneId>(i)); !pane.isEmpty())
                QVERIFY(pane.height() >= 44 && pane.bottom() < c.stack.height());
        const int left = c.stack.paneRect(PaneId::Nav).left();
        // What is exported is all of it.
        const QTemporaryDir folder;
        QVERIFY(c.stack.exportCsv(folder.filePath("charts.csv")));
        QVERIFY(readCsv(folder.filePath("charts.csv")).front().last().contains("Funding"));
        c.stack.copyImage();
        QVERIFY(QGuiApplication::clipboard()->image().height() > c.stack.height());
        QVERIFY(inView(PaneId::Nav) && !inView(PaneId::Funding));

        c.wheel(c.stack.paneRect(PaneId::Nav).center(), -120, Qt::ControlModifier);
        c.draw();
        QVERIFY(!inView(PaneId::Nav));
        QTest::keyClick(c.view(), Qt::Key_PageDown);
        c.stack.scrollPanes(100);
        c.draw();
        QVERIFY(inView(PaneId::Funding));
        QCOMPARE(c.stack.paneRect(PaneId::Funding).left(), left);
        c.stack.resize(1000, 760);
        c.draw();
        QVERIFY(bar->isHidden());
        QVERIFY(inView(PaneId::Nav) && inView(PaneId::Funding));
    }
    void labelsOfLargeValues()
    {
        QCOMPARE(tickText(1.25e9, 5e7, ChartUnit::Money), QString("1,250M"));
        QCOMPARE(tickText(2.5e10, 1e8, ChartUnit::Money), QString("25.0B"));
        QCOMPARE(tickText(-3e13, 1e13, ChartUnit::Coins), QString(QChar(0x2212)) + "30T");
        // Shortened they could not be told apart.
        QCOMPARE(tickText(1'000'000'050, 50, ChartUnit::Money), QString("1,000,000,050"));
        QCOMPARE(tickText(1'000'000'100, 50, ChartUnit::Money), QString("1,000,000,100"));
        QCOMPARE(tickText(110'000, 5'000, ChartUnit::Money), QString("110,000"));
    }
    void seriesCanBeHidden()
    {
        Charts c(made(1000, 1000));
        const QImage before = c.stack.grab().toImage();
        c.stack.setSeriesShown(PaneId::Pnl, 0, false);
        c.draw();
        QVERIFY(!c.stack.isSeriesShown(PaneId::Pnl, 0));
        QVERIFY(c.stack.grab().toImage() != before);
        // By its name in the read-out, which is above the pane.
        const QRect pane = c.stack.paneRect(PaneId::Pnl);
        for (int x = pane.left(); x < pane.right() && !c.stack.isSeriesShown(PaneId::Pnl, 0); x += 6)
            QTest::mouseClick(c.view(), Qt::LeftButton, {}, {x, pane.top() - 8});
        QVERIFY(c.stack.isSeriesShown(PaneId::Pnl, 0));
        QCOMPARE(c.session.cursor(), std::size_t{999});
        // Another run keeps what is shown.
        c.stack.setSeriesShown(PaneId::Risk, 1, false);
        c.session.setRecord(made(500, 500));
        QVERIFY(!c.stack.isSeriesShown(PaneId::Risk, 1));
        QVERIFY(c.stack.isSeriesShown(PaneId::Risk, 0));
    }
    void followsTheTheme()
    {
        Charts c(made(1000, 500));
        const QPoint empty = c.stack.paneRect(PaneId::Nav).bottomRight() - QPoint(3, 3);
        QCOMPARE(c.stack.grab().toImage().pixelColor(empty), colors().panel);
        Theme::instance().setMode(Theme::Mode::Dark);
        c.draw();
        const QColor dark = c.stack.grab().toImage().pixelColor(empty);
        const QColor expected = colors().panel;
        Theme::instance().setMode(Theme::Mode::Light);
        QCOMPARE(dark, expected);
    }
    void drawsNothingWhileHidden()
    {
        Charts c(made(1000, 1000));
        c.stack.hide();
        c.session.seek(10);
        QTest::qWait(40);
        c.stack.show();
        c.draw();
        QCOMPARE(c.stack.readoutStep(), std::optional<std::size_t>(10));
        QCOMPARE(c.stack.drawnSteps().second, std::size_t{11});
    }
    void everythingHasAName()
    {
        Charts c(made(1000, 1000));
        QVERIFY(!c.stack.accessibleName().isEmpty());
        QVERIFY(!c.view()->accessibleName().isEmpty());
        for (const auto* button : c.stack.findChildren<QToolButton*>())
            QVERIFY(!button->accessibleName().isEmpty());
        QSet<QString> names;
        for (const QAction* action : c.stack.paneActions() + c.stack.commands()) {
            QVERIFY(!action->text().isEmpty());
            QVERIFY(!names.contains(action->objectName()));
            names << action->objectName();
        }
    }
};

QTEST_MAIN(TestChartStack)
#include "tst_chart_stack.moc"
