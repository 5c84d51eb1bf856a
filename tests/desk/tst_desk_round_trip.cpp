// SPDX-License-Identifier: GPL-3.0-or-later
// A run that is stored and loaded again is the run that was computed, and so is what a view of it shows.
#include "record/run_view.h"
#include "stored_demo.h"
#include "support/same_record.h"

using namespace carry;
using namespace carry::test;

namespace
{

//! Steps all over a run: where something was decided, and others.
std::vector<std::size_t> samples(const RunView& view)
{
    std::vector<std::size_t> steps;
    const std::size_t length = view.length();
    for (std::size_t i = 0; i < 60; ++i)
        steps.push_back(i * (length - 1) / 59);
    std::size_t at = 0;
    for (int i = 0; i < 40; ++i)
        if (const auto next = view.nextDecision(at)) {
            for (std::size_t after = 0; after < 6; ++after) // while its plan is carried out
                steps.push_back(std::min(*next + after, length - 1));
            at = *next;
        }
    return steps;
}

QString difference(const PositionLine& a, const PositionLine& b)
{
    const bool same = a.account == b.account && a.venue == b.venue && a.type == b.type && a.asset == b.asset &&
                      a.amount == b.amount && sameBits(a.price, b.price) && sameBits(a.value, b.value) &&
                      (sameBits(a.entry, b.entry) || (std::isnan(a.entry) && std::isnan(b.entry))) &&
                      sameBits(a.notional, b.notional);
    return same ? QString() : QString("position of account %1").arg(a.account);
}

QString difference(const InstructionStatus& a, const InstructionStatus& b)
{
    const bool same = a.state == b.state && a.changed == b.changed && sameBits(a.price, b.price) &&
                      a.filled == b.filled && sameBits(a.netDelta, b.netDelta) &&
                      sameBits(a.minMarginRatio, b.minMarginRatio) && a.error == b.error &&
                      a.transitions == b.transitions;
    return same ? QString() : QString("an instruction");
}

//! What two views show differently at one step.
QString difference(RunView& a, RunView& b, std::size_t step)
{
    a.seek(step);
    b.seek(step);
    const auto held = a.positions();
    const auto loaded = b.positions();
    if (held.size() != loaded.size())
        return "number of positions";
    for (std::size_t i = 0; i < held.size(); ++i)
        if (const QString found = difference(held[i], loaded[i]); !found.isEmpty())
            return found;
    for (InstructionId id = 1; id <= a.ends().instructions; ++id)
        if (const QString found = difference(a.status(id), b.status(id)); !found.isEmpty())
            return found;
    for (PlanId id = 1; id <= a.ends().plans; ++id)
        if (a.outcome(id) != b.outcome(id) || a.lastChange(id) != b.lastChange(id) ||
            a.decisionOf(id) != b.decisionOf(id))
            return "a plan";
    for (std::size_t metric = 0; metric < kRiskMetricCount; ++metric)
        for (std::size_t scope = 0; scope < kRiskScopes; ++scope)
            if (a.riskLevel(static_cast<RiskMetric>(metric), scope) !=
                b.riskLevel(static_cast<RiskMetric>(metric), scope))
                return "a risk level";
    return {};
}

} // namespace

class TestDeskRoundTrip : public QObject
{
    Q_OBJECT

  private slots:
    void loadsWhatWasComputed_data()
    {
        QTest::addColumn<QString>("preset");
        for (const PresetInfo& preset : listPresets())
            QTest::newRow(preset.name.c_str()) << text(preset.name);
    }
    void loadsWhatWasComputed()
    {
        QFETCH(QString, preset);
        const RunsFile runs;
        const auto computed = runs.run(configured(preset.toStdString()));
        const auto loaded = must(loadStoredRun(runs.path(), {}));
        QCOMPARE(text(resultDigest(*loaded.record)), text(computed.summary.resultDigest));
        QCOMPARE(text(instructionDigest(*loaded.record)), text(computed.summary.instructionDigest));
        QCOMPARE(text(loaded.stored.summary.resultDigest), text(computed.summary.resultDigest));
        QCOMPARE(difference(*computed.record, *loaded.record), QString());
        QVERIFY(loaded.stored.ended);

        RunView a(computed.record);
        RunView b(loaded.record);
        for (const std::size_t step : samples(a)) {
            const QString found = difference(a, b, step);
            QVERIFY2(found.isEmpty(), qPrintable(QString("%1 at step %2").arg(found).arg(step)));
        }
    }

    //! Backwards too: folds start at checkpoints.
    void positionsSumToTheNav_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<QString>("reserve"); // ETH in the wallet, which the base asset's prices do not value
        QTest::newRow("btc, gas reserve") << "btc-basis"
                                          << "0.5";
        QTest::newRow("eth, gas reserve") << "eth-basis"
                                          << "0.5";
        QTest::newRow("eth, reference at another exchange") << "eth-basis"
                                                            << "0.5 okx";
        QTest::newRow("every action") << "demo-tour"
                                      << "0.1";
    }
    void positionsSumToTheNav()
    {
        QFETCH(QString, preset);
        QFETCH(QString, reserve);
        Assignments changes{"chain.gas_reserve_eth=" + reserve.section(' ', 0, 0).toStdString()};
        if (reserve.contains(' '))
            changes.push_back("data.eth_reference=" + reserve.section(' ', 1).toStdString());
        DrivenRun run(configured(preset.toStdString(), changes), *demoData());
        run.finish();
        RunView view(run.record);
        auto steps = samples(view);
        const auto forwards = steps;
        steps.insert(steps.end(), forwards.rbegin(), forwards.rend());
        bool ether = false;
        for (const std::size_t step : steps) {
            view.seek(step);
            double sum = 0;
            for (const PositionLine& line : view.positions()) {
                sum += line.value;
                ether = ether || (line.venue == Venue::Wallet && line.asset == Asset::ETH && line.value > 100);
            }
            const double nav = run.at(step, StepColumn::Nav);
            QVERIFY2(std::abs(sum - nav) < 1e-6,
                     qPrintable(QString("step %1: %2 and %3").arg(step).arg(sum, 0, 'f', 9).arg(nav, 0, 'f', 9)));
        }
        QVERIFY(ether); // or the reserve was not looked at
        view.seek(view.length());
        for (std::size_t i = 0; i < run.chart().size(); ++i)
            QCOMPARE(view.balance(static_cast<AccountId>(i)),
                     run.engine->world().books.balance(static_cast<AccountId>(i)));
    }

    //! In slices, and only what there is.
    void loadsInSlices()
    {
        const RunsFile runs;
        const auto computed = runs.run(configured("btc-basis"), shortPeriod());
        std::size_t calls = 0;
        const auto cancelled = loadStoredRun(runs.path(), {}, [&calls](std::size_t done, std::size_t total) {
            ++calls;
            return done > total; // never: cancelled at the first look
        });
        QCOMPARE(codeOf(cancelled), QString("ENGINE-004"));
        QCOMPARE(calls, std::size_t{1});
        QCOMPARE(codeOf(loadStoredRun(runs.path(), "nonsense")), QString("STORE-005"));
        QCOMPARE(codeOf(loadStoredRun(runs.path("none.db"), {})), QString("STORE-001"));
    }
};

QTEST_APPLESS_MAIN(TestDeskRoundTrip)
#include "tst_desk_round_trip.moc"
