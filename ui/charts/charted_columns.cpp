// SPDX-License-Identifier: GPL-3.0-or-later
#include "charted_columns.h"

#include "desk/inspection.h"

namespace carry::ui
{

std::vector<std::size_t> chartedColumns(const RunInfo& info)
{
    using L = ColumnLayout;
    std::vector<std::size_t> columns;
    for (const StepColumn c : {StepColumn::Nav, StepColumn::UnitValue, StepColumn::Drawdown, StepColumn::ExternalFlows,
                               StepColumn::DeltaDrift})
        columns.push_back(L::step(c));
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        columns.push_back(L::pnl(static_cast<PnlItem>(i)));
    for (const AssetColumn c : {AssetColumn::NetDelta, AssetColumn::GrossDelta, AssetColumn::Price})
        columns.push_back(L::asset(0, c));
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        columns.push_back(L::venue(i, VenueColumn::ReadingFlags));
        columns.push_back(L::venue(i, VenueColumn::MarginRatio));
        if (hasExchanges(info))
            for (const VenueColumn c : {VenueColumn::Spot, VenueColumn::Mark, VenueColumn::FundingApr})
                columns.push_back(L::venue(i, c));
    }
    if (info.chain.any())
        for (const ChainColumn c :
             {ChainColumn::Ltv, ChainColumn::HealthFactor, ChainColumn::LstRatio, ChainColumn::LstMarket,
              ChainColumn::LstDiscount, ChainColumn::StakingApr, ChainColumn::LstSupplyApr, ChainColumn::EthSupplyApr,
              ChainColumn::UsdtSupplyApr, ChainColumn::BorrowApr, ChainColumn::EthIndex})
            columns.push_back(layoutOf(info).onChain(c));
    return columns;
}

} // namespace carry::ui
