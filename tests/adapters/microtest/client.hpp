// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/microtest/microtest.hpp"
#include "tests/support/supplier_client.hpp"

namespace tests
{

class MicrotestClient : public SupplierClient<WatchedUpstream>
{
protected:
    MicrotestClient() : SupplierClient("microtest") {}

    /// Of the offered slot with that key, for the first patient.
    adapters::BookAppointment booking(const std::string& key = "880011")
    {
        adapters::BookAppointment booking{hub_provenance(), patient(), {}, "Cough", "", "", clock_.now()};
        if (const auto found = find())
            for (const auto& each : found->slots)
                if (each->id() == seed_.ods + "." + key)
                    booking.slots.push_back(each->offered());
        return booking;
    }

    /// Somebody else books for the first patient, right before our own booking arrives.
    void book_just_before_us(const std::string& slot)
    {
        upstream_->before = [this, slot](const std::string& operation) {
            if (operation != "book")
                return;
            fhir::rest::Request request;
            request.method = "POST";
            request.target = "/im1/patient/appointments";
            request.headers.set("NHSO-ODS-Code", seed_.ods);
            request.headers.set("NHSO-Nhs-Number", seed_.patients[0].nhs_number);
            request.headers.set("Content-Type", "application/json");
            request.body = R"({"slotId":")" + slot + R"(","bookingReason":"Bloods"})";
            host_->handle(request);
        };
    }
};

} // namespace tests
