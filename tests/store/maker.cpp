// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"

#include <cmath>
#include <random>

namespace carry::made
{
namespace
{
using L = ColumnLayout;
} // namespace

Maker::Maker(RunInfo info)
    : m_record(std::make_shared<RunRecord>(std::move(info))),
      m_books(std::make_shared<const ChartOfAccounts>(m_record->chart())), m_row(m_record->layout().count())
{
    m_books.setSink(m_record.get());
    for (std::size_t c = 0; c < m_record->layout().conditions; ++c)
        at(m_record->layout().condition(c)) = absent(EmptyReason::NotApplicable);
    for (std::size_t c = 0; m_record->layout().chain && c < kChainColumnCount; ++c)
        at(m_record->layout().onChain(static_cast<ChainColumn>(c))) = absent(EmptyReason::NoReading);
    for (std::size_t v = 0; v < kExchangeCount; ++v) {
        at(L::venue(v, VenueColumn::MarginRatio)) = absent(EmptyReason::NoNotional);
        at(L::venue(v, VenueColumn::LiquidationDistance)) = absent(EmptyReason::NoSolution);
        at(L::venue(v, VenueColumn::FundingApr)) = absent(EmptyReason::NoReading);
    }
}

void Maker::post(AccountId from, AccountId to, const char* amount, Cause cause, InstructionId instruction)
{
    m_books.post(from, to, *Decimal::parse(amount), cause, instruction);
}

void Maker::move(InstructionId id, InstructionState from, InstructionState to, std::int64_t timeMs, double price,
                 Decimal quantity, std::int32_t error)
{
    TransitionRecord t;
    t.step = m_record->currentStep();
    t.instruction = id;
    t.from = from;
    t.to = to;
    t.timeMs = timeMs;
    t.price = price;
    t.quantity = quantity;
    t.netDelta = 0.1;
    t.minMarginRatio = absent(EmptyReason::NoNotional);
    if (error >= 0)
        t.error = Error(static_cast<ErrorCode>(error)).with("available", "0.5").with("venue", "binance");
    if (m_record->layout().chain && !std::isnan(at(m_record->layout().onChain(ChainColumn::Ltv)))) {
        t.ltv = at(m_record->layout().onChain(ChainColumn::Ltv));
        t.healthFactor = at(m_record->layout().onChain(ChainColumn::HealthFactor));
    }
    m_record->add(t);
}

void Maker::commit(Time time, bool bar)
{
    const double flows = m_books.externalFlows() - m_record->info().capital;
    at(L::step(StepColumn::Nav)) = m_books.nav();
    at(L::step(StepColumn::UnitValue)) = (m_books.nav() - flows) / m_record->info().capital;
    at(L::step(StepColumn::ExternalFlows)) = flows;
    at(L::step(StepColumn::Unexplained)) = m_books.nav() - m_books.externalFlows() - m_books.attribution().sum();
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        at(L::pnl(static_cast<PnlItem>(i))) = m_books.attribution().totals()[i];
    for (const Venue venue : kExchanges)
        at(L::venue(exchangeIndex(venue), VenueColumn::Equity)) = m_books.venueEquity(venue);
    m_record->commit(time, bar, m_row.data());
    for (std::size_t c = 0; c < m_record->layout().conditions; ++c) // a decision's, and the next step may have none
        at(m_record->layout().condition(c)) = absent(EmptyReason::NotApplicable);
}

MadeRun Maker::finish()
{
    FinalState state;
    state.attribution = m_books.attribution();
    for (std::size_t id = 0; id < m_books.chart().size(); ++id) {
        state.balances.push_back(m_books.balance(static_cast<AccountId>(id)));
        state.prices.push_back(m_books.price(static_cast<AccountId>(id)));
    }
    MadeRun made{m_record, summarise(*m_record, state, 0.02)};
    made.summary.timing = {0.25, 0.5, 0.125, "2025-01-02T03:04:05Z"};
    return made;
}

namespace
{

//! The figures of one hour. Prices walk; what a basis position leaves at zero stays zero unless it is to be dense.
class Hours
{
  public:
    Hours(Maker& maker, bool dense) : m_maker(maker), m_dense(dense) {}

    void fill()
    {
        m_price *= 1 + 0.004 * noise();
        for (std::size_t v = 0; v < kExchangeCount; ++v)
            fillVenue(v);
        m_maker.at(L::step(StepColumn::Drawdown)) = std::abs(noise()) * 0.01;
        m_maker.at(L::step(StepColumn::DeltaDrift)) = std::abs(noise()) * 0.001;
        m_maker.at(L::step(StepColumn::WalletUsdt)) = 123.456789;
        fillAsset(0, noise() * 1e-9, 3.3 + noise() * 1e-3, std::round(m_price * 100) / 100);
        fillAsset(1, 0.05, 0.05, std::round(m_price * 5) / 100);
        const ColumnLayout& layout = m_maker.record().layout();
        for (std::size_t c = 0; c < layout.conditions; ++c)
            m_maker.at(layout.condition(c)) = c % 5 == 4 && !m_dense ? absent(EmptyReason::NotApplicable) : noise();
        if (m_dense)
            for (double& value : m_maker.row())
                value = value == 0 || std::isnan(value) ? noise() : value;
        m_maker.at(L::step(StepColumn::RiskLevel)) = m_dense ? 2 : 0;
    }
    void settle(Venue venue)
    {
        FundingRecord funding;
        funding.step = m_maker.record().currentStep();
        funding.venue = venue;
        funding.paid = true;
        funding.rate = 0.0001 * noise();
        funding.mark = std::round(m_price * 100) / 100;
        funding.position = -1.1;
        funding.cash = Decimal::fromDouble(funding.rate * funding.mark * 1.1, decimals());
        funding.line = funding.step;
        m_maker.record().add(funding);
        const ChartOfAccounts& chart = m_maker.record().chart();
        m_maker.books().post(chart.outside(Asset::USDT), chart.exchange(venue).usdt, funding.cash, Cause::Funding, 0);
    }
    void chargeInterest(Venue venue)
    {
        const ChartOfAccounts& chart = m_maker.record().chart();
        m_maker.books().post(chart.exchange(venue).usdt, chart.outside(Asset::USDT),
                             Decimal::fromDouble(0.1 + std::abs(noise()), decimals()), Cause::DebitInterest, 0);
    }

  private:
    void fillVenue(std::size_t v)
    {
        const ExchangeAccounts& accounts = m_maker.record().chart().exchange(kExchanges[v]);
        const double spot = std::round(m_price * (1 + noise() * 1e-4) * 100) / 100;
        const double mark = std::round(spot * (1 + noise() * 1e-4) * 100) / 100;
        m_maker.books().reprice(accounts.coin, spot);
        m_maker.books().reprice(accounts.perp, mark);
        const std::size_t first = L::venue(v, VenueColumn::Equity);
        const std::array<double, kVenueColumnCount> values{
            0, // equity: from the books
            mark * 1.1, mark * 1.1 * 0.005,   0.5 + 0.1 * noise(),   0.4 + 0.1 * noise(), spot,
            mark,       0.1 + 0.01 * noise(), m_dense ? noise() : 0, m_dense ? 2.0 : 0,
        };
        for (std::size_t c = 0; c < values.size(); ++c)
            m_maker.at(first + c) = values[c];
    }
    void fillAsset(std::size_t index, double net, double gross, double price)
    {
        m_maker.at(L::asset(index, AssetColumn::NetDelta)) = net;
        m_maker.at(L::asset(index, AssetColumn::GrossDelta)) = gross;
        m_maker.at(L::asset(index, AssetColumn::Price)) = price;
    }
    int decimals() const { return m_dense ? 18 : 8; }
    double noise() { return static_cast<double>(m_random()) / 2147483648.0 - 1.0; }

    Maker& m_maker;
    bool m_dense;
    double m_price = 60'000;
    std::mt19937 m_random{42};
};

} // namespace

MadeRun longRun(std::string runId, std::size_t steps, bool dense)
{
    RunInfo made = info(std::move(runId), 14);
    for (int i = 0; i < 80; ++i)
        made.configuration["section.key_" + std::to_string(i)] = std::to_string(0.5 * i);
    made.to = made.from + static_cast<int>(steps) * kHour;
    Maker m(std::move(made));
    const ChartOfAccounts& chart = m.record().chart();
    m.post(chart.outside(Asset::USDT), chart.wallet(Asset::USDT), "100000", Cause::External);
    for (const Venue venue : kExchanges) {
        m.post(chart.wallet(Asset::USDT), chart.exchange(venue).usdt, "30000", Cause::Transfer);
        m.post(chart.outside(Asset::BTC), chart.exchange(venue).coin, "1.1", Cause::Trade);
        m.post(chart.exchange(venue).perp, chart.outsideContracts(), "1.1", Cause::Trade);
    }
    Hours hours(m, dense);
    for (std::size_t step = 0; step < steps; ++step) {
        for (const Venue venue : kExchanges) {
            hours.chargeInterest(venue);
            if (step % 8 == 0)
                hours.settle(venue);
        }
        hours.fill();
        DecisionRecord hold;
        hold.step = m.record().currentStep();
        m.record().add(hold);
        m.commit(m.record().info().from + static_cast<int>(step) * kHour);
    }
    return m.finish();
}

} // namespace carry::made
