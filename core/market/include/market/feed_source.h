// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace carry
{

//! What a source has for the moment.
struct FeedBytes {
    bool connected = false; //!< a sender connected anew: the bytes begin with its header
    std::string_view bytes; //!< good until the next poll; empty if nothing came
};

//! Where the bytes of a feed come from. One thread uses it.
class FeedSource
{
  public:
    virtual ~FeedSource() = default;
    //! Waits at most so long for bytes. FeedChanged, FeedOpen: nothing more can come.
    virtual Result<FeedBytes> poll(Duration timeout) = 0;
    //! Messages up to this number need not be sent again when a sender connects.
    virtual void resumeAfter(std::uint64_t) {}
    virtual std::string name() const = 0; //!< for people
};

//! Follows a file that grows, which need not be there yet. A file that is cut, written anew or replaced is FeedChanged.
std::unique_ptr<FeedSource> followFile(const std::filesystem::path& file);

//! Listens on a local stream socket, for one sender at a time; another one is told that it is refused. A sender that
//! connects is told the last number that is known: {"type":"resume","after":N}. FeedOpen: the path is too long, taken,
//! or not to be written. The socket is the user's alone and goes with the source.
Result<std::unique_ptr<FeedSource>> listenOnSocket(const std::filesystem::path& path);

} // namespace carry
