// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/health.hpp"

#include "fhir/codec/json_value.hpp"

namespace gateway::faces
{

namespace
{

using fhir::codec::JsonValue;

bool is_draining(const Health& health)
{
    return health.draining && health.draining();
}

} // namespace

bool Health::ready() const
{
    if (is_draining(*this))
        return false;
    for (const auto& check : checks)
        if (!check.run())
            return false;
    return true;
}

fhir::rest::Response text_answer(unsigned status, std::string_view content_type, std::string_view body)
{
    fhir::rest::Response response;
    response.status = status;
    response.headers.set("Content-Type", std::string(content_type));
    response.headers.set("Cache-Control", "no-store");
    response.body.append(body);
    return response;
}

fhir::rest::Response ping_answer(const Health& health)
{
    auto body = JsonValue::object({{"status", "pass"}, {"version", health.version}});
    return text_answer(200, "application/json", fhir::codec::to_json(body));
}

fhir::rest::Response status_answer(const Health& health)
{
    bool pass = !is_draining(health);
    auto checks = JsonValue::object();
    checks.set("draining", JsonValue::object({{"status", pass ? "pass" : "fail"}}));
    for (const auto& check : health.checks) {
        const auto result = check.run();
        auto state = JsonValue::object({{"status", result ? "pass" : "fail"}});
        if (!result)
            state.set("output", result.error().sentence());
        checks.set(check.name, std::move(state));
        pass = pass && result.has_value();
    }
    auto body = JsonValue::object(
        {{"status", pass ? "pass" : "fail"}, {"version", health.version}, {"checks", std::move(checks)}});
    return text_answer(pass ? 200 : 503, "application/json", fhir::codec::to_json(body));
}

fhir::rest::Response ready_answer(const Health& health)
{
    std::string failing = is_draining(health) ? "draining\n" : "";
    for (const auto& check : health.checks)
        if (const auto result = check.run(); !result)
            failing += check.name + ": " + result.error().sentence() + "\n";
    return text_answer(failing.empty() ? 200 : 503, "text/plain; charset=utf-8",
                       failing.empty() ? "ok\n" : failing);
}

} // namespace gateway::faces
