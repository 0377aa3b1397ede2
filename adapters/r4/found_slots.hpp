// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/slot_translator.hpp"

/// A server's R4 -> our R4: ids, references and gaps. Pure.
namespace adapters::r4
{

/// Free slots of `bundle` that start within `window`, with what they refer to. `practice_name` names the
/// practice where the server does not. Slots that `memo` knows are not translated again.
FoundSlots to_found_slots(const SlotBundle& bundle, const fhir::Interval& window, const LocalNames& names,
                          const std::string& practice_name, SlotMemo& memo, const KeyOfSlot& key);

/// `Telephone` and the like, empty when none; the extension holds a concept, in older versions of UK Core a
/// code.
std::string channel_of(const fhir::Slot& slot);
/// First code, or the text of a concept without codes.
std::string first_code(const std::vector<fhir::CodeableConcept>& concepts);

} // namespace adapters::r4
