// SPDX-License-Identifier: Apache-2.0
// One search over all kinds of systems, each as slow as real ones are: is it as fast as the slowest of them?
import { wrk } from './load.mjs';

const control = (practice, method, body) => fetch(`${practice.control_url}/fault`, { method, body: body && JSON.stringify(body) });

/**
 * Practice after practice answers five milliseconds later than the one before it. `searchOf(practices)` gives the URL of a search
 * of theirs. Returns p50 and p99 in microseconds, medians: of the search over all, and of the slowest practice alone.
 */
export async function mixedSearch({ practices, searchOf, headers, rounds, seconds, median }) {
    for (const [i, practice] of practices.entries()) await control(practice, 'PUT', { kind: 'latency', latency_ms: 20 + 5 * i });
    const load = async (some, duration) => {
        const run = await wrk({ url: searchOf(some), headers, connections: 1, duration });
        if (run.refused > 0) throw new Error(`${searchOf(some)}: ${run.refused} of ${run.requests} refused`);
        return run;
    };
    const alone = [];
    for (const practice of practices) alone.push({ practice, p50: (await load([practice], 2)).p50 });
    const slowest = alone.sort((a, b) => b.p50 - a.p50)[0].practice;

    const pairs = [];
    for (let round = 0; round < rounds; ++round)
        pairs.push({ slowest: await load([slowest], seconds), all: await load(practices, seconds) });
    for (const practice of practices) await control(practice, 'DELETE');
    const of = (who, what) => Math.round(median(pairs.map((pair) => pair[who][what])) * 1e6);
    return {
        slowest,
        all: { p50_us: of('all', 'p50'), p99_us: of('all', 'p99') },
        alone: { p50_us: of('slowest', 'p50'), p99_us: of('slowest', 'p99') },
        later_ms: Math.round(median(pairs.map((pair) => pair.all.p99 - pair.slowest.p99)) * 1e4) / 10,
    };
}
