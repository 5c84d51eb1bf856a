// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/stress.h"

#include <cmath>

namespace carry
{
namespace
{

using Json = nlohmann::ordered_json;

//! An object whose empty figures are null and have their reasons at its end.
class Figures
{
  public:
    void put(const std::string& name, const Figure& figure)
    {
        out[name] = figure.value ? Json(*figure.value) : Json(nullptr);
        if (!figure.value)
            m_reasons[name] = std::string(toText(figure.reason));
    }
    void putDays(const std::string& name, const Figure& days)
    {
        put(name, days);
        if (!days.value)
            m_reasons[name] = std::string(reasonOfDays(days));
    }
    //! A plain number; NaN: not known yet.
    void put(const std::string& name, double value)
    {
        put(name, std::isfinite(value) ? Figure::of(value) : Figure::empty(EmptyReason::NoReading));
    }
    Json finish()
    {
        out["empty_reasons"] = std::move(m_reasons);
        return std::move(out);
    }

    Json out = Json::object();

  private:
    Json m_reasons = Json::object();
};

Json rowJson(const StressRules& rules, const StressRow& row)
{
    const StressFigures& after = row.after;
    Figures f;
    f.out["scenario"] = std::string(toText(row.scenario.kind));
    f.out["text"] = describeScenario(rules, row.scenario);
    const bool loss = row.scenario.kind == ScenarioKind::VenueLoss;
    f.out["shock"] = loss || row.scenario.kind == ScenarioKind::Unstressed ? Json(nullptr) : Json(row.scenario.shock);
    f.out["days"] = row.scenario.days > 0 ? Json(row.scenario.days) : Json(nullptr);
    f.out["venue"] = loss ? Json(std::string(toText(row.scenario.venue))) : Json(nullptr);
    f.out["equity"] = after.equity;
    f.out["change"] = row.change;
    f.put("change_fraction", row.changeFraction);
    f.out["net_delta"] = after.netDelta;
    f.put("carry_apr", after.carry);
    f.put("health_factor", after.healthFactor);
    f.put("ltv", after.ltv);
    f.putDays("days_to_liquidation", after.daysToLiquidation);
    f.put("exit_proceeds", after.exitProceeds);
    f.put("exit_change", row.exitChange);
    f.out["aave_liquidated"] = after.lendingLiquidated;
    Json venues = Json::object();
    for (std::size_t i = 0; rules.exchanges && i < kExchangeCount; ++i) {
        Figures v;
        v.out["equity"] = after.venues[i].equity;
        v.put("margin_ratio", after.venues[i].marginRatio);
        v.put("liquidation_distance", after.venues[i].liquidationDistance);
        v.out["liquidated"] = after.venues[i].liquidated;
        venues[std::string(toText(kExchanges[i]))] = v.finish();
    }
    f.out["by_venue"] = std::move(venues);
    return f.finish();
}

Json headroomJson(const StressReport& report)
{
    const LendingHeadroom& h = report.headroom;
    const StressChain& chain = report.input.chain;
    Figures f;
    f.out["liquidation_threshold"] = report.rules.liquidationThreshold;
    f.out["max_ltv"] = report.rules.maxLtv;
    f.out["target_ltv"] = report.rules.targetLtv;
    f.out["critical_health_factor"] = report.rules.criticalHealth;
    f.put("ratio_budget", h.ratioBudget);
    f.put("ltv_room", h.ltvRoom);
    f.put("staking_apr", chain.stakingApr);
    f.put("supply_apr", chain.lstSupplyApr);
    f.put("borrow_apr", chain.borrowApr);
    f.put("collateral_apr", h.collateralApr);
    f.put("break_even_borrow_apr", h.breakEvenBorrowApr);
    f.putDays("days_to_critical", h.daysToCritical);
    f.putDays("days_to_liquidation", h.daysToLiquidation);
    return f.finish();
}

} // namespace

Json stressToJson(const RunInfo& info, const StressReport& report)
{
    Json out = Json::object();
    out["run_id"] = info.runId;
    out["strategy"] = info.strategy;
    out["preset"] = info.preset;
    out["synthetic"] = info.synthetic;
    out["time"] = formatIso(report.time);
    out["step"] = report.step;
    out["share_class"] = std::string(toText(info.shareClass));
    out["base"] = std::string(toText(info.base));
    if (report.rules.leverage)
        out["headroom"] = headroomJson(report);
    Json rows = Json::array();
    for (const StressRow& row : report.rows)
        rows.push_back(rowJson(report.rules, row));
    out["scenarios"] = std::move(rows);
    return out;
}

} // namespace carry
