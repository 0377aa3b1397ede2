// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/search/federated_search.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::faces
{
struct R4Services;
}

namespace gateway::faces::r4
{

/// What the id of a proposed appointment stands for.
struct Proposal
{
    std::string slot_id;
    fhir::Instant until{}; ///< then it is neither held nor booked any more
};

inline constexpr std::chrono::minutes proposal_lifetime{15};

/// Ids of what $find proposes: the slot, the end, and a signature over both and the organisation that asked.
/// Nothing is stored, and any node with the same secret reads them. For callers they are opaque.
class Proposals
{
public:
    explicit Proposals(std::string_view secret) : secret_(secret) {}

    /// `until` is cut to the minute. Empty when the slot's id is so long that none fits beside it.
    std::string id_of(const std::string& slot_id, const fhir::OdsCode& organisation,
                      fhir::Instant until) const;
    /// Nothing unless it was made here for this organisation; also one whose time is up.
    std::optional<Proposal> read(std::string_view id, const fhir::OdsCode& organisation) const;

private:
    std::string signature(std::string_view text, const fhir::OdsCode& organisation) const;

    std::string_view secret_;
};

/// The appointment that a slot could become, as it could be booked: times, what the practice says of the
/// slot, where and with whom; the patient first, or still to be named. Without an id.
fhir::Appointment appointment_in(const search::SlotHit& hit,
                                 const std::optional<fhir::AppointmentParticipant>& patient);

/// Of a request for an appointment that is not stored: says so when its id is of a proposal.
fhir::Error explained(fhir::Error error, const Context& context, const R4Services& services);

} // namespace gateway::faces::r4
