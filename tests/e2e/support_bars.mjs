// SPDX-License-Identifier: Apache-2.0
// A 111 provider's system as a BaRS sender: its header fields, its searches, its messages.
import { randomUUID } from 'node:crypto';
import { FHIR_JSON, NHS_NUMBER, assertValid, day, sandbox } from './support.mjs';

export const provider = sandbox.clients.find(({ client_id }) => client_id === 'moors-111');
export const DOS = 'https://fhir.nhs.uk/Id/dos-service-id';
export const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const DEFINITION = 'https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request';
const INCLUDES = [
    'Slot:schedule', 'Schedule:actor:HealthcareService', 'Schedule:actor:PractitionerRole', 'Schedule:actor:Practitioner',
    'HealthcareService:providedBy', 'HealthcareService:location',
];

export const serviceOf = (practice) => sandbox.services.find(({ practices }) => practices.length === 1 && practices[0] === practice.ods);

const base64 = (object) => Buffer.from(JSON.stringify(object)).toString('base64');
const organisation = (ods, name) => ({ resourceType: 'Organization', identifier: [{ system: ODS, value: ods }], name });

/** One call to the receiver; every answer must echo the ids and be valid R4. */
export async function bars(method, path, service, { ids = {}, body, headers = {}, client = provider } = {}) {
    const requestId = ids.request ?? randomUUID();
    const correlationId = ids.correlation ?? randomUUID();
    const response = await fetch(`${sandbox.bars_base}/${path}`, {
        method,
        headers: {
            accept: `${FHIR_JSON}; version=1.1.0`,
            authorization: `Bearer ${client.token}`,
            'x-request-id': requestId,
            'x-correlation-id': correlationId,
            'nhsd-target-identifier': base64({ system: DOS, value: service.id }),
            'nhsd-end-user-organisation': base64(organisation(client.ods, client.name)),
            'nhsd-requesting-software': base64({ resourceType: 'Device', deviceName: { name: 'Northstar CAS', type: 'manufacturer-name' }, version: { value: '4.2.0' } }),
            ...(body === undefined ? {} : { 'content-type': `${FHIR_JSON}; version=1.1.0` }),
            ...headers,
        },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const resource = JSON.parse(text);
    if (response.headers.get('x-request-id') !== requestId || response.headers.get('x-correlation-id') !== correlationId)
        throw new Error(`${method} ${path}: the ids were not echoed`);
    const shown = structuredClone(resource);
    // BaRS has the delivery channel as a code, which UK Core profiles no longer have: R4 itself does not mind.
    assertValid(shown);
    return { status: response.status, resource, text, headers: response.headers };
}

export const refusal = ({ status, resource }) =>
    [status, resource.issue?.[0].details.coding[0].code, resource.issue?.[0].code].join(' ');

/** Free slots of a service between two days from the first, or between two instants. */
export async function findSlots(service, from = day(2), to = day(4), client = provider) {
    const query = new URLSearchParams([
        ['status', 'free'], ['start', `ge${from}`], ['start', `lt${to}`], ['Schedule.actor:HealthcareService', service.id],
        ...INCLUDES.map((include) => ['_include', include]),
    ]);
    const found = await bars('GET', `Slot?${query}`, service, { client });
    if (found.status !== 200) throw new Error(`search for ${service.id}: ${found.status} ${found.text}`);
    return found.resource;
}

export const resourcesIn = (bundle, type) => bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type);
const entryNamed = (bundle, url) => bundle.entry.find(({ fullUrl }) => fullUrl === url);
const plain = ({ fullUrl, resource }) => ({ fullUrl, resource });
const urn = () => `urn:uuid:${randomUUID()}`;
const stamp = () => ({ lastUpdated: new Date().toISOString() });

function headerEntry(service, links, reason, definition) {
    return {
        fullUrl: urn(),
        resource: {
            resourceType: 'MessageHeader',
            meta: stamp(),
            eventCoding: { system: 'https://fhir.nhs.uk/CodeSystem/message-events-bars', code: 'booking-request' },
            destination: [{ endpoint: `${DOS}|${service.id}`, receiver: { reference: links.receiver } }],
            sender: { reference: links.sender },
            source: { name: provider.name, software: 'Northstar CAS', version: '4.2.0', endpoint: `${DOS}|9999000901` },
            reason: { coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/message-reason-bars', code: reason }] },
            focus: [{ reference: links.appointment }],
            definition,
        },
    };
}

const nhsNumber = (value) => ({
    extension: [{
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
        valueCodeableConcept: { coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus', code: 'number-present-and-verified' }] },
    }],
    system: NHS_NUMBER,
    value,
});
const localName = (value) => ({ system: 'https://northstar.example/id/caller', value });

/** Who has no NHS number is told by `local_id`, what the sender calls them. */
const patientEntry = (url, patient) => ({
    fullUrl: url,
    resource: {
        resourceType: 'Patient',
        meta: stamp(),
        identifier: [patient.nhs_number ? nhsNumber(patient.nhs_number) : localName(patient.local_id)],
        name: [{ use: 'official', family: patient.family, given: [patient.given] }],
        gender: patient.gender,
        birthDate: patient.birth_date,
        address: [{ use: 'home', line: ['21 Quarry Lane'], city: 'Testham', postalCode: 'ZZ9 9ZY' }],
        contact: [{
            extension: [{ url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactRank', valuePositiveInt: 1 }],
            relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'ONESELF' }] }],
            telecom: [{ system: 'phone', value: patient.phone, use: 'mobile', rank: 1 }],
        }],
    },
});

const message = (id, entries) => ({
    resourceType: 'Bundle',
    id,
    meta: { versionId: '1.1.0', ...stamp(), profile: ['https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage'] },
    type: 'message',
    timestamp: new Date().toISOString(),
    entry: entries,
});

/** A booking message for a slot of a search's answer, as the standard has it: what belongs to the slot goes back as it came. */
export function bookingOf(found, slot, service, patient, client = provider) {
    const scheduleEntry = entryNamed(found, slot.schedule.reference);
    const serviceEntry = scheduleEntry.resource.actor.map(({ reference }) => entryNamed(found, reference))
        .find(({ resource }) => resource.resourceType === 'HealthcareService');
    const receiver = entryNamed(found, serviceEntry.resource.providedBy.reference);
    const links = { receiver: receiver.fullUrl, sender: urn(), appointment: urn(), patient: urn(), slot: `urn:uuid:${slot.id}` };
    const appointment = {
        resourceType: 'Appointment',
        meta: stamp(),
        status: 'booked',
        serviceCategory: slot.serviceCategory,
        description: 'Ear pain, two days',
        start: slot.start,
        end: slot.end,
        slot: [{ reference: links.slot }],
        participant: [{ actor: { reference: links.patient }, status: 'accepted' }],
    };
    return message(randomUUID(), [
        headerEntry(service, links, 'new', DEFINITION),
        { fullUrl: links.appointment, resource: appointment },
        patientEntry(links.patient, patient),
        { fullUrl: links.slot, resource: slot },
        plain(scheduleEntry),
        plain(serviceEntry),
        plain(receiver),
        { fullUrl: links.sender, resource: organisation(client.ods, client.name) },
    ]);
}

/** The message that cancels what a booking's reply confirmed. */
export function cancellationOf(reply, service, patient, change = {}) {
    const links = { receiver: urn(), sender: urn(), appointment: urn(), patient: urn() };
    const [booked] = resourcesIn(reply, 'Appointment');
    const { slot, ...appointment } = booked;
    Object.assign(appointment, {
        status: 'cancelled',
        cancelationReason: { text: 'Caller says symptoms have resolved' },
        participant: [{ actor: { reference: links.patient }, status: 'accepted' }],
        ...change,
    });
    return message(reply.id, [
        headerEntry(service, links, 'update', `${DEFINITION}-cancelled`),
        { fullUrl: links.appointment, resource: appointment },
        patientEntry(links.patient, patient),
        { fullUrl: links.receiver, resource: organisation(service.practices[0], service.name) },
        { fullUrl: links.sender, resource: organisation(provider.ods, provider.name) },
    ]);
}

const EVENTS = 'https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest';

function referralParts(service, patient, client, { event, reason, definition, id, status, referralId, notes, response }) {
    const links = { receiver: urn(), sender: urn(), appointment: urn(), patient: urn(), encounter: urn() };
    const header = headerEntry(service, links, reason, `${EVENTS}-${definition}`);
    header.resource.eventCoding.code = event;
    if (response) header.resource.response = { identifier: response, code: 'ok' };
    const referral = {
        resourceType: 'ServiceRequest',
        ...(referralId ? { id: referralId } : {}),
        meta: stamp(),
        status,
        intent: 'plan',
        category: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/message-category-servicerequest', code: 'referral' }] }],
        priority: 'urgent',
        code: { text: 'Same-day GP review' },
        subject: { reference: links.patient },
        ...(notes ? { note: [{ text: notes }] } : {}),
    };
    const body = message(id, [
        header,
        { fullUrl: links.appointment, resource: referral },
        patientEntry(links.patient, patient),
        { fullUrl: links.receiver, resource: organisation(service.practices[0], service.name) },
        { fullUrl: links.sender, resource: organisation(client.ods, client.name) },
    ]);
    return { body, links };
}

/** A referral with the CarePlan and Encounter of its triage. */
export function referralOf(service, patient, client = provider) {
    const { body, links } = referralParts(service, patient, client, {
        event: 'servicerequest-request', reason: 'new', definition: 'request-referral', id: randomUUID(), status: 'active',
    });
    body.entry.push(
        { fullUrl: urn(), resource: { resourceType: 'CarePlan', meta: stamp(), status: 'completed', intent: 'plan', title: 'Speak to a GP today', subject: { reference: links.patient }, encounter: { reference: links.encounter } } },
        { fullUrl: links.encounter, resource: { resourceType: 'Encounter', meta: stamp(), status: 'triaged', class: { code: 'EMER' } } },
    );
    return body;
}

/** What takes a referral back, by the id of its reply. */
export const referralCancellationOf = (reply, service, patient, client = provider) =>
    referralParts(service, patient, client, {
        event: 'servicerequest-request', reason: 'update', definition: 'request-cancelled', id: reply.id, status: 'revoked',
        referralId: resourcesIn(reply, 'ServiceRequest')[0].id, notes: 'Caller has gone to hospital',
    }).body;

export const feedbackOn = (reply, service, patient, client = provider) =>
    referralParts(service, patient, client, {
        event: 'servicerequest-response', reason: 'new', definition: 'response-referral', id: randomUUID(), status: 'revoked',
        notes: 'The patient did not come', response: reply.id,
    }).body;

export const send = (body, service, ids) => bars('POST', '$process-message', service, { body, ids });
