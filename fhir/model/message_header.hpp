// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class ResponseType
{
    ok,
    transient_error,
    fatal_error
};

struct MessageDestination : BackboneElement
{
    std::optional<std::string> name;
    std::optional<Reference> target;
    Uri endpoint;
    std::optional<Reference> receiver;
};

struct MessageSource : BackboneElement
{
    std::optional<std::string> name;
    std::optional<std::string> software;
    std::optional<std::string> version;
    std::optional<ContactPoint> contact;
    Uri endpoint;
};

struct MessageResponse : BackboneElement
{
    std::string identifier;
    ResponseType code = ResponseType::ok;
    std::optional<Reference> details;
};

struct MessageHeader : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::variant<std::monostate, Coding, Uri> event; ///< eventCoding, eventUri; one of them is there
    std::vector<MessageDestination> destination;
    std::optional<Reference> sender;
    std::optional<Reference> enterer;
    std::optional<Reference> author;
    MessageSource source;
    std::optional<Reference> responsible;
    std::optional<CodeableConcept> reason;
    std::optional<MessageResponse> response;
    std::vector<Reference> focus;
    std::optional<Uri> definition;
};

} // namespace fhir
