// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "market/market_data.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carry
{

//! Column of the tape: position of a leg in TapeRequest::legs.
using LegIndex = std::size_t;

enum class MissingBars : std::uint8_t { Carry, Peer };
enum class MissingFunding : std::uint8_t { Zero, PeerMean };

//! A traded or valued price: an own series, or a proxy's when the configuration names one.
struct LegSpec {
    Venue venue = Venue::Binance;
    Asset asset = Asset::BTC;
    Product product = Product::Spot;
    std::optional<Venue> proxy; //!< this venue's series stands in for the whole run
};

struct FundingSpec {
    Venue venue = Venue::Binance;
    Asset asset = Asset::BTC;
    std::uint8_t intervalHours = 8; //!< grid where the data do not say
    std::optional<Venue> proxy;     //!< this venue's settlements stand in for the whole run
};

//! How rows of a frame become a value at every step T.
enum class FrameUse : std::uint8_t {
    //! The last known value at or before T. Decisions and displayed rates use this one.
    Last,
    //! v_a·(v_b/v_a)^((T − t_a)/(t_b − t_a)) between the rows a <= T < b, exactly v_a at t_a; behind the last row its
    //! value stays. Between rows this rests on a later observation. DOMAIN §5 allows that for accrual (balances grown
    //! by an index, valuation at a protocol ratio) and for nothing else: never decide by such a value's growth. The
    //! values must be above zero.
    Geometric,
    //! Growth of an index or ratio over the kTrailing days up to its last row at or before T, a year of 365 days
    //! simple:
    //! (v_a/v_b - 1) * 365 d / (t_a - t_b). What a decision may know of a rate: rows before the run's start count too,
    //! later ones do not. NaN before two rows a day apart are known.
    TrailingApr,
};
inline constexpr Duration kTrailing = 7 * kDay;

//! One column of a frame: an index, a rate, a protocol ratio, a market price on chain.
struct FrameSpec {
    std::string id;     //!< in MarketData::frames: "aave.WETH", "oracle.weETH_ETH", "peg.weETH", "dex.EIGENWETH"
    std::string column; //!< "variableBorrowIndex"; its unit is the column's
    FrameUse use = FrameUse::Last;
    //! Another series or column stands in for the whole run; reported as a proxy.
    std::optional<std::string> proxyId = {}, proxyColumn = {};
};

struct TapeRequest {
    std::vector<LegSpec> legs; //!< without any, the steps are the full hours
    std::vector<FundingSpec> funding;
    bool gas = false;
    MissingBars missingBars = MissingBars::Peer;
    MissingFunding missingFunding = MissingFunding::PeerMean;
    //! Bar labels, both inclusive; without them the span that the series share. `to` may lie up to 24 h behind the last
    //! row of a frame.
    std::optional<Time> from, to;
    std::vector<FrameSpec> frames = {};
    //! Only labels and settlements that are multiples of it since the epoch in UTC are steps: 24 h means every 00:00.
    //! Zero: all are. On a grid coarser than the bars no bar ends at a step, and settlements between steps are not
    //! paid (reported).
    Duration grid{};
};

//! Why a reading is not the venue's own fresh bar.
enum ReadingFlag : std::uint8_t {
    kReadingProxy = 1,   //!< the configured proxy's price
    kReadingPeer = 2,    //!< a peer venue's bar fills a hole
    kReadingCarried = 4, //!< the close of the last earlier bar
};

enum FundingFlag : std::uint8_t {
    kFundingMissing = 1,  //!< the data have no row for this settlement
    kFundingPeerMean = 2, //!< the rate is the mean of the other venues' rates
};

//! A settlement as the tape knows it.
struct FundingEvent {
    Time time;
    double rate = 0;        //!< fraction per interval; 0 when missing and not estimated
    double trailing3d = 0;  //!< sum of the rates in (time - 3 d, time]
    std::int64_t step = -1; //!< index on the timeline, -1 before the first step
    std::uint32_t file = 0; //!< source file (index into MarketData::files); for a missing one that of the series
    std::uint32_t line = 0; //!< 1-based source line, 0 when missing
    std::uint8_t intervalHours = 8;
    std::uint8_t flags = 0;
};

//! High and low of the bar that ended at the cursor.
struct BarExtremes {
    double open = 0, high = 0, low = 0;
};

//! All series of a run aligned on one timeline (union of bar labels and settlements). Immutable, but for that of a
//! LiveTape, which grows at its end; readable only through a MarketView, which cannot look ahead of its cursor.
class Tape
{
  public:
    //! Aligns the requested series. DataSeriesMissing, DataCadence, DataNoOverlap, DataPeriodEmpty, DataIndex,
    //! ConfPeriod.
    static Result<std::shared_ptr<const Tape>> build(const MarketData& data, const TapeRequest& request);

    std::size_t size() const { return m_time.size(); }
    Time start() const { return m_time.front(); }
    Time end() const { return m_time.back(); }
    Time timeAt(std::size_t step) const { return m_time[step]; } //!< the timeline itself is no secret
    Duration cadence() const { return m_cadence; }
    const TapeRequest& request() const { return m_request; }
    //! What alignment did: proxies, filled and carried bars, missing settlements inside the run, holes and falling
    //! indices in frames, settlements off the grid.
    const std::vector<Finding>& findings() const { return m_findings; }
    const std::string& dataName() const { return m_dataName; }
    bool synthetic() const { return m_synthetic; }
    //! SHA-256 over timeline, columns and settlements: equal digests mean equal inputs.
    std::string digest() const;

  private:
    friend class MarketView;
    friend class TapeBuilder;
    friend class LiveTape;
    friend class LiveAlignment;
    Tape() = default;

    struct LegColumns {
        std::vector<double> price, high,
            low; // open or carried close; extremes of the bar starting here, NaN if carried
        std::vector<std::int64_t> observedMs; // when the price was observed
        std::vector<std::uint8_t> flags;

        void add(double open, double barHigh, double barLow, Time observed, std::uint8_t flag);
    };
    struct FundingColumns {
        std::vector<FundingEvent> events; // rising; some before the first step, for trailing sums
        std::vector<std::int32_t> last;   // per step: index of the last event at or before it, -1 if none
    };
    struct FrameColumn {
        std::vector<double> value;
        std::vector<std::int64_t> observedMs; // the last row at or before the step that the value rests on
    };

    TapeRequest m_request;
    std::string m_dataName;
    bool m_synthetic = false;
    Duration m_cadence = kHour;
    std::vector<Time> m_time;
    std::vector<std::uint8_t> m_isBar;
    std::vector<std::int32_t> m_endedBar; // step whose bar ended at this step, -1 if none
    std::vector<LegColumns> m_legs;
    std::vector<FundingColumns> m_funding;
    std::vector<double> m_gasGwei;
    std::vector<FrameColumn> m_frames;
    std::vector<Finding> m_findings;
};

//! What is known at the cursor. Decisions get this view and nothing else of the market.
class MarketView
{
  public:
    MarketView(const Tape& tape, std::size_t step) : m_tape(&tape), m_step(step) {}

    std::size_t step() const { return m_step; }
    Time time() const { return m_tape->m_time[m_step]; } //!< of the tape step; the engine's clock may be later
    bool isBarLabel() const { return m_tape->m_isBar[m_step] != 0; }
    Duration cadence() const { return m_tape->m_cadence; }

    double price(LegIndex leg) const { return m_tape->m_legs[leg].price[m_step]; }
    Time observed(LegIndex leg) const { return fromMs(m_tape->m_legs[leg].observedMs[m_step]); }
    std::uint8_t flags(LegIndex leg) const { return m_tape->m_legs[leg].flags[m_step]; }
    //! Extremes of the bar that ended at this step; nothing for a carried bar or when no bar ended.
    std::optional<BarExtremes> endedBar(LegIndex leg) const;
    double gasGwei() const { return m_tape->m_gasGwei[m_step]; }

    //! Value of TapeRequest::frames[i], in the column's unit. With FrameUse::Geometric it is for accrual only.
    double frame(std::size_t i) const { return m_tape->m_frames[i].value[m_step]; }
    //! Time of the last row at or before the cursor that the value rests on.
    Time frameObserved(std::size_t i) const { return fromMs(m_tape->m_frames[i].observedMs[m_step]); }

    //! The settlement that falls on this step, or nullptr.
    const FundingEvent* settlement(std::size_t funding) const;
    //! The last settlement at or before this step, or nullptr.
    const FundingEvent* lastSettlement(std::size_t funding) const;
    //! Sum of the rates in (time - window, time].
    double trailingFunding(std::size_t funding, Duration window) const;

  protected:
    const Tape* m_tape;
    std::size_t m_step;
};

//! The engine's own view: the only one that can move forward.
class TapeCursor : public MarketView
{
  public:
    explicit TapeCursor(const Tape& tape) : MarketView(tape, 0) {}
    //! Of a tape that grows: for now.
    bool atEnd() const { return m_step + 1 >= m_tape->size(); }
    Time nextTime() const { return m_tape->timeAt(m_step + 1); }
    void advance() { ++m_step; }
};

} // namespace carry
