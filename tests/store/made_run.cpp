// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"

#include <cmath>

namespace carry::made
{
namespace
{

using L = ColumnLayout;

constexpr Time kStart = fromMs(1'714'521'600'000); // 2024-05-01

Instruction instruction(InstructionId id, Purpose purpose, InstructionBody body)
{
    Instruction made;
    made.id = id;
    made.purpose = purpose;
    made.body = std::move(body);
    made.referencePrice = 60'000.5;
    made.cost = {1.25, 0.5, 0};
    made.expected = {{3, -0.1}, {4, 0.30000000000000004}};
    return made;
}

Plan plan()
{
    Plan made;
    made.id = 1;
    made.action = Action::InitialSetup;
    made.cost = {2.5, 1, 0.125};
    Phase transfers;
    transfers.kind = PhaseKind::Transfers;
    transfers.groups.push_back(
        {GroupKind::Sequence,
         {instruction(1, Purpose::FundVenue,
                      Transfer{Venue::Wallet, Venue::Binance, Asset::USDT, *Decimal::parse("40000.000001"), true})}});
    Phase trades;
    trades.kind = PhaseKind::BuySpot;
    trades.groups.push_back(
        {GroupKind::Atomic,
         {instruction(2, Purpose::OpenSpot, SpotTrade{Venue::Binance, Asset::BTC, Side::Buy, *Decimal::parse("0.1")}),
          instruction(3, Purpose::OpenShort,
                      PerpTrade{Venue::Binance, Asset::BTC, Side::Sell, *Decimal::parse("0.1")})}});
    trades.groups.push_back(
        {GroupKind::Loop,
         {instruction(4, Purpose::BuyGas, Swap{Asset::USDT, Asset::ETH, *Decimal::parse("0.000000000000000001")})}});
    made.phases = {transfers, trades};
    return made;
}

void decide(RunRecord& record, Action action, Reason reason, PlanId id, ReasonNumbers numbers)
{
    DecisionRecord decision;
    decision.step = record.currentStep();
    decision.action = action;
    decision.reason = reason;
    decision.plan = id;
    decision.numbers = numbers;
    record.add(decision);
}

void tell(RunRecord& record, EventKind kind, std::uint32_t reference, std::int32_t error = -1)
{
    JournalEvent event;
    event.step = record.currentStep();
    event.kind = kind;
    event.scope = static_cast<std::uint8_t>(kBookScope);
    event.reference = reference;
    if (error >= 0)
        event.error = Error(static_cast<ErrorCode>(error));
    event.numbers = {1.5, std::nan(""), 0, -2};
    record.add(event);
}

void settle(RunRecord& record, Venue venue, std::uint8_t flags, bool paid, Decimal cash)
{
    FundingRecord funding;
    funding.step = record.currentStep();
    funding.venue = venue;
    funding.flags = flags;
    funding.readingFlags = kReadingPeer;
    funding.paid = paid;
    funding.rate = 0.0001;
    funding.mark = 60'123.4;
    funding.ageHours = 0.5;
    funding.position = -0.1;
    funding.cash = cash;
    funding.file = 1;
    funding.line = 17;
    record.add(funding);
}

void openPlan(Maker& m)
{
    const ChartOfAccounts& chart = m.record().chart();
    const ExchangeAccounts& binance = chart.exchange(Venue::Binance);
    m.record().add(plan(), m.record().currentStep());
    decide(m.record(), Action::InitialSetup, Reason::CapitalInWallet, 1, {100'000, 0, 0, 0});
    using enum InstructionState;
    const std::int64_t now = toMs(kStart);
    m.move(1, Planned, Submitted, now);
    m.post(chart.wallet(Asset::USDT), binance.usdt, "40000.000001", Cause::Transfer, 1);
    m.move(1, Submitted, Acknowledged, now + 1);
    m.move(1, Acknowledged, Confirmed, now + 250, 1, *Decimal::parse("40000.000001"));
    m.move(2, Planned, Submitted, now + 250);
    m.move(3, Planned, Submitted, now + 250);
    m.post(binance.usdt, chart.outside(Asset::USDT), "6000.05", Cause::Trade, 2);
    m.post(chart.outside(Asset::BTC), binance.coin, "0.1", Cause::Trade, 2);
    m.post(binance.usdt, chart.outside(Asset::USDT), "4.2", Cause::TradeFee, 2);
    m.move(2, Submitted, Acknowledged, now + 300);
    m.move(2, Acknowledged, Confirmed, now + 300, 60'000.5, *Decimal::parse("0.1"));
    m.move(3, Submitted, Rejected, now + 301, 0, {}, static_cast<std::int32_t>(ErrorCode::CexInsufficientMargin));
}

} // namespace

RunInfo info(std::string runId, std::size_t conditions)
{
    RunInfo made;
    made.runId = std::move(runId);
    made.strategy = "btc_basis";
    made.preset = "basis-three-venues";
    made.capital = 100'000;
    made.configuration = {{"capital", "100000"}, {"margin.target", "0.5"}, {"name", "quote \" and ünïcode"}};
    made.dataName = "made";
    made.synthetic = true;
    made.dataDigest = std::string(64, 'd');
    made.from = kStart;
    made.to = kStart + 5 * kHour;
    for (std::size_t i = 0; i < conditions; ++i)
        made.conditions.push_back({"condition_" + std::to_string(i), "fraction", ConditionDefinition::Test::Below,
                                   0.1 * static_cast<double>(i)});
    made.assets = {Asset::BTC, Asset::ETH};
    made.files = {"spot.csv", "funding.csv"};
    Finding hole;
    hole.kind = FindingKind::MissingFunding;
    hole.severity = FindingSeverity::Warning;
    hole.rule = QualityRule::FundingPeerMean;
    hole.file = 1;
    hole.line = 9;
    hole.series = "okx:BTC:funding";
    hole.from = kStart;
    hole.count = 2;
    hole.detail = "0.0001 | -0.00031";
    made.findings = {hole};
    return made;
}

MadeRun smallRun(std::string runId)
{
    Maker m(info(std::move(runId)));
    const ChartOfAccounts& chart = m.record().chart();
    const ExchangeAccounts& binance = chart.exchange(Venue::Binance);
    m.books().setPrice(binance.coin, 60'000.5);
    m.post(chart.outside(Asset::USDT), chart.wallet(Asset::USDT), "100000", Cause::External);
    openPlan(m);
    m.at(m.record().layout().condition(0)) = 0.25;
    m.commit(kStart);
    decide(m.record(), Action::Hold, Reason::PlanOpen, 0, {});
    tell(m.record(), EventKind::PlanFailed, 1);
    tell(m.record(), EventKind::PlanningError, 0, static_cast<std::int32_t>(ErrorCode::ChainInsufficientGas));
    m.commit(kStart + kHour);
    m.books().reprice(binance.coin, 61'234.567);
    settle(m.record(), Venue::Binance, 0, /*paid=*/true, *Decimal::parse("0.60001234"));
    settle(m.record(), Venue::Okx, kFundingMissing | kFundingPeerMean, /*paid=*/false, {});
    m.post(chart.outside(Asset::USDT), binance.usdt, "0.60001234", Cause::Funding);
    m.commit(kStart + kHour + Duration{1}, /*bar=*/false);
    m.post(chart.outside(Asset::USDT), binance.usdt, "-12.345678901234567891", Cause::Liquidation);
    tell(m.record(), EventKind::Liquidation, 0);
    m.commit(kStart + 2 * kHour);
    m.post(chart.outside(Asset::USDT), chart.wallet(Asset::USDT), "500", Cause::External);
    decide(m.record(), Action::Rebalance, Reason::DeltaDrift, 0, {0.02, 0.01, 0, 0});
    m.commit(kStart + 3 * kHour);
    m.commit(kStart + 5 * kHour);
    return m.finish();
}

} // namespace carry::made
