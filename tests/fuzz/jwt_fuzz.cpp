// SPDX-License-Identifier: Apache-2.0
#include "gateway/identity/jwt.hpp"

#include <cstdlib>

/// A token nobody signed is never verified, whatever its bytes.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    static const auto key = gateway::identity::generate_private_key(gateway::identity::KeyType::ec_p256);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto token = gateway::identity::UnverifiedJwt::parse(text);
    if (token && token->verify(key.public_key()))
        std::abort();
    (void)gateway::identity::parse_key_set(text, "input");
    return 0;
}
