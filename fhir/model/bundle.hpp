// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

enum class BundleType
{
    document,
    message,
    transaction,
    transaction_response,
    batch,
    batch_response,
    history,
    searchset,
    collection
};
enum class SearchEntryMode
{
    match,
    include,
    outcome
};
enum class HttpVerb
{
    get,
    head,
    post,
    put,
    delete_,
    patch
};

struct BundleLink : BackboneElement
{
    std::string relation;
    Uri url;
};

struct BundleEntrySearch : BackboneElement
{
    std::optional<SearchEntryMode> mode;
    std::optional<Decimal> score;
};

struct BundleEntryRequest : BackboneElement
{
    HttpVerb method = HttpVerb::get;
    Uri url;
    std::optional<std::string> if_none_match;
    std::optional<Instant> if_modified_since;
    std::optional<std::string> if_match;
    std::optional<std::string> if_none_exist;
};

struct BundleEntryResponse : BackboneElement
{
    std::string status;
    std::optional<Uri> location;
    std::optional<std::string> etag;
    std::optional<Instant> last_modified;
    std::optional<AnyResource> outcome;
};

struct BundleEntry : BackboneElement
{
    std::vector<BundleLink> link;
    std::optional<Uri> full_url;
    std::optional<AnyResource> resource;
    std::optional<BundleEntrySearch> search;
    std::optional<BundleEntryRequest> request;
    std::optional<BundleEntryResponse> response;
};

struct Bundle : Resource
{
    static const schema::TypeInfo& declaration();

    std::optional<Identifier> identifier;
    BundleType type = BundleType::searchset;
    std::optional<Instant> timestamp;
    std::optional<UnsignedInt> total;
    std::vector<BundleLink> link;
    std::vector<BundleEntry> entry;
};

} // namespace fhir
