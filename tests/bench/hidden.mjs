// SPDX-License-Identifier: Apache-2.0
// Does time tell who is hidden? A search for a sensitive patient and one for a number that nobody has, in pairs, whichever first by turns:
// node tests/bench/hidden.mjs [--pairs 1000] [--control]. With --control both are numbers that nobody has: what such a comparison shows where
// there is nothing to be seen.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from './process.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const pairs = option('--pairs', 1000);
const here = dirname(fileURLToPath(import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'apptgw-hidden-'));
const { child, facts } = await startSandbox(process.env.APPTGW ?? join(here, '..', '..', 'build', 'apptgw'), dir, []);

const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(facts.ca_file) });
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const share = (values, part) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)];

/** Microseconds from the first byte sent to the last received, and the size of the answer. */
function search(number) {
    const body = `identifier=${encodeURIComponent(`https://fhir.nhs.uk/Id/nhs-number|${number}`)}`;
    return new Promise((resolve, reject) => {
        const began = process.hrtime.bigint();
        const call = request(`${facts.fhir_base}/Patient/_search`, {
            agent, method: 'POST',
            headers: { authorization: `Bearer ${facts.clients[0].token}`, 'content-type': 'application/x-www-form-urlencoded' },
        }, (response) => {
            let bytes = 0;
            response.on('data', (part) => (bytes += part.length));
            response.on('end', () => {
                if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
                resolve({ us: Number(process.hrtime.bigint() - began) / 1000, bytes });
            });
        });
        call.on('error', reject);
        call.end(body);
    });
}

try {
    const unknown = facts.gpconnect.unknown_nhs_number;
    const hidden = process.argv.includes('--control') ? unknown : facts.hidden_patients.find(({ kind }) => kind === 'sensitive').nhs_number;
    for (let i = 0; i < 50; ++i) await search(i % 2 ? hidden : unknown);
    const took = { hidden: [], unknown: [], later: [] };
    const sizes = new Set();
    for (let i = 0; i < pairs; ++i) {
        const order = i % 2 ? ['hidden', 'unknown'] : ['unknown', 'hidden'];
        const pair = {};
        for (const who of order) pair[who] = await search(who === 'hidden' ? hidden : unknown);
        for (const who of order) took[who].push(pair[who].us);
        took.later.push(pair.hidden.us - pair.unknown.us);
        sizes.add(pair.hidden.bytes - pair.unknown.bytes);
    }
    const row = (who) => ({ p50_us: Math.round(median(took[who])), p90_us: Math.round(share(took[who], 0.9)) });
    const slower = took.later.filter((each) => each > 0).length / pairs;
    console.log(JSON.stringify({
        pairs, hidden: row('hidden'), unknown: row('unknown'),
        median_difference_us: Math.round(median(took.later)), hidden_slower_in: Math.round(slower * 1000) / 1000, size_differences: [...sizes],
    }, null, 1));
} finally {
    child.kill('SIGTERM');
    agent.destroy();
    rmSync(dir, { recursive: true, force: true });
}
