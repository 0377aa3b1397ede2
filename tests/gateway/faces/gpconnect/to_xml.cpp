// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/gpconnect/surgery.hpp"

#include <algorithm>

namespace tests::gpc
{

namespace
{

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

/// The order of the elements that these tests add at the end; whatever is not listed stands last.
constexpr std::string_view order =
    " resourceType id meta implicitRules language text contained extension modifierExtension identifier "
    "active type "
    "actor required status serviceCategory serviceType name telecom gender birthDate deceasedBoolean address "
    "maritalStatus contact managingOrganization specialty appointmentType reason indication priority "
    "description "
    "supportingInformation start end minutesDuration slot created comment incomingReferral participant "
    "requestedPeriod ";

JsonValue in_order(const JsonValue& value)
{
    JsonValue sorted = value;
    const auto place = [](const JsonValue::Member& each) { return order.find(" " + each.first + " "); };
    std::ranges::sort(sorted.members(), {}, place);
    return sorted;
}

void write_resource(std::string& out, const JsonValue& resource, bool root);

void write_element(std::string& out, std::string_view name, const JsonValue& value)
{
    const std::string tag(name);
    if (value.is_array()) {
        for (const auto& item : value.items())
            write_element(out, name, item);
        return;
    }
    if (!value.is_object()) {
        const std::string text = value.is_boolean() ? (value.boolean() ? "true" : "false") : value.text();
        out += "<" + tag + " value=\"" + escaped(text) + "\"/>";
        return;
    }
    if (value.find("resourceType")) {
        out += "<" + tag + ">";
        write_resource(out, value, false);
        out += "</" + tag + ">";
        return;
    }
    out += "<" + tag;
    for (const auto attribute : {"id", "url"})
        if (const auto* text = value.find(attribute);
            text && (tag == "extension" || std::string(attribute) == "id"))
            out += std::string(" ") + attribute + "=\"" + escaped(text->text()) + "\"";
    out += ">";
    const bool ordered = tag == "participant";
    for (const auto& [child, item] : (ordered ? in_order(value) : value).members())
        if (child != "id" && !(child == "url" && tag == "extension"))
            write_element(out, child, item);
    out += "</" + tag + ">";
}

void write_resource(std::string& out, const JsonValue& resource, bool root)
{
    const std::string type = text_at(resource, "resourceType");
    out += "<" + type + (root ? " xmlns=\"http://hl7.org/fhir\">" : ">");
    const JsonValue sorted = in_order(resource);
    for (const auto& [name, value] : sorted.members())
        if (name != "resourceType")
            write_element(out, name, value);
    out += "</" + type + ">";
}

} // namespace

std::string to_xml(const JsonValue& resource)
{
    std::string out;
    write_resource(out, resource, true);
    return out;
}

} // namespace tests::gpc
