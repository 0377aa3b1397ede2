// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/wire.hpp"

#include <algorithm>
#include <array>

namespace adapters::vision
{

using xml::NewElement;

namespace
{

struct ServiceRow
{
    Service service;
    std::string_view wire_name, version, name;
    bool changes_state;
};

constexpr std::array service_rows = {
    ServiceRow{Service::configuration, "VOS.GetConfiguration", "2.3.0", "practice_settings", false},
    ServiceRow{Service::demographics, "VODEM.GetDemographics", "2.0.0", "find_patient", false},
    ServiceRow{Service::slots, "VOAPP.GetAvailableAppointments", "2.0.0", "find_slots", false},
    ServiceRow{Service::book, "VOAPP.BookAppointment", "2.0.0", "book", true},
    ServiceRow{Service::appointments, "VOAPP.GetExistingAppointments", "2.0.0", "list_appointments", false},
    ServiceRow{Service::cancel, "VOAPP.CancelAppointment", "2.0.0", "cancel", true},
    ServiceRow{Service::link, "VOS.LinkAccount", "1.0.0", "link_patient", true},
};

const ServiceRow& row_of(Service service)
{
    return *std::ranges::find(service_rows, service, &ServiceRow::service);
}

std::string prefixed(std::string_view name)
{
    return "vision:" + std::string(name);
}

NewElement element(std::string_view name)
{
    return NewElement(prefixed(name));
}

NewElement element(std::string_view name, const Contents& children)
{
    auto parent = element(name);
    for (const auto& child : children)
        parent.add(child);
    return parent;
}

NewElement provider_element(const std::string& provider_id)
{
    return element("opsReference",
                   {text_element("provider", provider_id), text_element("accountId", provider_id)});
}

NewElement header_element(const Frame& frame)
{
    auto header =
        element("serviceHeader",
                {text_element("id", frame.id), text_element("creationTime", fhir::to_text(frame.created)),
                 element("target", {text_element("nationalCode", frame.practice.text())})});
    if (frame.account) {
        header.add(element("credentials", {text_element("rosuAccountId", frame.account->account_id),
                                           text_element("apiKey", frame.account->api_key)}));
        header.add(provider_element(frame.provider_id));
    }
    return header;
}

/// Linking tells the provider in its content, for it has no credentials beside which to tell it.
NewElement content_element(Service service, const Frame& frame, Contents contents)
{
    auto content = element("serviceContent");
    if (service == Service::configuration)
        return content;
    if (service == Service::link)
        contents.push_back(provider_element(frame.provider_id));
    return content.add(element(service == Service::link ? "register" : "vos", contents));
}

} // namespace

std::string_view wire_name(Service service)
{
    return row_of(service).wire_name;
}

std::string_view version_of(Service service)
{
    return row_of(service).version;
}

std::string_view operation_name(Service service)
{
    return row_of(service).name;
}

std::optional<Service> service_of(std::string_view wire_name)
{
    const auto row = std::ranges::find(service_rows, wire_name, &ServiceRow::wire_name);
    return row == service_rows.end() ? std::nullopt : std::optional(row->service);
}

bool changes_state(Service service)
{
    return row_of(service).changes_state;
}

std::string Account::text() const
{
    return account_id + "|" + api_key;
}

std::optional<Account> Account::parse(std::string_view text)
{
    const auto bar = text.find('|');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == text.size())
        return std::nullopt;
    return Account{std::string(text.substr(0, bar)), std::string(text.substr(bar + 1))};
}

NewElement text_element(std::string_view name, const std::string& text)
{
    return element(name).text(text);
}

NewElement request_element(Service service, const Frame& frame, const Contents& contents)
{
    NewElement request(prefixed("visionRequest"), {{"xmlns:vision", std::string(vision_space)}});
    request.add(element("serviceDefinition", {text_element("name", std::string(wire_name(service))),
                                              text_element("version", std::string(version_of(service)))}));
    return request.add(header_element(frame)).add(content_element(service, frame, contents));
}

Contents slots_contents(WirePage page, const std::vector<std::string>& locations, WireDays days)
{
    Contents contents{
        text_element("pageInformationRequired", "false"),
        element("page", {text_element("number", std::to_string(page.number)),
                         text_element("slotsPerPage", std::to_string(page.slots))}),
        element("owners", {text_element("owner", "ALL")}),
    };
    auto places = element("locations");
    for (const auto& location : locations)
        places.add(text_element("location", location));
    if (!locations.empty())
        contents.push_back(places);
    contents.push_back(element("dateRange", {text_element("from", fhir::to_text(days.from)),
                                             text_element("to", fhir::to_text(days.to))}));
    contents.push_back(text_element("am", "true"));
    contents.push_back(text_element("pm", "true"));
    return contents;
}

Contents link_contents(const Applicant& applicant, const WireLinkage& linkage)
{
    return {text_element("rosuAccountId", linkage.account_id),
            text_element("rosuAccountLinkageKey", linkage.key), text_element("surname", applicant.surname),
            text_element("dob", fhir::to_text(applicant.birth_date))};
}

} // namespace adapters::vision
