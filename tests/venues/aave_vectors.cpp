// SPDX-License-Identifier: GPL-3.0-or-later
// Replays the vectors of the real Aave V3.6 contracts and demands equality of every integer in them.
//
// usage: aave_vectors [folder]   default: $CARRYDESK_AAVE_VECTORS, else shared/vectors/aave beside the project
//
// Files are recognised by what is in them, not by name. Gas and addresses are not modelled and not looked at.
#include "aave/scenario.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace
{

using namespace carry::aave::vectors;
namespace fs = std::filesystem;

struct File {
    std::string name;
    Json json; //!< discarded if it could not be read
};

fs::path standardFolder()
{
    return fs::path(CARRYDESK_SOURCE_DIR) / "../shared/vectors/aave";
}

fs::path chosenFolder(int argc, char** argv)
{
    if (argc > 1)
        return argv[1];
    const char* given = std::getenv("CARRYDESK_AAVE_VECTORS");
    return given != nullptr && *given != '\0' ? fs::path(given) : standardFolder();
}

std::vector<File> readFiles(const fs::path& folder)
{
    std::vector<File> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (!entry.is_regular_file() || entry.path().extension() != ".json")
            continue;
        std::ifstream in(entry.path());
        files.push_back({entry.path().filename().string(), Json::parse(in, nullptr, /*allow_exceptions=*/false)});
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
    return files;
}

enum class Kind { Market, Math, Rates, Scenario, Cases, LeverageSummary, Unknown };

Kind kindOf(const Json& json)
{
    if (!json.is_object())
        return Kind::Unknown;
    if (isScenario(json))
        return Kind::Scenario;
    if (json.contains("cases") && json.at("cases").is_array())
        return Kind::Cases;
    if (json.contains("reserves") && json.contains("eMode") && json.contains("prices"))
        return Kind::Market;
    if (json.contains("rows") && json.at("rows").is_array())
        return Kind::Rates;
    if (json.contains("rayMul") || json.contains("compounded") || json.contains("percentMul"))
        return Kind::Math;
    if (json.contains("sequential") || json.contains("maxLeverage") || json.contains("flashAmount"))
        return Kind::LeverageSummary;
    return Kind::Unknown;
}

const File* findMarket(const std::vector<File>& files)
{
    for (const File& file : files)
        if (kindOf(file.json) == Kind::Market)
            return &file;
    return nullptr;
}

class Run
{
  public:
    explicit Run(Checks& checks) : m_checks(checks) {}

    //! The market's parameters: of this folder, else the standard ones.
    void loadMarket(const std::vector<File>& files)
    {
        m_standard = fs::is_directory(standardFolder()) ? readFiles(standardFolder()) : std::vector<File>{};
        const File* file = findMarket(files);
        if (file == nullptr)
            file = findMarket(m_standard);
        if (file == nullptr)
            return;
        m_checks.enterFile(file->name);
        m_hasMarket = m_market.load(file->json, m_checks);
    }

    void check(const File& file)
    {
        m_checks.enterFile(file.name);
        try {
            dispatch(file.json);
        } catch (const std::exception& e) {
            m_checks.mismatch("file", "the known schema", e.what());
        }
        m_checks.leaveFile();
    }

    void checkSummary(const File& file)
    {
        m_checks.enterFile(file.name);
        try {
            checkLeverageSummary(file.json, m_traces, m_checks);
        } catch (const std::exception& e) {
            m_checks.mismatch("file", "the known schema", e.what());
        }
        m_checks.leaveFile();
    }

  private:
    void dispatch(const Json& json)
    {
        const Kind kind = kindOf(json);
        if (!m_hasMarket && (kind == Kind::Scenario || kind == Kind::Cases))
            return m_checks.mismatch("file", "a market file beside it", "none");
        switch (kind) {
        case Kind::Market:
            return checkMarket(m_market, m_checks);
        case Kind::Math:
            return checkMath(json, m_checks);
        case Kind::Rates:
            return checkRates(json, m_checks);
        case Kind::Scenario:
            return replayOne(json);
        case Kind::Cases:
            for (const Json& scenario : json.at("cases"))
                replayOne(scenario);
            return;
        case Kind::LeverageSummary:
            return;
        case Kind::Unknown:
            return m_checks.mismatch("file", "a known schema", "an unknown one");
        }
    }

    void replayOne(const Json& scenario)
    {
        Trace trace = replay(scenario, m_market, m_checks);
        checkResult(trace, m_checks);
        if (scenario.contains("result"))
            m_traces.push_back(std::move(trace));
    }

    Checks& m_checks;
    std::vector<File> m_standard;
    Market m_market;
    bool m_hasMarket = false;
    std::vector<Trace> m_traces;
};

} // namespace

int main(int argc, char** argv)
{
    const fs::path folder = chosenFolder(argc, argv);
    const std::vector<File> files = fs::is_directory(folder) ? readFiles(folder) : std::vector<File>{};
    if (files.empty()) {
        std::puts("skipped: no vectors");
        return 0;
    }
    Checks checks;
    Run run(checks);
    run.loadMarket(files);
    for (const File& file : files)
        if (kindOf(file.json) != Kind::LeverageSummary)
            run.check(file);
    for (const File& file : files)
        if (kindOf(file.json) == Kind::LeverageSummary)
            run.checkSummary(file);
    std::printf("%ld checks, %ld mismatches\n", checks.count(), checks.mismatches());
    return checks.mismatches() == 0 && checks.count() > 0 ? 0 : 1;
}
