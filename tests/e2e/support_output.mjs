// SPDX-License-Identifier: Apache-2.0
// Where a run keeps what its gateways and sandboxes say: logs, complaints, metrics. Without a run (APPTGW_OUTPUT) nothing is kept.
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.APPTGW_OUTPUT;
let taken = 0;

/** A file that no other process of the run writes to; none outside a run. */
export const outputFile = (name, kind) => folder && join(folder, `${name}-${process.pid}-${++taken}.${kind}`);

/** Starts a process with `start(stdio)` whose output nobody reads while it runs. */
export function withKeptOutput(name, start) {
    const files = ['log', 'stderr'].map((kind) => outputFile(name, kind));
    const stdio = ['ignore', ...files.map((file) => (file ? openSync(file, 'a') : 'ignore'))];
    const child = start(stdio);
    for (const each of stdio) if (Number.isInteger(each)) closeSync(each); // the process has its own
    return child;
}

export const keepMore = (file, text) => file && appendFileSync(file, text);
