// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"
#include "fhir/model/task.hpp"
#include "gateway/workflow/service_factory.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A task as words for the people of a practice, in its own system.
namespace gateway::workflow
{

/// What tasks of this kind are there; nothing for those that stay in the inbox.
std::optional<adapters::DeliveryForm> delivery_form(TaskKind kind);
/// In the store, and for people: `prescription-request`, `a prescription request`.
std::string_view code_of(adapters::DeliveryForm form);
std::optional<adapters::DeliveryForm> form_named(std::string_view code);
std::string_view words_for(adapters::DeliveryForm form);

/// The practice into whose system the task is put; empty where it stays in the inbox. Work that an
/// organisation gives its own teams stays there.
std::string practice_to_deliver(const TaskLinks& links, const store::TaskRecord& record);

/// Twelve digits of the task's id that chance has made: tells one task from another, and nobody's name.
std::string delivery_reference(const std::string& task_id);

/// `2026-11-23 08:00`, as UK clocks show it.
std::string plain_time(fhir::Instant moment);

/// Who writes what the gateway itself notes on tasks.
inline constexpr std::string_view gateway_author = "Gateway";

struct Letter
{
    std::string subject;
    std::string text;
    std::vector<std::string> medicines; ///< as they are named in the task
};

/// All that was asked, who asked, and the reference.
Letter letter_of(const fhir::Task& task, TaskKind kind, adapters::DeliveryForm form,
                 const std::string& reference);

} // namespace gateway::workflow
