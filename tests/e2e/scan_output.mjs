// SPDX-License-Identifier: Apache-2.0
// The search of a run's output, and the proof that it would have found something: in a copy, one of each kind is planted.
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identifiers, search } from './scan.mjs';
import { linkSecrets } from './scan_links.mjs';

const here = dirname(fileURLToPath(import.meta.url));

function testSources() {
    const folders = [here, join(here, '..', 'chaos')];
    return folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.mjs')).map((name) => readFileSync(join(folder, name), 'utf8')));
}

/** What a careless gateway might write, and as what it must be found. */
export function plants(facts, dir) {
    const [one, two] = facts.patients;
    const [consumer] = facts.gpconnect.patients;
    const secret = readFileSync(join(dir, `${facts.practices.find(({ system }) => system === 'fhir_r4').ods}.client_secret`), 'utf8').trim();
    return [
        ['NHS number', `{"event":"x","who":"${one.nhs_number}"}`],
        ['NHS number', `{"event":"x","path":"/Patient?a=${one.nhs_number.slice(0, 3)}%20${one.nhs_number.slice(3, 6)}%20${one.nhs_number.slice(6)}"}`],
        ['NHS number', `apptgw_requests_total{patient="${consumer.nhs_number}"} 1`],
        ['given and family name', `{"text":"${two.given} ${two.family}"}`],
        ['given and family name', `"name":[{"family":"${two.family.toLowerCase()}","given":["${two.given.toLowerCase()}"]}]`],
        ['family name', `{"error":"${consumer.family} is not known"}`],
        ['telephone number', `{"phone":"${one.phone}"}`],
        ['telephone number', `{"phone":"+44 ${one.phone.slice(1, 5)} ${one.phone.slice(5)}"}`],
        ['e-mail address', '{"to":"somebody@example.org"}'],
        ['postcode', '{"at":"ZZ9 9ZY"}'],
        ['address line', '{"at":"1 High Street"}'],
        ['birth date', `{"born":"${one.birth_date}"}`],
        ['what a patient said', '{"why":"Ear pain, two days"}'],
        ['token', `{"authorization":"Bearer ${facts.clients[0].token}"}`],
        ['address of a calendar', `{"target":"/calendar/${'Ab3-_'.repeat(9).slice(0, 43)}.ics"}`],
        ['private key', '-----BEGIN PRIVATE KEY-----'],
        ['password, PIN or key by name', '{"passphrase":"abcdefgh"}'],
        ['secret of a practice', `{"detail":"${secret}"}`],
        ['link of a patient', `{"detail":"${linkSecrets(facts).at(-1)}"}`],
        ['query about a patient', '{"target":"/fhir/R4/Appointment?patient:identifier=x"}'],
    ];
}

/** Which plants a search of a copy of the output, with each planted in it, does not find where it stands. */
async function overlooked(output, wanted, planted) {
    const copy = mkdtempSync(join(tmpdir(), 'apptgw-planted-'));
    try {
        const [file] = readdirSync(output).filter((name) => name.endsWith('.log')).sort();
        cpSync(join(output, file), join(copy, file));
        const before = (await search(copy, wanted)).lines;
        appendFileSync(join(copy, file), planted.map(([, text]) => `${text}\n`).join(''));
        const { hits } = await search(copy, wanted);
        return planted.filter(([kind], i) => !hits.some((hit) => hit.kind === kind && hit.line === before + 1 + i)).map(([kind]) => kind);
    } finally {
        rmSync(copy, { recursive: true, force: true });
    }
}

/** Whether nothing was found. Says where what was found; never the thing itself. */
export async function checkOutput(output, facts, dir) {
    const wanted = identifiers(facts, dir, testSources());
    const planted = plants(facts, dir);
    const unplanted = wanted.filter(({ kind }) => !planted.some(([each]) => each === kind)).map(({ kind }) => kind);
    const blind = [...unplanted.filter((kind) => kind !== 'telephone number of a test'), ...(await overlooked(output, wanted, planted))];
    for (const kind of blind) console.error(`# a planted ${kind} was not found: the search of the output proves nothing`);
    const { hits, files, lines } = await search(output, wanted);
    for (const { file, line, kind } of hits.slice(0, 50)) console.error(`# ${file}:${line}: ${kind}`);
    console.log(`# output of the run: ${files} files, ${lines} lines, ${hits.length} that identify a patient or let somebody in`);
    if (hits.length) console.error(`# kept in ${output}`);
    return hits.length === 0 && blind.length === 0;
}
