// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sensitivity.h"

#include "desk/stress.h"

#include <charconv>
#include <cmath>

namespace carry
{
namespace
{

Error unusable(std::string found)
{
    return Error(ErrorCode::ConfUsage).with("found", std::move(found));
}

bool rises(const std::vector<double>& axis)
{
    for (std::size_t i = 0; i < axis.size(); ++i)
        if (!std::isfinite(axis[i]) || (i > 0 && axis[i] <= axis[i - 1]))
            return false;
    return true;
}

//! from/scale, (from + 1)/scale, ... up to `last`: steps that add no rounding.
std::vector<double> evenSteps(int from, double scale, double last)
{
    std::vector<double> axis;
    constexpr double kHair = 1e-9;
    for (int i = from; i / scale <= last + kHair; ++i)
        axis.push_back(i / scale);
    return axis;
}

Result<SensitivityBase> baseOf(const StressRules& rules, Time time, double staking, double supply, double borrow)
{
    if (!rules.leverage)
        return fail(unusable("the strategy borrows nothing, so there is no map of target LTV and borrow rate"));
    if (!std::isfinite(staking) || !std::isfinite(supply))
        return fail(unusable("staking and supply rates are not known yet at " + formatIso(time)));
    SensitivityBase base;
    base.time = time;
    base.stakingApr = staking;
    base.lstSupplyApr = supply;
    base.borrowApr = std::isfinite(borrow) ? Figure::of(borrow) : Figure::empty(EmptyReason::NoReading);
    base.liquidationThreshold = rules.liquidationThreshold;
    base.maxLtv = rules.maxLtv;
    base.targetLtv = rules.targetLtv;
    base.largestTargetLtv = rules.largestTargetLtv;
    return base;
}

void append(std::string& out, double value)
{
    char buffer[64];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
    out += ',';
}

void append(std::string& out, const Figure& figure)
{
    if (figure.value)
        append(out, *figure.value);
    else
        out += ',';
}

} // namespace

Result<SensitivityGrid> sensitivityGrid(const SensitivityBase& base, SensitivityAxes axes)
{
    if (axes.ltv.empty())
        axes.ltv = evenSteps(50, 100, base.maxLtv);
    if (axes.borrowApr.empty())
        axes.borrowApr = evenSteps(0, 400, 0.10);
    if (!rises(axes.ltv) || !rises(axes.borrowApr) || axes.ltv.empty() || axes.ltv.front() < 0 || axes.ltv.back() >= 1)
        return fail(unusable("the axes must rise, and LTV lie in [0, 1)"));
    SensitivityGrid grid{base, std::move(axes), {}};
    const double collateralApr = base.stakingApr + base.lstSupplyApr;
    for (const double ltv : grid.axes.ltv) {
        SensitivityCell cell;
        cell.healthFactor = cell.distance = cell.daysToLiquidation = Figure::empty(EmptyReason::NoDebt);
        cell.allowed = ltv <= base.largestTargetLtv;
        if (ltv > 0) {
            cell.healthFactor = Figure::of(base.liquidationThreshold / ltv);
            cell.distance = Figure::of(1 - ltv / base.liquidationThreshold);
        }
        for (const double borrow : grid.axes.borrowApr) {
            cell.carry = carryOnEquity(ltv, collateralApr, borrow);
            if (ltv > 0)
                cell.daysToLiquidation = daysToHealthFactor(*cell.healthFactor.value, 1, collateralApr, borrow);
            grid.cells.push_back(cell);
        }
    }
    return grid;
}

Result<SensitivityGrid> sensitivityAt(const RunRecord& record, std::size_t step, const SensitivityAxes& axes)
{
    const std::size_t steps = record.committed();
    if (steps == 0)
        return fail(unusable("the run has no step yet"));
    step = std::min(step, steps - 1);
    const auto rules = stressRules(record.info(), record.time(step));
    if (!rules)
        return fail(rules.error());
    const auto rate = [&](ChainColumn column) {
        return record.layout().chain ? record.at(step, record.layout().onChain(column)) : 0.0;
    };
    const auto base = baseOf(*rules, record.time(step), rate(ChainColumn::StakingApr), rate(ChainColumn::LstSupplyApr),
                             rate(ChainColumn::BorrowApr));
    if (!base)
        return fail(base.error());
    return sensitivityGrid(*base, axes);
}

Result<SensitivityGrid> sensitivityOf(const RunConfiguration& configuration, const MarketData& data,
                                      std::optional<Time> time, const SensitivityAxes& axes)
{
    const auto rules = stressRules(configuration);
    if (!rules)
        return fail(rules.error());
    const auto setup = prepareRun(configuration, data, {});
    if (!setup)
        return fail(setup.error());
    const Tape& tape = *setup->tape;
    if (time && (*time < tape.start() || *time > tape.end()))
        return fail(Error(ErrorCode::ConfRange)
                        .with("key", "--at")
                        .with("found", formatIso(*time))
                        .with("expected", formatIso(tape.start()) + " … " + formatIso(tape.end())));
    std::size_t step = tape.size() - 1;
    while (time && step > 0 && tape.timeAt(step) > *time)
        --step;
    const MarketView market(tape, step);
    const auto rate = [&](const std::optional<ChainMap::Grown>& grown) {
        return grown ? market.frame(grown->apr) : std::numeric_limits<double>::quiet_NaN();
    };
    const ChainMap& chain = setup->legs.chain;
    const auto base = baseOf(*rules, market.time(), rate(chain.ratio), rate(chain.lstIndex), rate(chain.ethBorrow));
    if (!base)
        return fail(base.error());
    return sensitivityGrid(*base, axes);
}

std::string sensitivityCsv(const SensitivityGrid& grid)
{
    std::string out = "target_ltv [fraction],borrow_apr [fraction a year],carry_on_equity [fraction a year],"
                      "health_factor [1],distance_to_liquidation [fraction],days_to_liquidation [days],"
                      "allowed [0 or 1]\n";
    for (std::size_t i = 0; i < grid.axes.ltv.size(); ++i)
        for (std::size_t j = 0; j < grid.axes.borrowApr.size(); ++j) {
            const SensitivityCell& cell = grid.at(i, j);
            append(out, grid.axes.ltv[i]);
            append(out, grid.axes.borrowApr[j]);
            append(out, cell.carry);
            append(out, cell.healthFactor);
            append(out, cell.distance);
            append(out, cell.daysToLiquidation);
            out += cell.allowed ? "1\n" : "0\n";
        }
    return out;
}

} // namespace carry
