// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"
#include "risk/risk_monitor.h"
#include "strategy/strategy.h"
#include "support/made_market.h"
#include "support/venue_book.h"

#include <functional>
#include <memory>

namespace carry::test
{

//! One exchange's figures as risk and strategy see them, from books and their prices.
inline VenueSituation venueSituation(const VenueBook& book, const CexRules& rules, Venue venue)
{
    const ExchangeAccounts& ids = book.at(venue);
    VenueSituation v;
    v.spot = book.books.price(ids.coin);
    v.mark = book.books.price(ids.perp);
    static_cast<MarginFigures&>(v) = book.figures(rules, venue);
    v.usdt = book.books.quantity(ids.usdt);
    v.coin = book.books.quantity(ids.coin);
    v.perp = book.books.quantity(ids.perp);
    v.basis = v.mark / v.spot - 1;
    return v;
}

//! No gas and no withdrawal fees: amounts stay round.
inline const Settings kRoundAmounts{{"chain.gas", "false"},
                                    {"chain.gas_reserve_eth", "0"},
                                    {"transfer.binance.withdrawal_fee_usdt", "0"},
                                    {"transfer.bybit.withdrawal_fee_usdt", "0"},
                                    {"transfer.okx.withdrawal_fee_usdt", "0"}};

//! A basis strategy at one instant of a made market, with books that a test fills.
class BasisDesk
{
  public:
    explicit BasisDesk(const Settings& settings = {}, const MadeMarket& market = MadeMarket(48), std::size_t hour = 0,
                       std::string_view name = "btc_basis")
        : m_info(findStrategy(name).value()), m_values(declared(m_schema, m_info, settings)),
          venues(venueRules(m_values, m_info.base)), limits(readRiskLimits(m_values).value()),
          strategy(makeStrategy(m_info, m_values, venues, limits).value()), tape(build(market, strategy->needs())),
          legs(strategy->needs().map), book(1, m_info.base), m_view(*tape, stepAt(market.hour(hour)))
    {
        price();
    }
    BasisDesk(const BasisDesk&) = delete;
    BasisDesk& operator=(const BasisDesk&) = delete;

    const MarketView& view() const { return m_view; }
    Time now() const { return m_view.time(); }
    AccountId wallet(Asset asset = Asset::USDT) const { return book.chart->wallet(asset); }
    //! On to another hour of the market.
    void goTo(Time time)
    {
        m_view = MarketView(*tape, stepAt(time));
        price();
    }
    //! Situation and risk of the present; `change` is what a test makes of the situation.
    const Situation& look()
    {
        fillSituation(situation, book.books, venues.cex, m_view, legs, now());
        situation.decisionTime = true;
        if (change)
            change(situation);
        std::vector<LevelChange> changes;
        risk.evaluate(situation, limits, /*planOpen=*/false, changes);
        return situation;
    }
    Decision decide()
    {
        look();
        conditions.assign(strategy->conditions().size(), kUnwritten);
        Decision d = strategy->decide({situation, risk, m_view}, memory, conditions);
        for (std::size_t i = 0; i < conditions.size(); ++i)
            if (conditions[i] == kUnwritten)
                unwritten().append(shown(strategy->conditions()[i].id));
        return d;
    }
    double condition(std::string_view id) const
    {
        for (std::size_t i = 0; i < conditions.size(); ++i)
            if (strategy->conditions()[i].id == id)
                return conditions[i];
        qFatal("no condition %s", std::string(id).c_str());
    }
    //! Conditions that some decision of this program left without a value.
    static QStringList& unwritten()
    {
        static QStringList list;
        return list;
    }

  private:
    static constexpr double kUnwritten = -987'654'321.25;

    static const ParameterSchema& declared(ParameterSchema& schema, const StrategyInfo& info)
    {
        declareStrategyParameters(schema, info);
        declareVenueParameters(schema, info.base);
        declareRiskParameters(schema);
        return schema;
    }
    static ParameterValues declared(ParameterSchema& schema, const StrategyInfo& info, const Settings& settings)
    {
        ParameterValues values(declared(schema, info));
        applySettings(values, settings);
        return values;
    }
    static VenueRules venueRules(const ParameterValues& values, Asset base)
    {
        const auto rules = readVenueRules(values, base, {});
        if (!rules)
            qFatal("%s", describe(rules.error()).c_str());
        return *rules;
    }
    static std::shared_ptr<const Tape> build(const MadeMarket& market, const StrategyNeeds& needs)
    {
        TapeRequest request;
        request.legs = needs.legs;
        request.funding = needs.funding;
        request.gas = needs.gas;
        const auto tape = Tape::build(market.data(), request);
        if (!tape)
            qFatal("%s", describe(tape.error()).c_str());
        return *tape;
    }
    std::size_t stepAt(Time time) const
    {
        for (std::size_t i = 0; i < tape->size(); ++i)
            if (tape->timeAt(i) == time)
                return i;
        qFatal("no step at %s", formatIso(time).c_str());
    }
    void price()
    {
        for (const Venue venue : kExchanges) {
            const auto i = exchangeIndex(venue);
            book.reprice(venue, m_view.price(legs.spot[i]), m_view.price(legs.perp[i]));
        }
    }

    StrategyInfo m_info;
    ParameterSchema m_schema;
    ParameterValues m_values;

  public:
    VenueRules venues;
    RiskLimits limits;
    std::unique_ptr<Strategy> strategy;
    std::shared_ptr<const Tape> tape;
    LegMap legs;
    VenueBook book;
    RiskState risk;
    StrategyMemory memory;
    Situation situation;
    std::function<void(Situation&)> change;
    std::vector<double> conditions;

  private:
    MarketView m_view;
};

} // namespace carry::test
