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

//! Where a token is held on chain: a staked one counts as held at its protocol.
Site holderOf(Asset asset)
{
    return isLst(asset) ? siteOf(issuerOf(asset)) : Site::Wallet;
}

//! What its holder gets (> 0) or gives (< 0).
FundsMove between(Site site, Asset asset, Decimal toHolder, Stage stage)
{
    const Site holder = holderOf(asset);
    const double amount = toHolder.toDouble();
    return amount < 0 ? FundsMove{holder, site, asset, -amount, stage} : FundsMove{site, holder, asset, amount, stage};
}

//! The leg whose amount the instruction names.
std::vector<FundsMove> planned(const InstructionBody& body, Stage stage)
{
    const Site site = siteOf(body);
    const auto leg = [&](Asset asset, Decimal toHolder) {
        return holderOf(asset) == site ? std::vector<FundsMove>{} : std::vector{between(site, asset, toHolder, stage)};
    };
    const auto give = [&](Asset asset, Decimal amount) { return leg(asset, -amount); };
    const auto get = [&](Asset asset, Decimal amount) { return leg(asset, amount); };
    return std::visit(
        Overloaded{[&](const Transfer& t) {
                       return std::vector{FundsMove{siteOf(t.from), siteOf(t.to), t.asset, t.amount.toDouble(), stage}};
                   },
                   [](const SpotTrade&) { return std::vector<FundsMove>{}; },
                   [](const PerpTrade&) { return std::vector<FundsMove>{}; },
                   [](const SetEMode&) { return std::vector<FundsMove>{}; },
                   [&](const Swap& s) { return s.sellExact ? give(s.sell, s.buyAmount) : get(s.buy, s.buyAmount); },
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
        else if (movesFunds(posting.cause) && holds(from))
            held(from.asset) -= posting.amount;
        else if (movesFunds(posting.cause) && holds(to))
            held(to.asset) += posting.amount;
    }

    std::vector<FundsMove> moves() const
    {
        std::vector<FundsMove> all;
        for (const auto& [asset, amount] : m_held)
            if (!amount.isZero() && holderOf(asset) != m_site)
                all.push_back(between(m_site, asset, amount, Stage::Arrived));
        // What is given comes before what is got for it.
        std::stable_partition(all.begin(), all.end(), [this](const FundsMove& m) { return m.to == m_site; });
        all.insert(all.end(), m_sent.begin(), m_sent.end());
        return all;
    }

  private:
    Site leaves() const { return m_transfer != nullptr ? siteOf(m_transfer->from) : m_site; }
    Site arrives() const { return m_transfer != nullptr ? siteOf(m_transfer->to) : Site::Wallet; }
    //! Whether it is a token account on chain, outside of Aave.
    static bool holds(const Account& account)
    {
        return account.own() && account.unit == Unit::Token && siteOf(account.venue) == holderOf(account.asset);
    }
    Decimal& held(Asset asset)
    {
        for (auto& [each, amount] : m_held)
            if (each == asset)
                return amount;
        m_held.emplace_back(asset, Decimal{});
        return m_held.back().second;
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
    std::vector<std::pair<Asset, Decimal>> m_held;
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
    return std::visit(
        Overloaded{[](const Transfer& t) { return siteOf(t.from); }, [](const SpotTrade& t) { return siteOf(t.venue); },
                   [](const PerpTrade& t) { return siteOf(t.venue); }, [](const Swap&) { return Site::Dex; },
                   [](const Stake& s) { return siteOf(issuerOf(s.token)); },
                   [](const Unstake& u) { return siteOf(issuerOf(u.token)); }, [](const auto&) { return Site::Aave; }},
        body);
}

std::vector<Site> sitesOf(const InstructionBody& body)
{
    std::vector<Site> sites{siteOf(body)};
    for (const FundsMove& move : planned(body, Stage::Planned)) {
        sites.push_back(move.from);
        sites.push_back(move.to);
    }
    if (const auto* swap = std::get_if<Swap>(&body)) {
        sites.push_back(holderOf(swap->sell));
        sites.push_back(holderOf(swap->buy));
    }
    if (std::holds_alternative<Unstake>(body)) // what comes out of the queue
        sites.push_back(Site::Wallet);
    return sites;
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
    const InstructionState state = view.status(instruction).state;
    if (!moves.empty() || state == InstructionState::Confirmed)
        return moves;
    return planned(body, isFinal(state) ? Stage::Undone : Stage::Planned);
}

} // namespace carry
