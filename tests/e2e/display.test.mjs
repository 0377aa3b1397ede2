// SPDX-License-Identifier: Apache-2.0
// Texts that would run if somebody's page showed them as they are: kept as texts, sent as data, never as a page.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FHIR_JSON, appointmentFor, channelOf, detailsOf, fhir, freshSlots, hub, patientsOf, sandbox, slotSearch } from './support.mjs';

const practice = sandbox.practices.find(({ system }) => system === 'fhir_r4');
const patient = patientsOf(practice)[9];
const script = `<script>alert(1)</script><img src=x onerror=alert(1)>"'\`</textarea>`;
const origin = new URL(sandbox.fhir_base).origin;
let slots;

before(async () => (slots = (await freshSlots(practice)).filter((each) => channelOf(each) === 'In-person')));

const raw = (path, headers = {}, method = 'GET', body = undefined) =>
    fetch(path.startsWith('https:') ? path : `${sandbox.fhir_base}/${path}`, { method, body, headers: { authorization: `Bearer ${hub.token}`, ...headers } });

test('a text with markup comes back as the same text, in JSON and in XML, and never as a page', async () => {
    const made = await fhir('POST', 'Appointment', { body: appointmentFor(slots.pop(), patient, { description: script }) });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.resource.description, script);
    const xml = await raw(`Appointment/${made.resource.id}`, { accept: 'application/fhir+xml' });
    const text = await xml.text();
    assert.match(xml.headers.get('content-type'), /^application\/fhir\+xml/);
    assert.ok(!text.includes('<script') && !text.includes('<img'), text);
    assert.ok(text.includes('&lt;script'));
    for (const accept of ['text/html', 'application/xhtml+xml', 'image/svg+xml', 'text/xml', 'text/javascript', '*/*', 'text/html,*/*;q=0.1']) {
        const answer = await raw(`Appointment/${made.resource.id}`, { accept });
        assert.ok(answer.status === 406 || /^(application\/(fhir\+)?(json|xml)|text\/(xml|json))\b/.test(answer.headers.get('content-type')), `${accept}: ${answer.headers.get('content-type')}`);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', accept);
    }
    const asked = await raw(`Appointment/${made.resource.id}?_format=text/html`);
    assert.ok(!/html/.test(asked.headers.get('content-type')), asked.headers.get('content-type'));
});

test('narrative that somebody sends is not passed on', async () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="alert(1)">Hello</p></div>';
    const person = detailsOf(patient, { text: { status: 'generated', div } });
    const answer = await fhir('POST', 'Appointment', {
        body: appointmentFor(slots.pop(), patient, {
            text: { status: 'generated', div }, contained: [person], participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
        }),
    });
    assert.ok([201, 400].includes(answer.status), answer.text);
    assert.ok(!answer.text.includes('onclick'), 'narrative came back');
    if (answer.status !== 201) return;
    assert.ok(!(await fhir('GET', `Appointment/${answer.resource.id}`)).text.includes('onclick'));
});

test('what is wrong is told without repeating it as markup, whatever is asked', async () => {
    const marked = encodeURIComponent(script);
    for (const [path, headers] of [
        [`Slot?${marked}=1`, {}], [`${slotSearch(2, 3)}&_sort=${marked}`, {}], [`Appointment/${marked}`, {}], [`${marked}`, {}],
        [`${slotSearch(2, 3)}&_format=${marked}`, {}], [slotSearch(2, 3), { accept: 'text/html<script>' }], [slotSearch(2, 3), { 'x-request-id': '<script>' }],
        [`${origin}/${marked}`, {}], [`${origin}/`, {}], [`${origin}/index.html`, {}], [`${origin}/favicon.ico`, {}], [`${origin}/oauth2/token`, {}],
        [`${origin}/bars/FHIR/R4/${marked}`, {}], [`${origin}/bulk/${marked}`, {}],
    ]) {
        const answer = await raw(path, headers);
        const type = answer.headers.get('content-type') ?? 'none';
        assert.doesNotMatch(type, /html|svg|javascript/, `${path}: ${type}`);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', `${path}: ${type}`);
        assert.ok(!(answer.headers.get('x-request-id') ?? '').includes('<'), 'a header came back as it was');
        await answer.arrayBuffer();
    }
});

test('control characters and texts in disguise do not get into an appointment', async () => {
    for (const description of ['a\u0000b', 'a\u001bb', 'a\u0008b']) {
        const answer = await fhir('POST', 'Appointment', { body: appointmentFor(slots.at(-1), patient, { description }) });
        assert.equal(answer.status, 400, JSON.stringify(description));
    }
});

test('no page of the gateway is a web page, and if one were, it could run nothing', async () => {
    for (const path of ['/', '/_ping', '/_status', '/oauth2/jwks', '/fhir/R4/metadata', '/fhir/R4/.well-known/smart-configuration']) {
        const answer = await fetch(origin + path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
        const type = answer.headers.get('content-type') ?? '';
        if (/html/.test(type)) assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'|script-src 'none'|default-src 'self'/, path);
        assert.ok(answer.headers.get('access-control-allow-origin') !== '*' || answer.status === 404, path);
        await answer.arrayBuffer();
    }
    assert.ok(FHIR_JSON);
});
