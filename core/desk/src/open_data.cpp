// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest.h"

namespace carry
{

Result<std::shared_ptr<const MarketData>> openData(const std::string& nameOrFolder, const ReadProgress& progress)
{
    if (nameOrFolder == "demo")
        return std::make_shared<const MarketData>(makeDemoMarket());
    auto data = readMarketFolder(nameOrFolder, progress);
    if (!data)
        return fail(data.error());
    return std::make_shared<const MarketData>(std::move(*data));
}

} // namespace carry
