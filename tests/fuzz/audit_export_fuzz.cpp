// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export_verifier.hpp"

#include <cstdlib>

/// No bytes are a whole export under a key that has signed nothing, and no line has two meanings.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    static const auto key = gateway::audit::generate_signing_key();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    gateway::audit::ExportVerifier verifier({key.public_key()});
    verifier.feed(text);
    if (verifier.finish())
        std::abort();
    if (const auto entry = gateway::audit::parse_canonical(text);
        entry && gateway::audit::canonical(*entry) != text)
        std::abort();
    if (const auto point = gateway::audit::parse_checkpoint(text);
        point && gateway::audit::signed_text(*point) != text)
        std::abort();
    return 0;
}
