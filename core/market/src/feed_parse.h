// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"

namespace carry
{

//! Whether the line is meant as a header; a line that is no JSON object is none.
bool isFeedHeader(std::string_view line);
//! FeedHeader, FeedVersion. `number` is the line's, for the error.
Result<FeedHeader> parseFeedHeader(std::string_view line, std::int64_t number);
//! FeedFormat.
Result<FeedMessage> parseFeedMessage(std::string_view line, const FeedHeader& header, std::int64_t number);

} // namespace carry
