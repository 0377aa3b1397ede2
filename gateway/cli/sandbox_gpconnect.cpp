// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_gpconnect.hpp"

#include "fhir/model/base64url.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/identity/crypto.hpp"

#include <array>
#include <span>

namespace gateway::cli
{

namespace
{

using namespace adapters::simulation;
using std::chrono::minutes;

constexpr int days_with_slots = 14;
constexpr std::string_view first_consumer = "ZZ921";

/// A session of every day. Restrictions: who may see its slots.
struct DailySession
{
    std::string_view name, slot_type, clinician, location;
    Channel channel;
    minutes start;
    int slots;
    std::string_view types = {}, organisations = {};
};

constexpr std::array<DailySession, 4> documented_day = {{
    {"Telephone surgery", "GP telephone", "gp0", "branch", Channel::telephone, minutes(8 * 60), 12},
    {"Morning surgery", "GP face to face", "gp1", "main", Channel::in_person, minutes(9 * 60), 18},
    {"Duty doctor", "GP face to face", "duty", "annexe", Channel::in_person, minutes(14 * 60), 18},
    {"Video surgery", "GP video", "gp2", "main", Channel::video, minutes(17 * 60), 6},
}};

constexpr std::array<DailySession, 4> restricted_day = {{
    {"Open surgery", "GP face to face", "gp1", "main", Channel::in_person, minutes(9 * 60), 6},
    {"Urgent care surgery", "GP face to face", "gp1", "main", Channel::in_person, minutes(10 * 60), 6,
     "urgent-care"},
    {"Hub surgery",
     "GP face to face",
     "gp2",
     "main",
     Channel::in_person,
     minutes(11 * 60),
     6,
     {},
     first_consumer},
    {"Hub urgent surgery", "GP face to face", "gp2", "main", Channel::in_person, minutes(14 * 60), 6,
     "urgent-care", first_consumer},
}};

constexpr std::array<std::string_view, 16> states = {
    "ordinary", "ordinary", "ordinary", "ordinary", "ordinary",        "ordinary",  "ordinary", "ordinary",
    "ordinary", "ordinary", "ordinary", "dissent",  "no-appointments", "sensitive", "deceased", "inactive"};

constexpr std::array<std::array<std::string_view, 2>, 16> names = {{{"Aldous", "Beatrix"},
                                                                    {"Birtwhistle", "Conrad"},
                                                                    {"Calloway", "Davina"},
                                                                    {"Dewhurst", "Emeka"},
                                                                    {"Eastham", "Fiona"},
                                                                    {"Farrukh", "Gethin"},
                                                                    {"Grizedale", "Halima"},
                                                                    {"Hawkshead", "Ivor"},
                                                                    {"Ingleton", "Joanna"},
                                                                    {"Jagger", "Kelvin"},
                                                                    {"Kirkstone", "Leila"},
                                                                    {"Langdale", "Marek"},
                                                                    {"Mardale", "Nadia"},
                                                                    {"Nethermost", "Oscar"},
                                                                    {"Ormathwaite", "Petra"},
                                                                    {"Patterdale", "Quentin"}}};

/// The n-th valid number from 9990100000 on.
std::string nhs_number(int index)
{
    for (int stem = 999010000 + index * 7;; ++stem)
        for (char check = '0'; check <= '9'; ++check)
            if (fhir::NhsNumber::parse(std::to_string(stem) + check))
                return std::to_string(stem) + check;
}

std::vector<SandboxGpConnect::Person> people()
{
    std::vector<SandboxGpConnect::Person> all;
    for (std::size_t i = 0; i < states.size(); ++i) {
        const bool female = i % 2 == 0;
        SeedPatient person;
        person.nhs_number = nhs_number(static_cast<int>(i));
        person.family = names[i][0];
        person.given = names[i][1];
        person.title = female ? "Ms" : "Mr";
        person.gender = female ? "female" : "male";
        person.birth_date = std::chrono::year(1941 + 4 * static_cast<int>(i)) /
                            static_cast<unsigned>(1 + i % 12) / static_cast<unsigned>(3 + i);
        person.phone = "079000009" + std::to_string(10 + i);
        all.push_back({std::move(person), std::string(states[i])});
    }
    return all;
}

SeedClinician clinician(std::string_view key, std::string_view family, std::string_view given,
                        std::string_view gender, std::string_view sds_user_id)
{
    SeedClinician made;
    made.key = key;
    made.family = family;
    made.given = given;
    made.title = family.empty() ? "" : "Dr";
    made.gender = gender;
    made.role_code = "R0260";
    made.role_name = "General Medical Practitioner";
    made.sds_user_id = sds_user_id;
    return made;
}

/// By how many SDS role profile ids they have: none, one, two. The duty doctor is nobody in particular.
std::vector<SeedClinician> clinicians()
{
    return {clinician("gp0", "Rannerdale", "Silvia", "female", "555921000001"),
            clinician("gp1", "Seathwaite", "Tobias", "male", "555921000002"),
            clinician("gp2", "Thirlmere", "Uma", "female", "555921000003"),
            clinician("duty", "", "", "", "")};
}

std::vector<SeedLocation> locations(std::string_view town)
{
    const std::string name(town);
    return {{"main", name + " Surgery", "1 Beck Lane", name, "ZZ99 4AA", "01632960421"},
            {"branch", name + " Surgery, mill branch", "2 Mill Row", name, "ZZ99 4AB", "01632960422"},
            {"annexe", name + " Surgery, annexe", "3 Church Walk", name, "ZZ99 4AC", "01632960423"}};
}

SeedSession session_on(fhir::Date day, const DailySession& plan, std::uint64_t& key)
{
    SeedSession session;
    session.key = std::to_string(key++);
    session.name = plan.name;
    session.slot_type = plan.slot_type;
    session.channel = plan.channel;
    session.clinician = plan.clinician;
    session.location = plan.location;
    constexpr minutes length{10};
    const auto at = [&](int slot) {
        return fhir::from_uk_local(fhir::LocalTime(std::chrono::local_days(day) + plan.start + slot * length))
            .latest;
    };
    session.period = {at(0), at(plan.slots)};
    for (int i = 0; i < plan.slots; ++i)
        session.slots.push_back({std::to_string(key++), at(i), at(i + 1), {}});
    return session;
}

SandboxPractice practice(std::string_view ods, std::string_view town, std::string_view asid,
                         fhir::Date first_day, std::span<const DailySession> day_plan)
{
    SandboxPractice made{"gpconnect", {}};
    PracticeSeed& seed = made.seed;
    seed.ods = ods;
    seed.name = std::string(town) + " Surgery";
    seed.phone = "01632960420";
    seed.clinicians = clinicians();
    seed.locations = locations(town);
    seed.options = {{"asid", std::string(asid)},
                    {"preferred_branch", "branch"},
                    {"clinician.gp1.role_profiles", "555921000012"},
                    {"clinician.gp2.role_profiles", "555921000013,555921000023"}};
    std::uint64_t key = 7'000'000 + 100'000 * static_cast<std::uint64_t>(ods.back() - '0');
    for (int i = 1; i <= days_with_slots; ++i)
        for (const DailySession& plan : day_plan) {
            const fhir::Date day(std::chrono::sys_days(first_day) + std::chrono::days(i));
            seed.sessions.push_back(session_on(day, plan, key));
            const std::string mark = "session." + seed.sessions.back().key;
            if (!plan.types.empty())
                seed.options[mark + ".types"] = plan.types;
            if (!plan.organisations.empty())
                seed.options[mark + ".organisations"] = plan.organisations;
        }
    return made;
}

} // namespace

SandboxGpConnect make_sandbox_gpconnect(fhir::Date first_day)
{
    SandboxGpConnect world;
    world.practices = {practice("Z99204", "Fellside", "900000009204", first_day, documented_day),
                       practice("Z99205", "Scarthwaite", "900000009205", first_day, restricted_day),
                       practice("Z99206", "Ullswick", "900000009206", first_day, restricted_day)};
    world.people = people();
    world.unknown_nhs_number = nhs_number(50);
    for (SandboxPractice& each : world.practices)
        for (const auto& person : world.people) {
            each.seed.patients.push_back(person.seed);
            if (person.state == "sensitive" || person.state == "deceased" || person.state == "inactive")
                each.seed.options[person.state] = person.seed.nhs_number;
        }
    world.consumers = {
        {"fellside-hub", std::string(first_consumer), "Fellside Federation Hub", "900000000921",
         "gp-practice", "01632960431", true},
        {"fellside-111", "ZZ922", "Fellside NHS 111 Provider", "900000000922", "urgent-care", "01632960432",
         true},
        {"stranger", "ZZ931", "Some Other Hub", "900000000931", "gp-practice", "01632960433", false}};
    world.r4_client = {"fellside-hub-r4",
                       std::string(first_consumer),
                       "Fellside Federation Hub",
                       "gp-practice",
                       "01632960431",
                       "system/Slot.rs system/Schedule.rs system/Appointment.crus system/Patient.rs"};
    return world;
}

std::string certificate_sha256(std::string_view pem)
{
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";
    const auto from = pem.find(begin) + begin.size();
    std::string text;
    for (const char c : pem.substr(from, pem.find(end) - from))
        if (c == '+' || c == '/')
            text.push_back(c == '+' ? '-' : '_');
        else if (c != '\n' && c != '\r' && c != '=')
            text.push_back(c);
    const auto der = fhir::base64url_decode(text);
    return der ? identity::to_hex(identity::sha256(*der)) : std::string();
}

} // namespace gateway::cli
