// SPDX-License-Identifier: GPL-3.0-or-later
// A run over a tape that grows, step by step as messages close them.
#include "support/driven_run.h"
#include "support/feed_script.h"

#include "market/live_tape.h"

#include <QtTest>

using namespace carry;
using namespace carry::test;

namespace
{

//! A run whose tape grows with the messages of `data`.
struct LiveRun {
    feeding::Script script;
    FeedLog log;
    std::unique_ptr<LiveTape> live;
    std::unique_ptr<DrivenRun> run;

    LiveRun(const RunConfiguration& configuration, const MarketData& data, const RunPeriod& period)
        : script(feeding::makeScript(data))
    {
        auto setup = prepareRun(configuration, data, period);
        if (!setup)
            qFatal("%s", describe(setup.error()).c_str());
        TapeRequest request = setup->tape->request();
        request.from = setup->tape->start();
        request.to = setup->tape->end();
        live = std::move(LiveTape::create(script.header, request).value());
        for (const FeedMessage& message : script.messages) {
            if (!live->take(message, log))
                qFatal("the tape cannot be");
            if (!run && live->tape()->size() > 0)
                run = std::make_unique<DrivenRun>(configuration, data, period,
                                                  [this](RunSetup& made) { made.tape = live->tape(); });
            while (run && run->step()) { // false for now, until more is closed
            }
        }
    }
};

//! Without the first month, which the feed sends as history.
RunPeriod mostOf(const MarketData& data)
{
    const auto& labels = data.candles.begin()->second.time;
    return {labels.front() + 30 * kDay, labels.back()};
}

} // namespace

class TestEngineLiveTape : public QObject
{
    Q_OBJECT

  private slots:
    void sameResult_data();
    void sameResult();
    void onChain();
};

void TestEngineLiveTape::sameResult_data()
{
    QTest::addColumn<std::string>("preset");
    for (const char* preset : {"btc-basis", "eth-basis", "demo-tour"})
        QTest::newRow(preset) << std::string(preset);
}

void TestEngineLiveTape::sameResult()
{
    QFETCH(std::string, preset);
    const MarketData data = makeDemoMarket();
    const auto configuration = configured(preset);
    DrivenRun file(configuration, data, mostOf(data));
    file.finish();
    LiveRun live(configuration, data, mostOf(data));
    QCOMPARE(live.run->record->committed(), file.record->committed());
    QCOMPARE(live.run->actions(), file.actions());
    QCOMPARE(resultDigest(*live.run->record), resultDigest(*file.record));
}

//! Indices for accrual are not known between their rows, so they grow by rows: the run is sound, its figures are its
//! own.
void TestEngineLiveTape::onChain()
{
    const MarketData data = makeDemoMarket();
    const auto configuration = configured("staking-hedged-leveraged");
    DrivenRun file(configuration, data, mostOf(data));
    file.finish();
    LiveRun live(configuration, data, mostOf(data));
    QCOMPARE(live.run->record->committed(), file.record->committed());
    QCOMPARE(problems(*live.run), QString());
    QVERIFY2(std::abs(live.run->nav() / file.nav() - 1) < 1e-3,
             qPrintable(QString("%1 %2").arg(live.run->nav(), 0, 'f', 2).arg(file.nav(), 0, 'f', 2)));
}

QTEST_APPLESS_MAIN(TestEngineLiveTape)
#include "tst_engine_live_tape.moc"
