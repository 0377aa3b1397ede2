// SPDX-License-Identifier: Apache-2.0
// What a SMART Backend Services client does to get a token: discovery, a signed assertion, one form.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hub, sandbox } from './support.mjs';

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export async function discover() {
    const response = await fetch(`${sandbox.fhir_base}/.well-known/smart-configuration`);
    return response.json();
}

/** RFC 7638. */
export function thumbprint(key) {
    const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
    return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

export const keyOf = (client) => createPrivateKey(readFileSync(client.key_file));

export const claimsOf = (client, audience, more = {}) => ({
    iss: client.client_id,
    sub: client.client_id,
    aud: audience,
    exp: Math.floor(Date.now() / 1000) + 240,
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
    ...more,
});

/** ES384, as RFC 7518 wants it: r and s side by side. */
export function jwt(claims, key, header = {}) {
    const text = `${base64url({ alg: 'ES384', typ: 'JWT', kid: thumbprint(key), ...header })}.${base64url(claims)}`;
    return `${text}.${sign('sha384', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export async function askToken(endpoint, assertion, scope, more = {}) {
    const response = await fetch(endpoint, {
        method: 'POST',
        body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: assertion,
            ...(scope === undefined ? {} : { scope }),
            ...more,
        }),
    });
    return { status: response.status, headers: response.headers, answer: await response.json() };
}

/** An access token of that client that holds only `scope`. */
export async function mint(client, scope) {
    const { token_endpoint: endpoint } = await discover();
    const { status, answer } = await askToken(endpoint, jwt(claimsOf(client, endpoint), keyOf(client)), scope);
    if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(answer)}`);
    return answer.access_token;
}

/** The hub's own access token with other claims, signed anew with the gateway's key: only the claims are wrong. */
export function reissued(claims) {
    const [head, before] = hub.token.split('.');
    const text = `${head}.${base64url({ ...JSON.parse(Buffer.from(before, 'base64url')), jti: randomUUID(), ...claims })}`;
    const key = createPrivateKey(readFileSync(join(dirname(sandbox.config_file), 'token.key')));
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
