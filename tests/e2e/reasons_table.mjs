// SPDX-License-Identifier: Apache-2.0
// Which reason for not being offered a slot can be shown at which kind of system, and why not where it cannot. `shown`: reasons.test.mjs
// brings it about and $explain names it. Anything else is the phrase that says why there is no such case.
export const SYSTEMS = ['emis', 'tpp', 'vision', 'microtest', 'gpconnect', 'fhir_r4', 'bars'];
export const shown = true;
/** Once a `[[slot_type]]` of the practices file says what the system does not. */
export const mapped = 'mapped';

const all = (what) => Object.fromEntries(SYSTEMS.map((system) => [system, what]));
const except = (what, others) => ({ ...all(what), ...others });

const HIDES_PAST = 'the system lists nothing that has begun';
const LISTS_FREE = 'only free slots are asked for or listed: what is taken is not in the book any more';

/** `who`: can change it. `says`: a piece of the sentence. `ours`: a rule of the gateway is named. */
export const REASONS = {
    'wrong-consumer-code': { who: 'integrator', says: /is the practice itself/, cells: all(shown) },
    'endpoint-not-registered': { who: 'operator', says: /No practice with this ODS code/, cells: all(shown) },
    'capability-disabled': { who: 'practice', says: /switched appointments off/, cells: all(shown) },
    'gateway-refused': {
        who: 'operator', says: /does not accept the account/,
        cells: {
            ...all('the system looks at the client certificate alone, without which no connection is made'), fhir_r4: shown, bars: shown,
            vision: shown,
            emis: 'one answer (403) is for a service that is off and, assumed, for an application that the practice does not know: it reads capability-disabled',
        },
    },
    'no-agreement': { who: 'information governance leads', says: /No agreement in force/, cells: all(shown) },
    'practice-paused': { who: 'practice', says: /paused bookings/, ours: true, cells: all(shown) },
    'back-end-unreachable': { who: 'operator', says: /could not be reached/, cells: all(shown) },
    'back-end-slow': { who: 'operator', says: /did not answer in time/, cells: all(shown) },
    'not-marked-bookable': { cells: all('the system never tells of sessions that are not meant for the outside') },
    'restricted-organisation': {
        who: 'practice', says: /other organisations only/, ours: true,
        cells: all(shown), // by an agreement's list of sessions; a system's own restrictions are never told
    },
    'restricted-type': {
        who: 'practice', says: /other types of organisation only/, ours: true,
        cells: all(shown), // by an agreement's list of types; a system's own restrictions are never told
    },
    'role-missing': {
        who: 'practice', says: /has no role/, ours: true,
        cells: { ...all('the sandbox knows a role of everybody'), tpp: shown, vision: shown, microtest: shown },
    },
    'role-not-listed': {
        who: 'practice', says: /not one that is shared/, ours: true,
        cells: except(shown, { tpp: mapped, vision: mapped, microtest: mapped }), // which tell no role of whoever holds the session
    },
    'channel-missing': { who: 'practice', says: /delivery channel/, ours: true, cells: all(shown) },
    'category-unmapped': { who: 'practice manager', says: /national category/, ours: true, cells: all(shown) },
    'in-the-past': {
        who: 'nobody', says: /already begun/, ours: true,
        cells: except(HIDES_PAST, { vision: shown, gpconnect: shown, fhir_r4: shown }),
    },
    'partly-outside-range': { who: 'caller', says: /not wholly inside/, cells: all(shown) },
    'outside-booking-window': { who: 'time, or the practice', says: /too early or too late/, ours: true, cells: all(shown) },
    embargoed: { who: 'time, or the practice', says: /kept back/, ours: true, cells: all(shown) },
    'released-to-other': { who: 'whoever made the release rule', says: /gone back to the practice/, ours: true, cells: all(shown) },
    'quota-reached': { who: 'practice', says: /used up/, ours: true, cells: all(shown) },
    held: { who: 'whoever holds it', says: /held while/, cells: all(shown) },
    'all-booked': { who: 'nobody', says: /has been taken/, cells: all(LISTS_FREE) },
    offered: { who: 'nobody', says: /is offered/, ours: true, cells: all(shown) },
};
