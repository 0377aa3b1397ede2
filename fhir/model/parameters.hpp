// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"

namespace fhir
{

struct ParametersParameter : BackboneElement
{
    std::string name;
    ExtensionValue value;
    std::string value_name; ///< as in Extension
    std::optional<AnyResource> resource;
    std::vector<ParametersParameter> part;
};

struct Parameters : Resource
{
    static const schema::TypeInfo& declaration();

    std::vector<ParametersParameter> parameter;
};

} // namespace fhir
