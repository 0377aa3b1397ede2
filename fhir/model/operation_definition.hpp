// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/capability_statement.hpp"

namespace fhir
{

struct OperationParameter : BackboneElement
{
    Code name;
    Code use; ///< `in`, `out`
    std::int32_t min = 0;
    std::string max;
    std::optional<std::string> documentation;
    std::optional<Code> type;
    std::vector<Uri> target_profile;
    std::vector<OperationParameter> part;
};

/// FHIR R4 OperationDefinition, without what a server's own operations never need (overload, inputProfile).
struct OperationDefinition : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::optional<Uri> url;
    std::optional<std::string> version;
    std::string name;
    std::optional<std::string> title;
    PublicationStatus status = PublicationStatus::active;
    Code kind;
    std::optional<bool> experimental;
    std::optional<DateTime> date;
    std::optional<std::string> publisher;
    std::optional<Markdown> description;
    std::optional<bool> affects_state;
    Code code;
    std::optional<Markdown> comment;
    std::optional<Uri> base;
    std::vector<Code> resource;
    bool system = false;
    bool type = false;
    bool instance = false;
    std::vector<OperationParameter> parameter;
};

} // namespace fhir
