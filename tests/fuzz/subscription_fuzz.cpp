// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/faces/r4/subscription_shape.hpp"
#include "gateway/notify/endpoint.hpp"

#include <cstdlib>

/// What clients send as a Subscription, as filter and as endpoint: the first byte says which. A refusal says
/// why. An endpoint that is taken keeps to one host, a filter never to a patient; a subscription that is
/// taken comes to the same when it is kept, and when it is shown and sent back, but for what is never shown.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using namespace gateway;
    if (size == 0)
        return 0;
    constexpr std::string_view origin = "https://gateway.example.net";
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto must = [](bool holds) {
        if (!holds)
            std::abort();
    };
    if (data[0] == 'e') {
        const auto endpoint = notify::parse_endpoint(text);
        must(endpoint.has_value() || !endpoint.error().sentence().empty());
        if (!endpoint)
            return 0;
        must(endpoint->host.find_first_of("/?#@\\ ") == std::string::npos && !endpoint->host.empty());
        must(endpoint->target.starts_with('/'));
        const auto again = notify::parse_endpoint(endpoint->origin + endpoint->target);
        must(again && again->host == endpoint->host && again->target == endpoint->target);
        return 0;
    }
    if (data[0] == 'f') {
        for (const notify::Topic& topic : notify::topics()) {
            const auto filter = notify::parse_filter(text, topic);
            must(filter.has_value() || !filter.error().sentence().empty());
            if (filter)
                for (const auto& [name, values] : filter->wanted)
                    must(name != "patient" && !values.empty());
        }
        return 0;
    }
    const auto resource = fhir::codec::read<fhir::Subscription>(text);
    if (!resource)
        return 0;
    auto wanted = faces::r4::from_resource(*resource, origin);
    must(wanted.has_value() || !wanted.error().sentence().empty());
    if (!wanted)
        return 0;
    wanted->id = "id";
    const auto kept = notify::from_record(notify::to_record(*wanted));
    must(kept && kept->endpoint == wanted->endpoint && kept->filter == wanted->filter &&
         kept->headers == wanted->headers && kept->heartbeat == wanted->heartbeat &&
         kept->end == wanted->end);
    const std::string shown = fhir::codec::to_json(faces::r4::to_resource(*kept, origin));
    for (const std::string& header : wanted->headers)
        must(header.size() < 12 || shown.find(header) == std::string::npos);
    const auto read = fhir::codec::read<fhir::Subscription>(std::string_view(shown));
    must(read.has_value());
    const auto back = faces::r4::from_resource(*read, origin);
    must(back && back->headers.empty() && back->filter == wanted->filter &&
         back->payload == wanted->payload && back->max_count == wanted->max_count &&
         back->timeout == wanted->timeout);
    return 0;
}
