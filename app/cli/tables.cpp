// SPDX-License-Identifier: GPL-3.0-or-later
#include "tables.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace carry::cli
{
namespace
{

std::string fixed(double value, int decimals)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    return buffer;
}

void line(std::string& out, std::string_view name, const std::string& value)
{
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, "  %-24.*s %s\n", static_cast<int>(name.size()), name.data(), value.c_str());
    out += buffer;
}

void amount(std::string& out, std::string_view name, const std::string& value)
{
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, "  %-24.*s %16s\n", static_cast<int>(name.size()), name.data(), value.c_str());
    out += buffer;
}

bool isExchange(Venue venue)
{
    return std::find(kExchanges.begin(), kExchanges.end(), venue) != kExchanges.end();
}

double pnlAt(const RunSummary& s, Venue venue)
{
    double pnl = 0;
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        pnl += s.attribution.at(venue, static_cast<PnlItem>(i));
    return pnl;
}

//! Places where a run can hold something; a run on chain need not use exchanges, and then nothing is sent to them.
std::vector<Venue> placesWith(const RunInfo& info, const RunSummary& s)
{
    const bool exchanges = !info.chain.any() || std::any_of(kExchanges.begin(), kExchanges.end(), [&s](Venue venue) {
        return s.equityByVenue[static_cast<std::size_t>(venue)] != 0 || pnlAt(s, venue) != 0;
    });
    std::vector<Venue> places = placesOf(info.chain);
    if (!exchanges)
        std::erase_if(places, [](Venue place) { return isExchange(place) || place == Venue::Chain; });
    return places;
}

void venues(std::string& out, const RunInfo& info, const RunSummary& s)
{
    const int decimals = moneyDecimals(info.shareClass);
    char buffer[200];
    std::snprintf(buffer, sizeof buffer, "\n%-12s %14s %14s %14s %12s\n", "Venue", "Equity", "P&L", "Funding",
                  "Settlements");
    out += buffer;
    for (const Venue venue : placesWith(info, s)) {
        const bool exchange = isExchange(venue);
        const std::string settled = exchange ? std::to_string(s.settlementsByVenue[exchangeIndex(venue)]) : "";
        const std::string name{venue == Venue::Chain ? "In flight" : displayName(venue)};
        std::snprintf(buffer, sizeof buffer, "%-12s %14s %14s %14s %12s\n", name.c_str(),
                      money(s.equityByVenue[static_cast<std::size_t>(venue)], decimals).c_str(),
                      money(pnlAt(s, venue), decimals).c_str(),
                      exchange ? money(s.fundingByVenue[exchangeIndex(venue)], decimals).c_str() : "", settled.c_str());
        out += buffer;
    }
}

void actions(std::string& out, const RunSummary& s)
{
    std::string text;
    for (std::size_t i = 0; i < kActionCount; ++i)
        if (s.decisions[i] != 0)
            text += (text.empty() ? "" : ", ") + std::string(toText(static_cast<Action>(i))) + " " +
                    std::to_string(s.decisions[i]);
    line(out, "Decisions", text);
    text.clear();
    for (std::size_t i = 0; i < kInstructionTypes.size(); ++i)
        if (s.instructionsByType[i] != 0)
            text += (text.empty() ? "" : ", ") + std::string(kInstructionTypes[i]) + " " +
                    std::to_string(s.instructionsByType[i]);
    line(out, "Instructions", text.empty() ? "none" : text);
}

//! How near a run came to being liquidated: at an exchange, and at Aave where it could borrow.
void lowest(std::string& out, const RunInfo& info, const RunSummary& s)
{
    if (s.minMarginRatio.value)
        line(out, "Lowest margin ratio",
             figureText(s.minMarginRatio, true) + " at " + std::string(displayName(s.minMarginVenue)) + ", " +
                 formatIso(s.minMarginAt));
    else if (!info.chain.any())
        line(out, "Lowest margin ratio", figureText(s.minMarginRatio, true));
    if (!info.chain.aave)
        return;
    std::string text = figureText(s.minHealthFactor, false, 4);
    if (s.minHealthFactor.value) {
        text += ", " + formatIso(s.minHealthFactorAt);
        if (s.minHealthFactorRatio > 0)
            text += ", at " + fixed(s.minHealthFactorRatio, 6) + " ETH" +
                    (info.chain.lst ? " per " + std::string(toText(*info.chain.lst)) : "");
    }
    line(out, "Lowest health factor", text);
}

} // namespace

std::string money(double value, int decimals)
{
    std::string text = fixed(std::abs(value), decimals);
    const auto point = text.find('.');
    for (auto at = static_cast<std::ptrdiff_t>(point == std::string::npos ? text.size() : point) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    const bool zero = text.find_first_not_of("0.,") == std::string::npos;
    return value < 0 && !zero ? "-" + text : text;
}

int moneyDecimals(Asset shareClass)
{
    return shareClass == Asset::USDT ? 2 : 6;
}

std::string percent(double fraction, int decimals)
{
    return fixed(fraction * 100, decimals) + " %";
}

std::string figureText(const Figure& figure, bool asPercent, int decimals)
{
    if (!figure.value)
        return "- (" + std::string(toText(figure.reason)) + ")";
    return asPercent ? percent(*figure.value, decimals) : fixed(*figure.value, decimals);
}

std::string summaryTable(const RunInfo& info, const RunSummary& s)
{
    std::string out = info.preset + " (" + info.strategy + ") on " + info.dataName + "\n";
    if (info.synthetic)
        out += "SYNTHETIC DATA: these figures say nothing about any market.\n";
    line(out, "Run", info.runId + "  " + std::string(toText(s.status)));
    if (!info.forks.empty()) {
        const Fork& own = info.forks.back();
        line(out, "Fork", "of " + own.parent + " from " + formatIso(own.at) + " on");
        if (own.decision)
            line(out, "  by hand", std::string(toText(*own.decision)));
        for (const auto& [key, value] : own.changes)
            line(out, "  changed", key + " = " + value);
    }
    line(out, "Period", formatIso(info.from) + " to " + formatIso(info.to) + ", " + std::to_string(s.steps) + " steps");
    const std::string currency{toText(info.shareClass)};
    const auto plain = [&info](double value) { return money(value, moneyDecimals(info.shareClass)); };
    line(out, "NAV", plain(s.navInitial) + " -> " + plain(s.navFinal) + " " + currency);
    if (s.externalFlows != 0)
        line(out, "Deposits - withdrawals", plain(s.externalFlows) + " " + currency);
    const PerformanceMetrics& p = s.performance;
    line(out, "APR / CAGR", figureText(p.apr, true) + " / " + figureText(p.cagr, true));
    line(out, "Sharpe / Sortino", figureText(p.sharpe, false) + " / " + figureText(p.sortino, false));
    line(out, "Volatility", figureText(p.volatility, true));
    line(out, "Max drawdown",
         figureText(p.maxDrawdown, true, 3) + ", " + formatIso(p.drawdownFrom) + " to " + formatIso(p.drawdownTo));
    lowest(out, info, s);
    line(out, "Costs",
         plain(s.costs) + " " + currency + ", " + figureText(s.costRatio, true) + " of the P&L before costs");
    actions(out, s);
    if (s.plansFailed != 0)
        line(out, "Failed plans", std::to_string(s.plansFailed));
    if (s.liquidations != 0)
        line(out, "LIQUIDATIONS", std::to_string(s.liquidations));
    out += info.shareClass == Asset::USDT ? "\nP&L\n" : "\nP&L, " + currency + "\n";
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        if (s.attribution.total(item) != 0)
            amount(out, toText(item), plain(s.attribution.total(item)));
    }
    amount(out, "balance", plain(s.pnlBalance));
    char unexplained[64];
    std::snprintf(unexplained, sizeof unexplained, "%.3g (largest of all steps)", s.unexplained);
    line(out, "unexplained", unexplained);
    venues(out, info, s);
    std::size_t missing = 0;
    for (const auto& times : s.missingByVenue)
        missing += times.size();
    if (missing != 0)
        out += "\n" + std::to_string(missing) + " settlements are missing in the data; --json lists them.\n";
    std::size_t notes = 0;
    for (const Finding& f : info.findings)
        notes += f.kind != FindingKind::MissingFunding ? 1 : 0;
    if (notes != 0)
        out +=
            std::to_string(notes) + " notes on the data (proxies, filled holes); --json lists them under warnings.\n";
    out += '\n';
    line(out, "Result digest", s.resultDigest);
    return out;
}

} // namespace carry::cli
