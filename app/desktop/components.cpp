// SPDX-License-Identifier: GPL-3.0-or-later
#include "components.h"

#include <CLI/Version.hpp>
#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/version.hpp>
#include <csv.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <qcustomplot.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <tl/expected.hpp>
#include <toml++/toml.h>

namespace
{

QString version(int major, int minor, int patch)
{
    return QStringLiteral("%1.%2.%3").arg(major).arg(minor).arg(patch);
}

} // namespace

std::vector<carry::ui::Component> linkedComponents()
{
    const auto text = [](const char* s) { return QString::fromLatin1(s); };
    return {
        {text("QCustomPlot"), text(QCUSTOMPLOT_VERSION_STR), text("GPL-3.0-or-later")},
        {text("SQLite"), text(sqlite3_libversion()), text("blessing (public domain)")},
        {text("SQLiteCpp"), text(SQLITECPP_VERSION), text("MIT")},
        {text("OpenSSL"), text(OpenSSL_version(OPENSSL_VERSION_STRING)), text("Apache-2.0")},
        {text("Boost.Multiprecision"), version(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100),
         text("BSL-1.0")},
        {text("spdlog"), version(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH), text("MIT")},
        {text("fmt"), version(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100), text("MIT")},
        {text("toml++"), version(TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH), text("MIT")},
        {text("nlohmann-json"),
         version(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH), text("MIT")},
        {text("tl::expected"), version(TL_EXPECTED_VERSION_MAJOR, TL_EXPECTED_VERSION_MINOR, TL_EXPECTED_VERSION_PATCH),
         text("CC0-1.0")},
        {text("libcsv"), version(CSV_MAJOR, CSV_MINOR, CSV_RELEASE), text("LGPL-2.1-or-later")},
        {text("CLI11"), text(CLI11_VERSION), text("BSD-3-Clause")},
    };
}
