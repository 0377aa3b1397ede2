// SPDX-License-Identifier: Apache-2.0
// Webhooks as a subscriber gets them: a plain https server of Node's that checks signatures with Node's own crypto, is away for a while, answers with redirects,
// and hears every event once and in order although the gateway is killed in between.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { FHIR_JSON, appointmentFor, assertValid, channelOf, patientsOf, poll, sandbox, slotSearch, slotsIn } from './support.mjs';
import { Gateway, freePort } from './support_gateway.mjs';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const configDir = dirname(sandbox.config_file);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-subscription-'));
const [hub, foreign] = sandbox.clients;
const gateway = new Gateway(dir, { APPTGW_NOTIFY_FIRST_PAUSE: '100ms' });
const tls = { cert: readFileSync(join(configDir, 'server.pem')), key: readFileSync(join(configDir, 'server.key')) };
const tokens = new Map();
let port;

/** What a subscriber has: keeps each notification, and answers as `answer` says. */
class Receiver {
    constructor() {
        this.got = [];
        this.answer = () => ({ status: 200 });
    }

    listen() {
        this.server = createServer(tls, (request, response) => {
            const chunks = [];
            request.on('data', (chunk) => chunks.push(chunk));
            request.on('end', () => {
                const body = Buffer.concat(chunks).toString();
                const hook = new URL(request.url, 'https://localhost').pathname;
                const { status, headers = {} } = this.answer(hook, JSON.parse(body));
                this.got.push({ hook, headers: request.headers, body, bundle: JSON.parse(body), status });
                response.writeHead(status, headers).end();
            });
        });
        return new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }

    /** Notifications to a hook that were taken. */
    taken(hook, type = 'event-notification') {
        return this.got.filter((each) => each.hook === hook && each.status === 200 && parameter(each.bundle, 'type') === type);
    }
}
const receiver = new Receiver();

const statusOf = (bundle) => bundle.entry[0].resource.parameter;
const valueOf = (one) => one && Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];
const parameter = (bundle, name) => valueOf(statusOf(bundle).find((each) => each.name === name));
const eventsIn = (bundle) => statusOf(bundle).filter(({ name }) => name === 'notification-event').map(({ part }) => ({
    number: Number(valueOf(part.find(({ name }) => name === 'event-number'))),
    focus: valueOf(part.find(({ name }) => name === 'focus'))?.reference,
}));

async function ask(method, path, { client = hub, body, headers = {} } = {}) {
    const response = await fetch(path.startsWith('https:') ? path : `${gateway.origin}/fhir/R4/${path}`, {
        method,
        headers: {
            accept: FHIR_JSON,
            authorization: `Bearer ${tokens.get(client)}`,
            ...(body === undefined ? {} : { 'content-type': FHIR_JSON }),
            ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const resource = text ? JSON.parse(text) : undefined;
    if (resource?.resourceType) assertValid(resource);
    return { status: response.status, headers: response.headers, resource, text };
}

const subscriptionTo = (hook, more = {}, channel = {}, topic = 'appointment-status') => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'tell reception',
    criteria: `${gateway.origin}/fhir/SubscriptionTopic/${topic}`,
    channel: {
        type: 'rest-hook',
        endpoint: `https://localhost:${port}${hook}`,
        payload: FHIR_JSON,
        header: ['Authorization: Bearer for-the-receiver'],
        ...channel,
    },
    ...more,
});

const secretIn = (subscription) => subscription.channel.extension.find(({ url }) => url.endsWith('/notification-secret'))?.valueString;

async function subscribe(hook, { client = hub, more, channel, topic } = {}) {
    tokens.set(client, gateway.token(client)); // each lasts five minutes
    const made = await ask('POST', 'Subscription', { client, body: subscriptionTo(hook, more, channel, topic) });
    assert.equal(made.status, 201, made.text);
    const { id } = made.resource;
    await poll(async () => (await ask('GET', `Subscription/${id}`, { client })).resource.status, (status) => status === 'active');
    return { id, secret: secretIn(made.resource), hook };
}

const practice = sandbox.practices.find(({ system }) => system === 'gpconnect');
let slots;
let people;

async function book(n) {
    const person = people[n % people.length];
    const answer = await ask('POST', 'Appointment', { body: appointmentFor(slots.shift(), person) });
    assert.equal(answer.status, 201, answer.text);
    return { id: answer.resource.id, version: answer.headers.get('etag') };
}

async function cancel({ id, version }) {
    const patch = [{ op: 'replace', path: '/status', value: 'cancelled' }, { op: 'add', path: '/cancelationReason', value: { text: 'Feels better' } }];
    const answer = await fetch(`${gateway.origin}/fhir/R4/Appointment/${id}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${tokens.get(hub)}`, 'content-type': 'application/json-patch+json', 'if-match': version },
        body: JSON.stringify(patch),
    });
    assert.equal(answer.status, 200, await answer.text());
}

/** Signature and time of a notification, with nothing of ours. */
function checkSignature({ headers, body }, secret) {
    const parts = headers['apptgw-signature'].split(',').map((part) => part.split('='));
    const time = parts.find(([name]) => name === 't')[1];
    const wanted = createHmac('sha256', secret).update(`${time}.${body}`).digest();
    assert.ok(Math.abs(Date.now() / 1000 - Number(time)) < 300);
    assert.ok(parts.filter(([name]) => name === 'v1').some(([, hex]) => timingSafeEqual(Buffer.from(hex, 'hex'), wanted)));
}

/** Every event once by its delivery id, numbers without gaps, one subject's versions in order. */
function checkOrder(subscription, wanted) {
    const seen = new Map();
    for (const each of receiver.taken(subscription.hook)) {
        const [event] = eventsIn(each.bundle);
        const id = each.headers['apptgw-delivery'];
        if (seen.has(id)) assert.deepEqual(seen.get(id), event, 'the same delivery id means the same event');
        else seen.set(id, event);
    }
    const events = [...seen.values()];
    assert.deepEqual(events.map(({ number }) => number), wanted.map((_, i) => i + 1));
    assert.deepEqual(events.map(({ focus }) => focus.split('/').at(-1)), wanted);
}

before(async () => {
    port = await freePort();
    await receiver.listen();
    await gateway.prepare();
    await gateway.start();
    for (const client of [hub, foreign]) tokens.set(client, gateway.token(client));
    const owner = encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`);
    const found = await ask('GET', slotSearch(10, 23, `&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=200`));
    slots = slotsIn(found.resource).filter((slot) => slot.id.startsWith(`${practice.ods}.`) && channelOf(slot) === 'In-person');
    people = patientsOf(practice);
});

after(async () => {
    await gateway.end('SIGTERM');
    await receiver.close();
    rmSync(dir, { recursive: true, force: true });
});

test('a handshake, then a signed, valid, id-only notification of a booking and of its cancellation', async () => {
    const subscription = await subscribe('/first');
    const [handshake] = receiver.taken('/first', 'handshake');
    checkSignature(handshake, subscription.secret);
    const booked = await book(0);
    await cancel(booked);
    await poll(() => receiver.taken('/first'), (got) => got.length === 2);
    for (const each of receiver.taken('/first')) {
        checkSignature(each, subscription.secret);
        assertValid(each.bundle);
        assert.equal(each.headers['content-type'], FHIR_JSON);
        assert.equal(each.headers.authorization, 'Bearer for-the-receiver');
        assert.equal(each.bundle.type, 'history');
        assert.deepEqual(each.bundle.meta.profile, [`${BACKPORT}backport-subscription-notification-r4`]);
        assert.equal(each.bundle.entry.filter(({ resource }) => resource && resource.resourceType !== 'Parameters').length, 0);
        for (const { nhs_number, family } of people) assert.ok(!each.body.includes(nhs_number) && !each.body.includes(family));
    }
    checkOrder(subscription, [booked.id, booked.id]);
    const focus = eventsIn(receiver.taken('/first')[0].bundle)[0].focus;
    assert.equal((await ask('GET', focus)).resource.status, 'cancelled', 'the focus can be read');
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('a receiver that is away for a while misses nothing, hears nothing twice under another id, and in order', async () => {
    const subscription = await subscribe('/away');
    await receiver.close();
    const wanted = [];
    for (let n = 0; n < 3; ++n) {
        const booked = await book(n);
        await cancel(booked);
        wanted.push(booked.id, booked.id);
    }
    await poll(() => gateway.metrics(), (text) => Number(text.match(/^apptgw_outbox_depth\{state="due"\} (\d+)/m)?.[1]) > 0);
    await receiver.listen();
    await poll(() => receiver.taken('/away'), (got) => got.length >= wanted.length, 60000);
    checkOrder(subscription, wanted);
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('a failing receiver is tried again under the same delivery id; a redirect is not followed', async () => {
    let failures = 0;
    receiver.answer = (hook) => {
        if (hook === '/elsewhere') return { status: 200 };
        if (hook !== '/moody' || failures >= 3) return { status: 200 };
        failures += 1;
        return failures === 1 ? { status: 307, headers: { location: `https://localhost:${port}/elsewhere` } } : { status: 503 };
    };
    failures = 3; // not at the handshake
    const subscription = await subscribe('/moody');
    failures = 0;
    const booked = await book(1);
    await poll(() => receiver.taken('/moody'), (got) => got.length === 1);
    const tries = receiver.got.filter(({ hook, headers }) => hook === '/moody' && headers['apptgw-delivery']);
    assert.deepEqual(tries.map(({ status }) => status), [307, 503, 503, 200]);
    assert.deepEqual(new Set(tries.map(({ headers }) => headers['apptgw-delivery'])), new Set([`${subscription.id}-1`]));
    assert.equal(receiver.got.filter(({ hook }) => hook === '/elsewhere').length, 0);
    await cancel(booked);
    receiver.answer = () => ({ status: 200 });
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('events that were sent together come again together, under the same id, whatever happened in between and to the gateway', async () => {
    const together = (many) => ({ extension: [{ url: `${BACKPORT}backport-max-count`, valuePositiveInt: many }] });
    const subscription = await subscribe('/together', { channel: together(10) });
    await receiver.close();
    const wanted = [];
    const more = async (n) => {
        const booked = await book(n);
        await cancel(booked);
        wanted.push(booked.id, booked.id);
    };
    await more(0);
    await poll(() => gateway.metrics(), (text) => Number(text.match(/^apptgw_outbox_depth\{state="due"\} (\d+)/m)?.[1]) >= 2);
    let failures = 0; // takes it, and its answer is no use; then the gateway is killed
    receiver.answer = (hook) => (hook === '/together' && failures++ < 3 ? { status: 500 } : { status: 200 });
    await receiver.listen();
    await more(1);
    await poll(() => failures, (count) => count >= 2);
    await gateway.end('SIGKILL');
    await gateway.start();
    await more(2);
    const tries = () => receiver.got.filter(({ hook, headers }) => hook === '/together' && headers['apptgw-delivery']);
    const heard = () => new Set(tries().filter(({ status }) => status === 200).flatMap(({ bundle }) => eventsIn(bundle).map(({ number }) => number)));
    await poll(() => heard().size, (count) => count === wanted.length, 60000);
    const deliveries = new Map(), numbers = new Map();
    for (const { headers, bundle, body } of tries()) {
        const id = headers['apptgw-delivery'];
        checkSignature({ headers, body }, subscription.secret);
        const meaning = { bundle: bundle.id, events: eventsIn(bundle) };
        if (deliveries.has(id)) assert.deepEqual(meaning, deliveries.get(id), `${id} means the same however often it comes`);
        deliveries.set(id, meaning);
        for (const { number } of meaning.events) {
            assert.equal(numbers.get(number) ?? id, id, `event ${number} always comes under the same id`);
            numbers.set(number, id);
        }
    }
    const events = [...deliveries.values()].flatMap((each) => each.events);
    assert.deepEqual(events.map(({ number }) => number), wanted.map((_, i) => i + 1));
    assert.deepEqual(events.map(({ focus }) => focus.split('/').at(-1)), wanted);
    assert.ok(deliveries.size < wanted.length, 'several came together');
    assert.ok(tries().length > deliveries.size, 'something came again');
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('killed in the middle, the gateway loses nothing and doubles nothing under another id', async () => {
    const subscription = await subscribe('/killed');
    const wanted = [];
    for (let round = 0; round < 4; ++round) {
        const before = receiver.taken('/killed').length;
        const booked = await book(round);
        const cancelled = cancel(booked).then(() => true, () => false);
        if (round % 2) await poll(() => receiver.taken('/killed').length, (now) => now > before);
        const done = await cancelled;
        await gateway.end('SIGKILL');
        await gateway.start();
        wanted.push(booked.id);
        if (done) wanted.push(booked.id);
    }
    await poll(() => new Set(receiver.taken('/killed').map(({ headers }) => headers['apptgw-delivery'])).size, (got) => got >= wanted.length, 60000);
    checkOrder(subscription, wanted);
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('what was missed can be asked for by number, and the status says how much there was', async () => {
    const subscription = await subscribe('/asked');
    const ids = [(await book(0)).id, (await book(1)).id, (await book(2)).id];
    await poll(() => receiver.taken('/asked'), (got) => got.length === 3);
    const events = await ask('GET', `Subscription/${subscription.id}/$events?eventsSinceNumber=2&eventsUntilNumber=3`);
    assert.equal(events.status, 200, events.text);
    assert.deepEqual(eventsIn(events.resource).map(({ focus }) => focus.split('/').at(-1)), ids.slice(1));
    const status = await ask('GET', `Subscription/${subscription.id}/$status`);
    assert.equal(parameter({ entry: [{ resource: status.resource.entry[0].resource }] }, 'events-since-subscription-start'), '3');
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('a foreign organisation hears nothing, and sees nothing of it', async () => {
    const mine = await subscribe('/mine');
    const theirs = await subscribe('/theirs', { client: foreign });
    await book(3);
    await poll(() => receiver.taken('/mine'), (got) => got.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(receiver.taken('/theirs').length, 0);
    for (const path of ['', '/$status', '/$events'])
        assert.equal((await ask('GET', `Subscription/${mine.id}${path}`, { client: foreign })).status, 404);
    assert.equal((await ask('DELETE', `Subscription/${mine.id}`, { client: foreign })).status, 404);
    for (const [{ id }, client] of [[mine, hub], [theirs, foreign]]) await ask('DELETE', `Subscription/${id}`, { client });
});

test('a new secret signs beside the old one', async () => {
    const subscription = await subscribe('/secret');
    const renewed = await ask('POST', `Subscription/${subscription.id}/$rotate-secret`);
    assert.equal(renewed.status, 200, renewed.text);
    const secret = secretIn(renewed.resource);
    assert.notEqual(secret, subscription.secret);
    await book(4);
    const [got] = await poll(() => receiver.taken('/secret'), (all) => all.length === 1);
    checkSignature(got, secret);
    checkSignature(got, subscription.secret);
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('an endpoint off the list is refused with a plain sentence, like whole resources and patients in a filter', async () => {
    const elsewhere = await ask('POST', 'Subscription', { body: subscriptionTo('/x', {}, { endpoint: 'https://evil.example/x' }) });
    assert.equal(elsewhere.status, 400);
    const [issue] = elsewhere.resource.issue;
    assert.deepEqual(issue.expression, ['Subscription.channel.endpoint']);
    assert.match(issue.details.text, /may not go to evil\.example/);
    assert.match(issue.details.text, /notify_hosts/);
    const plain = await ask('POST', 'Subscription', { body: subscriptionTo('/x', {}, { endpoint: 'http://localhost/x' }) });
    assert.equal(plain.status, 400);
    const whole = await ask('POST', 'Subscription', {
        body: subscriptionTo('/x', {}, { _payload: { extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: 'full-resource' }] } }),
    });
    assert.equal(whole.status, 400, whole.text);
    const filtered = await ask('POST', 'Subscription', {
        body: subscriptionTo('/x', { _criteria: { extension: [{ url: `${BACKPORT}backport-filter-criteria`, valueString: 'Appointment?patient=1' }] } }),
    });
    assert.equal(filtered.status, 400);
    assert.match(filtered.resource.issue[0].details.text, /never by patient/);
});

test('a handshake that fails leaves a sentence, and the client can start anew', async () => {
    receiver.answer = (hook) => ({ status: hook === '/shy' ? 500 : 200 });
    const made = await ask('POST', 'Subscription', { body: subscriptionTo('/shy') });
    const { id } = made.resource;
    const failed = await poll(async () => (await ask('GET', `Subscription/${id}`)), ({ resource }) => resource.status === 'error');
    assert.match(failed.resource.error, /handshake failed/);
    receiver.answer = () => ({ status: 200 });
    const again = await ask('PUT', `Subscription/${id}`, {
        body: { ...failed.resource, status: 'requested', error: undefined },
        headers: { 'if-match': failed.headers.get('etag') },
    });
    assert.equal(again.status, 200, again.text);
    await poll(async () => (await ask('GET', `Subscription/${id}`)).resource.status, (status) => status === 'active');
    await ask('DELETE', `Subscription/${id}`);
});

test('operators see what waits, hold it, release it, and replay what was dead', async () => {
    const outbox = (...words) => {
        const run = spawnSync(process.env.APPTGW, ['outbox', ...words, '--config', sandbox.config_file,
            '--url', `https://localhost:${gateway.managementPort}`, '--ca-file', sandbox.ca_file], { encoding: 'utf8', env: gateway.env });
        return { status: run.status, text: run.stdout + run.stderr };
    };
    const because = ['--by', 'A. Jones', '--reason', 'test'];
    const subscription = await subscribe('/operated');
    assert.equal(outbox('hold', subscription.id, ...because).status, 0);
    const booked = await book(5);
    await poll(() => outbox('show', subscription.id, '--state', 'due').text, (text) => text.includes(`Appointment/${booked.id}`));
    assert.equal(receiver.taken('/operated').length, 0);
    assert.match(outbox('list').text, /1 due, 0 held/);
    assert.equal(outbox('release', subscription.id, ...because).status, 0);
    await poll(() => receiver.taken('/operated'), (got) => got.length === 1);
    assert.equal(outbox('replay', `${subscription.id}/1`, ...because).status, 0);
    await poll(() => receiver.taken('/operated'), (got) => got.length === 2);
    assert.equal(new Set(receiver.taken('/operated').map(({ headers }) => headers['apptgw-delivery'])).size, 1);
    assert.equal(outbox('cancel', `${subscription.id}/9`, ...because).status, 1);
    assert.equal(outbox('list', '--json').text.includes(subscription.secret), false);
    const trail = execFileSync(process.env.APPTGW, ['--help']).toString();
    assert.match(trail, /outbox/);
    await ask('DELETE', `Subscription/${subscription.id}`);
});

test('a page hears events as they come, goes on where it was, and others hear none of it', async () => {
    const stream = (client, last) => fetch(`${gateway.origin}/fhir/R4/events`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${tokens.get(client)}`, ...(last ? { 'last-event-id': last } : {}) },
    });
    const waiting = stream(hub);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const booked = await book(0);
    const first = await waiting;
    assert.equal(first.headers.get('content-type'), 'text/event-stream');
    const text = await first.text();
    const data = JSON.parse(text.match(/^data: (.*)$/m)[1]);
    assert.equal(data.focus, `Appointment/${booked.id}`);
    const last = text.match(/^id: (\d+)$/gm).at(-1).slice(4);
    await cancel(booked);
    const more = await (await stream(hub, last)).text();
    assert.equal(JSON.parse(more.match(/^data: (.*)$/m)[1]).status, 'cancelled');
    const others = await (await stream(foreign, String(Number(last) - 1))).text();
    assert.ok(!others.includes(booked.id));
    assert.equal((await stream(hub, 'x')).status, 400);
});

test('practices state is told to who shares with the practice, by its ODS code', async () => {
    const subscription = await subscribe('/valves', { topic: 'practice-state' });
    const valve = (...words) => execFileSync(process.env.APPTGW, ['valve', ...words, '--by', 'A. Jones', '--reason', 'test', '--config', sandbox.config_file,
        '--url', `https://localhost:${gateway.managementPort}`, '--ca-file', sandbox.ca_file], { env: gateway.env });
    valve('pause', practice.ods);
    const [got] = await poll(() => receiver.taken('/valves'), (all) => all.length === 1);
    const [event] = statusOf(got.bundle).filter(({ name }) => name === 'notification-event');
    const focus = valueOf(event.part.find(({ name }) => name === 'focus'));
    assert.equal(focus.identifier.value, practice.ods);
    assertValid(got.bundle);
    valve('open', practice.ods);
    await poll(() => receiver.taken('/valves'), (all) => all.length === 2);
    await ask('DELETE', `Subscription/${subscription.id}`);
});
