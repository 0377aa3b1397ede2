// SPDX-License-Identifier: Apache-2.0
// Headers that say who is asking, from somebody who is not: they change nothing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { connect } from 'node:tls';
import { FHIR_JSON, appointmentFor, channelOf, control, fhir, freshSlots, hub, patientsOf, sandbox, slotSearch } from './support.mjs';
import { call, codeOf, gpconnect, practice as surgery, tokenOf } from './support_gpconnect.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'fhir_r4');
const other = sandbox.clients.find(({ ods }) => ods !== hub.ods);
const { hostname, port } = new URL(sandbox.fhir_base);
let appointment;

before(async () => {
    const slot = (await freshSlots(practice)).find((each) => channelOf(each) === 'In-person');
    const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slot, patientsOf(practice)[7]) });
    assert.equal(answer.status, 201, answer.text);
    appointment = answer.resource;
});

/** All that proxies and middlewares are known to believe. */
const claims = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'internal',
    'x-forwarded-proto': 'http',
    'x-forwarded-client-cert': 'Hash=0;Subject="CN=hub"',
    'x-forwarded-user': hub.client_id,
    'x-real-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1;host=internal',
    'x-client-cert': '-----BEGIN CERTIFICATE-----',
    'x-ssl-client-verify': 'SUCCESS',
    'x-ssl-client-s-dn': 'CN=hub',
    'x-remote-user': hub.client_id,
    'x-user': hub.client_id,
    'x-original-method': 'DELETE',
    'x-http-method-override': 'PUT',
    'nhsd-end-user-organisation-ods': hub.ods,
    'nhsd-end-user-organisation': Buffer.from(JSON.stringify({ resourceType: 'Organization', identifier: [{ value: hub.ods }] })).toString('base64'),
    'ssp-from': '200000000001',
    'x-organisation-ods': hub.ods,
};

test('no header lets anybody in who has no token', async () => {
    for (const [name, value] of Object.entries(claims)) {
        const answer = await fhir('GET', `Appointment/${appointment.id}`, { client: undefined, headers: { [name]: value, authorization: '' } });
        assert.equal(answer.status, 401, name);
    }
    const all = await fhir('GET', `Appointment/${appointment.id}`, { client: undefined, headers: { ...claims, authorization: '' } });
    assert.equal(all.status, 401);
});

test("no header makes one organisation's token another's", async () => {
    const headers = { ...claims, 'x-http-method-override': '' };
    assert.equal((await fhir('GET', `Appointment/${appointment.id}`, { client: other, headers })).status, 404);
    assert.equal((await fhir('GET', 'Appointment', { client: other, headers })).resource.entry?.some(({ resource }) => resource.id === appointment.id) ?? false, false);
});

test('links in answers are made from the configured address, not from what a header says', async () => {
    const answer = await fhir('GET', slotSearch(2, 9, '&_count=1'), { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' } });
    assert.equal(answer.status, 200);
    assert.ok(!answer.text.includes('evil.example'));
});

/** One raw exchange over TLS. */
async function raw(text) {
    const socket = connect({ host: '127.0.0.1', port, servername: hostname });
    await once(socket, 'secureConnect');
    let answer = '';
    socket.on('data', (data) => (answer += data));
    socket.write(text);
    await Promise.race([once(socket, 'end'), new Promise((resolve) => setTimeout(resolve, 1500))]);
    socket.destroy();
    return answer;
}

test('a Host that is not ours is refused', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', 'localhost@evil.example', ''])
        assert.match(await raw(`GET /_ping HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 4\d\d /, host);
});

test('who is asking stands in the head: a trailer is no place for it', async () => {
    const body = JSON.stringify({ resourceType: 'Appointment' });
    const head = `POST /fhir/R4/Appointment HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: ${FHIR_JSON}\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n`;
    const answer = await raw(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\nAuthorization: Bearer ${hub.token}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 (400|401) /);
    assert.match(await raw(`GET /fhir/R4/Appointment HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${hub.token}\r\nAuthorization: Bearer ${other.token}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 (400|401) /);
});

test('a GP Connect consumer is whoever its certificate proves, whatever Ssp-From and its token say', async () => {
    const [own, another] = gpconnect.consumers;
    const asAnother = await call(surgery, 'rest:search:slot-1', 'Slot', { consumer: own, headers: { 'ssp-from': another?.asid ?? '200000009999' } });
    assert.ok([401, 403].includes(asAnother.status), asAnother.text);
    assert.equal(codeOf(asAnother), 'ACCESS_DENIED');
    const withR4Token = await fetch(`${sandbox.fhir_base}/Organization`, { headers: { authorization: `Bearer ${tokenOf(own, 'organization/*.read')}` } });
    assert.equal(withR4Token.status, 401, 'the unsigned token of GP Connect opens nothing');
});

test('the practice knows the booking as made by the organisation of the token', async () => {
    const slot = (await freshSlots(practice)).filter((each) => channelOf(each) === 'In-person').at(-1);
    const answer = await fhir('POST', 'Appointment', { client: hub, body: appointmentFor(slot, patientsOf(practice)[8]), headers: { 'x-forwarded-user': other.client_id, 'nhsd-end-user-organisation-ods': other.ods } });
    assert.equal(answer.status, 201, answer.text);
    assert.equal((await fhir('GET', `Appointment/${answer.resource.id}`, { client: other })).status, 404);
    assert.equal((await fhir('GET', `Appointment/${answer.resource.id}`)).status, 200);
    assert.ok((await control(practice, 'GET', '/book')).slots.length > 0);
});
