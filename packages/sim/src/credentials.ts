import { random } from "./random.js";

/** Made-up credentials, the same for the same seed. */
export interface Credentials {
  readonly walleo: { readonly apiKey: string; readonly identifier: string; readonly sharedKey: string };
  readonly fourthwall: { readonly username: string; readonly password: string };
  readonly augno: { readonly apiKey: string };
  readonly zettle: { readonly clientId: string; readonly apiKey: string };
  readonly loop: { readonly apiKey: string };
}

/** Credentials of apps that act for a merchant: OAuth. The access token does not expire, those fetched with the rest do. */
export interface AppCredentials {
  readonly fourthwall: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly refreshToken: string;
    readonly accessToken: string;
  };
  readonly zettle: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
}

/** Credentials that are valid, but without the scope or permission to read stock. */
export interface ScopelessCredentials {
  readonly fourthwall: { readonly accessToken: string };
  readonly augno: { readonly apiKey: string };
  readonly zettle: { readonly clientId: string; readonly apiKey: string };
  readonly loop: { readonly apiKey: string };
}

/** @internal */
export interface AllCredentials {
  readonly credentials: Credentials;
  readonly appCredentials: AppCredentials;
  readonly scopelessCredentials: ScopelessCredentials;
}

/** @internal */
export function createCredentials(seed: number): AllCredentials {
  const hex = (label: string, digits: number) => random(seed, `credential ${label}`).hex(digits);
  const uuid = (label: string) => {
    const digits = hex(label, 32);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
  };
  // Shaped as a JWT, as Zettle's are; it is signed by nobody.
  const assertion = (label: string, scope: string) =>
    [
      { alg: "RS256", kid: "0" },
      { iss: "iZettle", scope: [scope], client_id: uuid("zettle client") },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat(hex(label, 64))
      .join(".");
  const clientId = uuid("zettle client");
  return {
    credentials: {
      walleo: {
        apiKey: `sim-walleo-${hex("walleo key", 32)}`,
        identifier: uuid("walleo identifier"),
        sharedKey: hex("walleo shared key", 32).toUpperCase(),
      },
      fourthwall: {
        username: `fw_api_${hex("fourthwall user", 12)}`,
        password: `sim-fourthwall-${hex("fourthwall password", 32)}`,
      },
      augno: { apiKey: `mrp_sk_test_sim${hex("augno key", 32)}` },
      zettle: { clientId, apiKey: assertion("zettle key", "READ:PRODUCT") },
      loop: { apiKey: `sim-loop-${hex("loop key", 32)}` },
    },
    appCredentials: {
      fourthwall: {
        clientId: uuid("fourthwall app"),
        clientSecret: `sim-fourthwall-${hex("fourthwall app secret", 32)}`,
        refreshToken: `sim-fourthwall-refresh-${hex("fourthwall refresh", 32)}`,
        accessToken: `sim-fourthwall-access-${hex("fourthwall access", 32)}`,
      },
      zettle: {
        clientId: uuid("zettle app"),
        clientSecret: `sim-zettle-${hex("zettle app secret", 32)}`,
        refreshToken: `sim-zettle-refresh-${hex("zettle refresh", 32)}`,
      },
    },
    scopelessCredentials: {
      fourthwall: { accessToken: `sim-fourthwall-access-${hex("fourthwall scopeless", 32)}` },
      augno: { apiKey: `mrp_sk_test_sim${hex("augno scopeless", 32)}` },
      zettle: { clientId, apiKey: assertion("zettle scopeless", "READ:PURCHASE") },
      loop: { apiKey: `sim-loop-${hex("loop scopeless", 32)}` },
    },
  };
}

/** @internal The environment variables that the clients' documents name, for one's own accounts and for apps. */
export function environmentOf({ credentials, appCredentials }: AllCredentials) {
  const { walleo, fourthwall, augno, zettle, loop } = credentials;
  return {
    own: {
      WALLEO_API_KEY: walleo.apiKey,
      WALLEO_IDENTIFIER: walleo.identifier,
      WALLEO_SHARED_KEY: walleo.sharedKey,
      FOURTHWALL_USERNAME: fourthwall.username,
      FOURTHWALL_PASSWORD: fourthwall.password,
      AUGNO_API_KEY: augno.apiKey,
      ZETTLE_CLIENT_ID: zettle.clientId,
      ZETTLE_API_KEY: zettle.apiKey,
      LOOP_API_KEY: loop.apiKey,
    },
    app: {
      FOURTHWALL_ACCESS_TOKEN: appCredentials.fourthwall.accessToken,
      ZETTLE_CLIENT_ID: appCredentials.zettle.clientId,
      ZETTLE_CLIENT_SECRET: appCredentials.zettle.clientSecret,
      ZETTLE_REFRESH_TOKEN: appCredentials.zettle.refreshToken,
    },
  } as const;
}
