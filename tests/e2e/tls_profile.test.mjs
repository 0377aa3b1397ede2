// SPDX-License-Identifier: Apache-2.0
// What sslscan, which is not ours, finds at every listener: TLS 1.2 and 1.3 with ECDHE and AEAD, nothing older or weaker.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sandbox } from './support.mjs';

const run = promisify(execFile);
const consumer = sandbox.gpconnect.consumers[0];
const listeners = [
    ['fhir', sandbox.fhir_base, []],
    ['management', sandbox.management_url, []],
    ['gpconnect', sandbox.gpconnect.origin, [`--certs=${consumer.certificate_file}`, `--pk=${consumer.key_file}`]],
];

const attributes = (xml, element) =>
    [...xml.matchAll(new RegExp(`<${element}\\s([^>]*?)/?>`, 'g'))].map(([, text]) =>
        Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])));

for (const [name, url, more] of listeners) {
    test(`${name}: only TLS 1.2 and 1.3, only ECDHE with AES-GCM or ChaCha20`, async () => {
        const { hostname, port } = new URL(url);
        const { stdout: xml } = await run('sslscan', ['--xml=-', '--no-colour', ...more, `${hostname}:${port}`], { maxBuffer: 1 << 24 });
        const offered = attributes(xml, 'protocol').filter(({ enabled }) => enabled === '1').map(({ type, version }) => `${type} ${version}`);
        assert.deepEqual(offered.sort(), ['tls 1.2', 'tls 1.3']);
        const ciphers = attributes(xml, 'cipher').filter(({ status }) => status === 'preferred' || status === 'accepted');
        assert.ok(ciphers.length > 0, xml);
        for (const { cipher, sslversion, bits } of ciphers) {
            assert.match(cipher, sslversion === 'TLSv1.3' ? /^TLS_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA/ : /^ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$/);
            assert.ok(Number(bits) >= 128, cipher);
        }
        for (const { supported, secure } of attributes(xml, 'renegotiation')) assert.ok(supported !== '1' || secure === '1', 'insecure renegotiation');
        for (const { supported } of attributes(xml, 'compression')) assert.equal(supported, '0', 'compression');
        for (const { vulnerable } of attributes(xml, 'heartbleed')) assert.equal(vulnerable, '0', 'heartbleed');
    });
}
