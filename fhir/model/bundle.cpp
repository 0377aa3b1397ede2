// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/bundle.hpp"

#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

extern const TypeInfo stu3_bundle;

constexpr auto bundle_link_elements =
    joined(backbone_base, elements(element<"relation", &BundleLink::relation>(in_summary),
                                   element<"url", &BundleLink::url>(in_summary)));
template <>
constinit const TypeInfo TypeOf<BundleLink>::info =
    complex_type<BundleLink>("Bundle.link", bundle_link_elements);

constexpr auto bundle_entry_search_elements =
    joined(backbone_base, elements(element<"mode", &BundleEntrySearch::mode>(in_summary),
                                   element<"score", &BundleEntrySearch::score>(in_summary)));
template <>
constinit const TypeInfo TypeOf<BundleEntrySearch>::info =
    complex_type<BundleEntrySearch>("Bundle.entry.search", bundle_entry_search_elements);

constexpr auto bundle_entry_request_elements = joined(
    backbone_base, elements(element<"method", &BundleEntryRequest::method>(in_summary),
                            element<"url", &BundleEntryRequest::url>(in_summary),
                            element<"ifNoneMatch", &BundleEntryRequest::if_none_match>(in_summary),
                            element<"ifModifiedSince", &BundleEntryRequest::if_modified_since>(in_summary),
                            element<"ifMatch", &BundleEntryRequest::if_match>(in_summary),
                            element<"ifNoneExist", &BundleEntryRequest::if_none_exist>(in_summary)));
template <>
constinit const TypeInfo TypeOf<BundleEntryRequest>::info =
    complex_type<BundleEntryRequest>("Bundle.entry.request", bundle_entry_request_elements);

constexpr auto bundle_entry_response_elements =
    joined(backbone_base, elements(element<"status", &BundleEntryResponse::status>(in_summary),
                                   element<"location", &BundleEntryResponse::location>(in_summary),
                                   element<"etag", &BundleEntryResponse::etag>(in_summary),
                                   element<"lastModified", &BundleEntryResponse::last_modified>(in_summary),
                                   element<"outcome", &BundleEntryResponse::outcome>(in_summary)));
template <>
constinit const TypeInfo TypeOf<BundleEntryResponse>::info =
    complex_type<BundleEntryResponse>("Bundle.entry.response", bundle_entry_response_elements);

constexpr auto bundle_entry_elements =
    joined(backbone_base, elements(element<"link", &BundleEntry::link>(in_summary),
                                   element<"fullUrl", &BundleEntry::full_url>(in_summary),
                                   element<"resource", &BundleEntry::resource>(in_summary),
                                   element<"search", &BundleEntry::search>(in_summary),
                                   element<"request", &BundleEntry::request>(in_summary),
                                   element<"response", &BundleEntry::response>(in_summary)));
template <>
constinit const TypeInfo TypeOf<BundleEntry>::info =
    complex_type<BundleEntry>("Bundle.entry", bundle_entry_elements);

constexpr auto bundle_elements = joined(
    resource_base,
    elements(element<"identifier", &Bundle::identifier>(in_summary),
             element<"type", &Bundle::type>(in_summary), element<"timestamp", &Bundle::timestamp>(in_summary),
             element<"total", &Bundle::total>(in_summary), element<"link", &Bundle::link>(in_summary),
             element<"entry", &Bundle::entry>(in_summary)));
template <>
constinit const TypeInfo TypeOf<Bundle>::info =
    resource_type<Bundle>("Bundle", bundle_elements, &stu3_bundle);

} // namespace fhir::schema

namespace fhir
{

const schema::TypeInfo& Bundle::declaration()
{
    return schema::TypeOf<Bundle>::info;
}

} // namespace fhir
