// SPDX-License-Identifier: GPL-3.0-or-later
// Positions, exposure and risk of runs on chain.
#include "chain_runs.h"
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"
#include "positions/exposure_panel.h"
#include "positions/positions_model.h"
#include "positions/positions_panel.h"
#include "positions/risk_panel.h"

#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

double plainAt(const QModelIndex& index, int column)
{
    return index.siblingAtColumn(column).data(PlainRole).toString().toDouble();
}

QStringList placesOf(const PositionsModel& model)
{
    QStringList places;
    for (int row = 0; row + 1 < model.rowCount(); ++row)
        places << model.index(row, 0).data().toString();
    return places;
}

} // namespace

class TestChainPositions : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }

    void placesAreThoseOfTheRun()
    {
        RunSession session;
        PositionsModel model;
        const auto show = [&](const BacktestResult& run) {
            session.setRecord(run.record);
            model.update(session.view());
            return placesOf(model);
        };
        QCOMPARE(show(testing::atomicRun()), (QStringList{"Wallet", "Aave V3", "EtherFi", "In flight"}));
        QCOMPARE(show(testing::loopRun()),
                 (QStringList{"Wallet", "Binance", "Bybit", "OKX", "Aave V3", "EtherFi", "In flight"}));
        QCOMPARE(show(testing::demoRun("btc-basis", {}, testing::firstDays())),
                 (QStringList{"Wallet", "Binance", "Bybit", "OKX", "In flight"}));
    }
    void conversionIsTheRecords()
    {
        for (const BacktestResult* run : {&testing::atomicRun(), &testing::loopRun()}) {
            RunSession session;
            session.setRecord(run->record);
            const RunRecord& record = *session.record();
            const auto at = [&](ChainColumn c) { return session.view().value(record.layout().onChain(c)); };
            PositionsModel model;
            for (const std::size_t step : {session.length() / 2, session.length() - 1}) {
                session.seek(step);
                model.update(session.view());
                const QModelIndex supplied =
                    model.indexOf({Selection::Kind::Account, record.chart().aave(Asset::weETH).supply});
                const QModelIndex debt =
                    model.indexOf({Selection::Kind::Account, record.chart().aave(Asset::ETH).debt});
                QVERIFY(supplied.isValid() && debt.isValid());
                const double scaled = plainAt(supplied, PositionsModel::Amount);
                QCOMPARE(plainAt(supplied, PositionsModel::Underlying), scaled * at(ChainColumn::LstIndex));
                QCOMPARE(plainAt(supplied, PositionsModel::Coins),
                         scaled * at(ChainColumn::LstIndex) * at(ChainColumn::LstRatio));
                QCOMPARE(plainAt(supplied, PositionsModel::Price), at(ChainColumn::EthPrice));
                const auto near = [](double a, double b) { return std::abs(a / b - 1) < 1e-6; };
                QVERIFY(near(plainAt(supplied, PositionsModel::Coins), at(ChainColumn::Collateral)));
                QVERIFY(near(-plainAt(debt, PositionsModel::Coins), at(ChainColumn::Debt)));
                QVERIFY(plainAt(debt, PositionsModel::Value) < 0);
                const double nav = session.view().value(ColumnLayout::step(StepColumn::Nav));
                double lines = 0;
                for (int row = 0; row + 1 < model.rowCount(); ++row)
                    lines += plainAt(model.index(row, 0), PositionsModel::Value);
                QVERIFY(near(lines, nav));
            }
        }
    }
    void toolTipShowsTheWholeWay()
    {
        RunSession session;
        session.setRecord(testing::atomicRun().record);
        session.seek(session.length() - 1);
        PositionsModel model;
        model.update(session.view());
        const AccountId account = session.record()->chart().aave(Asset::weETH).supply;
        const Conversion c = conversionOf(session.view(), account);
        const QString tip = model.indexOf({Selection::Kind::Account, account}).data(Qt::ToolTipRole).toString();
        for (const QString& part : {quantity(c.amount), quantity(c.index, 9), quantity(c.ratio, 9),
                                    quantity(c.coins, 9), money(c.usd) + " USD"})
            QVERIFY2(tip.contains(part), qPrintable(tip));
    }
    void columnsOfTheConversionOnlyOnChain()
    {
        RunSession session;
        PositionsPanel panel(session);
        auto* tree = panel.findChild<QTreeView*>("positionsTree");
        session.setRecord(testing::atomicRun().record);
        QVERIFY(!tree->isColumnHidden(PositionsModel::Underlying));
        QVERIFY(tree->isColumnHidden(PositionsModel::Entry)); // no perps
        const QHeaderView* header = tree->header();
        QVERIFY(header->visualIndex(PositionsModel::Value) < header->visualIndex(PositionsModel::Price));
        session.setRecord(testing::demoRun("btc-basis", {}, testing::firstDays()).record);
        QVERIFY(tree->isColumnHidden(PositionsModel::Underlying));
        QVERIFY(tree->isColumnHidden(PositionsModel::Coins));
        QVERIFY(!tree->isColumnHidden(PositionsModel::Entry));
        QVERIFY(header->visualIndex(PositionsModel::Value) > header->visualIndex(PositionsModel::Price));
    }
    void exposurePartsSumToTheNet()
    {
        for (const BacktestResult* run : {&testing::atomicRun(), &testing::loopRun()}) {
            RunSession session;
            session.setRecord(run->record);
            session.seek(session.length() - 1);
            const auto lines = exposureLines(session.view());
            QVERIFY(!lines.empty());
            const double drift = session.view().value(ColumnLayout::step(StepColumn::DeltaDrift));
            for (const ExposureLine& line : lines) {
                QVERIFY(std::abs(line.onChain + line.atExchanges - line.net) < 1e-6 * line.gross);
                if (line.asset == Asset::ETH)
                    QVERIFY2(std::abs(line.shareOfNav - drift) < 1e-3,
                             qPrintable(QString("%1 %2").arg(line.shareOfNav).arg(drift)));
            }
        }
    }
    void exchangesAreShownOnlyWhereThereAreAny()
    {
        RunSession session;
        ExposurePanel panel(session);
        panel.show();
        session.setRecord(testing::atomicRun().record);
        QVERIFY(!panel.exchanges()->isVisible());
        QVERIFY(!panel.assets()->isColumnHidden(3));
        session.setRecord(testing::loopRun().record);
        QVERIFY(panel.exchanges()->isVisible());
        session.setRecord(testing::demoRun("btc-basis", {}, testing::firstDays()).record);
        QVERIFY(panel.assets()->isColumnHidden(3));
    }
    void riskHasLendingFirstAndNoMarginWithoutExchanges()
    {
        RunSession session;
        RiskPanel panel(session);
        panel.show();
        const auto metrics = [&](const BacktestResult& run) {
            session.setRecord(run.record);
            session.seek(session.length() - 1);
            QStringList found;
            for (const RiskLine& line : riskLines(session.view()))
                found << Words::metric(line.metric);
            return found;
        };
        const QStringList eth = metrics(testing::atomicRun());
        QCOMPARE(eth.mid(0, 3), (QStringList{"Aave LTV", "Health factor", "Staked token's discount"}));
        QVERIFY(!eth.contains("Margin ratio"));
        QVERIFY(metrics(testing::loopRun()).contains("Margin ratio"));
        for (const RiskLine& line : riskLines(session.view()))
            if (line.metric == RiskMetric::AaveLtv || line.metric == RiskMetric::HealthFactor) {
                QVERIFY(std::isfinite(line.limit.warn) && std::isfinite(line.limit.critical));
                QVERIFY(line.headroom > 0 && line.headroom <= 1);
            }
        QVERIFY(!metrics(testing::demoRun("btc-basis", {}, testing::firstDays())).contains("Aave LTV"));
    }
};

QTEST_MAIN(TestChainPositions)
#include "tst_chain_positions.moc"
