// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/budget.hpp"
#include "adapters/clock.hpp"
#include "adapters/upstream/upstream.hpp"
#include "adapters/vision/errors.hpp"
#include "adapters/vision/signature.hpp"

#include <string>

namespace adapters::vision
{

/// What Vision issued to this gateway.
struct Consumer
{
    std::string user_name, provider_id;
};

/// One request to be sent; empty ids are not put into it.
struct Question
{
    Service service;
    std::optional<Account> account;
    std::string patient_id, slot_id;
    Contents contents; ///< what follows the ids
};

/// Seals and sends one request; yields answers that read_answer lets pass.
class Calls
{
public:
    /// `memo`: rows of slots that it knows are not read.
    Calls(upstream::Upstream& upstream, fhir::OdsCode practice, Consumer consumer,
          fhir::Result<Signer> signer, const Clock& clock, Random& random, SlotMemo* memo = nullptr)
        : upstream_(upstream), practice_(std::move(practice)), consumer_(std::move(consumer)),
          signer_(std::move(signer)), clock_(clock), random_(random), memo_(memo)
    {}

    Awaitable<fhir::Result<xml::Document>> send(Question question, Budget budget) const;
    /// To the linkage service, which takes no envelope.
    Awaitable<fhir::Result<WireLinkage>> send_linkage(fhir::rest::Request request, Budget budget) const;

private:
    fhir::Result<fhir::rest::Request> request_of(const Question& question) const;

    upstream::Upstream& upstream_;
    fhir::OdsCode practice_;
    Consumer consumer_;
    fhir::Result<Signer> signer_;
    const Clock& clock_;
    Random& random_;
    SlotMemo* memo_;
};

} // namespace adapters::vision
