// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/parity.h"

#include "record/run_view.h"

#include <cmath>
#include <deque>

namespace carry
{
namespace
{

using L = ColumnLayout;

using LegKind = ParityLegKind;

//! A place and what is traded there. With holdings on chain coins move between the places, so that all coins are one
//! leg: LegKind::Pooled.
struct LegKey {
    LegKind kind = LegKind::Pooled;
    std::size_t exchange = 0;
    friend auto operator<=>(const LegKey&, const LegKey&) = default;
};

struct Fill {
    double quantity = 0; //!< coins, bought > 0
    double price = 0;    //!< of the market at that time, share class
};

//! What one run did in its legs.
struct LegFigures {
    std::array<double, kPnlItemCount> pnl{};
    std::vector<Fill> fills; //!< by time
    double endPrice = 0;     //!< share class

    double of(PnlItem item) const { return pnl[static_cast<std::size_t>(item)]; }
    double sum() const
    {
        double all = 0;
        for (const double value : pnl)
            all += value;
        return all;
    }
};

class LegReader
{
  public:
    explicit LegReader(const ParityRun& run) : m_run(run), m_record(run.record), m_pooled(m_record.info().chain.any())
    {
    }

    std::map<LegKey, LegFigures> read()
    {
        if (m_record.committed() == 0)
            return {};
        readFills();
        readFees();
        for (const Venue venue : kExchanges)
            splitVenue(venue);
        for (std::size_t v = 0; v < kVenueCount; ++v)
            if (const auto venue = static_cast<Venue>(v); !isExchange(venue))
                for (std::size_t i = 0; i < kPnlItemCount; ++i)
                    m_legs[{LegKind::Pooled, 0}].pnl[i] += m_run.summary.attribution.at(venue, static_cast<PnlItem>(i));
        const std::size_t last = m_record.committed() - 1;
        for (auto& [key, leg] : m_legs)
            leg.endPrice = priceAt(key, last);
        return std::move(m_legs);
    }

  private:
    static bool isExchange(Venue venue) { return std::ranges::find(kExchanges, venue) != kExchanges.end(); }
    LegKey spotOf(std::size_t exchange) const
    {
        return m_pooled ? LegKey{LegKind::Pooled, 0} : LegKey{LegKind::Spot, exchange};
    }
    double valueAt(std::size_t step, std::size_t column) const
    {
        const double value = m_record.at(step, column);
        return std::isnan(value) ? 0.0 : value;
    }
    //! USDT per coin that ETH-denominated books are counted with; 1 for others.
    double perUsdt(std::size_t step) const
    {
        if (m_record.info().shareClass != Asset::ETH)
            return 1;
        const double eth = m_record.layout().chain ? valueAt(step, m_record.layout().onChain(ChainColumn::EthUsd))
                                                   : valueAt(step, L::asset(0, AssetColumn::Price));
        return eth > 0 ? 1 / eth : 0.0;
    }
    double priceAt(const LegKey& key, std::size_t step) const
    {
        if (key.kind == LegKind::Cash)
            return 0;
        if (key.kind == LegKind::Pooled)
            return m_record.layout().chain ? valueAt(step, m_record.layout().onChain(ChainColumn::EthPrice)) : 0.0;
        const VenueColumn column = key.kind == LegKind::Perp ? VenueColumn::Mark : VenueColumn::Spot;
        return valueAt(step, L::venue(key.exchange, column)) * perUsdt(step);
    }

    void readFills()
    {
        const StepEnds& ends = m_record.ends(m_record.committed() - 1);
        std::map<InstructionId, double> filled; // of partial fills: quantities are cumulative
        for (std::size_t i = 0; i < ends.transitions; ++i) {
            const TransitionRecord& t = m_record.transition(i);
            if (t.to != InstructionState::Confirmed && t.to != InstructionState::PartiallyFilled)
                continue;
            const double quantity = t.quantity.toDouble() - filled[t.instruction];
            filled[t.instruction] = t.quantity.toDouble();
            const auto leg = legOf(m_record.instruction(t.instruction - 1).instruction.body);
            if (!leg || quantity == 0)
                continue;
            m_legs[leg->first].fills.push_back({leg->second * quantity, priceAt(leg->first, t.step)});
        }
    }
    //! The leg of a trade and its sign; nothing for what trades nothing.
    std::optional<std::pair<LegKey, double>> legOf(const InstructionBody& body) const
    {
        const auto sign = [](Side side) { return side == Side::Buy ? 1.0 : -1.0; };
        if (const auto* spot = std::get_if<SpotTrade>(&body))
            return std::pair(spotOf(exchangeIndex(spot->venue)), sign(spot->side));
        if (const auto* perp = std::get_if<PerpTrade>(&body))
            return std::pair(LegKey{LegKind::Perp, exchangeIndex(perp->venue)}, sign(perp->side));
        if (const auto* swap = std::get_if<Swap>(&body); swap != nullptr && m_pooled)
            if (swap->sell == Asset::USDT || swap->buy == Asset::USDT)
                return std::pair(LegKey{LegKind::Pooled, 0}, swap->buy == Asset::ETH ? 1.0 : -1.0);
        return std::nullopt;
    }

    //! Fees and slippage are booked in USDT by instruction; the attribution knows only the exchange.
    void readFees()
    {
        const StepEnds& ends = m_record.ends(m_record.committed() - 1);
        for (std::size_t i = 0; i < ends.ledger; ++i) {
            const LedgerEntry& entry = m_record.ledger(i);
            const Posting& p = entry.posting;
            const bool slippage = p.cause == Cause::Slippage;
            if (p.instruction == 0 || (!slippage && p.cause != Cause::TradeFee))
                continue;
            const InstructionBody& body = m_record.instruction(p.instruction - 1).instruction.body;
            const double amount = p.amount.toDouble() * perUsdt(entry.step);
            if (const auto* spot = std::get_if<SpotTrade>(&body))
                m_paid[exchangeIndex(spot->venue)][slippage][0] += amount;
            else if (const auto* perp = std::get_if<PerpTrade>(&body))
                m_paid[exchangeIndex(perp->venue)][slippage][1] += amount;
        }
    }

    void splitVenue(Venue venue)
    {
        const std::size_t i = exchangeIndex(venue);
        LegFigures& spot = m_legs[spotOf(i)];
        LegFigures& perp = m_legs[{LegKind::Perp, i}];
        LegFigures& cash = m_legs[{LegKind::Cash, i}];
        for (std::size_t n = 0; n < kPnlItemCount; ++n) {
            const auto item = static_cast<PnlItem>(n);
            const double all = m_run.summary.attribution.at(venue, item);
            switch (item) {
            case PnlItem::SpotPrice:
                spot.pnl[n] += all;
                break;
            case PnlItem::PerpPrice:
            case PnlItem::Funding:
                perp.pnl[n] += all;
                break;
            case PnlItem::TradeFees:
            case PnlItem::Slippage: {
                const auto& paid = m_paid[i][item == PnlItem::Slippage];
                const double share = paid[0] + paid[1] != 0 ? paid[0] / (paid[0] + paid[1]) : 0.0;
                spot.pnl[n] += all * share;
                perp.pnl[n] += all - all * share;
                break;
            }
            default:
                cash.pnl[n] += all;
            }
        }
    }

    const ParityRun& m_run;
    const RunRecord& m_record;
    const bool m_pooled;
    std::map<LegKey, LegFigures> m_legs;
    std::array<std::array<std::array<double, 2>, 2>, kExchangeCount> m_paid{}; //!< exchange, slippage, perp
};

std::string nameOf(const LegKey& key, bool pooled)
{
    const std::string venue(toText(kExchanges[key.exchange]));
    switch (key.kind) {
    case LegKind::Spot:
        return venue + " spot";
    case LegKind::Perp:
        return venue + " perp";
    case LegKind::Cash:
        return venue + " cash";
    case LegKind::Pooled:
    case LegKind::Total:
        break;
    }
    return pooled ? "spot and on chain" : "wallet and transfers";
}

//! Pairs the fills of both by side in their order, and values what is left over.
class FillPairing
{
  public:
    FillPairing(const LegFigures& session, const LegFigures& backtest) : m_session(session), m_backtest(backtest) {}

    void into(ParityLeg& leg) const
    {
        for (const double side : {1.0, -1.0}) {
            auto mine = ofSide(m_session, side);
            auto other = ofSide(m_backtest, side);
            while (!mine.empty() && !other.empty()) {
                const double quantity = std::min(mine.front().quantity, other.front().quantity);
                leg.timing += side * quantity * (other.front().price - mine.front().price);
                take(mine, quantity);
                take(other, quantity);
            }
            for (const Fill& fill : mine)
                leg.missingFills += side * fill.quantity * (m_session.endPrice - fill.price);
            for (const Fill& fill : other)
                leg.missingFills -= side * fill.quantity * (m_backtest.endPrice - fill.price);
        }
    }
    static double filled(const LegFigures& figures)
    {
        double all = 0;
        for (const Fill& fill : figures.fills)
            all += std::abs(fill.quantity);
        return all;
    }

  private:
    static std::deque<Fill> ofSide(const LegFigures& figures, double side)
    {
        std::deque<Fill> out;
        for (const Fill& fill : figures.fills)
            if (fill.quantity * side > 0)
                out.push_back({fill.quantity * side, fill.price});
        return out;
    }
    static void take(std::deque<Fill>& fills, double quantity)
    {
        fills.front().quantity -= quantity;
        if (fills.front().quantity <= 0)
            fills.pop_front();
    }

    const LegFigures& m_session;
    const LegFigures& m_backtest;
};

ParityLeg legOf(const LegKey& key, bool pooled, const LegFigures& session, const LegFigures& backtest)
{
    const auto gap = [&](std::initializer_list<PnlItem> items) {
        double all = 0;
        for (const PnlItem item : items)
            all += session.of(item) - backtest.of(item);
        return all;
    };
    using enum PnlItem;
    ParityLeg leg;
    leg.kind = key.kind;
    leg.venue = key.kind == LegKind::Pooled ? Venue::Wallet : kExchanges[key.exchange];
    leg.withSpot = key.kind == LegKind::Pooled && pooled;
    leg.name = nameOf(key, pooled);
    leg.session = session.sum();
    leg.backtest = backtest.sum();
    leg.price = gap({Slippage});
    leg.fee = gap({TradeFees, Gas, WithdrawalFees, FlashFees, DexFees});
    leg.funding = gap({Funding, SupplyInterest, BorrowInterest, Staking, Rewards, DebitInterest});
    leg.sessionFilled = FillPairing::filled(session);
    leg.backtestFilled = FillPairing::filled(backtest);
    FillPairing(session, backtest).into(leg);
    leg.remainder = leg.gap() - leg.parts();
    return leg;
}

//! The legs' parts; P&L and remainder are those of the balance.
ParityLeg totalOf(const std::vector<ParityLeg>& legs, double session, double backtest)
{
    ParityLeg total;
    total.kind = LegKind::Total;
    total.name = "total";
    total.session = session;
    total.backtest = backtest;
    for (const ParityLeg& leg : legs) {
        total.price += leg.price;
        total.fee += leg.fee;
        total.funding += leg.funding;
        total.timing += leg.timing;
        total.missingFills += leg.missingFills;
        total.sessionFilled += leg.sessionFilled;
        total.backtestFilled += leg.backtestFilled;
    }
    total.remainder = total.gap() - total.parts();
    return total;
}

nlohmann::ordered_json legJson(const ParityLeg& leg)
{
    return {{"leg", leg.name},
            {"session", leg.session},
            {"backtest", leg.backtest},
            {"gap", leg.gap()},
            {"price", leg.price},
            {"fee", leg.fee},
            {"funding", leg.funding},
            {"timing", leg.timing},
            {"missing_fills", leg.missingFills},
            {"remainder", leg.remainder},
            {"session_filled", leg.sessionFilled},
            {"backtest_filled", leg.backtestFilled}};
}

} // namespace

ParityReport compareParity(const ParityRun& session, const ParityRun& backtest)
{
    auto mine = LegReader(session).read();
    auto other = LegReader(backtest).read();
    for (const auto& [key, figures] : other)
        mine.try_emplace(key);
    const RunInfo& info = session.record.info();
    ParityReport report;
    report.runId = info.runId;
    report.shareClass = info.shareClass;
    report.from = info.from;
    report.to = info.to;
    for (const auto& [key, figures] : mine) {
        ParityLeg leg = legOf(key, info.chain.any(), figures, other[key]);
        if (leg.session != 0 || leg.backtest != 0 || leg.sessionFilled != 0 || leg.backtestFilled != 0)
            report.legs.push_back(std::move(leg));
    }
    report.total = totalOf(report.legs, session.summary.pnlBalance, backtest.summary.pnlBalance);
    report.sessionDigest = session.summary.resultDigest;
    report.backtestDigest = backtest.summary.resultDigest;
    return report;
}

nlohmann::ordered_json parityToJson(const ParityReport& report)
{
    nlohmann::ordered_json legs = nlohmann::ordered_json::array();
    for (const ParityLeg& leg : report.legs)
        legs.push_back(legJson(leg));
    return {{"run_id", report.runId},
            {"mode", report.mode},
            {"share_class", std::string(toText(report.shareClass))},
            {"from", formatIso(report.from)},
            {"to", formatIso(report.to)},
            {"session_digest", report.sessionDigest},
            {"backtest_digest", report.backtestDigest},
            {"same", report.sessionDigest == report.backtestDigest},
            {"total", legJson(report.total)},
            {"legs", std::move(legs)}};
}

} // namespace carry
