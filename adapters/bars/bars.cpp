// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/bars.hpp"

#include "adapters/bars/client.hpp"

#include <array>

namespace adapters::bars
{

namespace
{

constexpr std::array known_settings{
    SettingKey{"service_root", "FHIR base of the proxy or receiver as it writes it in its own links", true,
               false},
    SettingKey{"service_id",
               "service id (Directory of Services) of the practice's bookable service; several with blanks "
               "between",
               true, false},
    SettingKey{"sender_service_id", "service id of this gateway, named as the source of messages", true,
               false},
    SettingKey{"use_case", "BaRS use-case code, a7t1 (patient-facing service to GP practice) unless set",
               false, false},
    SettingKey{
        "number_status",
        "verification status of NHS numbers where a consumer states none: number-present-and-verified, "
        "or number-present-but-not-traced (default)",
        false, false},
    SettingKey{"software_id", "name of this gateway in headers and messages, apptgw unless set", false,
               false},
    SettingKey{"software_version", "its version, 1 unless set", false, false},
    SettingKey{"client_id", "API key of this gateway; none where its certificate is enough", false, false},
    SettingKey{"token_url", "URL of the OAuth2 token endpoint; needed with client_id", false, false},
    SettingKey{"token_ca_file", "PEM certificates that a token endpoint outside service_root is trusted by",
               false, false},
    SettingKey{"private_key", "PEM key (RSA) that signs the client's assertions (RS512)", false, true},
    SettingKey{"key_id", "name (kid) of that key at the proxy", false, false},
};

} // namespace

Capabilities capabilities()
{
    Capabilities can;
    can.view_per_consumer = true; // receivers decide by organisation what they answer
    can.cancel_reason = true;
    can.delivery_channel = true;
    can.read_appointment = true;
    can.books_without_nhs_number = true; // a receiver must take who has none (Core)
    can.lists_cancelled = true;
    can.sees_attendance = true;
    can.sees_moves = true;
    can.booking_reason = true;
    can.max_description = max_description;
    return can;
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

SupplierSystem supplier_system()
{
    return {"bars",         "BaRS receiver (NHS Booking and Referral Standard)",
            known_settings, capabilities(),
            make_adapter,   make_simulator,
            "/FHIR/R4/"};
}

} // namespace adapters::bars
