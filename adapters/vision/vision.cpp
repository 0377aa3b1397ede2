// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/vision.hpp"

#include "adapters/vision/wire.hpp"

#include <array>

namespace adapters::vision
{

namespace
{

constexpr std::array vision_setting_keys = {
    SettingKey{"user_name", "WS-Security user name that Vision issued to this gateway", true, false},
    SettingKey{"provider_id", "provider id that Vision issued to this gateway (opsReference)", true, false},
    SettingKey{"signing_key", "PEM key (RSA of at least 2048 bits) that signs the header of every request",
               true, true},
    SettingKey{"signing_certificate", "PEM certificate of that key, as registered with Vision", true, true},
    SettingKey{"search_identity",
               "service account that searches before a patient is known: account id|API key", false, true},
    SettingKey{"slots_per_page", "slots asked for at a time, 1 to 1000; 500 when absent", false, false},
    SettingKey{"linkage_path",
               "path of the linkage service below base_url; organisations/<ODS>/onlineservices/linkage when "
               "absent",
               false, false},
};

Capabilities vision_capabilities()
{
    Capabilities can;
    can.needs_search_identity = true;
    can.needs_patient_link = true;
    can.find_patient = true;
    can.cancel_reason = true;
    can.booking_reason = true;
    can.max_description = max_reason;
    return can;
}

} // namespace

SupplierSystem supplier_system()
{
    return {"vision",
            "Vision (patient-facing services)",
            vision_setting_keys,
            vision_capabilities(),
            make_adapter,
            make_simulator,
            "/"};
}

} // namespace adapters::vision
