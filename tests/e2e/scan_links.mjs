// SPDX-License-Identifier: Apache-2.0
// Every linkage key, account and passphrase that the simulated EMIS, TPP and Vision practices issue: their rule
// (adapters/simulation/spread.cpp and each simulator's state), said again, since no interface of the sandbox tells them.
const WORD = (1n << 64n) - 1n;

function spread(text) {
    let hash = 0xcbf29ce484222325n;
    for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & WORD;
    hash = ((hash ^ (hash >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
    hash = ((hash ^ (hash >> 27n)) * 0x94d049bb133111ebn) & WORD;
    return hash ^ (hash >> 31n);
}

const hex = (text) => spread(text).toString(16).padStart(16, '0');

function uuid(name) {
    const text = hex(name) + hex(`${name}|2`);
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

const ISSUED = {
    emis: (ods, who) => ['access identity', 'account', 'linkage key'].map((what) => uuid(`${what}|${ods}|${who}`)),
    tpp: (ods, who) => [
        `${['one', 'two', 'three', 'four'].map((part) => hex(`${part}|${ods}|${who}`)).join('')}==`,
        hex(`to link|${ods}|${who}`).slice(0, 7),
    ],
    vision: (ods, who) => [hex(`key|${ods}|${who}`), hex(`linkage|${ods}|${who}`).slice(0, 8)],
};

/** Of all patients at all practices; without those that look like plain numbers. Searching accounts (no patient) first. */
export function linkSecrets(facts) {
    const whose = ['', ...facts.patients.map((patient) => patient.nhs_number)];
    return facts.practices.flatMap(({ ods, system }) => (ISSUED[system] ? whose.flatMap((who) => ISSUED[system](ods, who)) : []))
        .filter((text) => !/^\d+$/.test(text));
}
