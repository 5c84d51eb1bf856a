// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include <cstdlib>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace carry
{

void setUpLog()
{
    auto logger = std::make_shared<spdlog::logger>("carrydesk", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%l %v");
    const char* level = std::getenv("CARRYDESK_LOG");
    logger->set_level(level != nullptr ? spdlog::level::from_str(level) : spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

void logDebug(std::string_view component, std::string_view text)
{
    spdlog::debug("{}: {}", component, text);
}
void logInfo(std::string_view component, std::string_view text)
{
    spdlog::info("{}: {}", component, text);
}
void logWarning(std::string_view component, std::string_view text)
{
    spdlog::warn("{}: {}", component, text);
}

} // namespace carry
