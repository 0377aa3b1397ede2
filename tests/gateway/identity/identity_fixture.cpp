// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/identity_fixture.hpp"

namespace tests
{

using namespace gateway::identity;

namespace
{

gateway::Awaitable<fhir::Result<std::string>> answer(std::map<std::string, std::string>& web, int& fetches,
                                                     std::string url)
{
    ++fetches;
    const auto found = web.find(url);
    if (found == web.end())
        co_return fhir::fail(fhir::ErrorKind::supplier_unavailable);
    co_return found->second;
}

Client client(const std::string& id, const std::string& jwks_file, const std::string& certificate)
{
    Client made{id,
                *fhir::OdsCode::parse("Y90001"),
                "Test Hub",
                "urgent-care",
                "0151 496 0000",
                {},
                jwks_file,
                {},
                certificate};
    made.scopes = parse_scopes("system/Slot.rs system/Appointment.crus");
    return made;
}

} // namespace

const TestKeys& keys()
{
    static const TestKeys made;
    return made;
}

IdentityTest::IdentityTest()
{
    const auto hub_keys =
        directory_.write("hub.json", to_key_set_json({keys().hub.public_key(), keys().hub_rsa.public_key()}));
    settings_.base_url = base_url;
    settings_.token_url = token_url;
    settings_.jwks_url = own_issuer + "/oauth2/jwks";
    settings_.issuer = own_issuer;
    settings_.token_signing_key_file = directory_.write("signing.pem", to_pem(keys().gateway));
    settings_.clients = {client("hub", hub_keys, {}), client("bound", hub_keys, certificate_sha256),
                         client("visitor", {}, {})};
    const auto issuer_keys = directory_.write("issuer.json", to_key_set_json({keys().issuer.public_key()}));
    settings_.issuers = {{other_issuer, base_url, issuer_keys, {}}};
    make();
}

void IdentityTest::make()
{
    auto made = make_identity(settings_, clock_, random_, memory_jti_store(clock_),
                              [this](std::string url) { return answer(web_, fetches_, std::move(url)); });
    if (!made)
        throw std::runtime_error(made.error().sentence());
    identity_ = std::move(*made);
}

JsonValue IdentityTest::good_assertion()
{
    return JsonValue::object({{"iss", "hub"},
                              {"sub", "hub"},
                              {"aud", token_url},
                              {"exp", to_numeric_date(clock_.now() + std::chrono::seconds(240))},
                              {"jti", "jti-" + std::to_string(++jti_)}});
}

JsonValue IdentityTest::good_token() const
{
    return JsonValue::object({{"iss", own_issuer},
                              {"sub", "hub"},
                              {"client_id", "hub"},
                              {"aud", base_url},
                              {"iat", to_numeric_date(clock_.now())},
                              {"exp", to_numeric_date(clock_.now() + std::chrono::seconds(300))},
                              {"scope", "system/Slot.rs system/Patient.rs"}});
}

fhir::rest::Response IdentityTest::post(const std::string& body, const std::string& certificate)
{
    fhir::rest::Request request;
    request.method = "POST";
    request.target = "/oauth2/token";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = body;
    request.client_certificate_sha256 = certificate;
    return run(identity_->token(std::move(request)));
}

fhir::rest::Response IdentityTest::ask(const std::string& assertion, const std::string& scope,
                                       const std::string& certificate)
{
    return post("grant_type=client_credentials&scope=" + fhir::rest::percent_encode(scope) +
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
                    "client_assertion=" +
                    fhir::rest::percent_encode(assertion),
                certificate);
}

JsonValue IdentityTest::json(const fhir::rest::Response& response)
{
    return fhir::codec::parse_json(response.body.view()).value_or(JsonValue());
}

std::string IdentityTest::error_of(const fhir::rest::Response& response)
{
    if (response.status == 200)
        return "granted";
    const JsonValue body = json(response);
    const JsonValue* error = body.find("error");
    return error ? error->text() : "no OAuth error";
}

fhir::Result<Caller> IdentityTest::with_token(const std::string& token, const std::string& certificate)
{
    fhir::rest::Request request;
    request.headers.set("Authorization", "Bearer " + token);
    request.client_certificate_sha256 = certificate;
    return identity_->authenticate(request);
}

} // namespace tests
