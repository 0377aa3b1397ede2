// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/consent_shape.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"

#include <gtest/gtest.h>

namespace
{

using gateway::faces::r4::from_resource;
using gateway::faces::r4::to_resource;
using namespace gateway::policy;

constexpr std::string_view origin = "https://gateway.example.net";

Consent consent()
{
    Consent made{.id = "c1", .version = 2, .patient = *fhir::NhsNumber::parse("9990000018")};
    made.custodian = fhir::OdsCode::parse("A10001");
    made.organisation = fhir::OdsCode::parse("HUB01");
    made.from = fhir::parse_instant("2026-11-20T16:30:00Z");
    made.until = fhir::parse_instant("2027-11-20T00:00:00Z");
    made.reason = "safeguarding";
    made.at = *fhir::parse_instant("2026-11-23T09:00:00Z");
    return made;
}

TEST(ConsentShape, WhatIsShownIsReadAsTheSame)
{
    for (const auto kind : {ConsentKind::dissent, ConsentKind::sensitive})
        for (const auto status :
             {ConsentStatus::active, ConsentStatus::inactive, ConsentStatus::entered_in_error}) {
            Consent one = consent();
            one.kind = kind;
            one.status = status;
            const auto read = from_resource(to_resource(one, origin), origin);
            ASSERT_TRUE(read) << read.error().sentence();
            EXPECT_TRUE(read->says_the_same(one));
            EXPECT_EQ(read->reason, one.reason);
        }
}

TEST(ConsentShape, AWholeDayAtTheEndBelongsToThePeriod)
{
    auto resource = to_resource(consent(), origin);
    resource.provision->period->end = fhir::parse_date_time("2026-06-30");
    const auto read = from_resource(resource, origin);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->until, fhir::parse_instant("2026-06-30T23:00:00Z")) << "midnight in British summer time";
}

TEST(ConsentShape, WhatWouldNotBeKeptOrObeyedIsRefusedWithItsPath)
{
    const struct
    {
        const char *patch, *path;
    } rows[] = {
        {R"([{"op":"replace","path":"/status","value":"proposed"}])", "Consent.status"},
        {R"([{"op":"replace","path":"/scope/coding/0/code","value":"research"}])", "Consent.scope"},
        {R"([{"op":"remove","path":"/category/0"}])", "Consent.category"},
        {R"([{"op":"remove","path":"/category/1"}])", "Consent.category"},
        {R"([{"op":"replace","path":"/category/1/coding/0/code","value":"because"}])", "Consent.category"},
        {R"([{"op":"remove","path":"/patient"}])", "Consent.patient.identifier"},
        {R"([{"op":"replace","path":"/patient/identifier/value","value":"9990000019"}])",
         "Consent.patient.identifier.value"},
        {R"([{"op":"remove","path":"/organization"}])", "Consent.organization"},
        {R"([{"op":"replace","path":"/organization/0","value":{"display":"Surgery"}}])",
         "Consent.organization[0]"},
        {R"([{"op":"remove","path":"/provision"}])", "Consent.provision.type"},
        {R"([{"op":"replace","path":"/provision/type","value":"permit"}])", "Consent.provision.type"},
        {R"([{"op":"replace","path":"/provision/actor/0/reference","value":{"reference":"Organization/1"}}])",
         "Consent.provision.actor[0].reference"},
        {R"([{"op":"copy","from":"/provision/actor/0","path":"/provision/actor/-"}])",
         "Consent.provision.actor[1]"},
        {R"([{"op":"replace","path":"/provision/period/end","value":"2027"}])",
         "Consent.provision.period.end"},
        {R"([{"op":"add","path":"/identifier","value":[{"value":"1"}]}])", "Consent.identifier"},
        {R"([{"op":"add","path":"/performer","value":[{"display":"The patient"}]}])", "Consent.performer"},
        {R"([{"op":"add","path":"/implicitRules","value":"https://x.example"}])", "Consent.implicitRules"},
    };
    const auto document = fhir::codec::parse_json(fhir::codec::to_json(to_resource(consent(), origin)));
    ASSERT_TRUE(document);
    for (const auto& row : rows) {
        const auto patch = fhir::codec::parse_json(row.patch);
        auto changed = fhir::codec::apply_json_patch(*document, *patch);
        ASSERT_TRUE(changed) << row.patch << changed.error().sentence();
        const auto resource = fhir::codec::read<fhir::Consent>(fhir::codec::to_json(*changed));
        ASSERT_TRUE(resource) << row.patch << resource.error().sentence();
        const auto refused = from_resource(*resource, origin);
        ASSERT_FALSE(refused) << row.patch;
        EXPECT_EQ(refused.error().path(), row.path) << row.patch << refused.error().sentence();
        EXPECT_EQ(refused.error().sentence().find("9990000018"), std::string::npos);
    }
}

TEST(ConsentShape, RulesWithinRulesAreNotOverlooked)
{
    auto text = fhir::codec::to_json(to_resource(consent(), origin));
    text.replace(text.find("\"type\":\"deny\""), 13, R"("type":"deny","provision":[{"type":"permit"}])");
    EXPECT_FALSE(fhir::codec::read<fhir::Consent>(text)) << text;
}

} // namespace
