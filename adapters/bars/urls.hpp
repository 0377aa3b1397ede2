// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The names of what a message holds, made from the name of its thread, so that nothing of them need be kept.
namespace adapters::bars
{

/// The fullUrl of that part: the same in every message of the thread.
std::string url_in(const std::string& thread, std::string_view part);
/// When a thread was begun: its name is a UUID of version 7. Nothing for one of another version.
std::optional<fhir::Instant> moment_of(std::string_view thread);

} // namespace adapters::bars
