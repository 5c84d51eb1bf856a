// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace carry
{

//! Time and kind of consecutive steps, beside their columns.
struct StepHeads {
    std::span<std::int64_t> times; //!< ms
    std::span<std::uint8_t> bars;  //!< 1: a bar label
};

//! Where the columns of a record are that it does not hold. Any thread may call, several at once.
class ColumnSource
{
  public:
    virtual ~ColumnSource() = default;
    //! Rows [first, last) of some columns: column after column, last - first values each. With `heads` (as long as
    //! that) also those of the steps. StoreCorrupt, StoreOpen, StoreUnknownRun (no longer there); then what is in
    //! `into` is of no use.
    virtual Result<void> read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
                              const StepHeads* heads = nullptr) = 0;
    //! One value, for those who look at a few rows. Where it cannot be read it is absent, and there is a fault.
    virtual double value(std::size_t row, std::size_t column) = 0;
    //! The first failure of value() or read().
    virtual std::optional<Error> fault() const = 0;
};

} // namespace carry
