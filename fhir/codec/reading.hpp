// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"
#include "fhir/codec/path.hpp"
#include "fhir/schema/schema.hpp"

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

/// What readers of every format have in common. For this folder's own files.
namespace fhir::codec
{

/// An element of a type that a name stands for.
struct Found
{
    std::size_t element = 0;
    const schema::ChoiceInfo* choice = nullptr;
    const schema::TypeInfo* type = nullptr;
};

/// `hint`: where it probably is; the search begins there, for senders mostly keep the standard's order.
inline std::optional<Found> find_element(const schema::TypeInfo& type, std::string_view name,
                                         std::size_t hint)
{
    const std::size_t count = type.elements.size();
    for (std::size_t step = 0; step < count; ++step) {
        const std::size_t at = (hint + step) % count;
        const schema::ElementInfo& info = type.elements[at];
        if (!info.choice) {
            if (info.name == name)
                return Found{at, nullptr, info.type};
            continue;
        }
        if (!name.starts_with(info.name))
            continue;
        for (const auto& choice : info.choice->choices)
            if (choice.name == name && choice.type->kind != schema::Kind::other)
                return Found{at, &choice, choice.type};
    }
    return std::nullopt;
}

/// Walks of a document that fill structs by their declarations, up to the first fault.
class Reading
{
public:
    Reading(const ReadOptions& options, ReadReport* report)
        : release_(options.release), lenient_(options.unknown == Unknown::ignore), report_(report)
    {}
    std::optional<Error> error() { return std::move(error_); }

protected:
    static constexpr std::size_t max_elements = 64;
    using Seen = std::bitset<max_elements>;

    // False is a fault; it is kept.
    bool fail(ErrorKind kind, std::string sentence, const Path& path);
    bool unknown(const schema::TypeInfo& type, std::string_view name, const Path& path);
    bool given_twice(const schema::ElementInfo& info, const Path& path);
    bool other_type(std::string_view found, std::string_view expected, const Path& path);
    bool all_required(const schema::TypeInfo& type, const Seen& seen, const Path& path);
    bool parse(const schema::TypeInfo& type, void* target, std::string_view text, const Path& path);

    /// The value of a choice, which then holds that alternative.
    static void* make_choice(const schema::ElementInfo& info, const schema::ChoiceInfo& choice, void* target);
    void ignore(const Path& path)
    {
        if (report_)
            report_->ignored.push_back(path.text());
    }

    Release release_;
    bool lenient_;

private:
    ReadReport* report_;
    std::optional<Error> error_;
};

} // namespace fhir::codec
