// SPDX-License-Identifier: Apache-2.0
// The audit trail of a gateway that was killed again and again: whole by the public key alone, and no booking without its record.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sandbox } from '../e2e/support_sandbox.mjs';

/** The values of one `record` line by name. */
const fieldsOf = (line) => Object.fromEntries(line.split('\t').filter((part) => part.includes('=')).map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
}));

export class AuditCheck {
    constructor(gateway, dir) {
        Object.assign(this, { gateway, dir, taken: 0, figures: undefined, key: join(dir, 'audit.pem') });
    }

    apptgw(...words) {
        const run = spawnSync(process.env.APPTGW, ['audit', ...words], { encoding: 'utf8', env: this.gateway.env });
        if (run.status !== 0) throw new Error(`audit ${words[0]}: ${run.stdout}${run.stderr}`);
        return run.stdout + run.stderr;
    }

    /** Exports what there is and proves it; its records. Throws when it is not whole. */
    read() {
        const file = join(this.dir, `audit-${++this.taken}.txt`);
        const config = ['--config', sandbox.config_file];
        if (!existsSync(this.key)) this.apptgw('public-key', ...config, '--out', this.key);
        this.apptgw('export', ...config, '--out', file);
        const said = this.apptgw('verify', file, '--public-key', this.key);
        if (!said.startsWith('Whole: ')) throw new Error(`audit verify: ${said}`);
        return readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('record\t')).map(fieldsOf);
    }

    /** Every booking that a consumer was told of is in the trail as a write of that appointment. */
    checkWrites(journeys) {
        const records = this.read();
        const of = writesById(records);
        for (const { place, id } of journeys.bookings)
            if (!of.has(id)) journeys.violated(`${place.name}: Appointment/${id} stands and no record says who wrote it`);
        const calls = bookingCalls(records);
        const ended = new Set(records.filter(({ event }) => event === 'write').map(({ request }) => request));
        this.figures = {
            records: records.length,
            bookings: journeys.bookings.length,
            elsewhere: journeys.bookings.filter(({ id }) => !of.get(id)?.some((request) => calls.has(request))).length,
            unended: [...calls].filter((request) => !ended.has(request)).length,
        };
    }

    /** After another kill, and the end. */
    checkWhole(journeys) {
        const { length } = this.read();
        if (length < this.figures.records) journeys.violated(`the trail had ${this.figures.records} records, and after a kill ${length}`);
    }

    summary() {
        const { records, bookings, elsewhere, unended } = this.figures;
        return `audit: ${records} records, whole; ${bookings} bookings, each with a write; ${elsewhere} of them were made by a request that was cut, `
            + `and ${unended} such requests left the record of their call`;
    }
}

/** Requests that wrote an appointment, by its id. */
export function writesById(records) {
    const found = new Map();
    for (const { event, outcome, id, request } of records)
        if (event === 'write' && outcome === 'ok' && id) found.set(id, [...(found.get(id) ?? []), request]);
    return found;
}

/** Requests in which a practice was asked to book, whatever it answered. */
export const bookingCalls = (records) =>
    new Set(records.filter(({ event, action }) => event === 'supplier_call' && action === 'book').map(({ request }) => request));
