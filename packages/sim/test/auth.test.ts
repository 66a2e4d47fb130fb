import { describe, expect, it } from "vitest";

import type { Sim } from "../src/index.js";
import { createSim } from "../src/index.js";
import { fetchToken, mugAtLoop, realBases, realToken, send, signWalleo } from "./requests.js";

const wayOf = (sim: Sim) => ({ sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken });
const card = "https://api.walleo.io/partners/v1/inventories/KELPFR";
const hoodie = "/open-api/v1.0/products/00aa4abd-5778-4199-8161-0b49b2f212e5/inventory";
const tea = "/v1/catalog/items/it_01HTEA7K2M/inventory";

describe("Walleo", () => {
  const at = 1_648_559_273;
  const sim = createSim({ products: 10, now: () => at * 1000 });
  const keys = sim.credentials.walleo;

  async function read(authorization: string, from: Sim = sim): Promise<[number, unknown]> {
    const response = await from.fetch(card, { headers: { Authorization: authorization } });
    const { errors } = await response.json();
    return [response.status, errors?.[0].code];
  }

  it("takes a signature of this request, with either reading of an empty payload", async () => {
    expect(await read(signWalleo(keys, "GET", card, at))).toEqual([200, undefined]);
    expect(await read(signWalleo(keys, "GET", card, at, "keep"))).toEqual([200, undefined]);
  });

  it("takes one reading only where told so", async () => {
    for (const emptyPayload of ["omit", "keep"] as const) {
      const strict = createSim({ products: 10, now: () => at * 1000, walleo: { emptyPayload } });
      const other = emptyPayload === "omit" ? "keep" : "omit";
      expect(await read(signWalleo(keys, "GET", card, at, emptyPayload), strict)).toEqual([200, undefined]);
      expect(await read(signWalleo(keys, "GET", card, at, other), strict)).toEqual([401, "invalid_signature"]);
    }
  });

  it("takes the values that the vector gives for a request without payload", () => {
    const vector = {
      apiKey: "k",
      identifier: "b5245bbc-8ee7-4e55-92e0-b97e81085154",
      sharedKey: "6F2CE47010CF4F79B9767042BAFB1EB4",
    };
    const url = "https://api.walleo.io/partners/v1/inventories/IKEAFR";
    expect(signWalleo(vector, "GET", url, at)).toContain(
      "42715c1396034dc4aa1b4c450c7e8d427ab965b02c27327328a75b5f3ab87844",
    );
    expect(signWalleo(vector, "GET", url, at, "keep")).toContain(
      "f856313b740764cb23cc27726974497a8507242fb9baff488046a2cd49e18b6c",
    );
  });

  it("refuses another URL, another method, another key and a timestamp out of the window, and says why in the log", async () => {
    expect(await read(signWalleo(keys, "GET", `${card}/`, at))).toEqual([401, "invalid_signature"]);
    expect(await read(signWalleo(keys, "POST", card, at))).toEqual([401, "invalid_signature"]);
    expect(await read(signWalleo({ ...keys, sharedKey: "00" }, "GET", card, at))).toEqual([401, "invalid_signature"]);
    expect(await read(signWalleo({ ...keys, apiKey: "x" }, "GET", card, at))).toEqual([401, "unauthorized"]);
    expect(await read(signWalleo(keys, "GET", card, at - 301))).toEqual([401, "invalid_signature"]);
    expect(await read(signWalleo(keys, "GET", card, at + 300))).toEqual([200, undefined]);
    expect(sim.requests.slice(-6).map(({ refusal }) => refusal)).toEqual([
      "the signature is not that of this request",
      "the signature is not that of this request",
      "the signature is not that of this request",
      "the key or the identifier is not known",
      "the timestamp is -301 s off",
      undefined,
    ]);
  });
});

describe("Loop", () => {
  it("answers 401 without a key, with a wrong one and with one that lacks the scope, all alike", async () => {
    const sim = createSim({ products: 10 });
    const url = `${realBases.loop}${mugAtLoop}`;
    const keys = [{}, { "X-Authorization": "none" }, { "X-Authorization": sim.scopelessCredentials.loop.apiKey }];
    const bodies = await Promise.all(keys.map(async (headers) => (await sim.fetch(url, { headers })).text()));
    expect(new Set(bodies)).toEqual(
      new Set(['{"error":{"code":"401","http_code":"GEN-UNAUTHORIZED","message":"Unauthorized."}}']),
    );
    expect(sim.requests.map(({ refusal }) => refusal)).toEqual([
      "no X-Authorization header",
      "the key is not known",
      "the key lacks the scope Inventory (read)",
    ]);
  });
});

describe("Fourthwall", () => {
  it("takes basic credentials or an access token, refuses browsers and tokens without the scope with 403", async () => {
    const sim = createSim({ products: 10 });
    const status = async (headers: Record<string, string>) =>
      (await sim.fetch(`${realBases.fourthwall}${hoodie}`, { headers })).status;
    const app = { Authorization: `Bearer ${sim.appCredentials.fourthwall.accessToken}` };
    expect((await send(wayOf(sim), "fourthwall", { path: hoodie })).status).toBe(200);
    expect(await status(app)).toBe(200);
    expect(await status({ ...app, "User-Agent": "Mozilla/5.0" })).toBe(403);
    const scopeless = sim.scopelessCredentials.fourthwall.accessToken;
    expect(await status({ Authorization: `Bearer ${scopeless}` })).toBe(403);
    expect(await status({ Authorization: "Basic eDp5" })).toBe(401);
    expect(await status({})).toBe(401);
  });

  it("renews tokens that last five minutes, from a form or from JSON", async () => {
    const sim = createSim({ products: 10, clock: "manual" });
    const { clientId, clientSecret, refreshToken } = sim.appCredentials.fourthwall;
    const url = `${realBases.fourthwall}/open-api/v1.0/platform/token`;
    const fields = { grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret };
    const first = await sim.fetch(url, {
      method: "POST",
      body: JSON.stringify({ ...fields, refresh_token: refreshToken }),
      headers: { "Content-Type": "application/json" },
    });
    const { access_token: token, expires_in: seconds, refresh_token: next } = await first.json();
    expect(seconds).toBe(300);
    const read = async () =>
      (await sim.fetch(`${realBases.fourthwall}${hoodie}`, { headers: { Authorization: `Bearer ${token}` } })).status;
    expect(await read()).toBe(200);
    sim.clock.advance(300_000);
    expect(await read()).toBe(401);
    const body = new URLSearchParams({ ...fields, refresh_token: next });
    expect((await sim.fetch(url, { method: "POST", body })).status).toBe(200);
  });
});

describe("Augno", () => {
  const sim = createSim({ products: 10, rateLimits: false });

  async function read(path: string, headers: Record<string, string>): Promise<[number, unknown, unknown]> {
    const response = await sim.fetch(`${realBases.augno}${path}`, { headers });
    const { error } = await response.json();
    return [response.status, error?.code, error?.param ?? undefined];
  }
  const { apiKey } = sim.credentials.augno;
  const key = { Authorization: `Bearer ${apiKey}` };
  const version = { "OpenMRP-Version": "1.0.forge-preview.3" };

  it("takes the key as bearer or as the user of basic credentials without a password", async () => {
    const basic = { Authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}` };
    expect(await read(tea, { ...basic, ...version })).toEqual([200, undefined, undefined]);
    expect(await read(tea, { ...key, ...version })).toEqual([200, undefined, undefined]);
    expect(await read(tea, version)).toEqual([401, "invalid_credentials", undefined]);
  });

  it("requires the version header, by its new name or its old one", async () => {
    expect(await read(tea, key)).toEqual([400, "api_version_required", undefined]);
    expect(await read(tea, { ...key, "OpenMRP-Version": "latest" })).toEqual([400, "api_version_invalid", undefined]);
    expect(await read(tea, { ...key, "Augno-Version": "1.0.forge-preview.1" })).toEqual([200, undefined, undefined]);
  });

  it("refuses query parameters and members of include[] that it does not know", async () => {
    const headers = { ...key, ...version };
    expect(await read(`${tea}?unit=kg`, headers)).toEqual([400, "parameter_unknown", "unit"]);
    expect(await read(`${tea}?include[]=cost`, headers)).toEqual([400, "parameter_invalid", "include[]"]);
  });

  it("answers 403 for a key without items:read", async () => {
    const scopeless = { Authorization: `Bearer ${sim.scopelessCredentials.augno.apiKey}`, ...version };
    expect(await read(tea, scopeless)).toEqual([403, "insufficient_permissions", undefined]);
  });
});

describe("Zettle", () => {
  const read = async (sim: Sim, token: string) =>
    sim.fetch(`${realBases.zettle}/inventory`, { headers: { Authorization: `Bearer ${token}` } });

  async function refresh(sim: Sim, refreshToken: string, changes: Record<string, string> = {}) {
    const { clientId, clientSecret } = sim.appCredentials.zettle;
    const form = { grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret };
    const body = new URLSearchParams({ ...form, refresh_token: refreshToken, ...changes });
    const response = await sim.fetch(realToken, { method: "POST", body });
    return { status: response.status, ...(await response.json()) };
  }

  it("expires a token after 7,200 s of the simulation's time, and says so in WWW-Authenticate", async () => {
    const sim = createSim({ products: 10, clock: "manual" });
    const token = await fetchToken(wayOf(sim));
    sim.clock.advance(7_199_999);
    expect((await read(sim, token)).status).toBe(200);
    sim.clock.advance(1);
    const late = await read(sim, token);
    expect(late.status).toBe(401);
    expect(late.headers.get("www-authenticate")).toBe(
      'Bearer error="invalid_request", error_description="ACCESS_TOKEN_EXPIRED"',
    );
    expect(sim.requests.at(-1)?.refusal).toBe("the access token has expired");
  });

  it("gives no refresh token for an assertion, and 403 for a token whose assertion lacks the scope", async () => {
    const sim = createSim({ products: 10 });
    const { clientId, apiKey } = sim.scopelessCredentials.zettle;
    const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    const body = new URLSearchParams({ grant_type: grant, client_id: clientId, assertion: apiKey });
    const answer = await (await sim.fetch(realToken, { method: "POST", body })).json();
    expect(Object.keys(answer)).toEqual(["access_token", "expires_in"]);
    expect((await read(sim, answer.access_token)).status).toBe(403);
  });

  it("replaces the refresh token each time; using an old one again revokes everything that came of it", async () => {
    const sim = createSim({ products: 10 });
    const { refreshToken } = sim.appCredentials.zettle;
    const first = await refresh(sim, refreshToken);
    const second = await refresh(sim, first.refresh_token);
    expect((await read(sim, second.access_token)).status).toBe(200);
    expect(await refresh(sim, first.refresh_token)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await refresh(sim, second.refresh_token)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect((await read(sim, second.access_token)).status).toBe(401);
  });

  it("refuses a grant, a client, an assertion and a body that are not right", async () => {
    const sim = createSim({ products: 10 });
    const { refreshToken } = sim.appCredentials.zettle;
    const { clientId } = sim.credentials.zettle;
    expect(await refresh(sim, refreshToken, { grant_type: "password" })).toMatchObject({
      error: "unsupported_grant_type",
    });
    expect(await refresh(sim, refreshToken, { client_secret: "x" })).toMatchObject({ error: "invalid_client" });
    expect(await refresh(sim, refreshToken, { refresh_token: "x" })).toMatchObject({ error: "invalid_grant" });
    const grant = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", client_id: clientId };
    const wrong = await sim.fetch(realToken, {
      method: "POST",
      body: new URLSearchParams({ ...grant, assertion: "x" }),
    });
    expect(await wrong.json()).toMatchObject({ error: "invalid_grant" });
    const json = await sim.fetch(realToken, { method: "POST", body: JSON.stringify(grant) });
    expect(await json.json()).toMatchObject({ error: "invalid_request" });
  });
});

describe("the log", () => {
  it("holds nothing that a request was signed in with", async () => {
    const sim = createSim({ products: 10 });
    const way = wayOf(sim);
    const token = await fetchToken(way);
    for (const [provider, path] of [
      ["walleo", "/partners/v1/inventories/KELPFR"],
      ["fourthwall", hoodie],
      ["augno", tea],
      ["zettle", "/inventory?since=2026-11-19T00:00:00Z"],
      ["loop", mugAtLoop],
    ] as const)
      await send(way, provider, { path }, token);
    const text = JSON.stringify(sim.requests);
    const secrets = [sim.credentials, sim.appCredentials].flatMap((all) => Object.values(all)).flatMap(Object.values);
    expect([token, ...secrets].filter((secret) => text.includes(secret))).toEqual([]);
    expect(sim.requests).toHaveLength(6);
  });
});
