// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/capability_statement.hpp"

namespace fhir
{

struct UsageContext : Element
{
    Coding code;
    std::variant<std::monostate, CodeableConcept, Quantity, Range, Reference> value; ///< one of them is there
};

struct MessageFocus : BackboneElement
{
    Code code;
    std::optional<Uri> profile;
    UnsignedInt min;
    std::optional<std::string> max;
};

/// FHIR R4 MessageDefinition, without what a message that is answered in the same HTTP exchange never needs
/// (replaces, base, parent, allowedResponse, graph).
struct MessageDefinition : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::optional<Uri> url;
    std::vector<Identifier> identifier;
    std::optional<std::string> version;
    std::optional<std::string> name;
    std::optional<std::string> title;
    PublicationStatus status = PublicationStatus::active;
    std::optional<bool> experimental;
    DateTime date;
    std::optional<std::string> publisher;
    std::vector<ContactDetail> contact;
    std::optional<Markdown> description;
    std::vector<UsageContext> use_context;
    std::vector<CodeableConcept> jurisdiction;
    std::optional<Markdown> purpose;
    std::optional<Markdown> copyright;
    std::variant<std::monostate, Coding, Uri> event; ///< eventCoding, eventUri; one of them is there
    std::optional<Code> category;
    std::vector<MessageFocus> focus;
    std::optional<Code> response_required;
};

} // namespace fhir
