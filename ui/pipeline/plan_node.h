// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "plan_tree_model.h"

#include <optional>

namespace carry::ui
{

//! A row of the plan tree. `ref` by kind: Plan: id; Phase, Group, Iteration: index of its first instruction in the log;
//! Instruction: id; Transition, Entry: index into that log.
struct PlanTreeModel::Node {
    Kind kind = Kind::Plan;
    Node* parent = nullptr;
    int row = 0;
    std::size_t ref = 0;
    bool built = false; //!< children of a plan; for an instruction: they were asked for
    std::vector<std::unique_ptr<Node>> children;
    // Forgotten when the plan is looked at again.
    mutable std::optional<CostEstimate> actual;
    mutable std::optional<GroupLine> group;             //!< of a group
    mutable std::optional<std::vector<LoopStep>> steps; //!< of a loop
    void forget() const
    {
        actual.reset();
        group.reset();
        steps.reset();
    }

    Node* add(Kind childKind, std::size_t childRef)
    {
        auto child = std::make_unique<Node>();
        child->kind = childKind;
        child->parent = this;
        child->row = static_cast<int>(children.size());
        child->ref = childRef;
        children.push_back(std::move(child));
        return children.back().get();
    }
    template <class Visit> void eachInstruction(const Visit& visit) const
    {
        if (kind == Kind::Instruction)
            visit(*this);
        else
            for (const auto& child : children)
                child->eachInstruction(visit);
    }
};

} // namespace carry::ui
