// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/running_hash.hpp"

#include "gateway/identity/crypto.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace gateway::audit
{

namespace
{

void must(int done)
{
    if (done != 1)
        throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

} // namespace

RunningHash::RunningHash() : context_(EVP_MD_CTX_new())
{
    must(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr));
}

RunningHash::RunningHash(const RunningHash& other) : context_(EVP_MD_CTX_new())
{
    must(EVP_MD_CTX_copy_ex(context_, other.context_));
}

RunningHash::~RunningHash()
{
    EVP_MD_CTX_free(context_);
}

void RunningHash::add(std::string_view bytes)
{
    must(EVP_DigestUpdate(context_, bytes.data(), bytes.size()));
}

std::string RunningHash::hex() const
{
    const RunningHash copy(*this);
    std::array<unsigned char, 32> digest{};
    must(EVP_DigestFinal_ex(copy.context_, digest.data(), nullptr));
    return identity::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

} // namespace gateway::audit
