// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/emis.hpp"

#include "adapters/emis/simulator_routes.hpp"
#include "adapters/emis/simulator_state.hpp"

namespace adapters::emis
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

std::int64_t slot_number(const std::string& key)
{
    return fhir::codec::JsonValue::number(key).integer().value_or(0);
}

std::string_view status_name(SlotState state)
{
    switch (state) {
    case SlotState::free:
        return "free";
    case SlotState::booked:
        return "booked";
    case SlotState::reception:
        return "reception";
    }
    return "free";
}

/// One EMIS practice, as strict as the wire is known to be.
class EmisSimulator : public simulation::Simulator
{
public:
    EmisSimulator(simulation::PracticeSeed seed, const Clock& clock, Random& random)
        : state_(std::move(seed), clock, random)
    {}

    Response handle(const Request& request) override { return answer(state_, request); }
    void reset() override { state_.reset(); }
    void expire_sessions() override { state_.expire_sessions(); }

    bool is_write(const Request& request) const override
    {
        const auto path = relative_path(request);
        return (path == "appointments" && (request.method == "POST" || request.method == "DELETE")) ||
               ((path == "messages" || path == "prescriptionrequests") && request.method == "POST");
    }

    std::string requested_slot(const Request& request) const override
    {
        return relative_path(request) == "appointments" && request.method == "POST" ? slot_asked_for(request)
                                                                                    : "";
    }

    std::vector<simulation::MessageRow> messages() const override { return state_.desk().rows(); }

    std::vector<simulation::BookRow> book() const override
    {
        std::vector<simulation::BookRow> rows;
        for (const auto& slot : state_.slots()) {
            const auto key = std::to_string(slot.id);
            const bool held = slot.state == SlotState::booked;
            rows.push_back({key, held ? key : "", slot.start, slot.end, std::string(status_name(slot.state)),
                            slot.nhs_number, slot.reason, slot.times_booked, "", slot.phone,
                            slot.last_cancelled});
        }
        return rows;
    }

    bool reception_takes(const std::string& slot_key) override
    {
        auto* slot = state_.slot(slot_number(slot_key));
        if (!slot || slot->state != SlotState::free)
            return false;
        slot->state = SlotState::reception;
        return true;
    }

    bool reception_cancels(const std::string& slot_key) override
    {
        auto* slot = state_.slot(slot_number(slot_key));
        if (!slot || slot->state == SlotState::free)
            return false;
        state_.free(*slot);
        return true;
    }

    bool reception_moves(const std::string& from_slot, const std::string& to_slot) override
    {
        auto* from = state_.slot(slot_number(from_slot));
        auto* to = state_.slot(slot_number(to_slot));
        if (!from || !to || from->state != SlotState::booked || to->state != SlotState::free)
            return false;
        state_.move(*from, *to);
        return true;
    }

    bool reception_unlinks(const std::string& nhs_number) override { return state_.withdraw(nhs_number); }
    std::optional<bool> reception_switches(bool on) override { return state_.switch_appointments(on); }

    std::map<std::string, std::string> client_settings() const override
    {
        return {{"application_id", state_.issued("application")},
                {"api_version", std::string(api_version)},
                {"search_identity", state_.issued("service account")},
                {"verification_token", "synthetic-identity-assertion"}};
    }

    std::string link_credential(const std::string& nhs_number) const override
    {
        const auto* patient = state_.patient(nhs_number);
        return patient ? state_.issued("access identity", patient->nhs_number) : "";
    }

private:
    SimState state_;
};

} // namespace

std::unique_ptr<simulation::Simulator> make_simulator(const simulation::PracticeSeed& seed,
                                                      const Clock& clock, Random& random)
{
    return std::make_unique<EmisSimulator>(seed, clock, random);
}

} // namespace adapters::emis
