// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/wire.hpp"

#include "adapters/json_fields.hpp"

#include <array>
#include <charconv>
#include <set>

namespace adapters::microtest
{

namespace
{

/// Longer ones than any system gives; they are stored with every booking.
constexpr std::size_t most_id_bytes = 200;

bool is_usable_id(const std::string& id)
{
    return !id.empty() && id.size() <= most_id_bytes;
}

/// Without a fraction of a second, which `LocalTime` has no place for.
std::string_view whole_seconds(std::string_view text)
{
    constexpr std::size_t seconds_end = 19;
    const bool has_fraction = text.size() > seconds_end + 1 && text[seconds_end] == '.' &&
                              text.find_first_not_of("0123456789", seconds_end + 1) == std::string_view::npos;
    return has_fraction ? text.substr(0, seconds_end) : text;
}

/// Minutes as text (the unit is assumed).
std::optional<std::chrono::minutes> minutes_of(const std::string& text)
{
    int minutes = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), minutes);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && minutes > 0 && minutes <= 24 * 60 ? std::optional(std::chrono::minutes(minutes))
                                                      : std::nullopt;
}

/// Slots of the same people are of one schedule, in whatever order they are named.
std::vector<std::string> names_of(const Fields& fields)
{
    const auto names = fields.texts("clinicians");
    std::set<std::string> sorted(names.begin(), names.end());
    sorted.erase("");
    return {sorted.begin(), sorted.end()};
}

/// The texts of those members that have one.
std::vector<std::string> told(const Fields& fields, std::initializer_list<std::string_view> members)
{
    std::vector<std::string> texts;
    for (const auto member : members)
        if (auto text = fields.text(member); !text.empty())
            texts.push_back(std::move(text));
    return texts;
}

} // namespace

std::optional<fhir::UkMoment> read_moment(std::string_view text)
{
    if (const auto moment = fhir::parse_instant(text))
        return fhir::UkMoment{fhir::LocalKind::unique, *moment, *moment};
    const auto local = fhir::parse_local_time(whole_seconds(text));
    return local ? std::optional(fhir::from_uk_local(*local)) : std::nullopt;
}

std::optional<WireChannel> channel_of(std::string_view text)
{
    struct Row
    {
        std::string_view text;
        WireChannel channel;
    };
    static constexpr std::array rows = {
        Row{"Surgery", WireChannel::surgery},
        Row{"Telephone", WireChannel::telephone},
        Row{"Visit", WireChannel::visit},
        Row{"Other", WireChannel::unspecified},
    };
    for (const auto& row : rows)
        if (fhir::rest::equal_ignoring_case(row.text, text))
            return row.channel;
    return std::nullopt;
}

namespace
{

WireSlot slot_of(const Fields& fields)
{
    WireSlot slot;
    slot.id = fields.text("id");
    slot.type = fields.text("type");
    slot.start = read_moment(fields.text("startTime"));
    slot.end = read_moment(fields.text("endTime"));
    slot.duration = minutes_of(fields.text("duration"));
    slot.location = fields.text("location");
    slot.clinicians = names_of(fields);
    slot.channel = channel_of(fields.text("channel")).value_or(WireChannel::unspecified);
    return slot;
}

/// Nothing for one without a usable id.
void add_rows(WireSlots& result, const Fields& row, MarkedText& text, std::size_t& without_id)
{
    const auto known = text.take(row.node());
    for (const KnownRow* each : known)
        result.slots.push_back({*each, nullptr});
    if (!known.empty())
        return;
    if (is_usable_id(row.text("id")))
        result.slots.push_back({row.node().source(), &row.node()});
    else
        ++without_id;
}

fhir::Result<WireSlots> read_marked_slots(MarkedText& text)
{
    auto json = read_object(text.text());
    if (!json)
        return std::unexpected(json.error());
    const auto* list = Fields(*json).find("slots");
    if (list && !list->is_array() && !list->is_null())
        return std::unexpected(lacks("slots"));
    WireSlots result{std::move(*json), {}, {}, {}};
    std::size_t without_id = 0;
    for (const auto& row : Fields(result.reply).rows("slots"))
        add_rows(result, row, text, without_id);
    if (without_id > 0)
        result.warnings.push_back(std::to_string(without_id) +
                                  " slots are left out: they have no usable id.");
    return result;
}

} // namespace

WireSlot read_slot(const WireSlotRow& row)
{
    if (row.node)
        return slot_of(Fields(*row.node));
    const auto again = read_object(row.row.source);
    return again ? slot_of(Fields(*again)) : WireSlot();
}

fhir::Result<WireSlots> read_slots(std::string_view body, SlotMemo* memo)
{
    return read_marked(body, memo, read_marked_slots);
}

fhir::Result<std::vector<WireSlot>> read_appointments(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto* list = Fields(*json).find("appointments");
    if (!list || !list->is_array())
        return std::unexpected(lacks("appointments"));
    std::vector<WireSlot> result;
    for (const auto& item : list->items()) {
        if (!item.is_object())
            return std::unexpected(lacks("an appointment's members"));
        result.push_back(slot_of(Fields(item)));
        if (!is_usable_id(result.back().id))
            return std::unexpected(lacks("an appointment's id"));
    }
    return result;
}

fhir::Result<WirePatient> read_patient(std::string_view body)
{
    const auto json = read_object(body);
    if (!json)
        return std::unexpected(json.error());
    const auto fields = Fields(*json).object("demographics");
    if (!fields)
        return std::unexpected(lacks("demographics"));
    WirePatient patient;
    patient.title = fields->text("title");
    patient.surname = fields->text("surname");
    patient.sex = fields->text("sex");
    patient.forenames = told(*fields, {"forenames1", "forenames2"});
    patient.birth_date = fields->date("dob");
    patient.nhs_number = fhir::NhsNumber::parse(fields->text("nhs"));
    patient.address_lines = told(*fields, {"houseName", "roadName", "locality"});
    patient.town = fields->text("post_town"); // the one name that is not in camel case
    patient.county = fields->text("county");
    patient.postcode = fields->text("postcode");
    patient.email = fields->text("email");
    patient.telephones = told(*fields, {"telephone1", "telephone2"});
    return patient;
}

} // namespace adapters::microtest
