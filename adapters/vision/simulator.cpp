// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"
#include "adapters/vision/vision.hpp"

namespace adapters::vision
{

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;

/// One Vision practice, as strict as the wire is known to be.
class VisionSimulator : public simulation::Simulator
{
public:
    VisionSimulator(simulation::PracticeSeed seed, const Clock& clock) : state_(std::move(seed), clock) {}

    Response handle(const Request& request) override { return answer(state_, request); }
    void reset() override { state_.reset(); }

    bool is_write(const Request& request) const override
    {
        const auto service = asked_service(request);
        return service == Service::book || service == Service::cancel;
    }

    std::string requested_slot(const Request& request) const override { return slot_asked_for(request); }

    std::vector<simulation::BookRow> book() const override
    {
        std::vector<simulation::BookRow> rows;
        for (const auto& slot : state_.slots())
            rows.push_back({slot.id, slot.held == Held::booked ? slot.id : "", slot.start, slot.end,
                            std::string(word_for(slot.held)), slot.nhs_number, slot.reason, slot.times_booked,
                            "", "", slot.last_cancelled});
        return rows;
    }

    bool reception_takes(const std::string& slot_key) override
    {
        auto* slot = state_.slot(slot_key);
        if (!slot || slot->held != Held::free)
            return false;
        slot->held = Held::reception;
        return true;
    }

    bool reception_cancels(const std::string& slot_key) override
    {
        auto* slot = state_.slot(slot_key);
        if (!slot || slot->held == Held::free)
            return false;
        state_.free(*slot);
        return true;
    }

    bool reception_moves(const std::string& from_slot, const std::string& to_slot) override
    {
        return state_.move(from_slot, to_slot);
    }

    bool reception_unlinks(const std::string& nhs_number) override { return state_.withdraw(nhs_number); }
    std::optional<bool> reception_switches(bool on) override { return state_.switch_appointments(on); }

    std::map<std::string, std::string> client_settings() const override
    {
        const auto& identity = simulated_signing_identity();
        return {{"user_name", state_.user_name()},
                {"provider_id", state_.provider_id()},
                {"signing_key", identity.key},
                {"signing_certificate", identity.certificate},
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
                                                      const Clock& clock, Random&)
{
    return std::make_unique<VisionSimulator>(seed, clock);
}

} // namespace adapters::vision
