// SPDX-License-Identifier: Apache-2.0
// Access tokens signed by the gateway; once verified they are remembered until they end, as the gateway does.
const { createPublicKey } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { verify } = require('jsonwebtoken');
const { Strategy } = require('passport-http-bearer');

const key = createPublicKey(readFileSync(join(process.env.BENCH_SANDBOX, 'token.key'))).export({ type: 'spki', format: 'pem' });
const known = new Map();

function claimsOf(token) {
    let claims = known.get(token);
    if (!claims) known.set(token, (claims = verify(token, key, { algorithms: ['ES256'] })));
    if (claims.exp * 1000 < Date.now()) throw new Error('expired');
    return claims;
}

exports.strategy = new Strategy((token, done) => {
    try {
        done(null, claimsOf(token));
    } catch {
        done(null, false);
    }
});
