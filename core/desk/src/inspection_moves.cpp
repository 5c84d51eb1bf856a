// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/inspection_moves.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

template <class... Ts> struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

using Stage = FundsMove::Stage;

bool movesFunds(Cause cause)
{
    switch (cause) {
    case Cause::Trade:
    case Cause::Slippage:
    case Cause::DexFee:
    case Cause::FlashFee:
    case Cause::Flash:
    case Cause::Lending:
    case Cause::Staking:
        return true;
    default:
        return false;
    }
}

//! What the wallet gets (> 0) or gives (< 0), as planned.
FundsMove between(Site site, Asset asset, Decimal toWallet, Stage stage)
{
    const double amount = toWallet.toDouble();
    return amount < 0 ? FundsMove{Site::Wallet, site, asset, -amount, stage}
                      : FundsMove{site, Site::Wallet, asset, amount, stage};
}

//! The leg whose amount the instruction names.
std::vector<FundsMove> planned(const InstructionBody& body, Stage stage)
{
    const Site site = siteOf(body);
    const auto give = [&](Asset asset, Decimal amount) {
        return std::vector{FundsMove{Site::Wallet, site, asset, amount.toDouble(), stage}};
    };
    const auto get = [&](Asset asset, Decimal amount) {
        return std::vector{FundsMove{site, Site::Wallet, asset, amount.toDouble(), stage}};
    };
    return std::visit(Overloaded{[&](const Transfer& t) {
                                     return std::vector{
                                         FundsMove{siteOf(t.from), siteOf(t.to), t.asset, t.amount.toDouble(), stage}};
                                 },
                                 [](const SpotTrade&) { return std::vector<FundsMove>{}; },
                                 [](const PerpTrade&) { return std::vector<FundsMove>{}; },
                                 [](const SetEMode&) { return std::vector<FundsMove>{}; },
                                 [&](const Swap& s) {
                                     return s.sellExact ? give(s.sell, s.buyAmount) : get(s.buy, s.buyAmount);
                                 },
                                 [&](const Stake& s) { return give(Asset::ETH, s.amount); },
                                 [&](const Unstake& u) { return give(u.token, u.amount); },
                                 [&](const Supply& s) { return give(s.asset, s.amount); },
                                 [&](const Repay& r) { return give(r.asset, r.amount); },
                                 [&](const FlashRepay& f) { return give(f.asset, f.amount); },
                                 [&](const Withdraw& w) { return get(w.asset, w.amount); },
                                 [&](const Borrow& b) { return get(b.asset, b.amount); },
                                 [&](const FlashBorrow& f) { return get(f.asset, f.amount); }},
                      body);
}

//! Of the ledger entries of one instruction.
class Booked
{
  public:
    Booked(const RunRecord& record, const InstructionBody& body)
        : m_record(record), m_site(siteOf(body)), m_transfer(std::get_if<Transfer>(&body))
    {
    }

    void add(const Posting& posting)
    {
        const Account& from = m_record.chart().at(posting.from);
        const Account& to = m_record.chart().at(posting.to);
        if (to.venue == Venue::Chain)
            m_sent.push_back({leaves(), arrives(), to.asset, posting.amount.toDouble(), Stage::InFlight});
        else if (from.venue == Venue::Chain)
            arrived(from.asset);
        else if (movesFunds(posting.cause) && from.venue == Venue::Wallet)
            wallet(from.asset) -= posting.amount;
        else if (movesFunds(posting.cause) && to.venue == Venue::Wallet)
            wallet(to.asset) += posting.amount;
    }

    std::vector<FundsMove> moves() const
    {
        std::vector<FundsMove> all;
        for (const auto& [asset, amount] : m_wallet)
            if (!amount.isZero())
                all.push_back(between(m_site, asset, amount, Stage::Arrived));
        // What the wallet gives comes before what it gets for it.
        std::stable_partition(all.begin(), all.end(), [](const FundsMove& m) { return m.from == Site::Wallet; });
        all.insert(all.end(), m_sent.begin(), m_sent.end());
        return all;
    }

  private:
    Site leaves() const { return m_transfer != nullptr ? siteOf(m_transfer->from) : m_site; }
    Site arrives() const { return m_transfer != nullptr ? siteOf(m_transfer->to) : Site::Wallet; }
    Decimal& wallet(Asset asset)
    {
        for (auto& [each, amount] : m_wallet)
            if (each == asset)
                return amount;
        m_wallet.emplace_back(asset, Decimal{});
        return m_wallet.back().second;
    }
    void arrived(Asset asset)
    {
        for (FundsMove& move : m_sent)
            if (move.asset == asset && move.stage == Stage::InFlight) {
                move.stage = Stage::Arrived;
                return;
            }
    }

    const RunRecord& m_record;
    Site m_site;
    const Transfer* m_transfer;
    std::vector<std::pair<Asset, Decimal>> m_wallet;
    std::vector<FundsMove> m_sent;
};

} // namespace

Site siteOf(Venue venue)
{
    switch (venue) {
    case Venue::Binance:
        return Site::Binance;
    case Venue::Bybit:
        return Site::Bybit;
    case Venue::Okx:
        return Site::Okx;
    case Venue::AaveV3:
        return Site::Aave;
    case Venue::EtherFi:
        return Site::EtherFi;
    case Venue::Lido:
        return Site::Lido;
    case Venue::Wallet:
    case Venue::Chain:
    case Venue::Outside:
        break;
    }
    return Site::Wallet;
}

Site siteOf(const InstructionBody& body)
{
    return std::visit(Overloaded{[](const Transfer& t) { return siteOf(t.from); },
                                 [](const SpotTrade& t) { return siteOf(t.venue); },
                                 [](const PerpTrade& t) { return siteOf(t.venue); },
                                 [](const Swap&) { return Site::Dex; },
                                 [](const Stake& s) { return siteOf(issuerOf(s.token)); },
                                 [](const Unstake& u) { return siteOf(issuerOf(u.token)); },
                                 [](const auto&) { return Site::Aave; }},
                      body);
}

std::vector<FundsMove> fundsMoves(const RunView& view, InstructionId instruction)
{
    const RunRecord& record = *view.record();
    const InstructionBody& body = record.instruction(instruction - 1).instruction.body;
    if (std::holds_alternative<SpotTrade>(body) || std::holds_alternative<PerpTrade>(body))
        return {};
    Booked booked(record, body);
    for (const std::size_t entry : view.ledgerOfInstruction(instruction))
        booked.add(record.ledger(entry).posting);
    std::vector<FundsMove> moves = booked.moves();
    if (!moves.empty())
        return moves;
    const InstructionState state = view.status(instruction).state;
    return planned(body, isFinal(state) && state != InstructionState::Confirmed ? Stage::Undone : Stage::Planned);
}

} // namespace carry
