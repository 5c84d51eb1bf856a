// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/audit.h"

#include "runs.h"

#include <fstream>
#include <iostream>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, head, out = "-";
};

//! "17:hash", as verify prints it.
Result<std::optional<AuditHead>> parseHead(const std::string& text)
{
    if (text.empty())
        return std::optional<AuditHead>();
    AuditHead head;
    char hash[65] = {};
    char rest = 0;
    long long rows = 0;
    if (std::sscanf(text.c_str(), "%lld:%64[0-9a-f]%c", &rows, hash, &rest) != 2 || rows < 1)
        return fail(Error(ErrorCode::ConfUsage).with("found", "--head takes ROWS:HASH as verify prints it"));
    head.rows = rows;
    head.hash = hash;
    return std::optional(head);
}

int verify(const Options& options)
{
    const auto kept = parseHead(options.head);
    if (!kept)
        return report(kept.error());
    const auto head = verifyAuditFile(options.database, *kept);
    if (!head)
        return report(head.error());
    std::cout << "The audit trail is unbroken: " << head->rows << (head->rows == 1 ? " row" : " rows") << '\n';
    if (head->rows > 0)
        std::cout << "Head " << head->rows << ':' << head->hash << '\n';
    return kDone;
}

int exportLines(const Options& options)
{
    std::ofstream file;
    if (options.out != "-")
        file.open(options.out, std::ios::binary);
    std::ostream& out = options.out == "-" ? std::cout : file;
    const auto done = exportAudit(options.database, [&](const std::string& line) {
        out << line << '\n';
        return out.good();
    });
    if (!done)
        return report(done.error());
    if (!out.flush().good())
        return report(Error(ErrorCode::EngineOutput).with("file", options.out).with("found", "it cannot be written"));
    return kDone;
}

} // namespace

void addAudit(CLI::App& app, int& exitCode)
{
    auto* audit = app.add_subcommand("audit", "The audit trail of a database: who saw what and did what");
    audit->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    auto* check = audit->add_subcommand("verify", "Find any row that was changed, removed or inserted");
    addDatabase(*check, options->database);
    check->add_option("--head", options->head, "ROWS:HASH that verify printed earlier and that was kept elsewhere");
    check->callback([options, &exitCode] { exitCode = verify(*options); });
    auto* write = audit->add_subcommand("export", "Write the rows as JSON lines");
    addDatabase(*write, options->database);
    write->add_option("--out", options->out, "File, or - for standard output");
    write->callback([options, &exitCode] { exitCode = exportLines(*options); });
}

} // namespace carry::cli
