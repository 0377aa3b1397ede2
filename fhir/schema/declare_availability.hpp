// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/availability.hpp"
#include "fhir/schema/declare.hpp"

namespace fhir::schema
{

template <>
const TypeInfo TypeOf<AvailableTime>::info;
template <>
const TypeInfo TypeOf<NotAvailable>::info;

} // namespace fhir::schema
