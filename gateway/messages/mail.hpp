// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <string>
#include <string_view>

namespace gateway::messages
{

struct Mail
{
    std::string from, to; ///< plain addresses
    std::string from_name;
    std::string subject, text; ///< UTF-8; lines end in `\n`
    std::string id;            ///< `email-patients-17@gateway.example.net`: the same however often it is sent
    fhir::Instant at{};
};

/// RFC 5322 with MIME, lines ended by CR LF, every one of at most 78 octets. No text of a mail becomes a
/// header.
std::string to_mime(const Mail& mail);

/// RFC 2047 where it is not plain ASCII; control characters are dropped.
std::string encoded_word(std::string_view text);

} // namespace gateway::messages
