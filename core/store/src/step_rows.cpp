// SPDX-License-Identifier: GPL-3.0-or-later
#include "step_rows.h"

#include <cmath>

namespace carry
{
namespace
{

static_assert(enumCount<EmptyReason>() <= 1U << kReasonBits);

//! Reads `values.size()` columns from `first` on.
Result<void> readColumns(const RunRecord& record, std::size_t step, std::size_t first, std::span<double> values)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = record.at(step, first + i);
        if (!std::isfinite(values[i]) && absentReason(values[i]) == EmptyReason::None)
            return fail(Error(ErrorCode::EngineNotFinite)
                            .with("column", record.layout().name(first + i))
                            .with("time", formatIso(record.time(step))));
    }
    return {};
}

void addAll(Binder& row, std::span<const double> values)
{
    for (const double value : values)
        row.add(value);
}

} // namespace

std::string pnlColumnNames()
{
    std::string list;
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        list += ", pnl_" + std::string(toText(static_cast<PnlItem>(i)));
    return list;
}

std::int64_t reasonsOf(std::span<const double> values)
{
    std::uint64_t reasons = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isnan(values[i]))
            reasons |= static_cast<std::uint64_t>(absentReason(values[i])) << (kReasonBits * i);
    return static_cast<std::int64_t>(reasons);
}

StepRows::StepRows(SQLite::Database& database)
    : m_step(database, insertText("step", "run, step, time_ms, bar, null_reasons" +
                                              columnNames<StepColumn>(kStepColumnCount) + pnlColumnNames())),
      m_venue(database,
              insertText("step_venue", "run, step, venue, null_reasons" + columnNames<VenueColumn>(kVenueColumnCount))),
      m_asset(database,
              insertText("step_asset", "run, step, asset, null_reasons" + columnNames<AssetColumn>(kAssetColumnCount))),
      m_chain(database, insertText("step_chain", "run, step, null_reasons, null_reasons_2" +
                                                     columnNames<ChainColumn>(kChainColumnCount)))
{
}

// Table by table: while a table is filled, the pages at its end stay at hand.
Result<void> StepRows::write(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to)
{
    for (const auto writeOne :
         {&StepRows::writeStep, &StepRows::writeVenues, &StepRows::writeAssets, &StepRows::writeChain})
        for (std::size_t step = from; step < to; ++step)
            if (auto written = (this->*writeOne)(run, record, step); !written)
                return written;
    return {};
}

Result<void> StepRows::writeStep(std::int64_t run, const RunRecord& record, std::size_t step)
{
    std::array<double, kStepColumnCount + kPnlItemCount> values;
    if (auto read = readColumns(record, step, 0, values); !read)
        return read;
    Binder row(m_step);
    row.add(run, step, record.time(step), record.isBar(step), reasonsOf(std::span(values).first<kStepColumnCount>()));
    addAll(row, values);
    row.insert();
    return {};
}

Result<void> StepRows::writeVenues(std::int64_t run, const RunRecord& record, std::size_t step)
{
    for (std::size_t v = 0; v < kExchangeCount; ++v) {
        std::array<double, kVenueColumnCount> values;
        const std::size_t first = ColumnLayout::venue(v, static_cast<VenueColumn>(0));
        if (auto read = readColumns(record, step, first, values); !read)
            return read;
        Binder row(m_venue);
        row.add(run, step, kExchanges[v], reasonsOf(values));
        addAll(row, values);
        row.insert();
    }
    return {};
}

Result<void> StepRows::writeAssets(std::int64_t run, const RunRecord& record, std::size_t step)
{
    const std::vector<Asset>& assets = record.info().assets;
    for (std::size_t a = 0; a < assets.size(); ++a) {
        std::array<double, kAssetColumnCount> values;
        const std::size_t first = ColumnLayout::asset(a, static_cast<AssetColumn>(0));
        if (auto read = readColumns(record, step, first, values); !read)
            return read;
        Binder row(m_asset);
        row.add(run, step, assets[a], reasonsOf(values));
        addAll(row, values);
        row.insert();
    }
    return {};
}

Result<void> StepRows::writeChain(std::int64_t run, const RunRecord& record, std::size_t step)
{
    if (!record.layout().chain)
        return {};
    std::array<double, kChainColumnCount> values;
    if (auto read = readColumns(record, step, record.layout().onChain(static_cast<ChainColumn>(0)), values); !read)
        return read;
    const std::span<const double> all(values);
    Binder row(m_chain);
    row.add(run, step, reasonsOf(all.first<kFirstChainReasons>()), reasonsOf(all.subspan(kFirstChainReasons)));
    addAll(row, values);
    row.insert();
    return {};
}

} // namespace carry
