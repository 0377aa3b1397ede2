// SPDX-License-Identifier: Apache-2.0
// Messages to people: e-mails through a mail server that we did not write (smtp-server), text messages through a plain https hook; what they say and what they
// never say, a server that is down, quiet hours, patients who want none, and a team that is told of its task.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { FHIR_JSON, NHS_NUMBER, appointmentFor, channelOf, detailsOf, patientsOf, poll, sandbox, slotSearch, slotsIn } from './support.mjs';
import { Gateway, freePort } from './support_gateway.mjs';

const configDir = dirname(sandbox.config_file);
const practicesFile = join(configDir, `practices-messages-${process.pid}.toml`);
const dir = mkdtempSync(join(tmpdir(), 'apptgw-messages-'));
const [hub] = sandbox.clients;
const practice = sandbox.practices.find(({ system }) => system === 'gpconnect');
const tls = { cert: readFileSync(join(configDir, 'server.pem')), key: readFileSync(join(configDir, 'server.key')) };
const SECRET = 'what-the-hook-and-we-know';
const TEAM = 'appointments@hub.example.org';

/** A mail server with STARTTLS: keeps each mail as it was decoded here. */
class Mailbox {
    constructor() {
        this.mails = [];
    }

    listen(port) {
        this.server = new SMTPServer({
            ...tls,
            authOptional: true,
            closeTimeout: 100, // our connection is kept for the next mail
            onData: (stream, session, done) => {
                const chunks = [];
                stream.on('data', (chunk) => chunks.push(chunk));
                stream.on('end', () => {
                    this.mails.push({ ...decoded(Buffer.concat(chunks).toString()), to: session.envelope.rcptTo.map(({ address }) => address), secure: session.secure });
                    done();
                });
            },
        });
        return new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    }

    close() {
        return new Promise((resolve) => this.server.close(resolve));
    }

    to = (address) => this.mails.filter(({ to }) => to.includes(address));
}

function decoded(raw) {
    const [head, ...rest] = raw.split('\r\n\r\n');
    const headers = Object.fromEntries(head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
    assert.equal(headers['content-transfer-encoding'], 'base64');
    return { headers, text: Buffer.from(rest.join('\r\n\r\n'), 'base64').toString(), raw };
}

const mailbox = new Mailbox();
const texts = [];
let hook;
let mailPort;
let slots;
let gateway;
let token;

async function ask(method, path, body, headers = {}, as = token) {
    const response = await fetch(`${gateway.origin}/fhir/R4/${path}`, {
        method,
        headers: { accept: FHIR_JSON, authorization: `Bearer ${as}`, ...(body === undefined ? {} : { 'content-type': FHIR_JSON }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, resource: text ? JSON.parse(text) : undefined, text };
}

async function book(patient, telecom, as = token) {
    const slot = slots.shift();
    const answer = await ask('POST', 'Appointment', appointmentFor(slot, patient, {
        contained: [detailsOf(patient, { telecom })],
        participant: [{ actor: { reference: '#p' }, status: 'accepted' }],
    }), {}, as);
    assert.equal(answer.status, 201, answer.text);
    return { slot, patient, id: answer.resource.id, version: answer.headers.get('etag') };
}

async function cancel({ id, version }) {
    const patch = [{ op: 'replace', path: '/status', value: 'cancelled' }, { op: 'add', path: '/cancelationReason', value: { text: 'Feels better' } }];
    const answer = await ask('PATCH', `Appointment/${id}`, patch, { 'content-type': 'application/json-patch+json', 'if-match': version });
    assert.equal(answer.status, 200, answer.text);
}

const email = (address) => [{ system: 'email', value: address }];
const command = (...words) => ['--config', gateway.config ?? sandbox.config_file, '--url', `https://localhost:${gateway.managementPort}`, '--ca-file', sandbox.ca_file, ...words];
const apptgw = (words, input) => execFileSync(process.env.APPTGW, words, { input, env: gateway.env }).toString();
const outbox = (channel) => JSON.parse(apptgw(['outbox', 'show', channel, '--json', ...command()]));
const wall = (minutes) => {
    const local = new Date(Date.now() + minutes * 60000).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour12: false });
    return local.slice(0, 5);
};

async function start(more = {}) {
    gateway = new Gateway(dir, {
        APPTGW_DIRECTORY_PRACTICES_FILE: practicesFile,
        APPTGW_NOTIFY_FIRST_PAUSE: '100ms',
        APPTGW_MESSAGES_QUIET_FROM: '00:00',
        APPTGW_MESSAGES_QUIET_UNTIL: '00:00',
        APPTGW_EMAIL_URL: `smtp://localhost:${mailPort}`,
        APPTGW_EMAIL_CA_FILE: sandbox.ca_file,
        APPTGW_EMAIL_FROM: 'no-reply@gateway.example.org',
        APPTGW_EMAIL_TO_PATIENTS: 'true',
        APPTGW_EMAIL_TO_TEAMS: 'true',
        APPTGW_SMS_URL: `https://localhost:${hook.address().port}/send`,
        APPTGW_SMS_CA_FILE: sandbox.ca_file,
        APPTGW_SMS_SECRET_FILE: join(dir, 'sms.secret'),
        ...more,
    });
    await gateway.prepare();
    await gateway.start();
    token = gateway.token(hub);
}
async function restart(more) {
    await gateway.end('SIGTERM');
    await start(more);
}

before(async () => {
    mailPort = await freePort();
    await mailbox.listen(mailPort);
    hook = createServer(tls, (request, response) => {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
            texts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
            response.writeHead(202).end();
        });
    });
    await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(dir, 'sms.secret'), `${SECRET}\n`);
    chmodSync(join(dir, 'sms.secret'), 0o600);
    writeFileSync(practicesFile, `${readFileSync(join(configDir, 'practices.toml'), 'utf8')}
[[team_address]]
ods = "${hub.ods}"
email = "${TEAM}"

[[message]]
about = "moved"
subject = "It is on {date} now"
text = "Come at {time} to {place}. {phone}"
`);
    await start();
    const owner = encodeURIComponent(`https://fhir.nhs.uk/Id/ods-organization-code|${practice.ods}`);
    const found = await ask('GET', slotSearch(10, 23, `&schedule.actor:HealthcareService.organization.identifier=${owner}&_count=200`));
    slots = slotsIn(found.resource).filter((slot) => slot.id.startsWith(`${practice.ods}.`) && channelOf(slot) === 'In-person');
});

after(async () => {
    await gateway.end('SIGTERM');
    await mailbox.close();
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
    rmSync(practicesFile);
    rmSync(dir, { recursive: true, force: true });
});

const people = patientsOf(practice);

test('a patient who is booked hears once when and where, over TLS, and nothing clinical', async () => {
    const one = await book(people[0], email('one@patients.example.org'));
    const [mail] = await poll(() => mailbox.to('one@patients.example.org'), (mails) => mails.length === 1);
    assert.equal(mail.secure, true);
    assert.match(mail.headers['message-id'], /^<email-patients-\d+@localhost>$/);
    assert.equal(mail.headers['auto-submitted'], 'auto-generated');
    const time = new Date(one.slot.start).toLocaleTimeString('en-GB', { timeZone: 'Europe/London' }).slice(0, 5);
    for (const said of [time, practice.name]) assert.ok(mail.text.includes(said), `${said} in ${mail.text}`);
    for (const never of ['Ear pain', one.patient.nhs_number, one.patient.family, hub.name]) assert.ok(!mail.text.includes(never) && !mail.headers.subject.includes(never), never);

    await cancel(one);
    const [, cancelled] = await poll(() => mailbox.to('one@patients.example.org'), (mails) => mails.length === 2);
    assert.match(cancelled.headers.subject, /is cancelled$/);
    assert.ok(!cancelled.text.includes('Feels better'));
});

test('a move is one message in the words of the configuration', async () => {
    const one = await book(people[1], email('mover@patients.example.org'));
    await poll(() => mailbox.to('mover@patients.example.org'), (mails) => mails.length === 1);
    const moved = await ask('POST', `Appointment/${one.id}/$reschedule`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'slot', valueReference: { reference: `Slot/${slots.shift().id}` } }, { name: 'patient', resource: detailsOf(people[1], { id: undefined, telecom: email('mover@patients.example.org') }) }],
    }, { 'if-match': one.version });
    assert.equal(moved.status, 200, moved.text);
    const mails = await poll(() => mailbox.to('mover@patients.example.org'), (all) => all.length >= 2);
    assert.match(mails[1].headers.subject, /^It is on .* now$/);
    await poll(() => outbox('email-patients').deliveries.map(({ state }) => state), (states) => !states.includes('due'));
    assert.equal(mailbox.to('mover@patients.example.org').length, 2);
});

test('a text message goes to who has no e-mail address, signed', async () => {
    await book(people[2], [{ system: 'phone', value: '07700 900123', use: 'mobile' }]);
    const [{ headers, body }] = await poll(() => texts, (all) => all.length === 1);
    const parts = headers['apptgw-signature'].split(',').map((part) => part.split('='));
    const wanted = createHmac('sha256', SECRET).update(`${parts[0][1]}.${body}`).digest();
    assert.ok(timingSafeEqual(Buffer.from(parts[1][1], 'hex'), wanted));
    const text = JSON.parse(body);
    assert.equal(text.id, headers['apptgw-delivery']);
    assert.equal(text.to, '+447700900123');
    assert.ok(text.text.includes(practice.name));
    assert.ok(!body.includes('Ear pain') && !body.includes(people[2].family));
});

test('a mail server that is down keeps the message; it comes once the server is back', async () => {
    await mailbox.close();
    await book(people[3], email('later@patients.example.org'));
    const waiting = await poll(() => outbox('email-patients'), ({ deliveries }) => deliveries.some(({ state, attempts }) => state === 'due' && attempts >= 2));
    assert.equal(waiting.failure, 'unreachable');
    await mailbox.listen(mailPort);
    await poll(() => mailbox.to('later@patients.example.org'), (mails) => mails.length === 1, 60000);
    await poll(() => outbox('email-patients').deliveries, (all) => all.every(({ state }) => state !== 'due'));
    assert.equal(mailbox.to('later@patients.example.org').length, 1);
});

test('operators hold, release and replay messages', async () => {
    const words = ['--by', 'A. Jones', '--reason', 'to see'];
    apptgw(['outbox', 'hold', 'email-patients', ...command(...words)]);
    await book(people[4], email('held@patients.example.org'));
    await poll(() => outbox('email-patients').deliveries[0], ({ state }) => state === 'due');
    apptgw(['outbox', 'release', 'email-patients', ...command(...words)]);
    const [first] = await poll(() => mailbox.to('held@patients.example.org'), (mails) => mails.length === 1);
    const { number } = await poll(() => outbox('email-patients').deliveries[0], ({ state }) => state === 'done');
    apptgw(['outbox', 'replay', `email-patients/${number}`, ...command(...words)]);
    const [, again] = await poll(() => mailbox.to('held@patients.example.org'), (mails) => mails.length === 2);
    assert.equal(again.headers['message-id'], first.headers['message-id']);
});

test('who wants no messages gets none', async () => {
    apptgw(['consent', 'add', '--kind', 'no-messages', '--reason', 'patient-request', '--by', 'A. Jones', ...command()], `${people[5].nhs_number}\n`);
    await book(people[5], email('never@patients.example.org'));
    const last = await poll(() => outbox('email-patients').deliveries[0], ({ failure }) => failure === 'opted_out');
    assert.equal(last.state, 'cancelled');
    assert.equal(mailbox.to('never@patients.example.org').length, 0);
    const found = await fetch(`${gateway.origin}/fhir/R4/Patient/_search`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, accept: FHIR_JSON, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ identifier: `${NHS_NUMBER}|${people[5].nhs_number}` }).toString(),
    });
    assert.ok((await found.json()).total >= 1, 'it hides nobody');
});

test('who booked for a patient records that they want no messages about what it books; nobody else is silenced, and nothing else recorded', async () => {
    const [, other] = sandbox.clients;
    const as = gateway.token(other);
    const [person, stranger] = [people[6], people[7]];
    const coding = (system, code) => ({ coding: [{ system, code }] });
    const named = (system, value) => ({ identifier: { system, value } });
    const wish = (patient, kind = 'no-messages', ods = other.ods) => ({
        resourceType: 'Consent',
        status: 'active',
        scope: coding('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
        category: [coding(`${gateway.origin}/fhir/CodeSystem/consent-kind`, kind), coding(`${gateway.origin}/fhir/CodeSystem/consent-reason`, 'patient-request')],
        patient: named(NHS_NUMBER, patient.nhs_number),
        organization: [named('https://fhir.nhs.uk/Id/ods-organization-code', ods)],
        policyRule: coding('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'OPTOUT'),
        provision: { type: 'deny' },
    });
    const record = (...words) => ask('POST', 'Consent', wish(...words), {}, as);
    await book(person, email('first@patients.example.org'), as);
    await poll(() => mailbox.to('first@patients.example.org'), (mails) => mails.length === 1);
    const made = await record(person);
    assert.equal(made.status, 201, made.text);
    assert.equal((await record(person)).status, 200, 'the same statement twice is one');
    await book(person, email('second@patients.example.org'), as);
    const last = await poll(() => outbox('email-patients').deliveries[0], ({ failure }) => failure === 'opted_out');
    assert.equal(last.state, 'cancelled');
    await book(person, email('hub@patients.example.org'));
    await poll(() => mailbox.to('hub@patients.example.org'), (mails) => mails.length === 1);
    assert.equal(mailbox.to('second@patients.example.org').length, 0);
    for (const [words, path] of [[[stranger], 'Consent.patient'], [[person, 'dissent'], 'Consent.category'], [[person, 'no-messages', hub.ods], 'Consent.organization']]) {
        const refused = await record(...words);
        assert.equal(refused.status, 403, refused.text);
        assert.deepEqual(refused.resource.issue[0].expression, [path]);
    }
    const ended = await ask('PUT', `Consent/${made.resource.id}`, { ...made.resource, status: 'inactive' }, { 'if-match': made.headers.get('etag') }, as);
    assert.equal(ended.status, 200, ended.text);
    await book(person, email('third@patients.example.org'), as);
    await poll(() => mailbox.to('third@patients.example.org'), (mails) => mails.length === 1);
});

test('a team is told of a task that becomes its own', async () => {
    const reference = (system, value) => ({ identifier: { system, value } });
    const ods = 'https://fhir.nhs.uk/Id/ods-organization-code';
    const made = await ask('POST', 'Task', {
        resourceType: 'Task', status: 'requested', intent: 'order',
        code: { coding: [{ system: `${gateway.origin}/fhir/CodeSystem/task-type`, code: 'practice-message' }] },
        for: reference(NHS_NUMBER, people[0].nhs_number),
        owner: reference(ods, hub.ods),
        performerType: [{ text: 'Reception' }],
        input: [{ type: { text: 'message' }, valueString: 'Please call back about the ear' }],
    });
    assert.equal(made.status, 201, made.text);
    const [mail] = await poll(() => mailbox.to(TEAM), (mails) => mails.length === 1);
    assert.equal(mail.headers.subject, 'A task for Reception');
    assert.ok(mail.text.includes(made.resource.id));
    assert.ok(!mail.text.includes(people[0].nhs_number) && !mail.text.includes('ear'));
});

test('in quiet hours nothing is sent; what waited comes afterwards', async () => {
    await restart({ APPTGW_MESSAGES_QUIET_FROM: wall(-60), APPTGW_MESSAGES_QUIET_UNTIL: wall(60) });
    await book(people[6], email('night@patients.example.org'));
    await poll(() => outbox('email-patients').deliveries[0], ({ state }) => state === 'due');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(mailbox.to('night@patients.example.org').length, 0);
    await restart();
    await poll(() => mailbox.to('night@patients.example.org'), (mails) => mails.length === 1);
});

test('no address and no number stands in the database', () => {
    for (const part of ['', '-wal']) {
        const bytes = readFileSync(join(dir, `gateway.db${part}`)).toString('latin1');
        for (const secret of ['patients.example.org', '7700900123', people[0].nhs_number]) assert.ok(!bytes.includes(secret), secret);
    }
});
