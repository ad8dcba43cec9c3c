// Two councils' account services for the sign-in tests: npm oidc-provider over TLS, with what can go wrong at will.
import crypto from "node:crypto";
import fs from "node:fs";
import https from "node:https";
import Provider from "oidc-provider";

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function newKey(kid, algorithm) {
  const { privateKey } =
    algorithm === "ES256"
      ? crypto.generateKeyPairSync("ec", { namedCurve: "P-256" })
      : crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, jwk: { ...privateKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" } };
}

export class Council {
  // `tls` has cert and key as text, good for localhost. `people` are claims by login.
  constructor({ algorithm, redirectUri, people, tls }) {
    Object.assign(this, { algorithm, redirectUri, people, tls, spoil: null, turns: 0 });
  }

  async start() {
    this.server = https.createServer(this.tls, (request, response) => this.answer(request, response));
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.issuer = `https://localhost:${this.server.address().port}`;
    this.rotate();
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // A new signing key under a new id; the old one is gone.
  rotate() {
    this.key = newKey(`key-${++this.turns}`, this.algorithm);
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: "waymark",
          client_secret: "a secret of the tests",
          redirect_uris: [this.redirectUri],
          post_logout_redirect_uris: [this.redirectUri.replace(/\/answer$/, "")],
          id_token_signed_response_alg: this.algorithm,
        },
      ],
      jwks: { keys: [this.key.jwk] },
      cookies: { keys: ["tests"] },
      claims: { openid: ["sub"], profile: ["name", "roles", "school"] },
      conformIdTokenClaims: false,
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.people[id] }) }),
      ttl: { IdToken: 300, AccessToken: 300, AuthorizationCode: 60, Interaction: 300, Session: 600, Grant: 600 },
    });
    provider.proxy = true;
    this.callback = provider.callback();
  }

  answer(request, response) {
    if (!this.spoil || !request.url.startsWith("/token")) return this.callback(request, response);
    // The answer of the token endpoint is caught, and its ID token replaced.
    const end = response.end.bind(response);
    response.end = (body) => {
      const answer = JSON.parse(body.toString());
      if (answer.id_token) answer.id_token = this.spoil(answer.id_token);
      const text = JSON.stringify(answer);
      response.setHeader("Content-Length", Buffer.byteLength(text));
      end(text);
    };
    this.callback(request, response);
  }

  // The token's claims changed, and signed again with this service's own key.
  resigned(token, change, header = {}) {
    const [head, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
    const text = `${base64url({ ...head, ...header })}.${base64url({ ...claims, ...change })}`;
    if (header.alg === "none") return `${text}.`;
    const options = this.algorithm === "ES256" ? { key: this.key.privateKey, dsaEncoding: "ieee-p1363" } : this.key.privateKey;
    return `${text}.${crypto.sign("sha256", Buffer.from(text), options).toString("base64url")}`;
  }
}

export const tlsOf = (directory) => ({
  cert: fs.readFileSync(`${directory}/certs/server.pem`),
  key: fs.readFileSync(`${directory}/certs/server-key.pem`),
});
