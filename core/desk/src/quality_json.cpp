// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/exports.h"

namespace carry
{

using Json = nlohmann::ordered_json;

std::string describeFinding(const Finding& f, const std::vector<std::string>& files)
{
    std::string out;
    if (f.file < files.size() && !files[f.file].empty()) {
        out += files[f.file];
        if (f.line != 0)
            out += ":" + std::to_string(f.line);
        out += ": ";
    }
    out += std::string(toText(f.kind));
    if (!f.series.empty())
        out += " in " + f.series;
    if (f.from && f.to && *f.from != *f.to)
        out += ", " + formatIso(*f.from) + " to " + formatIso(*f.to);
    else if (f.from)
        out += ", " + formatIso(*f.from);
    if (f.count > 1)
        out += ", " + std::to_string(f.count) + " times";
    if (!f.detail.empty())
        out += ", " + f.detail;
    if (f.rule != QualityRule::None)
        out += ". " + std::string(ruleText(f.rule));
    return out;
}

Json qualityToJson(const MarketData& data)
{
    Json out = Json::object();
    out["name"] = data.name;
    out["synthetic"] = data.synthetic;
    std::vector<std::string> paths;
    Json files = Json::array();
    for (const SourceFile& f : data.files) {
        paths.push_back(f.path);
        files.push_back({{"path", f.path}, {"format", f.format}, {"bytes", f.bytes}, {"used", f.used}});
    }
    Json coverage = Json::array();
    for (const Coverage& c : data.report.coverage)
        coverage.push_back({{"series", c.series},
                            {"file", c.file < paths.size() ? paths[c.file] : std::string()},
                            {"first", c.first ? Json(formatIso(*c.first)) : Json(nullptr)},
                            {"last", c.last ? Json(formatIso(*c.last)) : Json(nullptr)},
                            {"rows", c.rows},
                            {"cadence_s", c.cadence.count() / 1000},
                            {"missing", c.holes}});
    Json findings = Json::array();
    for (const Finding& f : data.report.findings)
        findings.push_back({{"kind", std::string(toText(f.kind))},
                            {"severity", std::string(toText(f.severity))},
                            {"rule", std::string(toText(f.rule))},
                            {"file", f.file < paths.size() ? paths[f.file] : std::string()},
                            {"line", f.line},
                            {"series", f.series},
                            {"from", f.from ? Json(formatIso(*f.from)) : Json(nullptr)},
                            {"to", f.to ? Json(formatIso(*f.to)) : Json(nullptr)},
                            {"count", f.count},
                            {"detail", f.detail},
                            {"text", describeFinding(f, paths)}});
    out["files"] = std::move(files);
    out["coverage"] = std::move(coverage);
    out["findings"] = std::move(findings);
    return out;
}

} // namespace carry
