// SPDX-License-Identifier: Apache-2.0
// The running sandbox as its own facts and its practices' control interface tell of it. Needs nothing from npm.
import { readFileSync } from 'node:fs';

export const sandbox = JSON.parse(readFileSync(process.env.APPTGW_SANDBOX, 'utf8'));
export const hub = sandbox.clients[0];
export const FHIR_JSON = 'application/fhir+json';
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';

export async function control(practice, method, path, body) {
    const response = await fetch(practice.control_url + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
}

export const practiceOf = (slotId) => sandbox.practices.find((practice) => slotId.startsWith(`${practice.ods}.`));
/** Those whom every practice knows. */
export const patientsOf = (practice) => sandbox.patients.filter((patient) => patient.practice === practice.ods && !patient.newcomer);
export const newcomersOf = (practice) => sandbox.patients.filter((patient) => patient.practice === practice.ods && patient.newcomer);

/**
 * The day from which tests count: today or, when surgeries would be closed on the second or third day from it, the nearest day
 * after it. Taken once, so that a run that crosses midnight goes on with the same days.
 */
const firstDay = (() => {
    const date = new Date();
    date.setUTCHours(0, 0, 0, 0);
    const weekday = () => (date.getUTCDay() + 2) % 7;
    while (weekday() < 1 || weekday() > 4) date.setUTCDate(date.getUTCDate() + 1);
    return date;
})();

/** `days` from the first day at 00:00 UTC, as an instant. */
export function day(days) {
    const date = new Date(firstDay);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().replace('.000Z', 'Z');
}

export const slotSearch = (from = 2, to = 9, more = '') => `Slot?status=free&start=ge${day(from)}&start=lt${day(to)}${more}`;

export const slotsIn = (bundle) =>
    (bundle.entry ?? []).filter((entry) => entry.search?.mode === 'match').map((entry) => entry.resource);

export const channelOf = (slot) =>
    slot.extension?.find((extension) => extension.url.endsWith('DeliveryChannel'))?.valueCodeableConcept?.coding?.[0]?.code;

/** What a consumer knows of a patient, to be contained in a booking. */
export const detailsOf = (patient, more = {}) => ({
    resourceType: 'Patient',
    id: 'p',
    identifier: [{ system: NHS_NUMBER, value: patient.nhs_number }],
    name: [{ use: 'official', family: patient.family, given: [patient.given] }],
    gender: patient.gender,
    birthDate: patient.birth_date,
    telecom: [{ system: 'phone', value: patient.phone, use: 'mobile' }],
    ...more,
});

/** BaRS receivers know nobody: a booking brings the patient's details along. */
const needsDetails = (slot, patient) => practiceOf(slot.id)?.system === 'bars' && patient.family;

/** What a booking has besides for somebody whom the gateway has not met at a practice that links people first. */
export const introducing = (patient) => ({ contained: [detailsOf(patient)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });

export function appointmentFor(slot, patient, more = {}) {
    if (needsDetails(slot, patient) && !more.participant)
        more = { ...introducing(patient), ...more };
    return {
        resourceType: 'Appointment',
        status: 'booked',
        description: 'Ear pain, two days',
        slot: [{ reference: `Slot/${slot.id}` }],
        start: slot.start,
        end: slot.end,
        created: new Date().toISOString(),
        participant: [
            {
                actor: { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } },
                required: 'required',
                status: 'accepted',
            },
        ],
        ...more,
    };
}

/** The practice's own rows for a slot: what truly happened. */
export async function bookRow(practice, slotId) {
    const local = slotId.slice(practice.ods.length + 1);
    const book = await control(practice, 'GET', '/book');
    return book.slots.find((row) => row.slot === local);
}

export async function poll(what, until, limitMs = 20000) {
    const end = Date.now() + limitMs;
    for (;;) {
        const value = await what();
        if (until(value)) return value;
        if (Date.now() > end) throw new Error(`not reached in ${limitMs} ms; last: ${JSON.stringify(value)?.slice(0, 500)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
