// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/bars/wire.hpp"

#include <string>
#include <vector>

namespace adapters::bars
{

/// What goes back to the receiver with a slot, as it came: the slot, its schedule, the service and whom and
/// where they name. Only the names of entries change, where they were no `urn:uuid:`.
class Carried
{
public:
    /// `slot` is one of `answer`, which outlives this.
    Carried(const wire::Answer& answer, const Node& slot, const std::string& thread);

    const std::string& slot_url() const { return parts_.front().url; }
    /// fullUrl of the organisation that provides the service; empty when it was not sent.
    std::string organization_url() const;
    std::vector<JsonValue> entries() const;

private:
    struct Part
    {
        r4::LocalReference name;
        const Node* resource = nullptr;
        std::string url;
    };

    void add(const r4::LocalReference& name, const Node& resource);
    /// What that reference means, when it was sent; as often as a message may hold it.
    const Node* follow_to(std::string_view reference, std::string_view type);
    void follow_service(const Node& service);
    JsonValue renamed(const Part& part) const;
    void rename_references(JsonValue& value) const;

    const wire::Answer& answer_;
    const std::string& thread_;
    std::vector<Part> parts_;
};

} // namespace adapters::bars
