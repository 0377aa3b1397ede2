// SPDX-License-Identifier: Apache-2.0
// A token got exactly as a SMART Backend Services client gets it, and everything that must not get one.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { fhir, hub, sandbox, slotSearch } from './support.mjs';
import { askToken, claimsOf, discover, jwt, keyOf, thumbprint } from './support_oauth.mjs';

const key = keyOf(hub);
const stranger = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
let endpoint;

before(async () => {
    endpoint = (await discover()).token_endpoint;
});

const good = (more) => claimsOf(hub, endpoint, more);
const seconds = (offset) => Math.floor(Date.now() / 1000) + offset;

test('discovery names everything that a client needs', async () => {
    const found = await discover();
    assert.equal(new URL(found.token_endpoint).origin, new URL(sandbox.fhir_base).origin);
    assert.deepEqual(found.grant_types_supported, ['client_credentials']);
    assert.deepEqual(found.token_endpoint_auth_methods_supported, ['private_key_jwt']);
    assert.ok(found.token_endpoint_auth_signing_alg_values_supported.includes('ES384'));
    assert.ok(found.token_endpoint_auth_signing_alg_values_supported.includes('RS384'));
    assert.ok(found.capabilities.includes('client-confidential-asymmetric'));
    const keys = await (await fetch(found.jwks_uri)).json();
    assert.ok(keys.keys.length > 0 && keys.keys.every((each) => each.kid && !each.d), 'public keys only');
});

test('a signed assertion gets a token that works, and no more scope than asked for', async () => {
    const { status, headers, answer } = await askToken(endpoint, jwt(good(), key), 'system/Slot.rs');
    assert.equal(status, 200, JSON.stringify(answer));
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(answer.token_type.toLowerCase(), 'bearer');
    assert.equal(answer.scope, 'system/Slot.rs');
    assert.ok(answer.expires_in > 0 && answer.expires_in <= 300);
    const client = { token: answer.access_token };
    assert.equal((await fhir('GET', slotSearch(2, 3), { client })).status, 200);
    assert.equal((await fhir('GET', 'Appointment', { client })).status, 403);
});

test('scopes in the words of SMART version 1 are understood', async () => {
    const { status, answer } = await askToken(endpoint, jwt(good(), key), 'system/Slot.read system/Nothing.read');
    assert.equal(status, 200, JSON.stringify(answer));
    assert.match(answer.scope, /^system\/Slot\./);
});

test('an assertion works once', async () => {
    const assertion = jwt(good(), key);
    assert.equal((await askToken(endpoint, assertion)).status, 200);
    const again = await askToken(endpoint, assertion);
    assert.equal(again.status, 401);
    assert.equal(again.answer.error, 'invalid_client');
    assert.match(again.answer.error_description, /jti/);
});

test('ten simultaneous uses of one assertion get one token', async () => {
    const assertion = jwt(good(), key);
    const answers = await Promise.all(Array.from({ length: 10 }, () => askToken(endpoint, assertion)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});

const refused = [
    ['wrong aud', () => jwt(good({ aud: 'https://elsewhere.example.org/token' }), key)],
    ['the FHIR base as aud', () => jwt(good({ aud: sandbox.fhir_base }), key)],
    ['no aud', () => jwt(good({ aud: undefined }), key)],
    ['expired', () => jwt(good({ exp: seconds(-120), iat: seconds(-300) }), key)],
    ['no exp', () => jwt(good({ exp: undefined }), key)],
    ['exp as a text', () => jwt(good({ exp: String(seconds(100)) }), key)],
    ['an hour to live', () => jwt(good({ exp: seconds(3600) }), key)],
    ['not valid yet', () => jwt(good({ nbf: seconds(200) }), key)],
    ['no jti', () => jwt(good({ jti: undefined }), key)],
    ['an endless jti', () => jwt(good({ jti: 'x'.repeat(300) }), key)],
    ['another client as sub', () => jwt(good({ sub: sandbox.clients[1].client_id }), key)],
    ['another client, signed with our key', () => jwt(claimsOf(sandbox.clients[1], endpoint), key)],
    ['an unknown client', () => jwt(good({ iss: 'nobody', sub: 'nobody' }), key)],
    ["a stranger's key", () => jwt(good(), stranger)],
    ["a stranger's key under our kid", () => jwt(good(), stranger, { kid: thumbprint(key) })],
    ['a kid that is a path', () => jwt(good(), key, { kid: '../../etc/passwd' })],
    ['keys brought along', () => jwt(good(), stranger, { jku: 'https://localhost:1/jwks' })],
    ['an algorithm that is none', () => `${jwt(good(), key, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['an algorithm that is HS256', () => jwt(good(), key, { alg: 'HS256' })],
    ['a cut signature', () => jwt(good(), key).slice(0, -8)],
    ['a critical extension', () => jwt(good(), key, { crit: ['b64'], b64: false })],
    ['an access token as assertion', () => hub.token],
    ['nonsense', () => 'nonsense'],
];
for (const [what, assertion] of refused) {
    test(`no token for an assertion with ${what}`, async () => {
        const { status, answer } = await askToken(endpoint, assertion());
        assert.equal(status, 401, JSON.stringify(answer));
        assert.equal(answer.error, 'invalid_client');
        assert.equal(answer.access_token, undefined);
        assert.ok(answer.error_description.length > 20, 'a sentence');
    });
}

test('a scope that the client may not have is refused in the words of OAuth', async () => {
    const { status, answer } = await askToken(endpoint, jwt(good(), key), 'system/Consent.rs');
    assert.equal(status, 400);
    assert.equal(answer.error, 'invalid_scope');
});

test('what is no token request is refused in the words of OAuth', async () => {
    const assertion = () => jwt(good(), key);
    assert.equal((await askToken(endpoint, assertion(), undefined, { grant_type: 'password' })).answer.error, 'unsupported_grant_type');
    assert.equal((await askToken(endpoint, assertion(), undefined, { client_secret: 'x' })).answer.error, 'invalid_client');
    assert.equal((await askToken(endpoint, assertion(), undefined, { client_assertion_type: 'x' })).answer.error, 'invalid_request');
    const json = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.equal((await json.json()).error, 'invalid_request');
    const twice = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&grant_type=client_credentials',
    });
    assert.equal((await twice.json()).error, 'invalid_request');
});

const forged = [
    ['signed by the client itself', (claims) => jwt(claims, key, { typ: 'at+jwt' })],
    ['without signature', (claims) => `${jwt(claims, key, { alg: 'none', typ: 'at+jwt' }).split('.').slice(0, 2).join('.')}.`],
    ['that is an assertion', () => jwt(good(), key)],
    ['changed after it was issued', () => changed(hub.token)],
];
function changed(token) {
    const [head, claims, signature] = token.split('.');
    const wider = { ...JSON.parse(Buffer.from(claims, 'base64url')), client_id: sandbox.clients[1].client_id };
    return [head, Buffer.from(JSON.stringify(wider)).toString('base64url'), signature].join('.');
}
for (const [what, token] of forged) {
    test(`an access token ${what} opens nothing`, async () => {
        const claims = {
            iss: new URL(sandbox.fhir_base).origin,
            sub: hub.client_id,
            client_id: hub.client_id,
            aud: sandbox.fhir_base,
            exp: seconds(200),
            iat: seconds(0),
            jti: randomUUID(),
            scope: hub.scope,
        };
        const answer = await fhir('GET', 'Appointment', { client: { token: token(claims) } });
        assert.equal(answer.status, 401, answer.text);
        assert.match(answer.headers.get('www-authenticate'), /^Bearer.*invalid_token/);
        assert.equal(answer.resource.resourceType, 'OperationOutcome');
    });
}
