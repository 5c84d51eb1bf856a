// SPDX-License-Identifier: GPL-3.0-or-later
// What the strategies do on chain, in made markets: plans line by line, closed forms, protection, failure.
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

MadeMarket ethMarket(std::size_t hours, double price, MadeMarket::Chain chain = {})
{
    MadeMarket market(hours, Asset::ETH, price);
    market.chain(std::move(chain));
    return market;
}

const Assignments kNoChainCosts = kNoCosts + Assignments{"chain.swap_fee=0", "chain.swap_slippage=0"};
const Assignments kFreeTransfers{"transfer.binance.withdrawal_fee_eth=0", "transfer.bybit.withdrawal_fee_eth=0",
                                 "transfer.okx.withdrawal_fee_eth=0"};

void print(const DrivenRun& run)
{
    for (const DecisionRecord& d : run.decisions())
        if (d.action != Action::Hold) {
            qInfo("%s %s: %s", formatIso(run.timeOf(d)).c_str(), std::string(toText(d.action)).c_str(),
                  reasonText(d.reason, d.numbers).c_str());
            for (const auto& i : run.instructions(d.plan))
                qInfo("   %s %s: %s [%d]", std::string(toText(i.phaseKind)).c_str(), std::string(toText(i.groupKind)).c_str(),
                      describeInstruction(i.instruction.body).c_str(), int(run.state(i.instruction.id)));
        }
}

} // namespace

class TestEngineChain : public QObject
{
    Q_OBJECT

  private slots:
    void seedLoop()
    {
        DrivenRun run(configured("leveraged-staking-seed"), ethMarket(48, 10'000.0 / 3).data());
        run.finish();
        print(run);
        QCOMPARE(problems(run), QString());
    }
    void seedAtomic()
    {
        DrivenRun run(configured("atomic-leveraged-staking-seed"), ethMarket(48, 10'000.0 / 3).data());
        run.finish();
        print(run);
        QCOMPARE(problems(run), QString());
    }
    void marginSupport()
    {
        auto market = ethMarket(24 * 20, 3000);
        market.prices([](std::size_t h) { return 3000.0 * (1 + std::min(1.2, static_cast<double>(h) / 200)); });
        DrivenRun run(configured("staking-hedged-leveraged"), market.data());
        run.finish();
        print(run);
        QCOMPARE(problems(run), QString());
    }
};

QTEST_APPLESS_MAIN(TestEngineChain)
#include "tst_engine_chain.moc"
