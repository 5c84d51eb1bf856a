// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "store/database.h"

#include <memory>
#include <string_view>

namespace carry
{

//! Reads a stored run back into a record that equals the computed one to the last bit. In slices, so that a long run
//! can be looked at while it is being read. Used from one thread; the database outlives it.
class RecordLoader
{
  public:
    //! StoreUnknownRun, StoreCorrupt.
    static Result<std::unique_ptr<RecordLoader>> open(Database& database, std::string_view idOrPrefix);
    ~RecordLoader();

    const std::shared_ptr<RunRecord>& record() const { return m_record; }
    std::size_t steps() const { return m_steps; } //!< stored when it was opened
    //! Reads up to that many steps more; false when all are there. StoreCorrupt.
    Result<bool> load(std::size_t steps);

  private:
    struct Cursors;
    RecordLoader(Database& database, std::shared_ptr<RunRecord> record, std::int64_t run, std::size_t steps);
    void loadStep();

    Database& m_database;
    std::shared_ptr<RunRecord> m_record;
    std::size_t m_steps;
    std::vector<double> m_row;
    std::unique_ptr<Cursors> m_cursors;
};

} // namespace carry
