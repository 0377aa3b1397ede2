// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

#include "gateway/observability/log.hpp"

#include <charconv>

namespace tests
{

namespace
{

const fhir::codec::JsonValue* step(const fhir::codec::JsonValue& value, std::string_view name)
{
    std::size_t index = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (problem != std::errc{} || end != name.data() + name.size())
        return value.find(name);
    return value.is_array() && index < value.items().size() ? &value.items()[index] : nullptr;
}

fhir::Instant at(unsigned hour, unsigned minute)
{
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(hour) +
           std::chrono::minutes(minute);
}

adapters::OfferedSlot slot(std::size_t number)
{
    adapters::OfferedSlot offered;
    offered.supplier_key = std::to_string(number);
    offered.slot.id = "A11111." + std::to_string(number);
    offered.slot.schedule = fhir::reference_to("Schedule/A11111.s1");
    offered.slot.start = at(9, static_cast<unsigned>(10 * (number - 1)));
    offered.slot.end = offered.slot.start + std::chrono::minutes(10);
    return offered;
}

adapters::FoundSlots nurse_session(std::size_t slots)
{
    adapters::FoundSlots found;
    for (std::size_t i = 1; i <= slots; ++i)
        found.slots.push_back(adapters::share(slot(i)));
    fhir::Schedule schedule;
    schedule.id = "A11111.s1";
    schedule.active = true;
    schedule.actor = {fhir::reference_to("Practitioner/A11111.n1"),
                      fhir::reference_to("Location/A11111.main")};
    found.schedules.push_back(schedule);
    fhir::Practitioner nurse;
    nurse.id = "A11111.n1";
    nurse.active = true;
    nurse.name.emplace_back();
    nurse.name.back().family = "Okonjo";
    found.practitioners.push_back(nurse);
    fhir::Location surgery;
    surgery.id = "A11111.main";
    surgery.name = "Larkhill Surgery";
    surgery.managing_organization = fhir::reference_to("Organization/A11111.org");
    found.locations.push_back(surgery);
    fhir::Organization practice;
    practice.id = "A11111.org";
    practice.name = "Larkhill Surgery";
    practice.identifier.push_back(fhir::identifier_of(fhir::ods_organisation_system, "A11111"));
    found.organizations.push_back(practice);
    return found;
}

} // namespace

FaceTest::FaceTest() : limiter_(no_limits(), metrics_, [this] { return now_; })
{
    gateway::observability::set_level(gateway::observability::Level::error);
    gateway::faces::Health health;
    health.draining = [this] { return draining_; };
    health.version = "0.1.0";
    gateway::workflow::TaskLinks links;
    links.may_send = [](const fhir::OdsCode&, const fhir::OdsCode& to, const auto&) {
        return to.text() == "HUB02"; // takes work from everybody
    };
    tasks_ =
        gateway::workflow::make_task_service({task_store_, clock_, random_, links}, {std::string(test_base)});
    face_ =
        gateway::faces::make_r4_face({.identity = identity_,
                                      .search = search_,
                                      .patients = patients_,
                                      .booking = booking_,
                                      .tasks = *tasks_,
                                      .directory = {},
                                      .clock = clock_,
                                      .random = random_,
                                      .metrics = metrics_,
                                      .health = std::move(health),
                                      .settings = {std::string(test_base), "0.1.0", FakeClock::default_start},
                                      .audit = &recorded_,
                                      .audit_finder = &finder_,
                                      .limiter = &limiter_});
}

FaceTest::~FaceTest()
{
    gateway::observability::set_level(gateway::observability::Level::info);
}

fhir::rest::Response FaceTest::send(std::string method, std::string path, Fields fields, std::string body)
{
    fhir::rest::Request request;
    request.method = std::move(method);
    request.target = std::move(path);
    request.body = std::move(body);
    request.headers.add("Authorization", "Bearer good");
    for (auto& [name, value] : fields) {
        request.headers.remove(name);
        if (!value.empty())
            request.headers.add(name, std::move(value));
    }
    return run(face_->handle(std::move(request)));
}

fhir::rest::Response FaceTest::get(std::string path, Fields fields)
{
    return send("GET", "/fhir/R4/" + path, std::move(fields));
}

fhir::rest::Response FaceTest::post(std::string path, std::string body, Fields fields)
{
    fields.insert(fields.begin(), {"Content-Type", "application/fhir+json"});
    return send("POST", "/fhir/R4/" + path, std::move(fields), std::move(body));
}

void FaceTest::add_book(std::size_t slots)
{
    search_.held.push_back(nurse_book(slots));
}

std::string FaceTest::add_appointment()
{
    post("Appointment", booking_json());
    booking_.context.reset();
    booking_.written.reset();
    return FakeBooking::new_id;
}

std::shared_ptr<const gateway::search::Book> nurse_book(std::size_t slots)
{
    return std::make_shared<const gateway::search::Book>(
        *fhir::OdsCode::parse("A11111"), fhir::Interval{at(0, 0), at(23, 0)}, FakeClock::default_start,
        nurse_session(slots), test_base);
}

std::string booking_json(std::string_view more)
{
    return R"({"resourceType":"Appointment","status":"booked","slot":[{"reference":"Slot/A11111.1"}],)"
           R"("start":"2026-11-24T09:00:00Z","end":"2026-11-24T09:10:00Z","participant":[{"actor":{"type":"Patient",)"
           R"("identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}},"status":"accepted"}])" +
           std::string(more) + "}";
}

fhir::codec::JsonValue json_of(const fhir::rest::Response& response)
{
    auto value = fhir::codec::parse_json(response.body.view());
    EXPECT_TRUE(value.has_value()) << response.body.view();
    return value ? *value : fhir::codec::JsonValue();
}

std::string text_at(const fhir::rest::Response& response, std::string_view path)
{
    const auto root = json_of(response);
    const fhir::codec::JsonValue* value = &root;
    while (value && !path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        value = step(*value, path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (!value)
        return {};
    return value->is_string() || value->is_number() ? value->text() : fhir::codec::to_json(*value);
}

std::string outcome_of(const fhir::rest::Response& response)
{
    if (response.body.empty())
        return std::to_string(response.status) + " without a body";
    std::string text = std::to_string(response.status) + " " + text_at(response, "issue/0/code");
    if (const auto where = text_at(response, "issue/0/expression/0"); !where.empty())
        text += " " + where;
    return text;
}

} // namespace tests
