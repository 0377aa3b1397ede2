// SPDX-License-Identifier: Apache-2.0
// One search over all kinds of systems, each as slow as real ones are: is it as fast as the slowest of them?
import { spawnSync } from 'node:child_process';
import { wrk } from './load.mjs';

const control = (practice, method, body) => fetch(`${practice.control_url}/fault`, { method, body: body && JSON.stringify(body) });

/**
 * Practice after practice answers five milliseconds later than the one before it. `searchOf(practices)` gives the URL of a search
 * of theirs; `bare(seconds)` is the command that asks the same suppliers the same without a gateway. Returns p50 and p99 in
 * microseconds, medians: of the search over all; of a client with nothing between that asks all the same at once, in turn with it;
 * of the slowest practice alone, through the gateway.
 */
export async function mixedSearch({ practices, searchOf, headers, rounds, seconds, median, bare }) {
    for (const [i, practice] of practices.entries()) await control(practice, 'PUT', { kind: 'latency', latency_ms: 20 + 5 * i });
    const load = async (some, duration) => {
        const run = await wrk({ url: searchOf(some), headers, connections: 1, duration });
        if (run.refused > 0) throw new Error(`${searchOf(some)}: ${run.refused} of ${run.requests} refused`);
        return run;
    };
    const ask = (duration) => {
        const [program, ...args] = bare(duration);
        const run = spawnSync(program, args, { encoding: 'utf8' });
        if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
        const told = JSON.parse(run.stdout);
        if (told.refused > 0) throw new Error(`${program}: ${told.refused} refused`);
        return { p50: told.p50_us * 1e-6, p99: told.p99_us * 1e-6 };
    };
    const slowest = practices.at(-1);
    await load(practices, 2); // logs in, and learns what there is
    const pairs = [];
    for (let round = 0; round < rounds; ++round)
        pairs.push({ bare: ask(seconds), all: await load(practices, seconds), alone: await load([slowest], Math.max(2, seconds / 2)) });
    for (const practice of practices) await control(practice, 'DELETE');
    const of = (who) => ({
        p50_us: Math.round(median(pairs.map((pair) => pair[who].p50)) * 1e6),
        p99_us: Math.round(median(pairs.map((pair) => pair[who].p99)) * 1e6),
    });
    const later = (than, what) => Math.round(median(pairs.map((pair) => pair.all[what] - pair[than][what])) * 1e4) / 10;
    return {
        slowest,
        all: of('all'),
        bare: of('bare'),
        alone: of('alone'),
        later_ms: later('bare', 'p99'),
        later_p50_ms: later('bare', 'p50'),
        later_than_alone_ms: later('alone', 'p99'),
    };
}
