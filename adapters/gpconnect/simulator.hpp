// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/gpconnect/interaction.hpp"
#include "adapters/gpconnect/simulator_rules.hpp"

namespace adapters::gpconnect::provider
{

/// One practice's provider: answers a request in the order practice, Spine headers, interaction id, token,
/// format, parameters, body, rules.
class Provider : public simulation::Simulator
{
public:
    Provider(const simulation::PracticeSeed& seed, const Clock& clock);

    fhir::rest::Response handle(const fhir::rest::Request& request) override;
    std::vector<simulation::BookRow> book() const override;
    void reset() override;
    bool is_write(const fhir::rest::Request& request) const override;
    std::string requested_slot(const fhir::rest::Request& request) const override;
    bool reception_takes(const std::string& slot_key) override;
    bool reception_cancels(const std::string& slot_key) override;
    bool reception_moves(const std::string& from_slot, const std::string& to_slot) override;
    bool reception_marks(const std::string& slot_key, Mark mark) override;
    std::optional<bool> reception_switches(bool on) override;
    fhir::rest::Response throttled() const override;
    fhir::rest::Response unavailable() const override;
    std::map<std::string, std::string> client_settings() const override;
    std::string link_credential(const std::string& nhs_number) const override;

private:
    Answered answer(const fhir::rest::Request& request);
    Answered perform(Interaction interaction, const std::string& id, const Parameters& parameters,
                     const JsonValue& body, const fhir::rest::Request& request);
    /// The path below this practice's service root.
    std::expected<std::string, Refusal> inside(std::string_view path) const;
    fhir::rest::Response success(const Answer& answer, const fhir::rest::Request& request) const;
    fhir::rest::Response refusal(const Refusal& refused) const;

    const Clock& clock_;
    State state_;
};

} // namespace adapters::gpconnect::provider
