// SPDX-License-Identifier: Apache-2.0
// Searches what gateways said (logs, metrics, complaints, audit trail) for whatever says who a patient is or lets somebody in.
// A hit is a file, a line and a kind, never the value.
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { linkSecrets } from './scan_links.mjs';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Exactly this text and not a part of a longer word or id. */
const anyOf = (texts, flags = 'g') => new RegExp(`(?<![\\w-])(?:${[...new Set(texts)].map(escaped).join('|')})(?![\\w-])`, flags);
const NEVER = /(?!)/g;
const orNever = (texts, flags) => (texts.length ? anyOf(texts, flags) : NEVER);

function isNhsNumber(digits) {
    const sum = [...digits].slice(0, 9).reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
    return (11 - (sum % 11)) % 11 === Number(digits[9]);
}

const NHS_NUMBER = /(?<![\d.])999[ -]?\d{3}[ -]?\d{4}(?!\d)/g;
/** UUIDs, and hexadecimal as long as ids of spans, of traces and digests are: of so many some have ten digits that would do for a number.
 * As whole words only, so that nothing which has more to it is passed over. */
const RANDOM_ID = /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16}))(?![0-9a-z])/gi;

/** Words of the names that anybody may read: of practices, services, federations and clients. */
function publicWords(facts) {
    const named = [...facts.practices, ...facts.services, ...facts.federations, ...facts.clients, ...facts.practice_clients];
    const titles = [...named.map(({ name }) => name), ...facts.gpconnect.practices.map(({ name }) => name), ...facts.gpconnect.consumers.map(({ title }) => title)];
    return new Set(titles.flatMap((title) => title.toLowerCase().match(/\p{L}+/gu)));
}

/** What the client tests write of patients: numbers and texts that the sandbox does not know of. */
function fixturesIn(sources) {
    const all = (pattern) => sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]));
    return {
        families: all(/\bfamily: '(\p{Lu}[\p{L}-]{3,})'/gu),
        phones: all(/'(07\d{9})'/g),
        streets: all(/\bline: \['([^']+)'\]/g),
        texts: [
            ...all(/\b(?:description|comment|reasonText): '([^']{6,})'/g),
            ...all(/\['(?:message|outcome|action)', (?:\{ valueString: )?'([^']{6,})'/g), // of tasks
        ].filter((text) => text.includes(' ')),
    };
}

/** The secrets in the sandbox's files, without what its configuration says openly. */
function secretsOf(dir) {
    const open = readFileSync(join(dir, 'practices.toml'), 'utf8');
    const files = readdirSync(dir).filter((name) => /\.(search_identity|verification_token|client_secret)$/.test(name));
    return files.flatMap((name) => readFileSync(join(dir, name), 'utf8').trim().split('|')).filter((text) => text.length >= 8 && !open.includes(text));
}

/** One pattern for each kind of thing that must not be said. `facts`: of the sandbox; `dir`: its folder; `sources`: texts of the tests. */
export function identifiers(facts, dir, sources = []) {
    const people = [...facts.patients, ...facts.gpconnect.patients];
    const fixtures = fixturesIn(sources);
    const known = publicWords(facts);
    const families = [...new Set([...people.map(({ family }) => family), ...fixtures.families])];
    const alone = families.filter((name) => !known.has(name.toLowerCase()));
    const given = [...new Set(people.map((each) => each.given))];
    const links = new Set(linkSecrets(facts));
    const oneOf = (words) => `(?:${words.map(escaped).join('|')})`;
    const gap = '[^\\p{L}]{1,24}(?:given|family|name)?[^\\p{L}]{0,24}'; // `, ` or `", "given": ["`
    return [
        { kind: 'NHS number', pattern: NHS_NUMBER, without: RANDOM_ID, isHit: (text) => isNhsNumber(text.replace(/\D/g, '')) },
        { kind: 'family name', pattern: orNever(alone.flatMap((name) => [name, name.toUpperCase()])) },
        { kind: 'given and family name', pattern: new RegExp(`(?<!\\p{L})(?:${oneOf(given)}${gap}${oneOf(families)}|${oneOf(families)}${gap}${oneOf(given)})(?!\\p{L})`, 'giu') },
        { kind: 'telephone number', pattern: /(?<!\d)(?:0|\+?44 ?)7(?:700 ?900 ?\d{3}|900 ?000 ?9\d{2})(?!\d)/g },
        { kind: 'telephone number of a test', pattern: orNever(fixtures.phones) },
        { kind: 'e-mail address', pattern: /[\w.+-]+@[\w-]+\.[a-z]{2,}/gi },
        { kind: 'postcode', pattern: /(?<![\w-])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![\w-])/g, isHit: (text) => text.includes(' ') || text.startsWith('ZZ9') },
        { kind: 'address line', pattern: orNever([...fixtures.streets, 'High Street', 'Green Lane', 'Beck Lane', 'Mill Row', 'Church Walk'], 'gi') },
        { kind: 'birth date', pattern: orNever(people.flatMap(({ birth_date: iso }) => [iso, iso.replaceAll('-', ''), iso.split('-').reverse().join('/')])) },
        { kind: 'what a patient said', pattern: orNever(fixtures.texts) },
        { kind: 'token', pattern: /eyJ[\w-]{8,}\.[\w-]{8,}|\bBearer [\w.~+/-]{8,}/g },
        { kind: 'address of a calendar', pattern: /\/calendar\/[\w-]{43}(?![\w-])/g },
        { kind: 'private key', pattern: /PRIVATE KEY/g },
        { kind: 'password, PIN or key by name', pattern: /\b(?:password|passphrase|linkage_?key|api_?key|pin|client_secret|client_assertion)"?\s*[:=]\s*"?[^\s",;]{4,}/gi },
        { kind: 'secret of a practice', pattern: orNever(secretsOf(dir)) },
        { kind: 'link of a patient', pattern: /[\w-]{7,}={0,2}/g, isHit: (text) => links.has(text) },
        { kind: 'query about a patient', pattern: /\?[^\s"]*(?:patient|subject|identifier=|birthdate|family=|given=)/gi },
    ];
}

/** As it stands there, and as it reads once escapes of URLs are undone. */
function readings(line) {
    const plain = line.replace(/%([0-7][0-9a-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))).replaceAll('+', ' ');
    return plain === line ? [line] : [line, plain];
}

export function kindsIn(line, wanted) {
    const texts = readings(line);
    const said = (text, without) => (without ? text.replace(without, '#') : text);
    return wanted.filter(({ pattern, without, isHit = () => true }) => texts.some((text) => (said(text, without).match(pattern) ?? []).some(isHit))).map(({ kind }) => kind);
}

async function searchFile(file, wanted) {
    const hits = [];
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
        ++number;
        for (const kind of kindsIn(line, wanted)) hits.push({ file: basename(file), line: number, kind });
    }
    return { hits, lines: number };
}

/** All files of a folder: what was found, and how many files and lines there were. */
export async function search(folder, wanted) {
    const found = { hits: [], files: 0, lines: 0 };
    for (const name of readdirSync(folder).sort()) {
        const { hits, lines } = await searchFile(join(folder, name), wanted);
        found.hits.push(...hits);
        found.lines += lines;
        ++found.files;
    }
    return found;
}
