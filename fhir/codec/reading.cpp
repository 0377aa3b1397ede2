// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/reading.hpp"

#include "fhir/codec/suggestion.hpp"

#include <algorithm>

namespace fhir::codec
{

using schema::ChoiceInfo;
using schema::ElementInfo;
using schema::Kind;
using schema::TypeInfo;

namespace
{

constexpr std::size_t longest_quoted_name = 64;

std::string joined_codes(std::span<const std::string_view> codes)
{
    std::string all;
    for (auto code : codes)
        all.append(all.empty() ? "" : ", ").append(code);
    return all;
}

} // namespace

bool Reading::fail(ErrorKind kind, std::string sentence, const Path& path)
{
    error_.emplace(kind, std::move(sentence), path.text());
    return false;
}

bool Reading::unknown(const TypeInfo& type, std::string_view name, const Path& path)
{
    if (lenient_) {
        ignore(path);
        return true;
    }
    return fail(ErrorKind::unknown_element,
                "'" + std::string(name.substr(0, longest_quoted_name)) + "' is not an element of " +
                    std::string(type.name) + "." + suggestion(type, name),
                path);
}

bool Reading::given_twice(const ElementInfo& info, const Path& path)
{
    return fail(ErrorKind::invariant,
                info.choice ? "Only one form of '" + std::string(info.name) + "[x]' may be given."
                            : "Only one value is allowed here.",
                path);
}

bool Reading::other_type(std::string_view found, std::string_view expected, const Path& path)
{
    return fail(ErrorKind::invariant,
                "The body is of type " + std::string(found.substr(0, longest_quoted_name)) + ", but " +
                    std::string(expected) + " is expected here.",
                path);
}

bool Reading::all_required(const TypeInfo& type, const Seen& seen, const Path& path)
{
    for (std::size_t i = 0; i < type.elements.size(); ++i)
        if (type.elements[i].required && !seen[i])
            return fail(ErrorKind::required,
                        "The element '" + std::string(type.elements[i].name) + "' is missing.",
                        {&path, type.elements[i].name});
    return true;
}

bool Reading::parse(const TypeInfo& type, void* target, std::string_view text, const Path& path)
{
    if (type.parse(target, text))
        return true;
    if (!type.codes.empty())
        return fail(ErrorKind::value_invalid, "The code is not one of " + joined_codes(type.codes) + ".",
                    path);
    return fail(ErrorKind::value_invalid, "The value is not " + std::string(type.expected) + ".", path);
}

void* Reading::make_choice(const ElementInfo& info, const ChoiceInfo& choice, void* target)
{
    const auto same = [&](const ChoiceInfo& c) { return c.alternative == choice.alternative; };
    const ChoiceInfo& first = *std::ranges::find_if(info.choice->choices, same);
    if (info.choice->name && &first != &choice)
        *info.choice->name(target) = std::string(choice.name);
    return info.choice->make(target, choice.alternative);
}

} // namespace fhir::codec
