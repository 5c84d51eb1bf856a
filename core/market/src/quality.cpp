// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/quality.h"

#include <array>

namespace carry
{
namespace
{

constexpr std::array<std::string_view, 17> kKindText{
    "hole",          "duplicate",   "twin",         "malformed-stamp", "snapped-stamp", "shifted-label",
    "superseded",    "proxy",       "ignored",      "unrecognised",    "unreadable",    "missing-funding",
    "missing-value", "placeholder", "interpolated", "falling-index",   "off-grid"};
static_assert(kKindText.size() == static_cast<std::size_t>(FindingKind::OffGrid) + 1);

struct RuleText {
    std::string_view id;
    std::string_view sentence;
};

constexpr std::array<RuleText, 21> kRules{{
    {"none", "Nothing was changed."},
    {"drop-exact-duplicate", "The exact repetition of a row was dropped."},
    {"use-real-funding-rate",
     "The rate really exchanged (real_funding_rate) is used; rows that agree on it are one settlement."},
    {"subtract-eight-hours", "The label is UTC+8 wall time; the settlement is 8 hours earlier."},
    {"snap-within-minute", "A funding stamp within 60 seconds of a full hour is moved to that hour."},
    {"repair-stamp", "The stamp is not ISO 8601 but unambiguous and was read as UTC."},
    {"prefer-daily-dump", "The daily-dump extract is used instead; only it has the rate really exchanged."},
    {"prefer-csv-over-backup", "The .csv file of the same series is used instead of its backup."},
    {"prefer-daily-over-hourly",
     "The daily snapshots are used instead of the hourly values interpolated between them."},
    {"fill-from-peer", "A missing bar is taken from the peer venue as it is."},
    {"carry-last-close", "The last close is carried over missing bars."},
    {"funding-peer-mean", "A missing funding rate is the mean of the other venues' rates at that time."},
    {"funding-zero", "A missing settlement pays nothing."},
    {"use-named-proxy", "Another series stands in, as named in the configuration."},
    {"skip-file", "The file or value is not used."},
    {"use-midnight-rows", "Only the rows of 00:00 UTC are used; the others are interpolated."},
    {"use-configuration", "The value is taken from the configuration, not from the file."},
    {"carry-last-value", "The last known value holds until the next one."},
    {"grow-across-hole", "The values on both sides are joined by geometric growth."},
    {"use-as-is", "The values are used as they are."},
    {"skip-off-grid", "A settlement between two steps of the run's grid is not paid."},
}};
static_assert(kRules.size() == static_cast<std::size_t>(QualityRule::SkipOffGrid) + 1);

constexpr std::array<std::string_view, 3> kSeverityText{"info", "warning", "error"};

} // namespace

std::string_view toText(FindingKind kind)
{
    return kKindText[static_cast<std::size_t>(kind)];
}

std::string_view toText(FindingSeverity severity)
{
    return kSeverityText[static_cast<std::size_t>(severity)];
}

std::string_view toText(QualityRule rule)
{
    return kRules[static_cast<std::size_t>(rule)].id;
}

std::string_view ruleText(QualityRule rule)
{
    return kRules[static_cast<std::size_t>(rule)].sentence;
}

} // namespace carry
