// SPDX-License-Identifier: GPL-3.0-or-later
// A gate file, then behind a line "---" one decision a line.
#include "desk/gate_file.h"
#include "desk/gate_json.h"
#include "fuzz_support.h"

#include <cmath>

using namespace carry;
using fuzz::require;

namespace
{

void checkSetup(const GateSetup& setup)
{
    const PreTradeLimits& l = setup.limits;
    for (const double limit : {l.maxInstructionNotional, l.maxPlanNotional, l.maxDayNotional, l.maxLeverage,
                               l.maxPriceDeviation, setup.policy.secondApproverAbove})
        require(limit > 0, "a limit allows something, or there is none");
    require(l.venues.any() && l.assets.any(), "a list allows something");
    require(setup.policy.validFor > Duration{}, "a proposal can be approved");
    require(std::isfinite(setup.policy.maxPriceMove) && setup.policy.maxPriceMove >= 0, "a bound is a number");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::string_view kBorder = "\n---\n";
    const std::string_view text = fuzz::textOf(bytes, size);
    const auto border = text.find(kBorder);
    if (const auto setup = parseGateFile(text.substr(0, border), "gate.toml"); setup)
        checkSetup(*setup);
    else
        fuzz::checkError(setup.error(), "CONF");
    std::string_view lines = border == std::string_view::npos ? text : text.substr(border + kBorder.size());
    while (!lines.empty()) {
        const auto command = parseGateCommand(fuzz::takeLine(lines), fromMs(1));
        if (!command) {
            fuzz::checkError(command.error(), "CONF");
            continue;
        }
        for (const GroupRef ref : command->groups)
            require(ref.phase < 10'000 && ref.group < 10'000, "a group has a number");
    }
    return 0;
}
