// SPDX-License-Identifier: Apache-2.0
// What a practice's FHIR server holds before anybody books, and the gateway's configuration in front of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NHS_NUMBER, day, sandbox } from './support.mjs';

export const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';
const SNOMED = 'http://snomed.info/sct';
const SLOT_MINUTES = 10;
const SLOTS_A_DAY = 6;
const DAYS = [2, 3];

const to = (resource) => ({ reference: `${resource.resourceType}/${resource.id}` });

function slotsOf(schedule) {
    return DAYS.flatMap((n) => Array.from({ length: SLOTS_A_DAY }, (_, i) => {
        const start = Date.parse(day(n)) + (9 * 60 + i * SLOT_MINUTES) * 60000;
        return {
            resourceType: 'Slot',
            schedule: to(schedule),
            status: 'free',
            start: new Date(start).toISOString(),
            end: new Date(start + SLOT_MINUTES * 60000).toISOString(),
        };
    }));
}

/** One practice with two clinicians, twelve slots each, and `people`; ids are the server's. */
export async function furnish(store, practice, people) {
    const organization = await store.createResource({
        resourceType: 'Organization', active: true, name: practice.name, identifier: [{ system: ODS_CODE, value: practice.ods }],
    });
    const location = await store.createResource({
        resourceType: 'Location', status: 'active', name: `${practice.name}, main building`, managingOrganization: to(organization),
    });
    const service = await store.createResource({
        resourceType: 'HealthcareService', active: true, name: 'GP appointments', providedBy: to(organization), location: [to(location)],
        type: [{ coding: [{ system: SNOMED, code: '788007007', display: 'General practice service' }] }],
    });
    for (const [family, gender] of [['Oakhanger', 'female'], ['Silverdale', 'male']]) {
        const practitioner = await store.createResource({
            resourceType: 'Practitioner', active: true, gender, name: [{ use: 'official', family, given: ['Robin'], prefix: ['Dr'] }],
        });
        const role = await store.createResource({
            resourceType: 'PractitionerRole', active: true, practitioner: to(practitioner), organization: to(organization),
            code: [{ coding: [{ system: SNOMED, code: '62247001', display: 'General practitioner' }] }],
        });
        const schedule = await store.createResource({
            resourceType: 'Schedule', active: true, serviceCategory: [{ text: 'Surgery' }],
            actor: [to(practitioner), to(role), to(location), to(service)],
            planningHorizon: { start: day(DAYS[0]), end: day(DAYS.at(-1) + 1) },
        });
        for (const slot of slotsOf(schedule)) await store.createResource(slot);
    }
    for (const person of people)
        await store.createResource({
            resourceType: 'Patient', active: true, identifier: [{ system: NHS_NUMBER, value: person.nhs_number }],
            name: [{ use: 'official', family: person.family, given: [person.given] }], birthDate: person.birth_date,
        });
}

const lines = (values) => Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('');

/** The practices file of a gateway whose practices are `practices`, shared with the sandbox's consumers. */
export function writePracticesFile(dir, practices) {
    const folder = dirname(sandbox.config_file);
    const clients = readFileSync(join(folder, 'practices.toml'), 'utf8').match(/\[\[client\]\]\n(?:[^[\n][^\n]*\n|\n)*/g).join('')
        .replace(/(jwks_file = ")/g, `$1${folder}/`);
    const blocks = practices.map(({ ods, name, server, settings = {} }) => '[[practice]]\n' + lines({
        ods, name, system: 'fhir_r4', base_url: `${server.root}/`, ca_file: sandbox.ca_file,
        certificate_file: join(folder, 'client.pem'), key_file: join(folder, 'client.key'),
    }) + '[practice.settings]\n' + lines({ service_root: server.root, ...settings }));
    const federation = '[[federation]]\n' + lines({
        name: 'Practices on FHIR servers', practices: practices.map((practice) => practice.ods),
        consumers: sandbox.clients.map((client) => client.ods),
    });
    const file = join(dir, 'practices.toml');
    writeFileSync(file, [...blocks, federation, clients].join('\n'), { mode: 0o600 });
    return file;
}

export function writeSecret(dir, name, text) {
    const file = join(dir, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
}
