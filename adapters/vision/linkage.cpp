// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/linkage.hpp"

#include "adapters/json_fields.hpp"
#include "adapters/refusals.hpp"
#include "fhir/codec/json_value.hpp"

#include <array>

namespace adapters::vision
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

struct LinkageRow
{
    std::string_view code;
    ErrorKind kind;
};

constexpr std::array linkage_rows = {
    LinkageRow{"V4205", ErrorKind::nhs_number_invalid},
    LinkageRow{"VY806", ErrorKind::patient_not_found},
    LinkageRow{"V2214", ErrorKind::already_linked},
    LinkageRow{"V2210", ErrorKind::link_invalid},
};

constexpr std::string_view key_exists = "linkage/V2214";

Request json_request(std::string_view method, std::string target)
{
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.headers.set("Accept", "application/json");
    return request;
}

std::string code_in(const Response& response)
{
    const auto body = read_object(response.body.view());
    const auto error = body ? Fields(*body).object("error") : std::nullopt; // assumed
    if (error)
        return error->text("code");
    return body ? Fields(*body).text("code") : std::string();
}

Error linkage_refusal(const Response& response)
{
    const auto code = code_in(response);
    for (const auto& row : linkage_rows)
        if (row.code == code)
            return Error(row.kind).from_supplier("linkage/" + code);
    const bool busy = response.status == 429 || response.status == 503;
    Error error(busy ? ErrorKind::supplier_unavailable : ErrorKind::supplier_error);
    if (busy)
        error.retry_in(wait_asked_for(response).value_or(std::chrono::seconds(5)));
    return error.from_supplier("linkage/" + std::to_string(response.status));
}

} // namespace

std::string default_linkage_path(const fhir::OdsCode& practice)
{
    return "organisations/" + practice.text() + "/onlineservices/linkage";
}

Request make_key_request(const std::string& path, const Applicant& applicant, const fhir::NhsNumber& patient)
{
    auto request = json_request("POST", path);
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body = fhir::codec::to_json(
        fhir::codec::JsonValue::object({{"lastName", applicant.surname},
                                        {"dateOfBirth", fhir::to_text(applicant.birth_date)},
                                        {"nhsNumber", patient.digits()}}));
    return request;
}

Request find_key_request(const std::string& path, const fhir::NhsNumber& patient)
{
    return json_request("GET", path + "?nhsNumber=" + patient.digits());
}

fhir::Result<WireLinkage> read_linkage(const Response& response)
{
    if (response.status != 200 && response.status != 201)
        return std::unexpected(linkage_refusal(response));
    const auto body = read_object(response.body.view());
    if (!body)
        return std::unexpected(body.error());
    const Fields reply(*body);
    WireLinkage linkage{reply.text("accountId"), reply.text("linkageKey")};
    if (linkage.account_id.empty() || linkage.key.empty())
        return std::unexpected(lacks("linkageKey"));
    return linkage;
}

bool has_key_already(const Error& error)
{
    return error.supplier_code() == key_exists;
}

} // namespace adapters::vision
