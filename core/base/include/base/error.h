// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace carry
{

//! Every coded error of the program. The catalogue (errorCatalog()) gives code text, sentence and remedy.
enum class ErrorCode : std::uint16_t {
    // DATA: market files
    DataNotFound,
    DataEmpty,
    DataNotText,
    DataUnrecognised,
    DataColumns,
    DataNumber,
    DataNegativePrice,
    DataTimestamp,
    DataUnsorted,
    DataConflict,
    DataSeriesMissing,
    DataNoOverlap,
    DataPeriodEmpty,
    DataTruncated,
    DataCancelled,
    DataCadence,
    DataIndex,
    // CONF: configuration
    ConfUnknownKey,
    ConfType,
    ConfRange,
    ConfSyntax,
    ConfUnknownPreset,
    ConfWeights,
    ConfPeriod,
    ConfThresholds,
    ConfMargin,
    ConfFile,
    ConfUsage,
    ConfFixedKey,
    ConfForkTime,
    ConfForkDecision,
    ConfPredicate,
    ConfGateCommand,
    // STRAT
    StratUnknown,
    StratShareClass,
    StratTargetLtv,
    // CEX: exchanges
    CexInsufficientMargin,
    CexInsufficientBalance,
    CexBelowMinimum,
    CexStaleLeg,
    CexRefused,
    CexRestCancelled,
    CexNoAnswer,
    // XFER
    XferInsufficientBalance,
    XferUnreachable,
    // CHAIN
    ChainInsufficientGas,
    ChainInsufficientBalance,
    ChainAaveRefused,
    ChainFlashNotRepaid,
    // STORE
    StoreOpen,
    StoreWrite,
    StoreNewerSchema,
    StoreCorrupt,
    StoreUnknownRun,
    StoreForeign,
    StoreResume,
    StoreUnfinished,
    StoreBusyRun,
    StoreExists,
    StoreAuditBroken,
    // ENGINE
    EngineNotFinite,
    EngineOverflow,
    EngineOutput,
    EngineCancelled,
    EngineJournal,
    // GATE: limits before trading, proposals and their approval
    GateInstructionNotional,
    GatePlanNotional,
    GateDayNotional,
    GateLeverage,
    GateVenue,
    GateAsset,
    GatePriceDeviation,
    GateDataAge,
    GateReducing,
    GateHalted,
    GateHash,
    GateUnknownProposal,
    GateExpired,
    GateStale,
    GateOrphan,
    GateSameUser,
    GateReason,
    GateUnderWay,
    GateNoFlatten,
    GateFeed,
    GateBalancesAgree,
    // SESSION
    SessionLive,
    SessionFork,
    SessionReplay,
    SessionDiffers,
    // FEED: market data that arrive while a session runs
    FeedFormat,
    FeedLineLength,
    FeedVersion,
    FeedHeader,
    FeedConflict,
    FeedAhead,
    FeedOpen,
    FeedChanged,
    FeedSilent,
    FeedStale,
    FeedJournal,
    Count_
};

struct ErrorInfo {
    ErrorCode code;
    std::string_view text;     //!< "DATA-003"
    std::string_view sentence; //!< English template with {key} place holders
    std::string_view remedy;   //!< what a person can do
};

std::span<const ErrorInfo> errorCatalog();
const ErrorInfo& errorInfo(ErrorCode code);

//! An expected failure as data: the code and the values its sentence needs. Text is made when shown.
class Error
{
  public:
    explicit Error(ErrorCode code) : m_code(code) {}
    Error& with(std::string_view key, std::string value) &;
    Error& with(std::string_view key, std::int64_t value) &;
    Error&& with(std::string_view key, std::string value) &&;
    Error&& with(std::string_view key, std::int64_t value) &&;

    ErrorCode code() const { return m_code; }
    std::string_view codeText() const { return errorInfo(m_code).text; }
    std::string_view component() const; //!< the family: "DATA", "CONF", ...
    //! Value of a context key (file, line, key, ...), or nothing.
    std::string_view value(std::string_view key) const;
    std::span<const std::pair<std::string, std::string>> context() const { return m_context; }
    //! The sentence with its place holders filled; context that the sentence does not name (file, line, key) follows.
    std::string message() const { return filled(errorInfo(m_code).sentence); }
    //! Likewise, of a sentence with the same place holders: a translation.
    std::string filled(std::string_view sentence) const;
    friend bool operator==(const Error&, const Error&) = default;

  private:
    ErrorCode m_code;
    std::vector<std::pair<std::string, std::string>> m_context;
};

//! "DATA-003 message. remedy": one line for standard error and logs.
std::string describe(const Error& error);

template <class T> using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace carry
