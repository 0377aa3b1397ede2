// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/microtest.hpp"

#include "adapters/microtest/wire.hpp"

#include <array>

namespace adapters::microtest
{

namespace
{

constexpr std::array microtest_setting_keys = {
    SettingKey{"search_identity",
               "NHS number of the practice's own service patient, for whom slots are searched before a "
               "patient is known",
               false, true},
};

Capabilities microtest_capabilities()
{
    Capabilities can;
    can.needs_search_identity = true;
    can.find_patient = true;
    can.cancel_reason = true;
    can.delivery_channel = true;
    can.lists_slots = false;
    can.booking_reason = true;
    can.delivers_prescription_requests = true;
    can.max_description = max_booking_reason;
    return can;
}

} // namespace

SupplierSystem supplier_system()
{
    return {"microtest",
            "Microtest Evolution (patient-facing services)",
            microtest_setting_keys,
            microtest_capabilities(),
            make_adapter,
            make_simulator,
            "/im1/"};
}

} // namespace adapters::microtest
