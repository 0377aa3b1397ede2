// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class PublicationStatus
{
    draft,
    active,
    retired,
    unknown
};
enum class CapabilityKind
{
    instance,
    capability,
    requirements
};
enum class RestMode
{
    client,
    server
};
enum class SearchParamType
{
    number,
    date,
    string,
    token,
    reference,
    composite,
    quantity,
    uri,
    special
};
enum class Versioning
{
    no_version,
    versioned,
    versioned_update
};
enum class ConditionalRead
{
    not_supported,
    modified_since,
    not_match,
    full_support
};
enum class ConditionalDelete
{
    not_supported,
    single,
    multiple
};
enum class ReferencePolicy
{
    literal,
    logical,
    resolves,
    enforced,
    local
};

struct CapabilitySoftware : BackboneElement
{
    std::string name;
    std::optional<std::string> version;
    std::optional<DateTime> release_date;
};

struct CapabilityImplementation : BackboneElement
{
    std::string description;
    std::optional<Uri> url;
    std::optional<Reference> custodian;
};

struct CapabilitySecurity : BackboneElement
{
    std::optional<bool> cors;
    std::vector<CodeableConcept> service;
    std::optional<Markdown> description;
};

struct CapabilityInteraction : BackboneElement
{
    Code code;
    std::optional<Markdown> documentation;
};

struct CapabilitySearchParam : BackboneElement
{
    std::string name;
    std::optional<Uri> definition;
    SearchParamType type = SearchParamType::token;
    std::optional<Markdown> documentation;
};

struct CapabilityOperation : BackboneElement
{
    std::string name;
    Uri definition;
    std::optional<Markdown> documentation;
};

struct CapabilityRestResource : BackboneElement
{
    Code type;
    std::optional<Uri> profile;
    std::vector<Uri> supported_profile;
    std::optional<Markdown> documentation;
    std::vector<CapabilityInteraction> interaction;
    std::optional<Versioning> versioning;
    std::optional<bool> read_history;
    std::optional<bool> update_create;
    std::optional<bool> conditional_create;
    std::optional<ConditionalRead> conditional_read;
    std::optional<bool> conditional_update;
    std::optional<ConditionalDelete> conditional_delete;
    std::vector<ReferencePolicy> reference_policy;
    std::vector<std::string> search_include;
    std::vector<std::string> search_rev_include;
    std::vector<CapabilitySearchParam> search_param;
    std::vector<CapabilityOperation> operation;
};

struct CapabilityRest : BackboneElement
{
    RestMode mode = RestMode::server;
    std::optional<Markdown> documentation;
    std::optional<CapabilitySecurity> security;
    std::vector<CapabilityRestResource> resource;
    std::vector<CapabilityInteraction> interaction;
    std::vector<CapabilitySearchParam> search_param;
    std::vector<CapabilityOperation> operation;
    std::vector<Uri> compartment;
};

struct CapabilitySupportedMessage : BackboneElement
{
    Code mode; ///< `sender`, `receiver`
    Uri definition;
};

struct CapabilityMessaging : BackboneElement
{
    std::optional<UnsignedInt> reliable_cache;
    std::optional<Markdown> documentation;
    std::vector<CapabilitySupportedMessage> supported_message;
};

struct CapabilityStatement : DomainResource
{
    static const schema::TypeInfo& declaration();

    std::optional<Uri> url;
    std::optional<std::string> version;
    std::optional<std::string> name;
    std::optional<std::string> title;
    PublicationStatus status = PublicationStatus::active;
    std::optional<bool> experimental;
    DateTime date;
    std::optional<std::string> publisher;
    std::vector<ContactDetail> contact;
    std::optional<Markdown> description;
    std::vector<CodeableConcept> jurisdiction;
    std::optional<Markdown> purpose;
    std::optional<Markdown> copyright;
    CapabilityKind kind = CapabilityKind::instance;
    std::vector<Uri> instantiates;
    std::vector<Uri> imports;
    std::optional<CapabilitySoftware> software;
    std::optional<CapabilityImplementation> implementation;
    Code fhir_version;
    std::vector<Code> format;
    std::vector<Code> patch_format;
    std::vector<Uri> implementation_guide;
    std::vector<CapabilityRest> rest;
    std::vector<CapabilityMessaging> messaging;
    // Of STU3 alone:
    std::optional<Code> accept_unknown; ///< mandatory there: `no`, `extensions`, `elements`, `both`
    std::vector<Uri> profile;           ///< that it conforms to, written as references
};

} // namespace fhir
