// SPDX-License-Identifier: Apache-2.0
// Subscribers of a run and their receiver, which is moody: what they heard, held against what was committed and what the gateway lists.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { sandbox } from '../e2e/support_sandbox.mjs';
import { pause } from './sandbox.mjs';

const configDir = dirname(sandbox.config_file);
const FHIR_JSON = 'application/fhir+json';

const valueOf = (one) => one && Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];
const parameters = (bundle) => bundle.entry[0].resource.parameter;
const eventsIn = (bundle) => parameters(bundle).filter(({ name }) => name === 'notification-event').map(({ part }, i) => ({
    number: Number(valueOf(part.find(({ name }) => name === 'event-number'))),
    focus: valueOf(part.find(({ name }) => name === 'focus')).reference.split('/').slice(-2).join('/'),
    version: Number(bundle.entry[i + 1].response.etag.slice(3, -1)),
}));

export class Hooks {
    constructor(port, gateway, dice) {
        Object.assign(this, { port, gateway, dice, calm: false, away: false, got: [], subscriptions: [], counts: { heard: 0, refused: 0, lost: 0, late: 0 } });
    }

    listen() {
        const tls = { cert: readFileSync(join(configDir, 'server.pem')), key: readFileSync(join(configDir, 'server.key')) };
        this.server = createServer(tls, (request, response) => {
            const chunks = [];
            request.on('data', (chunk) => chunks.push(chunk));
            request.on('end', () => this.take(request, response, Buffer.concat(chunks).toString()).catch(() => response.destroy()));
        });
        return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    }

    /** A few events are refused for ever; of the others one in ten meets a bad moment. */
    async take(request, response, body) {
        const hook = request.url.split('/').at(-1);
        const delivery = request.headers['apptgw-delivery'];
        const events = eventsIn(JSON.parse(body));
        const moment = this.calm || !delivery ? 100 : this.dice.below(100);
        if (moment < 2) return void response.destroy(); // nothing was read
        const never = events.some(({ number }) => number % 97 === 50);
        if (never || moment < 5) {
            ++this.counts.refused;
            return void response.writeHead(never ? 422 : 503).end();
        }
        this.got.push({ hook, delivery, events });
        this.counts.heard += delivery ? 1 : 0;
        if (moment < 8) {
            ++this.counts.lost;
            return void response.destroy(); // read, and the answer is lost
        }
        if (moment < 10) {
            ++this.counts.late;
            await pause(500);
        }
        response.writeHead(200).end();
    }

    async subscribe(session, consumer, topic, maxCount) {
        const hook = String(this.subscriptions.length + 1);
        const many = maxCount > 1 ? { extension: [{ url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-max-count', valuePositiveInt: maxCount }] } : {};
        const body = {
            resourceType: 'Subscription', status: 'requested', reason: 'tell the team',
            criteria: `${this.gateway.origin}/fhir/SubscriptionTopic/${topic}`,
            channel: { type: 'rest-hook', endpoint: `https://localhost:${this.port}/hooks/${hook}`, payload: FHIR_JSON, ...many },
        };
        const made = await session.request(consumer, 'POST', 'Subscription', JSON.stringify(body));
        if (made.status !== 201) throw new Error(`no subscription: ${made.status} ${made.text}`);
        const { id } = made.resource;
        for (let status; status !== 'active'; await pause(50))
            status = (await session.request(consumer, 'GET', `Subscription/${id}`)).resource.status;
        this.subscriptions.push({ id, hook, consumer, topic });
    }

    outbox(...words) {
        const run = spawnSync(process.env.APPTGW, ['outbox', ...words, '--json', '--config', sandbox.config_file,
            '--url', `https://localhost:${this.gateway.managementPort}`, '--ca-file', sandbox.ca_file], { encoding: 'utf8', env: this.gateway.env });
        if (run.status !== 0) throw new Error(`outbox ${words[0]}: ${run.stdout}${run.stderr}`);
        return JSON.parse(run.stdout);
    }

    /** Until nothing waits any more; the figures. */
    async rest(limitMs) {
        const end = Date.now() + limitMs;
        let listed = this.outbox('list');
        while (listed.due > 0 && Date.now() < end) {
            await pause(300);
            listed = this.outbox('list');
        }
        return listed;
    }

    /** `committed(consumer, topic)`: versions there are, by subject, of those that this consumer is known to hear of. */
    async check(journeys, committed) {
        const listed = await this.rest(60000);
        const figures = { numbers: 0, versions: 0, dead: 0, dropped: 0, again: 0 };
        if (listed.due > 0) journeys.violated(`${listed.due} notifications wait although the receiver is well`);
        for (const subscription of this.subscriptions) {
            const shown = listed.subscriptions.find((each) => each.subscription === subscription.id);
            if (shown?.status !== 'active') journeys.violated(`subscription ${subscription.id} is ${shown?.status}`);
            else this.checkOne(journeys, subscription, shown.events, committed(subscription.consumer, subscription.topic), figures);
        }
        return figures;
    }

    checkOne(journeys, { id, hook }, events, versions, figures) {
        const wrong = (sentence) => journeys.violated(`subscription ${id}: ${sentence}`);
        const heard = new Map(), last = new Map();
        const listed = (state) => new Map(this.outbox('show', id, '--state', state).deliveries.map((each) => [each.number, each]));
        const dead = listed('dead'), dropped = listed('cancelled');
        for (const { number, subject, failure } of dropped.values()) // what was handed to others before it could be told
            if (failure !== 'not_visible' || !subject.startsWith('Task/')) wrong(`event ${number} about ${subject} was dropped: ${failure}`);
        for (const each of this.got.filter((got) => got.hook === hook && got.delivery))
            for (const { number, focus, version } of each.events) {
                const before = heard.get(number);
                figures.again += before ? 1 : 0;
                if (before && (before.focus !== focus || before.version !== version || before.delivery !== each.delivery))
                    wrong(`event ${number} was ${JSON.stringify(before)} and ${JSON.stringify({ ...each, focus, version })}`);
                if (before) continue;
                heard.set(number, { focus, version, delivery: each.delivery });
                if (last.get(focus) >= version && !dead.has(number)) wrong(`${focus} version ${version} came after ${last.get(focus)}`);
                last.set(focus, version);
            }
        for (let number = 1; number <= events; ++number)
            if (!heard.has(number) && !dead.has(number) && !dropped.has(number)) wrong(`event ${number} of ${events} was neither heard nor is it listed`);
        for (const number of heard.keys()) if (number > events) wrong(`event ${number} is one too many`);
        const told = new Map();
        for (const { focus, version } of heard.values()) told.set(`${focus}/${version}`, (told.get(`${focus}/${version}`) ?? 0) + 1);
        for (const { subject, version } of dead.values()) told.set(`${subject}/${version}`, 1);
        for (const [key, times] of told) if (times > 1) wrong(`${key} has ${times} numbers`);
        for (const [focus, newest] of versions)
            for (let version = 1; version <= newest; ++version, ++figures.versions)
                if (!told.has(`${focus}/${version}`)) wrong(`${focus} version ${version} was neither heard nor is it listed`);
        figures.numbers += events;
        figures.dead += dead.size;
        figures.dropped += dropped.size;
    }

    end() {
        this.server.closeAllConnections();
        this.server.close();
    }
}
