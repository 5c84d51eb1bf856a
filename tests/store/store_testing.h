// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "store/database.h"

#include <QTemporaryDir>
#include <SQLiteCpp/SQLiteCpp.h>
#include <stdexcept>
#include <string>

namespace carry
{

//! A folder that goes away, with the name of a database in it.
class Scratch
{
  public:
    std::string path(const std::string& name = "runs.db") const
    {
        return m_folder.filePath(name.c_str()).toStdString();
    }
    Database open(Database::Mode mode = Database::Mode::ReadWrite) const
    {
        auto database = Database::open(path(), mode);
        if (!database)
            throw std::runtime_error(describe(database.error()));
        return std::move(*database);
    }

  private:
    QTemporaryDir m_folder;
};

inline std::string textOf(Database& database, const std::string& query)
{
    return database.handle().execAndGet(query).getString();
}

inline std::int64_t numberOf(Database& database, const std::string& query)
{
    return database.handle().execAndGet(query).getInt64();
}

inline double realOf(Database& database, const std::string& query)
{
    return database.handle().execAndGet(query).getDouble();
}

//! "ok" where the file is sound, all references included.
inline std::string checkUp(Database& database)
{
    SQLite::Statement references(database.handle(), "PRAGMA foreign_key_check");
    if (references.executeStep())
        return "a row of " + references.getColumn(0).getString() + " refers to nothing";
    return textOf(database, "PRAGMA integrity_check");
}

//! "" on success, else the code of the error.
template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? std::string() : std::string(result.error().codeText());
}

} // namespace carry
