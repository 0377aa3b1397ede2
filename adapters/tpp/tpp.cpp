// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/tpp.hpp"

#include "adapters/tpp/wire.hpp"

#include <array>

namespace adapters::tpp
{

namespace
{

constexpr std::array tpp_setting_keys = {
    SettingKey{"application_name", "name of this gateway as agreed with TPP (Application/@name)", true,
               false},
    SettingKey{"application_version", "version as agreed with TPP (Application/@version)", true, false},
    SettingKey{"provider_id", "provider id that TPP issued to this gateway (Application/@providerId)", true,
               false},
    SettingKey{"device_type", "device type as agreed with TPP; Server when absent", false, false},
    SettingKey{"search_identity",
               "service account that searches before a patient is known: account id|provider id|passphrase",
               false, true},
};

Capabilities tpp_capabilities()
{
    Capabilities can;
    can.needs_search_identity = true;
    can.needs_patient_link = true;
    can.find_patient = true;
    can.booking_reason = true;
    can.delivers_messages = true;
    can.delivers_prescription_requests = true;
    can.sees_moves = true;
    can.lists_slots = false;
    can.max_description = max_notes;
    return can;
}

} // namespace

SupplierSystem supplier_system()
{
    return {"tpp",
            "TPP SystmOne (SystmOnline)",
            tpp_setting_keys,
            tpp_capabilities(),
            make_adapter,
            make_simulator,
            "/"};
}

} // namespace adapters::tpp
