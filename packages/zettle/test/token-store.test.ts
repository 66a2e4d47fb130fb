import { memoryTokenStore } from "@inv/transport/oauth";
import type { InvError } from "@inv/transport";
import { expect, it } from "vitest";

import { createZettleClient, getInventory } from "../src/index.js";

const balances = { locationUuid: "6e5e8d52-5ce0-11ec-bf63-0242ac130002", trackedProducts: [], variants: [], latest: 0 };

/** Zettle as its documentation has it: a refresh token that is replaced is refused from then on. */
function fakeZettle() {
  let issued = 0;
  const refreshTokens: (string | null)[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    if (String(url) !== "https://oauth.zettle.com/token") return Response.json(balances);
    const given = new URLSearchParams(typeof init.body === "string" ? init.body : "").get("refresh_token");
    refreshTokens.push(given);
    if (given !== `refresh-${issued}`) return Response.json({ error: "invalid_grant" }, { status: 400 });
    issued += 1;
    const pair = { access_token: `access-${issued}`, refresh_token: `refresh-${issued}` };
    // So short that every client asks for its own.
    return Response.json({ ...pair, expires_in: "1" });
  };
  return { fetch, refreshTokens };
}

const app = { clientId: "c", clientSecret: "s", refreshToken: "refresh-0" };

it("takes the refresh token of the options first, and from then on the one in its token store", async () => {
  const { fetch, refreshTokens } = fakeZettle();
  const tokenStore = memoryTokenStore();
  for (let run = 0; run < 3; run++) {
    await getInventory(createZettleClient({ ...app, fetch, tokenStore }));
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  expect(refreshTokens).toEqual(["refresh-0", "refresh-1", "refresh-2"]);
});

it("A09 says to authorise again when the stored refresh token is refused", async () => {
  const { fetch } = fakeZettle();
  const tokenStore = memoryTokenStore();
  await getInventory(createZettleClient({ ...app, fetch, tokenStore }));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const other = fakeZettle();
  await expect(getInventory(createZettleClient({ ...app, fetch: other.fetch, tokenStore }))).rejects.toMatchObject({
    code: "auth",
    kind: "refresh-lost",
    message: expect.stringContaining("Authorise again"),
  });
});

it("L20 tells of tokens that could not be saved, and goes on", async () => {
  const { fetch } = fakeZettle();
  const warnings: InvError[] = [];
  const tokenStore = {
    ...memoryTokenStore(),
    write: async () => {
      throw new Error("full");
    },
  };
  const client = createZettleClient({ ...app, fetch, tokenStore, onTokenWarning: (warning) => warnings.push(warning) });
  expect((await getInventory(client)).variants).toEqual([]);
  expect(warnings).toMatchObject([{ code: "auth", kind: "not-saved", provider: "zettle" }]);
});

it("refuses a token store that is none", () => {
  // @ts-expect-error -- a caller without types
  expect(() => createZettleClient({ ...app, tokenStore: "tokens.json" })).toThrow(
    "zettle: tokenStore has to be a token store, such as fileTokenStore(path)",
  );
});
