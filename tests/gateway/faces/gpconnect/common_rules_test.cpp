// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/spine_headers.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

// What every interaction has in common: who may call, headers, token, formats, paths.
namespace
{

using namespace tests::gpc;

constexpr std::string_view metadata = "rest:read:metadata-1";

// ---- who may call, and where

TEST(GpConnectAccess, AConnectionWithAnUnknownCertificateIsDenied)
{
    Surgery surgery;
    surgery.certificate_sent = "cc33";
    EXPECT_EQ(surgery.get("metadata", metadata).outcome(), "403 ACCESS_DENIED");
}

TEST(GpConnectAccess, AConnectionWithoutACertificateIsDenied)
{
    Surgery surgery;
    surgery.certificate_sent.reset();
    EXPECT_EQ(surgery.get("metadata", metadata).outcome(), "403 ACCESS_DENIED");
}

TEST(GpConnectAccess, AnAsidThatTheCertificateDoesNotProveIsDenied)
{
    Surgery surgery;
    EXPECT_EQ(surgery.get("metadata", metadata, {{"Ssp-From", "900000000999"}}).outcome(),
              "403 ACCESS_DENIED");
}

TEST(GpConnectAccess, APerfectTokenDoesNotReplaceTheCertificate)
{
    Surgery surgery;
    surgery.certificate_sent = "bb22"; // proves another organisation, whatever the token says
    const auto reply = surgery.get("metadata", metadata, {{"Ssp-From", "900000000999"}});
    EXPECT_EQ(reply.outcome(), "403 NO_ORGANISATION_CONSENT");
}

TEST(GpConnectAccess, APracticeThatIsNotServedIsNotFound)
{
    Surgery surgery;
    surgery.root = "/Z99999/STU3/1/gpconnect/fhir/";
    EXPECT_EQ(surgery.get("metadata", metadata).outcome(), "404 ORGANISATION_NOT_FOUND");
    surgery.root = "/z90001/STU3/1/gpconnect/fhir/";
    EXPECT_EQ(surgery.get("metadata", metadata).outcome(), "404 ORGANISATION_NOT_FOUND");
}

// ---- headers

struct HeaderRow
{
    std::string_view name;
    std::string value;
};

TEST(GpConnectHeaders, EachSpineHeaderMustBeThereOnceAndBeRight)
{
    Surgery surgery;
    const HeaderRow rows[] = {
        {"Ssp-TraceID", ""},
        {"Ssp-TraceID", " "},
        {"Ssp-From", ""},
        {"Ssp-To", ""},
        {"Ssp-To", "900000000101"},
        {"Ssp-InteractionID", ""},
        {"Ssp-InteractionID", "urn:nhs:names:services:gpconnect:fhir:rest:read:nothing-1"},
        {"Ssp-InteractionID", "rest:read:metadata-1"},
        {"Ssp-InteractionID", "urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1"},
        {"Authorization", ""},
    };
    for (const HeaderRow& row : rows)
        EXPECT_EQ(surgery.get("metadata", metadata, {{std::string(row.name), row.value}}).outcome(),
                  "400 BAD_REQUEST")
            << row.name << "=" << row.value;
}

TEST(GpConnectHeaders, NamesAreReadWithoutTheirCase)
{
    Surgery surgery;
    const auto id = "urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1";
    EXPECT_EQ(
        surgery.get("metadata", metadata, {{"Ssp-InteractionID", ""}, {"ssp-interactionid", id}}).status,
        200u);
}

TEST(GpConnectHeaders, AHeaderSentTwiceIsRefused)
{
    fhir::rest::Headers headers;
    for (const auto name : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"})
        headers.set(name, "1");
    EXPECT_TRUE(gateway::faces::gpconnect::read_spine_headers(headers, "1"));
    headers.add("SSP-TRACEID", "1");
    EXPECT_FALSE(gateway::faces::gpconnect::read_spine_headers(headers, "1"));
}

TEST(GpConnectAnswers, EveryAnswerIsNotStoredAndSaysItsType)
{
    Surgery surgery;
    for (const auto& reply :
         {surgery.get("metadata", metadata), surgery.get("metadata", metadata, {{"Ssp-To", ""}})}) {
        EXPECT_EQ(reply.headers.get("Cache-Control"), "no-store");
        EXPECT_EQ(reply.headers.get("Content-Type"), "application/fhir+json;charset=utf-8");
        EXPECT_FALSE(reply.headers.get("Strict-Transport-Security").empty());
    }
}

TEST(GpConnectAnswers, AnOutcomeHasTheProfileAndOneCodingWithItsDisplay)
{
    Surgery surgery;
    const auto reply = surgery.get("metadata", metadata, {{"Ssp-To", ""}});
    EXPECT_EQ(reply.at("meta/profile/0"),
              "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1");
    EXPECT_EQ(reply.at("issue/0/severity"), "error");
    EXPECT_EQ(reply.at("issue/0/code"), "invalid");
    EXPECT_EQ(reply.at("issue/0/details/coding/0/system"),
              "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1");
    EXPECT_EQ(reply.at("issue/0/details/coding/0/display"), "Bad request");
    EXPECT_NE(reply.at("issue/0/diagnostics").find("Ssp-To"), std::string::npos);
}

TEST(GpConnectAnswers, AreCompressedOnRequest)
{
    Surgery surgery;
    const auto reply = surgery.get("metadata", metadata, {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.headers.get("Content-Encoding"), "gzip");
    EXPECT_TRUE(reply.text.starts_with("\x1f\x8b"));
}

// ---- paths

struct PathRow
{
    std::string method, path;
    std::string_view interaction;
    std::string outcome;
};

TEST(GpConnectPaths, WhatIsNotServedIsAnsweredAsTheReferenceImplementationDoes)
{
    Surgery surgery;
    const PathRow rows[] = {
        {"GET", "metadatas", metadata, "404 BAD_REQUEST"},
        {"GET", "Metadata", metadata, "404 BAD_REQUEST"},
        {"GET", "Observation/1", metadata, "404 BAD_REQUEST"},
        {"PATCH", "metadata", metadata, "400 BAD_REQUEST"},
        {"DELETE", "Appointment/1", "rest:read:appointment-1", "400 BAD_REQUEST"},
        {"OPTIONS", "metadata", metadata, "400 BAD_REQUEST"},
        {"HEAD", "metadata", metadata, "400 BAD_REQUEST"},
        {"GET", "Slot/1", "rest:search:slot-1", "501 NOT_IMPLEMENTED"},
        {"GET", "Schedule", "rest:search:slot-1", "501 NOT_IMPLEMENTED"},
        {"GET", "Appointment/1/_history", "rest:read:appointment-1", "501 NOT_IMPLEMENTED"},
        {"GET", "Patient/", "rest:read:patient-1", "400 BAD_REQUEST"},
        {"GET", "Practitioner/", "rest:read:practitioner-1", "400 BAD_REQUEST"},
        {"GET", "Appointment/", "rest:read:appointment-1", "404 NO_RECORD_FOUND"},
        {"GET", "Patient/a_b", "rest:read:patient-1", "404 PATIENT_NOT_FOUND"},
        {"GET", "Practitioner/a_b", "rest:read:practitioner-1", "404 PRACTITIONER_NOT_FOUND"},
        {"GET", "Organization/a_b", "rest:read:organization-1", "404 ORGANISATION_NOT_FOUND"},
        {"GET", "Location/a_b", "rest:read:location-1", "404 NO_RECORD_FOUND"},
    };
    for (const PathRow& row : rows)
        EXPECT_EQ(surgery.send(row.method, row.path, row.interaction).outcome(), row.outcome)
            << row.method << row.path;
}

// ---- formats

TEST(GpConnectFormats, AnUnsupportedFormatIsRefusedInJson)
{
    Surgery surgery;
    for (const std::string accept :
         {"text/html", "application/json+fhir", "application/fhir+json;charset=latin-1"}) {
        const auto reply = surgery.get("metadata", metadata, {{"Accept", accept}});
        EXPECT_EQ(reply.outcome(), "415 UNSUPPORTED_MEDIA_TYPE") << accept;
        EXPECT_EQ(reply.headers.get("Content-Type"), "application/fhir+json;charset=utf-8");
    }
    EXPECT_EQ(surgery.get("metadata?_format=text/csv", metadata).outcome(), "415 UNSUPPORTED_MEDIA_TYPE");
}

TEST(GpConnectFormats, TheParameterWinsOverAcceptAndAcceptOverTheContentType)
{
    Surgery surgery;
    const std::string json = "application/fhir+json;charset=utf-8",
                      xml = "application/fhir+xml;charset=utf-8";
    const struct
    {
        std::string accept, query, expected;
    } rows[] = {
        {"application/fhir+json", "", json},
        {"application/fhir+xml", "", xml},
        {"application/fhir+xml;charset=utf-8", "", xml},
        {"application/fhir+json; charset=UTF-8", "", json},
        {"", "", json},
        {"*/*", "", json},
        {"text/html, application/fhir+xml;q=0.5", "", xml},
        {"application/fhir+json", "?_format=application/fhir%2Bxml", xml},
        {"application/fhir+json", "?_format=application/fhir+xml", xml},
        {"application/fhir+json", "?_format=xml", xml},
        {"application/fhir+xml", "?_format=application/fhir%2Bjson", json},
        {"application/fhir+xml", "?_format=json", json},
        {"text/html", "?_format=json", json},
    };
    for (const auto& [accept, query, expected] : rows) {
        const auto reply = surgery.get("metadata" + query, metadata, {{"Accept", accept}});
        EXPECT_EQ(reply.status, 200u) << accept << query;
        EXPECT_EQ(reply.headers.get("Content-Type"), expected) << accept << query;
        EXPECT_EQ(reply.at("resourceType"), "CapabilityStatement") << accept << query;
        const auto refused = surgery.get("metadata" + query, metadata, {{"Accept", accept}, {"Ssp-To", ""}});
        EXPECT_EQ(refused.headers.get("Content-Type"), expected) << "a refusal, " << accept << query;
        EXPECT_EQ(refused.outcome(), "400 BAD_REQUEST");
    }
    Surgery in_xml("gpconnect", Format::xml);
    EXPECT_EQ(in_xml.post(in_xml.wanted(), {{"Accept", ""}}).headers.get("Content-Type"), xml);
    EXPECT_EQ(
        in_xml.post(in_xml.wanted({1}), {{"Accept", "application/fhir+json"}}).headers.get("Content-Type"),
        json);
}

TEST(GpConnectFormats, ABodyMustSayWhatItIs)
{
    Surgery surgery;
    const auto wanted = surgery.wanted();
    for (const std::string type :
         {"", "application/xml", "text/plain", "application/fhir+json;charset=utf-16"})
        EXPECT_EQ(surgery.post(wanted, {{"Content-Type", type}}).outcome(), "415 UNSUPPORTED_MEDIA_TYPE")
            << type;
    EXPECT_EQ(surgery.post(wanted, {{"Content-Encoding", "gzip"}}).outcome(), "415 UNSUPPORTED_MEDIA_TYPE");
}

// ---- the token: table 3.3 of the specification, one row each

struct TokenRow
{
    std::string_view what;
    std::function<void(JsonValue&)> change;
    std::string outcome;
};

std::function<void(JsonValue&)> without(std::string claim)
{
    return [claim](JsonValue& payload) { drop(payload, claim); };
}

std::function<void(JsonValue&)> with(std::string claim, JsonValue value)
{
    return [claim, value](JsonValue& payload) { member(payload, claim) = value; };
}

std::function<void(JsonValue&)> lasting(std::int64_t seconds)
{
    return [seconds](JsonValue& payload) {
        payload.set("exp", JsonValue(std::int64_t{*payload.find("iat")->integer() + seconds}));
    };
}

std::function<void(JsonValue&)> issued_at(std::int64_t later)
{
    return [later](JsonValue& payload) {
        const auto issued = *payload.find("iat")->integer() + later;
        payload.set("iat", JsonValue(std::int64_t{issued}));
        payload.set("exp", JsonValue(std::int64_t{issued + 300}));
    };
}

TEST(GpConnectToken, EveryFailureHasItsStatusAndCode)
{
    Surgery surgery;
    const std::string bad = "400 BAD_REQUEST", invalid = "422 INVALID_RESOURCE", fine = "200";
    std::vector<TokenRow> rows = {
        {"300 seconds", lasting(300), fine},
        {"299 seconds", lasting(299), bad},
        {"301 seconds", lasting(301), bad},
        {"minus one second", lasting(-1), bad},
        {"expired", issued_at(-600), bad},
        {"issued in the future", issued_at(200), fine},
        {"no reason like directcare", with("reason_for_request", "secondaryuses"), bad},
        {"unknown scope", with("requested_scope", "organization/*.delete"), bad},
        {"scope to write", with("requested_scope", "organization/*.write"), bad},
        {"scope of patients", with("requested_scope", "patient/*.read"), bad},
        {"another user", with("sub", "u-1"), bad},
        {"unknown ODS system", with("requesting_organization/identifier/0/system", "https://example.org/ods"),
         bad},
        {"the old ODS system",
         with("requesting_organization/identifier/0/system", "http://fhir.nhs.net/Id/ods-organization-code"),
         fine},
        {"requested_record", with("requested_record", JsonValue::object({{"resourceType", "Patient"}})), bad},
        {"device of another type", with("requesting_device/resourceType", "Location"), invalid},
        {"device with an unknown element", with("requesting_device/invalidField", "x"), invalid},
        {"organisation of another type", with("requesting_organization/resourceType", "Practitioner"),
         invalid},
        {"organisation with an unknown element", with("requesting_organization/invalidField", "x"), invalid},
        {"practitioner of another type", with("requesting_practitioner/resourceType", "Organization"),
         invalid},
        {"practitioner with an unknown element", with("requesting_practitioner/invalidField", "x"), invalid},
        {"device that is no object", with("requesting_device", "a device"), invalid},
        {"SDS user unknown", with("requesting_practitioner/identifier/0/value", "UNK"), fine},
        {"no identifiers of the practitioner", without("requesting_practitioner/identifier"), fine},
        {"times as text", with("iat", "1805014800"), bad},
        {"issuer as a number", with("iss", JsonValue(7)), bad},
    };
    for (const auto claim : {"iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope",
                             "requesting_device", "requesting_organization", "requesting_practitioner"}) {
        rows.push_back({std::string_view(claim), without(claim), bad});
        rows.push_back({std::string_view(claim), with(claim, JsonValue()), bad});
        rows.push_back({std::string_view(claim), with(claim, ""), bad});
        rows.push_back({std::string_view(claim), with(claim, "  "), bad});
    }
    for (const TokenRow& row : rows) {
        const auto token = "Bearer " + surgery.token("organization/*.read", row.change);
        EXPECT_EQ(surgery.get("metadata", metadata, {{"Authorization", token}}).outcome(), row.outcome)
            << row.what;
    }
}

TEST(GpConnectToken, MustHaveTheFormOfAnUnsignedToken)
{
    Surgery surgery;
    const std::string good = surgery.token("organization/*.read");
    const std::string payload = good.substr(good.find('.'));
    const std::string rows[] = {
        "Basic " + good,
        "bearer " + good,
        "Bearer " + good + "x",
        "Bearer " + good.substr(0, good.size() - 1),
        "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9" + payload, // alg RS256
        "Bearer " + good.substr(0, good.find('.')) + "." + "bm90IEpTT04" + ".",
        "Bearer " + good.substr(0, good.find('.')) + "=" + payload,
        "Bearer a+b/." + payload.substr(1),
        "Bearer ..",
        "Bearer",
    };
    for (const std::string& value : rows)
        EXPECT_EQ(surgery.get("metadata", metadata, {{"Authorization", value}}).outcome(), "400 BAD_REQUEST")
            << value;
}

TEST(GpConnectToken, ItsScopeMustFitTheInteractionBothWays)
{
    Surgery surgery;
    const auto patient =
        "Patient/" + surgery.patient() + "/Appointment?start=ge2026-11-24&start=le2026-11-25";
    for (const std::string scope : {"patient/*.write", "organization/*.read"})
        EXPECT_EQ(surgery
                      .get(patient, "rest:search:patient_appointments-1",
                           {{"Authorization", "Bearer " + surgery.token(scope)}})
                      .outcome(),
                  "400 BAD_REQUEST");
    const auto wanted = surgery.wanted();
    EXPECT_EQ(
        surgery.post(wanted, {{"Authorization", "Bearer " + surgery.token("patient/*.read")}}).outcome(),
        "400 BAD_REQUEST");
}

TEST(GpConnectToken, WhoItNamesReachesThePracticeAndNothingElse)
{
    Surgery surgery;
    const auto other = [](JsonValue& payload) {
        member(payload, "requesting_organization/identifier/0/value") = "Z9H02";
    };
    const auto token = "Bearer " + surgery.token("patient/*.write", other);
    EXPECT_EQ(surgery.post(surgery.wanted(), {{"Authorization", token}}).status, 201u);
}

} // namespace
