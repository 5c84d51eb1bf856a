// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"

#include <cmath>

namespace carry::made
{
namespace
{

Decimal dec(const char* text)
{
    return *Decimal::parse(text);
}

//! Numbers the instructions of a plan as they are made.
class PlanMaker
{
  public:
    Instruction make(Purpose purpose, InstructionBody body, std::uint16_t iteration = 0)
    {
        Instruction made;
        made.id = ++m_last;
        made.purpose = purpose;
        made.body = std::move(body);
        made.iteration = iteration;
        made.referencePrice = 1.0375;
        made.cost = {0, 0.0001, 0.0005};
        made.expected = {{2, -1.5}};
        return made;
    }

  private:
    InstructionId m_last = 0;
};

Group loopOf(PlanMaker& make)
{
    Group loop{GroupKind::Loop, {}};
    for (std::uint16_t i = 1; i <= 2; ++i) {
        loop.instructions.push_back(make.make(
            Purpose::StakeFunds, Stake{Asset::weETH, dec("7.25"), i == 1 ? Sizing::Exact : Sizing::Previous}, i));
        loop.instructions.push_back(make.make(Purpose::Lever, Supply{Asset::weETH, dec("7"), Sizing::Previous}, i));
        loop.instructions.push_back(make.make(Purpose::Lever, Borrow{Asset::ETH, dec("6.5"), Sizing::ToLtv, 0.9}, i));
    }
    return loop;
}

Plan enterPlan()
{
    PlanMaker make;
    Plan plan;
    plan.id = 1;
    plan.action = Action::InitialSetup;
    plan.cost = {0, 0.001, 0.005};
    Phase mode{PhaseKind::OnChain, {{GroupKind::Sequence, {make.make(Purpose::Lever, SetEMode{1})}}}};
    Phase loop{PhaseKind::OnChain, {}};
    loop.groups.push_back(loopOf(make));
    Phase atomic{PhaseKind::OnChain, {}};
    atomic.groups.push_back(
        {GroupKind::Atomic,
         {make.make(Purpose::Delever, FlashBorrow{Asset::ETH, dec("2")}),
          make.make(Purpose::Delever, Repay{Asset::ETH, dec("2"), Sizing::Previous}),
          make.make(Purpose::Delever, Withdraw{Asset::weETH, dec("2.1"), Sizing::Exact}),
          make.make(Purpose::Delever, Swap{Asset::weETH, Asset::ETH, dec("2.1"), true, Sizing::Previous}),
          make.make(Purpose::Delever, FlashRepay{Asset::ETH, dec("2.001")})}});
    Phase rest{PhaseKind::Transfers, {}};
    rest.groups.push_back(
        {GroupKind::Sequence,
         {make.make(Purpose::Unwind, Unstake{Asset::weETH, dec("0.5"), Sizing::Everything}),
          make.make(Purpose::ReturnFunds, Transfer{Venue::Wallet, Venue::Okx, Asset::ETH, dec("0.1"), true}),
          make.make(Purpose::OpenSpot, SpotTrade{Venue::Okx, Asset::ETH, Side::Sell, dec("0.05")}),
          make.make(Purpose::Hedge, PerpTrade{Venue::Okx, Asset::ETH, Side::Sell, dec("0.05")})}});
    plan.phases = {mode, loop, atomic, rest};
    return plan;
}

//! The figures on chain of a step. Without debt there is neither LTV nor health factor.
void setChain(Maker& m, double index, double ratio, double healthFactor)
{
    const ColumnLayout& layout = m.record().layout();
    const auto set = [&](ChainColumn column, double value) { m.at(layout.onChain(column)) = value; };
    set(ChainColumn::Collateral, 14 * index * ratio);
    set(ChainColumn::Debt, std::isnan(healthFactor) ? 0 : 12.5 * index);
    set(ChainColumn::Ltv, std::isnan(healthFactor) ? absent(EmptyReason::NoDebt) : 12.5 / 14 / ratio);
    set(ChainColumn::HealthFactor, std::isnan(healthFactor) ? absent(EmptyReason::NoDebt) : healthFactor);
    set(ChainColumn::LstRatio, ratio);
    set(ChainColumn::LstMarket, ratio * 0.9995);
    set(ChainColumn::LstDiscount, 0.0005);
    set(ChainColumn::LstIndex, 1.0000000001);
    set(ChainColumn::EthIndex, 1.04);
    set(ChainColumn::EthBorrowIndex, index);
    set(ChainColumn::UsdtIndex, 1.11);
    set(ChainColumn::Unstaking, 0);
    set(ChainColumn::WalletEth, 0.1);
    set(ChainColumn::EthPrice, 1);
    set(ChainColumn::EthUsd, 3'012.5);
}

void reprice(Maker& m, double index, double ratio)
{
    const ChartOfAccounts& chart = m.record().chart();
    Books& books = m.books();
    books.reprice(chart.wallet(Asset::ETH), UnitValue{1, 1, 1});
    books.reprice(chart.lst(), UnitValue{1, ratio, 1});
    books.reprice(chart.aave(Asset::weETH).supply, UnitValue{1.0000000001, ratio, 1});
    books.reprice(chart.aave(Asset::ETH).debt, UnitValue{index, 1, 1});
}

void carryOut(Maker& m)
{
    const ChartOfAccounts& chart = m.record().chart();
    const AaveAccounts& lst = chart.aave(Asset::weETH);
    const AaveAccounts& eth = chart.aave(Asset::ETH);
    using enum InstructionState;
    const std::int64_t now = toMs(m.record().info().from);
    m.post(chart.wallet(Asset::ETH), chart.outside(Asset::ETH), "14.5", Cause::Staking, 2);
    m.post(chart.outside(Asset::weETH), chart.lst(), "14", Cause::Staking, 2);
    m.post(chart.lst(), chart.outside(Asset::weETH), "14", Cause::Lending, 3);
    m.post(lst.outsideSupply, lst.supply, "13.999999998600000001", Cause::Lending, 3);
    m.post(eth.debt, eth.outsideDebt, "11.9", Cause::Lending, 4);
    m.post(chart.outside(Asset::ETH), chart.wallet(Asset::ETH), "12.5", Cause::Lending, 4);
    m.post(chart.wallet(Asset::ETH), chart.outside(Asset::ETH), "0.0005", Cause::Gas, 4);
    for (InstructionId id = 1; id <= 4; ++id) {
        if (id == 4)
            setChain(m, 1.05, 1.0375, 1.0642857142857143);
        m.move(id, Planned, Submitted, now);
        m.move(id, Submitted, Acknowledged, now + 12'000);
        m.move(id, Acknowledged, Confirmed, now + 12'000, 1, dec("7.25"));
    }
    m.move(5, Planned, Cancelled, now + 12'000);
}

void tell(RunRecord& record, EventKind kind, std::array<double, 4> numbers)
{
    JournalEvent event;
    event.step = record.currentStep();
    event.kind = kind;
    event.scope = static_cast<std::uint8_t>(kBookScope);
    event.numbers = numbers;
    record.add(event);
}

void decide(RunRecord& record)
{
    DecisionRecord decision;
    decision.step = record.currentStep();
    decision.action = Action::InitialSetup;
    decision.reason = Reason::EthInWallet;
    decision.plan = 1;
    decision.numbers = {15, 0, 0, 0};
    record.add(decision);
}

RunInfo chainInfo(std::string runId)
{
    RunInfo made = info(std::move(runId));
    made.strategy = "eth_leveraged";
    made.preset = "eth-leveraged-loop";
    made.shareClass = Asset::ETH;
    made.base = Asset::ETH;
    made.assets = {Asset::ETH};
    made.capital = 15;
    made.chain = {true, Asset::weETH};
    made.to = made.from + 3 * kHour;
    return made;
}

} // namespace

MadeRun chainRun(std::string runId)
{
    Maker m(chainInfo(std::move(runId)));
    const ChartOfAccounts& chart = m.record().chart();
    const Time start = m.record().info().from;
    reprice(m, 1.05, 1.0375);
    setChain(m, 1.05, 1.0375, std::nan(""));
    m.post(chart.outside(Asset::ETH), chart.wallet(Asset::ETH), "15", Cause::External);
    m.commit(start);
    m.record().add(enterPlan(), m.record().currentStep());
    decide(m.record());
    carryOut(m);
    m.commit(start + kHour);
    reprice(m, 1.0500123, 1.0376001);
    setChain(m, 1.0500123, 1.0376001, 1.0123456789012345);
    tell(m.record(), EventKind::Reward, {4.5, 0.31, 0.0005, std::nan("")});
    m.post(chart.outside(Asset::ETH), chart.wallet(Asset::ETH), "0.0005", Cause::Reward);
    m.commit(start + 2 * kHour);
    reprice(m, 1.0500246, 1.0377002);
    setChain(m, 1.0500246, 1.0377002, 1.03);
    tell(m.record(), EventKind::LendingLiquidation, {6, 6.06, 0.99, 0});
    m.commit(start + 3 * kHour);
    return m.finish();
}

} // namespace carry::made
