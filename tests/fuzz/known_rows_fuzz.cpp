// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/mapping.hpp"
#include "adapters/emis/mapping.hpp"
#include "adapters/fhir_r4/mapping.hpp"
#include "adapters/gpconnect/mapping.hpp"
#include "adapters/microtest/mapping.hpp"
#include "adapters/simulation/spread.hpp"
#include "adapters/tpp/mapping.hpp"
#include "adapters/vision/mapping.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>

namespace
{

using adapters::FoundSlots;
using adapters::SlotMemo;

const fhir::Interval always{fhir::Instant(std::chrono::days(-20000)),
                            fhir::Instant(std::chrono::days(90000))};
const adapters::PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};

template <class T>
void describe(const std::vector<T>& resources, std::string& text)
{
    for (const auto& each : resources)
        text.append(each.json().head()).append(each.json().tail()).append("\n");
}

std::string described(const FoundSlots& found)
{
    std::string text;
    for (const auto& slot : found.slots) {
        // What is made of a pattern must be what the codec writes of the whole.
        const auto written = fhir::codec::write_without_meta(fhir::Slot::declaration(), &slot->slot());
        if (slot->json().head() != written.head() || slot->json().tail() != written.tail())
            std::abort();
        text.append(written.head()).append(written.tail()).append(slot->supplier_key()).append("\n");
    }
    describe(found.schedules, text);
    describe(found.practitioners, text);
    describe(found.practitioner_roles, text);
    describe(found.locations, text);
    describe(found.healthcare_services, text);
    describe(found.organizations, text);
    for (const auto& warning : found.warnings)
        text.append(warning).append("\n");
    return text;
}

/// What a system's adapter makes of an answer; `refused` for what it refuses.
using Translate = std::string (*)(std::string_view body, SlotMemo& memo);
constexpr auto refused = "refused";

std::string emis(std::string_view body, SlotMemo& memo)
{
    using namespace adapters::emis;
    static const auto metadata =
        read_metadata(R"({"Sessions":[{"SessionId":5501,"SessionName":"Morning","DefaultDuration":10}]})")
            .value();
    const auto slots = read_slots(body, &memo);
    return slots ? described(map_slots(practice, *slots, metadata, std::nullopt, always, memo)) : refused;
}

std::string microtest(std::string_view body, SlotMemo& memo)
{
    const auto slots = adapters::microtest::read_slots(body, &memo);
    return slots ? described(adapters::microtest::map_slots(practice, *slots, always, memo)) : refused;
}

std::string tpp(std::string_view body, SlotMemo& memo)
{
    const auto reply = adapters::xml::read(body, &memo);
    const auto slots = reply ? adapters::tpp::read_slots(*reply) : std::unexpected(reply.error());
    return slots ? described(adapters::tpp::map_slots(practice, *slots, "", always, fhir::Instant(), memo))
                 : refused;
}

std::string vision(std::string_view body, SlotMemo& memo)
{
    const auto reply = adapters::xml::read(body, &memo);
    const auto slots = reply ? adapters::vision::read_slots(*reply) : std::unexpected(reply.error());
    if (!slots)
        return refused;
    const std::array pages{*slots};
    return described(adapters::vision::map_slots(practice, pages, {}, always, memo));
}

std::string gpconnect(std::string_view body, SlotMemo& memo)
{
    static const adapters::gpconnect::Ids ids(*fhir::OdsCode::parse("Z90001"));
    const auto bundle = adapters::gpconnect::wire::read_slot_bundle(body, &memo);
    return bundle ? described(adapters::gpconnect::to_found_slots(*bundle, always, ids, "Practice", memo))
                  : refused;
}

std::string fhir_r4(std::string_view body, SlotMemo& memo)
{
    using namespace adapters::fhir_r4;
    static const Ids ids(*fhir::OdsCode::parse("Z90001"), "https://apptgw.example",
                         "https://fhir.example/R4");
    auto page = wire::read_page(body, &memo);
    if (!page)
        return refused;
    const auto counts = std::to_string(page->matches) + "\n";
    wire::Collected all;
    all.add(std::move(*page));
    return counts +
           described(to_found_slots(wire::slot_bundle(std::move(all)), always, ids, "Practice", memo));
}

std::string bars(std::string_view body, SlotMemo& memo)
{
    using namespace adapters::bars;
    static const wire::Place place{*fhir::OdsCode::parse("Z90001"), "https://apptgw.example",
                                   "https://receiver.example/FHIR/R4/"};
    const auto answer = wire::read_slots(body, place, &memo);
    return answer ? described(to_found_slots(*answer, always, "9999000101", "Practice", memo)) : refused;
}

/// Changes an answer as practices, faults and malice do.
class Changes
{
public:
    explicit Changes(std::uint64_t seed) : state_(seed) {}

    std::string one(std::string text)
    {
        const bool markup = text.find('<') < text.find('{');
        const auto& syntax = markup ? adapters::xml_rows : adapters::json_rows;
        const auto at = place(text, markup ? '<' : '{');
        const auto end = std::min(syntax.row_end(text, at), text.size());
        const auto row = text.substr(at, end - at);
        switch (number(10)) {
        case 0: // gone, with what separates it
            return text.erase(at, end - at + (text.substr(end).starts_with(',') ? 1 : 0));
        case 1: // gone, and the comma left
            return text.erase(at, end - at);
        case 2:
            return text.insert(at, row + (markup ? "" : ","));
        case 3:
            return text.insert(place(text, markup ? '<' : '{'), row + (markup ? "" : ","));
        case 4:
            return around(std::move(text), at, end, markup ? "<!--" : "\"", markup ? "-->" : "\"");
        case 5:
            return around(std::move(text), at, end, markup ? "<x y='" : "{\"x\":", markup ? "'/>" : "}");
        case 6:
            return text.insert(at, markup ? "<Slot known-rows=\"0\"/>" : R"({"*":0},)");
        case 7:
            text[number(text.size())] = static_cast<char>(number(128));
            return text;
        case 8:
            return text.insert(number(text.size()), 1, "\"'<>{}[],: &\\"[number(13)]);
        default:
            return text.erase(number(text.size()), 1 + number(3));
        }
    }

    std::uint64_t number(std::uint64_t below) { return adapters::simulation::next_number(state_) % below; }

private:
    static std::string around(std::string text, std::size_t at, std::size_t end, std::string_view before,
                              std::string_view behind)
    {
        return text.insert(end, behind).insert(at, before);
    }

    /// Where the character stands, from anywhere on.
    std::size_t place(const std::string& text, char c)
    {
        const auto found = text.find(c, number(text.size()));
        return found == std::string::npos ? std::min(text.find(c), text.size() - 1) : found;
    }

    std::uint64_t state_;
};

/// However the answer has changed: with rows known from before, it comes to the same as when it is read
/// whole.
void compare(Translate translate, std::string_view body, std::uint64_t seed)
{
    constexpr int answers = 12;
    SlotMemo memo;
    if (translate(body, memo) == refused)
        return;
    Changes changes(seed);
    for (int i = 0; i < answers; ++i) {
        std::string changed(body);
        for (auto more = changes.number(4); more > 0 && changed.size() > 1; --more)
            changed = changes.one(std::move(changed));
        SlotMemo empty;
        if (translate(changed, memo) != translate(changed, empty))
            std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    if (body.empty())
        return 0;
    for (const Translate translate : {emis, microtest, tpp, vision, gpconnect, fhir_r4, bars})
        compare(translate, body, adapters::simulation::spread(body));
    return 0;
}
