// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/simulator_rules.hpp"
#include "adapters/oauth/token_server.hpp"

namespace adapters::fhir_r4::server
{

/// One practice's FHIR server. Answers a request in the order address, token, format, parameters, body,
/// rules.
class Server : public simulation::Simulator
{
public:
    Server(const simulation::PracticeSeed& seed, const Clock& clock, Random& random);

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
    void expire_sessions() override { tokens_.forget_all(); }
    fhir::rest::Response throttled() const override;
    fhir::rest::Response unavailable() const override;
    std::map<std::string, std::string> client_settings() const override;
    std::string link_credential(const std::string& nhs_number) const override;

private:
    Answered answer(const fhir::rest::Request& request, const std::string& path);
    Answered search_or_read(const fhir::rest::Request& request, const std::string& type,
                            const std::string& rest);
    Answered change(const fhir::rest::Request& request, const std::string& type, const std::string& id);
    std::optional<Refusal> check_bearer(const fhir::rest::Request& request) const;
    fhir::rest::Response success(const Answer& answer, const fhir::rest::Request& request) const;

    const Clock& clock_;
    Random& random_;
    State state_;
    oauth::KeyPair keys_; ///< the client's, where it signs
    oauth::TokenServer tokens_;
};

} // namespace adapters::fhir_r4::server
