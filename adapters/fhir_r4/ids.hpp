// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/local_names.hpp"

namespace adapters::fhir_r4
{

using r4::LocalReference;

/// The same for a server with a base of its own.
class Ids : public r4::LocalNames
{
public:
    /// `service_root`: the server's base as it writes it in its own links, with or without a slash at the
    /// end.
    Ids(const fhir::OdsCode& ods, std::string_view identifier_base, std::string_view service_root);

    /// Nothing for fragments, logical URNs, other hosts.
    std::optional<LocalReference> local(std::string_view reference) const override;
    /// What to ask this server for to follow a link that it sent; nothing for a link that leads anywhere
    /// else or cannot be a request target.
    std::optional<std::string> target_of(std::string_view link) const;

private:
    std::string root_; ///< with a slash at the end
};

} // namespace adapters::fhir_r4
