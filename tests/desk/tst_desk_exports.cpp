// SPDX-License-Identifier: GPL-3.0-or-later
// JSON and CSV of a run: stable keys, sums that fit, files that parse.
#include "desk/exports.h"
#include "support/driven_run.h"

#include <QTemporaryDir>

#include <fstream>
#include <sstream>

using namespace carry;
using namespace carry::test;
using Json = nlohmann::ordered_json;

namespace
{

//! A run with something in every file: trades, transfers, gas, a flow, a missing settlement, a hole, a refused leg.
const DrivenRun& eventfulRun()
{
    static const auto run = [] {
        MadeMarket market(24 * 6 + 1);
        market.prices([](std::size_t h) { return 60'000 + 31.0 * static_cast<double>(h % 23); });
        market.funding([](std::size_t k) { return 0.0001 * static_cast<double>(k % 3); });
        market.missSettlement(Venue::Okx, 4).hole(Venue::Bybit, SeriesKind::PerpCandles, 30, 33);
        market.spike(Venue::Okx, SeriesKind::PerpCandles, 100, 200'000, 50'000);
        auto r = std::make_unique<DrivenRun>(configured("btc_basis", {"flows.schedule=2024-06-03T00:00:00Z +20000, "
                                                                      "2024-06-04T00:00:00Z -5000"}),
                                             market.data());
        r->finish();
        return r;
    }();
    return *run;
}

QString keysOf(const Json& object)
{
    QStringList keys;
    for (const auto& [key, value] : object.items())
        keys << text(key);
    return keys.join(' ');
}

const char* const kItems =
    "spot_price perp_price funding supply_interest borrow_interest staking rewards trade_fees slippage "
    "gas withdrawal_fees flash_fees dex_fees debit_interest liquidation_loss fx_revaluation other";

double sumOf(const Json& object)
{
    double sum = 0;
    for (const auto& [key, value] : object.items())
        sum += value.get<double>();
    return sum;
}

//! RFC 4180: rows of cells.
std::vector<std::vector<std::string>> parseCsv(const std::string& content)
{
    std::vector<std::vector<std::string>> rows(1, {""});
    bool quoted = false;
    for (std::size_t i = 0; i < content.size(); ++i) {
        const char c = content[i];
        if (quoted) {
            if (c == '"' && i + 1 < content.size() && content[i + 1] == '"')
                rows.back().back() += content[++i];
            else if (c == '"')
                quoted = false;
            else
                rows.back().back() += c;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            rows.back().emplace_back();
        } else if (c == '\n') {
            rows.push_back({""});
        } else {
            rows.back().back() += c;
        }
    }
    if (rows.back().size() == 1 && rows.back().front().empty())
        rows.pop_back();
    return rows;
}

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::size_t columnOf(const std::vector<std::vector<std::string>>& rows, const std::string& name)
{
    const auto found = std::find(rows.front().begin(), rows.front().end(), name);
    if (found == rows.front().end())
        qFatal("no column %s", name.c_str());
    return static_cast<std::size_t>(found - rows.front().begin());
}

} // namespace

class TestDeskExports : public QObject
{
    Q_OBJECT

  private slots:
    //! The keys of docs/run-json.md.
    void jsonKeys()
    {
        const DrivenRun& run = eventfulRun();
        const Json json = runToJson(run.record->info(), run.summary);
        QCOMPARE(
            keysOf(json),
            QString("run_id status preset strategy share_class data synthetic from to steps capital nav pnl by_venue "
                    "funding metrics decisions instructions plans positions_final liquidations warnings configuration "
                    "data_digest result_digest instruction_digest timing"));
        QCOMPARE(keysOf(json["nav"]), QString("initial final external_flows"));
        QCOMPARE(keysOf(json["pnl"]), QString("balance unexplained basis attribution"));
        QCOMPARE(keysOf(json["pnl"]["attribution"]), QString(kItems));
        QCOMPARE(keysOf(json["by_venue"]), QString("wallet binance bybit okx in_flight"));
        for (const auto& [venue, one] : json["by_venue"].items()) {
            QCOMPARE(keysOf(one), QString("equity pnl attribution"));
            QCOMPARE(keysOf(one["attribution"]), QString(kItems));
        }
        QCOMPARE(keysOf(json["funding"]),
                 QString("total by_venue settlements_by_venue estimated_by_venue missing_by_venue"));
        for (const char* key : {"by_venue", "settlements_by_venue", "estimated_by_venue", "missing_by_venue"})
            QCOMPARE(keysOf(json["funding"][key]), QString("binance bybit okx"));
        QCOMPARE(
            keysOf(json["metrics"]),
            QString(
                "days apr cagr twr volatility sharpe sortino max_drawdown max_drawdown_from max_drawdown_to "
                "max_drawdown_days calmar positive_days turnover costs cost_ratio min_margin_ratio "
                "min_margin_ratio_at min_margin_ratio_venue min_margin_ratio_price min_health_factor empty_reasons"));
        QCOMPARE(keysOf(json["decisions"]), QString("HOLD INITIAL_SETUP REBALANCE DEPOSIT WITHDRAWAL REDUCE EXIT"));
        QCOMPARE(keysOf(json["instructions"]), QString("by_type by_state"));
        QCOMPARE(keysOf(json["plans"]), QString("completed failed"));
        for (const Json& position : json["positions_final"])
            QCOMPARE(keysOf(position), QString("key amount price value"));
        QCOMPARE(keysOf(json["timing"]), QString("load_s engine_s store_s steps_per_s"));
        QCOMPARE(json["warnings"].size(), std::size_t{2}); // the hole and the missing settlement
        for (const Json& warning : json["warnings"])
            for (const char* key : {"kind", "rule", "series", "count", "text"})
                QVERIFY(warning.contains(key));
    }

    //! Reports quote cells of foreign files, which may be in any encoding.
    void jsonOfForeignBytes()
    {
        const Json document{{"found", "caf\xe9"}};
        QCOMPARE(text(jsonText(document)), QString("{\n  \"found\": \"caf\uFFFD\"\n}\n"));
    }

    void jsonSums()
    {
        const DrivenRun& run = eventfulRun();
        const Json json = runToJson(run.record->info(), run.summary);
        const double balance = json["pnl"]["balance"].get<double>();
        QVERIFY(std::abs(balance) > 100);
        QVERIFY(std::abs(sumOf(json["pnl"]["attribution"]) - balance) < 1e-9 * 100'000);
        QVERIFY(std::abs(json["nav"]["final"].get<double>() - json["nav"]["initial"].get<double>() -
                         json["nav"]["external_flows"].get<double>() - balance) < 1e-9);
        QCOMPARE(json["nav"]["external_flows"].get<double>(), 15'000.0);
        double equity = 0;
        double pnl = 0;
        for (const auto& [venue, one] : json["by_venue"].items()) {
            equity += one["equity"].get<double>();
            pnl += one["pnl"].get<double>();
            QVERIFY(std::abs(sumOf(one["attribution"]) - one["pnl"].get<double>()) < 1e-9);
        }
        QVERIFY(std::abs(equity - json["nav"]["final"].get<double>()) < 1e-6);
        QVERIFY(std::abs(pnl - balance) < 1e-6);
        QVERIFY(std::abs(sumOf(json["funding"]["by_venue"]) - json["funding"]["total"].get<double>()) < 1e-9);
        QCOMPARE(json["pnl"]["basis"].get<double>(), json["pnl"]["attribution"]["spot_price"].get<double>() +
                                                         json["pnl"]["attribution"]["perp_price"].get<double>());
        QCOMPARE(json["funding"]["missing_by_venue"]["okx"].size(), std::size_t{1});
        QCOMPARE(text(json["funding"]["missing_by_venue"]["okx"][0].get<std::string>()),
                 QString("2024-06-02T08:00:00Z"));
        double positions = 0;
        for (const Json& position : json["positions_final"])
            positions += position["value"].get<double>();
        QVERIFY(std::abs(positions - json["nav"]["final"].get<double>()) < 1e-6);
        QCOMPARE(json["liquidations"].get<int>(), 1);
        // An empty figure is null and has a reason.
        QVERIFY(json["metrics"]["min_health_factor"].is_null());
        QCOMPARE(text(json["metrics"]["empty_reasons"]["min_health_factor"].get<std::string>()), QString("no_debt"));
        QCOMPARE(json["configuration"].size(), run.configuration.schema().parameters().size());
        QCOMPARE(json["result_digest"].get<std::string>().size(), std::size_t{64});
    }

    //! Text and back: nothing is lost.
    void jsonRoundTrip()
    {
        const DrivenRun& run = eventfulRun();
        const Json json = runToJson(run.record->info(), run.summary);
        const Json again = Json::parse(json.dump(2));
        QVERIFY(again == json);
        QCOMPARE(again["pnl"]["balance"].get<double>(), run.summary.pnlBalance);
    }

    void errorJson()
    {
        const Json json =
            errorToJson(Error(ErrorCode::DataNumber).with("file", "a.csv").with("line", 7).with("column", "open"));
        QCOMPARE(keysOf(json), QString("code message remedy context"));
        QCOMPARE(text(json["code"].get<std::string>()), QString("DATA-006"));
        QCOMPARE(text(json["context"]["line"].get<std::string>()), QString("7"));
        QVERIFY(contains(text(json["message"].get<std::string>()), "a.csv:7"));
    }

    void qualityJson()
    {
        const auto data = openData("demo");
        const Json json = qualityToJson(**data);
        QVERIFY(keysOf(json).startsWith("name synthetic files coverage findings"));
        QVERIFY(json["synthetic"].get<bool>());
        QVERIFY(!json["coverage"].empty());
        QVERIFY(Json::parse(json.dump()) == json);
    }

    void csvFiles()
    {
        const DrivenRun& run = eventfulRun();
        QTemporaryDir folder;
        const std::filesystem::path out = std::filesystem::path(folder.path().toStdString()) / "new" / "folder";
        const auto written = exportCsv(*run.record, out);
        QVERIFY2(written.has_value(), written ? "" : describe(written.error()).c_str());
        const StepEnds ends = run.ends();
        const std::map<std::string, std::size_t> expected{{"steps.csv", run.summary.steps},
                                                          {"ledger.csv", ends.ledger},
                                                          {"decisions.csv", ends.decisions},
                                                          {"instructions.csv", ends.instructions},
                                                          {"transitions.csv", ends.transitions},
                                                          {"funding.csv", ends.funding},
                                                          {"events.csv", ends.events}};
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(out)) {
            ++files;
            const auto name = entry.path().filename().string();
            QVERIFY2(expected.contains(name), name.c_str());
            const auto rows = parseCsv(contentOf(entry.path()));
            QCOMPARE(rows.size(), expected.at(name) + 1);
            for (const auto& row : rows)
                QVERIFY2(row.size() == rows.front().size(), name.c_str());
            const std::set<std::string> header(rows.front().begin(), rows.front().end());
            QVERIFY2(header.size() == rows.front().size() && !header.contains(""), name.c_str());
        }
        QCOMPARE(files, expected.size());
    }

    void csvValues()
    {
        const DrivenRun& run = eventfulRun();
        QTemporaryDir folder;
        const std::filesystem::path out = folder.path().toStdString();
        QVERIFY(exportCsv(*run.record, out).has_value());
        const auto steps = parseCsv(contentOf(out / "steps.csv"));
        const auto nav = columnOf(steps, "nav");
        const auto ratio = columnOf(steps, "okx.margin_ratio");
        const auto wallet = columnOf(steps, "condition.wallet_usdt");
        for (std::size_t s = 0; s < run.summary.steps; ++s) {
            const auto& row = steps[s + 1];
            QCOMPARE(std::stod(row[nav]), run.at(s, StepColumn::Nav)); // to the last bit
            QCOMPARE(row[ratio].empty(), std::isnan(run.at(s, Venue::Okx, VenueColumn::MarginRatio)));
            QCOMPARE(text(row[columnOf(steps, "time")]), text(formatIso(run.record->time(s))));
            QVERIFY(run.record->isBar(s) || row[wallet].empty());
        }
        const auto ledger = parseCsv(contentOf(out / "ledger.csv"));
        std::map<std::string, Decimal> balances;
        for (std::size_t i = 1; i < ledger.size(); ++i) {
            const Decimal amount = Decimal::parse(ledger[i][columnOf(ledger, "amount")]).value();
            balances[ledger[i][columnOf(ledger, "from")]] -= amount;
            balances[ledger[i][columnOf(ledger, "to")]] += amount;
        }
        for (const PositionRow& position : run.summary.positions)
            QCOMPARE(text(balances[position.key].toString()), text(position.amount.toString()));
        const auto funding = parseCsv(contentOf(out / "funding.csv"));
        double cash = 0;
        for (std::size_t i = 1; i < funding.size(); ++i)
            cash += std::stod(funding[i][columnOf(funding, "cash")]);
        QVERIFY(std::abs(cash - run.summary.fundingTotal) < 1e-6);
        const auto events = contentOf(out / "events.csv");
        for (const char* kind : {"liquidation", "deposit", "withdrawal_paid", "plan_completed", "risk_level"})
            QVERIFY2(contains(text(events), kind), kind);
        QVERIFY(contains(text(events), "breached"));
    }

    void unwritable()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "file";
        QVERIFY(writeFile(file, "text\n").has_value());
        QCOMPARE(text(contentOf(file)), QString("text\n"));
        QVERIFY(writeFile(file, "other").has_value()); // replaces
        QCOMPARE(text(contentOf(file)), QString("other"));
        const auto below = writeFile(file / "below", "text");
        QCOMPARE(below.error().code(), ErrorCode::EngineOutput);
        const auto csv = exportCsv(*eventfulRun().record, file);
        QCOMPARE(csv.error().code(), ErrorCode::EngineOutput);
        // No half files stay behind.
        std::size_t entries = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
            ++entries;
        QCOMPARE(entries, std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestDeskExports)
#include "tst_desk_exports.moc"
