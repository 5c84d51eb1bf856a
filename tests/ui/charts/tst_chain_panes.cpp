// SPDX-License-Identifier: GPL-3.0-or-later
// Panes come and go with what a run has.
#include "chain_runs.h"
#include "charts/chart_stack.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "desk/inspection.h"

#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

struct Charts {
    Charts()
    {
        stack.resize(900, 900);
        stack.show();
    }
    void show(const BacktestResult& run)
    {
        session.setRecord(run.record);
        session.seek(session.length() - 1);
        stack.redrawNow();
    }
    bool there(PaneId pane) const { return stack.isPaneShown(pane) && !stack.paneRect(pane).isEmpty(); }
    RunSession session;
    ChartStack stack{session};
};

const BacktestResult& basis()
{
    static const BacktestResult result = testing::demoRun("btc-basis", {}, testing::firstDays());
    return result;
}

} // namespace

class TestChainPanes : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }

    void anotherRunIsDrawnBeside()
    {
        const auto other = testing::demoRun("btc-basis", {"capital=250000"}, testing::firstDays()).record;
        Charts c;
        c.show(basis());
        QVERIFY(!c.there(PaneId::Return));
        QVERIFY(c.stack.paneActions()[static_cast<int>(PaneId::Return)]->isVisible()); // for who asks for it
        c.session.setReference({other, QStringLiteral("Run other")});
        c.stack.redrawNow();
        QVERIFY(c.there(PaneId::Return));
        // A benchmark's scale would lay the two runs over each other: it is there for who asks.
        QVERIFY(c.stack.isSeriesShown(PaneId::Return, 1) && !c.stack.isSeriesShown(PaneId::Return, 2));
        const auto panes = chartPanes(basis().record->info(), false, other.get(), QStringLiteral("Parent other"));
        QCOMPARE(panes.front().series[0].name, QString("This run"));
        QCOMPARE(panes.front().series[1].name, QString("Parent other"));
        QVERIFY(!panes.front().series[0].dashed && panes.front().series[1].dashed);
        const std::size_t unit = ColumnLayout::step(StepColumn::UnitValue);
        const std::size_t price = ColumnLayout::asset(0, AssetColumn::Price);
        for (const std::size_t step : {std::size_t{0}, c.session.length() / 2, c.session.length() - 1}) {
            c.session.seek(step);
            c.stack.redrawNow();
            const RunRecord& shown = *c.session.record();
            const Time time = shown.time(step);
            std::size_t at = 0;
            while (at + 1 < other->committed() && other->time(at + 1) <= time)
                ++at;
            QCOMPARE(c.stack.readout(PaneId::Nav, 1), other->at(at, ColumnLayout::step(StepColumn::Nav)));
            QCOMPARE(c.stack.readout(PaneId::Return, 0), shown.at(step, unit) - 1);
            QCOMPARE(c.stack.readout(PaneId::Return, 1), other->at(at, unit) - 1);
            QCOMPARE(c.stack.readout(PaneId::Return, 2), shown.at(step, price) / shown.at(0, price) - 1); // held
        }
        c.stack.setSeriesShown(PaneId::Return, 2, true);
        c.session.setReference({});
        c.stack.redrawNow();
        QVERIFY(!c.there(PaneId::Return));
        // A run in another currency has no NAV to lay over this one, but a return.
        c.session.setReference(
            {testing::demoRun("eth-staking", {}, testing::firstDays()).record, QStringLiteral("ETH")});
        c.stack.redrawNow();
        QVERIFY(std::isfinite(c.stack.readout(PaneId::Return, 1)));
        QVERIFY(c.stack.isSeriesShown(PaneId::Return, 2)); // as chosen
        c.session.setRecord(basis().record);
        QVERIFY(!c.session.reference().record);
    }
    void panesAreThoseOfTheRun()
    {
        Charts c;
        c.show(testing::atomicRun());
        for (const PaneId pane : {PaneId::Ltv, PaneId::HealthFactor, PaneId::Lst, PaneId::Carry})
            QVERIFY(c.there(pane));
        for (const PaneId pane : {PaneId::Risk, PaneId::Basis, PaneId::Funding}) {
            QVERIFY(!c.there(pane));
            QVERIFY(!c.stack.paneActions()[static_cast<int>(pane)]->isVisible());
        }
        c.show(basis());
        for (const PaneId pane : {PaneId::Risk, PaneId::Basis, PaneId::Funding, PaneId::Drawdown})
            QVERIFY(c.there(pane));
        for (const PaneId pane : {PaneId::Ltv, PaneId::HealthFactor, PaneId::Lst, PaneId::Discount, PaneId::Carry})
            QVERIFY(!c.there(pane));
        c.show(testing::loopRun());
        for (const PaneId pane : {PaneId::Risk, PaneId::Funding, PaneId::Ltv, PaneId::Carry})
            QVERIFY(c.there(pane));
        QVERIFY(!c.there(PaneId::Basis)); // there is little room; it can be asked for
        QVERIFY(c.stack.paneActions()[static_cast<int>(PaneId::Basis)]->isVisible());
        c.stack.setPaneShown(PaneId::Basis, true);
        c.stack.redrawNow();
        QVERIFY(c.there(PaneId::Basis));
    }
    void whatIsChosenByHandStays()
    {
        Charts c;
        c.show(testing::loopRun());
        c.stack.setPaneShown(PaneId::Discount, true);
        c.stack.setPaneShown(PaneId::Ltv, false);
        c.show(basis());
        c.show(testing::atomicRun());
        QVERIFY(c.there(PaneId::Discount));
        QVERIFY(!c.there(PaneId::Ltv));
        Charts other;
        QVERIFY(other.stack.restoreState(c.stack.saveState()));
        other.show(testing::loopRun());
        QVERIFY(other.there(PaneId::Discount));
        QVERIFY(!other.there(PaneId::Ltv));
        QVERIFY(!other.there(PaneId::Basis)); // never touched: still by the run
    }
    void readoutsAreTheRecords()
    {
        Charts c;
        c.show(testing::atomicRun());
        const RunRecord& record = *c.session.record();
        const std::size_t step = c.session.cursor();
        const auto at = [&](ChainColumn column) { return record.at(step, record.layout().onChain(column)); };
        QCOMPARE(c.stack.readout(PaneId::Ltv, 0), at(ChainColumn::Ltv));
        QCOMPARE(c.stack.readout(PaneId::HealthFactor, 0), at(ChainColumn::HealthFactor));
        QCOMPARE(c.stack.readout(PaneId::Lst, 0), at(ChainColumn::LstRatio));
        QCOMPARE(c.stack.readout(PaneId::Lst, 1), at(ChainColumn::LstMarket));
        QCOMPARE(c.stack.readout(PaneId::Carry, 0), at(ChainColumn::StakingApr) + at(ChainColumn::LstSupplyApr));
        QCOMPARE(c.stack.readout(PaneId::Carry, 1), at(ChainColumn::BorrowApr));
        QCOMPARE(c.stack.readoutText(PaneId::Ltv, 0), percent(at(ChainColumn::Ltv)));
    }
    void limitsAreThoseOfTheRun()
    {
        const RunInfo& info = testing::loopRun().record->info();
        for (const auto& [pane, metric] :
             {std::pair(PaneId::Ltv, RiskMetric::AaveLtv), std::pair(PaneId::HealthFactor, RiskMetric::HealthFactor),
              std::pair(PaneId::Discount, RiskMetric::LstDiscount)}) {
            const PaneSpec spec = chartPanes(info)[static_cast<std::size_t>(pane)];
            QCOMPARE(spec.id, pane);
            QCOMPARE(spec.limits.size(), std::size_t{2});
            QCOMPARE(spec.limits[0].value, limitOf(info, metric).warn);
            QCOMPARE(spec.limits[1].value, limitOf(info, metric).critical);
        }
    }
    void forkMovesLimits()
    {
        RunInfo info = testing::loopRun().record->info();
        info.configuration["risk.health_factor.warn"] = "1.06";
        const Time first = info.from + kDay;
        const Time second = info.from + 3 * kDay;
        info.forks = {{"parent", first, {}, {{"risk.health_factor.warn", "1.2"}}},
                      {"parent", second, {}, {{"rebalance.cooldown_hours", "5"}}}};
        const auto limits = chartPanes(info)[static_cast<std::size_t>(PaneId::HealthFactor)].limits;
        QCOMPARE(limits.size(), std::size_t{3}); // the second fork moves none
        QCOMPARE(limits[0].value, 1.06);
        QCOMPARE(limits[0].to, static_cast<double>(toMs(first)));
        QCOMPARE(limits[1].value, 1.2);
        QCOMPARE(limits[1].from, limits[0].to);
        QVERIFY(std::isinf(limits[1].to));
        QVERIFY(!limits[1].critical && limits[2].critical && std::isinf(limits[2].from));
    }
};

QTEST_MAIN(TestChainPanes)
#include "tst_chain_panes.moc"
