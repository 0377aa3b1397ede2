// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/simulator_rules.hpp"
#include "adapters/oauth/token_server.hpp"

namespace adapters::bars::receiver
{

/// Proxy and receiver of one practice in one. Answers a request in the standard's order: access, ids and what
/// was received under them before, versions, then what the message says.
class Receiver : public simulation::Simulator
{
public:
    Receiver(const simulation::PracticeSeed& seed, const Clock& clock, Random& random);

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
    std::string link_credential(const std::string&) const override { return {}; }

private:
    fhir::rest::Response answer(const fhir::rest::Request& request, const std::string& path);
    std::expected<Caller, Refusal> let_in(const fhir::rest::Request& request, const std::string& path) const;
    std::optional<Refusal> check_bearer(const fhir::rest::Request& request) const;
    Answered read(const fhir::rest::Request& request, const std::string& path, const Caller& caller) const;
    fhir::rest::Response receive(const fhir::rest::Request& request, const Caller& caller);
    fhir::rest::Response received_before(const Received& message, const fhir::rest::Request& request) const;
    Answered process_message(const fhir::rest::Request& request, const Caller& caller);
    fhir::rest::Response refusal_response(const Refusal& refused) const;

    const Clock& clock_;
    Random& random_;
    State state_;
    oauth::TokenServer tokens_;
    std::int64_t refused_as_busy_ = 0;
};

} // namespace adapters::bars::receiver
