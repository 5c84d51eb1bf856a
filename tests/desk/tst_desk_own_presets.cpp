// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/own_presets.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace carry;

class TestOwnPresets : public QObject
{
    Q_OBJECT
  private slots:
    void everyPresetComesBackTheSame_data();
    void everyPresetComesBackTheSame();
    void changedValuesOfEveryTypeComeBack();
    void aFolderIsListedByName();
    void aBrokenFileIsListedWithItsError();
    void noFolderMeansNone();
    void badNamesAreRefused_data();
    void badNamesAreRefused();
    void nothingIsLeftWhereItCannotBeWritten();

  private:
    std::filesystem::path inFolder(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder;
};

void TestOwnPresets::everyPresetComesBackTheSame_data()
{
    QTest::addColumn<QString>("preset");
    for (const PresetInfo& preset : listPresets())
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
}

void TestOwnPresets::everyPresetComesBackTheSame()
{
    QFETCH(QString, preset);
    const auto configuration = RunConfiguration::load(preset.toStdString()).value();
    const auto file = inFolder("mine.toml");
    QVERIFY(savePreset(file, configuration, "as it was"));
    const auto again = RunConfiguration::load(file.string());
    QVERIFY(again.has_value());
    QCOMPARE(again->strategy().name, configuration.strategy().name);
    QVERIFY(again->values().resolved() == configuration.values().resolved());
    QCOMPARE(again->presetName(), std::string("mine"));
}

void TestOwnPresets::changedValuesOfEveryTypeComeBack()
{
    auto configuration = RunConfiguration::load("btc-basis").value();
    for (const Parameter& p : configuration.schema().parameters()) {
        switch (p.type) {
        case ParameterType::Number:
            QVERIFY(configuration.values().set(p.key, p.minimum + (p.maximum - p.minimum) / 3));
            break;
        case ParameterType::Integer:
            QVERIFY(configuration.values().set(p.key, static_cast<std::int64_t>(p.maximum)));
            break;
        case ParameterType::Boolean:
            QVERIFY(configuration.values().set(p.key, !std::get<bool>(p.defaultValue)));
            break;
        case ParameterType::Choice:
            QVERIFY(configuration.values().set(p.key, p.choices.back()));
            break;
        case ParameterType::Timestamp:
            QVERIFY(configuration.values().setText(p.key, "2024-06-01T00:00:00Z"));
            break;
        case ParameterType::Text:
            (void)configuration.values().setText(p.key, "a \"b\"\n\\ c"); // where any text will do
            break;
        }
    }
    const auto file = inFolder("all.toml");
    QVERIFY(savePreset(file, configuration, "\"quoted\" and\nbroken"));
    const auto again = RunConfiguration::load(file.string());
    QVERIFY2(again.has_value(), again ? "" : describe(again.error()).c_str());
    QVERIFY(again->values().resolved() == configuration.values().resolved());
}

void TestOwnPresets::aFolderIsListedByName()
{
    const QTemporaryDir folder;
    const auto configuration = RunConfiguration::load("eth-basis").value();
    for (const char* name : {"zeta.toml", "alpha.toml"})
        QVERIFY(savePreset(std::filesystem::path(folder.filePath(name).toStdString()), configuration, "my own"));
    const auto presets = listOwnPresets(folder.path().toStdString());
    QCOMPARE(presets.size(), std::size_t(2));
    QCOMPARE(presets[0].info.name, std::string("alpha"));
    QCOMPARE(presets[1].info.name, std::string("zeta"));
    QCOMPARE(presets[0].info.strategy, std::string("eth_basis"));
    QCOMPARE(presets[0].info.summary, std::string("my own"));
    QVERIFY(!presets[0].broken);
}

void TestOwnPresets::aBrokenFileIsListedWithItsError()
{
    const QTemporaryDir folder;
    std::ofstream(folder.filePath("broken.toml").toStdString()) << "strategy = \"btc_basis\"\ncapital = \"much\"\n";
    const auto presets = listOwnPresets(folder.path().toStdString());
    QCOMPARE(presets.size(), std::size_t(1));
    QVERIFY(presets[0].broken.has_value());
    QVERIFY(presets[0].broken->code() == ErrorCode::ConfType);
}

void TestOwnPresets::noFolderMeansNone()
{
    QVERIFY(listOwnPresets(inFolder("nowhere")).empty());
}

void TestOwnPresets::badNamesAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("none") << "";
    QTest::newRow("slash") << "a/b";
    QTest::newRow("dots") << "../b";
    QTest::newRow("blank") << "a b";
    QTest::newRow("of the program") << "btc-basis";
    QTest::newRow("too long") << QString(65, 'a');
}

void TestOwnPresets::badNamesAreRefused()
{
    QFETCH(QString, name);
    QVERIFY(!presetNameProblem(name.toStdString()).empty());
    QVERIFY(presetNameProblem("my-own_2").empty());
}

void TestOwnPresets::nothingIsLeftWhereItCannotBeWritten()
{
    const auto configuration = RunConfiguration::load("btc-basis").value();
    const auto below = inFolder("file.toml") / "x.toml"; // below a file there is no folder
    std::ofstream(inFolder("file.toml")) << "strategy = \"btc_basis\"\n";
    const auto saved = savePreset(below, configuration, "");
    QVERIFY(!saved);
    QVERIFY(saved.error().code() == ErrorCode::EngineOutput);
    const auto refused = savePreset(inFolder("btc-basis.toml"), configuration, "");
    QVERIFY(!refused);
    QVERIFY(!std::filesystem::exists(inFolder("btc-basis.toml")));
}

QTEST_APPLESS_MAIN(TestOwnPresets)
#include "tst_desk_own_presets.moc"
