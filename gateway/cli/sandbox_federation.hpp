// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/simulation/simulator.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gateway::cli
{

/// A practice of the sandbox: what its simulator starts with, and the kind of system it runs.
struct SandboxPractice
{
    std::string system; ///< `emis`, `gpconnect`
    adapters::simulation::PracticeSeed seed;
};

/// An organisation that searches and books.
struct SandboxConsumer
{
    std::string client_id;
    std::string ods;
    std::string name;
    std::string organisation_type; ///< GP Connect organisation type code
    std::string phone;
    std::string scope;
};

struct SandboxPatient
{
    adapters::simulation::SeedPatient person;
    std::string practice; ///< ODS code of the practice where registered
};

/// A synthetic federation: invented practices, people and organisations. The same for the same seed and date.
struct SandboxFederation
{
    std::string name;
    std::vector<SandboxPractice> practices;
    std::vector<SandboxConsumer> consumers;
    std::vector<SandboxPatient> patients;
};

/// Twelve practices (six EMIS, six GP Connect), two hubs, one 111 provider, 300 patients, four weeks of
/// sessions from `first_day` (UK days). Every practice knows every patient of the federation: its own as
/// registered, the others as temporary residents.
/// `practices` beyond twelve are more of the same, for measurements; fewer are the first of them, taken from
/// both systems in turn.
SandboxFederation make_sandbox_federation(std::uint64_t seed, fhir::Date first_day,
                                          std::size_t practices = 12);

} // namespace gateway::cli
