// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_run.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

std::vector<double> doublesOf(const SQLite::Column& blob)
{
    std::vector<double> values(static_cast<std::size_t>(blob.getBytes()) / sizeof(double));
    if (!values.empty())
        std::memcpy(values.data(), blob.getBlob(), values.size() * sizeof(double));
    return values;
}

//! What the columns of a body say, whatever its type is.
struct BodyColumns {
    std::optional<Venue> venue, toVenue;
    Asset asset = Asset::USDT;
    std::optional<Asset> toAsset;
    std::optional<Side> side;
    Decimal quantity;
    Sizing sizing = Sizing::Exact;
    double ltv = 0;
    bool exactSell = false;
};

template <class T> T required(const std::optional<T>& value)
{
    if (!value)
        throw BadValue("an instruction is not complete");
    return *value;
}

Asset staked(Asset asset)
{
    if (!isLst(asset))
        throw BadValue("staking of " + std::string(toText(asset)));
    return asset;
}

std::uint8_t categoryOf(Decimal quantity)
{
    for (unsigned category = 0; category < 256; ++category)
        if (quantity == Decimal::fromInteger(category))
            return static_cast<std::uint8_t>(category);
    throw BadValue("unknown category " + quantity.toString());
}

//! In the order of InstructionBody.
using MakeBody = InstructionBody (*)(const BodyColumns&);
using Columns = const BodyColumns&;
constexpr std::array<MakeBody, kInstructionTypes.size()> kMakeBody{
    [](Columns c) -> InstructionBody {
        return Transfer{required(c.venue), required(c.toVenue), c.asset, c.quantity, c.sizing != Sizing::Exact};
    },
    [](Columns c) -> InstructionBody {
        return SpotTrade{required(c.venue), c.asset, required(c.side), c.quantity};
    },
    [](Columns c) -> InstructionBody {
        return PerpTrade{required(c.venue), c.asset, required(c.side), c.quantity};
    },
    [](Columns c) -> InstructionBody {
        return Swap{c.asset, required(c.toAsset), c.quantity, c.exactSell, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return Stake{staked(required(c.toAsset)), c.quantity, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return Unstake{staked(c.asset), c.quantity, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return Supply{c.asset, c.quantity, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return Withdraw{c.asset, c.quantity, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return Borrow{c.asset, c.quantity, c.sizing, c.ltv};
    },
    [](Columns c) -> InstructionBody {
        return Repay{c.asset, c.quantity, c.sizing};
    },
    [](Columns c) -> InstructionBody {
        return FlashBorrow{c.asset, c.quantity};
    },
    [](Columns c) -> InstructionBody {
        return FlashRepay{c.asset, c.quantity};
    },
    [](Columns c) -> InstructionBody { return SetEMode{categoryOf(c.quantity)}; },
};

static_assert(kMakeBody.size() == std::variant_size_v<InstructionBody>);

} // namespace

CostEstimate readCost(Fields& field)
{
    CostEstimate cost;
    cost.fees = field.real();
    cost.slippage = field.real();
    cost.gas = field.real();
    return cost;
}

InstructionBody readBody(Fields& field)
{
    const auto type = field.as<std::size_t>();
    BodyColumns columns;
    columns.venue = field.optionalEnumeration<Venue>();
    columns.toVenue = field.optionalEnumeration<Venue>();
    columns.asset = field.enumeration<Asset>();
    columns.toAsset = field.optionalEnumeration<Asset>();
    columns.side = field.optionalEnumeration<Side>();
    columns.quantity = field.decimal();
    columns.sizing = field.enumeration<Sizing>();
    columns.ltv = field.real();
    columns.exactSell = field.integer() != 0;
    if (type >= kMakeBody.size())
        throw BadValue("unknown type of instruction " + std::to_string(type));
    return kMakeBody[type](columns);
}

std::vector<ExpectedDelta> expectedOf(const std::string& json)
{
    std::vector<ExpectedDelta> expected;
    for (const auto& pair : nlohmann::json::parse(json))
        expected.push_back({pair.at(0).get<AccountId>(), pair.at(1).get<double>()});
    return expected;
}

namespace
{

const std::string kInstructions =
    "SELECT plan, phase, phase_kind, group_no, group_kind, i.instruction, purpose, " + std::string(kBodyColumns) +
    ", iteration, reference_price, cost_fees, cost_slippage, cost_gas, expected, "
    "to_state, time_ms, t.price, t.quantity, t.error, t.error_values, t.ltv, t.health_factor "
    "FROM instruction i LEFT JOIN transition t INDEXED BY transition_by_instruction "
    "ON t.run = i.run AND t.instruction = i.instruction "
    "WHERE i.run = ? ORDER BY i.instruction, t.step, t.seq";

StoredInstruction readInstruction(Fields& field)
{
    StoredInstruction stored;
    Instruction& instruction = stored.instruction;
    instruction.id = field.as<InstructionId>();
    instruction.purpose = field.enumeration<Purpose>();
    instruction.body = readBody(field);
    instruction.iteration = field.as<std::uint16_t>();
    instruction.referencePrice = field.real();
    instruction.cost = readCost(field);
    instruction.expected = expectedOf(field.text());
    stored.text = describeInstruction(instruction.body);
    return stored;
}

//! One more change of state; there is none in the row of an instruction that was only planned.
void applyTransition(Fields& field, StoredInstruction& stored)
{
    stored.state = field.optionalEnumeration<InstructionState>().value_or(InstructionState::Planned);
    stored.changed = field.optionalTime().value_or(Time{});
    if (const auto price = field.optionalReal().value_or(0); price != 0)
        stored.price = price;
    if (const Decimal quantity = field.decimal(); !quantity.isZero())
        stored.filled = quantity;
    if (auto error = field.error())
        stored.error = std::move(error);
    stored.ltv = field.optionalReal().value_or(absent(EmptyReason::NoDebt));
    stored.healthFactor = field.optionalReal().value_or(absent(EmptyReason::NoDebt));
}

template <class T> T& grown(std::vector<T>& list, std::size_t index)
{
    if (index > list.size())
        throw BadValue("a part of a plan is missing");
    return index == list.size() ? list.emplace_back() : list[index];
}

void readInstructions(SQLite::Database& database, std::int64_t run, std::map<PlanId, StoredPlan>& plans)
{
    auto rows = query(database, kInstructions, run);
    while (rows.executeStep()) {
        Fields field(rows);
        const auto plan = plans.find(field.as<PlanId>());
        if (plan == plans.end())
            throw BadValue("an instruction has no plan");
        StoredPhase& phase = grown(plan->second.phases, field.as<std::size_t>());
        phase.kind = field.enumeration<PhaseKind>();
        StoredGroup& group = grown(phase.groups, field.as<std::size_t>());
        group.kind = field.enumeration<GroupKind>();
        StoredInstruction read = readInstruction(field);
        // The rows of one instruction stand together, one for each of its changes.
        if (group.instructions.empty() || group.instructions.back().instruction.id != read.instruction.id)
            group.instructions.push_back(std::move(read));
        applyTransition(field, group.instructions.back());
    }
}

void readOutcomes(SQLite::Database& database, std::int64_t run, std::map<PlanId, StoredPlan>& plans)
{
    auto rows = query(database,
                      "SELECT kind, reference, a FROM event WHERE run = ? AND reference <> 0 ORDER BY step, seq", run);
    while (rows.executeStep()) {
        Fields field(rows);
        const auto kind = field.enumeration<EventKind>();
        const auto plan = plans.find(field.as<PlanId>());
        if (plan == plans.end())
            continue;
        if (kind == EventKind::PlanCompleted)
            plan->second.outcome = PlanOutcome::Completed;
        else if (kind == EventKind::PlanFailed)
            plan->second.outcome = PlanOutcome::Failed;
        else if (kind == EventKind::PlanDenied)
            plan->second.outcome = field.enumeration<PlanOutcome>();
        else if (kind == EventKind::PlanInterrupted)
            plan->second.interrupted = true;
    }
}

} // namespace

std::vector<StoredDecision> readDecisions(SQLite::Database& database, std::int64_t run)
{
    std::vector<StoredDecision> decisions;
    auto rows = query(database,
                      "SELECT s.time_ms, d.step, d.action, d.reason, d.plan, d.n0, d.n1, d.n2, d.n3, d.conditions "
                      "FROM decision d JOIN step s ON s.run = d.run AND s.step = d.step "
                      "WHERE d.run = ? AND d.action <> 0 ORDER BY d.step, d.seq",
                      run);
    while (rows.executeStep()) {
        Fields field(rows);
        StoredDecision& stored = decisions.emplace_back();
        stored.time = field.time();
        stored.decision.step = field.as<std::uint32_t>();
        stored.decision.action = field.enumeration<Action>();
        stored.decision.reason = field.enumeration<Reason>();
        stored.decision.plan = field.as<PlanId>();
        for (double& number : stored.decision.numbers)
            number = field.optionalReal().value_or(std::nan(""));
        stored.conditions = doublesOf(field.next());
        stored.reason = reasonText(stored.decision.reason, stored.decision.numbers);
    }
    return decisions;
}

std::vector<StoredPlan> readPlans(SQLite::Database& database, std::int64_t run)
{
    std::map<PlanId, StoredPlan> plans;
    auto rows = query(database,
                      "SELECT p.plan, s.time_ms, p.step, p.action, p.cost_fees, p.cost_slippage, p.cost_gas "
                      "FROM plan p JOIN step s ON s.run = p.run AND s.step = p.step WHERE p.run = ? ORDER BY p.plan",
                      run);
    while (rows.executeStep()) {
        Fields field(rows);
        StoredPlan plan;
        plan.id = field.as<PlanId>();
        plan.time = field.time();
        plan.step = field.as<std::uint32_t>();
        plan.action = field.enumeration<Action>();
        plan.cost = readCost(field);
        plans.emplace(plan.id, std::move(plan));
    }
    readInstructions(database, run, plans);
    readOutcomes(database, run, plans);
    std::vector<StoredPlan> list;
    for (auto& [id, plan] : plans)
        list.push_back(std::move(plan));
    return list;
}

} // namespace carry
