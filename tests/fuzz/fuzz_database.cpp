// SPDX-License-Identifier: GPL-3.0-or-later
// A database of runs that is not as the program left it. The end of the input says what is done: the rest is the file,
// or bytes to overwrite in a good file, or values to put into its rows. It is read, and every other one then written
// to.
#include "desk/exports.h"
#include "desk/stored_runs.h"
#include "fuzz_support.h"
#include "made_run.h"
#include "store/record_loader.h"
#include "store/run_marks.h"
#include "store/run_reader.h"
#include "store/run_writer.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fstream>
#include <fuzzer/FuzzedDataProvider.h>
#include <iterator>

using namespace carry;
using fuzz::checkError;
using fuzz::require;

namespace
{

constexpr std::size_t kMostChanges = 12;

struct Column {
    std::string table, name;
};

//! A good database with a run at exchanges and one on chain, as bytes, and what can be changed in it.
class Original
{
  public:
    Original()
    {
        make();
        std::ifstream in(file(), std::ios::binary);
        m_bytes.assign(std::istreambuf_iterator<char>(in), {});
        SQLite::Database database(file());
        SQLite::Statement columns(database, "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) "
                                            "c WHERE t.type = 'table' ORDER BY 1, c.cid");
        while (columns.executeStep())
            m_columns.push_back({columns.getColumn(0).getString(), columns.getColumn(1).getString()});
        require(!m_columns.empty(), "the database has tables");
    }

    const std::string& bytes() const { return m_bytes; }
    const std::vector<Column>& columns() const { return m_columns; }

  private:
    std::string file() const { return (m_scratch.path() / "runs.db").string(); }

    void make() const
    {
        {
            auto database = Database::open(file(), Database::Mode::ReadWrite);
            for (const auto& run : {made::smallRun("5eed0001"), made::chainRun("c4a10002")})
                require(database && storeRun(*database, *run.record, run.summary), "a run can be stored");
        }
        // Small pages make a small file, in which a change is more likely to matter.
        SQLite::Database database(file(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM; PRAGMA journal_mode = WAL");
    }

    fuzz::ScratchFolder m_scratch{"original"};
    std::string m_bytes;
    std::vector<Column> m_columns;
};

std::string patched(FuzzedDataProvider& input, std::string bytes)
{
    if (input.ConsumeBool())
        bytes.resize(input.ConsumeIntegralInRange<std::size_t>(0, bytes.size()));
    for (std::size_t i = 0; i < kMostChanges && input.remaining_bytes() > 0 && !bytes.empty(); ++i) {
        const auto at = input.ConsumeIntegralInRange<std::size_t>(0, bytes.size() - 1);
        const std::string patch = input.ConsumeRandomLengthString(16);
        bytes.replace(at, std::min(patch.size(), bytes.size() - at), patch, 0, bytes.size() - at);
    }
    return bytes;
}

void bindAny(FuzzedDataProvider& input, SQLite::Statement& statement)
{
    switch (input.ConsumeIntegralInRange(0, 5)) {
    case 0:
        return statement.bind(1);
    case 1:
        return statement.bind(1, input.ConsumeIntegral<std::int64_t>());
    case 2:
        return statement.bind(1, std::int64_t{input.ConsumeIntegral<std::int8_t>()});
    case 3:
        return statement.bind(1, input.ConsumeFloatingPoint<double>());
    case 4:
        return statement.bind(1, input.ConsumeRandomLengthString(64));
    default:
        const std::string blob = input.ConsumeRandomLengthString(32);
        statement.bind(1, blob.data(), static_cast<int>(blob.size()));
    }
}

//! One change that SQL can make; what the schema forbids is left undone.
void change(FuzzedDataProvider& input, SQLite::Database& database, const std::vector<Column>& columns)
{
    const auto& [table, column] = columns[input.ConsumeIntegralInRange<std::size_t>(0, columns.size() - 1)];
    try {
        switch (input.ConsumeIntegralInRange(0, 15)) {
        case 0:
            database.exec("DELETE FROM " + table);
            break;
        case 1:
            database.exec("DROP TABLE " + table);
            break;
        case 2:
            database.exec("ALTER TABLE " + table + " DROP COLUMN " + column);
            break;
        case 3:
            database.exec("PRAGMA user_version = " + std::to_string(input.ConsumeIntegral<std::int32_t>()));
            break;
        case 4:
            database.exec("ALTER TABLE " + table + " RENAME COLUMN " + column + " TO other");
            break;
        default:
            SQLite::Statement update(database, "UPDATE OR IGNORE " + table + " SET " + column + " = ?");
            bindAny(input, update);
            update.exec();
        }
    } catch (const SQLite::Exception&) {
    }
}

void makeFile(FuzzedDataProvider& input, const fuzz::ScratchFolder& scratch, const std::string& file)
{
    static const Original original;
    switch (input.ConsumeIntegralInRange(0, 3)) {
    case 0:
        scratch.write("runs.db", input.ConsumeRemainingBytesAsString());
        break;
    case 1:
        scratch.write("runs.db", patched(input, original.bytes()));
        break;
    default:
        scratch.write("runs.db", original.bytes());
        SQLite::Database database(file, SQLite::OPEN_READWRITE);
        database.exec("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
        for (std::size_t i = 0; i < kMostChanges && input.remaining_bytes() > 0; ++i)
            change(input, database, original.columns());
        database.exec("COMMIT");
    }
}

void checkRun(const Result<StoredRun>& run)
{
    if (!run)
        return checkError(run.error(), "STORE");
    require(!jsonText(runToJson(run->info, run->summary)).empty(), "a stored run can be told");
    if (const auto configuration = configurationOf(run->info); !configuration)
        checkError(configuration.error());
    for (const StoredDecision& decision : run->decisions)
        require(!formatIso(decision.time).empty(), "a decision has a time");
    for (const StoredPlan& plan : run->plans)
        for (const StoredPhase& phase : plan.phases)
            for (const StoredGroup& group : phase.groups)
                require(!group.instructions.empty(), "a group has instructions");
}

void load(Database& database, const char* id)
{
    const auto loaded = loadRecord(database, id);
    if (!loaded)
        return checkError(loaded.error(), "STORE");
    const RunRecord& record = **loaded;
    require(resultDigest(record).size() == 64 && instructionDigest(record).size() == 64, "a record has digests");
}

void read(Database& database)
{
    const auto runs = listRuns(database);
    if (!runs)
        checkError(runs.error(), "STORE");
    else
        for (std::size_t i = 0; i < std::min<std::size_t>(runs->size(), 3); ++i) {
            require(!formatIso((*runs)[i].from).empty(), "a run has a time");
            checkRun(showRun(database, (*runs)[i].runId));
        }
    checkRun(showRun(database, "5eed"));
}

void check(const Result<void>& done)
{
    if (!done)
        checkError(done.error(), "STORE");
}

void write(Database& database)
{
    static const auto run = made::smallRun("ffff0002");
    check(storeRun(database, *run.record, run.summary));
    RunMarks marks;
    marks.addTags = {"fuzzed"};
    marks.note = "changed";
    check(markRun(database, "5eed", marks));
    if (const auto marked = markInterrupted(database); !marked)
        checkError(marked.error(), "STORE");
    check(deleteRun(database, "5eed"));
}

void use(const std::string& file, Database::Mode mode)
{
    auto database = Database::open(file, mode);
    if (!database)
        return checkError(database.error(), "STORE");
    read(*database);
    if (mode == Database::Mode::ReadWrite)
        return write(*database);
    for (const char* id : {"5eed", "c4a1"})
        load(*database, id);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    const std::string file = (scratch.path() / "runs.db").string();
    FuzzedDataProvider input(bytes, size);
    const bool alsoWrite = input.ConsumeBool();
    makeFile(input, scratch, file);
    use(file, Database::Mode::ReadOnly);
    if (alsoWrite)
        use(file, Database::Mode::ReadWrite);
    scratch.clear();
    return 0;
}
