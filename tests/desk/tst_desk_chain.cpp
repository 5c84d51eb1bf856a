// SPDX-License-Identifier: GPL-3.0-or-later
// A run that stakes, lends and borrows outside the engine: its JSON and CSV, stored and compared.
#include "desk/exports.h"
#include "made_run.h"
#include "store/record_loader.h"
#include "stored_demo.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fstream>
#include <sstream>

using namespace carry;
using namespace carry::test;
using Json = nlohmann::ordered_json;

namespace
{

QString keysOf(const Json& object)
{
    QStringList keys;
    for (const auto& [key, value] : object.items())
        keys << text(key);
    return keys.join(' ');
}

//! Lines of a file; only the description of an instruction may be quoted and have commas in it.
std::vector<QStringList> cellsOf(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<QStringList> rows;
    for (std::string line; std::getline(in, line);)
        rows.push_back(text(line).split(','));
    return rows;
}

qsizetype columnOf(const std::vector<QStringList>& rows, const char* name)
{
    const qsizetype found = rows.front().indexOf(QLatin1String(name));
    if (found < 0)
        qFatal("no column %s", name);
    return found;
}

//! The values of one column below its header; counted from the end, behind what may be quoted.
QStringList column(const std::vector<QStringList>& rows, const char* name)
{
    QStringList values;
    for (std::size_t i = 1; i < rows.size(); ++i)
        values << rows[i][rows[i].size() - (rows.front().size() - columnOf(rows, name))];
    return values;
}

void execute(const std::string& file, const std::string& sql)
{
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

//! As it stands in the file, whatever its digest says.
std::shared_ptr<RunRecord> loaded(const std::string& file, const std::string& id)
{
    auto database = must(Database::open(file, Database::Mode::ReadOnly));
    return must(loadRecord(database, id));
}

const MetricDifference* metricOf(const Comparison& comparison, const char* name)
{
    for (const MetricDifference& metric : comparison.metrics)
        if (metric.name == name)
            return &metric;
    return nullptr;
}

} // namespace

class TestDeskChain : public QObject
{
    Q_OBJECT

  private slots:
    void json()
    {
        const auto run = made::chainRun("chain");
        const Json json = runToJson(run.record->info(), run.summary);
        QCOMPARE(text(json["share_class"].get<std::string>()), QString("ETH"));
        QCOMPARE(keysOf(json["by_venue"]), QString("wallet binance bybit okx aave_v3 etherfi in_flight"));
        double equity = 0;
        double pnl = 0;
        for (const auto& [venue, one] : json["by_venue"].items()) {
            equity += one["equity"].get<double>();
            pnl += one["pnl"].get<double>();
        }
        QVERIFY(std::abs(equity - json["nav"]["final"].get<double>()) < 1e-12);
        QVERIFY(std::abs(pnl - json["pnl"]["balance"].get<double>()) < 1e-12);
        QCOMPARE(json["instructions"]["by_type"].size(), kInstructionTypes.size());
        QCOMPARE(json["instructions"]["by_type"]["borrow"].get<int>(), 2);
        const Json& metrics = json["metrics"];
        QCOMPARE(metrics["min_health_factor"].get<double>(), 1.0123456789012345);
        QCOMPARE(text(metrics["min_health_factor_at"].get<std::string>()), text(formatIso(run.record->time(2))));
        QCOMPARE(metrics["min_health_factor_ratio"].get<double>(), 1.0376001);
        QVERIFY(!metrics["empty_reasons"].contains("min_health_factor"));
    }

    void jsonWithoutDebt()
    {
        auto run = made::chainRun("chain");
        run.summary.minHealthFactor = Figure::empty(EmptyReason::NoDebt);
        const Json metrics = runToJson(run.record->info(), run.summary)["metrics"];
        for (const char* key : {"min_health_factor", "min_health_factor_at", "min_health_factor_ratio"})
            QVERIFY2(metrics[key].is_null(), key);
    }

    //! Nothing of it is in the document of a run at exchanges.
    void jsonOfExchangeRuns()
    {
        const auto run = made::smallRun("small");
        const Json json = runToJson(run.record->info(), run.summary);
        QCOMPARE(keysOf(json["by_venue"]), QString("wallet binance bybit okx in_flight"));
        QCOMPARE(keysOf(json["instructions"]["by_type"]), QString("transfer spot_trade perp_trade swap"));
        QVERIFY(!json["metrics"].contains("min_health_factor_at"));
    }

    void jsonOfWhatIsStored()
    {
        const RunsFile runs;
        const auto run = made::chainRun("chain");
        QVERIFY(saveRun(runs.path(), *run.record, run.summary));
        const auto stored = must(loadStoredRun(runs.path(), "chain"));
        QCOMPARE(text(resultDigest(*stored.record)), text(run.summary.resultDigest));
        Json a = runToJson(run.record->info(), run.summary);
        Json b = runToJson(stored.stored.info, stored.stored.summary);
        // Sums over places are added up in another order when they are read.
        for (Json* json : {&a, &b}) {
            (*json)["pnl"].erase("attribution");
            (*json)["pnl"].erase("basis");
            json->erase("funding");
        }
        QCOMPARE(text(b.dump(1)), text(a.dump(1)));
    }

    void csv()
    {
        const auto run = made::chainRun("chain");
        QTemporaryDir folder;
        const std::filesystem::path out = folder.path().toStdString();
        QVERIFY(exportCsv(*run.record, out));
        const auto chain = cellsOf(out / "chain.csv");
        QCOMPARE(chain.size(), std::size_t{5});
        QCOMPARE(chain.front().size(), qsizetype{2 + kChainColumnCount});
        QCOMPARE(column(chain, "health_factor").join(' '), QString(" 1.0642857142857143 1.0123456789012344 1.03"));
        QCOMPARE(column(chain, "staking_apr").join(""), QString());
        const auto steps = cellsOf(out / "steps.csv");
        QCOMPARE(steps.size(), std::size_t{5});
        QVERIFY(!steps.front().join(' ').contains("chain."));
        QCOMPARE(steps.front().size(), steps.back().size());
        QCOMPARE(steps.front().back(), QString("condition.condition_2"));
        const auto instructions = cellsOf(out / "instructions.csv");
        QCOMPARE(column(instructions, "iteration").join(""), QString("0111222000000000"));
        QCOMPARE(column(instructions, "ltv").join(""), QString("0.90.9"));
        QVERIFY(column(instructions, "sizing").contains("to_ltv") &&
                column(instructions, "sizing").contains("everything"));
        const auto transitions = cellsOf(out / "transitions.csv");
        QCOMPARE(column(transitions, "health_factor").count("1.0642857142857143"), qsizetype{4});
        QCOMPARE(column(transitions, "ltv").count(""), qsizetype(transitions.size()) - 1 - 4);
        const QString assets = column(cellsOf(out / "ledger.csv"), "asset").join(' ');
        QVERIFY2(assets.contains("aWeETH") && assets.contains("debtWETH"), qPrintable(assets));
    }

    void noChainFileWithoutChain()
    {
        QTemporaryDir folder;
        const std::filesystem::path out = folder.path().toStdString();
        QVERIFY(exportCsv(*made::smallRun("small").record, out));
        QVERIFY(!std::filesystem::exists(out / "chain.csv"));
    }

    void comparesInTheirCurrency()
    {
        const RunsFile runs;
        for (const char* id : {"chain-a", "chain-b"}) {
            const auto run = made::chainRun(id);
            QVERIFY(saveRun(runs.path(), *run.record, run.summary));
        }
        for (const char* id : {"small-a", "small-b"}) {
            const auto run = made::smallRun(id);
            QVERIFY(saveRun(runs.path(), *run.record, run.summary));
        }
        const auto ether = must(compareStoredRuns(runs.path(), {"chain-a", "chain-b"}));
        QCOMPARE(text(metricOf(ether, "nav_final")->unit), QString("ETH"));
        QCOMPARE(metricOf(ether, "min_health_factor")->values[1].value.value(), 1.0123456789012345);
        QVERIFY(!ether.divergence[1]);
        const auto dollars = must(compareStoredRuns(runs.path(), {"small-a", "small-b"}));
        QCOMPARE(text(metricOf(dollars, "pnl")->unit), QString("USDT"));
        QVERIFY(metricOf(dollars, "pnl")->isMoney() && !metricOf(dollars, "apr")->isMoney());
        QVERIFY(metricOf(dollars, "min_health_factor") == nullptr);
        const auto both = must(compareStoredRuns(runs.path(), {"small-a", "chain-a"}));
        QCOMPARE(text(metricOf(both, "costs")->unit), QString("share class"));
        QVERIFY(metricOf(both, "costs")->isMoney());
        QVERIFY(!metricOf(both, "min_health_factor")->values[0].value);
    }

    //! Figures on chain count, and a digest that no longer fits is told.
    void findsWhatDiffers_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("what");
        QTest::newRow("a figure") << "UPDATE step_chain SET lst_ratio = 1.05 WHERE step = 2"
                                  << "chain.lst_ratio";
        QTest::newRow("one that was absent") << "UPDATE step_chain SET borrow_apr = 0.02 WHERE step = 2"
                                             << "chain.borrow_apr";
        QTest::newRow("the health factor after a change") << "UPDATE transition SET health_factor = 1.5 WHERE step = 1"
                                                          << "";
    }
    void findsWhatDiffers()
    {
        QFETCH(QString, sql);
        QFETCH(QString, what);
        const RunsFile runs;
        const auto run = made::chainRun("chain");
        QVERIFY(saveRun(runs.path(), *run.record, run.summary));
        QVERIFY(!firstDivergence(*run.record, *loaded(runs.path(), "chain")));
        execute(runs.path(), sql.toStdString());
        QCOMPARE(codeOf(loadStoredRun(runs.path(), "chain")), QString("STORE-004"));
        const auto difference = firstDivergence(*run.record, *loaded(runs.path(), "chain"));
        QCOMPARE(difference ? text(difference->what) : QString(), what);
        if (difference)
            QCOMPARE(difference->stepA, std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestDeskChain)
#include "tst_desk_chain.moc"
