// SPDX-License-Identifier: GPL-3.0-or-later
// Every preset on the demo market against a committed expectation.
#include "desk/exports.h"
#include "support/driven_run.h"

#include <fstream>

using namespace carry;
using namespace carry::test;
using Json = nlohmann::ordered_json;

namespace
{

constexpr const char* kUpdate = "CARRYDESK_UPDATE_GOLDEN";
constexpr double kRelative = 1e-9;

std::filesystem::path goldenFile(const std::string& preset)
{
    return std::filesystem::path(CARRYDESK_SOURCE_DIR) / "tests/desk/golden" / (preset + ".json");
}

Json expectationOf(const DrivenRun& run)
{
    const Json all = runToJson(run.record->info(), run.summary);
    Json out = Json::object();
    out["preset"] = all["preset"];
    out["from"] = all["from"];
    out["to"] = all["to"];
    out["steps"] = all["steps"];
    out["data_digest"] = all["data_digest"];
    out["result_digest"] = all["result_digest"];
    out["instruction_digest"] = all["instruction_digest"];
    out["nav_final"] = all["nav"]["final"];
    out["pnl"] = all["pnl"]["attribution"];
    out["pnl"]["balance"] = all["pnl"]["balance"];
    out["apr"] = all["metrics"]["apr"];
    out["max_drawdown"] = all["metrics"]["max_drawdown"];
    out["decisions"] = all["decisions"];
    return out;
}

//! Numbers to 1e-9 relative, everything else exactly.
QStringList differences(const std::string& path, const Json& actual, const Json& expected)
{
    if (actual.is_object() && expected.is_object()) {
        QStringList all;
        for (const auto& [key, value] : expected.items())
            all += actual.contains(key) ? differences(path + "/" + key, actual[key], value)
                                        : QStringList{text(path + "/" + key + " is missing")};
        return all;
    }
    const bool floats = actual.is_number_float() && expected.is_number_float();
    const double a = floats ? actual.get<double>() : 0;
    const double e = floats ? expected.get<double>() : 0;
    if (floats ? std::abs(a - e) <= kRelative * std::max(std::abs(e), 1e-6) : actual == expected)
        return {};
    return {text(path + ": " + actual.dump() + ", expected " + expected.dump())};
}

const MarketData& demo()
{
    static const auto data = openData("demo").value();
    return *data;
}

} // namespace

class TestDeskGolden : public QObject
{
    Q_OBJECT

  private slots:
    void matches_data()
    {
        QTest::addColumn<QString>("preset");
        for (const auto& preset : listPresets())
            QTest::addRow("%s", preset.name.c_str()) << text(preset.name);
    }

    void matches()
    {
        QFETCH(QString, preset);
        const auto file = goldenFile(preset.toStdString());
        DrivenRun run(configured(preset.toStdString()), demo());
        run.finish();
        QCOMPARE(problems(run), QString());
        const Json actual = expectationOf(run);
        if (qEnvironmentVariableIntValue(kUpdate) == 1) {
            std::filesystem::create_directories(file.parent_path());
            const auto written = writeFile(file, actual.dump(2) + "\n");
            QVERIFY2(written.has_value(), written ? "" : describe(written.error()).c_str());
            qInfo("renewed %s", file.filename().c_str());
            return;
        }
        std::ifstream in(file, std::ios::binary);
        const Json expected = in ? Json::parse(in, nullptr, /*allow_exceptions=*/false) : Json();
        const QStringList wrong = expected.is_object() ? differences("", actual, expected)
                                                       : QStringList{"no expectation in tests/desk/golden"};
        const QString how =
            QString("\nIf this change is meant, renew the expectations with %1=1 tst_desk_golden and commit "
                    "tests/desk/golden with the reason.")
                .arg(kUpdate);
        QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join("\n") + how));
    }

    //! No expectation without its preset.
    void noneTooMany()
    {
        std::set<std::string> names;
        for (const auto& preset : listPresets())
            names.insert(preset.name + ".json");
        const auto folder = goldenFile("x").parent_path();
        if (!std::filesystem::exists(folder))
            return;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            QVERIFY2(names.contains(entry.path().filename().string()), entry.path().c_str());
    }
};

QTEST_APPLESS_MAIN(TestDeskGolden)
#include "tst_desk_golden.moc"
