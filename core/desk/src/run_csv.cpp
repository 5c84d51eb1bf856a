// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/exports.h"

#include <charconv>
#include <cmath>
#include <fstream>

namespace carry
{
namespace
{

//! Rows of plain values; texts are quoted where they need it (RFC 4180).
class CsvText
{
  public:
    explicit CsvText(std::initializer_list<std::string_view> header)
    {
        for (const auto name : header)
            text(name);
        end();
    }
    CsvText& text(std::string_view value)
    {
        separate();
        if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
            m_out += value;
            return *this;
        }
        m_out += '"';
        for (const char c : value) {
            if (c == '"')
                m_out += '"';
            m_out += c;
        }
        m_out += '"';
        return *this;
    }
    CsvText& number(double value) //!< an absent value is an empty cell
    {
        separate();
        if (std::isnan(value))
            return *this;
        char buffer[64];
        m_out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
        return *this;
    }
    template <std::integral T> CsvText& integer(T value)
    {
        separate();
        m_out += std::to_string(value);
        return *this;
    }
    void end()
    {
        m_out += '\n';
        m_first = true;
    }
    const std::string& str() const { return m_out; }

  private:
    void separate()
    {
        if (!m_first)
            m_out += ',';
        m_first = false;
    }
    std::string m_out;
    bool m_first = true;
};

std::string stepsCsv(const RunRecord& r)
{
    std::string header = "step,time,bar";
    const ColumnLayout& layout = r.layout();
    const std::size_t count = layout.condition(layout.conditions); // chain.csv has the rest
    for (std::size_t c = 0; c < count; ++c) {
        header += ",";
        header +=
            c >= layout.condition(0) ? "condition." + r.info().conditions[c - layout.condition(0)].id : layout.name(c);
    }
    CsvText rows{}; // its header, an empty line, ends the one built above
    for (std::size_t s = 0; s < r.committed(); ++s) {
        rows.integer(s).text(formatIso(r.time(s))).integer(r.isBar(s) ? 1 : 0);
        for (std::size_t c = 0; c < count; ++c)
            rows.number(r.at(s, c));
        rows.end();
    }
    return header + rows.str();
}

//! Lending and staking; only of a run that has them.
std::string chainCsv(const RunRecord& r)
{
    std::string header = "step,time";
    for (std::size_t c = 0; c < kChainColumnCount; ++c)
        header += "," + std::string(columnName(static_cast<ChainColumn>(c)));
    CsvText rows{};
    for (std::size_t s = 0; s < r.committed(); ++s) {
        rows.integer(s).text(formatIso(r.time(s)));
        for (std::size_t c = 0; c < kChainColumnCount; ++c)
            rows.number(r.at(s, r.layout().onChain(static_cast<ChainColumn>(c))));
        rows.end();
    }
    return header + rows.str();
}

std::string ledgerCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"step", "time", "from", "to", "asset", "amount", "cause", "instruction"};
    for (std::size_t i = 0; i < ends.ledger; ++i) {
        const LedgerEntry& e = r.ledger(i);
        const Account& from = r.chart().at(e.posting.from);
        csv.integer(e.step).text(formatIso(r.time(e.step))).text(from.key()).text(r.chart().at(e.posting.to).key());
        csv.text(from.unitText());
        csv.text(e.posting.amount.toString()).text(toText(e.posting.cause)).integer(e.posting.instruction);
        csv.end();
    }
    return csv.str();
}

std::string decisionsCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"step", "time", "action", "reason", "plan"};
    for (std::size_t i = 0; i < ends.decisions; ++i) {
        const DecisionRecord& d = r.decision(i);
        csv.integer(d.step).text(formatIso(r.time(d.step))).text(toText(d.action));
        csv.text(reasonText(d.reason, d.numbers)).integer(d.plan).end();
    }
    return csv.str();
}

std::string instructionsCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"instruction", "plan",    "phase",       "phase_kind",      "group", "group_kind", "position",
                "type",        "purpose", "description", "reference_price", "fees",  "slippage",   "gas",
                "iteration",   "sizing",  "ltv"};
    for (std::size_t i = 0; i < ends.instructions; ++i) {
        const InstructionRecord& x = r.instruction(i);
        csv.integer(x.instruction.id).integer(x.plan).integer(x.phase).text(toText(x.phaseKind)).integer(x.group);
        csv.text(toText(x.groupKind)).integer(x.position).text(typeText(x.instruction.body));
        csv.text(toText(x.instruction.purpose)).text(describeInstruction(x.instruction.body));
        csv.number(x.instruction.referencePrice).number(x.instruction.cost.fees);
        csv.number(x.instruction.cost.slippage).number(x.instruction.cost.gas).integer(x.instruction.iteration);
        const Borrow* borrow = std::get_if<Borrow>(&x.instruction.body);
        const bool toLtv = borrow != nullptr && borrow->sizing == Sizing::ToLtv;
        csv.text(toText(sizingOf(x.instruction.body))).number(toLtv ? borrow->ltv : std::nan("")).end();
    }
    return csv.str();
}

std::string transitionsCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"step",         "time",      "instruction",      "from",  "to",  "price",
                "quantity",     "net_delta", "min_margin_ratio", "error", "ltv", "health_factor",
                "error_message"};
    for (std::size_t i = 0; i < ends.transitions; ++i) {
        const TransitionRecord& t = r.transition(i);
        csv.integer(t.step).text(formatIso(fromMs(t.timeMs))).integer(t.instruction).text(toText(t.from));
        csv.text(toText(t.to)).number(t.price).text(t.quantity.toString()).number(t.netDelta).number(t.minMarginRatio);
        csv.text(t.error ? t.error->codeText() : std::string_view{});
        csv.number(t.ltv).number(t.healthFactor).text(t.error ? t.error->message() : std::string{}).end();
    }
    return csv.str();
}

std::string fundingCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"step",     "time", "venue", "interval_h", "rate",      "mark",        "mark_age_h",
                "position", "cash", "paid",  "missing",    "estimated", "source_file", "source_line"};
    for (std::size_t i = 0; i < ends.funding; ++i) {
        const FundingRecord& f = r.funding(i);
        csv.integer(f.step)
            .text(formatIso(r.time(f.step)))
            .text(toText(f.venue))
            .integer(f.intervalHours)
            .number(f.rate);
        csv.number(f.mark).number(f.ageHours).number(f.position).text(f.cash.toString()).integer(f.paid ? 1 : 0);
        csv.integer((f.flags & kFundingMissing) != 0 ? 1 : 0).integer((f.flags & kFundingPeerMean) != 0 ? 1 : 0);
        csv.text(f.file < r.info().files.size() ? r.info().files[f.file] : std::string()).integer(f.line).end();
    }
    return csv.str();
}

std::string eventsCsv(const RunRecord& r, const StepEnds& ends)
{
    CsvText csv{"step", "time",  "kind", "venue", "metric", "from", "to",
                "plan", "error", "n0",   "n1",    "n2",     "n3",   "error_message"};
    for (std::size_t i = 0; i < ends.events; ++i) {
        const JournalEvent& e = r.event(i);
        const bool level = e.kind == EventKind::RiskLevel;
        csv.integer(e.step).text(formatIso(r.time(e.step))).text(toText(e.kind));
        csv.text(e.scope < kExchangeCount ? toText(kExchanges[e.scope]) : std::string_view{"book"});
        csv.text(level ? toText(static_cast<RiskMetric>(e.a)) : std::string_view{});
        csv.text(level ? toText(static_cast<RiskLevel>(e.b / 16)) : std::string_view{});
        csv.text(level ? toText(static_cast<RiskLevel>(e.b % 16)) : std::string_view{});
        csv.integer(e.reference).text(e.error ? e.error->codeText() : std::string_view{});
        for (const double n : e.numbers)
            csv.number(n);
        csv.text(e.error ? e.error->message() : std::string{}).end();
    }
    return csv.str();
}

} // namespace

Result<void> writeFile(const std::filesystem::path& file, const std::string& text)
{
    // Beside the target first, so that a full disk leaves no half file under the name that was asked for.
    const std::filesystem::path part = file.string() + ".part";
    const auto refuse = [&](const std::string& why) {
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return fail(Error(ErrorCode::EngineOutput).with("file", file.string()).with("found", why));
    };
    {
        std::ofstream out(part, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        out.flush();
        if (!out)
            return refuse("cannot be written");
    }
    std::error_code error;
    std::filesystem::rename(part, file, error);
    if (error)
        return refuse(error.message());
    return {};
}

Result<void> exportCsv(const RunRecord& record, const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(Error(ErrorCode::EngineOutput).with("file", folder.string()).with("found", error.message()));
    const StepEnds ends = record.committed() == 0 ? StepEnds{} : record.ends(record.committed() - 1);
    std::vector<std::pair<const char*, std::string>> files{
        {"steps.csv", stepsCsv(record)},
        {"ledger.csv", ledgerCsv(record, ends)},
        {"decisions.csv", decisionsCsv(record, ends)},
        {"instructions.csv", instructionsCsv(record, ends)},
        {"transitions.csv", transitionsCsv(record, ends)},
        {"funding.csv", fundingCsv(record, ends)},
        {"events.csv", eventsCsv(record, ends)},
    };
    if (record.layout().chain)
        files.emplace_back("chain.csv", chainCsv(record));
    for (const auto& [name, text] : files)
        if (auto written = writeFile(folder / name, text); !written)
            return written;
    return {};
}

} // namespace carry
