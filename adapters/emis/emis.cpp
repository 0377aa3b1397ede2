// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/emis.hpp"

#include "adapters/emis/wire.hpp"

#include <array>

namespace adapters::emis
{

namespace
{

constexpr std::array setting_keys = {
    SettingKey{"application_id", "identifier that EMIS issued to this gateway (X-API-ApplicationId)", true,
               false},
    SettingKey{"api_version", "interface version agreed with EMIS (X-API-Version)", true, false},
    SettingKey{"search_identity",
               "access identity of the service account that searches before a patient is known", false, true},
    SettingKey{"verification_token",
               "identity assertion for looking up the linkage key of a patient who has an account", false,
               true},
};

Capabilities emis_capabilities()
{
    Capabilities can;
    can.needs_search_identity = true;
    can.needs_patient_link = true;
    can.find_patient = true;
    can.cancel_reason = true;
    can.delivery_channel = true;
    can.booking_reason = true;
    can.delivers_messages = true;
    can.delivers_prescription_requests = true;
    can.max_description = max_booking_reason;
    return can;
}

} // namespace

SupplierSystem supplier_system()
{
    return {"emis",       "EMIS Web (patient-facing services)",
            setting_keys, emis_capabilities(),
            make_adapter, make_simulator,
            "/pfs/"};
}

} // namespace adapters::emis
