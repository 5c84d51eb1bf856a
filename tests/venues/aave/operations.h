// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "world.h"

namespace carry::aave::vectors
{

//! What a step of the vectors did in the model.
struct StepResult {
    std::optional<Failure> failure;
    Json events = Json::array(); //!< in the vectors' own form
    std::optional<exact::U256> returned;
    std::string unknown; //!< an operation or argument that is not modelled
};

//! Runs one step of the vectors; a failed one leaves the world as it was, but for the time.
StepResult runStep(World& world, const std::string& operation, const Json& arguments);

//! Several pool operations and wallet moves as one transaction: the first failure ends it.
class Transaction
{
  public:
    explicit Transaction(World& world) : m_world(world), m_before(world) {}

    //! Books what an operation did; ends the transaction if it was refused or a wallet lacks the tokens.
    const Outcome& take(const Done& done);
    void require(bool condition, Failure failure) const;
    World& world() { return m_world; }
    Pool& pool() { return m_world.pool(); }
    StepResult& result() { return m_result; }
    void rollBack() { m_world = m_before; }

  private:
    World& m_world;
    World m_before;
    Outcome m_last;
    StepResult m_result;
};

//! The transactions of contracts around the pool; they throw Failure.
void runFlashLoan(Transaction& t, const Json& arguments);
void runFlashLoanSimple(Transaction& t, const Json& arguments);
void runLeverMode2(Transaction& t, const Json& arguments);
void runLeverSimple(Transaction& t, const Json& arguments);
void runLeverLoop(Transaction& t, const Json& arguments);
void runDelever(Transaction& t, const Json& arguments);

//! An administration call; false if it is not modelled.
bool runConfig(Transaction& t, const Json& arguments);

} // namespace carry::aave::vectors
