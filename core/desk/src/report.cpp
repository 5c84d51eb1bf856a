// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/report.h"

#include "desk/exports.h"
#include "report_svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace carry
{
namespace
{

constexpr std::size_t kBuckets = 480;       // points of a line, half of the drawing's width
constexpr std::size_t kMostDecisions = 500; // a longer list belongs into the CSV export
constexpr std::size_t kMostFindings = 200;

constexpr const char* kStyle = R"(
:root{--text:#1b2430;--muted:#5d6b7c;--line:#d5dbe3;--panel:#f5f7fa;--page:#fff;--a:#0b6bb8;--b:#b3541e;--c:#1d7a5a;--d:#7a4fa3;
--gain:#0b6bb8;--loss:#b3541e}
@media (prefers-color-scheme:dark){:root{--text:#e3e8ef;--muted:#9aa7b8;--line:#37414f;--panel:#1d242d;--page:#12171d;--a:#5db4f5;
--b:#f0955c;--c:#5ec9a0;--d:#c39be8;--gain:#5db4f5;--loss:#f0955c}}
*{box-sizing:border-box}body{font:15px/1.45 system-ui,sans-serif;color:var(--text);background:var(--page);max-width:1080px;
margin:0 auto;padding:24px}h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:28px 0 8px}p{margin:4px 0}
.muted{color:var(--muted)}.badge{border:1px solid var(--muted);border-radius:4px;padding:0 6px;font-size:13px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:3px 10px 3px 0;
border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--muted);font-weight:600}td.n,th.n{text-align:right;
white-space:nowrap}.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:10px}
.card{background:var(--panel);border-radius:6px;padding:8px 12px}.card b{display:block;font-size:18px}
figure{margin:12px 0}figcaption{font-weight:600}svg{width:100%;height:auto}svg text{fill:var(--muted);font-size:11px}
svg text.value{text-anchor:end;dominant-baseline:middle}svg .grid{stroke:var(--line)}polyline{fill:none;stroke-width:1.4}
polyline.a{stroke:var(--a)}polyline.b{stroke:var(--b)}polyline.c{stroke:var(--c)}polyline.d{stroke:var(--d)}
.key{font-weight:400;margin-left:12px}.key.a{color:var(--a)}.key.b{color:var(--b)}.key.c{color:var(--c)}.key.d{color:var(--d)}
svg.bar{width:200px;height:12px}rect.gain{fill:var(--gain)}rect.loss{fill:var(--loss)}details{margin:2px 0}code{font-size:13px;
overflow-wrap:anywhere}@media print{body{padding:0}details>summary{list-style:none}})";

std::string grouped(double value, int decimals)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, std::abs(value));
    std::string digits = buffer;
    const bool zero = digits.find_first_not_of("0.") == std::string::npos;
    std::size_t at = std::min(digits.find('.'), digits.size());
    while (at > 3) {
        at -= 3;
        digits.insert(at, ",");
    }
    return (value < 0 && !zero ? "−" : "") + digits;
}

std::string percentOf(double fraction)
{
    return grouped(fraction * 100, 2) + " %";
}

std::string shown(const Figure& figure, bool percent)
{
    if (!figure.value)
        return "– <span class=\"muted\">" + escaped(toText(figure.reason)) + "</span>";
    return percent ? percentOf(*figure.value) : grouped(*figure.value, 2);
}

//! "perp_price" -> "Perp price".
std::string spelled(std::string_view name)
{
    std::string out{name};
    std::replace(out.begin(), out.end(), '_', ' ');
    if (!out.empty())
        out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
    return out;
}

class Report
{
  public:
    Report(const RunRecord& record, const StoredRun& run)
        : m_record(record), m_run(run), m_info(run.info), m_summary(run.summary),
          m_decimals(run.info.shareClass == Asset::USDT ? 2 : 6)
    {
    }

    std::string page()
    {
        head();
        figures();
        charts();
        profitAndLoss();
        positions();
        decisions();
        configuration();
        data();
        digests();
        m_html += "</body></html>\n";
        return std::move(m_html);
    }

  private:
    std::string money(double value) const
    {
        return grouped(value, m_decimals) + " " + std::string(toText(m_info.shareClass));
    }
    void heading(const char* text) { m_html += std::string("<h2>") + text + "</h2>\n"; }
    void card(const std::string& name, const std::string& value)
    {
        m_html += "<div class=\"card\"><span class=\"muted\">" + name + "</span><b>" + value + "</b></div>";
    }
    RunCurve column(std::size_t index) const { return curveOf(m_record, index, kBuckets); }

    void head();
    void figures();
    void charts();
    void marginChart();
    void profitAndLoss();
    void positions();
    void decisions();
    void plan(const StoredPlan& plan);
    void configuration();
    void data();
    void digests();

    const RunRecord& m_record;
    const StoredRun& m_run;
    const RunInfo& m_info;
    const RunSummary& m_summary;
    int m_decimals;
    std::string m_html;
};

void Report::head()
{
    const std::string title = m_info.preset.empty() ? m_info.strategy : m_info.preset;
    m_html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" "
              "content=\"width=device-width\"/><title>" +
              escaped(title) + " – Carrydesk</title><style>" + kStyle + "</style></head><body>\n<h1>" + escaped(title) +
              "</h1><p>" + escaped(m_info.strategy) + " on " + escaped(m_info.dataName);
    if (m_info.synthetic)
        m_html += " <span class=\"badge\">synthetic data</span>";
    m_html += "</p><p class=\"muted\">" + formatIso(m_info.from) + " to " + formatIso(m_info.to) + ", " +
              grouped(static_cast<double>(m_summary.steps), 0) + " steps, capital " + money(m_info.capital) +
              ", status " + escaped(toText(m_summary.status)) + "</p>\n";
}

void Report::figures()
{
    const PerformanceMetrics& p = m_summary.performance;
    m_html += "<div class=\"cards\">";
    card("NAV at the end", money(m_summary.navFinal));
    card("P&amp;L", money(m_summary.pnlBalance));
    card("APR, simple", shown(p.apr, true));
    card("CAGR", shown(p.cagr, true));
    card("Largest drawdown", shown(p.maxDrawdown, true));
    card("Sharpe", shown(p.sharpe, false));
    card("Sortino", shown(p.sortino, false));
    card("Calmar", shown(p.calmar, false));
    card("Lowest margin ratio", shown(m_summary.minMarginRatio, true));
    if (m_info.chain.any())
        card("Lowest health factor", shown(m_summary.minHealthFactor, false));
    card("Costs", money(m_summary.costs));
    card("Turnover", shown(m_summary.turnover, false));
    card("Liquidations", std::to_string(m_summary.liquidations));
    card("Plans completed / failed",
         std::to_string(m_summary.plansCompleted) + " / " + std::to_string(m_summary.plansFailed));
    m_html += "</div>\n";
}

void Report::charts()
{
    heading("Over time");
    m_html += lineChart("NAV, " + std::string(toText(m_info.shareClass)),
                        {{"NAV", "a", column(ColumnLayout::step(StepColumn::Nav))}}, false);
    m_html += lineChart("Drawdown", {{"Drawdown", "b", column(ColumnLayout::step(StepColumn::Drawdown))}}, true);
    marginChart();
    if (!m_record.layout().chain)
        return;
    m_html += lineChart("Health factor at Aave",
                        {{"Health factor", "c", column(m_record.layout().onChain(ChainColumn::HealthFactor))}}, false);
    m_html += lineChart("Staking against borrowing, a year",
                        {{"Staking", "c", column(m_record.layout().onChain(ChainColumn::StakingApr))},
                         {"Borrowing", "b", column(m_record.layout().onChain(ChainColumn::BorrowApr))}},
                        true);
}

void Report::marginChart()
{
    static constexpr const char* kStyles[] = {"a", "b", "d"};
    std::vector<ReportLine> lines;
    for (const Venue venue : kExchanges) {
        const std::size_t i = exchangeIndex(venue);
        lines.push_back({spelled(toText(venue)), kStyles[i], column(ColumnLayout::venue(i, VenueColumn::MarginRatio))});
    }
    m_html += lineChart("Margin ratio by exchange", lines, true);
}

void Report::profitAndLoss()
{
    heading("P&amp;L by line");
    const Attribution& attribution = m_summary.attribution;
    double largest = 0;
    for (const double value : attribution.totals())
        largest = std::max(largest, std::abs(value));
    std::vector<Venue> places;
    for (const Venue venue : placesOf(m_info.chain))
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            if (attribution.at(venue, static_cast<PnlItem>(i)) != 0) {
                places.push_back(venue);
                break;
            }
    m_html += "<table><tr><th>Line</th><th></th><th class=\"n\">Total</th>";
    for (const Venue venue : places)
        m_html += "<th class=\"n\">" + escaped(spelled(toText(venue))) + "</th>";
    m_html += "</tr>\n";
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        const double total = attribution.total(item);
        const bool any =
            std::any_of(places.begin(), places.end(), [&](Venue v) { return attribution.at(v, item) != 0; });
        if (!any)
            continue;
        m_html += "<tr><td>" + spelled(toText(item)) + "</td><td>" + signedBar(total, largest) +
                  "</td><td class=\"n\">" + grouped(total, m_decimals) + "</td>";
        for (const Venue venue : places)
            m_html += "<td class=\"n\">" + grouped(attribution.at(venue, item), m_decimals) + "</td>";
        m_html += "</tr>\n";
    }
    char unexplained[40];
    std::snprintf(unexplained, sizeof unexplained, "%.1e", m_summary.unexplained);
    m_html += "<tr><td><b>Sum</b></td><td></td><td class=\"n\"><b>" + grouped(attribution.sum(), m_decimals) +
              "</b></td></tr></table><p class=\"muted\">The balance P&amp;L is " + money(m_summary.pnlBalance) +
              "; at no step is more than " + unexplained + " unexplained.</p>\n";
}

void Report::positions()
{
    heading("Positions at the end");
    m_html +=
        "<table><tr><th>Account</th><th class=\"n\">Amount</th><th class=\"n\">Price</th><th class=\"n\">Value</th>"
        "</tr>\n";
    for (const PositionRow& row : m_summary.positions)
        m_html += "<tr><td>" + escaped(row.key) + "</td><td class=\"n\">" + escaped(row.amount.toString()) +
                  "</td><td class=\"n\">" + grouped(row.price, 6) + "</td><td class=\"n\">" +
                  grouped(row.value, m_decimals) + "</td></tr>\n";
    m_html += "</table>\n";
}

void Report::plan(const StoredPlan& plan)
{
    m_html += "<details><summary>Plan " + std::to_string(plan.id) + ", " + escaped(toText(plan.outcome)) +
              ", expected costs " + money(plan.cost.total()) + "</summary><table>";
    for (const StoredPhase& phase : plan.phases)
        for (const StoredGroup& group : phase.groups)
            for (const StoredInstruction& i : group.instructions)
                m_html += "<tr><td class=\"n\">" + std::to_string(i.instruction.id) + "</td><td>" + escaped(i.text) +
                          "</td><td>" + escaped(toText(i.state)) +
                          (i.error ? " " + escaped(i.error->codeText()) + " " + escaped(i.error->message()) : "") +
                          "</td></tr>\n";
    m_html += "</table></details>";
}

void Report::decisions()
{
    heading("Decisions");
    if (m_run.decisions.empty()) {
        m_html += "<p>Nothing but HOLD.</p>\n";
        return;
    }
    m_html += "<table><tr><th>Time (UTC)</th><th>Decision</th><th>Why</th></tr>\n";
    const std::size_t count = std::min(m_run.decisions.size(), kMostDecisions);
    for (std::size_t i = 0; i < count; ++i) {
        const StoredDecision& d = m_run.decisions[i];
        m_html += "<tr><td>" + formatIso(d.time) + "</td><td>" + escaped(toText(d.decision.action)) + "</td><td>" +
                  escaped(d.reason);
        for (const StoredPlan& p : m_run.plans)
            if (d.decision.plan != 0 && p.id == d.decision.plan)
                plan(p);
        m_html += "</td></tr>\n";
    }
    m_html += "</table>\n";
    if (count < m_run.decisions.size())
        m_html += "<p class=\"muted\">" + std::to_string(m_run.decisions.size() - count) +
                  " later decisions are in the CSV export.</p>\n";
}

void Report::configuration()
{
    heading("Configuration");
    m_html += "<details><summary>" + std::to_string(m_info.configuration.size()) + " keys</summary><table>\n";
    for (const auto& [key, value] : m_info.configuration)
        m_html += "<tr><td><code>" + escaped(key) + "</code></td><td><code>" + escaped(value) + "</code></td></tr>\n";
    m_html += "</table></details>\n";
}

void Report::data()
{
    heading("Data");
    if (m_info.findings.empty()) {
        m_html += "<p>Nothing to report.</p>\n";
        return;
    }
    m_html += "<details><summary>" + std::to_string(m_info.findings.size()) + " findings</summary><ul>\n";
    const std::size_t count = std::min(m_info.findings.size(), kMostFindings);
    for (std::size_t i = 0; i < count; ++i)
        m_html += "<li>" + escaped(describeFinding(m_info.findings[i], m_info.files)) + "</li>\n";
    m_html += "</ul></details>\n";
}

void Report::digests()
{
    heading("Provenance");
    const auto row = [&](const char* name, const std::string& value) {
        m_html += std::string("<tr><td>") + name + "</td><td><code>" + escaped(value) + "</code></td></tr>\n";
    };
    m_html += "<table>\n";
    row("Run", m_info.runId);
    row("Computed by version", m_run.engineVersion);
    row("Started at", m_summary.timing.startedAt);
    row("Data digest", m_info.dataDigest);
    row("Result digest", m_summary.resultDigest);
    row("Instruction digest", m_summary.instructionDigest);
    m_html += "</table>\n";
}

} // namespace

std::string htmlReport(const RunRecord& record, const StoredRun& run)
{
    return Report(record, run).page();
}

} // namespace carry
