// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_notify.hpp"

#include "gateway/store/outbox_records.hpp"

#include <fmt/format.h>

namespace gateway::cli
{

namespace
{

constexpr unsigned usual_port = 8449;

} // namespace

std::string receiver_script()
{
    return fmt::format(R"js(// A receiver of notifications on this machine: node receiver.mjs [port] [secret]
// Says what it is told. With the secret that creating the subscription answered with, it refuses what is not signed with it.
import {{ createHmac, timingSafeEqual }} from 'node:crypto';
import {{ readFileSync }} from 'node:fs';
import {{ createServer }} from 'node:https';

const [port = '{}', secret] = process.argv.slice(2);
const file = (name) => readFileSync(new URL(name, import.meta.url));
const valueOf = (one) => one && Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];

function isSigned(signature, body) {{
    const [time, ...signatures] = (signature ?? '').split(',').map((part) => part.split('=')[1] ?? '');
    const right = createHmac('sha256', secret).update(`${{time}}.${{body}}`).digest('hex');
    const isFresh = Math.abs(Date.now() / 1000 - Number(time)) < 300;
    return isFresh && signatures.some((each) => each.length === right.length && timingSafeEqual(Buffer.from(each), Buffer.from(right)));
}}

const server = createServer({{ cert: file('receiver.pem'), key: file('receiver.key') }}, async (request, response) => {{
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (secret && !isSigned(request.headers['apptgw-signature'], body)) return response.writeHead(401).end();
    const said = JSON.parse(body).entry[0].resource.parameter;
    const type = valueOf(said.find(({{ name }}) => name === 'type'));
    const events = said.filter(({{ name }}) => name === 'notification-event').map(({{ part }}) => valueOf(part.find(({{ name }}) => name === 'focus'))?.reference ?? '');
    console.log([type, request.headers['apptgw-delivery'], ...events].filter(Boolean).join(' '));
    response.writeHead(200).end();
}});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening at https://localhost:${{server.address().port}}/`));
)js",
                       usual_port);
}

std::string subscription_text(std::string_view origin)
{
    return fmt::format(R"({{
  "resourceType": "Subscription",
  "status": "requested",
  "reason": "tell reception",
  "criteria": "{}/fhir/SubscriptionTopic/{}",
  "channel": {{
    "type": "rest-hook",
    "endpoint": "https://localhost:{}/",
    "payload": "application/fhir+json"
  }}
}}
)",
                       origin, store::appointment_topic, usual_port);
}

std::string notify_banner(const SandboxFiles& files, std::string_view fhir_base)
{
    return fmt::format(
        "Notifications, to a receiver of yours at any port of localhost; this one says what it is told:\n\n"
        "  node {} &\n"
        "  curl --cacert {} -H \"Authorization: Bearer $(jq -r '.clients[0].token' {})\" \\\n"
        "    -H 'Content-Type: application/fhir+json' -d @{} '{}/Subscription'\n\n",
        files.path(receiver_script_name), files.ca(), files.path("sandbox.json"),
        files.path(subscription_file_name), fhir_base);
}

} // namespace gateway::cli
