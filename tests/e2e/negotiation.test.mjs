// SPDX-License-Identifier: Apache-2.0
// Formats, headers, verbs, and what the server says of itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fhir, hub, sandbox, slotSearch } from './support.mjs';

const raw = (path, headers = {}, method = 'GET') =>
    fetch(`${sandbox.fhir_base}/${path}`, { method, headers: { authorization: `Bearer ${hub.token}`, ...headers } });

for (const [format, status] of [
    ['json', 200],
    ['application/fhir%2Bjson', 200],
    ['application/fhir+json', 200],
    ['application/json', 200],
    ['text/json', 200],
    ['nonsense', 406],
]) {
    test(`_format=${format} is answered ${status}`, async () => {
        const answer = await fhir('GET', `Location?_count=1&_format=${format}`);
        assert.equal(answer.status, status);
        assert.match(answer.headers.get('content-type'), /^application\/(fhir\+)?json|^text\/json/);
    });
}

for (const [format, type] of [
    ['xml', 'application/fhir+xml'],
    ['application/fhir%2Bxml', 'application/fhir+xml'],
    ['application/xml', 'application/xml'],
    ['text/xml', 'text/xml'],
]) {
    test(`_format=${format} is answered as ${type}`, async () => {
        const answer = await raw(`Location?_count=1&_format=${format}`);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-type'), `${type};charset=utf-8`);
        assert.match(await answer.text(), /^<Bundle xmlns="http:\/\/hl7.org\/fhir">.*<\/Bundle>$/s);
    });
}

test('refusals come in XML for those who speak it, with the path of the element', async () => {
    const answer = await raw('Appointment', {}, 'POST');
    assert.equal(answer.status, 415);
    const headers = { authorization: `Bearer ${hub.token}`, 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml', 'idempotency-key': 'xml-1' };
    const body = '<Appointment xmlns="http://hl7.org/fhir"><status value="bokked"/></Appointment>';
    const refused = await fetch(`${sandbox.fhir_base}/Appointment`, { method: 'POST', headers, body });
    assert.equal(refused.status, 400);
    assert.equal(refused.headers.get('content-type'), 'application/fhir+xml;charset=utf-8');
    assert.match(await refused.text(), /<expression value="Appointment.status"\/>/);
});

test('the same slots come in XML and in JSON', async () => {
    const xml = await (await raw(slotSearch(2, 3), { accept: 'application/fhir+xml' })).text();
    const { resource } = await fhir('GET', slotSearch(2, 3));
    const slots = resource.entry.filter((entry) => entry.resource.resourceType === 'Slot');
    assert.equal(xml.match(/<Slot>/g).length, slots.length);
    for (const slot of slots) assert.ok(xml.includes(`<id value="${slot.resource.id}"/>`), slot.resource.id);
});

for (const [accept, status] of [
    ['*/*', 200],
    ['text/html, application/fhir+json;q=0.5', 200],
    ['application/fhir+json; fhirVersion=4.0', 200],
    ['application/fhir+json; fhirVersion=3.0', 406],
    ['application/fhir+xml; fhirVersion=3.0', 406],
    ['text/csv', 406],
]) {
    test(`Accept: ${accept} is answered ${status}`, async () => {
        assert.equal((await fhir('GET', 'Location?_count=1', { headers: { accept } })).status, status);
    });
}

test('_pretty lays the answer out and changes nothing else', async () => {
    const plain = await fhir('GET', 'Organization?_elements=name');
    const pretty = await fhir('GET', 'Organization?_elements=name&_pretty=true');
    assert.equal(plain.text.split('\n').length, 1);
    assert.ok(pretty.text.split('\n').length > 10);
    assert.deepEqual(pretty.resource.entry, plain.resource.entry);
});

test('large answers are packed for those who can unpack them, and say by what they vary', async () => {
    const packed = await raw(slotSearch(2, 4), { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    const plain = await raw(slotSearch(2, 4), { 'accept-encoding': 'gzip;q=0' });
    assert.equal(plain.headers.get('content-encoding'), null);
    for (const answer of [packed, plain]) assert.match(answer.headers.get('vary'), /Accept-Encoding/);
    assert.equal((await packed.json()).total, (await plain.json()).total);
});

test('slots and patients are never kept by caches', async () => {
    for (const path of [slotSearch(2, 3), 'Location', 'Appointment']) assert.equal((await fhir('GET', path)).headers.get('cache-control'), 'no-store');
});

test('the request id is echoed, or made when there is none', async () => {
    const echoed = await raw('Location?_count=1', { 'x-request-id': 'desk-7', 'x-correlation-id': 'call-12' });
    assert.equal(echoed.headers.get('x-request-id'), 'desk-7');
    assert.equal(echoed.headers.get('x-correlation-id'), 'call-12');
    assert.match((await raw('Location?_count=1')).headers.get('x-request-id'), /^[0-9a-f-]{36}$/);
    assert.match((await raw('Location/none')).headers.get('x-request-id'), /^[0-9a-f-]{36}$/);
});

test('HEAD answers as GET does, without the body', async () => {
    for (const path of ['metadata', slotSearch(2, 3), 'Location?_count=1']) {
        const head = await raw(path, {}, 'HEAD');
        assert.equal(head.status, 200, path);
        assert.equal(await head.text(), '');
        assert.ok(Number(head.headers.get('content-length')) > 0, path);
    }
});

test('OPTIONS and refused verbs name what is allowed', async () => {
    const options = await fhir('OPTIONS', 'Appointment/0190a000-0000-7000-8000-000000000000');
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), 'GET, HEAD, PUT, PATCH, OPTIONS');
    assert.notEqual(options.headers.get('connection'), 'close');
    for (const [method, path] of [
        ['DELETE', 'Slot/Z99101.1'],
        ['PUT', 'Slot/Z99101.1'],
        ['DELETE', 'Appointment/0190a000-0000-7000-8000-000000000000'],
        ['POST', 'metadata'],
    ]) {
        const answer = await fhir(method, path);
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.ok(answer.headers.get('allow').includes('GET'));
        assert.equal(answer.resource.issue[0].code, 'not-supported');
    }
});

test('the capability statement says what is served, to everybody, and is not sent twice', async () => {
    const answer = await fhir('GET', 'metadata', { client: null });
    const statement = answer.resource;
    assert.equal(statement.implementation.url, sandbox.fhir_base);
    assert.ok(statement.software.version);
    const uris = statement.rest[0].security.extension.find((extension) => extension.url.endsWith('/oauth-uris'));
    assert.match(uris.extension.find((extension) => extension.url === 'token').valueUri, /\/oauth2\/token$/);
    const resource = (type) => statement.rest[0].resource.find((one) => one.type === type);
    assert.ok(resource('Slot').searchInclude.includes('Slot:schedule'));
    assert.equal(resource('Slot').searchParam.find((one) => one.name === 'start').definition, 'http://hl7.org/fhir/SearchParameter/Slot-start');
    assert.equal(resource('Appointment').conditionalCreate, true);
    assert.equal(resource('Appointment').versioning, 'versioned-update');
    const again = await fhir('GET', 'metadata', { client: null, headers: { 'if-none-match': answer.headers.get('etag') } });
    assert.equal(again.status, 304);
    assert.match(again.headers.get('cache-control'), /public/);
});

test('every parameter and include that the capability statement names is accepted', async () => {
    const { resource } = await fhir('GET', 'metadata', { client: null });
    const values = { token: 'x', reference: 'Location/x', string: 'x', date: 'ge2026-01-01' };
    for (const type of resource.rest[0].resource.filter((one) => !['Patient', 'AuditEvent', 'Provenance', 'Consent'].includes(one.type))) {
        const base = type.type === 'Slot' ? `${slotSearch(2, 3)}&` : `${type.type}?`;
        for (const parameter of type.searchParam ?? []) {
            const special = { 'schedule.actor:HealthcareService.organization.identifier': sandbox.practices[0].ods, status: { Slot: 'busy', Task: 'requested' }[type.type] ?? 'booked', priority: 'routine' };
            const value = special[parameter.name] ?? values[parameter.type];
            const answer = await fhir('GET', `${base}_count=1&${parameter.name}=${value}`);
            assert.equal(answer.status, 200, `${type.type} ${parameter.name}: ${answer.text.slice(0, 300)}`);
        }
        for (const include of type.searchInclude ?? [])
            assert.equal((await fhir('GET', `${base}_count=1&_include:iterate=${include}`)).status, 200, include);
    }
});

test('smart-configuration tells how to get a token', async () => {
    const answer = await fetch(`${sandbox.fhir_base}/.well-known/smart-configuration`);
    const configuration = await answer.json();
    assert.match(configuration.token_endpoint, /\/oauth2\/token$/);
    assert.deepEqual(configuration.grant_types_supported, ['client_credentials']);
});
