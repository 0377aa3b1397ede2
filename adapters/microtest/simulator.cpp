// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/microtest.hpp"
#include "adapters/microtest/simulator_routes.hpp"

namespace adapters::microtest
{

using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

std::string spaced(const std::string& digits)
{
    return digits.substr(0, 3) + " " + digits.substr(3, 3) + " " + digits.substr(6);
}

/// One Microtest practice, as strict as the wire is known to be.
class MicrotestSimulator : public simulation::BookSimulator
{
public:
    MicrotestSimulator(simulation::PracticeSeed seed, const Clock& clock)
        : BookSimulator(state_), state_(std::move(seed), clock)
    {}

    Response handle(const Request& request) override { return answer(state_, request); }

    bool is_write(const Request& request) const override
    {
        const auto asked = asked_of(request);
        return asked == "POST appointments" || asked == "DELETE appointments" ||
               asked == "POST prescriptions";
    }

    std::vector<simulation::MessageRow> messages() const override { return state_.desk().rows(); }
    void reset() override
    {
        BookSimulator::reset();
        state_.desk().clear();
    }

    std::optional<bool> reception_switches(bool on) override { return state_.switch_appointments(on); }

    std::string requested_slot(const Request& request) const override
    {
        return asked_of(request) == "POST appointments" ? body_text(request, "slotId") : "";
    }

    Response unavailable() const override
    {
        auto response = error_reply(503, "The service is not available.");
        response.headers.set("Retry-After", "2");
        return response;
    }

    std::map<std::string, std::string> client_settings() const override
    {
        return {{"search_identity", state_.service_patient().nhs_number}};
    }

private:
    SimState state_;
};

} // namespace

Response show_demographics(SimCall& call)
{
    const auto& patient = call.patient;
    const bool in_blanks = call.state.options().is("nhs_number", "spaced");
    const bool date_time = call.state.options().is("dob", "date-time");
    auto person = JsonValue::object({{"title", patient.title}, {"surname", patient.family}});
    person.set("forenames1", patient.given);
    person.set("forenames2", "");
    person.set("dob", fhir::to_text(patient.birth_date) + (date_time ? "T00:00:00" : ""));
    person.set("sex", patient.gender == "male" ? "M" : patient.gender == "female" ? "F" : "");
    person.set("nhs", in_blanks ? spaced(patient.nhs_number) : patient.nhs_number);
    for (const auto* name :
         {"houseName", "roadName", "locality", "post_town", "county", "postcode", "email", "telephone2"})
        person.set(name, "");
    person.set("telephone1", patient.phone);
    return json_reply(200, JsonValue::object({{"demographics", std::move(person)}}));
}

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random&)
{
    return std::make_unique<MicrotestSimulator>(seed, clock);
}

} // namespace adapters::microtest
