// SPDX-License-Identifier: Apache-2.0
// Patients whom a practice or the gateway does not know yet: linked or registered by the booking itself, or told what is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appointmentFor, bookRow, channelOf, control, detailsOf, fhir, freshSlots, newcomersOf, sandbox } from './support.mjs';

const LINKING = ['emis', 'tpp', 'vision'];
const linking = sandbox.practices.filter(({ system }) => LINKING.includes(system));
const firstWithNewcomer = (system) => linking.find((practice) => practice.system === system && newcomersOf(practice).length > 0);
const systems = [...new Set(linking.map(({ system }) => system))];

const withDetails = (slot, person, more) =>
    appointmentFor(slot, person, { contained: [detailsOf(person, more)], participant: [{ actor: { reference: '#p' }, status: 'accepted' }] });
/** In different hours, so that nobody has to be in two places at once. */
async function slotsFor(practice) {
    const starts = new Set();
    return (await freshSlots(practice)).filter((slot) =>
        ['In-person', undefined].includes(channelOf(slot)) && !starts.has(slot.start.slice(0, 13)) && starts.add(slot.start.slice(0, 13)));
}
const book = (body) => fhir('POST', 'Appointment', { body });
const codeOf = (answer) => answer.resource.issue[0].details.coding[0].code;

for (const system of systems) {
    const practice = firstWithNewcomer(system);
    const [person] = newcomersOf(practice);

    test(`${system}: a patient without a link is asked for details, linked by them, and booked without them from then on`, async () => {
        const [first, second] = await slotsFor(practice);
        const nameless = await book(appointmentFor(first, person));
        assert.equal(nameless.status, 422, nameless.text);
        assert.equal(codeOf(nameless), 'demographics-required');
        assert.match(nameless.text, /birthDate/);

        const wrong = await book(withDetails(first, person, { birthDate: '1901-01-01' }));
        assert.ok(wrong.status >= 400, wrong.text);
        assert.equal((await bookRow(practice, first.id)).times_booked, 0);

        const linked = await book(withDetails(first, person));
        assert.equal(linked.status, 201, linked.text);
        assert.equal((await bookRow(practice, first.id)).who, person.nhs_number);
        const again = await book(appointmentFor(second, person));
        assert.equal(again.status, 201, again.text);
    });

    test(`${system}: a link that the practice withdrew is refused with what to do, and made anew from details`, async () => {
        const slot = (await slotsFor(practice))[2];
        await control(practice, 'POST', '/reception', { unlink: person.nhs_number });
        const refused = await book(appointmentFor(slot, person));
        assert.equal(refused.status, 403, refused.text);
        assert.equal(codeOf(refused), 'link-invalid');
        assert.match(refused.text, /contained Patient/);
        const renewed = await book(withDetails(slot, person));
        assert.equal(renewed.status, 201, renewed.text);
        assert.equal((await bookRow(practice, slot.id)).who, person.nhs_number);
    });
}
