// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! A condition on the figures of one step of a record: "binance.margin_ratio < 0.2 and drawdown > 0.05". A value; valid
//! for every record of the same layout.
class Predicate
{
  public:
    //! Comparisons (< <= > >= = !=) of a name with a number, in the column's own unit (fractions, not per cent), or of
    //! a number followed by % that is divided by 100; joined by "and" and "or", where "and" binds closer. ConfPredicate
    //! with the position (from 1) of what is wrong.
    static Result<Predicate> parse(std::string_view text, const RunRecord& record);

    //! A figure that is absent at the step fulfils no comparison. `step` < record.committed().
    bool holds(const RunRecord& record, std::size_t step) const;
    //! It holds, and did not at the step before.
    bool becomesTrue(const RunRecord& record, std::size_t step) const
    {
        return holds(record, step) && (step == 0 || !holds(record, step - 1));
    }
    const std::string& text() const { return m_text; }
    std::vector<std::size_t> columns() const; //!< that it reads; some more than once

  private:
    enum class Test : std::uint8_t { Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual };
    struct Comparison {
        std::size_t column = 0;
        std::optional<std::size_t> over; //!< the figure is column / over - 1
        Test test = Test::Less;
        double number = 0;
    };
    friend class PredicateParser;
    static bool holds(const Comparison& c, const RunRecord& record, std::size_t step);

    std::string m_text;
    std::vector<std::vector<Comparison>> m_any; //!< one of them, each with all of its comparisons
};

//! The names that a condition on this record may use, sorted: columns ("nav", "bybit.mark", "pnl.funding"), short ones
//! ("health_factor", "net_delta", "okx.basis", "okx.funding") and conditions of the strategy ("condition.idle_usdt").
std::vector<std::string> predicateNames(const RunRecord& record);

//! Whether the figures are there without reading them from a database: then nothing below takes long.
bool isAtHand(const RunRecord& record, const Predicate& predicate);
//! Reads them once and for all, from any thread: about a second for a million stored steps. StoreCorrupt, StoreOpen,
//! StoreUnknownRun.
Result<void> bringToHand(const RunRecord& record, const Predicate& predicate);

//! First step after `step` (below `end`: of the committed ones) at which it becomes true; without `step` from the
//! first on.
std::optional<std::size_t> nextHit(const RunRecord& record, const Predicate& predicate, std::optional<std::size_t> step,
                                   std::size_t end);
//! Last step before `step` at which it becomes true.
std::optional<std::size_t> previousHit(const RunRecord& record, const Predicate& predicate, std::size_t step);
//! At how many of the steps below `end` it becomes true.
std::size_t countHits(const RunRecord& record, const Predicate& predicate, std::size_t end);

//! What replay can stop at.
enum class RunEvent : std::uint8_t {
    Decision,    //!< other than HOLD
    ByHand,      //!< ordered by hand, HOLD too
    RiskBreach,  //!< a risk level worsens to critical or breached
    Funding,     //!< a settlement is paid on an open position
    Liquidation, //!< at an exchange or at Aave
    PlanFailed,
};
inline constexpr std::size_t kRunEventCount = 6;
std::string_view toText(RunEvent event); //!< "risk_breach"

//! First step after / last step before `step` with such an event; steps below `end` only.
std::optional<std::size_t> nextEvent(const RunRecord& record, RunEvent event, std::optional<std::size_t> step,
                                     std::size_t end);
std::optional<std::size_t> previousEvent(const RunRecord& record, RunEvent event, std::size_t step);
//! How many steps below `end` have such an event.
std::size_t countEvents(const RunRecord& record, RunEvent event, std::size_t end);

} // namespace carry
