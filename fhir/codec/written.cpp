// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/written.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/text_hash.hpp"

namespace fhir::codec
{

Written::Written(std::string json, std::size_t head_size)
    : json_(std::move(json)), head_size_(head_size), version_(content_version(json_))
{}

std::string Written::with_meta(std::string_view meta) const
{
    std::string whole;
    whole.reserve(json_.size() + 1 + meta.size());
    return whole.append(head()).append(",").append(meta).append(tail());
}

Written write_without_meta(const schema::TypeInfo& type, const void* resource)
{
    rest::OutBuffer out;
    write_resource(type, resource, out, {});
    const std::string_view json = out.view();
    // Our ids need no escapes, so the first quote behind `"id":"` ends the id.
    constexpr std::string_view id = R"(","id":")";
    const auto type_end = json.find('"', std::string_view(R"({"resourceType":")").size());
    const auto id_end = json.find('"', type_end + id.size());
    return Written(std::string(json), id_end + 1);
}

ContentVersion content_version(std::string_view json)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::uint64_t rest = text_hash(json);
    ContentVersion text;
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, rest >>= 4)
        *digit = digits[rest & 0xF];
    return text;
}

} // namespace fhir::codec
