// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>

namespace carry
{

//! Random numbers of the demo market: splitmix64 (Sebastiano Vigna, public domain,
//! https://prng.di.unimi.it/splitmix64.c). Integers and exact conversions only, so every machine draws the same values.
class DemoRandom
{
  public:
    //! Each quantity draws from its own stream: changing one leaves the others as they are.
    DemoRandom(std::uint64_t seed, std::uint64_t stream) : m_state(seed)
    {
        m_state = next() ^ (stream * 0xD1B54A32D192ED03U);
        m_state = next();
    }

    std::uint64_t next()
    {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }

    //! In [0, 1), multiples of 2^-53.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    //! Mean 0, variance 1, within +-6: the sum of twelve 16-bit uniforms (Irwin-Hall). The libraries' normal
    //! distributions and logarithms differ between platforms, integer sums do not.
    double gaussian()
    {
        std::int64_t sum = -6 * 65535;
        for (int i = 0; i < 3; ++i) {
            const std::uint64_t bits = next();
            sum += static_cast<std::int64_t>((bits & 0xFFFFU) + ((bits >> 16) & 0xFFFFU) + ((bits >> 32) & 0xFFFFU) +
                                             (bits >> 48));
        }
        return static_cast<double>(sum) * 0x1p-16;
    }

  private:
    std::uint64_t m_state;
};

} // namespace carry
