// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/ids.hpp"

#include "fhir/model/id.hpp"
#include "fhir/model/named_uuid.hpp"

namespace gateway::faces::bars
{

namespace
{

constexpr std::string_view urn = "urn:uuid:";

} // namespace

std::string uuid_of(std::string_view type_and_id)
{
    return fhir::named_uuid("bars/" + std::string(type_and_id));
}

std::string urn_of(std::string_view type_and_id)
{
    return std::string(urn) + uuid_of(type_and_id);
}

std::string_view uuid_in(std::string_view url)
{
    if (!url.starts_with(urn) || !fhir::is_uuid(url.substr(urn.size())))
        return {};
    return url.substr(urn.size());
}

std::string slot_system(std::string_view origin)
{
    return std::string(origin) + "/id/slot";
}

std::string schedule_system(std::string_view origin)
{
    return std::string(origin) + "/id/schedule";
}

std::string thread_system(std::string_view origin)
{
    return std::string(origin) + "/id/bars-thread";
}

std::string reference_system(std::string_view origin)
{
    return std::string(origin) + "/id/booking-reference";
}

std::string service_url(std::string_view origin)
{
    return std::string(origin) + "/fhir/StructureDefinition/dos-service";
}

std::string source_url(std::string_view origin)
{
    return std::string(origin) + "/fhir/StructureDefinition/message-source";
}

} // namespace gateway::faces::bars
