// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/token_command.hpp"

#include "gateway/identity/jwt.hpp"

namespace gateway::cli
{

fhir::Result<std::string> make_assertion(const AssertionOptions& options, const adapters::Clock& clock,
                                         adapters::Random& random)
{
    const auto key = identity::load_private_key(options.key_file);
    if (!key)
        return std::unexpected(key.error());
    const auto expires = identity::to_numeric_date(clock.now() + std::chrono::minutes(4));
    return identity::sign_jwt(*key, "JWT",
                              fhir::codec::JsonValue::object({{"iss", options.client_id},
                                                              {"sub", options.client_id},
                                                              {"aud", options.token_url},
                                                              {"exp", expires},
                                                              {"jti", adapters::new_uuid(clock, random)}}));
}

} // namespace gateway::cli
