// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/error.hpp"

#include "fhir/outcome/catalogue.hpp"

namespace fhir
{

Error::Error(ErrorKind kind) : Error(kind, std::string(catalogue_row(kind).sentence)) {}

Error::Error(ErrorKind kind, std::string sentence, std::string path)
    : kind_(kind), remedy_(catalogue_row(kind).remedy), effect_possible_(kind == ErrorKind::outcome_unknown),
      sentence_(std::move(sentence)), advice_(catalogue_row(kind).advice), path_(std::move(path))
{}

Error& Error::at(std::string path)
{
    path_ = std::move(path);
    return *this;
}

Error& Error::advise(std::string advice, Remedy who)
{
    remedy_ = who;
    return advise(std::move(advice));
}

Error& Error::advise(std::string advice)
{
    advice_ = std::move(advice);
    return *this;
}

Error& Error::retry_in(std::chrono::seconds delay)
{
    retry_after_ = delay;
    return *this;
}

Error& Error::from_supplier(std::string code)
{
    supplier_code_ = std::move(code);
    return *this;
}

Error& Error::effect_is_possible(bool possible)
{
    effect_possible_ = possible;
    return *this;
}

} // namespace fhir
