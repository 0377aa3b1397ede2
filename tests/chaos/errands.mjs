// SPDX-License-Identifier: Apache-2.0
// Work that a hub asks of practices while the gateway is killed: each write with a key, repeated until it is answered. What must hold in the end: every
// task that was acknowledged is there, once, in the version and the status of its last acknowledged change.
import { randomUUID } from 'node:crypto';
import { NHS_NUMBER, sandbox } from '../e2e/support_sandbox.mjs';
import { pause } from './sandbox.mjs';
import { Write, codeOf } from './write.mjs';

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const ERRAND = 'https://hub.example.org/id/errand';
const OF_TASKS = { practice: { system: 'tasks' }, name: 'tasks' };
const KINDS = [['practice-message', 'message'], ['follow-up', 'action'], ['e-consultation', 'message'], ['prescription-request', 'medication']];

/** `hub`, `desks`: consumers of the session, with their ODS codes. */
export class Errands {
    constructor(session, journeys, dice, hub, desks) {
        Object.assign(this, { session, journeys, dice, hub, desks, tasks: [], open: 0 });
        this.counts = { asked: 0, refused: 0, handed: 0, completed: 0, 'taken back': 0 };
    }

    /** One piece of work from the question to its end. */
    async any() {
        ++this.open;
        const task = await this.ask();
        if (task) await this.work(task);
        --this.open;
    }

    async ask() {
        const { dice } = this;
        const owner = dice.pick(this.desks);
        const [kind, input] = dice.pick(KINDS);
        const patient = dice.pick(sandbox.patients.filter(({ newcomer }) => !newcomer).slice(0, 40));
        const errand = randomUUID();
        const body = {
            resourceType: 'Task', status: 'requested', intent: 'order',
            identifier: [{ system: ERRAND, value: errand }],
            code: { coding: [{ system: `${this.session.gateway.origin}/fhir/CodeSystem/task-type`, code: kind }] },
            for: { type: 'Patient', identifier: { system: NHS_NUMBER, value: patient.nhs_number } },
            owner: { identifier: { system: ODS, value: owner.ods } },
            performerType: [{ text: 'Reception' }],
            input: [{ type: { text: input }, valueString: 'Please see to it' }],
        };
        const write = new Write(this.session, OF_TASKS, this.hub.consumer, 'ask', 'POST', 'Task', body);
        const task = { errand, owner, versions: 1, owners: new Set([owner]) };
        if (!(await this.ended(write, 201, task))) return undefined;
        ++this.counts.asked;
        this.tasks.push(Object.assign(task, { id: write.end.resource.id, etag: write.end.etag, status: 'requested' }));
        return task;
    }

    async ended(write, status, task) {
        await write.pursue();
        this.journeys.ended.push({ place: OF_TASKS, write });
        if (!write.end) return false;
        if (write.end.status === status) return true;
        this.journeys.violated(`${write.what} of Task/${task.id}: ${write.end.status} ${codeOf(write.end)} ${write.end.text}`);
        return false;
    }

    async change(task, by, what, patch) {
        const write = new Write(this.session, OF_TASKS, by.consumer, what, 'PATCH', `Task/${task.id}`, patch,
            { 'content-type': 'application/json-patch+json', 'if-match': task.etag });
        if (!(await this.ended(write, 200, task))) {
            task.unsure = !write.end;
            return false;
        }
        Object.assign(task, { etag: write.end.etag, status: write.end.resource.status, versions: task.versions + 1 });
        await pause(this.dice.below(300));
        return true;
    }

    async work(task) {
        const { dice } = this;
        const to = (status, more = []) => [{ op: 'replace', path: '/status', value: status }, ...more];
        const because = [{ op: 'add', path: '/statusReason', value: { text: 'Because' } }];
        if (dice.chance(15)) {
            this.counts['taken back'] += await this.change(task, this.hub, 'take back', to('cancelled', because));
            return;
        }
        if (dice.chance(20)) {
            const next = this.desks.find((desk) => desk !== task.owner);
            const handed = await this.change(task, task.owner, 'hand on', [
                { op: 'replace', path: '/owner', value: { identifier: { system: ODS, value: next.ods } } },
                { op: 'replace', path: '/performerType', value: [{ text: 'Duty team' }] }, ...because,
            ]);
            if (!handed) return;
            ++this.counts.handed;
            task.owner = next;
            task.owners.add(next);
        }
        if (dice.chance(25)) {
            this.counts.refused += await this.change(task, task.owner, 'refuse', to('rejected', because));
            return;
        }
        for (const status of ['accepted', 'in-progress']) if (!(await this.change(task, task.owner, status, to(status)))) return;
        this.counts.completed += await this.change(task, task.owner, 'complete',
            to('completed', [{ op: 'add', path: '/output', value: [{ type: { text: 'reply' }, valueString: 'Done' }] }]));
    }

    /** Everything that the hub has asked for, by errand. */
    async everything() {
        const found = new Map();
        let path = `Task?requester:identifier=${encodeURIComponent(`${ODS}|${this.hub.ods}`)}&_count=200`;
        while (path) {
            const { status, resource, text } = await this.session.request(this.hub.consumer, 'GET', path);
            if (status !== 200) throw new Error(`no tasks: ${status} ${text}`);
            for (const entry of resource.entry ?? []) {
                const errand = entry.resource.identifier?.find(({ system }) => system === ERRAND)?.value;
                if (errand) found.set(errand, [...(found.get(errand) ?? []), entry.resource]);
            }
            const next = resource.link?.find(({ relation }) => relation === 'next')?.url;
            path = next && next.slice(next.indexOf('/fhir/R4/') + '/fhir/R4/'.length);
        }
        return found;
    }

    /** The number of tasks that were looked at. */
    async check() {
        const { journeys } = this;
        const all = await this.everything();
        for (const task of this.tasks) {
            const [found, ...more] = all.get(task.errand) ?? [];
            const name = `Task/${task.id}`;
            if (!found || found.id !== task.id) journeys.violated(`${name} was acknowledged and is lost`);
            else if (!task.unsure && (Number(found.meta.versionId) !== task.versions || found.status !== task.status))
                journeys.violated(`${name} is ${found.status} in version ${found.meta.versionId}, acknowledged was ${task.status} in ${task.versions}`);
            for (const { id } of more) journeys.violated(`${name} has a double: Task/${id}`);
        }
        for (const [errand, tasks] of all)
            if (tasks.length > 1 && !this.tasks.some((task) => task.errand === errand)) journeys.violated(`${tasks.length} tasks for one errand that nobody was told of`);
        return all.size;
    }

    /** Versions by subject of what a consumer holds or has asked for. One that was handed on is told to its holder of then only. */
    versionsFor(consumer) {
        const sure = this.tasks.filter((task) => !task.unsure);
        const mine = sure.filter(({ owners }) => consumer === this.hub.consumer || (owners.size === 1 && [...owners][0].consumer === consumer));
        return new Map(mine.map(({ id, versions }) => [`Task/${id}`, versions]));
    }
}
