// SPDX-License-Identifier: Apache-2.0
// Notifications as whoever tries a sandbox gets them: nothing is edited; the receiver and the subscription that the sandbox wrote are used as they are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { FHIR_JSON, appointmentFor, freshSlots, hub, introducing, patientsOf, poll, sandbox } from './support.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'emis');
const receivers = [];
after(() => receivers.forEach((each) => each.kill()));

/** `node receiver.mjs 0 [secret]`: its address, and the lines that it has printed. */
async function listen(...words) {
    const child = spawn(process.execPath, [sandbox.receiver.script_file, '0', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    receivers.push(child);
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    const lines = () => said.split('\n').filter(Boolean);
    await poll(lines, (all) => all.length > 0);
    return { address: lines()[0].match(/https:\S+/)[0], lines };
}

async function ask(method, path, body) {
    const response = await fetch(`${sandbox.fhir_base}/${path}`, {
        method,
        headers: { accept: FHIR_JSON, 'content-type': FHIR_JSON, authorization: `Bearer ${hub.token}` },
        body: body && JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, text);
    return text && JSON.parse(text);
}

const subscriptionTo = (address) => {
    const subscription = JSON.parse(readFileSync(sandbox.receiver.subscription_file, 'utf8'));
    assert.match(subscription.channel.endpoint, /^https:\/\/localhost:\d+\/$/);
    return { ...subscription, channel: { ...subscription.channel, endpoint: address } };
};

async function book() {
    const slots = await freshSlots(practice);
    const person = patientsOf(practice)[3];
    return ask('POST', 'Appointment', appointmentFor(slots[0], person, introducing(person)));
}

test('a sandbox as it is tells a receiver on this machine of a booking', async () => {
    const { address, lines } = await listen();
    const made = await ask('POST', 'Subscription', subscriptionTo(address));
    await poll(lines, (all) => all.includes('handshake'));
    const booked = await book();
    const said = await poll(lines, (all) => all.some((line) => line.startsWith('event-notification')));
    assert.equal(said.at(-1), `event-notification ${made.id}-1 ${sandbox.fhir_base}/Appointment/${booked.id}`);
    await ask('DELETE', `Subscription/${made.id}`);
});

test('with the secret, the receiver takes what is signed with it and nothing else', async () => {
    const first = await listen();
    const made = await ask('POST', 'Subscription', subscriptionTo(first.address));
    await poll(first.lines, (all) => all.includes('handshake'));
    const secret = made.channel.extension.find(({ url }) => url.endsWith('/notification-secret')).valueString;
    const second = await listen(secret);
    const current = await ask('GET', `Subscription/${made.id}`);
    await fetch(`${sandbox.fhir_base}/Subscription/${made.id}`, {
        method: 'PUT',
        headers: { 'content-type': FHIR_JSON, authorization: `Bearer ${hub.token}`, 'if-match': `W/"${current.meta.versionId}"` },
        body: JSON.stringify({ ...current, channel: { ...current.channel, endpoint: second.address } }),
    });
    await poll(second.lines, (all) => all.includes('handshake'));
    const booked = await book();
    await poll(second.lines, (all) => all.some((line) => line.endsWith(`/${booked.id}`)));
    const forged = await fetch(second.address, { method: 'POST', body: '{"resourceType":"Bundle"}', headers: { 'apptgw-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` } });
    assert.equal(forged.status, 401);
    await ask('DELETE', `Subscription/${made.id}`);
});

test('no other host is allowed for that', async () => {
    const refused = await fetch(`${sandbox.fhir_base}/Subscription`, {
        method: 'POST',
        headers: { 'content-type': FHIR_JSON, authorization: `Bearer ${hub.token}` },
        body: JSON.stringify(subscriptionTo('https://hub.example.org:8443/')),
    });
    assert.equal(refused.status, 400);
    assert.match((await refused.json()).issue[0].details.text, /may not go to hub\.example\.org:8443/);
});
