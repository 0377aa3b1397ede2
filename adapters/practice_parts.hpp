// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "adapters/slot_memo.hpp"

#include <map>
#include <string>
#include <string_view>

/// What surrounds slots; most of it for systems without FHIR.
namespace adapters
{

/// The practice that everything is mapped for.
struct PracticeNames
{
    fhir::OdsCode ods;
    std::string name;
    std::string identifier_base = "https://apptgw.example"; ///< PracticeConfig::identifier_base

    /// `https://gateway.example.net/id/provider-slot/Z90001`.
    std::string system_of(std::string_view what) const
    {
        return identifier_base + "/id/provider-" + std::string(what) + "/" + ods.text();
    }
    /// `Z90001.gp`; `local` is a resource's id in the practice.
    std::string id(std::string_view local) const
    {
        std::string text;
        text.reserve(ods.text().size() + 1 + local.size());
        return text.append(ods.text()).append(".").append(local);
    }
    /// Of something that the system tells by a text alone: from a hash of it, the same in every answer.
    std::string id_of_text(std::string_view kind, std::string_view text) const;
    fhir::Reference organization() const { return fhir::reference_to("Organization/" + id("org"), name); }
    fhir::Reference service() const { return fhir::reference_to("HealthcareService/" + id("gp"), name); }
};

/// One of `PracticeConfig::settings`; one that is absent or empty is `otherwise`.
std::string setting_of(const std::map<std::string, std::string>& settings, const std::string& name,
                       std::string otherwise = {});

/// Gives the actors of schedules the names of what they refer to, where they show none: nobody has to look up
/// whom a schedule is of.
void show_actors(FoundSlots& found);

/// SNOMED CT 788007007 with the practice's own name for it.
fhir::CodeableConcept general_practice(const std::string& text);
/// `<ODS>.org`.
fhir::Organization practice_organization(const PracticeNames& practice);
/// `<ODS>.gp`, in which all slots are. `guidance`: the practice's text for those who book.
fhir::HealthcareService practice_service(const PracticeNames& practice, const std::string& guidance);

/// Both, into an answer.
void add_practice(const PracticeNames& practice, const std::string& guidance, SlotMemo::Reading& reading,
                  FoundSlots& found);

/// A free slot. `name` is the supplier's own, unique in the practice; `kind` is what the practice calls it,
/// empty when it calls it nothing.
fhir::Slot free_slot(const PracticeNames& practice, std::string_view name, const std::string& schedule_id,
                     fhir::Interval time, const std::string& kind);

/// A clinician or a place known by a text.
fhir::Practitioner named_clinician(const PracticeNames& practice, const std::string& name);
fhir::Location named_location(const PracticeNames& practice, const std::string& name);

/// UK Core delivery channel, `In-person`, `Telephone` or `Video`.
fhir::Extension delivery_channel(std::string_view code);
/// It has no code for a visit.
fhir::Extension home_visit();

} // namespace adapters
