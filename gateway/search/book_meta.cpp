// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/book_meta.hpp"

#include "fhir/rest/message.hpp"

#include <variant>

namespace gateway::search
{

namespace
{

constexpr std::string_view last_source_sync = "http://hl7.org/fhir/StructureDefinition/lastSourceSync";
constexpr std::string_view uk_core_profile = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-";

} // namespace

MetaStamp::MetaStamp(std::string_view type, const fhir::OdsCode& ods, fhir::Instant seen,
                     std::string_view public_base)
{
    const std::string source = std::string(fhir::rest::origin_of(public_base)) + "/provider/" + ods.text();
    const std::string profile = std::string(uk_core_profile) + std::string(type);
    const std::string when = fhir::to_uk_text(seen);
    meta_.last_updated = seen;
    meta_.source = fhir::Uri(source);
    meta_.profile = {fhir::Uri(profile)};
    before_version_ = "\"meta\":{";
    if (type == "Slot") {
        fhir::Extension sync;
        sync.url = last_source_sync;
        sync.value = fhir::uk_date_time(seen);
        const std::string synced = fhir::to_text(fhir::uk_date_time(seen));
        before_version_ +=
            "\"extension\":[{\"url\":\"" + sync.url + "\",\"valueDateTime\":\"" + synced + "\"}],";
        meta_.extension.push_back(std::move(sync));
    }
    before_version_ += "\"versionId\":\"";
    after_version_ = "\",\"lastUpdated\":\"" + when + "\",\"source\":\"" + source + "\",\"profile\":[\"" +
                     profile + "\"]}";
}

fhir::Meta MetaStamp::meta(std::string_view version) const
{
    fhir::Meta copy = meta_;
    copy.version_id = std::string(version);
    return copy;
}

} // namespace gateway::search
