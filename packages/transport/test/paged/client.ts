import createFetchClient from "openapi-fetch";

import { connect, headerKey } from "@inv/transport";
import type { ClientOptions } from "@inv/transport";

import { credentials } from "./generated/credentials.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/** The client of the made-up provider of `openapi.yaml`, as a provider package has it. */
export function createPagedClient(options: ClientOptions) {
  const authoriser = headerKey("X-Key", "k-canary");
  const parts = { provider: "paged", baseUrl: "https://paged.example", facts, credentials, scheme: "key", authoriser };
  return connect(createFetchClient<paths>, { ...parts, provider: "paged" }, options);
}

export type PagedClient = ReturnType<typeof createPagedClient>;
