// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/audit/recorder.hpp"
#include "gateway/store/records.hpp"

namespace gateway::booking
{

/// A write that no request puts on record: nobody asked for it, or who asked is gone.
struct OwnWrite
{
    std::string_view via; ///< `settlement`, `practice`, `hold`, `waiting-list`, `withdrawal`, `recovery`
    std::string action;   ///< in words
    std::string agent;    ///< organisation in whose name, or that did it in its own system
    std::string appointment;
    std::int64_t version = 0; ///< that came of it; 0: none, as it was not done
    std::string practice;
    std::string patient; ///< NHS number digits; may be empty
    std::string failure; ///< code of the catalogue, where it was not done
};

/// A version as it stands now, in the name of the organisation that booked.
OwnWrite own_write(std::string_view via, std::string action, const store::AppointmentRecord& record,
                   std::int64_t version);

/// Nothing without a recorder. What the store cannot take at this moment the recorder keeps.
Awaitable<void> put_on_record(audit::Recorder* audit, OwnWrite write);

} // namespace gateway::booking
