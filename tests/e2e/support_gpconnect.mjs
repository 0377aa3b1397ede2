// SPDX-License-Identifier: Apache-2.0
// A GP Connect consumer: mutual TLS, Spine headers, a new unsigned token for every request. Needs nothing from npm.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { randomUUID } from 'node:crypto';
import { sandbox } from './support_sandbox.mjs';

export const gpconnect = sandbox.gpconnect;
export const practice = gpconnect.practices[0];
export const PROFILE = 'https://fhir.nhs.uk/STU3/StructureDefinition/';
export const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
export const ORGANISATION_TYPE = 'https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1';
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
export const REASON = `${PROFILE}Extension-GPConnect-AppointmentCancellationReason-1`;

const ca = readFileSync(sandbox.ca_file);
const agents = new Map();

function agentOf(consumer) {
    if (!agents.has(consumer)) {
        const own = consumer ? { cert: readFileSync(consumer.certificate_file), key: readFileSync(consumer.key_file) } : {};
        agents.set(consumer, new Agent({ keepAlive: true, ca, ...own }));
    }
    return agents.get(consumer);
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function tokenOf(consumer, scope, change = (payload) => payload) {
    const iat = Math.floor(Date.now() / 1000);
    const payload = {
        iss: 'https://hub.example.nhs.uk/',
        sub: 'u-7731',
        aud: 'https://authorize.fhir.nhs.net/token',
        exp: iat + 300,
        iat,
        reason_for_request: 'directcare',
        requested_scope: scope,
        requesting_device: { resourceType: 'Device', model: 'Hub', version: '1' },
        requesting_organization: { resourceType: 'Organization', name: consumer.title, identifier: [{ system: ODS, value: consumer.ods }] },
        requesting_practitioner: {
            resourceType: 'Practitioner',
            id: 'u-7731',
            identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '555900100777' }],
            name: [{ family: 'Okonjo', given: ['Tamsin'], prefix: ['Ms'] }],
        },
    };
    return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(change(payload))}.`;
}

/** Resolves to { status, headers, text, resource }; rejects when the connection is refused. */
export function send(url, { method = 'GET', headers = {}, body, consumer, chunked = false } = {}) {
    return new Promise((resolve, reject) => {
        const call = request(url, { method, agent: agentOf(consumer), headers }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => {
                const bytes = Buffer.concat(parts);
                const text = bytes.toString('utf8');
                const json = (response.headers['content-type'] ?? '').startsWith('application/fhir+json') && !response.headers['content-encoding'];
                resolve({ status: response.statusCode, headers: response.headers, bytes, text, resource: json && text ? JSON.parse(text) : undefined });
            });
        });
        call.on('error', reject);
        if (chunked && body !== undefined) for (let at = 0; at < body.length; at += 100) call.write(body.slice(at, at + 100));
        call.end(chunked ? undefined : body);
    });
}

/** One interaction (`rest:search:slot-1`) of a practice, as a consumer of the sandbox. */
export function call(at, interaction, path, { consumer = gpconnect.consumers[0], scope, headers = {}, body, method = 'GET', ...more } = {}) {
    const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return send(`${baseOf(at)}/${path}`, {
        method,
        consumer,
        body: bytes,
        headers: {
            accept: 'application/fhir+json',
            ...(bytes === undefined ? {} : { 'content-type': 'application/fhir+json' }),
            'ssp-traceid': randomUUID(),
            'ssp-from': consumer.asid,
            'ssp-to': at.asid ?? '900000009999',
            'ssp-interactionid': `urn:nhs:names:services:gpconnect:fhir:${interaction}`,
            authorization: `Bearer ${tokenOf(consumer, scope ?? scopeOf(interaction))}`,
            ...headers,
        },
        ...more,
    });
}

const scopeOf = (interaction) =>
    /create|update|cancel|register/.test(interaction) ? 'patient/*.write' : /patient|appointment/.test(interaction) ? 'patient/*.read' : 'organization/*.read';

export const baseOf = (at) => at.base ?? `${gpconnect.origin}/${at.ods}/STU3/1/gpconnect/fhir`;
export const entries = (bundle, type) => (bundle.entry ?? []).map((entry) => entry.resource).filter((resource) => resource.resourceType === type);
export const codeOf = (reply) => reply.resource?.issue?.[0]?.details?.coding?.[0]?.code;
export const day = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);

export async function slotSearch(at, { from = 1, to = 14, more = '', ...options } = {}) {
    const reply = await call(at, 'rest:search:slot-1',
        `Slot?status=free&_include=Slot:schedule&start=ge${day(from)}&end=le${day(to)}${more}`, options);
    if (reply.status !== 200) throw new Error(`slot search at ${at.ods}: ${reply.status} ${reply.text}`);
    return reply.resource;
}

export async function findPatient(at, number) {
    const reply = await call(at, 'rest:search:patient-1', `Patient?identifier=${NHS_NUMBER}%7C${number}`);
    if (reply.status !== 200) throw new Error(`patient search at ${at.ods}: ${reply.status} ${reply.text}`);
    return entries(reply.resource, 'Patient')[0];
}

/** An appointment as a consumer would send it. */
export function appointmentOf(bundle, slots, patient, consumer = gpconnect.consumers[0], more = {}) {
    const schedule = entries(bundle, 'Schedule').find((each) => slots[0].schedule.reference === `Schedule/${each.id}`);
    const location = schedule.actor.find((actor) => actor.reference.startsWith('Location/'));
    return {
        resourceType: 'Appointment',
        meta: { profile: [`${PROFILE}GPConnect-Appointment-1`] },
        contained: [
            {
                resourceType: 'Organization',
                id: '1',
                meta: { profile: [`${PROFILE}CareConnect-GPC-Organization-1`] },
                identifier: [{ system: ODS, value: consumer.ods }],
                name: consumer.title,
                telecom: [{ system: 'phone', value: consumer.phone, use: 'work' }],
            },
        ],
        extension: [{ url: `${PROFILE}Extension-GPConnect-BookingOrganisation-1`, valueReference: { reference: '#1' } }],
        status: 'booked',
        description: 'Ear pain, two days',
        start: slots[0].start,
        end: slots.at(-1).end,
        slot: slots.map((slot) => ({ reference: `Slot/${slot.id}` })),
        created: new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
        participant: [
            { actor: { reference: `Patient/${patient.id}` }, status: 'accepted' },
            { actor: location, status: 'accepted' },
        ],
        ...more,
    };
}

export const book = (at, appointment, options = {}) =>
    call(at, 'rest:create:appointment-1', 'Appointment', { method: 'POST', body: appointment, ...options });
export const change = (at, interaction, appointment, options = {}) =>
    call(at, interaction, `Appointment/${appointment.id}`, { method: 'PUT', body: appointment, ...options });
export const cancelled = (appointment, reason = 'Patient recovered') => ({
    ...appointment,
    status: 'cancelled',
    extension: [...appointment.extension, { url: REASON, valueString: reason }],
});
