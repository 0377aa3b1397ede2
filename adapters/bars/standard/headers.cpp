// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/standard/headers.hpp"

#include "adapters/bars/standard/names.hpp"

namespace adapters::bars::standard
{

JsonValue target_object(std::string_view service_id)
{
    return identifier_tree(system::service_id, service_id);
}

JsonValue organisation_object(std::string_view ods, std::string_view name)
{
    return JsonValue::object({{"resourceType", JsonValue("Organization")},
                              {"identifier", JsonValue::array({identifier_tree(system::ods, ods)})},
                              {"name", JsonValue(name)}});
}

JsonValue software_object(std::string_view id_system, std::string_view id, std::string_view version)
{
    return JsonValue::object({{"resourceType", JsonValue("Device")},
                              {"identifier", JsonValue::array({identifier_tree(id_system, id)})},
                              {"deviceName", JsonValue::object({{"name", JsonValue(id)},
                                                                {"type", JsonValue("manufacturer-name")}})},
                              {"version", JsonValue::object({{"value", JsonValue(version)}})}});
}

JsonValue practitioner_object(std::string_view sds_user_id)
{
    return JsonValue::object(
        {{"resourceType", JsonValue("PractitionerRole")},
         {"identifier", JsonValue::array({identifier_tree(system::user, sds_user_id)})}});
}

} // namespace adapters::bars::standard
