// SPDX-License-Identifier: Apache-2.0
#include "gateway/slot_types/suggestion.hpp"

#include "fhir/search/values.hpp"

#include <array>
#include <cctype>
#include <string>

namespace gateway::slot_types
{

namespace
{

/// A word, or the beginning of one where it ends in `-`.
struct Hint
{
    std::string_view word, code;
};

// The first that is found counts: what is more telling stands before what is less so.
constexpr std::array category_hints{
    Hint{"smr", "structured-medication-review"},
    Hint{"medication-", "structured-medication-review"},
    Hint{"triage", "clinical-triage"},
    Hint{"home", "home-visit"},
    Hint{"visit", "home-visit"},
    Hint{"visits", "home-visit"},
    Hint{"group", "group-consultation"},
    Hint{"prescriber", "social-prescribing"},
    Hint{"prescribing", "social-prescribing"},
    Hint{"walk", "walk-in"},
    Hint{"smear-", "planned-clinical-procedure"},
    Hint{"dressing-", "planned-clinical-procedure"},
    Hint{"blood-", "planned-clinical-procedure"},
    Hint{"phleb-", "planned-clinical-procedure"},
    Hint{"inject-", "planned-clinical-procedure"},
    Hint{"minor", "planned-clinical-procedure"},
    Hint{"asthma", "planned-clinics"},
    Hint{"copd", "planned-clinics"},
    Hint{"diabet-", "planned-clinics"},
    Hint{"imm-", "planned-clinics"},
    Hint{"vacc-", "planned-clinics"},
    Hint{"flu", "planned-clinics"},
    Hint{"baby", "planned-clinics"},
    Hint{"clinic", "planned-clinics"},
    Hint{"review", "planned-clinics"},
    Hint{"urgent", "general-consultation-acute"},
    Hint{"acute", "general-consultation-acute"},
    Hint{"same", "general-consultation-acute"},
    Hint{"otd", "general-consultation-acute"},
    Hint{"emerg-", "general-consultation-acute"},
    Hint{"111", "general-consultation-acute"},
    Hint{"duty", "general-consultation-acute"},
    Hint{"routine", "general-consultation-routine"},
    Hint{"pre", "general-consultation-routine"},
    Hint{"gp", "general-consultation-routine"},
    Hint{"doctor-", "general-consultation-routine"},
};

// UK Core delivery channel.
constexpr std::array channel_hints{
    Hint{"tel", "Telephone"},     Hint{"tele-", "Telephone"}, Hint{"phone", "Telephone"},
    Hint{"call-", "Telephone"},   Hint{"video", "Video"},     Hint{"vc", "Video"},
    Hint{"f2f", "In-person"},     Hint{"face", "In-person"},  Hint{"person", "In-person"},
    Hint{"surgery", "In-person"},
};

// SDS job role codes.
constexpr std::array role_hints{
    Hint{"nurse-", "R0600"},  Hint{"pn", "R0600"}, Hint{"anp", "R0600"},     Hint{"pharm-", "R1290"},
    Hint{"physio-", "R1110"}, Hint{"gp", "R0260"}, Hint{"doctor-", "R0260"}, Hint{"dr", "R0260"},
};

bool begins_word(std::string_view text, std::size_t at)
{
    return at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
}

bool ends_word(std::string_view text, std::size_t at)
{
    return at == text.size() || !std::isalnum(static_cast<unsigned char>(text[at]));
}

bool names(std::string_view text, std::string_view word)
{
    const bool beginning = word.ends_with('-');
    if (beginning)
        word.remove_suffix(1);
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        if (begins_word(text, at) && (beginning || ends_word(text, at + word.size())))
            return true;
    return false;
}

template <class Hints>
std::string_view first_of(const Hints& hints, std::string_view folded)
{
    for (const Hint& hint : hints)
        if (names(folded, hint.word))
            return hint.code;
    return {};
}

} // namespace

Suggestion suggest(std::string_view name)
{
    const std::string folded = fhir::search::fold(name);
    return {first_of(category_hints, folded), first_of(channel_hints, folded), first_of(role_hints, folded)};
}

} // namespace gateway::slot_types
