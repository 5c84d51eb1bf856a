// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"
#include "store/audit_trail.h"
#include "store/record_loader.h"
#include "store/run_marks.h"
#include "store/run_reader.h"
#include "store/run_writer.h"
#include "store/session_log.h"
#include "store_testing.h"

#include <QtTest>
#include <barrier>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

using namespace carry;
using Mode = Database::Mode;

namespace
{

void writeFile(const std::string& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::string readFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void executeIn(const std::string& path, const std::string& sql)
{
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT
  private slots:
    void makesFileAndFolders();
    void opensAgain();
    void bringsWordsUpToDate();
    void opensEverySchema_data();
    void opensEverySchema();
    void olderRunsHaveNothingOnChain_data();
    void olderRunsHaveNothingOnChain();
    void hasAFixtureOfEverySchema();
    void refuses_data();
    void refuses();
    void refusesNewerSchema();
    void refusesTruncatedFile();
    void tellsDamageInside();
    void tellsTimesOutsideTheCalendar();
    void leavesForeignFileAlone();
    void cannotOpen_data();
    void cannotOpen();
    void readsFromFolderThatCannotBeWritten();
    void readsAnEmptyFile();
    void severalOpenANewFileAtOnce();
};

void TestDatabase::makesFileAndFolders()
{
    const Scratch scratch;
    const std::string path = scratch.path("one/two/runs.db");
    auto database = Database::open(path, Mode::ReadWrite);
    QVERIFY2(database, database ? "" : describe(database.error()).c_str());
    QCOMPARE(database->path(), path);
    QCOMPARE(textOf(*database, "PRAGMA journal_mode"), std::string("wal"));
    QCOMPARE(numberOf(*database, "PRAGMA page_size"), 8192);
    QCOMPARE(numberOf(*database, "PRAGMA foreign_keys"), 1);
    QCOMPARE(numberOf(*database, "PRAGMA synchronous"), 1);
    QCOMPARE(numberOf(*database, "PRAGMA busy_timeout"), 10'000);
    QCOMPARE(numberOf(*database, "PRAGMA user_version"), Database::schemaVersion());
    QVERIFY(numberOf(*database, "PRAGMA application_id") != 0);
    QCOMPARE(checkUp(*database), std::string("ok"));
}

void TestDatabase::opensAgain()
{
    const Scratch scratch;
    scratch.open();
    Database again = scratch.open();
    Database reader = scratch.open(Mode::ReadOnly);
    QVERIFY(listRuns(reader)->empty());
    QCOMPARE(codeOf(storeRun(reader, *made::smallRun("r").record, {})), std::string("STORE-002"));
    QVERIFY(storeRun(again, *made::smallRun("r").record, {}));
    QCOMPARE(listRuns(reader)->size(), 1U);
}

void TestDatabase::bringsWordsUpToDate()
{
    const Scratch scratch;
    executeIn((scratch.open(), scratch.path()), "DELETE FROM dictionary WHERE kind = 'action' AND value = 6;"
                                                "UPDATE dictionary SET text = '?' WHERE kind = 'venue' AND value = 1");
    Database database = scratch.open();
    QCOMPARE(textOf(database, "SELECT text FROM action WHERE value = 6"), std::string("EXIT"));
    QCOMPARE(textOf(database, "SELECT text FROM venue WHERE value = 1"), std::string("binance"));
}

void TestDatabase::opensEverySchema_data()
{
    QTest::addColumn<int>("version");
    for (int version = 1; version <= Database::schemaVersion(); ++version)
        QTest::addRow("%d", version) << version;
}

// A database as a program with that schema left it: one run of made::smallRun() called "fixture", and from schema 3 on
// one of made::chainRun() called "chain".
void TestDatabase::opensEverySchema()
{
    QFETCH(int, version);
    const Scratch scratch;
    const std::string name = "schema_v" + std::to_string(version) + ".sql";
    executeIn(scratch.path(), readFile(CARRYDESK_SOURCE_DIR "/tests/store/fixtures/" + name));
    Database database = scratch.open();
    QCOMPARE(numberOf(database, "PRAGMA user_version"), Database::schemaVersion());
    QCOMPARE(checkUp(database), std::string("ok"));
    const auto run = showRun(database, "fixture");
    QVERIFY2(run, run ? "" : describe(run.error()).c_str());
    QCOMPARE(run->summary.navFinal, made::smallRun("fixture").summary.navFinal);
    QCOMPARE(run->plans.size(), 1U);
    QVERIFY(!run->info.chain.any());
    QCOMPARE(run->info.forks.size(), version < 4 ? 0U : 1U);
    QCOMPARE(listBookmarks(database, "fixture")->size(), version < 4 ? 0U : 1U);
    const auto audit = verifyAudit(database);
    QVERIFY2(audit, audit ? "" : describe(audit.error()).c_str());
    QCOMPARE(audit->rows, version < 5 ? 0 : 2);
    const auto session = readSession(database, "fixture");
    QVERIFY2(session, session ? "" : describe(session.error()).c_str());
    QCOMPARE(session->has_value(), version >= 6);
    QCOMPARE(readSessionCommands(database, "fixture")->size(), version < 6 ? 0U : 1U);
    QVERIFY(!run->summary.minHealthFactor.value);
    const auto record = loadRecord(database, "fixture");
    QVERIFY2(record, record ? "" : describe(record.error()).c_str());
    const RunRecord& loaded = **record;
    const auto made = made::smallRun("fixture");
    QCOMPARE(loaded.committed(), made.record->committed());
    for (std::size_t column = 0; column < ColumnLayout::asset(0, AssetColumn::NetDelta); ++column)
        QVERIFY(absentReason(loaded.at(5, column)) == absentReason(made.record->at(5, column)) &&
                (std::isnan(loaded.at(5, column)) || loaded.at(5, column) == made.record->at(5, column)));
    QCOMPARE(codeOf(showRun(database, "chain")), std::string(version < 3 ? "STORE-005" : ""));
    QVERIFY(storeRun(database, *made::smallRun("new").record, {}));
    const auto chain = made::chainRun("on chain");
    QVERIFY(storeRun(database, *chain.record, chain.summary));
    QCOMPARE(showRun(database, "on chain")->summary.resultDigest, chain.summary.resultDigest);
}

//! What schema 3 adds to the rows of older runs says that there was nothing of it.
void TestDatabase::olderRunsHaveNothingOnChain_data()
{
    opensEverySchema_data();
}

void TestDatabase::olderRunsHaveNothingOnChain()
{
    QFETCH(int, version);
    if (version >= 3)
        QSKIP("it has the columns already");
    const Scratch scratch;
    const std::string name = "schema_v" + std::to_string(version) + ".sql";
    executeIn(scratch.path(), readFile(CARRYDESK_SOURCE_DIR "/tests/store/fixtures/" + name));
    Database database = scratch.open();
    QCOMPARE(numberOf(database, "SELECT count(*) FROM step_chain"), 0);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM instruction WHERE iteration = 0 AND ltv = 0 AND exact_sell = 0"),
             4);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM transition WHERE ltv IS NOT NULL OR health_factor IS NOT NULL"),
             0);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM run WHERE min_health_factor_at IS NULL"), 1);
    // The views are the new ones.
    QCOMPARE(textOf(database, "SELECT group_concat(iteration || ' ' || sizing, ', ') FROM "
                              "(SELECT * FROM v_instruction ORDER BY instruction)"),
             std::string("0 everything, 0 exact, 0 exact, 0 exact"));
    QCOMPARE(numberOf(database, "SELECT count(*) FROM v_run_summary WHERE min_health_factor_ratio IS NULL"), 1);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM v_chain"), 0);
}

void TestDatabase::hasAFixtureOfEverySchema()
{
    const std::filesystem::path fixtures = CARRYDESK_SOURCE_DIR "/tests/store/fixtures";
    const auto count = std::distance(std::filesystem::directory_iterator(fixtures), {});
    QCOMPARE(int(count), Database::schemaVersion());
}

void TestDatabase::refuses_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<std::string>("code");
    const auto file = [](const char* name, std::string content) {
        QTest::newRow(name) << std::move(content) << std::string() << std::string("STORE-004");
    };
    file("text", "time,open,high,low,close\n1,2,3,4,5\n");
    file("long text", std::string(100'000, 'x'));
    file("a header and nothing else", std::string("SQLite format 3\0", 16));
    const auto database = [](const char* name, std::string sql) {
        QTest::newRow(name) << std::string() << std::move(sql) << std::string("STORE-006");
    };
    database("other tables", "CREATE TABLE trades (id)");
    database("other program", "PRAGMA application_id = 7");
    database("other version", "PRAGMA user_version = 1");
}

void TestDatabase::refuses()
{
    QFETCH(std::string, content);
    QFETCH(std::string, sql);
    QFETCH(std::string, code);
    for (const Mode mode : {Mode::ReadWrite, Mode::ReadOnly}) {
        const Scratch scratch;
        if (sql.empty())
            writeFile(scratch.path(), content);
        else
            executeIn(scratch.path(), sql);
        const auto opened = Database::open(scratch.path(), mode);
        QCOMPARE(codeOf(opened), code);
        QCOMPARE(std::string(opened.error().value("file")), scratch.path());
    }
}

void TestDatabase::refusesNewerSchema()
{
    const Scratch scratch;
    executeIn((scratch.open(), scratch.path()), "PRAGMA user_version = 99");
    for (const Mode mode : {Mode::ReadWrite, Mode::ReadOnly}) {
        const auto opened = Database::open(scratch.path(), mode);
        QCOMPARE(codeOf(opened), std::string("STORE-003"));
        QCOMPARE(std::string(opened.error().value("found")), std::string("99"));
        QVERIFY(opened.error().message().find(scratch.path()) != std::string::npos);
    }
}

void TestDatabase::refusesTruncatedFile()
{
    const Scratch scratch;
    Database(scratch.open());
    std::filesystem::resize_file(scratch.path(), 8192 * 3 + 100);
    QCOMPARE(codeOf(Database::open(scratch.path(), Mode::ReadWrite)), std::string("STORE-004"));
    QCOMPARE(codeOf(Database::open(scratch.path(), Mode::ReadOnly)), std::string("STORE-004"));
}

void TestDatabase::tellsDamageInside()
{
    const Scratch scratch;
    {
        Database database = scratch.open();
        const auto run = made::smallRun("r");
        QVERIFY(storeRun(database, *run.record, run.summary));
    }
    std::string bytes = readFile(scratch.path());
    std::fill(bytes.begin() + 8192, bytes.end(), '\xa5'); // every page but the first
    writeFile(scratch.path(), bytes);
    QCOMPARE(codeOf(Database::open(scratch.path(), Mode::ReadWrite)), std::string("STORE-004"));
    auto database = Database::open(scratch.path(), Mode::ReadOnly);
    if (database)
        QCOMPARE(codeOf(listRuns(*database)), std::string("STORE-004"));
    else
        QCOMPARE(codeOf(database), std::string("STORE-004"));
}

void TestDatabase::tellsTimesOutsideTheCalendar()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::smallRun("r");
    QVERIFY(storeRun(database, *run.record, run.summary));
    for (const char* ms : {"-9223372036854775808", "9223372036854775807", "253402300800000"}) {
        database.handle().exec(std::string("UPDATE run SET from_ms = ") + ms);
        QCOMPARE(codeOf(listRuns(database)), std::string("STORE-004"));
        QCOMPARE(codeOf(showRun(database, "r")), std::string("STORE-004"));
    }
}

void TestDatabase::leavesForeignFileAlone()
{
    const Scratch scratch;
    executeIn(scratch.path(), "CREATE TABLE trades (id)");
    const std::string before = readFile(scratch.path());
    QVERIFY(!Database::open(scratch.path(), Mode::ReadWrite));
    QCOMPARE(readFile(scratch.path()), before);
    QVERIFY(!std::filesystem::exists(scratch.path() + "-wal"));
}

void TestDatabase::cannotOpen_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<bool>("write");
    QTest::newRow("missing") << std::string("missing.db") << false;
    QTest::newRow("folder") << std::string("folder") << true;
    QTest::newRow("folder, to read") << std::string("folder") << false;
    QTest::newRow("below a file") << std::string("empty.db/runs.db") << true;
    QTest::newRow("in a folder that may only be read") << std::string("locked/runs.db") << true;
    QTest::newRow("a file that may only be read") << std::string("locked.db") << true;
}

void TestDatabase::cannotOpen()
{
    QFETCH(std::string, name);
    QFETCH(bool, write);
    if (name.find("locked") == 0 && geteuid() == 0)
        QSKIP("the superuser may write everywhere");
    const Scratch scratch;
    namespace fs = std::filesystem;
    writeFile(scratch.path("empty.db"), "");
    fs::create_directory(scratch.path("folder"));
    fs::create_directory(scratch.path("locked"));
    Database::open(scratch.path("locked.db"), Mode::ReadWrite).value();
    fs::permissions(scratch.path("locked"), fs::perms::owner_read | fs::perms::owner_exec);
    fs::permissions(scratch.path("locked.db"), fs::perms::owner_read);
    const auto opened = Database::open(scratch.path(name), write ? Mode::ReadWrite : Mode::ReadOnly);
    QCOMPARE(codeOf(opened), std::string("STORE-001"));
    QCOMPARE(std::string(opened.error().value("file")), scratch.path(name));
    QVERIFY(!opened.error().value("found").empty());
}

void TestDatabase::readsFromFolderThatCannotBeWritten()
{
    namespace fs = std::filesystem;
    const Scratch scratch;
    const std::string path = scratch.path("100% runs?/a#b.db");
    {
        auto writer = Database::open(path, Mode::ReadWrite);
        QVERIFY(storeRun(*writer, *made::smallRun("r").record, {}));
    }
    const fs::path folder = fs::path(path).parent_path();
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
    auto database = Database::open(path, Mode::ReadOnly);
    const bool opened = database && listRuns(*database)->size() == 1;
    fs::permissions(folder, fs::perms::owner_all);
    QVERIFY2(opened, database ? "" : describe(database.error()).c_str());
}

//! As a program leaves it that is killed before it made the schema.
void TestDatabase::readsAnEmptyFile()
{
    const Scratch scratch;
    writeFile(scratch.path(), "");
    {
        Database reader = scratch.open(Mode::ReadOnly);
        QCOMPARE(numberOf(reader, "SELECT count(*) FROM run"), 0);
    }
    QCOMPARE(std::filesystem::file_size(scratch.path()), std::uintmax_t{0});
    Database writer = scratch.open();
    QCOMPARE(checkUp(writer), std::string("ok"));
}

void TestDatabase::severalOpenANewFileAtOnce()
{
    constexpr int kPrograms = 4;
    for (int round = 0; round < 20; ++round) {
        const Scratch scratch;
        std::barrier start(kPrograms);
        std::array<std::string, kPrograms> errors;
        {
            std::vector<std::jthread> programs;
            for (std::string& error : errors)
                programs.emplace_back([&] {
                    start.arrive_and_wait();
                    const auto database = Database::open(scratch.path(), Mode::ReadWrite);
                    error = database ? "" : describe(database.error());
                });
        }
        for (const std::string& error : errors)
            QCOMPARE(error, std::string());
        Database database = scratch.open();
        QCOMPARE(checkUp(database), std::string("ok"));
    }
}

QTEST_APPLESS_MAIN(TestDatabase)
#include "tst_database.moc"
