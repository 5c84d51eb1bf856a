// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "column_rows.h"
#include "record/column_source.h"
#include "store/database.h"

#include <list>
#include <map>
#include <mutex>
#include <vector>

namespace carry
{

//! The columns of a stored run where the database has them. Its rows do not change once they are written; each reading
//! is a transaction of its own, which first sees that the run is still there. Any thread may call.
class StoredColumns final : public ColumnSource
{
  public:
    StoredColumns(std::string file, std::string runId, std::int64_t run, ColumnLayout layout, std::vector<Asset> assets,
                  std::size_t rows);
    ~StoredColumns() override;

    Result<void> read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
                      const StepHeads* heads) override;
    double value(std::size_t row, std::size_t column) override;
    std::optional<Error> fault() const override;

  private:
    //! Rows around one that was asked for.
    struct Block {
        std::size_t number = 0;
        std::vector<double> values; //!< column after column
    };
    struct Connection;
    std::unique_ptr<Connection> connect();
    Result<void> readWith(Connection& connection, std::size_t first, std::size_t last,
                          std::span<const std::size_t> columns, double* into, const StepHeads* heads);
    const Block* blockOf(std::size_t number);
    void note(const Error& error);

    std::string m_file, m_runId;
    std::int64_t m_run;
    ColumnLayout m_layout;
    std::vector<Asset> m_assets;
    std::size_t m_rows;
    mutable std::mutex m_mutex;                      // of the three below
    std::vector<std::unique_ptr<Connection>> m_idle; //!< guarded by m_mutex
    std::optional<Error> m_fault;                    //!< guarded by m_mutex
    std::mutex m_blocksMutex;
    std::list<Block> m_blocks; //!< the last one used first; guarded by m_blocksMutex
};

} // namespace carry
