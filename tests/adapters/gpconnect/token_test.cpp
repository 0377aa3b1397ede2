// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/base64url.hpp"
#include "tests/adapters/gpconnect/practice.hpp"

using namespace tests::gpconnect;

namespace
{

const fhir::Instant now = at("2026-11-23T08:00:00Z");
constexpr std::string_view read_scope = "patient/*.read";

JsonValue payload()
{
    const auto token =
        gpc::build_token({"https://gw.example", "https://root", std::string(read_scope), now}, lowmoor());
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    return fhir::codec::parse_json(
               fhir::base64url_decode(token.substr(first + 1, second - first - 1)).value())
        .value();
}

std::string bearer(const JsonValue& claims)
{
    return "Bearer " + fhir::base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." +
           fhir::base64url_encode(text(claims)) + ".";
}

std::string checked(const std::string& authorization, std::string_view scope = read_scope)
{
    auto outcome = gpc::check_token(authorization, scope, now);
    return outcome ? "200" : std::to_string(outcome.error().status) + " " + std::string(outcome.error().code);
}

JsonValue with_times(std::int64_t issued_after_now, std::int64_t life)
{
    auto claims = payload();
    const auto issued =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + issued_after_now;
    claims.set("iat", JsonValue(std::int64_t{issued}));
    claims.set("exp", JsonValue(std::int64_t{issued + life}));
    return claims;
}

} // namespace

TEST(GpConnectToken, HasThreePartsWithoutPaddingAndAnEmptySignature)
{
    const auto token =
        gpc::build_token({"https://gw.example", "https://root", "patient/*.read", now}, lowmoor());
    EXPECT_TRUE(token.starts_with("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."));
    EXPECT_TRUE(token.ends_with("."));
    EXPECT_EQ(token.find('='), std::string::npos);
}

TEST(GpConnectToken, Base64UrlMatchesThePublishedVector)
{
    EXPECT_EQ(
        fhir::base64url_encode(
            R"({"iss":"https://gw.example","sub":"u1","exp":1805015100,"iat":1805014800})"),
        "eyJpc3MiOiJodHRwczovL2d3LmV4YW1wbGUiLCJzdWIiOiJ1MSIsImV4cCI6MTgwNTAxNTEwMCwiaWF0IjoxODA1MDE0ODAwfQ");
}

TEST(GpConnectToken, NamesTheConsumersOrganisationAndPerson)
{
    const auto claims = payload();
    EXPECT_EQ(adapters::text_of(claims, "sub"), "u-7731");
    EXPECT_EQ(adapters::text_at(claims, {"requesting_practitioner", "id"}), "u-7731");
    EXPECT_EQ(adapters::text_at(claims, {"requesting_practitioner", "name", "family"}), "Okonjo");
    EXPECT_EQ(adapters::text_at(claims, {"requesting_organization", "identifier", "value"}), "Z98H7");
    EXPECT_EQ(adapters::text_of(claims, "reason_for_request"), "directcare");
    EXPECT_EQ(claims.find("exp")->integer().value() - claims.find("iat")->integer().value(), 300);
}

TEST(GpConnectToken, OwnTokensPassTheProvidersCheck)
{
    EXPECT_EQ(checked(bearer(payload())), "200");
    auto nobody = lowmoor();
    nobody.user_id = nobody.user_name = nobody.sds_user_id = "";
    EXPECT_EQ(checked("Bearer " +
                      gpc::build_token({"https://gw", "https://root", std::string(read_scope), now}, nobody)),
              "200");
}

TEST(GpConnectToken, MalformedTokensAreBadRequests)
{
    const auto good = bearer(payload());
    const auto part = fhir::base64url_encode(text(payload()));
    for (const std::string& broken : std::vector<std::string>{
             std::string(), good.substr(7), "Basic " + good.substr(7), "Bearer a.b", good + ".",
             "Bearer a=.b.", "Bearer a+b." + part + ".",
             "Bearer " + fhir::base64url_encode("no json") + "." + part + ".",
             "Bearer " + fhir::base64url_encode("{}") + "." + fhir::base64url_encode("[]") + "."})
        EXPECT_EQ(checked(broken), "400 BAD_REQUEST") << broken;
}

TEST(GpConnectToken, EachClaimIsNeeded)
{
    for (std::string_view claim :
         {"iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope", "requesting_device",
          "requesting_organization", "requesting_practitioner"}) {
        auto missing = payload();
        missing.remove(claim);
        EXPECT_EQ(checked(bearer(missing)), "400 BAD_REQUEST") << claim;
        auto null = payload();
        null.set(claim, JsonValue());
        EXPECT_EQ(checked(bearer(null)), "400 BAD_REQUEST") << claim;
        auto blank = payload();
        blank.set(claim, " ");
        EXPECT_EQ(checked(bearer(blank)), "400 BAD_REQUEST") << claim;
    }
}

TEST(GpConnectToken, LivesExactlyFiveMinutes)
{
    EXPECT_EQ(checked(bearer(with_times(0, 300))), "200");
    for (int life : {299, 301, -1, 0})
        EXPECT_EQ(checked(bearer(with_times(0, life))), "400 BAD_REQUEST") << life;
}

TEST(GpConnectToken, ExpiredIsRefusedAndIssuedInTheFutureIsNot)
{
    EXPECT_EQ(checked(bearer(with_times(-600, 300))), "400 BAD_REQUEST");
    EXPECT_EQ(checked(bearer(with_times(200, 300))), "200");
}

TEST(GpConnectToken, ScopeMustBeThatOfTheInteraction)
{
    EXPECT_EQ(checked(bearer(payload()), "patient/*.write"), "400 BAD_REQUEST");
    EXPECT_EQ(checked(bearer(payload()), "organization/*.read"), "400 BAD_REQUEST");
    auto other = payload();
    other.set("requested_scope", "patient/*.write");
    EXPECT_EQ(checked(bearer(other)), "400 BAD_REQUEST");
    other.set("requested_scope", "everything");
    EXPECT_EQ(checked(bearer(other)), "400 BAD_REQUEST");
}

TEST(GpConnectToken, OtherValuesThatAreBadRequests)
{
    auto reason = payload();
    reason.set("reason_for_request", "secondarycare");
    EXPECT_EQ(checked(bearer(reason)), "400 BAD_REQUEST");
    auto subject = payload();
    subject.set("sub", "someone else");
    EXPECT_EQ(checked(bearer(subject)), "400 BAD_REQUEST");
    auto record = payload();
    record.set("requested_record", JsonValue::object());
    EXPECT_EQ(checked(bearer(record)), "400 BAD_REQUEST");
    auto system = payload();
    system.find("requesting_organization")
        ->find("identifier")
        ->items()[0]
        .set("system", "https://example.org/id");
    EXPECT_EQ(checked(bearer(system)), "400 BAD_REQUEST");
}

TEST(GpConnectToken, TheOldOdsSystemIsTolerated)
{
    auto claims = payload();
    claims.find("requesting_organization")
        ->find("identifier")
        ->items()[0]
        .set("system", gpc::names::ods_system_old);
    EXPECT_EQ(checked(bearer(claims)), "200");
}

TEST(GpConnectToken, ResourcesThatAreNoneOfTheirTypeAreInvalidResources)
{
    for (std::string_view claim :
         {"requesting_device", "requesting_organization", "requesting_practitioner"}) {
        auto element = payload();
        element.find(claim)->set("shoeSize", 43);
        EXPECT_EQ(checked(bearer(element)), "422 INVALID_RESOURCE") << claim;
        auto type = payload();
        type.find(claim)->set("resourceType", "Basic");
        EXPECT_EQ(checked(bearer(type)), "422 INVALID_RESOURCE") << claim;
    }
}

TEST(GpConnectToken, UnknownOrMissingRoleProfileIsAccepted)
{
    auto claims = payload();
    auto& identifiers = claims.find("requesting_practitioner")->find("identifier")->items();
    identifiers.erase(identifiers.begin() + 1, identifiers.end());
    EXPECT_EQ(checked(bearer(claims)), "200");
}
