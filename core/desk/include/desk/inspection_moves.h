// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_view.h"

#include <vector>

namespace carry
{

//! Where instructions are carried out, in the order in which lanes show them: the wallet stands between the exchanges
//! and what is on chain, because most funds go through it.
enum class Site : std::uint8_t { Binance, Bybit, Okx, Wallet, Dex, EtherFi, Lido, Aave };
inline constexpr std::size_t kSiteCount = 8;

Site siteOf(Venue venue); //!< exchanges, protocols; everything else is the wallet
//! Where it is carried out; of a transfer where it leaves.
Site siteOf(const InstructionBody& body);
//! That, and where it takes funds from or brings them to.
std::vector<Site> sitesOf(const InstructionBody& body);

//! Funds that an instruction brings from one site to another, net by asset and without gas.
struct FundsMove {
    enum class Stage : std::uint8_t { Planned, InFlight, Arrived, Undone };
    Site from = Site::Wallet, to = Site::Wallet;
    Asset asset = Asset::USDT;
    double amount = 0; //!< tokens; as planned until something is booked
    Stage stage = Stage::Planned;
};
//! As far as the ledger has come at the cursor; before that, and where nothing was booked, as planned or undone.
//! Orders at an exchange move nothing.
std::vector<FundsMove> fundsMoves(const RunView& view, InstructionId instruction);

} // namespace carry
