// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/audit_command.hpp"

#include "gateway/audit/patient_hash.hpp"
#include "tests/gateway/audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace tests
{
namespace
{

using namespace gateway::cli;

class AuditCommand : public testing::Test
{
protected:
    AuditCommand()
    {
        settings.store.path = world.database.path();
        settings.store.key_file = world.database.key_file();
        settings.audit.signing_key_file = file("audit.key", world.key.to_pem());
        options.file = path("audit.txt");
        options.public_key_file = file("audit.pem", world.key.public_key().to_pem());
        options.key_file = world.database.key_file();
        auto note = booked_note(7);
        note.record.user = "999000222333";
        world.record(booked_note(1));
        world.record(std::move(note));
        world.tend();
    }
    std::string path(const std::string& name) { return world.database.folder().file(name); }
    std::string file(const std::string& name, const std::string& text)
    {
        std::ofstream(path(name)) << text;
        ::chmod(path(name).c_str(), 0600);
        return path(name);
    }
    std::string who()
    {
        std::istringstream input("999 000 0018\n");
        return who_in_audit(options, input).value_or("failed");
    }

    AuditWorld world;
    gateway::settings::Settings settings;
    AuditOptions options;
};

TEST_F(AuditCommand, ExportsBesideARunningGatewayAndVerifiesWithThePublicKeyAlone)
{
    const auto exported = export_audit(options, settings);
    ASSERT_TRUE(exported) << exported.error().sentence();
    EXPECT_TRUE(exported->starts_with("2 records are in ")) << *exported;
    const auto verified = verify_audit(options);
    ASSERT_TRUE(verified) << verified.error().sentence();
    EXPECT_NE(verified->find("chain node-a: records 1 to 2, from its first record"), std::string::npos)
        << *verified;
}

TEST_F(AuditCommand, ExportsFromADatabaseThatNobodyHasOpen)
{
    world.trail.reset();
    world.store.reset();
    EXPECT_TRUE(export_audit(options, settings));
    EXPECT_TRUE(verify_audit(options));
}

TEST_F(AuditCommand, NeverWritesOverAFileThatIsThere)
{
    ASSERT_TRUE(export_audit(options, settings));
    const auto again = export_audit(options, settings);
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().sentence().find("must not exist yet"), std::string::npos);
}

TEST_F(AuditCommand, NamesTheFirstBadRecord)
{
    ASSERT_TRUE(export_audit(options, settings));
    std::stringstream text;
    text << std::ifstream(options.file).rdbuf();
    std::string changed = text.str();
    changed.replace(changed.find("appointment-7"), 13, "appointment-8");
    options.file = file("changed.txt", changed);
    const auto verified = verify_audit(options);
    ASSERT_FALSE(verified);
    EXPECT_TRUE(verified.error().sentence().starts_with("NOT whole: chain node-a, record 2, line 4: "))
        << verified.error().sentence();
}

TEST_F(AuditCommand, TellsWhoTouchedAnAppointment)
{
    ASSERT_TRUE(export_audit(options, settings));
    options.appointment = "appointment-7";
    EXPECT_NE(who().find("ZZ901"), std::string::npos);
    EXPECT_NE(who().find("999000222333"), std::string::npos);
    EXPECT_EQ(who().find("appointment-1\n"), std::string::npos);
    options.appointment = "appointment-9";
    EXPECT_EQ(who(), "No record of it.\n");
}

TEST_F(AuditCommand, TellsWhoTouchedAPatientWithTheStoresKey)
{
    const auto key = gateway::store::read_key_file(options.key_file);
    gateway::audit::Trail trail(
        {*world.store, world.key, gateway::audit::patient_hash_of(*key), world.clock, world.metrics},
        {.chain = "node-b", .keep = {}});
    world.must(trail.record(booked_note(3)));
    ASSERT_TRUE(export_audit(options, settings));
    options.patient = true;
    EXPECT_NE(who().find("Appointment/appointment-3"), std::string::npos) << who();
    EXPECT_EQ(who().find("appointment-7"), std::string::npos) << who();
}

TEST_F(AuditCommand, WritesThePublicKey)
{
    options.public_key_file.clear();
    EXPECT_EQ(audit_public_key(options, settings).value_or(""), world.key.public_key().to_pem());
    settings.audit.signing_key_file.clear();
    const auto missing = audit_public_key(options, settings);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().sentence().find("openssl genpkey -algorithm ed25519"), std::string::npos);
}

} // namespace
} // namespace tests
