// SPDX-License-Identifier: Apache-2.0
// One write of a careful consumer: repeated with the same key until it has heard how it ended.
import { randomUUID } from 'node:crypto';
import { FHIR_JSON } from '../e2e/support_sandbox.mjs';
import { pause } from './sandbox.mjs';

export const codeOf = (answer) => answer?.resource?.issue?.[0]?.details?.coding?.[0]?.code;

/** What all writes of a run share: where to send, as whom, when to give up, what was seen. */
export class Session {
    constructor(gateway) {
        Object.assign(this, { gateway, tokens: [], giveUpAt: Infinity, cut: 0, unknown: 0, waits: [], refusals: new Map() });
    }

    async request(consumer, method, path, body, headers = {}) {
        const answer = await fetch(`${this.gateway.origin}/fhir/R4/${path}`, {
            method, body,
            headers: { accept: FHIR_JSON, 'content-type': FHIR_JSON, authorization: `Bearer ${this.tokens[consumer]}`, ...headers },
        });
        const text = await answer.text();
        return { status: answer.status, text, resource: JSON.parse(text), etag: answer.headers.get('etag'), at: Date.now() };
    }
}

export class Write {
    constructor(session, place, consumer, what, method, path, body, headers = {}) {
        Object.assign(this, { session, consumer, system: place.practice.system, what, method, path, body: JSON.stringify(body) });
        this.headers = { ...headers, 'idempotency-key': randomUUID() };
    }

    static create(session, place, consumer, what, body) {
        return new Write(session, place, consumer, what, 'POST', 'Appointment', body);
    }

    static status(session, place, consumer, what, appointment, etag, value) {
        return new Write(session, place, consumer, what, 'PATCH', `Appointment/${appointment}`, [{ op: 'replace', path: '/status', value }],
            { 'content-type': 'application/json-patch+json', 'if-match': etag });
    }

    static move(session, place, consumer, appointment, etag, slot, details) {
        const parameter = [
            { name: 'slot', valueReference: { reference: `Slot/${slot.id}` } },
            { name: 'reason', valueCodeableConcept: { text: 'Clinician away' } },
            { name: 'patient', resource: details },
            { name: 'leave-out-texts', valueBoolean: true },
            { name: 'description', valueString: 'Ear pain' },
        ];
        return new Write(session, place, consumer, 'move', 'POST', `Appointment/${appointment}/$reschedule`,
            { resourceType: 'Parameters', parameter }, { 'if-match': etag });
    }

    send() {
        return this.session.request(this.consumer, this.method, this.path, this.body, this.headers);
    }

    /** Until an end, which is for ever. `obstacle(answer)` may put something right that only the practice can. */
    async pursue(obstacle = async () => false) {
        const { session } = this;
        let unsureSince, unknown = false;
        while (!this.end && Date.now() < session.giveUpAt) {
            const { upSince } = session.gateway;
            const answer = await this.send().catch(() => undefined);
            if (!answer && upSince && !unsureSince) ++session.cut; // it was there when we asked
            if (answer?.status === 504 && !unknown) ++session.unknown;
            unknown ||= answer?.status === 504;
            if (upSince && (!answer || unknown)) unsureSince ??= Date.now();
            if (answer && !isPassing(answer) && !(await obstacle(answer))) this.end = answer;
            else await pause(answer ? 200 : 30);
            this.last = answer ?? this.last;
        }
        if (this.end && unsureSince) session.waits.push(Date.now() - unsureSince);
        if (this.end?.status >= 300) this.note();
        return this.end;
    }

    note() {
        const system = codeOf(this.end) === 'slot-unavailable' ? '' : ` at ${this.system}`;
        const why = `${this.what}${system}: ${this.end.status} ${codeOf(this.end)}`;
        this.session.refusals.set(why, (this.session.refusals.get(why) ?? 0) + 1);
    }
}

/** What says nothing about how it ended. 401: the token has run out and is being renewed. */
function isPassing(answer) {
    return answer.status >= 500 || [401, 425, 429].includes(answer.status) || codeOf(answer) === 'duplicate-in-flight';
}
