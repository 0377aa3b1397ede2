// SPDX-License-Identifier: Apache-2.0
// Why is this slot not offered? Every reason that can be brought about at each kind of system (reasons_table.mjs), named with its rule, a
// sentence, advice and who can change it. One gateway whose agreement and valves change while it runs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { FHIR_JSON, appointmentFor, assertValid, control, day, detailsOf, fhir, hub, sandbox, slotSearch, slotsIn } from './support.mjs';
import { REASONS, SYSTEMS, mapped, shown } from './reasons_table.mjs';
import { peopleFor } from './support_faults.mjs';
import { Gateway } from './support_gateway.mjs';

const practices = SYSTEMS.map((kind) => sandbox.practices.find(({ system }) => system === kind));
const folder = dirname(sandbox.config_file);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-reasons-'));
const ownFile = join(folder, `reasons-${process.pid}.toml`);
const tables = readFileSync(join(folder, 'practices.toml'), 'utf8').split(/^(?=\[\[)/m).filter((table) => !table.startsWith('[[federation]]'));
/** As its [[client]] says. */
const hubType = tables.find((table) => table.includes(`client_id = "${hub.client_id}"`)).match(/^organisation_type = "(.*)"/m)[1];
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: ownFile });
const done = new Set(); // `reason system`
const period = `&start=ge${day(2).slice(0, 10)}&start=lt${day(4).slice(0, 10)}`;
const free = new Map();
let token;

/** A gateway whose practices file has these tables. */
async function start(these) {
    writeFileSync(ownFile, these.join(''));
    await gateway.start();
    token = gateway.token(hub);
}

function apptgw(...words) {
    const run = spawnSync(process.env.APPTGW, [...words, '--reason', 'Trying out', '--by', 'A. Jones', '--config', sandbox.config_file, '--ca-file', sandbox.ca_file],
        { encoding: 'utf8', env: gateway.env });
    assert.equal(run.status, 0, run.stderr);
}

/** The one agreement there is, between the hub and all practices; `more` is what else it says. */
function agree(more = '') {
    const file = join(dir, 'agreement.toml');
    writeFileSync(file, `[[agreement]]\nid = "all-seven"\ntitle = "T"\npractices = [${practices.map(({ ods }) => `"${ods}"`)}]\nconsumers = ["${hub.ods}"]\n${more}\n`);
    apptgw('agreement', 'put', file);
}

const withoutType = (table) => (table.startsWith('[[client]]') ? table.replace(/^organisation_type = .*\n/m, '') : table);

async function ask(method, path, body) {
    const response = await fetch(`${gateway.origin}/fhir/R4/${path}`, {
        method, body: body && JSON.stringify(body),
        headers: { accept: FHIR_JSON, authorization: `Bearer ${token}`, 'cache-control': 'no-cache', ...(body ? { 'content-type': FHIR_JSON } : {}) },
    });
    const resource = await response.json();
    assertValid(resource);
    return { status: response.status, resource };
}

const named = (of, name) => (of.parameter ?? of.part ?? []).filter((each) => each.name === name);
const value = (of, name) => Object.entries(named(of, name)[0] ?? {}).find(([key]) => key.startsWith('value'))?.[1];
const explain = async ({ ods }, more = period) => (await ask('GET', `Slot/$explain?practice=${ods}${more}`)).resource;
/** Of the practice, of every session, of the slot asked about. */
const reasonsIn = (explanation) => [...named(explanation, 'reason'), ...named(explanation, 'session').flatMap((session) => named(session, 'reason')), ...named(explanation, 'slot')];
const codesIn = (explanation) => [...new Set(reasonsIn(explanation).map((reason) => value(reason, 'code')))].sort();

/** That `code` is among the answers, and well said. Only where the table promises it. */
function assertNamed(code, { system }, explanation, { rule, cell = shown } = {}) {
    const { who, says, ours, cells } = REASONS[code];
    if (cells[system] !== cell) return undefined;
    const reason = reasonsIn(explanation).find((each) => value(each, 'code') === code);
    assert.ok(reason, `${code} at ${system}: ${codesIn(explanation)}`);
    assert.equal(value(reason, 'who'), who, system);
    assert.match(value(reason, 'meaning'), says, system);
    assert.ok(value(reason, 'advice').length > 5, system);
    assert.equal(value(reason, 'rule'), rule ?? (ours ? 'all-seven' : undefined), `${code} at ${system}`);
    done.add(`${code} ${system}`);
    return reason;
}

/** `more`: what is asked besides the practice. */
async function everywhere(code, { more = () => period, rule, cell } = {}) {
    await Promise.all(practices.map(async (practice) => assertNamed(code, practice, await explain(practice, more(practice)), { rule, cell })));
}

async function breakAll(fault, then) {
    await Promise.all(practices.map((practice) => control(practice, 'PUT', '/fault', fault)));
    try {
        await then();
    } finally {
        await Promise.all(practices.map((practice) => control(practice, 'DELETE', '/fault')));
    }
}

const asked = (index) => (practice) => `${period}&slot=${free.get(practice)[index].id}`;

function order(slot, patient, status = 'booked') {
    return appointmentFor(slot, patient, { status, contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });
}

before(async () => {
    await gateway.prepare();
    await start(tables);
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(ownFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

test('nothing is agreed, or the wrong code is given', async () => {
    await everywhere('no-agreement');
    await everywhere('wrong-consumer-code', { more: ({ ods }) => `&organization=${ods}` });
});

test('what is offered', async () => {
    agree();
    await everywhere('offered');
    for (const practice of practices) {
        const owner = encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`);
        const own = slotsIn((await ask('GET', `${slotSearch(2, 4)}&_count=500&schedule.actor:HealthcareService.organization.identifier=${owner}`)).resource);
        assert.ok(own.length > 40, practice.system);
        free.set(practice, own);
    }
});

for (const [code, rule] of [
    ['restricted-organisation', 'sessions = ["No such session"]'], ['restricted-type', 'types = ["urgent-care"]'], ['role-missing', 'roles = ["R9999"]'], ['role-not-listed', 'roles = ["R9999"]'],
    ['channel-missing', 'channels = ["Carrier pigeon"]'], ['category-unmapped', 'categories = ["Nothing of the kind"]'],
    ['outside-booking-window', 'furthest = "0d"'], ['embargoed', 'embargo = "1h"'], ['released-to-other', 'returned = "300d"'],
])
    test(`${code}: ${rule}`, async () => {
        agree(rule);
        await everywhere(code);
        for (const practice of practices) assert.equal(codesIn(await explain(practice)).length, 1, `${practice.system}: nothing else goes for any slot`);
    });

test('an agreement for a type of organisation is for those that are configured to be of it', async () => {
    agree(`types = ["${hubType}"]`);
    await everywhere('offered');
    agree('types = ["urgent-care"]');
    for (const practice of practices) {
        const [reason] = named(await explain(practice), 'reason');
        assert.match(value(reason, 'detail'), new RegExp(`configured as ${hubType}`), practice.system);
        const [slot] = free.get(practice);
        const refused = await ask('POST', 'Appointment', order(slot, (await peopleFor(practice, 1))[0]));
        assert.ok([403, 404, 422].includes(refused.status), `${practice.system}: ${refused.status}`);
    }
    assert.equal(slotsIn((await ask('GET', slotSearch(2, 4))).resource).length, 0);
});

test('what ends by itself says when', async () => {
    for (const rule of ['embargo = "1h"', 'furthest = "0d"']) {
        agree(rule);
        for (const practice of practices)
            for (const reason of reasonsIn(await explain(practice))) assert.ok(Date.parse(value(reason, 'until')) > Date.now(), `${practice.system}: ${rule}`);
    }
});

test('a slot that reaches out of the period', async () => {
    agree();
    const cut = (from, to) => (practice) => {
        const slot = free.get(practice)[10];
        const at = (minutes) => encodeURIComponent(new Date(Date.parse(slot.start) + minutes * 60000).toISOString());
        return `&start=ge${at(from)}&start=lt${at(to)}&slot=${slot.id}`;
    };
    await everywhere('partly-outside-range', { more: cut(1, 60) });
    await everywhere('partly-outside-range', { more: cut(-1, 1) });
});

test('a slot that is held, one that is booked, and a quota that is used up', async () => {
    agree();
    for (const practice of practices) {
        const [first, second] = await peopleFor(practice, 2);
        for (const body of [order(free.get(practice)[30], first, 'pending'), order(free.get(practice)[12], second)]) {
            const made = await ask('POST', 'Appointment', body);
            assert.equal(made.status, 201, `${practice.system}: ${JSON.stringify(made.resource)}`);
        }
    }
    await everywhere('held', { more: asked(30) });
    agree('slots_per_day = 1');
    await everywhere('quota-reached');
});

test('a practice that has paused, until it is open again', async () => {
    agree();
    for (const { ods } of practices) apptgw('practice', 'pause', ods);
    await everywhere('practice-paused', { rule: 'valve' });
    for (const practice of practices) {
        const [reason] = named(await explain(practice), 'reason');
        assert.match(value(reason, 'detail'), /Trying out/, practice.system);
        apptgw('practice', 'resume', practice.ods);
        assert.ok(codesIn(await explain(practice)).includes('offered'), practice.system);
    }
});

test('a practice whose system breaks off, or says nothing', async () => {
    await breakAll({ kind: 'drop_before' }, () => everywhere('back-end-unreachable'));
    await gateway.end('SIGTERM'); // forgets that they failed
    await start(tables);
    await breakAll({ kind: 'hang' }, () => everywhere('back-end-slow'));
});

test('a practice that has switched appointments off, until they are on again', async () => {
    agree();
    await Promise.all(practices.map((practice) => control(practice, 'POST', '/reception', { appointments: 'off' })));
    try {
        await everywhere('capability-disabled');
        for (const practice of practices) assert.equal(codesIn(await explain(practice)).length, 1, practice.system);
    } finally {
        await Promise.all(practices.map((practice) => control(practice, 'POST', '/reception', { appointments: 'on' })));
    }
    for (const practice of practices) assert.ok(codesIn(await explain(practice)).includes('offered'), practice.system);
});

test('roles that only the practices file tells, slots that nobody has mapped, and a consumer whose type nobody has configured', async () => {
    await gateway.end('SIGTERM');
    await start([...tables.map(withoutType), '\n[[slot_type]]\nnames = ["GP*"]\ncategory = "general-consultation-routine"\nrole = "R0260"\n']);
    agree('roles = ["R9999"]');
    await everywhere('role-not-listed', { cell: mapped });
    agree(`types = ["${hubType}"]`); // nobody is configured to be of it any more
    await everywhere('restricted-type');
    for (const practice of practices)
        assert.match(value(named(await explain(practice), 'reason')[0], 'detail'), /No type is configured/, practice.system);
    agree('mapped_only = true');
    for (const practice of practices) assert.deepEqual(codesIn(await explain(practice)).filter((code) => code !== 'held'), ['category-unmapped', 'offered'], practice.system);
});

test('a practice that the gateway does not know, and one that does not let it in', async () => {
    await gateway.end('SIGTERM');
    const odsOf = (table) => table.match(/^ods = "(\w+)"/m)?.[1];
    const without = tables.filter((table) => !table.startsWith('[[practice]]') || !practices.some(({ ods }) => ods === odsOf(table)))
        .filter((table) => !table.startsWith('[[service]]') && !table.includes(`ods = "${practices[0].ods}"`));
    // What the gateway says of itself to each system, wrong.
    const misnamed = (table) => (table.startsWith('[[practice]]') && practices.some(({ ods }) => ods === odsOf(table))
        ? table.replace(/^(provider_id|user_name|client_id|application_id) = ".*"/gm, '$1 = "0f0f0f0f-1111-4222-8333-444444444444"') : table);
    for (const part of ['', '-wal', '-shm']) rmSync(join(dir, `gateway.db${part}`), { force: true });
    await start(without);
    await everywhere('endpoint-not-registered');
    await gateway.end('SIGTERM');
    await start(tables.map(misnamed));
    agree();
    await everywhere('gateway-refused');
    const emis = practices.find(({ system }) => system === 'emis'); // which has one answer for a strange application and for a service that is off
    assert.deepEqual(codesIn(await explain(emis)), ['capability-disabled']);
    await gateway.end('SIGTERM');
    await start(tables);
});

test('a slot that has begun', async (context) => {
    const today = new Date().toISOString().slice(0, 10);
    const more = `&start=ge${today}&start=lt${new Date(Date.now() + 86400e3).toISOString().slice(0, 10)}`;
    for (const practice of practices) {
        const begun = (await control(practice, 'GET', '/book')).slots.filter((row) => row.status === 'free' && Date.parse(row.start) < Date.now());
        if (!begun.length) return context.skip('no surgery has begun today');
        const explanation = (await fhir('GET', `Slot/$explain?practice=${practice.ods}${more}`)).resource;
        const reason = reasonsIn(explanation).find((each) => value(each, 'code') === 'in-the-past');
        assert.equal(Boolean(reason), REASONS['in-the-past'].cells[practice.system] === shown, practice.system);
        if (!reason) continue;
        assert.equal(value(reason, 'who'), 'nobody');
        assert.match(value(reason, 'meaning'), /already begun/);
    }
});

test('every cell that the table promises was shown', () => {
    const promised = Object.entries(REASONS).filter(([code]) => code !== 'in-the-past')
        .flatMap(([code, { cells }]) => SYSTEMS.filter((system) => [shown, mapped].includes(cells[system])).map((system) => `${code} ${system}`));
    assert.deepEqual(promised.filter((cell) => !done.has(cell)), []);
    for (const [code, { cells }] of Object.entries(REASONS)) assert.deepEqual(Object.keys(cells).sort(), [...SYSTEMS].sort(), code);
});

test('a held slot says until when', async () => {
    // The hold of above has gone with its gateway.
    const [practice] = practices;
    const [patient] = await peopleFor(practice, 1);
    assert.equal((await ask('POST', 'Appointment', order(free.get(practice)[31], patient, 'pending'))).status, 201);
    const [reason] = named(await explain(practice, asked(31)(practice)), 'slot');
    assert.equal(value(reason, 'code'), 'held');
    assert.ok(Date.parse(value(reason, 'until')) > Date.now());
});

test('a slot that was free a moment ago and is taken is said to be taken', async () => {
    const silent = [];
    for (const practice of practices) {
        const slot = free.get(practice)[35];
        assert.ok(codesIn(await explain(practice, asked(35)(practice))).includes('offered'), practice.system);
        await control(practice, 'POST', '/reception', { take: slot.id.slice(practice.ods.length + 1) });
        const [reason] = named(await explain(practice, asked(35)(practice)), 'slot');
        if (!reason || value(reason, 'code') !== 'all-booked') silent.push(practice.system);
    }
    assert.deepEqual(silent, []);
});

test('a day on which a practice shows nothing at all is explained', async () => {
    const sunday = Array.from({ length: 9 }, (_, n) => day(n + 2).slice(0, 10)).find((date) => new Date(date).getUTCDay() === 0);
    const next = new Date(Date.parse(sunday) + 86400e3).toISOString().slice(0, 10);
    const silent = [];
    for (const practice of practices)
        if (!reasonsIn(await explain(practice, `&start=ge${sunday}&start=lt${next}`)).length) silent.push(practice.system);
    assert.deepEqual(silent, []);
});

test('where the valve lets no more in, the valve is the rule', async () => {
    agree();
    const wrong = [];
    for (const practice of practices) apptgw('valve', 'limit', practice.ods, '--per-hour', '1');
    for (const practice of practices) {
        const [patient] = await peopleFor(practice, 1);
        await ask('POST', 'Appointment', order(free.get(practice)[20], patient)); // refused where there has been one within the hour
        const reason = reasonsIn(await explain(practice)).find((each) => value(each, 'code') === 'quota-reached');
        assert.ok(reason, practice.system);
        if (value(reason, 'rule') !== 'valve') wrong.push(practice.system);
    }
    assert.deepEqual(wrong, []);
});
