// SPDX-License-Identifier: Apache-2.0
// What the management listener shows an operator, and that none of it is about a patient.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { appointmentFor, bookRow, channelOf, control, fhir, freeSlots, patientsOf, poll, sandbox } from './support.mjs';

const show = async (path) => {
    const response = await fetch(`${sandbox.management_url}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};
const gauge = (text, name) => Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);

test('metrics tell when each certificate ends and what is being answered', async () => {
    await fhir('GET', 'metadata');
    const { text } = await show('/metrics');
    const expiry = (name) => gauge(text, `apptgw_tls_certificate_expiry_timestamp_seconds{name="${name}"}`);
    const ends = (file) => Date.parse(new X509Certificate(readFileSync(join(dirname(sandbox.config_file), file))).validTo) / 1000;
    assert.equal(expiry('fhir'), ends('server.pem'));
    assert.equal(expiry('management'), ends('server.pem'));
    for (const { ods } of sandbox.practices) assert.equal(expiry(`practice-${ods}`), ends('client.pem'), ods);
    assert.equal(gauge(text, 'apptgw_http_requests_in_flight{listener="fhir"}'), 0);
    assert.equal(gauge(text, 'apptgw_http_requests_in_flight{listener="management"}'), 1, 'this very request');
    assert.equal(gauge(text, 'apptgw_booking_needs_person'), 0);
});

test('a write that is being settled is listed until it is', async () => {
    const practice = sandbox.practices.filter(({ system }) => system === 'gpconnect')[2];
    const slot = (await freeSlots(practice)).find((one) => channelOf(one) === 'In-person');
    const [, person] = patientsOf(practice);
    await control(practice, 'PUT', '/fault', { kind: 'drop_before', writes_only: true, times: 1 });
    const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slot, person) });
    assert.equal(answer.status, 504, answer.text);
    const shown = await show('/unknown');
    assert.equal(shown.status, 200);
    assert.equal(shown.type, 'application/json');
    for (const secret of [person.nhs_number, person.family, person.given]) assert.ok(!shown.text.includes(secret));
    const list = JSON.parse(shown.text);
    assert.equal(list.needs_person, 0);
    const open = list.intents.find((intent) => intent.practice === practice.ods);
    assert.equal(open.kind, 'book');
    assert.equal(open.state, 'settling');
    assert.ok(open.age_seconds >= 0 && open.id && open.appointment);
    await poll(
        async () => JSON.parse((await show('/unknown')).text).intents,
        (intents) => !intents.some((intent) => intent.id === open.id),
        60000,
    );
    assert.equal((await bookRow(practice, slot.id)).status, 'free');
});

test('everything else is refused with the list of what there is', async () => {
    const nowhere = await show('/nowhere');
    assert.equal(nowhere.status, 404);
    assert.match(nowhere.text, /\/unknown/);
    assert.equal((await fetch(`${sandbox.management_url}/unknown`, { method: 'POST' })).status, 405);
});
