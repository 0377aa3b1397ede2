// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"
#include "fhir/model/bundle.hpp"
#include "fhir/model/message_header.hpp"
#include "fhir/outcome/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::faces::bars
{

/// What a message asks for, as its definition says.
enum class Purpose
{
    booking,
    cancellation,
    referral,
    referral_cancellation,
    feedback, ///< on a referral, by who sent it
};

/// A resource of which there is no model.
struct Unmodelled
{
    std::string type, status;
};

/// A BaRS message: a Bundle of type message whose first entry is its header, and in which entries refer to
/// each other by fullUrl. Resources of types that no message lists are left out.
class Message
{
public:
    /// Lenient: unknown elements are passed over; of JSON, spellings of the guide and of samples are read.
    /// Errors: `malformed`, `required`, `value_invalid`; `not_supported_by_practice` for another major
    /// version of the standard.
    static fhir::Result<Message> read(std::string_view body,
                                      fhir::codec::Format format = fhir::codec::Format::json);

    const fhir::Bundle& bundle() const { return bundle_; }
    const fhir::MessageHeader& header() const;
    const std::string& thread() const { return *bundle_.id; } ///< the same in all messages about one booking
    std::size_t count(std::string_view type) const;
    /// The status of each resource of that type, for the types of which there is no model: CarePlan,
    /// Encounter.
    std::vector<std::string_view> statuses(std::string_view type) const;

    /// The resource that a reference names, by fullUrl or as `Type/id`; nullptr unless it is a T.
    template <class T>
    const T* find(const fhir::Reference& reference) const
    {
        const auto* entry = entry_named(reference);
        return entry ? entry->resource->as<T>() : nullptr;
    }
    /// The first of that type.
    template <class T>
    const T* first() const
    {
        for (const fhir::BundleEntry& entry : bundle_.entry)
            if (const T* found = entry.resource->as<T>())
                return found;
        return nullptr;
    }
    template <class T>
    std::vector<const T*> all() const
    {
        std::vector<const T*> found;
        for (const fhir::BundleEntry& entry : bundle_.entry)
            if (const T* held = entry.resource->as<T>())
                found.push_back(held);
        return found;
    }
    /// fullUrl of a resource of this message.
    std::string url_of(const void* resource) const;

private:
    const fhir::BundleEntry* entry_named(const fhir::Reference& reference) const;

    fhir::Bundle bundle_;
    std::vector<Unmodelled> unmodelled_;
};

} // namespace gateway::faces::bars
