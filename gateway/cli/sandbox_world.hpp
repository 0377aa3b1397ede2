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
    std::vector<std::string> public_sessions = {}; ///< patterns; published to anybody
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
    bool practice = false; ///< a practice's own desk: stands in `practice_clients` of sandbox.json
};

struct SandboxPatient
{
    adapters::simulation::SeedPatient person;
    std::string practice; ///< ODS code of the practice where registered
    /// Known nowhere else and linked nowhere yet: what bookings for them need is made by the first one.
    bool newcomer = false;
};

/// Somebody whom organisations do not find, so that a supplier can try what that looks like. Every practice
/// knows them.
struct SandboxHidden
{
    SandboxPatient patient;
    std::string kind;      ///< `sensitive`, `dissent`
    std::string at;        ///< ODS code of the practice; empty: everywhere
    std::string from_whom; ///< ODS code of the organisation; empty: all
};

/// Practices that share with organisations; ODS codes.
struct SandboxShare
{
    std::string name;
    std::vector<std::string> practices;
    std::vector<std::string> consumers;
};

/// A service of the Directory of Services, which BaRS senders address.
struct SandboxService
{
    std::string id;
    std::string name;
    std::vector<std::string> practices;
    std::vector<std::string> sessions; ///< patterns; empty: all
    bool referrals = false;
};

/// Invented practices, people and organisations. The same for the same seed and date.
struct SandboxWorld
{
    std::vector<SandboxPractice> practices;
    std::vector<SandboxShare> federations;
    std::vector<SandboxService> services;
    std::vector<SandboxConsumer> consumers;
    std::vector<SandboxPatient> patients;
    std::vector<SandboxHidden> hidden; ///< none of `patients`
};

inline constexpr std::size_t sandbox_practices = 21;

/// Two patients more are hidden: one is sensitive everywhere, one does not want the first hub to know of them
/// at their own practice. Three practices of each kind of system, in two federations that have one practice
/// in common; two hubs, one 111 provider, 300 patients, four weeks of sessions from `first_day` (UK days).
/// Every practice knows every patient but the newcomers: its own as registered, the others as temporary
/// residents. Each practice is a service of its own, and the first one's takes referrals; one more stands for
/// a hub of three. `practices` beyond 21 are more of the same, for measurements; fewer are the first of them.
SandboxWorld make_sandbox_world(std::uint64_t seed, fhir::Date first_day,
                                std::size_t practices = sandbox_practices);

} // namespace gateway::cli
