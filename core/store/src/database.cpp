// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database.h"

#include "schema.h"
#include "sql.h"

#include <filesystem>
#include <sqlite3.h>
#include <thread>

namespace carry
{
namespace
{

namespace fs = std::filesystem;
using Handle = std::unique_ptr<SQLite::Database>;
using Wait = std::chrono::milliseconds;

Error cannotOpen(const std::string& file, std::string found)
{
    return Error(ErrorCode::StoreOpen).with("file", file).with("found", std::move(found));
}

Result<void> makeFolder(const std::string& file)
{
    const fs::path folder = fs::path(file).parent_path();
    std::error_code error;
    if (!folder.empty())
        fs::create_directories(folder, error);
    if (error)
        return fail(cannotOpen(file, folder.string() + ": " + error.message()));
    return {};
}

// A new file becomes WAL under an exclusive lock for which SQLite does not wait by itself.
void useWriteAheadLog(SQLite::Database& handle, Wait busyTimeout)
{
    const auto deadline = std::chrono::steady_clock::now() + busyTimeout;
    for (;;) {
        try {
            handle.execAndGet("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& e) {
            if ((e.getErrorCode() & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
                throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

//! NOMUTEX: a connection belongs to one thread at a time, so SQLite need not lock it for every call.
Handle connect(const std::string& file, int flags, Wait busyTimeout)
{
    return std::make_unique<SQLite::Database>(file, flags | SQLite::OPEN_NOMUTEX,
                                              static_cast<int>(busyTimeout.count()));
}

Result<Handle> openForWriting(const std::string& file, Wait busyTimeout)
{
    if (auto made = makeFolder(file); !made)
        return fail(made.error());
    Handle handle = connect(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busyTimeout);
    const auto state = inspectSchema(*handle, file);
    if (!state)
        return fail(state.error());
    // SQLite opens a file that it may not write for reading and does not say so.
    if (sqlite3_db_readonly(handle->getHandle(), "main") == 1)
        return fail(cannotOpen(file, "it may only be read"));
    if (*state == SchemaState::Empty)
        handle->exec("PRAGMA page_size = 8192"); // before the first page is written
    useWriteAheadLog(*handle, busyTimeout);
    // With WAL, NORMAL may lose the last transactions in a power cut but never damages the file. The cache holds a
    // whole batch, so that no page is written before its time.
    handle->exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768");
    if (*state != SchemaState::Current)
        upgradeSchema(*handle);
    fillDictionary(*handle);
    return handle;
}

bool leftLog(const std::string& file)
{
    std::error_code none;
    const auto size = fs::file_size(file + "-wal", none);
    return !none && size > 0;
}

std::string immutableUri(const std::string& file)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : fs::absolute(file).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#' || byte <= ' ')
            uri.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

Result<SchemaState> inspectExisting(Handle& handle, const std::string& file, Wait busyTimeout)
{
    try {
        return inspectSchema(*handle, file);
    } catch (const SQLite::Exception& e) {
        // Where nothing can be written, the shared memory of the WAL cannot be made either. Nobody else can write
        // there, so the file may be read as it stands; with a log that was left behind it would be incomplete.
        const int code = e.getErrorCode() & 0xff;
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || leftLog(file))
            throw;
    }
    handle = connect(immutableUri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI, busyTimeout);
    return inspectSchema(*handle, file);
}

//! What a file is whose program was killed before it made the schema.
Handle withoutRuns(Wait busyTimeout)
{
    Handle handle = connect(":memory:", SQLite::OPEN_READWRITE, busyTimeout);
    upgradeSchema(*handle);
    fillDictionary(*handle);
    return handle;
}

Result<Handle> openForReading(const std::string& file, Wait busyTimeout)
{
    if (std::error_code ignored; !fs::exists(file, ignored))
        return fail(cannotOpen(file, "no such file"));
    Handle handle = connect(file, SQLite::OPEN_READONLY, busyTimeout);
    const auto state = inspectExisting(handle, file, busyTimeout);
    if (!state)
        return fail(state.error());
    if (*state == SchemaState::Empty)
        return withoutRuns(busyTimeout);
    if (*state == SchemaState::Older)
        return fail(cannotOpen(file, "it has an older schema; a run stored in it brings it up to date"));
    return handle;
}

} // namespace

Result<Database> Database::open(const std::string& path, Mode mode, Wait busyTimeout)
{
    return guarded(path, ErrorCode::StoreOpen, [&]() -> Result<Database> {
        auto handle = mode == Mode::ReadWrite ? openForWriting(path, busyTimeout) : openForReading(path, busyTimeout);
        if (!handle)
            return fail(handle.error());
        return Database(path, mode, std::move(*handle));
    });
}

Database::Database(std::string path, Mode mode, Handle handle)
    : m_path(std::move(path)), m_mode(mode), m_handle(std::move(handle))
{
}

Database::Database(Database&& other) noexcept = default;
Database& Database::operator=(Database&& other) noexcept = default;
Database::~Database() = default;

} // namespace carry
