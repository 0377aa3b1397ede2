// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/budget.hpp"
#include "adapters/clock.hpp"
#include "adapters/tpp/errors.hpp"
#include "adapters/upstream/upstream.hpp"

#include <string>

namespace adapters::tpp
{

struct Reply
{
    Xml document;
    std::string suid; ///< of the header; empty when it brought none
};

/// Sends one request; yields answers that read_answer lets pass.
class Calls
{
public:
    /// `memo`: rows of slots that it knows are not read.
    Calls(upstream::Upstream& upstream, fhir::OdsCode practice, Application application, const Clock& clock,
          Random& random, SlotMemo* memo = nullptr)
        : upstream_(upstream), practice_(std::move(practice)), application_(std::move(application)),
          clock_(clock), random_(random), memo_(memo)
    {}

    const Application& application() const { return application_; }
    /// Common attributes with a new uuid and no session.
    Common common() const { return {new_uuid(clock_, random_), practice_, {}, {}, {}}; }
    Awaitable<fhir::Result<Reply>> send(Operation operation, Common common, Own own, Budget budget) const;

private:
    upstream::Upstream& upstream_;
    fhir::OdsCode practice_;
    Application application_;
    const Clock& clock_;
    Random& random_;
    SlotMemo* memo_;
};

} // namespace adapters::tpp
