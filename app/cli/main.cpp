// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"
#include "commands.h"
#include "desk/exports.h"

#include <cstdio>
#include <iostream>

namespace carry::cli
{

int report(const Error& error)
{
    std::cerr << "carrydesk-cli: " << describe(error) << '\n';
    switch (error.code()) {
    case ErrorCode::ConfUsage:
        return kUsage;
    case ErrorCode::DataCancelled:
    case ErrorCode::EngineNotFinite:
    case ErrorCode::EngineOverflow:
    case ErrorCode::EngineOutput:
    case ErrorCode::EngineCancelled:
    case ErrorCode::SessionDiffers:
    case ErrorCode::StoreWrite:
        return kRunFailed;
    default:
        return kBadInput;
    }
}

Result<void> deliver(const std::string& target, const std::string& text)
{
    if (target == "-") {
        std::cout << text << std::flush;
        return {};
    }
    return writeFile(target, text);
}

} // namespace carry::cli

int main(int argc, char** argv)
{
    using namespace carry::cli;
    carry::setUpLog();
    CLI::App app{"Carrydesk without a window: backtests and sessions of carry trades, market data checks, stored runs"};
    app.set_version_flag("--version", std::string("carrydesk-cli ") + CARRYDESK_VERSION);
    app.require_subcommand(1);
    int exitCode = kDone;
    addBacktest(app, exitCode);
    addData(app, exitCode);
    addStrategies(app, exitCode);
    addPresets(app, exitCode);
    addRuns(app, exitCode);
    addStress(app, exitCode);
    addAudit(app, exitCode);
    addSession(app, exitCode);
    addHalt(app, exitCode);
    addParity(app, exitCode);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0)
            return app.exit(e); // --help and --version
        std::string found = e.what();
        // The library tells of a missing subcommand before it tells of the word that is none.
        if (const auto rest = app.remaining(true); e.get_name() == "RequiredError" && !rest.empty())
            found += ", not '" + rest.front() + "'";
        return report(carry::Error(carry::ErrorCode::ConfUsage).with("found", found));
    } catch (const std::exception& e) {
        std::cerr << "carrydesk-cli: defect: " << e.what() << '\n';
        return kRunFailed;
    }
    return exitCode;
}
