// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <chrono>
#include <memory>
#include <string>

namespace SQLite
{
class Database;
}

namespace carry
{

//! A connection to a database of runs. Used from one thread at a time; every thread opens its own.
class Database
{
  public:
    enum class Mode { ReadWrite, ReadOnly };

    static constexpr std::chrono::milliseconds kBusyTimeout{10'000};

    //! ReadWrite creates the file and its folders and brings an older schema up to date; ReadOnly changes nothing; an
    //! empty file has no runs. `busyTimeout`: how long every transaction waits for other programs. StoreOpen,
    //! StoreForeign (another program's database), StoreNewerSchema, StoreCorrupt.
    static Result<Database> open(const std::string& path, Mode mode,
                                 std::chrono::milliseconds busyTimeout = kBusyTimeout);
    //! The schema that this program writes.
    static int schemaVersion();

    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    ~Database(); //!< the last one to close a file folds its write-ahead log into it

    const std::string& path() const { return m_path; }
    Mode mode() const { return m_mode; }
    SQLite::Database& handle() { return *m_handle; } //!< for the store itself and its tests

  private:
    Database(std::string path, Mode mode, std::unique_ptr<SQLite::Database> handle);

    std::string m_path;
    Mode m_mode;
    std::unique_ptr<SQLite::Database> m_handle;
};

} // namespace carry
