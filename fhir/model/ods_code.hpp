// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fhir
{

/// An organisation's ODS code: 1 to 10 capital letters and digits. Lower case is folded when parsing.
class OdsCode
{
public:
    static std::optional<OdsCode> parse(std::string_view text);

    const std::string& text() const { return text_; }
    auto operator<=>(const OdsCode&) const = default;

private:
    explicit OdsCode(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

inline constexpr std::string_view ods_organisation_system = "https://fhir.nhs.uk/Id/ods-organization-code";

} // namespace fhir

template <>
struct std::hash<fhir::OdsCode>
{
    std::size_t operator()(const fhir::OdsCode& code) const { return std::hash<std::string>{}(code.text()); }
};
