// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/clock.hpp"
#include "adapters/tpp/errors.hpp"
#include "adapters/upstream/upstream.hpp"

#include <chrono>
#include <string>

namespace adapters::tpp
{

/// The time an operation may take in all, spent by its calls one after the other.
class Budget
{
public:
    explicit Budget(std::chrono::milliseconds length) : until_(std::chrono::steady_clock::now() + length) {}
    /// At least one millisecond, so that a spent budget ends in the time-out of a call.
    std::chrono::milliseconds left() const;
    /// Half of what is left, at most `most`: for a look that must not cost the rest of the operation.
    Budget for_a_look(std::chrono::milliseconds most) const { return Budget(std::min(most, left() / 2)); }

private:
    std::chrono::steady_clock::time_point until_;
};

struct Reply
{
    Xml document;
    std::string suid; ///< of the header; empty when it brought none
};

/// Sends one request; yields answers that read_answer lets pass.
class Calls
{
public:
    Calls(upstream::Upstream& upstream, fhir::OdsCode practice, Application application, const Clock& clock,
          Random& random)
        : upstream_(upstream), practice_(std::move(practice)), application_(std::move(application)),
          clock_(clock), random_(random)
    {}

    const Application& application() const { return application_; }
    /// Common attributes with a new uuid and no session.
    Common common() const { return {new_uuid(clock_, random_), practice_, {}, {}, {}}; }
    Awaitable<fhir::Result<Reply>> send(Operation operation, Common common, Attributes own,
                                        Budget budget) const;

private:
    upstream::Upstream& upstream_;
    fhir::OdsCode practice_;
    Application application_;
    const Clock& clock_;
    Random& random_;
};

} // namespace adapters::tpp
