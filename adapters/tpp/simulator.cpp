// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/simulator_routes.hpp"
#include "adapters/tpp/tpp.hpp"

namespace adapters::tpp
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

/// One TPP practice, as strict as the wire is known to be.
class TppSimulator : public simulation::Simulator
{
public:
    TppSimulator(simulation::PracticeSeed seed, const Clock& clock, Random& random)
        : state_(std::move(seed), clock, random)
    {}

    Response handle(const Request& request) override { return answer(state_, request); }
    void reset() override { state_.reset(); }
    void expire_sessions() override { state_.expire_sessions(); }

    bool is_write(const Request& request) const override
    {
        const auto operation = asked_operation(request);
        return operation == Operation::book || operation == Operation::cancel ||
               operation == Operation::create_message || operation == Operation::request_medication;
    }

    std::string requested_slot(const Request& request) const override
    {
        const auto key = slot_asked_for(request);
        return key ? key->name() : "";
    }

    std::vector<simulation::MessageRow> messages() const override { return state_.desk().rows(); }

    std::vector<simulation::BookRow> book() const override
    {
        std::vector<simulation::BookRow> rows;
        for (const auto& slot : state_.slots())
            rows.push_back({slot.key.name(), slot.appointment_id, slot.start, slot.end,
                            std::string(word_for(slot.held)), slot.nhs_number, slot.notes, slot.times_booked,
                            "", "", ""});
        return rows;
    }

    bool reception_takes(const std::string& slot_key) override
    {
        auto* slot = state_.slot_named(slot_key);
        if (!slot || slot->held != Held::free)
            return false;
        slot->held = Held::reception;
        return true;
    }

    bool reception_cancels(const std::string& slot_key) override
    {
        auto* slot = state_.slot_named(slot_key);
        if (!slot || slot->held == Held::free)
            return false;
        state_.free(*slot);
        return true;
    }

    bool reception_moves(const std::string& from_slot, const std::string& to_slot) override
    {
        auto* from = state_.slot_named(from_slot);
        auto* to = state_.slot_named(to_slot);
        if (!from || !to || from->held != Held::booked || to->held != Held::free)
            return false;
        state_.move(*from, *to);
        return true;
    }

    bool reception_unlinks(const std::string& nhs_number) override { return state_.withdraw(nhs_number); }
    std::optional<bool> reception_switches(bool on) override { return state_.switch_appointments(on); }

    std::map<std::string, std::string> client_settings() const override
    {
        return {{"application_name", "FederationGateway"},
                {"application_version", "1.0"},
                {"provider_id", state_.provider_id()},
                {"device_type", "Server"},
                {"search_identity", state_.account("").text()}};
    }

    std::string link_credential(const std::string& nhs_number) const override
    {
        const auto* patient = state_.patient(nhs_number);
        return patient ? state_.account(patient->nhs_number).text() : "";
    }

private:
    SimState state_;
};

} // namespace

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random)
{
    return std::make_unique<TppSimulator>(seed, clock, random);
}

} // namespace adapters::tpp
