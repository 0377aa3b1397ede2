// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/gpconnect.hpp"

#include "adapters/gpconnect/client.hpp"

#include <array>

namespace adapters::gpconnect
{

const Capabilities& capabilities()
{
    static const Capabilities can = [] {
        Capabilities c;
        c.view_per_consumer = true; // restricted slots are shown to the organisations they are for
        c.find_patient = true;
        c.register_patient = true;
        c.amend = true;
        c.cancel_reason = true;
        c.delivery_channel = true;
        c.multi_slot = true;
        c.read_appointment = true;
        c.lists_cancelled = true;
        c.sees_attendance = true;
        c.sees_moves = true;
        c.booking_reason = true;
        c.max_search_window = std::chrono::days(14);
        c.max_description = max_description;
        c.max_comment = max_comment;
        return c;
    }();
    return can;
}

std::span<const SettingKey> settings()
{
    static constexpr std::array keys{
        SettingKey{
            "service_root",
            "the practice's service root as the national directory (SDS) writes it, without a trailing slash",
            true, false},
        SettingKey{"provider_asid", "the practice's accredited system id, 12 digits", true, false},
        SettingKey{"consumer_asid", "the accredited system id of the organisation that asks, 12 digits", true,
                   false},
        SettingKey{"issuer", "URL by which this gateway names itself in provenance tokens", true, false},
        SettingKey{"organisation_phone",
                   "telephone number sent for a booking organisation whose own number is not known; a "
                   "booking needs one",
                   false, false},
        SettingKey{"ssp_url",
                   "URL of the Spine Secure Proxy to put before the service root; empty to call directly",
                   false, false},
    };
    return keys;
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

SupplierSystem supplier_system()
{
    return SupplierSystem{"gpconnect",         "GP Connect Appointment Management 1.2.7",
                          settings(),          capabilities(),
                          make_adapter,        make_simulator,
                          "/STU3/1/gpconnect/"};
}

} // namespace adapters::gpconnect
