// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/sandbox_world.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::cli
{

/// One practice whose book is kept for consumers of the GP Connect face, with people in every state that its
/// provider suite asks for, and two whose slots are for some organisations only. Practices of their own, so
/// that no other visitor disturbs them.
struct SandboxGpConnect
{
    struct Person
    {
        adapters::simulation::SeedPatient seed;
        std::string state; ///< `ordinary`, `no-appointments`, `dissent`, `sensitive`, `deceased`, `inactive`
    };
    struct Consumer
    {
        std::string name; ///< also of its certificate and key files
        std::string ods;
        std::string title;
        std::string asid;
        std::string organisation_type;
        std::string phone;
        bool shares = true; ///< false: known, yet no practice shares with it
    };

    std::vector<SandboxPractice> practices; ///< the documented one first
    std::vector<Person> people;             ///< of the documented one
    std::string unknown_nhs_number;         ///< valid, held nowhere
    std::vector<Consumer> consumers;
    SandboxConsumer r4_client; ///< the first consumer on the FHIR R4 face
};

/// Free slots from the day after `first_day` to the fourteenth (UK days), weekends too. The same for the same
/// day.
SandboxGpConnect make_sandbox_gpconnect(fhir::Date first_day);

/// SHA-256 of the first certificate in a PEM text, as the configuration wants it.
std::string certificate_sha256(std::string_view pem);

} // namespace gateway::cli
