// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "engine/engine.h"
#include "support/made_market.h"

#include <QtTest>

#include <filesystem>

namespace carry::test
{

using Assignments = std::vector<std::string>;

inline Assignments operator+(Assignments a, const Assignments& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

//! Trades, transfers and debit cost nothing; no gas is kept.
inline const Assignments kNoCosts{"fees.binance.spot_taker=0",
                                  "fees.bybit.spot_taker=0",
                                  "fees.okx.spot_taker=0",
                                  "fees.binance.perp_taker=0",
                                  "fees.bybit.perp_taker=0",
                                  "fees.okx.perp_taker=0",
                                  "transfer.binance.withdrawal_fee_usdt=0",
                                  "transfer.bybit.withdrawal_fee_usdt=0",
                                  "transfer.okx.withdrawal_fee_usdt=0",
                                  "slippage.model=none",
                                  "margin.debit_apr=0",
                                  "chain.gas=false",
                                  "chain.gas_reserve_eth=0"};
inline const Assignments kNoLatency{"transfer.deposit_latency_min=0", "transfer.withdrawal_latency_min=0"};
inline const Assignments kNoGas{"chain.gas=false", "chain.gas_reserve_eth=0"};
//! Quantities of many decimals, so that fractions which binary numbers hold exactly stay what they are.
inline const Assignments kFineLots{"instruments.binance.spot_lot=0.00000001", "instruments.binance.perp_lot=0.00000001",
                                   "instruments.bybit.spot_lot=0.00000001",   "instruments.bybit.perp_lot=0.00000001",
                                   "instruments.okx.spot_lot=0.00000001",     "instruments.okx.perp_lot=0.00000001",
                                   "instruments.okx.contract_value=0"};

inline QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

inline void applyAll(RunConfiguration& configuration, const Assignments& assignments)
{
    for (const auto& assignment : assignments)
        if (auto applied = configuration.apply(assignment); !applied)
            qFatal("%s", describe(applied.error()).c_str());
}

//! A preset (or the defaults of a strategy, which has an underscore in its name) with changes, which must be right.
inline RunConfiguration configured(const std::string& presetOrStrategy, const Assignments& assignments = {})
{
    auto configuration = presetOrStrategy.find('_') != std::string::npos
                             ? RunConfiguration::forStrategy(presetOrStrategy)
                             : RunConfiguration::load(presetOrStrategy);
    if (!configuration)
        qFatal("%s", describe(configuration.error()).c_str());
    applyAll(*configuration, assignments);
    return *configuration;
}

//! A run that a test drives itself.
struct DrivenRun {
    RunConfiguration configuration;
    std::shared_ptr<RunRecord> record;
    std::unique_ptr<Engine> engine;
    RunSummary summary; //!< after the end

    DrivenRun(const RunConfiguration& c, const MarketData& data, const RunPeriod& period = {},
              const std::function<void(RunSetup&)>& change = {})
        : configuration(c)
    {
        auto setup = prepareRun(configuration, data, period);
        if (!setup)
            qFatal("%s", describe(setup.error()).c_str());
        if (change)
            change(*setup);
        record = std::make_shared<RunRecord>(describeRun(configuration, *setup, data, "test"));
        engine = std::make_unique<Engine>(std::move(*setup), record);
    }

    //! One step, which must succeed; false at the end.
    bool step()
    {
        const auto more = engine->step();
        if (!more)
            qFatal("%s", describe(more.error()).c_str());
        return *more;
    }
    //! Up to and including the step of this time.
    void stepTo(Time time)
    {
        while (record->committed() == 0 || record->time(record->committed() - 1) < time)
            if (!step())
                return;
    }
    DrivenRun& finish()
    {
        while (step()) {
        }
        summary = summarise(*record, engine->finalState(), configuration.values().number("metrics.risk_free"));
        return *this;
    }

    StepEnds ends() const { return record->committed() == 0 ? StepEnds{} : record->ends(record->committed() - 1); }
    std::size_t stepAt(Time time) const
    {
        for (std::size_t s = 0; s < record->committed(); ++s)
            if (record->time(s) == time)
                return s;
        qFatal("no step at %s", formatIso(time).c_str());
    }
    double at(std::size_t step, StepColumn c) const { return record->at(step, ColumnLayout::step(c)); }
    double at(std::size_t step, Venue venue, VenueColumn c) const
    {
        return record->at(step, ColumnLayout::venue(exchangeIndex(venue), c));
    }
    double netDelta(std::size_t step) const { return record->at(step, ColumnLayout::asset(0, AssetColumn::NetDelta)); }
    double balance(AccountId id) const { return engine->world().books.quantity(id); }
    double nav() const { return engine->world().books.nav(); }
    const ChartOfAccounts& chart() const { return record->chart(); }

    std::vector<DecisionRecord> decisions(std::optional<Action> action = {}) const
    {
        std::vector<DecisionRecord> found;
        for (std::size_t i = 0; i < ends().decisions; ++i)
            if (!action || record->decision(i).action == *action)
                found.push_back(record->decision(i));
        return found;
    }
    //! Decisions other than HOLD as "INITIAL_SETUP REBALANCE ...".
    QString actions() const
    {
        QStringList out;
        for (const auto& d : decisions())
            if (d.action != Action::Hold)
                out << text(toText(d.action));
        return out.join(' ');
    }
    Time timeOf(const DecisionRecord& d) const { return record->time(d.step); }
    std::vector<JournalEvent> events(EventKind kind) const
    {
        std::vector<JournalEvent> found;
        for (std::size_t i = 0; i < ends().events; ++i)
            if (record->event(i).kind == kind)
                found.push_back(record->event(i));
        return found;
    }
    std::vector<InstructionRecord> instructions(PlanId plan) const
    {
        std::vector<InstructionRecord> found;
        for (std::size_t i = 0; i < ends().instructions; ++i)
            if (record->instruction(i).plan == plan)
                found.push_back(record->instruction(i));
        return found;
    }
    //! "transfers: Transfer Wallet -> Binance 40000 USDT", in order.
    QStringList planTexts(PlanId plan) const
    {
        QStringList out;
        for (const auto& i : instructions(plan))
            out << text(toText(i.phaseKind)) + ": " + text(describeInstruction(i.instruction.body));
        return out;
    }
    std::vector<TransitionRecord> transitions(InstructionId id) const
    {
        std::vector<TransitionRecord> found;
        for (std::size_t i = 0; i < ends().transitions; ++i)
            if (record->transition(i).instruction == id)
                found.push_back(record->transition(i));
        return found;
    }
    InstructionState state(InstructionId id) const
    {
        const auto all = transitions(id);
        return all.empty() ? InstructionState::Planned : all.back().to;
    }
    //! Settlements that were told of, and what came in.
    double fundingCash(Venue venue) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < ends().funding; ++i)
            if (record->funding(i).venue == venue)
                sum += record->funding(i).cash.toDouble();
        return sum;
    }
};

inline bool contains(const QString& text, const char* part)
{
    return text.contains(QLatin1String(part));
}

//! What is wrong with a run's books: empty if the attribution explains every step, the ledger folds to the balances,
//! every asset is conserved, and every instruction took only allowed steps.
inline QString problems(const DrivenRun& run)
{
    const RunRecord& r = *run.record;
    const double capital = r.info().capital;
    for (std::size_t s = 0; s < r.committed(); ++s) {
        const double rest = run.at(s, StepColumn::Unexplained);
        if (!(std::abs(rest) < 1e-9 * capital))
            return QString("%1 unexplained at %2").arg(rest).arg(text(formatIso(r.time(s))));
        const double flows = run.at(s, StepColumn::ExternalFlows);
        double explained = 0;
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            explained += r.at(s, ColumnLayout::pnl(static_cast<PnlItem>(i)));
        if (!(std::abs(run.at(s, StepColumn::Nav) - capital - flows - explained) < 1e-9 * capital))
            return QString("the columns do not add up at %1").arg(text(formatIso(r.time(s))));
    }
    std::vector<Decimal> balances(r.chart().size());
    std::map<std::pair<Asset, Unit>, Decimal> sums;
    for (std::size_t i = 0; i < run.ends().ledger; ++i) {
        const Posting& p = r.ledger(i).posting;
        balances[p.from] -= p.amount;
        balances[p.to] += p.amount;
    }
    for (std::size_t i = 0; i < balances.size(); ++i) {
        const Account& account = r.chart().accounts()[i];
        sums[{account.asset, account.unit}] += balances[i];
        if (balances[i] != run.engine->world().books.balance(static_cast<AccountId>(i)))
            return QString("the ledger does not fold to the balance of %1").arg(text(account.key()));
    }
    for (const auto& [asset, sum] : sums)
        if (!sum.isZero())
            return QString("%1 is not conserved").arg(text(toText(asset.first)));
    std::map<InstructionId, InstructionState> states;
    for (std::size_t i = 0; i < run.ends().transitions; ++i) {
        const TransitionRecord& t = r.transition(i);
        const auto known = states.try_emplace(t.instruction, InstructionState::Planned).first;
        if (t.from != known->second || !isAllowed(t.from, t.to))
            return QString("instruction %1 went from %2 to %3").arg(t.instruction).arg(int(t.from)).arg(int(t.to));
        known->second = t.to;
    }
    return {};
}

inline std::filesystem::path marketDataFolder()
{
    if (const char* given = std::getenv("CARRYDESK_MARKET_DATA"); given != nullptr)
        return given;
    return std::filesystem::path(CARRYDESK_SOURCE_DIR) / "../shared/market-data";
}

//! The real data, read once a program; nothing where there are none.
inline const MarketData* realMarket()
{
    static const auto data = []() -> std::shared_ptr<const MarketData> {
        if (!std::filesystem::is_directory(marketDataFolder()))
            return nullptr;
        auto read = openData(marketDataFolder().string());
        if (!read)
            qFatal("%s", describe(read.error()).c_str());
        return *read;
    }();
    return data.get();
}

} // namespace carry::test

#define CARRYDESK_NEEDS_MARKET_DATA(name)                                                                              \
    const carry::MarketData* name = carry::test::realMarket();                                                         \
    if (name == nullptr)                                                                                               \
    QSKIP("skipped: no market data")
