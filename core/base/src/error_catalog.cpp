// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of error codes with meaning and remedy. CARRY_TR marks text for the translator's tool without Qt.
#include "base/error.h"

#include <array>
#include <cstddef>

#define CARRY_TR(text) text

namespace carry
{
namespace
{

using enum ErrorCode;

constexpr std::array<ErrorInfo, static_cast<std::size_t>(Count_)> kCatalog{{
    {DataNotFound, "DATA-001", CARRY_TR("No such file or folder: {file}"),
     CARRY_TR("Check the path given with --data.")},
    {DataEmpty, "DATA-002", CARRY_TR("{file} is empty or has no rows"),
     CARRY_TR("Download the file again or remove it.")},
    {DataNotText, "DATA-003", CARRY_TR("{file} is not a text file"),
     CARRY_TR("Unpack archives first; only CSV and JSON are read.")},
    {DataUnrecognised, "DATA-004", CARRY_TR("No readable market file in {file}"),
     CARRY_TR("Name a folder with candle and funding files, or give a column mapping.")},
    {DataColumns, "DATA-005", CARRY_TR("{file}:{line}: {found} columns where {expected} were expected"),
     CARRY_TR("Repair or remove the row.")},
    {DataNumber, "DATA-006", CARRY_TR("{file}:{line}: column {column} holds '{found}', not a finite number"),
     CARRY_TR("Repair or remove the row.")},
    {DataNegativePrice, "DATA-007",
     CARRY_TR("{file}:{line}: column {column} holds {found}; a price must be above zero"),
     CARRY_TR("Repair or remove the row.")},
    {DataTimestamp, "DATA-008", CARRY_TR("{file}:{line}: '{found}' is not a UTC time stamp"),
     CARRY_TR("Use ISO 8601 in UTC or epoch seconds, milliseconds or microseconds.")},
    {DataUnsorted, "DATA-009", CARRY_TR("{file}:{line}: time {found} stands behind a later one"),
     CARRY_TR("Sort the file by time.")},
    {DataConflict, "DATA-010",
     CARRY_TR("{file}:{line}: {found} stands twice with different values (first in line {first})"),
     CARRY_TR("Decide which row is right and remove the other.")},
    {DataSeriesMissing, "DATA-011", CARRY_TR("The strategy needs series that the data do not have: {series}"),
     CARRY_TR("Add files for them, or name a proxy with data.proxy.<venue>.spot or .perp.")},
    {DataNoOverlap, "DATA-012", CARRY_TR("The required series share no period: {series}"),
     CARRY_TR("Choose data that overlap in time.")},
    {DataPeriodEmpty, "DATA-013", CARRY_TR("No data between {from} and {to}; the series share {first} to {last}"),
     CARRY_TR("Choose --from and --to inside that span.")},
    {DataTruncated, "DATA-014", CARRY_TR("{file}:{line}: the last row is cut off"),
     CARRY_TR("Download the file again.")},
    {DataCancelled, "DATA-015", CARRY_TR("Reading {file} was cancelled"), CARRY_TR("Start it again to read the data.")},
    {DataCadence, "DATA-016", CARRY_TR("The series have bars of different length: {series}"),
     CARRY_TR("Use files of one bar length.")},
    {DataIndex, "DATA-017", CARRY_TR("{file}:{line}: {series} holds {found}; an index must be above zero"),
     CARRY_TR("Repair or remove the row.")},
    {ConfUnknownKey, "CONF-001", CARRY_TR("Unknown key '{key}'{hint}"),
     CARRY_TR("'carrydesk-cli strategies NAME' lists the keys.")},
    {ConfType, "CONF-002", CARRY_TR("Key '{key}' cannot be '{found}'; it takes {expected}"),
     CARRY_TR("Correct the value.")},
    {ConfRange, "CONF-003", CARRY_TR("Key '{key}' is {found}; it must lie in {expected}"),
     CARRY_TR("Correct the value.")},
    {ConfSyntax, "CONF-004", CARRY_TR("{file}:{line}: {found}"), CARRY_TR("Correct the TOML file.")},
    {ConfUnknownPreset, "CONF-005", CARRY_TR("No preset or file named '{found}'"),
     CARRY_TR("'carrydesk-cli presets' lists the presets.")},
    {ConfWeights, "CONF-006", CARRY_TR("The venue weights sum to {found}, not 1"),
     CARRY_TR("Set weights.binance, weights.bybit and weights.okx so that they sum to 1.")},
    {ConfPeriod, "CONF-007", CARRY_TR("The period ends ({to}) before it starts ({from})"),
     CARRY_TR("Give --to later than --from.")},
    {ConfThresholds, "CONF-008", CARRY_TR("Thresholds of {key} are out of order: warn {warn}, critical {critical}"),
     CARRY_TR("The warning must come before the critical level.")},
    {ConfMargin, "CONF-009", CARRY_TR("Margin tiers '{key}': {found}"),
     CARRY_TR("Write tiers as notional:rate,... rising, each rate at most 1/max leverage.")},
    {ConfFile, "CONF-010", CARRY_TR("Cannot read {file}: {found}"), CARRY_TR("Check path and permissions.")},
    {ConfUsage, "CONF-011", CARRY_TR("{found}"), CARRY_TR("'carrydesk-cli --help' shows the calls.")},
    {ConfFixedKey, "CONF-012", CARRY_TR("Key '{key}' cannot change while a run goes on"),
     CARRY_TR("Start a new run with that value.")},
    {ConfForkTime, "CONF-013", CARRY_TR("Run {run} cannot part at {time}: {found}"),
     CARRY_TR("Choose the time of one of its bars at which no plan is open.")},
    {ConfForkDecision, "CONF-014", CARRY_TR("The decision cannot be '{found}'; it can be {expected}"),
     CARRY_TR("Choose one of those.")},
    {ConfPredicate, "CONF-015", CARRY_TR("Condition '{text}', position {position}: {found}"),
     CARRY_TR("Write a name, a comparison and a number, such as binance.margin_ratio < 0.2.")},
    {StratUnknown, "STRAT-001", CARRY_TR("Unknown strategy '{found}'"),
     CARRY_TR("'carrydesk-cli strategies' lists them.")},
    {StratShareClass, "STRAT-002", CARRY_TR("Strategy {strategy} runs in share class {expected}, not {found}"),
     CARRY_TR("Set share_class accordingly.")},
    {StratTargetLtv, "STRAT-003", CARRY_TR("Target LTV {found} is above the largest allowed value {largest}"),
     CARRY_TR("Lower leverage.target_ltv: it must leave the health factor risk.hf_exit + risk.hf_buffer.")},
    {CexInsufficientMargin, "CEX-001",
     CARRY_TR("{venue}: not enough margin: {available} available, {required} required"),
     CARRY_TR("Reduce the size or add collateral.")},
    {CexInsufficientBalance, "CEX-002", CARRY_TR("{venue}: balance {available} {asset} is below {required}"),
     CARRY_TR("Reduce the size or transfer funds first.")},
    {CexBelowMinimum, "CEX-003", CARRY_TR("{venue}: order of {found} is below the venue's minimum {expected}"),
     CARRY_TR("Trade a larger size.")},
    {CexStaleLeg, "CEX-004", CARRY_TR("{venue}: the price of {symbol} is {found} bars old"),
     CARRY_TR("Wait for fresh data, or name a peer venue.")},
    {XferInsufficientBalance, "XFER-001", CARRY_TR("{venue}: balance {available} {asset} is below {required}"),
     CARRY_TR("Transfer less.")},
    {XferUnreachable, "XFER-002", CARRY_TR("No route for {asset} from {from} to {to}"),
     CARRY_TR("Choose other venues.")},
    {ChainInsufficientGas, "CHAIN-001",
     CARRY_TR("The wallet holds {available} ETH; the transaction needs {required} ETH for gas"),
     CARRY_TR("Raise chain.gas_reserve_eth.")},
    {ChainInsufficientBalance, "CHAIN-002", CARRY_TR("The wallet holds {available} {asset}, below {required}"),
     CARRY_TR("Reduce the amount.")},
    {ChainAaveRefused, "CHAIN-003", CARRY_TR("Aave refuses: {refusal} ({operation})"),
     CARRY_TR("Reduce the amount, or bring the position into the protocol's limits first.")},
    {ChainFlashNotRepaid, "CHAIN-004",
     CARRY_TR("The flash loan cannot be repaid: {available} ETH there, {required} ETH owed"),
     CARRY_TR("Sell more of the collateral, or wait for a better price.")},
    {StoreOpen, "STORE-001", CARRY_TR("Cannot open database {file}: {found}"),
     CARRY_TR("Check path, permissions and free space.")},
    {StoreWrite, "STORE-002", CARRY_TR("Cannot write to database {file}: {found}"),
     CARRY_TR("Check free space and whether another program holds it.")},
    {StoreNewerSchema, "STORE-003", CARRY_TR("{file} has schema version {found}; this program knows up to {expected}"),
     CARRY_TR("Open it with a newer version of Carrydesk.")},
    {StoreCorrupt, "STORE-004", CARRY_TR("{file} is damaged or not a database: {found}"),
     CARRY_TR("Restore a backup or choose another file.")},
    {StoreUnknownRun, "STORE-005", CARRY_TR("No run '{found}' in {file}"),
     CARRY_TR("'carrydesk-cli runs list --db FILE' lists the runs.")},
    {StoreForeign, "STORE-006", CARRY_TR("{file} is a database of another program"), CARRY_TR("Choose another file.")},
    {StoreResume, "STORE-007", CARRY_TR("Run {run} cannot go on: {found}"),
     CARRY_TR("Run its configuration again as a new run.")},
    {StoreUnfinished, "STORE-008", CARRY_TR("Run {run} has not ended ({found})"),
     CARRY_TR("'carrydesk-cli runs resume RUN --db FILE' goes on with it.")},
    {StoreBusyRun, "STORE-009", CARRY_TR("Another program is writing run {run} in {file}"),
     CARRY_TR("Wait until it has ended, or end it.")},
    {StoreExists, "STORE-010", CARRY_TR("{file} is already there"), CARRY_TR("Choose another file name.")},
    {EngineNotFinite, "ENGINE-001", CARRY_TR("{column} is not a finite number at {time}"),
     CARRY_TR("This is a defect; please report it with the configuration.")},
    {EngineOverflow, "ENGINE-002", CARRY_TR("An amount left the representable range at {time}"),
     CARRY_TR("Check prices and capital for absurd sizes.")},
    {EngineOutput, "ENGINE-003", CARRY_TR("Cannot write {file}: {found}"),
     CARRY_TR("Check path, permissions and free space.")},
    {EngineCancelled, "ENGINE-004", CARRY_TR("Cancelled"), CARRY_TR("Start it again when you want it.")},
}};

} // namespace

std::span<const ErrorInfo> errorCatalog()
{
    return kCatalog;
}

const ErrorInfo& errorInfo(ErrorCode code)
{
    return kCatalog[static_cast<std::size_t>(code)];
}

} // namespace carry
