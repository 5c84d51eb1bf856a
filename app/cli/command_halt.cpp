// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/gate_file.h"

#include "runs.h"

#include <iostream>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, user = "operator", reason = "carrydesk-cli halt";
    bool clear = false;
};

int lower(const Options& o)
{
    const auto gone = lowerHaltFlag(o.database);
    if (!gone)
        return report(gone.error());
    if (*gone)
        std::cout << "The halt of " << o.database
                  << " is taken away. Its sessions stay halted until a person sets them "
                  << "going.\n";
    else
        std::cout << "Nothing halts " << o.database << ".\n";
    return kDone;
}

int raise(const Options& o)
{
    if (const auto done = raiseHaltFlag(o.database, o.user, o.reason); !done)
        return report(done.error());
    std::cout << "Trading is halted for every session that keeps its run in " << o.database
              << ", until 'carrydesk-cli halt --clear'.\n";
    return kDone;
}

} // namespace

void addHalt(CLI::App& app, int& exitCode)
{
    auto* command =
        app.add_subcommand("halt", "Kill switch: stop new instructions of all sessions of a database at once");
    const auto o = std::make_shared<Options>();
    addDatabase(*command, o->database);
    command->add_option("--user", o->user, "In whose name");
    command->add_option("--reason", o->reason, "Why; kept in the audit trail");
    command->add_flag("--clear", o->clear, "Take the halt away again");
    command->callback([o, &exitCode] { exitCode = o->clear ? lower(*o) : raise(*o); });
}

} // namespace carry::cli
