// SPDX-License-Identifier: GPL-3.0-or-later
// Prints medians of the charts' update times. With a folder as argument, also saves pictures there.
#include "chart_records.h"
#include "charts/chart_stack.h"
#include "charts/time_bar.h"
#include "demo_run.h"

#include <QApplication>
#include <QMouseEvent>
#include <algorithm>
#include <cstdio>
#include <random>

using namespace carry;
using namespace carry::ui;

namespace
{

template <class Act> void measure(const char* name, int times, const Act& act)
{
    std::vector<double> ms;
    for (int i = 0; i < times; ++i) {
        QElapsedTimer timer;
        timer.start();
        act(i);
        ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(ms.begin(), ms.end());
    std::printf("  %-44s %7.2f ms   (95 %%: %.2f)\n", name, ms[ms.size() / 2], ms[ms.size() * 95 / 100]);
}

void measureRun(const char* name, std::shared_ptr<const RunRecord> record)
{
    std::printf("%s, %zu steps\n", name, record->committed());
    RunSession session;
    ChartStack charts(session);
    TimeBar bar(session);
    charts.resize(900, 620);
    bar.resize(1400, 40);
    session.setRecord(record);
    bar.show();
    QElapsedTimer first;
    first.start();
    charts.show();
    charts.redrawNow();
    charts.repaint();
    std::printf("  %-44s %7.2f ms\n", "first drawing", static_cast<double>(first.nsecsElapsed()) / 1e6);
    const std::size_t length = record->committed();
    std::mt19937 random(1);
    const auto draw = [&] {
        charts.redrawNow();
        QApplication::sendPostedEvents(nullptr, QEvent::UpdateRequest);
        QApplication::processEvents();
    };
    measure("cursor anywhere, drawing only", 200, [&](int) {
        session.seek(random() % length);
        charts.redrawNow();
    });
    measure("cursor anywhere, with painting", 200, [&](int) {
        session.seek(random() % length);
        draw();
    });
    session.seek(length / 2);
    measure("cursor one step on, with painting", 200, [&](int i) {
        session.seek(length / 2 + static_cast<std::size_t>(i));
        draw();
    });
    bar.hide();
    const auto from = toMs(charts.visibleFrom());
    const auto size = toMs(charts.visibleTo()) - from;
    session.seek(length - 1);
    charts.setVisibleSpan(fromMs(from + size / 4), fromMs(from + size * 3 / 4));
    measure("pan, all panes, with painting", 100, [&](int i) {
        charts.setVisibleSpan(fromMs(from + size / 4 + size / 500 * (i % 50)),
                              fromMs(from + size * 3 / 4 + size / 500 * (i % 50)));
        draw();
    });
    measure("zoom, all panes, with painting", 100, [&](int i) {
        charts.setVisibleSpan(fromMs(from + size / 300 * i), fromMs(from + size - size / 300 * i));
        draw();
    });
    QWidget* view = charts.focusProxy();
    charts.fit();
    draw();
    measure("crosshair, with painting", 200, [&](int i) {
        const QPointF at(100 + 3 * i % 700, 80 + i % 300);
        QMouseEvent move(QEvent::MouseMove, at, view->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(view, &move);
        draw();
    });
    bar.show();
    charts.hide();
    draw();
    measure("time bar alone, cursor anywhere", 200, [&](int) {
        session.seek(random() % length);
        bar.repaint();
    });
}

void measureGrowth()
{
    testing::MadeRecord made(1'000'000);
    made.append(1000);
    RunSession session;
    ChartStack charts(session);
    TimeBar bar(session);
    charts.resize(900, 620);
    bar.resize(1400, 40);
    session.setRecord(made.record);
    charts.show();
    bar.show();
    std::printf("growing by 16,000 steps a frame (a million a second)\n");
    std::vector<double> ms;
    for (int i = 0; i < 60; ++i) {
        made.append(16'000);
        QElapsedTimer timer;
        timer.start();
        session.look();
        charts.redrawNow();
        QApplication::processEvents();
        ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(ms.begin(), ms.end());
    std::printf("  %-44s %7.2f ms   (95 %%: %.2f)\n", "charts and time bar, a frame", ms[30], ms[57]);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, argc > 2 ? Theme::Mode::Dark : Theme::Mode::Light);
    const auto demo = testing::demoRun().record;
    if (argc > 1) {
        RunSession session;
        ChartStack charts(session);
        TimeBar bar(session);
        charts.resize(900, 620);
        bar.resize(1400, 40);
        charts.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/empty.png"));
        session.setRecord(demo);
        session.seek(demo->committed() * 3 / 4);
        charts.redrawNow();
        charts.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/charts.png"));
        bar.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/bar.png"));
        charts.exportPdf(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/charts.pdf"));
        const QPoint at = charts.coordToPixel(PaneId::Pnl, demo->time(3000), 2000);
        const QPointF local = charts.focusProxy()->mapFromParent(at);
        QMouseEvent move(QEvent::MouseMove, local, charts.focusProxy()->mapToGlobal(local), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QApplication::sendEvent(charts.focusProxy(), &move);
        session.select({Selection::Kind::Event, 3});
        charts.setVisibleSpan(demo->time(2000), demo->time(4000));
        charts.setSeriesShown(PaneId::Pnl, 1, false);
        charts.redrawNow();
        charts.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/hover.png"));
        charts.setVisibleSpan(demo->time(7000), demo->time(7060));
        charts.redrawNow();
        charts.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/near.png"));
        charts.fit();
        charts.resize(700, 420);
        charts.redrawNow();
        charts.grab().save(QString::fromLocal8Bit(argv[1]) + QStringLiteral("/small.png"));
        return 0;
    }
    measureRun("demo", demo);
    testing::MadeRecord made(15'000);
    made.append(15'000);
    measureRun("made", made.record);
    testing::MadeRecord large(1'000'000);
    large.append(1'000'000);
    measureRun("made", large.record);
    measureGrowth();
    return 0;
}
