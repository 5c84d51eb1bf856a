// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "desk/exports.h"
#include "progress_bar.h"

#include <iostream>
#include <map>

namespace carry::cli
{
namespace
{

void printReport(const MarketData& data)
{
    std::vector<std::string> paths;
    for (const SourceFile& file : data.files)
        paths.push_back(file.path);
    if (data.synthetic)
        std::cout << "SYNTHETIC DATA\n";
    std::cout << "Coverage\n";
    for (const Coverage& c : data.report.coverage) {
        char buffer[200];
        std::snprintf(buffer, sizeof buffer, "  %-26s %8llu rows  %s  %s  %llu missing\n", c.series.c_str(),
                      static_cast<unsigned long long>(c.rows), c.first ? formatIso(*c.first).c_str() : "-",
                      c.last ? formatIso(*c.last).c_str() : "-", static_cast<unsigned long long>(c.holes));
        std::cout << buffer;
    }
    std::cout << "\nFindings\n";
    std::map<std::string, std::size_t> counts;
    for (const Finding& f : data.report.findings) {
        ++counts[std::string(toText(f.severity))];
        std::cout << "  " << toText(f.severity) << "  " << describeFinding(f, paths) << '\n';
    }
    std::cout << '\n' << data.files.size() << " files, " << data.report.coverage.size() << " series";
    for (const auto& [severity, count] : counts)
        std::cout << ", " << count << ' ' << severity;
    std::cout << '\n';
}

int check(const std::string& folder, const std::string& json)
{
    Result<std::shared_ptr<const MarketData>> data = [&] {
        ProgressBar bar("Reading", /*quiet=*/false);
        return openData(folder, [&bar](std::size_t done, std::size_t total) {
            bar.show(done, total);
            return true;
        });
    }();
    if (!data)
        return report(data.error());
    if (json != "-")
        printReport(**data);
    if (!json.empty())
        if (auto written = deliver(json, jsonText(qualityToJson(**data))); !written)
            return report(written.error());
    for (const Finding& f : (*data)->report.findings)
        if (f.severity == FindingSeverity::Error)
            return kBadInput;
    return kDone;
}

} // namespace

void addData(CLI::App& app, int& exitCode)
{
    auto* data = app.add_subcommand("data", "Look at market data");
    data->require_subcommand(1);
    auto* command = data->add_subcommand("check", "Coverage, holes, duplicates, twins and what is done about them");
    auto folder = std::make_shared<std::string>();
    auto json = std::make_shared<std::string>();
    command->add_option("folder", *folder, "Folder of market files, or 'demo'")->required();
    command->add_option("--json", *json, "Write the report as JSON to a file, or - for the terminal");
    command->callback([folder, json, &exitCode] { exitCode = check(*folder, *json); });
}

} // namespace carry::cli
