// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::search
{

/// One slot of a book, ready to be matched and sent: the struct, and its JSON written once.
struct BookSlot
{
    adapters::OfferedSlot offered;
    std::string json;     ///< the Slot resource, compact, with meta
    std::string version;  ///< content hash: its versionId and ETag
};

/// A referenced resource with its JSON.
template <class T>
struct BookResource
{
    T resource;
    std::string json;
    std::string version;
};

/// A practice's bookable slots as last seen: immutable, shared between threads. Slots are ordered by start, then id.
struct Book
{
    fhir::OdsCode ods;
    fhir::Interval window;     ///< what was asked of the supplier
    fhir::Instant seen{};      ///< when it answered
    std::vector<BookSlot> slots;
    std::map<std::string, BookResource<fhir::Schedule>, std::less<>> schedules;
    std::map<std::string, BookResource<fhir::Practitioner>, std::less<>> practitioners;
    std::map<std::string, BookResource<fhir::PractitionerRole>, std::less<>> practitioner_roles;
    std::map<std::string, BookResource<fhir::Location>, std::less<>> locations;
    std::map<std::string, BookResource<fhir::HealthcareService>, std::less<>> healthcare_services;
    std::map<std::string, BookResource<fhir::Organization>, std::less<>> organizations;

    /// nullptr when the book does not hold it.
    const BookSlot* slot(std::string_view id) const;
};

} // namespace gateway::search
