// SPDX-License-Identifier: Apache-2.0
#include "fhir/model/resource.hpp"

namespace fhir
{

Resource::Resource() = default;
Resource::Resource(const Resource&) = default;
Resource::Resource(Resource&&) noexcept = default;
Resource& Resource::operator=(const Resource&) = default;
Resource& Resource::operator=(Resource&&) noexcept = default;
Resource::~Resource() = default;

DomainResource::DomainResource() = default;
DomainResource::DomainResource(const DomainResource&) = default;
DomainResource::DomainResource(DomainResource&&) noexcept = default;
DomainResource& DomainResource::operator=(const DomainResource&) = default;
DomainResource& DomainResource::operator=(DomainResource&&) noexcept = default;
DomainResource::~DomainResource() = default;

} // namespace fhir
