// SPDX-License-Identifier: Apache-2.0
// What a consumer reads: slots by every chain, the directory, pages, orders, parts of resources, conditional reads.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { control, day, fhir, NHS_NUMBER, patientsOf, practiceOf, sandbox, slotSearch, slotsIn } from './support.mjs';

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const practice = sandbox.practices[0];
const link = (bundle, relation) => bundle.link.find((one) => one.relation === relation)?.url;
let slot;
let schedule;

before(async () => {
    const found = await fhir('GET', slotSearch(2, 4, `&_count=1&schedule.actor:identifier=${encodeURIComponent(`${ODS}|${practice.ods}`)}`));
    [slot] = slotsIn(found.resource);
    schedule = (await fhir('GET', slot.schedule.reference)).resource;
});

async function found(query) {
    const answer = await fhir('GET', slotSearch(2, 4, `&_count=500&${query}`));
    assert.equal(answer.status, 200, answer.text);
    return slotsIn(answer.resource);
}

test("what a practice numbers itself is named below the gateway's own address", () => {
    const { origin } = new URL(sandbox.fhir_base);
    const system = `${origin}/id/provider-slot/${practice.ods}`;
    assert.ok(slot.identifier.some((one) => one.system === system && slot.id.endsWith(one.value)), JSON.stringify(slot.identifier));
    assert.equal(slot.meta.source, `${origin}/provider/${practice.ods}`);
    assert.ok(!JSON.stringify([slot, schedule]).includes('apptgw.example'));
});

test('a slot says from which source it comes and when it was last seen there', () => {
    assert.match(slot.meta.source, new RegExp(`/provider/${practice.ods}$`));
    assert.ok(slot.meta.extension.some((extension) => extension.url.endsWith('/lastSourceSync') && extension.valueDateTime));
});

for (const type of ['Practitioner', 'PractitionerRole', 'Location', 'HealthcareService']) {
    test(`slots are found by ${type} reference through their schedule, in every spelling`, async () => {
        const reference = schedule.actor.find((actor) => actor.reference.startsWith(`${type}/`)).reference;
        const id = reference.split('/')[1];
        const plain = (await found(`schedule.actor=${reference}`)).map((one) => one.id);
        assert.ok(plain.includes(slot.id));
        for (const spelling of [`schedule:Schedule.actor=${reference}`, `schedule.actor:${type}=${id}`, `schedule.actor=${sandbox.fhir_base}/${reference}`])
            assert.deepEqual((await found(spelling)).map((one) => one.id), plain, spelling);
        assert.equal((await fhir('GET', reference)).resource.id, id);
    });
}

for (const chain of ['schedule.actor:identifier', 'schedule.actor.identifier', 'schedule.actor:HealthcareService.organization.identifier']) {
    test(`slots of one practice are found by ODS code through ${chain}`, async () => {
        const slots = await found(`${chain}=${encodeURIComponent(`${ODS}|${practice.ods}`)}`);
        assert.ok(slots.length > 0);
        assert.ok(slots.every((one) => practiceOf(one.id) === practice));
    });
}

test('a practice that nobody knows is named, with or without the system of its code', async () => {
    for (const code of ['Z00000', `${ODS}|Z00000`]) {
        const answer = await fhir('GET', slotSearch(2, 4, `&schedule.actor:HealthcareService.organization.identifier=${encodeURIComponent(code)}`));
        assert.equal(answer.status, 404, code);
        assert.match(answer.resource.issue[0].details.text, /Z00000/);
    }
});

test('female clinicians and job roles narrow a slot search', async () => {
    const all = (await found('status=free')).length;
    for (const narrower of ['schedule.actor:Practitioner.gender=female', 'schedule.actor:PractitionerRole.role=R0260', 'delivery-channel=Video']) {
        const some = (await found(narrower)).length;
        assert.ok(some > 0 && some < Math.max(all, 500) + 1, narrower);
    }
});

test('POST _search finds what GET finds, with parameters in both places', async () => {
    const got = await fhir('GET', slotSearch(2, 4, '&_count=5'));
    const posted = await fhir('POST', 'Slot/_search?status=free', { body: `start=ge${day(2)}&start=lt${day(4)}&_count=5`, headers: FORM });
    assert.equal(posted.status, 200, posted.text);
    assert.deepEqual(slotsIn(posted.resource).map((one) => one.id), slotsIn(got.resource).map((one) => one.id));
    assert.equal(posted.resource.total, got.resource.total);
});

test('pages of a slot search lead there and back, and belong to their client', async () => {
    const first = (await fhir('GET', slotSearch(2, 4, '&_count=5'))).resource;
    const second = (await fhir('GET', link(first, 'next'))).resource;
    assert.equal(second.total, first.total);
    const back = (await fhir('GET', link(second, 'previous'))).resource;
    assert.deepEqual(slotsIn(back).map((one) => one.id), slotsIn(first).map((one) => one.id));
    const stolen = await fhir('GET', link(first, 'next'), { client: sandbox.clients[1] });
    assert.equal(stolen.status, 410, stolen.text);
});

test('_sort orders slots, people, places and schedules either way', async () => {
    for (const [search, key] of [
        [slotSearch(2, 4, '&_count=200&_sort=S'), (one) => new Date(one.start).toISOString()],
        ['Practitioner?_sort=S&_count=200', (one) => (one.name[0].family ?? one.name[0].text).toLowerCase()],
        ['Location?_sort=S', (one) => one.name.toLowerCase()],
        ['Schedule?_sort=S&_count=200', (one) => (one.planningHorizon ? new Date(one.planningHorizon.start).toISOString() : '')],
    ]) {
        const name = search.startsWith('Slot') ? 'start' : search.startsWith('Schedule') ? 'date' : 'name';
        for (const sort of [name, `-${name}`]) {
            const bundle = (await fhir('GET', search.replace('=S', `=${sort}`))).resource;
            const keys = slotsIn(bundle).map(key);
            assert.ok(keys.length > 1, search);
            const sorted = [...keys].sort();
            assert.deepEqual(keys, sort.startsWith('-') ? sorted.reverse() : sorted, `${search} ${sort}`);
        }
    }
    assert.equal((await fhir('GET', 'Practitioner?_sort=shoe-size')).status, 400);
});

for (const part of ['_elements=start,end', '_summary=true', '_summary=data']) {
    test(`${part} sends part of a resource and marks it so`, async () => {
        for (const path of [`Slot/${slot.id}?${part}`, `${slotSearch(2, 3)}&_count=1&${part}`]) {
            const { resource } = await fhir('GET', path);
            const one = resource.resourceType === 'Bundle' ? slotsIn(resource)[0] : resource;
            assert.ok(one.meta.tag.some((tag) => tag.code === 'SUBSETTED'), path);
            assert.ok(one.start && one.schedule, 'mandatory elements stay');
        }
    });
}

test('_summary=count and _count=0 send the number alone', async () => {
    for (const search of [slotSearch(2, 4, '&_summary=count'), slotSearch(2, 4, '&_count=0'), 'Location?_summary=count', 'Schedule?_count=0']) {
        const { resource } = await fhir('GET', search);
        assert.ok(resource.total > 0, search);
        assert.equal(resource.entry, undefined);
        assert.equal(link(resource, 'next'), undefined, search);
    }
    assert.equal((await fhir('GET', slotSearch(2, 4, '&_total=none'))).resource.total, undefined);
});

test('what has not changed is answered 304 without a body', async () => {
    for (const path of [`Slot/${slot.id}`, slot.schedule.reference, schedule.actor[0].reference]) {
        const etag = (await fhir('GET', path)).headers.get('etag');
        const again = await fhir('GET', path, { headers: { 'if-none-match': etag } });
        assert.equal(again.status, 304, path);
        assert.equal(again.text, '');
        assert.equal((await fhir('GET', path, { headers: { 'if-none-match': 'W/"other"' } })).status, 200);
    }
});

test('reverse includes are refused plainly', async () => {
    const answer = await fhir('GET', slotSearch(2, 3, '&_revinclude=Appointment:slot'));
    assert.equal(answer.status, 400);
    assert.match(answer.resource.issue[0].details.text, /Appointment:slot/);
});

test('a patient is found by NHS number at the practices that know them, and no link carries the number', async () => {
    const [patient] = patientsOf(sandbox.practices.find((one) => one.system === 'gpconnect'));
    const body = `identifier=${encodeURIComponent(`${NHS_NUMBER}|${patient.nhs_number}`)}`;
    const answer = await fhir('POST', 'Patient/_search', { body, headers: FORM });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.resource.total > 0);
    assert.ok(!JSON.stringify(answer.resource.link).includes(patient.nhs_number));
    const read = await fhir('GET', `Patient/${slotsIn(answer.resource)[0].id}`);
    assert.equal(read.resource.name[0].family, patient.family);
    assert.equal((await fhir('GET', 'Patient?family=Smith')).status, 400);
});

test('a search with a practice missing counts and lists what the others hold', async () => {
    await control(practice, 'PUT', '/fault', { kind: 'hang' });
    try {
        const { resource } = await fhir('GET', slotSearch(2, 4, '&_summary=count'), { headers: { 'cache-control': 'no-cache' } });
        const whole = (await fhir('GET', slotSearch(2, 4, '&_count=1'), { headers: { 'cache-control': 'no-cache' } })).resource;
        assert.ok(resource.total > 0);
        const outcome = whole.entry.find((entry) => entry.search.mode === 'outcome').resource;
        assert.match(outcome.issue[0].details.text, new RegExp(practice.ods));
        assert.equal(whole.meta.extension.length, sandbox.practices.length - 1, 'the age of every book that answered');
    } finally {
        await control(practice, 'DELETE', '/fault');
    }
});
