// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/administration.hpp"
#include "gateway/settings/agreed.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/memory_policies.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tests
{

/// The administration of two practices, A10001 and A10002, and one configured agreement between the first
/// and HUB01. Checks what it is given by the real table of settings.
struct Administered : gateway::audit::Recorder
{
    Administered()
    {
        std::vector<std::shared_ptr<const gateway::policy::Practice>> practices;
        for (const std::string code : {"A10001", "A10002"}) {
            const auto ods = *fhir::OdsCode::parse(code);
            settings.practices.push_back({{ods, "Surgery " + code, {}}, {}, {}, {}, {}, {}});
            gateway::policy::Practice practice{ods, "Surgery " + code, "emis", {}, {}, {}, {}};
            practices.push_back(std::make_shared<const gateway::policy::Practice>(std::move(practice)));
        }
        settings.policy_tables = {{"agreement", "configured",
                                   R"({"id":"configured","title":"From the file","practices":["A10001"],)"
                                   R"("consumers":["HUB01"]})"}};
        directory.replace(std::make_shared<const gateway::policy::Directory>(
            std::move(practices), std::vector<gateway::policy::Federation>()));
        restart();
    }

    void restart()
    {
        using namespace gateway;
        administration = std::make_unique<policy::Administration>(
            policy::AdministrationParts{store, directory, clock, this}, configured());
        opened = run(administration->open());
    }
    /// What the file says now.
    gateway::policy::Configured configured()
    {
        using namespace gateway;
        return {settings.policy_tables, settings.services,
                [this](const auto& tables) { return settings::read_agreed(settings, tables); },
                [this](const policy::Agreed& agreed) { return settings::dangling(settings, agreed); }};
    }
    fhir::Result<void> read_file_again() { return run(administration->replace(configured())); }

    gateway::Awaitable<fhir::Result<void>> record(gateway::audit::Note note) override
    {
        audited.push_back(std::move(note.record));
        co_return fhir::Result<void>();
    }

    fhir::Result<gateway::policy::PolicyEntry> put(const std::string& kind, const std::string& key,
                                                   std::string body,
                                                   std::optional<std::int64_t> follows = std::nullopt)
    {
        return run(
            administration->change({{kind, key, std::move(body)}, false, follows, "A. Jones", "as agreed"}));
    }
    fhir::Result<gateway::policy::PolicyEntry> remove(const std::string& kind, const std::string& key,
                                                      std::optional<std::int64_t> follows)
    {
        return run(administration->change({{kind, key, {}}, true, follows, "A. Jones", "it ended"}));
    }
    /// Of the directory in force.
    gateway::policy::Reason reason(std::string_view practice = "A10001", std::string_view consumer = "HUB01")
    {
        return directory.snapshot()
            ->terms(*fhir::OdsCode::parse(practice), *fhir::OdsCode::parse(consumer),
                    gateway::policy::Use::book, clock.now())
            .refusal()
            .reason;
    }

    FakeClock clock;
    MemoryPolicies store;
    gateway::settings::Settings settings;
    gateway::policy::CurrentDirectory directory;
    std::vector<gateway::audit::AuditRecord> audited;
    std::unique_ptr<gateway::policy::Administration> administration;
    fhir::Result<void> opened;
};

} // namespace tests
