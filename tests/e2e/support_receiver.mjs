// SPDX-License-Identifier: Apache-2.0
// A subscriber's webhook receiver of parts that are not ours: Express takes the request, and Stripe's library, whose signatures have the same form, says
// whether it is genuine. What is not is answered 400.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { FHIR_JSON, sandbox } from './support_sandbox.mjs';

const require = createRequire(import.meta.url);
const express = require('express');
const Stripe = require('stripe');

const configDir = dirname(sandbox.config_file);
const MOST_SECONDS_OFF = 300;

const valueOf = (one) => one && Object.entries(one).find(([name]) => name.startsWith('value'))?.[1];
const parameters = (bundle) => bundle.entry[0].resource.parameter;
export const typeOf = (bundle) => valueOf(parameters(bundle).find(({ name }) => name === 'type'));

/** Number, focus (`Task/…`) and version of each event. */
export const eventsIn = (bundle) => parameters(bundle).filter(({ name }) => name === 'notification-event').map(({ part }, i) => ({
    number: Number(valueOf(part.find(({ name }) => name === 'event-number'))),
    focus: valueOf(part.find(({ name }) => name === 'focus'))?.reference?.split('/').slice(-2).join('/'),
    version: Number(bundle.entry[i + 1]?.response.etag?.slice(3, -1)),
}));

export class WebhookReceiver {
    constructor(port) {
        Object.assign(this, { port, got: [], secrets: new Map() });
        this.app = express();
        this.app.post('/hooks/:name', express.raw({ type: FHIR_JSON, limit: '1mb' }), (request, response) => this.take(request, response));
    }

    take(request, response) {
        const hook = request.params.name;
        const secret = this.secrets.get(hook);
        const delivery = request.get('apptgw-delivery');
        let bundle;
        try {
            // The secret is in the answer to the subscription, which the handshake may overtake.
            bundle = secret ? Stripe.webhooks.constructEvent(request.body, request.get('apptgw-signature'), secret, MOST_SECONDS_OFF)
                : JSON.parse(request.body);
            if (!secret && typeOf(bundle) !== 'handshake') throw new Error('events before the secret was known');
        } catch (error) {
            this.got.push({ hook, delivery, refused: error.message });
            response.status(400).end();
            return;
        }
        this.got.push({ hook, delivery, bundle, body: request.body.toString(), events: eventsIn(bundle) });
        response.status(204).end();
    }

    listen() {
        const tls = { cert: readFileSync(join(configDir, 'server.pem')), key: readFileSync(join(configDir, 'server.key')) };
        this.server = createServer(tls, this.app);
        return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }

    refused(hook) {
        return this.got.filter((each) => each.hook === hook && each.refused);
    }

    /** Events in the order in which they came, each once; throws when a delivery id or a number had two meanings. */
    events(hook) {
        const byDelivery = new Map(), byNumber = new Map();
        for (const { delivery, events } of this.got.filter((each) => each.hook === hook && each.delivery && !each.refused)) {
            const meaning = JSON.stringify(events);
            if (byDelivery.has(delivery) && byDelivery.get(delivery) !== meaning) throw new Error(`${delivery}: ${byDelivery.get(delivery)}, then ${meaning}`);
            byDelivery.set(delivery, meaning);
            for (const event of events) {
                const known = byNumber.get(event.number);
                if (known && (known.delivery !== delivery || known.focus !== event.focus || known.version !== event.version))
                    throw new Error(`event ${event.number} came as ${JSON.stringify(known)} and as ${JSON.stringify({ delivery, ...event })}`);
                if (!known) byNumber.set(event.number, { delivery, ...event });
            }
        }
        return [...byNumber.values()];
    }
}
