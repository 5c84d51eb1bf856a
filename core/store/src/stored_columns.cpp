// SPDX-License-Identifier: GPL-3.0-or-later
#include "stored_columns.h"

#include <algorithm>
#include <numeric>

namespace carry
{
namespace
{

// Few enough to be read within a fraction of a display frame, many enough to serve a cursor that walks.
constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kBlocks = 64; // 10 MB in the widest runs
constexpr std::size_t kIdle = 4;    // connections that stay open

} // namespace

struct StoredColumns::Connection {
    Connection(Database opened, std::int64_t run, const ColumnLayout& layout, const std::vector<Asset>& assets)
        : database(std::move(opened)), rows(database.handle(), run, layout, assets),
          present(database.handle(), "SELECT 1 FROM run WHERE run = ? AND run_id = ?")
    {
    }
    Database database;
    ColumnRows rows;
    SQLite::Statement present;
};

StoredColumns::StoredColumns(std::string file, std::string runId, std::int64_t run, ColumnLayout layout,
                             std::vector<Asset> assets, std::size_t rows)
    : m_file(std::move(file)), m_runId(std::move(runId)), m_run(run), m_layout(layout), m_assets(std::move(assets)),
      m_rows(rows)
{
}

StoredColumns::~StoredColumns() = default;

Result<void> StoredColumns::readWith(Connection& connection, std::size_t first, std::size_t last,
                                     std::span<const std::size_t> columns, double* into, const StepHeads* heads)
{
    SQLite::Transaction oneMoment(connection.database.handle());
    // The key of a run that was deleted may be another one's by now.
    connection.present.reset();
    Binder(connection.present).add(m_run, m_runId);
    const bool there = connection.present.executeStep();
    connection.present.reset();
    if (!there)
        return fail(Error(ErrorCode::StoreUnknownRun).with("found", m_runId).with("file", m_file));
    connection.rows.read(first, last, columns, into, heads);
    return {};
}

std::unique_ptr<StoredColumns::Connection> StoredColumns::connect()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            auto connection = std::move(m_idle.back());
            m_idle.pop_back();
            return connection;
        }
    }
    auto database = Database::open(m_file, Database::Mode::ReadOnly);
    if (!database) {
        note(database.error());
        return nullptr;
    }
    return std::make_unique<Connection>(std::move(*database), m_run, m_layout, m_assets);
}

Result<void> StoredColumns::read(std::size_t first, std::size_t last, std::span<const std::size_t> columns,
                                 double* into, const StepHeads* heads)
{
    auto done = guarded(m_file, ErrorCode::StoreCorrupt, [&]() -> Result<void> {
        auto connection = connect();
        if (connection == nullptr)
            return fail(*fault());
        if (auto read = readWith(*connection, first, last, columns, into, heads); !read)
            return read;
        const std::lock_guard lock(m_mutex);
        if (m_idle.size() < kIdle) // one that failed is not used again
            m_idle.push_back(std::move(connection));
        return {};
    });
    if (!done)
        note(done.error());
    return done;
}

double StoredColumns::value(std::size_t row, std::size_t column)
{
    const std::lock_guard lock(m_blocksMutex);
    const Block* block = blockOf(row / kBlockRows);
    if (block == nullptr)
        return absent(EmptyReason::NotApplicable);
    const std::size_t first = block->number * kBlockRows;
    const std::size_t rows = std::min(kBlockRows, m_rows - first);
    return block->values[column * rows + row - first];
}

const StoredColumns::Block* StoredColumns::blockOf(std::size_t number)
{
    const auto known =
        std::find_if(m_blocks.begin(), m_blocks.end(), [&](const Block& block) { return block.number == number; });
    if (known != m_blocks.end()) {
        m_blocks.splice(m_blocks.begin(), m_blocks, known);
        return &m_blocks.front();
    }
    if (fault()) // one error is enough, and a file that does not answer would be asked for every value
        return nullptr;
    Block block;
    block.number = number;
    const std::size_t first = number * kBlockRows;
    const std::size_t last = std::min(first + kBlockRows, m_rows);
    std::vector<std::size_t> all(m_layout.count());
    std::iota(all.begin(), all.end(), std::size_t{0});
    block.values.resize(all.size() * (last - first));
    if (!read(first, last, all, block.values.data(), nullptr))
        return nullptr;
    m_blocks.push_front(std::move(block));
    if (m_blocks.size() > kBlocks)
        m_blocks.pop_back();
    return &m_blocks.front();
}

std::optional<Error> StoredColumns::fault() const
{
    const std::lock_guard lock(m_mutex);
    return m_fault;
}

void StoredColumns::note(const Error& error)
{
    const std::lock_guard lock(m_mutex);
    if (!m_fault)
        m_fault = error;
}

} // namespace carry
