// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// What calls for a task of somebody's team, by the code of its kind (gateway/workflow/task_kinds.cpp).
/// Written down with the version or the intent's step that calls for it, so that none is lost.
namespace gateway::booking
{

inline constexpr std::string_view rebook_required = "rebook-required", dna_followup = "dna-followup",
                                  sync_conflict = "sync-conflict", cancel_failed = "cancel-failed",
                                  waitlist_offer = "waitlist-offer",
                                  patient_match_review = "patient-match-review";

} // namespace gateway::booking
