// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/found_bundle.hpp"

#include "fhir/bars/names.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/ids.hpp"

namespace gateway::faces::bars
{

fhir::Bundle found_bundle(const Call& call, const Services& services, std::string_view type,
                          std::vector<std::pair<std::string, fhir::AnyResource>> found,
                          std::string_view nothing)
{
    fhir::Bundle bundle;
    bundle.id = adapters::new_uuid(services.clock, services.random);
    bundle.meta.emplace().profile.emplace_back(std::string(fhir::bars::profile::uk_core) + "Bundle");
    bundle.meta->last_updated = services.clock.now();
    bundle.timestamp = services.clock.now();
    bundle.total = fhir::UnsignedInt{static_cast<std::int32_t>(found.size())};
    bundle.link.emplace_back();
    bundle.link.back().relation = "self";
    bundle.link.back().url = fhir::Uri(call.base_url + "/" + std::string(type));
    const auto add = [&](std::string url, fhir::AnyResource resource, fhir::SearchEntryMode mode) {
        fhir::BundleEntry& entry = bundle.entry.emplace_back();
        entry.full_url = fhir::Uri(std::move(url));
        entry.resource = std::move(resource);
        entry.search.emplace().mode = mode;
    };
    for (auto& [id, resource] : found)
        add("urn:uuid:" + id, std::move(resource), fhir::SearchEntryMode::match);
    if (found.empty())
        add(urn_of("nothing/" + *bundle.id), note_of(nothing, fhir::IssueSeverity::information),
            fhir::SearchEntryMode::outcome);
    return bundle;
}

} // namespace gateway::faces::bars
