// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "sql.h"

namespace carry
{

//! 4 bits for each value: why it is absent, EmptyReason::None where it is not.
inline constexpr unsigned kReasonBits = 4;
std::int64_t reasonsOf(std::span<const double> values);
//! Chain columns whose reasons are in null_reasons; those of the others are in null_reasons_2.
inline constexpr std::size_t kFirstChainReasons = kChainColumnCount / 2;
static_assert(kFirstChainReasons * kReasonBits <= 64 && (kChainColumnCount - kFirstChainReasons) * kReasonBits <= 64);

//! ", nav, unit_value, ...": the names of that many columns.
template <class Column> std::string columnNames(std::size_t count)
{
    std::string list;
    for (std::size_t c = 0; c < count; ++c)
        list += ", " + std::string(columnName(static_cast<Column>(c)));
    return list;
}
//! ", pnl_spot_price, ..."
std::string pnlColumnNames();

//! Writes the columns of steps: tables step, step_venue, step_asset and, in runs on chain, step_chain.
class StepRows
{
  public:
    explicit StepRows(SQLite::Database& database);
    //! EngineNotFinite for a number that is neither finite nor absent with a reason.
    Result<void> write(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);

  private:
    Result<void> writeStep(std::int64_t run, const RunRecord& record, std::size_t step);
    Result<void> writeVenues(std::int64_t run, const RunRecord& record, std::size_t step);
    Result<void> writeAssets(std::int64_t run, const RunRecord& record, std::size_t step);
    Result<void> writeChain(std::int64_t run, const RunRecord& record, std::size_t step);

    SQLite::Statement m_step, m_venue, m_asset, m_chain;
};

} // namespace carry
