// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_world.hpp"

#include "adapters/registry.hpp"
#include "adapters/simulation/spread.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/uk_time.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace gateway::cli
{

namespace
{

using namespace adapters::simulation;
using std::chrono::minutes;

constexpr std::size_t patients_in_all = 300;
constexpr std::size_t settled_patients = 280; ///< the others are newcomers
constexpr int days_of_slots = 28;
constexpr int percent_already_booked = 35;
constexpr std::size_t public_practices = 2; ///< whose nurses' sessions anybody may know of

class Dice
{
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t roll(std::uint64_t sides) { return next_number(state_) % sides; }
    template <class T, std::size_t N>
    const T& pick(const std::array<T, N>& from)
    {
        return from[roll(N)];
    }

private:
    std::uint64_t state_;
};

constexpr std::array<std::string_view, 24> family_names = {
    "Fairlamb",  "Tarrowby",  "Okonjo",     "Quennell",  "Hallow",   "Mereford", "Adeyemi", "Brackenbury",
    "Castellan", "Dunmore",   "Ellerby",    "Fennimore", "Garside",  "Haldane",  "Iqbal",   "Jessop",
    "Kaur",      "Lindqvist", "Mandeville", "Novak",     "Oyelaran", "Pennock",  "Rasheed", "Sutcliffe"};
constexpr std::array<std::string_view, 12> female_names = {"Imogen", "Orla",   "Tamsin",  "Rosa",
                                                           "Amara",  "Bethan", "Chloe",   "Deepa",
                                                           "Freya",  "Hannah", "Lakshmi", "Zofia"};
constexpr std::array<std::string_view, 12> male_names = {"Tobias", "Idris", "Callum", "Darius",
                                                         "Edmund", "Farid", "George", "Haruki",
                                                         "Isaac",  "Jakub", "Kofi",   "Liam"};

enum class Shares
{
    northmoor,
    vale,
    both
};

struct PracticePlan
{
    std::string ods, name, town, system;
    Shares with;
    std::map<std::string, std::string> options; ///< of its simulator
};

/// Three of each kind of system; the first seven are one of each.
const std::vector<PracticePlan>& named_practices()
{
    using enum Shares;
    static const std::vector<PracticePlan> plans = {
        {"Z99101", "Larkhill Surgery", "Larkhill", "emis", both, {}},
        {"Z99201", "Tarnbeck Surgery", "Tarnbeck", "gpconnect", northmoor, {}},
        {"Z99301", "Rookhope Surgery", "Rookhope", "tpp", northmoor, {}},
        {"Z99401", "Saltmarsh Lane Practice", "Saltmarsh", "vision", northmoor, {}},
        {"Z99501", "Thornby Green Surgery", "Thornby", "microtest", northmoor, {}},
        {"Z99601", "Quarry Bank Practice", "Quarry Bank", "fhir_r4", northmoor, {}},
        {"Z99701", "Beacon Street Treatment Centre", "Northmoor", "bars", northmoor, {}},
        {"Z99102", "Moorview Medical Centre", "Moorview", "emis", northmoor, {{"messages", "off"}}},
        {"Z99202", "Mill Lane Practice", "Tarnbeck", "gpconnect", northmoor, {}},
        {"Z99302", "Wharfside Health Centre", "Wharfside", "tpp", northmoor, {}},
        {"Z99402", "Priory Gate Surgery", "Priory Gate", "vision", northmoor, {}},
        {"Z99502", "Sedge Row Practice", "Vale End", "microtest", vale, {}},
        {"Z99602", "Lowmoor Family Doctors", "Lowmoor", "fhir_r4", vale, {{"auth", "private_key_jwt"}}},
        {"Z99702", "Lowmoor Urgent Treatment Centre", "Lowmoor", "bars", vale, {}},
        {"Z99103", "Brackenfold Surgery", "Brackenfold", "emis", vale, {}},
        {"Z99203", "Copse Hill Medical Practice", "Copse Hill", "gpconnect", vale, {}},
        {"Z99303", "Canal Street Surgery", "Vale End", "tpp", vale, {}},
        {"Z99403", "Heron Park Health Centre", "Heron Park", "vision", vale, {}},
        {"Z99503", "Orchard Close Surgery", "Vale End", "microtest", vale, {}},
        {"Z99603", "Weir Bank Surgery", "Weir Bank", "fhir_r4", vale, {{"conditional_create", "no"}}},
        {"Z99703", "Vale End Minor Injuries Unit", "Vale End", "bars", vale, {}},
    };
    return plans;
}

/// A kind of session that a practice runs: when, who, how long each slot is.
struct SessionPlan
{
    std::string_view name, slot_type, clinician;
    Channel channel;
    minutes start, end, length;
    bool branch;
    bool saturday;
};

constexpr minutes at(int hour, int minute)
{
    return minutes(hour * 60 + minute);
}

constexpr std::array<SessionPlan, 7> session_plans = {{
    {"Routine GP morning", "GP face to face", "gp1", Channel::in_person, at(9, 0), at(12, 0), minutes(10),
     false, false},
    {"GP telephone", "GP telephone", "gp2", Channel::telephone, at(8, 30), at(11, 30), minutes(10), false,
     false},
    {"Routine GP afternoon", "GP face to face", "gp2", Channel::in_person, at(14, 0), at(17, 0), minutes(10),
     false, false},
    {"GP video", "GP video", "gp1", Channel::video, at(15, 30), at(17, 30), minutes(15), false, false},
    {"Practice nurse", "Nurse", "nurse", Channel::in_person, at(9, 0), at(12, 30), minutes(15), true, false},
    {"Clinical pharmacist", "Medication review", "pharmacist", Channel::telephone, at(13, 30), at(16, 30),
     minutes(15), false, false},
    {"Extended access", "Extended access GP", "gp1", Channel::in_person, at(9, 0), at(13, 0), minutes(10),
     true, true},
}};

std::string digits(std::uint64_t number, std::size_t width)
{
    const std::string text = std::to_string(number);
    return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

std::string invented_nhs_number(Dice& dice, std::set<std::string>& used)
{
    for (;;) {
        const std::string stem = "999" + digits(dice.roll(1'000'000), 6);
        for (char check = '0'; check <= '9'; ++check)
            if (fhir::NhsNumber::parse(stem + check) && used.insert(stem).second)
                return stem + check;
    }
}

SeedPatient invented_patient(Dice& dice, std::set<std::string>& used, std::size_t number)
{
    const bool female = dice.roll(2) == 0;
    SeedPatient person;
    person.nhs_number = invented_nhs_number(dice, used);
    person.family = dice.pick(family_names);
    person.given = female ? dice.pick(female_names) : dice.pick(male_names);
    person.title = female ? "Ms" : "Mr";
    person.gender = female ? "female" : "male";
    const auto year = std::chrono::year(1935 + static_cast<int>(dice.roll(70)));
    const auto month = static_cast<unsigned>(1 + dice.roll(12));
    person.birth_date = year / month / static_cast<unsigned>(1 + dice.roll(28));
    person.phone = "07700900" + digits(number, 3);
    return person;
}

std::vector<SeedClinician> clinicians_of(std::size_t practice, Dice& dice)
{
    struct Post
    {
        std::string_view key, title, gender, role_code, role_name;
    };
    static constexpr std::array<Post, 4> posts = {{
        {"gp1", "Dr", "female", "R0260", "General Medical Practitioner"},
        {"gp2", "Dr", "male", "R0260", "General Medical Practitioner"},
        {"nurse", "Ms", "female", "R0600", "Specialist Nurse Practitioner"},
        {"pharmacist", "Mr", "male", "R1290", "Pharmacist"},
    }};
    std::vector<SeedClinician> clinicians;
    for (const Post& post : posts) {
        SeedClinician clinician;
        clinician.key = post.key;
        clinician.family = dice.pick(family_names);
        clinician.given = post.gender == "female" ? dice.pick(female_names) : dice.pick(male_names);
        clinician.title = post.title;
        clinician.gender = post.gender;
        clinician.role_code = post.role_code;
        clinician.role_name = post.role_name;
        clinician.sds_user_id = "5559" + digits(practice * 10 + clinicians.size(), 8);
        clinicians.push_back(std::move(clinician));
    }
    return clinicians;
}

std::vector<SeedLocation> locations_of(const PracticePlan& plan, std::size_t practice)
{
    const std::string name(plan.name);
    const std::string town(plan.town);
    const std::string area = "ZZ99 " + digits(practice % 10, 1);
    return {
        {"main", name, std::to_string(practice + 1) + " High Street", town, area + "AA",
         "016329601" + digits(practice, 2)},
        {"branch", name + ", branch surgery", std::to_string(practice + 21) + " Green Lane", town,
         area + "AB", "016329602" + digits(practice, 2)},
    };
}

/// Keys of one practice's sessions and slots, counted up; digits only, as EMIS has them.
struct Keys
{
    std::uint64_t session;
    std::uint64_t slot;
};

SeedSession session_on(fhir::Date day, const SessionPlan& plan, const std::vector<SandboxPatient>& patients,
                       Dice& dice, Keys& keys)
{
    SeedSession session;
    session.key = std::to_string(keys.session++);
    session.name = plan.name;
    session.slot_type = plan.slot_type;
    session.channel = plan.channel;
    session.clinician = plan.clinician;
    session.location = plan.branch ? "branch" : "main";
    const auto moment = [&](minutes wall) {
        return fhir::from_uk_local(fhir::LocalTime(std::chrono::local_days(day) + wall)).latest;
    };
    session.period = {moment(plan.start), moment(plan.end)};
    for (minutes start = plan.start; start + plan.length <= plan.end; start += plan.length) {
        SeedSlot slot{std::to_string(keys.slot++), moment(start), moment(start + plan.length), {}};
        if (dice.roll(100) < percent_already_booked)
            slot.booked_by = patients[dice.roll(settled_patients)].person.nhs_number;
        session.slots.push_back(std::move(slot));
    }
    return session;
}

std::vector<SeedSession> four_weeks(fhir::Date first_day, std::size_t practice,
                                    const std::vector<SandboxPatient>& patients, Dice& dice)
{
    Keys keys{5000 + practice * 1000, 880000 + practice * 100000};
    std::vector<SeedSession> sessions;
    for (int i = 0; i < days_of_slots; ++i) {
        const std::chrono::sys_days day = std::chrono::sys_days(first_day) + std::chrono::days(i);
        const std::chrono::weekday weekday(day);
        if (weekday == std::chrono::Sunday)
            continue;
        for (const auto& plan : session_plans)
            if (plan.saturday == (weekday == std::chrono::Saturday))
                sessions.push_back(session_on(fhir::Date(day), plan, patients, dice, keys));
    }
    return sessions;
}

SandboxPractice practice_from(const PracticePlan& plan, std::size_t number, fhir::Date first_day,
                              const std::vector<SandboxPatient>& patients, Dice& dice,
                              const std::vector<SandboxHidden>& hidden)
{
    SandboxPractice practice;
    practice.system = plan.system;
    PracticeSeed& seed = practice.seed;
    seed.ods = plan.ods;
    seed.name = plan.name;
    seed.locations = locations_of(plan, number);
    seed.phone = seed.locations.front().phone;
    seed.clinicians = clinicians_of(number, dice);
    seed.options = plan.options;
    for (const auto& patient : patients) {
        const bool registered_here = patient.practice == plan.ods;
        if (patient.newcomer && !registered_here)
            continue;
        seed.patients.push_back(patient.person);
        seed.patients.back().registered_here = registered_here;
    }
    for (const auto& each : hidden) {
        seed.patients.push_back(each.patient.person);
        seed.patients.back().registered_here = each.patient.practice == plan.ods;
    }
    if (plan.system == "gpconnect")
        seed.options["asid"] = "9000000001" + digits(number, 2);
    seed.sessions = four_weeks(first_day, number, patients, dice);
    if (number < public_practices)
        practice.public_sessions = {"Practice nurse", "Nurse"};
    return practice;
}

/// The named practices, as far as their systems are there and as many as wanted, then more of the same.
std::vector<PracticePlan> plan_practices(std::size_t wanted)
{
    std::vector<PracticePlan> plans;
    for (const PracticePlan& plan : named_practices())
        if (plans.size() < wanted && adapters::find_supplier_system(plan.system) != nullptr)
            plans.push_back(plan);
    const std::size_t named = plans.size();
    for (std::size_t i = named; wanted > sandbox_practices && i < wanted; ++i) {
        const PracticePlan& like = plans[i % named];
        plans.push_back({"Z98" + digits(100 + i, 3),
                         "Northmoor Practice " + std::to_string(i + 1),
                         "Northmoor",
                         like.system,
                         Shares::northmoor,
                         {}});
    }
    return plans;
}

std::vector<SandboxConsumer> consumers(const std::vector<PracticePlan>& plans)
{
    const std::string scope =
        "system/Slot.rs system/Schedule.rs system/Appointment.crus system/Patient.rs system/Practitioner.rs "
        "system/PractitionerRole.rs system/Location.rs system/Organization.rs system/HealthcareService.rs "
        "system/ServiceRequest.crus system/Task.crus system/Subscription.cruds "
        "system/AuditEvent.rs system/Provenance.rs";
    const std::string desk =
        "system/Slot.rs system/Schedule.rus system/Appointment.crus system/Patient.rs system/Task.crus "
        "system/Consent.crus system/Subscription.cruds system/AuditEvent.rs system/Provenance.rs";
    std::vector<SandboxConsumer> all = {
        {"northmoor-hub", "ZZ901", "Northmoor Federation Hub", "gp-practice", "01632960300", scope},
        {"lowmoor-hub", "ZZ902", "Lowmoor Primary Care Network Hub", "gp-practice", "01632960301",
         scope + " system/Consent.crus"},
        {"moors-111", "ZZ911", "Moors NHS 111 Provider", "urgent-care", "01632960311", scope},
        {"practice-desk", plans.front().ods, "A practice's own desk", "gp-practice", "01632960321", desk,
         true},
    };
    if (plans.size() > 1)
        all.push_back({"neighbour-desk", plans[1].ods, "Another practice's own desk", "gp-practice",
                       "01632960322", desk, true});
    return all;
}

std::vector<SandboxShare> shares(const std::vector<PracticePlan>& plans)
{
    SandboxShare northmoor{"Northmoor Federation", {}, {"ZZ901", "ZZ902", "ZZ911"}};
    SandboxShare vale{"Vale Federation", {}, {"ZZ901", "ZZ911"}};
    for (const PracticePlan& plan : plans) {
        if (plan.with != Shares::vale)
            northmoor.practices.push_back(plan.ods);
        if (plan.with != Shares::northmoor)
            vale.practices.push_back(plan.ods);
    }
    return {std::move(northmoor), std::move(vale)};
}

/// `999999101` is Z99101's; the hub's is one that no practice has.
std::vector<SandboxService> services(const std::vector<PracticePlan>& plans)
{
    constexpr std::size_t of_hub = 3;
    std::vector<SandboxService> services;
    SandboxService hub{"9999000001", "Moors same-day GP hub", {}, {"GP*", "Routine GP*"}};
    for (const PracticePlan& plan : plans) {
        services.push_back(
            {"9999" + plan.ods.substr(1), plan.name + " same-day GP", {plan.ods}, {}, services.empty()});
        if (hub.practices.size() < of_hub)
            hub.practices.push_back(plan.ods);
    }
    services.push_back(std::move(hub));
    return services;
}

/// Of dice of their own, so that everything else is as it would be without them.
std::vector<SandboxHidden> hidden_patients(std::uint64_t seed, std::set<std::string>& used,
                                           const SandboxWorld& world, const std::vector<PracticePlan>& plans)
{
    Dice dice(seed + 1);
    const std::string& home = plans[std::min<std::size_t>(1, plans.size() - 1)].ods;
    const auto invent = [&](std::size_t number) {
        return SandboxPatient{invented_patient(dice, used, patients_in_all + number), home, false};
    };
    std::vector<SandboxHidden> hidden;
    hidden.push_back({invent(0), "sensitive", {}, {}});
    hidden.push_back({invent(1), "dissent", home, world.consumers.front().ods});
    return hidden;
}

} // namespace

SandboxWorld make_sandbox_world(std::uint64_t seed, fhir::Date first_day, std::size_t practices)
{
    const std::vector<PracticePlan> plans = plan_practices(practices);
    Dice dice(seed);
    SandboxWorld world;
    world.federations = shares(plans);
    world.services = services(plans);
    world.consumers = consumers(plans);

    std::set<std::string> used{"999999998"}; // of the number that stands for nobody
    for (std::size_t i = 0; i < patients_in_all; ++i)
        world.patients.push_back(
            {invented_patient(dice, used, i), plans[i % plans.size()].ods, i >= settled_patients});
    world.hidden = hidden_patients(seed, used, world, plans);
    for (std::size_t i = 0; i < plans.size(); ++i)
        world.practices.push_back(practice_from(plans[i], i, first_day, world.patients, dice, world.hidden));
    return world;
}

} // namespace gateway::cli
