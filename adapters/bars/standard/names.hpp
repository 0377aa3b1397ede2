// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/bars/names.hpp"

namespace adapters::bars::standard
{

using namespace fhir::bars;

} // namespace adapters::bars::standard
