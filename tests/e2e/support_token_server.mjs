// SPDX-License-Identifier: Apache-2.0
// An OAuth2 authorization server that we did not write (oidc-provider), on a host and port of its own.
import { createServer } from 'node:https';
import Provider from 'oidc-provider';
import { certificateOf, listen } from './support_fhir_server.mjs';

export const SCOPE = 'system/Slot.read system/Appointment.write';

export class TokenServer {
    /** `clients`: client_id, and client_secret or a public JWK. Tokens live `seconds`. */
    async start(clients, seconds = 600) {
        this.server = createServer(certificateOf('server'), (request, response) => this.handle(request, response));
        this.issuer = `https://127.0.0.1:${await listen(this.server)}`;
        this.tokenUrl = `${this.issuer}/token`;
        this.issued = [];
        this.provider = new Provider(this.issuer, {
            clients: clients.map((client) => this.#registration(client)),
            clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
            features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
            enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
            scopes: SCOPE.split(' '),
            ttl: { ClientCredentials: seconds },
        });
        this.provider.on('client_credentials.saved', (token) => this.issued.push(token));
        this.handle = this.provider.callback();
    }

    #registration({ client_id, client_secret, jwk }) {
        return {
            client_id,
            ...(client_secret
                ? { client_secret, token_endpoint_auth_method: 'client_secret_basic' }
                : { jwks: { keys: [jwk] }, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES384' }),
            grant_types: ['client_credentials'],
            response_types: [],
            redirect_uris: [],
            scope: SCOPE,
        };
    }

    /** What a resource server asks: a token of ours that still stands. */
    async accepts(value) {
        return Boolean(value && (await this.provider.ClientCredentials.find(value)));
    }

    async revokeAll() {
        await Promise.all(this.issued.map((token) => token.destroy()));
    }

    stop() {
        this.server.close();
        this.server.closeAllConnections();
    }
}
