// SPDX-License-Identifier: Apache-2.0
// What the search of a run's output takes for an NHS number, and what only looks like one.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { identifiers, kindsIn } from './scan.mjs';
import { sandbox } from './support_sandbox.mjs';

const wanted = identifiers(sandbox, dirname(sandbox.config_file)).filter(({ kind }) => kind === 'NHS number');
const isFound = (line) => kindsIn(line, wanted).length > 0;
const number = sandbox.patients[0].nhs_number;
const [a, b, c] = [number.slice(0, 3), number.slice(3, 6), number.slice(6)];
const trace = '4bf92f3577b34da6a3ce929d0e0e4736', span = '00f067aa0ba902b7', uuid = '0190c6a4-7d1e-7c3b-9f10-5f2c6a7b8c9d';

test('an NHS number is found wherever a gateway might say it', () => {
    const places = [
        `{"who":"${number}"}`,
        `/fhir/R4/Patient/${number}`,
        `/Appointment?patient:identifier=https://fhir.nhs.uk/Id/nhs-number|${number}`,
        `/Appointment?patient:identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C${number}&_count=3`,
        `patient=${a}+${b}+${c}`,
        `${a} ${b} ${c}`, `${a}-${b}-${c}`,
        `apptgw_requests_total{patient="${number}"} 1`,
        `/var/tmp/patient-${number}.json`, `patient_${number}`, `id${number}`, `NHS${number}`, `${number}-3`, `feed${number}`,
        `${uuid}/${number}`, `${uuid}-${number}`, `${number}-${uuid}`,
        `{"trace_id":"${trace}","span_id":"${span}","text":"not known: ${number}"}`,
        `00-${trace}-${span}-01 ${number}`,
        `deadbeef${number}`, `${number}abcdefghijkl`,
    ];
    for (const place of places) assert.ok(isFound(place), place);
});

test('ten digits within an id of a trace, a span or a request, or within a digest, are none', () => {
    const inHex = (length, at) => `${'4b'.repeat(32).slice(0, at)}${number}${'f9'.repeat(32)}`.slice(0, length);
    const ids = [inHex(16, 3), inHex(32, 7), inHex(32, 22), inHex(40, 11), inHex(64, 50), `0190c6a4-7d1e-7c3b-9f10-a${number}b`, `0190c6a4-7d1e-7c3b-9f10-a${number}B`.toUpperCase()];
    for (const id of ids)
        for (const line of [`{"id":"${id}"}`, `trace_id=${id} ok`, id, `00-${id}-01`, `/Task/${id}/_history/2`, `"${id}-17"`])
            assert.ok(!isFound(line), line);
});

test('ten digits of a longer number, or with a wrong check digit, are none', () => {
    const wrong = number.slice(0, 9) + ((Number(number[9]) + 1) % 10);
    for (const line of [`1${number}`, `${number}1`, `0.${number}`, wrong]) assert.ok(!isFound(line), line);
});
