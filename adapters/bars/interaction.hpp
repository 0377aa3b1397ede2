// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace adapters::bars
{

/// What a request is for: the same answer means different things.
enum class Interaction
{
    read_statement,
    read_definitions,
    search_slots,
    read_appointment,
    search_appointments,
    book,
    cancel,
};

constexpr bool is_write(Interaction interaction)
{
    return interaction == Interaction::book || interaction == Interaction::cancel;
}

} // namespace adapters::bars
