// SPDX-License-Identifier: Apache-2.0
// What is for operators, for tests or for nobody: no client of the gateway gets at it, and the public listener does not even know it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fhir, hub, sandbox } from './support.mjs';

const origin = new URL(sandbox.fhir_base).origin;
const config = readFileSync(sandbox.config_file, 'utf8');
const management = `https://localhost:${config.match(/\[management\]\s*port = (\d+)/)[1]}`;
const ask = (url, method = 'GET', headers = {}, body = undefined) => fetch(url, { method, body, headers: { authorization: `Bearer ${hub.token}`, ...headers } });

test('nothing of the management listener is served to consumers', async () => {
    for (const path of ['/livez', '/readyz', '/metrics', '/heartbeat', '/unknown', '/unknown/x', '/policy/practices', '/policy/agreements', '/policy/valves'])
        for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
            const answer = await ask(origin + path, method);
            assert.ok([400, 404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
            assert.doesNotMatch(await answer.text(), /apptgw_/);
        }
});

test("a client's token is no operator's", async () => {
    const json = { 'content-type': 'application/json' };
    for (const [method, path, body] of [
        ['POST', '/unknown/0190a000-0000-7000-8000-000000000000', '{"outcome":"booked"}'],
        ['PUT', '/policy/valves/A81001', '{"state":"open"}'],
        ['DELETE', '/policy/agreements/x', undefined],
        ['PUT', '/policy/agreements/x', '{}'],
    ]) {
        const answer = await ask(management + path, method, json, body);
        assert.ok([401, 403, 404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
        assert.notEqual(answer.status, 200);
    }
});

test('a practice alone withdraws its sessions and nobody but a client reads the audit trail that is theirs', async () => {
    const withdraw = await fhir('POST', `Schedule/${sandbox.practices[0].ods}.1/$withdraw`, { body: { resourceType: 'Parameters', parameter: [] } });
    assert.ok([400, 403, 404].includes(withdraw.status), withdraw.text);
});

test('the fault switches of the sandbox are on the simulators, not on the gateway', async () => {
    for (const path of ['/fault', '/book', `/${sandbox.practices[0].ods}/fault`, '/_control', '/__control', '/sim'])
        assert.equal((await ask(origin + path, 'PUT', {}, '{"kind":"hang"}')).status, 404, path);
});

test('there is no other version, no console, no debugging and no file below any address', async () => {
    for (const path of [
        '/', '/fhir', '/fhir/', '/fhir/STU3/Slot', '/fhir/R4B/Slot', '/fhir/R5/Slot', '/fhir/DSTU2/Slot', '/v1/Slot', '/api', '/api/v1', '/admin', '/console', '/login',
        '/debug/pprof', '/actuator/env', '/server-status', '/.git/config', '/.env', '/apptgw.toml', '/practices.toml', '/backup.zip', '/graphql', '/fhir/R4/$graphql',
        '/fhir/R4/$meta', '/fhir/R4/$export', '/fhir/R4/Patient/$everything', '/fhir/R4/_history', '/fhir/R4/Binary/1', '/fhir/R4/Group', '/oauth2/introspect',
        '/oauth2/register', '/oauth2/authorize', '/fhir/R4/Slot/../../../etc/passwd',
    ]) {
        const answer = await ask(origin + path);
        assert.ok([400, 404, 405].includes(answer.status), `${path}: ${answer.status}`);
    }
});

test('every verb on every type that the capability statement does not name is refused', async () => {
    const { resource: statement } = await fhir('GET', 'metadata', { client: undefined });
    const verbs = { PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
    for (const { type, interaction } of statement.rest[0].resource) {
        const offered = new Set((interaction ?? []).map(({ code }) => code));
        for (const [verb, code] of Object.entries(verbs)) {
            if (offered.has(code)) continue;
            const answer = await ask(`${sandbox.fhir_base}/${type}/x1`, verb);
            assert.ok([404, 405].includes(answer.status), `${verb} ${type}: ${answer.status}`);
        }
        if (!offered.has('create')) assert.ok([404, 405].includes((await ask(`${sandbox.fhir_base}/${type}`, 'POST')).status), `POST ${type}`);
    }
});

test('an answer says neither what the gateway is made of nor where its files are', async () => {
    for (const path of ['/fhir/R4/Slot', '/nowhere', '/fhir/R4/Appointment/%ff', '/oauth2/token']) {
        const answer = await ask(origin + path);
        assert.equal(answer.headers.get('server'), null);
        assert.equal(answer.headers.get('x-powered-by'), null);
        const text = await answer.text();
        assert.ok(!text.includes(dirname(sandbox.config_file)) && !/sqlite|rapidjson|boost|\.cpp|std::/i.test(text), text);
        assert.ok(join('/', 'x'));
    }
});
