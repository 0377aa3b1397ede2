// SPDX-License-Identifier: Apache-2.0
#include "adapters/refusals.hpp"

namespace adapters
{

using fhir::Error;
using fhir::ErrorKind;

Error unknown_outcome(std::string supplier_code)
{
    Error error(ErrorKind::outcome_unknown);
    error.from_supplier(std::move(supplier_code)).effect_is_possible();
    return error;
}

Error refused(ErrorKind kind, std::string sentence, std::string advice, fhir::Remedy who)
{
    Error error(kind, std::move(sentence));
    error.advise(std::move(advice), who);
    return error;
}

Error our_fault()
{
    return refused(ErrorKind::supplier_error, "The practice's system refused the form of the request.",
                   "Report this with the time and the practice; repeating it will not help.",
                   fhir::Remedy::operator_);
}

} // namespace adapters
