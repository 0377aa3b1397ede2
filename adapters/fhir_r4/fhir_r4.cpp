// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/fhir_r4.hpp"

#include "adapters/fhir_r4/client.hpp"

#include <array>

namespace adapters::fhir_r4
{

namespace
{

constexpr std::array known_settings{
    SettingKey{"service_root",
               "base of the server as it writes it in its own links; references and next links below it are "
               "its own",
               true, false},
    SettingKey{"client_id", "OAuth2 client id of this gateway; none where its certificate is enough", false,
               false},
    SettingKey{"token_url", "URL of the OAuth2 token endpoint; needed with client_id", false, false},
    SettingKey{"token_ca_file", "PEM certificates that a token endpoint outside service_root is trusted by",
               false, false},
    SettingKey{"scope", "OAuth2 scope to ask for", false, false},
    SettingKey{"client_secret", "OAuth2 client secret, where the client has no key", false, true},
    SettingKey{"private_key", "PEM key (RSA or EC P-384) that signs the client's assertions", false, true},
    SettingKey{"key_id", "name (kid) of that key at the server", false, false},
    SettingKey{"slot_filter",
               "further search parameters for slots, percent-encoded, where a server holds more than one "
               "practice",
               false, false},
    SettingKey{"includes",
               "yes (default) or no: whether a search for slots also asks for what they refer to, where the "
               "server lists that",
               false, false},
    SettingKey{"search_by", "post (default) or get: how patients and appointments are searched for", false,
               false},
    SettingKey{
        "keeps_slots",
        "yes (default) or no: whether the server marks a slot as busy once it is booked; where it does "
        "not, slots that appointments stand for are left out, which takes everybody's appointments of "
        "that time to be searched",
        false, false},
    SettingKey{"multi_slot", "yes (default) or no: whether one appointment may take several slots", false,
               false},
};

} // namespace

Capabilities capabilities()
{
    Capabilities can;
    can.find_patient = true;
    can.register_patient = true;
    can.books_without_nhs_number = true;
    can.amend = true;
    can.cancel_reason = true;
    can.delivery_channel = true;
    can.multi_slot = true;
    can.read_appointment = true;
    can.lists_cancelled = true;
    can.sees_attendance = true;
    can.sees_moves = true;
    can.booking_reason = true;
    can.max_description = max_description;
    can.max_comment = max_comment;
    return can;
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

SupplierSystem supplier_system()
{
    return {"fhir_r4",      "FHIR R4 server with Schedule, Slot and Appointment",
            known_settings, capabilities(),
            make_adapter,   make_simulator,
            "/fhir/R4/"};
}

} // namespace adapters::fhir_r4
