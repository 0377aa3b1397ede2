// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/gpconnect/surgery.hpp"

namespace
{

using namespace tests::gpc;

constexpr std::string_view reason_url =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-AppointmentCancellationReason-1";

JsonValue cancelled(JsonValue appointment, std::string_view reason = "Patient recovered",
                    std::string_view url = reason_url)
{
    appointment.set("status", "cancelled");
    member(appointment, "extension")
        .items()
        .push_back(JsonValue::object({{"url", url}, {"valueString", reason}}));
    return appointment;
}

std::string id_of(const JsonValue& appointment)
{
    return text_at(appointment, "id");
}

class GpConnectChange : public testing::TestWithParam<Conversation>
{
protected:
    Surgery surgery{GetParam().system, GetParam().format};
    const JsonValue booked = surgery.booked();
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectChange,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"tpp"}, Conversation{"tpp", Format::xml},
                                         Conversation{"vision"}, Conversation{"microtest"},
                                         Conversation{"fhir_r4", Format::xml}, Conversation{"emis"}),
                         name_of);

using GpConnectAmendable = GpConnectChange;
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectAmendable,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"gpconnect", Format::xml},
                                         Conversation{"fhir_r4"}, Conversation{"fhir_r4", Format::xml}),
                         name_of);

// ---- cancel

TEST_P(GpConnectChange, ACancellationKeepsItsReasonAndFreesTheSlotAtOnce)
{
    const auto reply = surgery.cancel(id_of(booked), cancelled(booked),
                                      {{"If-Match", "W/\"" + text_at(booked, "meta/versionId") + "\""}});
    ASSERT_EQ(reply.outcome(), "200") << reply.text;
    EXPECT_EQ(reply.at("status"), "cancelled");
    EXPECT_NE(reply.text.find("Patient recovered"), std::string::npos);
    EXPECT_NE(reply.at("meta/versionId"), text_at(booked, "meta/versionId"));
    EXPECT_EQ(reply.headers.get("ETag"), "W/\"" + reply.at("meta/versionId") + "\"");
    const auto slot = text_at(booked, "slot/0/reference").substr(5);
    EXPECT_NE(surgery.slots().text.find("\"" + slot + "\""), std::string::npos);
    EXPECT_EQ(surgery.get("Appointment/" + id_of(booked), "rest:read:appointment-1").at("status"),
              "cancelled");
}

TEST_P(GpConnectChange, TextsMayBeLeftOutOfACancellation)
{
    auto sent = cancelled(booked);
    sent.remove("description");
    EXPECT_EQ(surgery.cancel(id_of(booked), sent).outcome(), "200");
}

TEST_P(GpConnectChange, ACancellationThatChangesMoreIsRefused)
{
    const std::string invalid = "422 INVALID_RESOURCE";
    const std::pair<std::string, JsonValue> rows[] = {
        {"description", "Something else"},
        {"comment", "Something new"},
        {"start", "2026-11-24T09:10:00+00:00"},
        {"end", "2026-11-24T09:30:00+00:00"},
        {"status", "booked"},
        {"status", "noshow"},
        {"priority", JsonValue(1)},
        {"participant/0/actor/reference", "Patient/another"},
        {"participant/1/actor/reference", "Location/another"},
        {"contained/0/name", "Another Hub"},
        {"contained/0/identifier/0/value", "Z9H02"},
        {"contained/0/telecom/0/value", "01632960999"},
        {"slot/0/reference", "Slot/another"},
        {"minutesDuration", JsonValue(20)},
        {"serviceType/0/text", "Another"},
        {"created", "2026-11-23T08:00:01+00:00"},
        {"appointmentType", parsed(R"({"text":"Routine"})")},
        {"reason", parsed(R"([{"text":"Cough"}])")},
        {"invalidField", "x"},
        {"id", "another"},
        {"resourceType", "Patient"},
    };
    for (const auto& [path, value] : rows) {
        auto sent = cancelled(booked);
        member(sent, path) = value;
        EXPECT_EQ(surgery.cancel(id_of(booked), sent).outcome(), invalid) << path;
    }
    auto nobody = booked;
    nobody.set("status", "cancelled");
    EXPECT_EQ(surgery.cancel(id_of(booked), nobody).outcome(), invalid) << "no reason";
    EXPECT_EQ(surgery.cancel(id_of(booked), cancelled(booked, "x", "https://example.org/reason")).outcome(),
              invalid);
    EXPECT_EQ(surgery.get("Appointment/" + id_of(booked), "rest:read:appointment-1").at("status"), "booked");
}

TEST_P(GpConnectChange, ABlankReasonIsAWrongParameter)
{
    for (const auto reason : {"", " ", "   "})
        EXPECT_EQ(surgery.cancel(id_of(booked), cancelled(booked, reason)).outcome(), "422 INVALID_PARAMETER")
            << "'" << reason << "'";
}

TEST_P(GpConnectChange, ACancelledAppointmentIsNotChangedAnyMore)
{
    const auto reply = surgery.cancel(id_of(booked), cancelled(booked));
    ASSERT_EQ(reply.outcome(), "200");
    EXPECT_EQ(surgery.cancel(id_of(booked), reply.body).outcome(), "422 INVALID_RESOURCE");
    EXPECT_EQ(surgery.amend(id_of(booked), booked).outcome(), "422 INVALID_RESOURCE");
}

// ---- what both have in common

TEST_P(GpConnectChange, AStaleIfMatchIsAConflict)
{
    for (const auto tag : {"W/\"99\"", "\"0\"", "nonsense"}) {
        const auto reply = surgery.cancel(id_of(booked), cancelled(booked), {{"If-Match", tag}});
        EXPECT_EQ(reply.outcome(), "409 FHIR_CONSTRAINT_VIOLATION") << tag;
        EXPECT_EQ(reply.at("issue/0/code"), "conflict");
        EXPECT_EQ(surgery.amend(id_of(booked), booked, {{"If-Match", tag}}).outcome(),
                  "409 FHIR_CONSTRAINT_VIOLATION");
    }
}

TEST_P(GpConnectChange, IfMatchIsAskedForWhereThatIsConfigured)
{
    surgery.settings.if_match_required = true;
    surgery.restart_face();
    EXPECT_EQ(surgery.cancel(id_of(booked), cancelled(booked)).outcome(), "400 BAD_REQUEST");
}

TEST_P(GpConnectChange, AnUnknownAppointmentIsNotFoundAndNeverCreated)
{
    EXPECT_EQ(surgery.amend("nothing", booked).outcome(), "404 NO_RECORD_FOUND");
    EXPECT_EQ(surgery.cancel("nothing", cancelled(booked)).outcome(), "404 NO_RECORD_FOUND");
}

TEST_P(GpConnectChange, TheInteractionIdAloneTellsAmendFromCancel)
{
    EXPECT_EQ(surgery.amend(id_of(booked), cancelled(booked)).outcome(), "422 INVALID_RESOURCE");
    EXPECT_EQ(surgery.cancel(id_of(booked), booked).outcome(), "422 INVALID_RESOURCE");
}

TEST_P(GpConnectChange, AnAppointmentInThePastIsNotChanged)
{
    surgery.clock.set(tests::at("2026-11-24T09:00:01Z"));
    EXPECT_EQ(surgery.cancel(id_of(booked), cancelled(booked)).outcome(), "422 INVALID_RESOURCE");
    EXPECT_EQ(surgery.amend(id_of(booked), booked).outcome(), "422 INVALID_RESOURCE");
}

TEST_P(GpConnectChange, AMinimalAnswerHasNoBody)
{
    const auto reply = surgery.cancel(id_of(booked), cancelled(booked), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(reply.status, 200u);
    EXPECT_TRUE(reply.text.empty());
    EXPECT_FALSE(reply.headers.has("Content-Type"));
    EXPECT_FALSE(reply.headers.get("ETag").empty());
}

// ---- amend

TEST_P(GpConnectChange, AnotherOrganisationOfTheAgreementReadsAndCancelsToo)
{
    surgery.certificate_sent = "dd44";
    const Fields another = {{"Ssp-From", "900000000922"}};
    EXPECT_EQ(surgery.get("Appointment/" + id_of(booked), "rest:read:appointment-1", another).body, booked);
    EXPECT_EQ(surgery.cancel(id_of(booked), cancelled(booked), another).outcome(), "200");
}

TEST_P(GpConnectAmendable, DescriptionAndCommentCanBeChanged)
{
    auto current = booked;
    for (const auto& [description, comment] :
         {std::pair("New description", ""), std::pair("New description", "New"),
          std::pair("Both changed", "Also this")}) {
        auto sent = current;
        sent.set("description", description);
        sent.remove("comment");
        if (*comment)
            sent.set("comment", comment);
        const auto reply = surgery.amend(id_of(booked), sent,
                                         {{"If-Match", "W/\"" + text_at(current, "meta/versionId") + "\""}});
        ASSERT_EQ(reply.outcome(), "200") << reply.text;
        EXPECT_EQ(reply.at("description"), description);
        EXPECT_EQ(reply.at("comment"), comment);
        EXPECT_EQ(reply.headers.get("ETag"), "W/\"" + reply.at("meta/versionId") + "\"");
        EXPECT_NE(reply.at("meta/versionId"), text_at(current, "meta/versionId"));
        current = reply.body;
    }
}

TEST_P(GpConnectAmendable, WithoutACommentTheCommentGoes)
{
    auto sent = booked;
    sent.set("comment", "To go");
    const auto with = surgery.amend(id_of(booked), sent);
    ASSERT_EQ(with.outcome(), "200");
    EXPECT_EQ(surgery.amend(id_of(booked), booked).at("comment"), "");
}

TEST_P(GpConnectAmendable, WhatIsNotTheSameIsRefusedAndWhatIsLeftOutIsNot)
{
    const std::pair<std::string, JsonValue> rows[] = {
        {"start", "2026-11-24T09:10:00+00:00"},
        {"participant/0/actor/reference", "Patient/another"},
        {"participant/1/actor/reference", "Location/another"},
        {"contained/0/name", "Another Hub"},
        {"slot/0/reference", "Slot/another"},
        {"serviceCategory", parsed(R"({"text":"Another"})")},
        {"status", "cancelled"},
        {"reason", parsed(R"([{"text":"Cough"}])")},
        {"description", " "},
        {"slot/0/reference", "https://gateway.example.net/" + text_at(booked, "slot/0/reference")},
        {"invalidField", "x"},
    };
    for (const auto& [path, value] : rows) {
        auto sent = booked;
        member(sent, path) = value;
        EXPECT_EQ(surgery.amend(id_of(booked), sent).outcome(), "422 INVALID_RESOURCE") << path;
    }
    auto bare = booked;
    for (const auto name : {"slot", "created", "minutesDuration", "serviceCategory", "serviceType", "meta"})
        bare.remove(name);
    EXPECT_EQ(surgery.amend(id_of(booked), bare).outcome(), "200");
    auto same_moment = booked;
    same_moment.set("start", "2026-11-24T10:00:00+01:00");
    EXPECT_EQ(surgery.amend(id_of(booked), same_moment).outcome(), "200");
}

TEST(GpConnectAmend, ASystemThatCannotSaysSo)
{
    Surgery surgery("tpp");
    auto sent = surgery.booked();
    sent.set("description", "Another");
    const auto reply = surgery.amend(id_of(sent), sent);
    EXPECT_EQ(reply.outcome(), "422 INVALID_RESOURCE");
    EXPECT_NE(reply.at("issue/0/diagnostics").find("cannot change"), std::string::npos);
}

} // namespace
