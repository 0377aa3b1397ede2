// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/bars/world.hpp"

namespace tests::bars
{

namespace
{

adapters::simulation::PracticeSeed seed_with(Options options)
{
    auto seed = practice_seed();
    seed.options = std::move(options);
    return seed;
}

} // namespace

adapters::Awaitable<fhir::Result<Response>> Between::send(adapters::upstream::Call call)
{
    if (change)
        change(call.request);
    calls.push_back(call.request);
    const auto request = call.request;
    auto response = co_await far_.send(std::move(call));
    if (response && spoil)
        spoil(request, *response);
    co_return response;
}

void substitute(Response& response, std::string_view from, std::string_view to)
{
    std::string body(response.body.view());
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    response.body.clear();
    response.body.append(body);
}

JsonValue json(std::string_view text)
{
    auto tree = fhir::codec::parse_json(text);
    EXPECT_TRUE(tree) << text;
    return tree ? std::move(*tree) : JsonValue::object();
}

World::World(Options options, Options settings)
    : seed(seed_with(std::move(options))),
      host(
          [&](const adapters::Clock& skewed) { return adapters::bars::make_simulator(seed, skewed, random); },
          clock, random, seed.ods),
      far(host, "/FHIR/R4/"), between(far)
{
    auto all = host.simulator().client_settings();
    for (const auto& [name, value] : settings)
        all[name] = value;
    const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed.ods).value(), seed.name, all,
                                            std::chrono::seconds(5), std::chrono::seconds(5)};
    adapter = adapters::bars::make_adapter(practice, between, clock, random);
}

fhir::Result<adapters::FoundSlots> World::find()
{
    return run(adapter->find_slots(
        {{clock.now(), clock.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt}));
}

adapters::OfferedSlot World::slot(const std::string& start)
{
    const auto found = find();
    if (found)
        for (const auto& each : found->slots)
            if (each->start() == at(start))
                return each->offered();
    ADD_FAILURE() << "no slot at " << start;
    return {};
}

adapters::BookAppointment World::order()
{
    adapters::BookAppointment booking{hub_provenance(), patient(),  {}, "Review of inhaler", "",
                                      "01632960114",    clock.now()};
    booking.slots.push_back(slot());
    return booking;
}

fhir::Result<adapters::SupplierAppointment> World::book(adapters::BookAppointment booking)
{
    return run(adapter->book(std::move(booking)));
}

fhir::Result<adapters::SupplierAppointment> World::cancel(const adapters::SupplierAppointment& appointment,
                                                          std::size_t who)
{
    return run(adapter->cancel({hub_provenance(), patient(who), appointment, "Recovered"}));
}

fhir::Result<adapters::SupplierAppointment> World::read(const std::string& key, std::size_t who)
{
    return run(adapter->read_appointment({hub_provenance(), patient(who), key}));
}

fhir::Result<std::vector<adapters::SupplierAppointment>> World::list(std::size_t who)
{
    return run(adapter->list_appointments(
        {hub_provenance(), patient(who), {clock.now(), clock.now() + std::chrono::days(28)}}));
}

adapters::simulation::BookRow World::row(const std::string& start) const
{
    for (auto& each : host.book())
        if (each.start == at(start))
            return each;
    ADD_FAILURE() << "no slot at " << start;
    return {};
}

std::vector<Request> World::sent(std::string_view target) const
{
    std::vector<Request> found;
    for (const auto& call : between.calls)
        if (call.target.starts_with(target))
            found.push_back(call);
    return found;
}

} // namespace tests::bars
