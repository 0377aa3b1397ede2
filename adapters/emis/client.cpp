// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/emis.hpp"

#include "adapters/emis/link.hpp"
#include "adapters/emis/mapping.hpp"
#include "adapters/emis/sessions.hpp"
#include "adapters/emis/wire_fields.hpp"
#include "adapters/upstream/deadline.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/utf8.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <mutex>

namespace adapters::emis
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Response;

namespace
{

constexpr std::chrono::minutes settings_lifetime{5};

std::string setting(const PracticeConfig& practice, const std::string& name)
{
    const auto found = practice.settings.find(name);
    return found == practice.settings.end() ? std::string() : found->second;
}

/// What the practice wants of a booking, checked before anything is sent.
std::optional<fhir::Error> objection(const BookAppointment& booking, Necessity reason)
{
    const auto description = trimmed(booking.description);
    if (description.empty() && reason == Necessity::mandatory)
        return fhir::Error(ErrorKind::reason_required).at("Appointment.description");
    if (!description.empty() && reason == Necessity::not_requested)
        return fhir::Error(ErrorKind::reason_not_allowed).at("Appointment.description");
    if (fhir::code_points(description) > max_booking_reason)
        return fhir::Error(ErrorKind::text_too_long,
                           "The description is longer than the 150 characters this practice's system takes.",
                           "Appointment.description");
    if (!booking.comment.empty())
        return fhir::Error(ErrorKind::not_supported_by_practice,
                           "This practice's system has no place for a comment; put it into the description.",
                           "Appointment.comment");
    return std::nullopt;
}

fhir::Error not_offered(std::string sentence)
{
    return fhir::Error(ErrorKind::not_supported_by_practice, std::move(sentence));
}

template <class Wire>
Result<Wire> read(const Result<Response>& answer, Result<Wire> (*reader)(std::string_view))
{
    if (!answer)
        return std::unexpected(answer.error());
    const auto body = json_body(*answer);
    if (!body)
        return std::unexpected(body.error());
    return reader(*body);
}

/// A 2xx whose body cannot be read says nothing sure about a booking.
fhir::Error unclear(std::string code)
{
    fhir::Error error(ErrorKind::outcome_unknown);
    error.from_supplier(std::move(code));
    return error.effect_is_possible();
}

class Client : public Adapter
{
public:
    Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock)
        : practice_{practice.ods, practice.name}, read_limit_(practice.read_limit),
          write_limit_(practice.write_limit), search_identity_(setting(practice, "search_access_identity")),
          verification_token_(setting(practice, "verification_token")), clock_(clock),
          capabilities_(supplier_system().capabilities),
          calls_(upstream, setting(practice, "application_id"), setting(practice, "api_version")),
          sessions_(calls_, practice.ods, clock)
    {}

    const Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<Result<PracticeSettings>> practice_settings(Provenance provenance) override;
    Awaitable<Result<FoundSlots>> find_slots(FindSlots query) override;
    Awaitable<Result<fhir::Patient>> find_patient(FindPatient query) override;
    Awaitable<Result<fhir::Patient>> register_patient(FindPatient query) override;
    Awaitable<Result<PatientLink>> link_patient(FindPatient query) override;
    Awaitable<Result<SupplierAppointment>> book(BookAppointment booking) override;
    Awaitable<Result<SupplierAppointment>> cancel(CancelAppointment cancellation) override;
    Awaitable<Result<SupplierAppointment>> amend(AmendAppointment amendment) override;
    Awaitable<Result<SupplierAppointment>> read_appointment(ReadAppointment query) override;
    Awaitable<Result<std::vector<SupplierAppointment>>> list_appointments(ListAppointments query) override;

private:
    Awaitable<Result<WireSettings>> settings(Budget budget);
    Awaitable<Result<WireMetadata>> fetch_metadata(std::string credential, LocalWindow window, Budget budget);
    Awaitable<Result<WireSlots>> fetch_slots(std::string credential, LocalWindow window, Budget budget);
    std::optional<WireSettings> kept_settings();
    Awaitable<Result<std::string>> number_to_ring(BookAppointment booking, Budget budget);

    PracticeNames practice_;
    std::chrono::milliseconds read_limit_, write_limit_;
    std::string search_identity_, verification_token_;
    const Clock& clock_;
    Capabilities capabilities_;
    Calls calls_;
    Sessions sessions_;
    std::mutex mutex_;
    std::optional<WireSettings> settings_;
    fhir::Instant settings_seen_{};
};

std::optional<WireSettings> Client::kept_settings()
{
    const std::lock_guard lock(mutex_);
    const auto age = clock_.now() - settings_seen_;
    return settings_ && age >= std::chrono::seconds(0) && age < settings_lifetime ? settings_ : std::nullopt;
}

Awaitable<Result<WireSettings>> Client::settings(Budget budget)
{
    if (auto kept = kept_settings())
        co_return std::move(*kept);
    auto answer = co_await sessions_.send_without_account(Operation::practice_settings,
                                                          settings_request(practice_.ods), budget);
    auto wire = read(answer, read_settings);
    if (wire) {
        const std::lock_guard lock(mutex_);
        settings_ = *wire;
        settings_seen_ = clock_.now();
    }
    co_return wire;
}

Awaitable<Result<PracticeSettings>> Client::practice_settings(Provenance)
{
    auto wire = co_await settings(Budget(read_limit_));
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_settings(*wire);
}

Awaitable<Result<WireMetadata>> Client::fetch_metadata(std::string credential, LocalWindow window,
                                                       Budget budget)
{
    Sessions::MakeRequest make = [window](const std::string& token) {
        return metadata_request(token, window.from, window.to);
    };
    auto answer =
        co_await sessions_.send(std::move(credential), Operation::slot_metadata, std::move(make), budget);
    co_return read(answer, read_metadata);
}

Awaitable<Result<WireSlots>> Client::fetch_slots(std::string credential, LocalWindow window, Budget budget)
{
    Sessions::MakeRequest make = [window](const std::string& token) {
        return slots_request(token, window.from, window.to);
    };
    auto answer = co_await sessions_.send(std::move(credential), Operation::slots, std::move(make), budget);
    co_return read(answer, read_slots);
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    using namespace boost::asio::experimental::awaitable_operators;
    const std::string credential =
        query.search_identity ? query.search_identity->credential : search_identity_;
    if (credential.empty())
        co_return fhir::fail(
            ErrorKind::link_invalid,
            "Searching this practice needs a service account, and none is configured for it.");
    const Budget budget(read_limit_);
    const auto window = local_window(query.window);
    auto slots_call = fetch_slots(credential, window, budget);
    auto metadata_call = fetch_metadata(credential, window, budget);
    auto settings_call = settings(budget);
    auto answers = co_await (std::move(slots_call) && std::move(metadata_call) && std::move(settings_call));
    auto& [slots, metadata, practice] = answers;
    if (!slots)
        co_return std::unexpected(slots.error());
    if (!metadata)
        co_return std::unexpected(metadata.error());
    std::optional<WireSettings> known;
    if (practice)
        known = *practice;
    auto found = map_slots(practice_, *slots, *metadata, known, query.window);
    if (!practice)
        found.warnings.push_back("The practice's settings could not be read: " + practice.error().sentence());
    co_return found;
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto credential = query.patient.link->credential;
    auto answer = co_await sessions_.send(credential, Operation::demographics, demographics_request,
                                          Budget(read_limit_));
    auto wire = read(answer, read_demographics);
    if (!wire)
        co_return std::unexpected(wire.error());
    // A link that opens somebody else's record must never pass for this patient's.
    if (wire->nhs_number != query.patient.nhs_number)
        co_return fhir::fail(ErrorKind::link_invalid);
    co_return map_patient(practice_, *wire, fhir::local_id("patient of access identity " + credential));
}

Awaitable<Result<fhir::Patient>> Client::register_patient(FindPatient)
{
    co_return std::unexpected(
        not_offered("This practice's system does not take registrations from other organisations."));
}

Awaitable<Result<PatientLink>> Client::link_patient(FindPatient query)
{
    auto linked = co_await emis::link_patient(sessions_, practice_.ods, verification_token_, std::move(query),
                                              Budget(write_limit_));
    co_return linked;
}

/// The number the consumer sent, otherwise the one the practice holds for the patient.
Awaitable<Result<std::string>> Client::number_to_ring(BookAppointment booking, Budget budget)
{
    if (auto sent = trimmed(booking.phone); !sent.empty())
        co_return sent;
    auto answer = co_await sessions_.send(booking.patient.link->credential, Operation::demographics,
                                          demographics_request, budget);
    const auto wire = read(answer, read_demographics);
    if (!wire && wire.error().kind() == ErrorKind::supplier_timeout)
        co_return std::unexpected(wire.error());
    // A record that is somebody else's, or cannot be read, has no number to offer.
    if (!wire || wire->nhs_number != booking.patient.nhs_number)
        co_return fhir::fail(ErrorKind::phone_required);
    const std::string& known = wire->mobile.empty() ? wire->telephone : wire->mobile;
    if (known.empty())
        co_return fhir::fail(ErrorKind::phone_required);
    co_return known;
}

Awaitable<Result<SupplierAppointment>> Client::book(BookAppointment booking)
{
    if (!booking.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    if (booking.slots.size() != 1)
        co_return std::unexpected(
            not_offered("This practice's system books one slot at a time.").at("Appointment.slot"));
    const auto key = SlotKey::parse(booking.slots.front().supplier_key);
    if (!key)
        co_return fhir::fail(ErrorKind::slot_unknown, "The slot is none of this practice's system.",
                             "Appointment.slot[0]");
    const Budget budget(write_limit_);
    auto practice = co_await settings(budget);
    if (!practice)
        co_return std::unexpected(practice.error());
    if (auto refused = objection(booking, practice->booking_reason))
        co_return std::unexpected(std::move(*refused));

    std::string phone;
    if (key->telephone) {
        auto number = co_await number_to_ring(booking, budget);
        if (!number)
            co_return std::unexpected(number.error());
        phone = std::move(*number);
    }

    const WireBooking wire{key->slot_id, trimmed(booking.description), std::move(phone)};
    Sessions::MakeRequest make = [wire](const std::string& token) { return book_request(token, wire); };
    auto answer =
        co_await sessions_.send(booking.patient.link->credential, Operation::book, std::move(make), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto created = read(answer, read_booking_created);
    if (!created || !*created)
        co_return std::unexpected(unclear(std::to_string(answer->status) + " without BookingCreated"));
    co_return booked_appointment(booking, *key);
}

Awaitable<Result<SupplierAppointment>> Client::cancel(CancelAppointment cancellation)
{
    if (!cancellation.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto key = SlotKey::parse(cancellation.appointment.key);
    if (!key)
        co_return fhir::fail(ErrorKind::appointment_not_found);
    auto reason = trimmed(cancellation.reason);
    if (reason.empty())
        reason = "No longer required"; // the wire wants one; this is one of the two texts the reference
                                       // consumer offers
    Sessions::MakeRequest make = [slot = key->slot_id, reason](const std::string& token) {
        return cancel_request(token, slot, reason);
    };
    // Any 2xx is a cancellation: bodies have been seen with and without content, so none is asked for.
    auto answer = co_await sessions_.send(cancellation.patient.link->credential, Operation::cancel,
                                          std::move(make), Budget(write_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return cancelled_appointment(cancellation);
}

Awaitable<Result<SupplierAppointment>> Client::amend(AmendAppointment)
{
    co_return std::unexpected(
        not_offered("This practice's system cannot change an appointment; cancel it and book again."));
}

Awaitable<Result<SupplierAppointment>> Client::read_appointment(ReadAppointment)
{
    co_return std::unexpected(not_offered(
        "This practice's system cannot read one appointment; list the patient's appointments instead."));
}

Awaitable<Result<std::vector<SupplierAppointment>>> Client::list_appointments(ListAppointments query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto from = fhir::uk_date(std::min(query.window.start, clock_.now()));
    Sessions::MakeRequest make = [from](const std::string& token) { return list_request(token, from); };
    auto answer = co_await sessions_.send(query.patient.link->credential, Operation::list, std::move(make),
                                          Budget(read_limit_));
    auto wire = read(answer, read_appointments);
    if (!wire)
        co_return std::unexpected(wire.error());
    co_return map_appointments(practice_, *wire, query.patient, query.window, clock_.now());
}

} // namespace

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random&)
{
    return std::make_unique<Client>(practice, upstream, clock);
}

} // namespace adapters::emis
