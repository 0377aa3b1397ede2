// SPDX-License-Identifier: Apache-2.0
// Requests that leave when it is their time, whatever became of those before. A worker of its own, whose heap is small: a pause of the
// client's collector sends everything that was due meanwhile at once, and would be measured as the gateway's.
import { parentPort, workerData } from 'node:worker_threads';
import { Crowd } from '../chaos/crowd.mjs';
import { pause } from '../chaos/sandbox.mjs';

const { origin, headers, bodies, rate } = workerData;
const crowd = new Crowd(origin, 64);
await crowd.assemble();
const took = [], running = [];
let latest = 0;
const began = performance.now();
for (let i = 0; i < bodies.length; ++i) {
    const due = began + (i * 1000) / rate;
    if (due > performance.now()) await pause(due - performance.now());
    latest = Math.max(latest, performance.now() - due);
    running.push(crowd.send('POST', '/fhir/R4/Appointment', headers, bodies[i]).then((answer) => {
        if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
        took.push(performance.now() - due);
    }));
}
await Promise.all(running);
crowd.leave();
parentPort.postMessage({ took, latest });
