// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "approval/approval_card.h"
#include "approval/hold_button.h"
#include "approval/proposal_model.h"
#include "support/gated_run.h"

#include <QtWidgets>

namespace carry::testing
{

using test::operator+;

inline GatePolicy manualPolicy(Duration validFor = 6 * kHour)
{
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    policy.validFor = validFor;
    return policy;
}

//! A card over the proposals of a real engine with a gate: what is decided goes to the gate, and after each step the
//! card is shown what the record says.
struct ShownCard {
    explicit ShownCard(GatePolicy policy = manualPolicy(), const test::MadeMarket& market = test::MadeMarket(96),
                       const std::string& strategy = "btc_basis",
                       const test::Assignments& more = test::kNoGas + test::kNoLatency, PreTradeLimits limits = {})
        : run(test::configured(strategy, more), market.data(), policy, limits)
    {
        card.setRun(run.record->info(), run.gate->setup());
        card.setUser(QStringLiteral("ann"));
        QObject::connect(&card, &ui::ApprovalCard::decided, &card, [this](const GateCommand& command) {
            decided.push_back(command);
            run.gate->submit(command);
        });
        QObject::connect(&card, &ui::ApprovalCard::partWanted, &card,
                         [this](std::uint32_t proposal, const std::vector<GroupRef>& groups) {
                             if (auto part = run.gate->partOf(proposal, groups))
                                 card.setPart(std::move(*part));
                         });
        card.resize(1060, 700);
        card.show();
        card.activateWindow();
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&card);
    }
    //! Runs to the next proposal and shows it.
    bool next()
    {
        if (!run.stepToProposal())
            return false;
        card.setProposal(run.gate->open());
        look();
        return true;
    }
    void step()
    {
        run.step();
        look();
    }
    void look()
    {
        if (!card.proposal())
            return;
        const Proposal& proposal = *card.proposal();
        RunView view(run.record);
        view.seek(view.length() - 1);
        auto present = ui::presentOf(view, proposal);
        present.now = run.now();
        present.open = run.gate->open() && run.gate->open()->number == proposal.number;
        present.trading = run.gate->state();
        if (present.open)
            present.drift = driftOf(proposal, run.engine->setup(), run.engine->world(), run.engine->market(),
                                    run.gate->setup().policy);
        card.setPresent(present);
    }
    template <class Widget> Widget* find(const char* name)
    {
        return card.findChild<Widget*>(QString::fromLatin1(name));
    }
    QString textOf(const char* label) { return find<QLabel>(label)->text(); }
    ui::HoldButton& approve() { return card.approveButton(); }
    //! The button is held by the mouse for so long.
    void hold(int ms)
    {
        QTest::mousePress(&approve(), Qt::LeftButton);
        QTest::qWait(ms);
        QTest::mouseRelease(&approve(), Qt::LeftButton);
    }

    test::GatedRun run;
    ui::ApprovalCard card;
    std::vector<GateCommand> decided;
};

} // namespace carry::testing
