// SPDX-License-Identifier: Apache-2.0
// Practices' own words for their slots in national words: found by category whatever the system, listed where nobody has mapped them, refused where
// an agreement wants mapped slots only. All of it follows the practices file while the gateway serves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fhir, hub, sandbox, slotSearch, slotsIn } from './support.mjs';
import { Gateway } from './support_gateway.mjs';
import { poll } from './support_sandbox.mjs';

const original = readFileSync(join(dirname(sandbox.config_file), 'practices.toml'), 'utf8');
const ownFile = join(dirname(sandbox.config_file), `slot-types-${process.pid}.toml`);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-slot-types-'));
const gateway = new Gateway(dir, { APPTGW_DIRECTORY_PRACTICES_FILE: ownFile });
const practices = ['emis', 'tpp'].map((kind) => sandbox.practices.find(({ system }) => system === kind));
const category = 'general-consultation-acute';
let token;

/** Two practices that share with the hub, and these further lines. */
const file = (more, terms = '') => `${original.split(/^(?=\[\[)/m).filter((table) => !table.startsWith('[[federation]]')).join('')}
[[agreement]]
id = "hub"
title = "Hub"
practices = [${practices.map(({ ods }) => `"${ods}"`).join(', ')}]
consumers = ["${hub.ods}"]
${terms}
${more}`;
const telephone = `[[slot_type]]\nnames = ["*telephone*"]\ncategory = "${category}"\nrole = "R0260"\n`;

const get = (path) => fhir('GET', `${gateway.origin}/fhir/R4/${path}`, { client: { token }, headers: { 'cache-control': 'no-cache' } });
const search = async (more = '') => {
    const answer = await get(`${slotSearch(2, 4)}&_count=500${more}`);
    assert.equal(answer.status, 200, answer.text);
    return slotsIn(answer.resource);
};
const of = (slots, { ods }) => slots.filter(({ id }) => id.startsWith(`${ods}.`));
const system = () => `${gateway.origin}/fhir/CodeSystem/national-slot-category`;
const categoryOf = (slot) => slot.serviceCategory?.flatMap(({ coding }) => coding ?? []).find((coding) => coding.system === system());

function listed(...words) {
    const run = spawnSync(process.env.APPTGW, ['slot-type', 'list', ...words, '--config', sandbox.config_file, '--ca-file', sandbox.ca_file], { encoding: 'utf8', env: gateway.env });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
}

before(async () => {
    writeFileSync(ownFile, file(telephone));
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
});

after(async () => {
    await gateway.end('SIGTERM');
    rmSync(ownFile, { force: true });
    rmSync(dir, { recursive: true, force: true });
});

test('slots of two systems are found by the national category that their own words were mapped to', async () => {
    const found = await search(`&service-category=${encodeURIComponent(`${system()}|${category}`)}`);
    for (const practice of practices) {
        assert.ok(of(found, practice).length > 0, `${practice.system} has none`);
        for (const slot of of(found, practice)) assert.equal(categoryOf(slot).display, 'General Consultation Acute');
    }
    const all = await search();
    assert.ok(all.length > found.length);
    assert.ok(all.some((slot) => !categoryOf(slot)), 'what is not mapped is shown without');
});

test('what nobody has mapped is listed with what it may mean, for people and for spreadsheets', async () => {
    await search();
    const all = listed();
    assert.match(all, new RegExp(`${practices[0].ods}.*telephone.*${category}`, 'i'));
    const unmapped = listed('--unmapped');
    assert.doesNotMatch(unmapped, /^\S+\s+GP telephone /m);
    assert.match(unmapped, /\?\)/, 'a suggestion');
    assert.match(listed(practices[1].ods, '--csv'), /^PRACTICE,NAME,SLOTS,CATEGORY,CHANNEL,ROLE\r\n/);
    assert.doesNotMatch(listed(practices[1].ods), new RegExp(practices[0].ods));
});

test('an agreement for mapped slots only hides the others and says so, once the file has been read again', async () => {
    writeFileSync(ownFile, file(telephone, 'mapped_only = true'));
    gateway.child.kill('SIGHUP');
    const found = await poll(search, (slots) => slots.length > 0 && slots.every(categoryOf));
    assert.ok(found.length > 0);
    const answer = await get(`Slot/$explain?practice=${practices[0].ods}`);
    assert.match(answer.text, /category-unmapped/);
    assert.match(answer.text, /Map the slot type/);
});
