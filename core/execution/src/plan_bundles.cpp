// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/plan_bundles.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace carry
{
namespace
{

//! What a group touches: an exchange each, and the chain.
constexpr std::size_t kChainNode = kExchangeCount;
constexpr std::size_t kNodes = kExchangeCount + 1;

struct Touched {
    GroupRef ref;
    std::array<bool, kNodes> nodes{};
    bool buysGas = false, usesGas = false;
    bool drawsWallet = false, feedsWallet = false; //!< sends USDT from the wallet, to it
    double delta = 0;                              //!< coins, by its orders
    double traded = 0;                             //!< sum of the orders' quantities
};

std::size_t nodeOf(Venue exchange)
{
    return exchangeIndex(exchange);
}

void addOrder(Touched& t, Venue venue, Side side, Decimal quantity)
{
    t.nodes[nodeOf(venue)] = true;
    t.delta += (side == Side::Buy ? 1 : -1) * quantity.toDouble();
    t.traded += quantity.toDouble();
}

void addTransfer(Touched& t, const Transfer& transfer)
{
    for (const Venue end : {transfer.from, transfer.to})
        if (end != Venue::Wallet)
            t.nodes[nodeOf(end)] = true;
    t.usesGas |= transfer.from == Venue::Wallet;
    if (transfer.asset != Asset::USDT) {
        t.nodes[kChainNode] = true; // what is staked comes from there, and goes there to be sold
        return;
    }
    t.drawsWallet |= transfer.from == Venue::Wallet;
    t.feedsWallet |= transfer.to == Venue::Wallet;
}

Touched touchedBy(const Group& group, GroupRef ref)
{
    Touched t;
    t.ref = ref;
    for (const Instruction& i : group.instructions) {
        if (const auto* transfer = std::get_if<Transfer>(&i.body)) {
            addTransfer(t, *transfer);
        } else if (const auto* spot = std::get_if<SpotTrade>(&i.body)) {
            addOrder(t, spot->venue, spot->side, spot->quantity);
        } else if (const auto* perp = std::get_if<PerpTrade>(&i.body)) {
            addOrder(t, perp->venue, perp->side, perp->quantity);
        } else if (i.purpose == Purpose::BuyGas) {
            t.buysGas = true;
        } else {
            t.nodes[kChainNode] = true;
            t.usesGas = true;
        }
    }
    return t;
}

class UnionFind
{
  public:
    explicit UnionFind(std::size_t size) : m_parent(size) { std::iota(m_parent.begin(), m_parent.end(), 0U); }
    std::size_t root(std::size_t i) const
    {
        while (m_parent[i] != i)
            i = m_parent[i];
        return i;
    }
    void join(std::size_t a, std::size_t b)
    {
        a = root(a);
        b = root(b);
        m_parent[std::max(a, b)] = std::min(a, b);
    }

  private:
    std::vector<std::size_t> m_parent;
};

std::string nodeText(std::size_t node)
{
    return node == kChainNode ? "the same holdings on chain"
                              : "the same exchange: " + std::string(displayName(kExchanges[node]));
}

//! Groups, what joins them, and why.
class Bundling
{
  public:
    Bundling(const Plan& plan, double unhedged) : m_unhedged(unhedged), m_sets(0)
    {
        for (std::size_t p = 0; p < plan.phases.size(); ++p)
            for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g)
                m_groups.push_back(touchedBy(plan.phases[p].groups[g], {p, g}));
        m_sets = UnionFind(m_groups.size());
        m_why.resize(m_groups.size());
        joinByPlace();
        joinByHedge();
    }

    std::vector<GroupBundle> bundles() const
    {
        std::vector<GroupBundle> out;
        std::vector<std::size_t> indexOf(m_groups.size());
        std::vector<std::set<std::string>> why;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            const std::size_t root = m_sets.root(i);
            if (root == i) {
                indexOf[i] = out.size();
                out.emplace_back();
                why.emplace_back();
            }
            indexOf[i] = indexOf[root];
            out[indexOf[i]].groups.push_back(m_groups[i].ref);
            why[indexOf[i]].insert(m_why[i].begin(), m_why[i].end());
        }
        for (std::size_t b = 0; b < out.size(); ++b)
            for (const std::string& reason : why[b])
                out[b].why += (out[b].why.empty() ? "" : "; ") + reason;
        addNeeds(out, indexOf);
        return out;
    }

  private:
    void join(std::size_t a, std::size_t b, const std::string& why)
    {
        m_sets.join(a, b);
        m_why[a].insert(why);
        m_why[b].insert(why);
    }

    void joinByPlace()
    {
        for (std::size_t node = 0; node < kNodes; ++node) {
            std::optional<std::size_t> first;
            for (std::size_t i = 0; i < m_groups.size(); ++i) {
                if (!m_groups[i].nodes[node])
                    continue;
                if (first)
                    join(*first, i, nodeText(node));
                else
                    first = i;
            }
        }
    }

    //! Sets that alone would leave more unhedged than there is hedge each other: they go together.
    void joinByHedge()
    {
        double traded = 0;
        std::vector<double> delta(m_groups.size());
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            delta[m_sets.root(i)] += m_groups[i].delta;
            traded += m_groups[i].traded;
        }
        constexpr double kTolerance = 0.01; // of what is traded: lots differ from exchange to exchange
        std::optional<std::size_t> first;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            const bool more = std::abs(m_unhedged + delta[i]) > std::abs(m_unhedged) + kTolerance * traded;
            if (m_sets.root(i) != i || !more)
                continue;
            if (first)
                join(*first, i, "they hedge each other");
            else
                first = i;
        }
    }

    void addNeeds(std::vector<GroupBundle>& out, const std::vector<std::size_t>& indexOf) const
    {
        std::vector<std::set<std::size_t>> needs(out.size());
        for (std::size_t i = 0; i < m_groups.size(); ++i)
            for (std::size_t j = 0; j < m_groups.size(); ++j) {
                const bool gas = m_groups[i].usesGas && m_groups[j].buysGas;
                const bool funds =
                    m_groups[i].drawsWallet && m_groups[j].feedsWallet && m_groups[j].ref.phase < m_groups[i].ref.phase;
                if ((gas || funds) && indexOf[i] != indexOf[j])
                    needs[indexOf[i]].insert(indexOf[j]);
            }
        for (std::size_t b = 0; b < out.size(); ++b)
            out[b].needs.assign(needs[b].begin(), needs[b].end());
    }

    double m_unhedged;
    std::vector<Touched> m_groups;
    UnionFind m_sets;
    std::vector<std::set<std::string>> m_why;
};

bool contains(const std::vector<GroupRef>& groups, GroupRef ref)
{
    return std::ranges::find(groups, ref) != groups.end();
}

bool touches(const GroupBundle& bundle, const std::vector<GroupRef>& chosen)
{
    return std::ranges::any_of(bundle.groups, [&](GroupRef ref) { return contains(chosen, ref); });
}

} // namespace

std::string toText(GroupRef ref)
{
    return std::to_string(ref.phase + 1) + "." + std::to_string(ref.group + 1);
}

std::vector<GroupBundle> bundlesOf(const Plan& plan, double unhedged)
{
    return Bundling(plan, unhedged).bundles();
}

Result<void> checkClosed(const std::vector<GroupBundle>& bundles, const std::vector<GroupRef>& chosen)
{
    const auto missing = [](GroupRef group, GroupRef other, const std::string& why) {
        return fail(Error(ErrorCode::GateOrphan)
                        .with("group", toText(group))
                        .with("missing", toText(other))
                        .with("found", why));
    };
    for (const GroupBundle& bundle : bundles) {
        if (!touches(bundle, chosen))
            continue;
        const GroupRef there = *std::ranges::find_if(bundle.groups, [&](GroupRef r) { return contains(chosen, r); });
        for (const GroupRef ref : bundle.groups)
            if (!contains(chosen, ref))
                return missing(there, ref, bundle.why);
        for (const std::size_t needed : bundle.needs)
            for (const GroupRef ref : bundles[needed].groups)
                if (!contains(chosen, ref))
                    return missing(there, ref, "it pays with what that one brings to the wallet");
    }
    return {};
}

std::vector<GroupRef> closureOf(const std::vector<GroupBundle>& bundles, const std::vector<GroupRef>& chosen)
{
    std::vector<bool> in(bundles.size());
    std::vector<std::size_t> open;
    for (std::size_t b = 0; b < bundles.size(); ++b)
        if (touches(bundles[b], chosen))
            open.push_back(b);
    while (!open.empty()) {
        const std::size_t b = open.back();
        open.pop_back();
        if (in[b])
            continue;
        in[b] = true;
        open.insert(open.end(), bundles[b].needs.begin(), bundles[b].needs.end());
    }
    std::vector<GroupRef> out;
    for (std::size_t b = 0; b < bundles.size(); ++b)
        if (in[b])
            out.insert(out.end(), bundles[b].groups.begin(), bundles[b].groups.end());
    std::ranges::sort(out);
    return out;
}

} // namespace carry
