// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/operation_values.hpp"

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::size_t longest_text = 512;

std::string token_of(const fhir::Coding& coding)
{
    const std::string system = coding.system ? escaped(coding.system->text) + "|" : "";
    return system + escaped(coding.code ? coding.code->text : "");
}

std::string text_of(const fhir::ExtensionValue& value)
{
    const auto one = [](const auto& held) -> std::string {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>)
            return held;
        else if constexpr (std::is_same_v<T, fhir::Code> || std::is_same_v<T, fhir::Uri> ||
                           std::is_same_v<T, fhir::Markdown>)
            return held.text;
        else if constexpr (std::is_same_v<T, std::int32_t>)
            return std::to_string(held);
        else if constexpr (std::is_same_v<T, fhir::DateTime> || std::is_same_v<T, fhir::Date>)
            return fhir::to_text(held);
        else if constexpr (std::is_same_v<T, fhir::Instant>)
            return fhir::to_uk_text(held);
        else
            return {};
    };
    return std::visit(one, value);
}

/// `Patient/x` and `x` are references, `system|value` is an identifier.
fhir::Reference reference_from(const std::string& text)
{
    const auto bar = text.rfind('|');
    if (bar == std::string::npos)
        return fhir::reference_to(text);
    fhir::Reference reference;
    reference.identifier = fhir::Box(fhir::identifier_of(text.substr(0, bar), text.substr(bar + 1)));
    return reference;
}

} // namespace

Result<std::string_view> sent_name(const OperationCall& call, std::string_view name, std::string_view alias)
{
    if (call.has(name) && call.has(alias))
        return fhir::fail(ErrorKind::invariant,
                          std::string(name) + " and " + std::string(alias) +
                              " are two names of one parameter; send one of them.",
                          call.path_of(alias));
    return call.has(alias) ? alias : name;
}

std::string text_of(const OperationCall& call, std::string_view name)
{
    const auto* given = call.given(name);
    return given ? text_of(given->value) : std::string();
}

std::string token_of(const OperationCall& call, std::string_view name)
{
    const auto* given = call.given(name);
    if (!given)
        return {};
    if (const auto* coding = std::get_if<fhir::Coding>(&given->value))
        return token_of(*coding);
    const auto* concept_ = std::get_if<fhir::CodeableConcept>(&given->value);
    if (!concept_)
        return text_of(given->value);
    std::string tokens;
    for (const fhir::Coding& coding : concept_->coding)
        tokens += (tokens.empty() ? "" : ",") + token_of(coding);
    return tokens;
}

Result<std::vector<fhir::Reference>> references_of(const OperationCall& call, std::string_view name)
{
    std::vector<fhir::Reference> found = call.values<fhir::Reference>(name);
    for (const fhir::Identifier& identifier : call.values<fhir::Identifier>(name))
        found.emplace_back().identifier = fhir::Box(identifier);
    const auto add_text = [&](const std::string& text) { found.push_back(reference_from(text)); };
    for (const std::string& text : call.values<std::string>(name))
        add_text(text);
    for (const fhir::Uri& uri : call.values<fhir::Uri>(name))
        add_text(uri.text);
    for (const fhir::Code& code : call.values<fhir::Code>(name))
        add_text(code.text);
    for (const fhir::Reference& reference : found) {
        const std::string text = reference.reference.value_or("");
        const bool named = reference.identifier && (*reference.identifier)->value;
        if ((text.empty() && !named) || text.size() > longest_text)
            return fhir::fail(ErrorKind::value_invalid,
                              "The parameter " + std::string(name) +
                                  " needs a reference such as Type/id, or an identifier with a value.",
                              call.path_of(name));
    }
    return found;
}

Result<std::optional<SentReference>> sent_reference(const OperationCall& call, std::string_view name,
                                                    std::string_view alias)
{
    const auto sent = sent_name(call, name, alias);
    if (!sent)
        return std::unexpected(sent.error());
    auto all = references_of(call, *sent);
    if (!all)
        return std::unexpected(all.error());
    if (all->empty())
        return std::nullopt;
    return SentReference{*sent, std::move(all->front()), call.path_of(*sent)};
}

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text) {
        if (c == ',' || c == '|' || c == '$' || c == '\\')
            safe.push_back('\\');
        safe.push_back(c);
    }
    return safe;
}

} // namespace gateway::faces::r4
