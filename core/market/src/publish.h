// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "row_pool.h"

namespace carry
{

//! The most frequent distance of neighbours, the shorter one of equals; nothing for a single row.
Duration cadenceOf(const std::vector<Time>& time);

//! How much a finding of this kind matters.
FindingSeverity severityOf(FindingKind kind);

//! Adds a finding with at least the severity of its kind.
void addFinding(MarketData& data, Finding finding);
//! Says that a file was refused, and why. `series` names those it would have served, as far as that is known.
void addUnreadable(MarketData& data, std::uint32_t file, const Error& error, std::string series = {});

//! Makes `rows` (not empty, times strictly rising) a series of `data`, with its coverage and holes. `columns` names the
//! figures of a frame.
void publish(const SeriesId& id, RowPool rows, std::vector<std::string> columns, MarketData& data);

//! Brings findings into the order of files and lines.
void sortFindings(QualityReport& report);

} // namespace carry
