// SPDX-License-Identifier: Apache-2.0
#include "fhir/bars/names.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"
#include "gateway/faces/bars/appointment_search.hpp"
#include "gateway/faces/bars/found_bundle.hpp"
#include "gateway/faces/bars/handlers.hpp"
#include "gateway/faces/bars/referral_shape.hpp"
#include "gateway/faces/bars/referral_write.hpp"
#include "gateway/faces/bars/written.hpp"

/// A referral read and searched for, by who sent it.
namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

/// All of the sender's where nobody's number is asked for; what they say of the patient narrows it then.
Result<fhir::search::TaskQuery> task_query(const Call& call, const WhoIsAsked& asked)
{
    std::vector<fhir::search::RawParameter> criteria{{"requester:identifier", call.caller->ods.text()},
                                                     {"code", "referral"}};
    if (!asked.number.empty())
        criteria.push_back({"patient:identifier", std::string(fhir::nhs_number_system) + "|" + asked.number});
    return fhir::search::parse_task_query(criteria, fhir::search::Handling::strict, nullptr);
}

} // namespace

Answered read_referral(const Call& call, const Services& services)
{
    const std::string id = call.path.substr(call.path.rfind('/') + 1);
    if (!fhir::is_uuid(id))
        co_return fhir::fail(ErrorKind::value_invalid, "Ids of referrals are UUIDs.", "ServiceRequest.id");
    auto task = co_await referral_with_id(call, services, id);
    if (!task)
        co_return std::unexpected(fhir::Error(task.error()).at("ServiceRequest.id"));
    call.audited.saw(*task);
    co_return written(shown_referral(*task));
}

Answered find_referrals(const Call& call, const Services& services)
{
    const auto asked = read_who_is_asked(call);
    if (!asked)
        co_return std::unexpected(asked.error());
    auto query = task_query(call, *asked);
    if (!query)
        co_return std::unexpected(query.error());
    constexpr std::size_t most = 1000;
    auto found = co_await services.tasks.search(*call.caller, std::move(*query), most);
    if (!found)
        co_return std::unexpected(found.error());
    const auto wanted_id = call.parameter("_id");
    std::vector<std::pair<std::string, fhir::AnyResource>> shown;
    for (const workflow::StoredTask& task : *found) {
        const std::string id = referral_id(call, task);
        if (!id.empty() && (!wanted_id || *wanted_id == id) &&
            is_of_person(task.resource.contained, asked->person)) {
            call.audited.saw(task);
            shown.emplace_back(id, shown_referral(task));
        }
    }
    co_return written(found_bundle(call, services, "ServiceRequest", std::move(shown),
                                   "No referral of yours to this service fits."));
}

} // namespace gateway::faces::bars
