// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "desk/inspection.h"
#include "desk/inspection_moves.h"

#include <array>
#include <set>

namespace carry::ui
{

//! A bar of a lane: one instruction, or a loop that is folded.
struct LaneBar {
    LogRange instructions; //!< indices into the instruction log
    Site lane = Site::Wallet;
    int row = 0;                           //!< below one another where bars of a lane overlap
    double from = 0, to = 0;               //!< on the axis
    std::optional<Time> start;             //!< submitted; empty while planned
    std::optional<Time> end;               //!< empty while under way
    std::optional<InstructionState> state; //!< of several, what they have in common
    bool loop = false;
};

//! Funds between two lanes.
struct LaneArrow {
    InstructionId instruction = 0;
    FundsMove move;
    double at = 0;
};

//! A frame around a group: an atomic transaction, or a loop that is unfolded.
struct LaneBox {
    GroupLine group;
    double from = 0, to = 0;
};

//! An instant at which something happens.
struct LaneTick {
    Time time{};
    double at = 0;
};

//! One plan on lanes. Its axis is in slots: what happens at one instant is laid out one after the other, and the time
//! between two instants is drawn shorter the longer it is.
struct LaneChart {
    PlanId plan = 0; //!< 0: none
    std::vector<Site> lanes;
    std::array<int, kSiteCount> rows{};     //!< of bars, for each site
    std::array<bool, kSiteCount> crossed{}; //!< whether an arrow begins or ends there
    std::vector<LaneBar> bars;              //!< in the order of the instructions
    std::vector<LaneArrow> arrows;
    std::vector<LaneBox> boxes;
    std::vector<LaneTick> ticks;
    double width = 0;
    std::optional<double> now; //!< the cursor, while the plan is under way

    //! The bar of an instruction (index into the log), -1 without one.
    int barOf(std::size_t instruction) const;
};

//! Lays plans out on lanes; no painting. Only what is at or before the view's cursor is looked at.
class LaneModel
{
  public:
    //! `view` outlives the model.
    explicit LaneModel(const RunView& view) : m_view(view) {}

    //! Another record.
    void reset();
    //! The plan of what is selected, else the last one decided at or before the cursor; 0: none.
    PlanId planFor(const Selection& selection) const;
    //! Of a plan decided at or before the cursor.
    LaneChart chart(PlanId plan) const;
    //! Loops are folded until they are unfolded, by the index of their first instruction.
    void setUnfolded(std::size_t loop, bool on);
    bool isUnfolded(std::size_t loop) const { return m_unfolded.contains(loop); }

  private:
    struct Layout;
    void touch() const;
    std::vector<Site> touched() const;

    const RunView& m_view;
    std::set<std::size_t> m_unfolded;
    // First instruction that goes to a site; grows with the record.
    mutable std::size_t m_looked = 0;
    mutable std::array<std::size_t, kSiteCount> m_first{};
};

} // namespace carry::ui
