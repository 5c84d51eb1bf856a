// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"

#include <bit>
#include <openssl/evp.h>
#include <stdexcept>

namespace carry
{

static_assert(std::endian::native == std::endian::little, "digests are defined over little-endian bytes");

struct Sha256::Impl {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Impl() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_impl(std::make_unique<Impl>())
{
    if (m_impl->context == nullptr || EVP_DigestInit_ex(m_impl->context, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available");
}

Sha256::~Sha256() = default;

void Sha256::bytes(const void* data, std::size_t size)
{
    if (size != 0)
        EVP_DigestUpdate(m_impl->context, data, size);
}

void Sha256::text(std::string_view value)
{
    u64(value.size());
    bytes(value.data(), value.size());
}

void Sha256::u64(std::uint64_t value)
{
    bytes(&value, sizeof value);
}

void Sha256::doubles(std::span<const double> values)
{
    bytes(values.data(), values.size_bytes());
}

std::string Sha256::hex()
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_impl->context, hash, &size);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += kDigits[hash[i] >> 4];
        out += kDigits[hash[i] & 15];
    }
    return out;
}

} // namespace carry
