// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <cmath>
#include <functional>
#include <memory>

namespace carry::testing
{

inline constexpr Time kChartStart = fromMs(1'717'200'000'000); // 2024-06-01 00:00

//! A record made by hand: hourly steps of a period of `period` steps, of which `steps` are there.
struct MadeRecord {
    explicit MadeRecord(std::size_t steps) : period(steps)
    {
        RunInfo info;
        info.runId = "made-by-hand";
        info.strategy = "btc_basis";
        info.assets = {Asset::BTC};
        info.configuration = {{"risk.margin_ratio.warn", "0.2"},
                              {"risk.margin_ratio.critical", "0.12"},
                              {"basis.delta_tolerance", "0.005"}};
        info.from = kChartStart;
        info.to = kChartStart + kHour * static_cast<int>(steps - 1);
        record = std::make_shared<RunRecord>(info);
    }
    //! Waves of different lengths; margin ratios are absent in the first tenth.
    void append(std::size_t steps)
    {
        using L = ColumnLayout;
        std::vector<double> row(record->layout().count());
        for (std::size_t end = record->committed() + steps; record->committed() < end;) {
            const auto i = static_cast<double>(record->committed());
            row[L::step(StepColumn::Nav)] = 100'000 + i * 0.9 + 300 * std::sin(i / 170) + 40 * std::sin(i * 1.7);
            row[L::step(StepColumn::Drawdown)] = 0.004 * (1 + std::sin(i / 90)) + 0.001 * (1 + std::sin(i * 2.3));
            row[L::step(StepColumn::DeltaDrift)] = 0.002 * (1 + std::sin(i / 31));
            row[L::pnl(PnlItem::Funding)] = i * 1.1;
            row[L::pnl(PnlItem::TradeFees)] = -i * 0.1;
            row[L::pnl(PnlItem::SpotPrice)] = 5000 * std::sin(i / 400);
            row[L::pnl(PnlItem::PerpPrice)] = -5000 * std::sin(i / 400) + 50 * std::sin(i / 11);
            for (std::size_t v = 0; v < kExchangeCount; ++v) {
                const auto phase = static_cast<double>(v);
                const bool open = record->committed() >= period / 10;
                row[L::venue(v, VenueColumn::MarginRatio)] =
                    open ? 0.5 + 0.2 * std::sin(i / 300 + phase) : absent(EmptyReason::NoNotional);
                row[L::venue(v, VenueColumn::Spot)] = 60'000 + 4000 * std::sin(i / 500);
                row[L::venue(v, VenueColumn::Mark)] =
                    row[L::venue(v, VenueColumn::Spot)] * (1 + 0.0004 * std::sin(i / 7 + phase));
                row[L::venue(v, VenueColumn::FundingApr)] = 0.1 + 0.05 * std::sin(i / 240 + phase);
                row[L::venue(v, VenueColumn::ReadingFlags)] = flagged && flagged(record->committed()) ? 2 : 0;
            }
            row[L::asset(0, AssetColumn::NetDelta)] = 0.002 * std::sin(i / 50);
            row[L::asset(0, AssetColumn::GrossDelta)] = 2.5;
            row[L::asset(0, AssetColumn::Price)] = 60'000;
            if (before)
                before(*record, record->committed());
            record->commit(kChartStart + kHour * static_cast<int>(record->committed()), true, row.data());
        }
    }

    std::size_t period;
    std::shared_ptr<RunRecord> record;
    std::function<bool(std::size_t step)> flagged;
    std::function<void(RunRecord&, std::size_t step)> before; //!< adds to the logs of the step that is committed next
};

} // namespace carry::testing
