// SPDX-License-Identifier: Apache-2.0
// Searches that are meant to cost much: refused with a reason, or cut down, and quickly either way.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { day, fhir, slotSearch, slotsIn } from './support.mjs';

// Practices have three seconds for a search, however little is wanted of them.
const QUICK_MS = 5000;

before(async () => void (await fhir('GET', slotSearch(0, 28, '&_count=1')))); // the books are read once

async function quickly(path, options) {
    const began = Date.now();
    const answer = await fhir(options?.method ?? 'GET', path, options);
    assert.ok(Date.now() - began < QUICK_MS, `${path.slice(0, 80)} took ${Date.now() - began} ms`);
    assert.ok(answer.status < 500, answer.text);
    return answer;
}
const isRefused = (answer, path) => {
    assert.equal(answer.status, 400, `${path.slice(-120)}: ${answer.status} ${answer.text.slice(0, 300)}`);
    assert.equal(answer.resource.resourceType, 'OperationOutcome');
};

test('a page never holds more than 500 slots, whatever is asked for', async () => {
    for (const count of ['501', '100000', '2147483648', '99999999999999999999']) {
        const answer = await quickly(slotSearch(2, 3, `&_count=${count}`));
        if (answer.status === 200) assert.ok(slotsIn(answer.resource).length <= 500, count);
        else isRefused(answer, count);
    }
    for (const count of ['-1', '1e9', 'all', '']) isRefused(await quickly(slotSearch(2, 3, `&_count=${count}`)), `_count=${count}`);
});

test('a window has two ends and is at most 28 days wide', async () => {
    for (const path of [
        'Slot', 'Slot?status=free', `Slot?status=free&start=ge${day(0)}`, slotSearch(0, 60), slotSearch(0, 36500), `Slot?status=free&start=ge0001-01-01&start=lt9999-12-31`,
    ])
        isRefused(await quickly(path), path);
    assert.equal((await quickly(slotSearch(0, 28, '&_count=1'))).status, 200);
});

test('includes are those four paths that lead somewhere, two steps at most', async () => {
    for (const include of ['*', 'Slot:*', 'Slot:schedule:Schedule:actor', 'Appointment:patient:Patient', 'Schedule:actor:Device', 'Patient:link'])
        for (const kind of ['_include', '_include:iterate', '_revinclude', '_revinclude:iterate']) {
            const answer = await quickly(slotSearch(2, 3, `&_count=5&${kind}=${include}`), { headers: { prefer: 'handling=strict' } });
            const included = (answer.resource.entry ?? []).filter(({ search }) => search?.mode === 'include');
            assert.equal(included.length, 0, `${kind}=${include}`);
            if (answer.status !== 200) isRefused(answer, `${kind}=${include}`);
        }
    const all = ['_include=Slot:schedule', '_include:iterate=Schedule:actor:Practitioner', '_include:iterate=Schedule:actor:Location', '_include:iterate=Schedule:actor:HealthcareService'];
    const again = Array.from({ length: 20 }, () => all).flat().join('&');
    const once = await quickly(slotSearch(2, 3, `&_count=5&${all.join('&')}`));
    const often = await quickly(slotSearch(2, 3, `&_count=5&${again}`));
    assert.equal(once.status, 200, once.text);
    if (often.status === 200) assert.equal(often.resource.entry.length, once.resource.entry.length, 'asked for twenty times, included once');
    else isRefused(often, 'twenty times the same');
});

test('chains and filters that are not offered are refused, however deep', async () => {
    for (const parameter of [
        'schedule.actor:Practitioner.organization.partOf.name=x',
        `schedule${'.actor'.repeat(100)}=x`,
        'schedule.actor:HealthcareService.organization.endpoint.address=x',
        '_has:Appointment:slot:patient=x',
        '_filter=status eq free',
        '_query=all',
        '_contained=both',
        'start:missing=true',
        '_text=a',
        '_content=a',
        '_list=1',
    ])
        isRefused(await quickly(slotSearch(2, 3, `&${parameter}`), { headers: { prefer: 'handling=strict' } }), parameter);
});

test('hundreds of parameters, and thousands of values in one, neither cost nor break anything', async () => {
    const many = Array.from({ length: 500 }, (_, i) => `p${i}=1`).join('&');
    isRefused(await quickly(slotSearch(2, 3, `&${many}`), { headers: { prefer: 'handling=strict' } }), '500 parameters');
    await quickly(slotSearch(2, 3, `&${Array.from({ length: 500 }, () => 'status=free').join('&')}`));
    await quickly(slotSearch(2, 3, `&_id=${Array.from({ length: 700 }, (_, i) => `Z${i}.1`).join(',')}`));
    await quickly(slotSearch(2, 3, `&_sort=${Array.from({ length: 700 }, () => 'start').join(',')}`));
    await quickly(slotSearch(2, 3, `&_elements=${Array.from({ length: 700 }, () => 'start').join(',')}`));
    const form = Array.from({ length: 20000 }, (_, i) => `p${i}=1`).join('&');
    await quickly('Slot/_search', { method: 'POST', body: `${slotSearch(2, 3).slice(5)}&${form}`, headers: { 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' } });
});

test('made-up page links lead nowhere', async () => {
    const first = await fhir('GET', slotSearch(2, 9, '&_count=1'));
    const next = first.resource.link.find(({ relation }) => relation === 'next').url;
    const made = [...next].reverse().join('').replace(/[a-z0-9]/i, (c) => (c === 'x' ? 'y' : 'x'));
    const answer = await quickly([...made].reverse().join(''));
    assert.ok([400, 404, 410].includes(answer.status), `${answer.status}`);
});
