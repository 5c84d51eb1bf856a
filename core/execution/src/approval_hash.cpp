// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/approval_hash.h"

#include "base/digest.h"

#include <bit>

namespace carry
{
namespace
{

//! Appends words with a blank before each.
class Line
{
  public:
    explicit Line(std::string start) : m_text(std::move(start)) {}

    Line& add(std::string_view word)
    {
        m_text += ' ';
        m_text += word;
        return *this;
    }
    Line& add(Decimal amount) { return add(amount.toString()); }
    Line& add(bool value) { return add(std::string_view(value ? "yes" : "no")); }
    Line& add(Sizing sizing) { return add(std::to_string(static_cast<int>(sizing))); }
    template <class E>
        requires std::is_same_v<E, Venue> || std::is_same_v<E, Asset> || std::is_same_v<E, Side>
    Line& add(E value)
    {
        return add(toText(value));
    }
    //! By its bits: a printed double may hide a difference.
    Line& addBits(double value) { return add(std::to_string(std::bit_cast<std::uint64_t>(value))); }
    std::string text() && { return std::move(m_text); }

  private:
    std::string m_text;
};

void write(Line& line, const Transfer& t)
{
    line.add(t.from).add(t.to).add(t.asset).add(t.amount).add(t.sweep);
}
void write(Line& line, const SpotTrade& t)
{
    line.add(t.venue).add(t.base).add(t.side).add(t.quantity);
}
void write(Line& line, const PerpTrade& t)
{
    line.add(t.venue).add(t.base).add(t.side).add(t.quantity);
}
void write(Line& line, const Swap& s)
{
    line.add(s.sell).add(s.buy).add(s.buyAmount).add(s.sellExact).add(s.sizing);
}
void write(Line& line, const Stake& s)
{
    line.add(s.token).add(s.amount).add(s.sizing);
}
void write(Line& line, const Unstake& u)
{
    line.add(u.token).add(u.amount).add(u.sizing);
}
void write(Line& line, const Supply& s)
{
    line.add(s.asset).add(s.amount).add(s.sizing);
}
void write(Line& line, const Withdraw& w)
{
    line.add(w.asset).add(w.amount).add(w.sizing);
}
void write(Line& line, const Borrow& b)
{
    line.add(b.asset).add(b.amount).add(b.sizing).addBits(b.ltv);
}
void write(Line& line, const Repay& r)
{
    line.add(r.asset).add(r.amount).add(r.sizing);
}
void write(Line& line, const FlashBorrow& f)
{
    line.add(f.asset).add(f.amount);
}
void write(Line& line, const FlashRepay& f)
{
    line.add(f.asset).add(f.amount);
}
void write(Line& line, const SetEMode& m)
{
    line.add(std::to_string(m.category));
}

} // namespace

std::string canonicalText(const Instruction& instruction)
{
    Line line(std::to_string(instruction.id));
    line.add(typeText(instruction.body));
    std::visit([&](const auto& body) { write(line, body); }, instruction.body);
    return std::move(line).text();
}

std::string canonicalText(const Plan& plan)
{
    std::string out;
    for (std::size_t p = 0; p < plan.phases.size(); ++p)
        for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g) {
            const Group& group = plan.phases[p].groups[g];
            for (const Instruction& i : group.instructions)
                out += std::to_string(p) + ' ' + std::to_string(g) + ' ' + std::string(toText(group.kind)) + ' ' +
                       canonicalText(i) + '\n';
        }
    return out;
}

std::string approvalHash(const Plan& plan)
{
    const std::string text = canonicalText(plan);
    Sha256 hash;
    hash.bytes(text.data(), text.size());
    return hash.hex();
}

} // namespace carry
