// SPDX-License-Identifier: GPL-3.0-or-later
#include "lane_model.h"

#include "record_text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace carry::ui
{
namespace
{

constexpr double kLoopSlots = 2.6;    // a folded loop shows its staircase
constexpr double kArrivalSlots = 0.7; // room for the arrow of a transfer that arrives
constexpr double kMargin = 0.25;      // in front of the first and behind the last bar
constexpr double kNever = 1e300;

std::size_t indexOf(Site site)
{
    return static_cast<std::size_t>(site);
}

//! Slots for the time between two instants: days are longer than minutes, but not a thousand times.
double gapSlots(Time from, Time to)
{
    return 0.35 + 0.12 * std::log10(1.0 + secondsBetween(from, to));
}

void mark(std::array<std::size_t, kSiteCount>& first, Site site, std::size_t instruction)
{
    first[indexOf(site)] = std::min(first[indexOf(site)], instruction + 1);
}

//! What several instructions move between two places, together: a round of a loop moves the same way as the one before.
//! While some of it is still to come only what has arrived or is on its way counts.
std::vector<FundsMove> together(const RunView& view, const LogRange& range)
{
    using Stage = FundsMove::Stage;
    std::vector<FundsMove> sums;
    for (std::size_t i = range.first; i < range.last; ++i)
        for (const FundsMove& move : fundsMoves(view, view.record()->instruction(i).instruction.id)) {
            const auto same = std::ranges::find_if(sums, [&](const FundsMove& sum) {
                return sum.from == move.from && sum.to == move.to && sum.asset == move.asset && sum.stage == move.stage;
            });
            if (same == sums.end())
                sums.push_back(move);
            else
                same->amount += move.amount;
        }
    const bool begun = std::ranges::any_of(
        sums, [](const FundsMove& sum) { return sum.stage == Stage::Arrived || sum.stage == Stage::InFlight; });
    if (begun)
        std::erase_if(sums,
                      [](const FundsMove& sum) { return sum.stage == Stage::Planned || sum.stage == Stage::Undone; });
    return sums;
}

} // namespace

int LaneChart::barOf(std::size_t instruction) const
{
    for (std::size_t i = 0; i < bars.size(); ++i)
        if (instruction >= bars[i].instructions.first && instruction < bars[i].instructions.last)
            return static_cast<int>(i);
    return -1;
}

void LaneModel::reset()
{
    m_unfolded.clear();
    m_looked = 0;
}

void LaneModel::setUnfolded(std::size_t loop, bool on)
{
    if (on)
        m_unfolded.insert(loop);
    else
        m_unfolded.erase(loop);
}

PlanId LaneModel::planFor(const Selection& selection) const
{
    if (m_view.empty())
        return 0;
    const StepEnds& ends = m_view.ends();
    const RunRecord& record = *m_view.record();
    const auto ofInstruction = [&](std::size_t id) {
        return id >= 1 && id <= ends.instructions ? record.instruction(id - 1).plan : PlanId{0};
    };
    PlanId wanted = 0;
    if (selection.kind == Selection::Kind::Plan)
        wanted = static_cast<PlanId>(selection.index);
    else if (selection.kind == Selection::Kind::Instruction)
        wanted = ofInstruction(selection.index);
    else if (selection.kind == Selection::Kind::Ledger && selection.index < ends.ledger)
        wanted = ofInstruction(record.ledger(selection.index).posting.instruction);
    return wanted >= 1 && wanted <= ends.plans ? wanted : static_cast<PlanId>(ends.plans);
}

void LaneModel::touch() const
{
    if (m_looked == 0)
        m_first.fill(~std::size_t{0});
    const std::size_t known = m_view.ends().instructions;
    for (; m_looked < known; ++m_looked) {
        for (const Site site : sitesOf(m_view.record()->instruction(m_looked).instruction.body))
            mark(m_first, site, m_looked);
    }
}

std::vector<Site> LaneModel::touched() const
{
    touch();
    std::vector<Site> lanes;
    for (std::size_t i = 0; i < kSiteCount; ++i)
        if (m_first[i] <= m_view.ends().instructions)
            lanes.push_back(static_cast<Site>(i));
    return lanes;
}

//! Puts the bars of one plan onto the axis.
struct LaneModel::Layout {
    const RunView& view;
    const LaneModel& model;
    LaneChart chart;
    std::vector<std::vector<FundsMove>> moves; //!< by bar

    const RunRecord& record() const { return *view.record(); }

    void addBar(const LogRange& range, bool loop)
    {
        LaneBar bar;
        bar.instructions = range;
        bar.loop = loop;
        bar.lane = loop ? Site::Aave : siteOf(record().instruction(range.first).instruction.body);
        std::vector<InstructionState> states;
        bool open = false;
        for (std::size_t i = range.first; i < range.last; ++i) {
            const InstructionTimes times = timesOf(view, record().instruction(i).instruction.id);
            // What was refused before it was sent has an end only.
            const auto begun = times.submitted ? times.submitted : times.ended;
            if (begun && !bar.start)
                bar.start = begun;
            if (times.ended)
                bar.end = times.ended;
            open = open || !times.ended;
            states.push_back(view.status(record().instruction(i).instruction.id).state);
        }
        if (open)
            bar.end.reset();
        bar.state = commonState(states);
        moves.push_back(loop ? together(view, range)
                             : fundsMoves(view, record().instruction(range.first).instruction.id));
        chart.bars.push_back(bar);
    }

    void addBars()
    {
        const LogRange plan = view.instructionsOf(chart.plan);
        for (std::size_t i = plan.first; i < plan.last;) {
            const GroupLine group = groupLine(view, i);
            const LogRange range = group.instructions;
            const bool folded = group.kind == GroupKind::Loop && !model.isUnfolded(range.first);
            if (folded)
                addBar(range, true);
            for (std::size_t k = range.first; !folded && k < range.last; ++k)
                addBar({k, k + 1}, false);
            if (group.kind != GroupKind::Sequence && !folded)
                chart.boxes.push_back({group, 0, 0});
            i = range.last;
        }
    }

    double slotsOf(std::size_t bar) const
    {
        return std::max(chart.bars[bar].loop ? kLoopSlots : 1.0, static_cast<double>(moves[bar].size()));
    }
    static bool spans(const LaneBar& bar) { return bar.start && (!bar.end || *bar.end > *bar.start); }

    //! Instants in order; at each one what arrives comes before what starts.
    void layOut()
    {
        struct Instant {
            std::vector<std::size_t> arrivals, starts;
        };
        std::map<Time, Instant> instants;
        for (std::size_t i = 0; i < chart.bars.size(); ++i) {
            const LaneBar& bar = chart.bars[i];
            if (bar.start)
                instants[*bar.start].starts.push_back(i);
            if (bar.start && bar.end && spans(bar))
                instants[*bar.end].arrivals.push_back(i);
        }
        double at = kMargin;
        std::optional<Time> before;
        for (const auto& [time, instant] : instants) {
            if (before)
                at += gapSlots(*before, time);
            before = time;
            chart.ticks.push_back({time, at});
            for (const std::size_t i : instant.arrivals) {
                chart.bars[i].to = at;
                at += kArrivalSlots;
            }
            for (const std::size_t i : instant.starts) {
                chart.bars[i].from = at;
                at += slotsOf(i);
                chart.bars[i].to = spans(chart.bars[i]) && chart.bars[i].end ? kNever : at;
            }
        }
        finish(at, before);
    }

    //! What is under way reaches to the cursor; what is only planned stands behind it.
    void finish(double at, std::optional<Time> last)
    {
        if (view.outcome(chart.plan) == PlanOutcome::Open) {
            at += last && view.time() > *last ? gapSlots(*last, view.time()) : kMargin;
            chart.now = at;
            at += kMargin;
        }
        for (LaneBar& bar : chart.bars)
            if (bar.start && !bar.end && chart.now)
                bar.to = *chart.now;
        for (std::size_t i = 0; i < chart.bars.size(); ++i)
            if (LaneBar& bar = chart.bars[i]; !bar.start) {
                bar.from = at;
                at += slotsOf(i);
                bar.to = at;
            }
        chart.width = at + kArrivalSlots;
    }

    //! Bars of a lane that overlap come below one another.
    void stack()
    {
        std::vector<std::size_t> order(chart.bars.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::stable_sort(order.begin(), order.end(),
                         [this](std::size_t a, std::size_t b) { return chart.bars[a].from < chart.bars[b].from; });
        std::array<std::vector<double>, kSiteCount> ends;
        for (const std::size_t i : order) {
            LaneBar& bar = chart.bars[i];
            std::vector<double>& rows = ends[indexOf(bar.lane)];
            const auto row = std::find_if(rows.begin(), rows.end(), [&](double end) { return end <= bar.from; });
            bar.row = static_cast<int>(row - rows.begin());
            if (row == rows.end())
                rows.push_back(bar.to);
            else
                *row = bar.to;
            int& height = chart.rows[indexOf(bar.lane)];
            height = std::max(height, bar.row + 1);
        }
    }

    void addArrows()
    {
        for (std::size_t i = 0; i < chart.bars.size(); ++i) {
            const LaneBar& bar = chart.bars[i];
            const InstructionId id = record().instruction(bar.instructions.first).instruction.id;
            const bool transfer = std::holds_alternative<Transfer>(record().instruction(id - 1).instruction.body);
            const double step = (bar.to - bar.from) / std::max<double>(1.0, static_cast<double>(moves[i].size()));
            for (std::size_t k = 0; k < moves[i].size(); ++k)
                addArrow({id, moves[i][k], transfer ? bar.to : bar.from + step * static_cast<double>(k) + 0.12});
        }
    }

    void addArrow(const LaneArrow& arrow)
    {
        chart.arrows.push_back(arrow);
        chart.crossed[indexOf(arrow.move.from)] = true;
        chart.crossed[indexOf(arrow.move.to)] = true;
    }

    void frameBoxes()
    {
        for (LaneBox& box : chart.boxes) {
            box.from = kNever;
            for (const LaneBar& bar : chart.bars)
                if (bar.instructions.first >= box.group.instructions.first &&
                    bar.instructions.last <= box.group.instructions.last) {
                    box.from = std::min(box.from, bar.from);
                    box.to = std::max(box.to, bar.to);
                }
        }
    }
};

LaneChart LaneModel::chart(PlanId plan) const
{
    Layout layout{m_view, *this, {}, {}};
    layout.chart.plan = plan;
    layout.chart.lanes = touched();
    layout.addBars();
    layout.layOut();
    layout.stack();
    layout.addArrows();
    layout.frameBoxes();
    return std::move(layout.chart);
}

} // namespace carry::ui
