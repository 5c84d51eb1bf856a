// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace carry
{

//! SHA-256 over a stream of little-endian values (FIPS 180-4, computed by OpenSSL).
class Sha256
{
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void bytes(const void* data, std::size_t size);
    void text(std::string_view value); //!< length, then bytes
    void u64(std::uint64_t value);
    void doubles(std::span<const double> values); //!< their bits
    //! Lower-case hexadecimal; the stream ends here.
    std::string hex();

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace carry
