// GENERATED from ../openapi.yaml by scripts/test/paged.test.ts.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  key: [{ option: "apiKey", variable: "PAGED_API_KEY", secret: true, page: "https://paged.example/keys" }],
} as const satisfies Credentials;

/** The credentials that the client takes. */
export type PagedCredentials = {
  /** Usually from PAGED_API_KEY; made at https://paged.example/keys. */
  apiKey: CredentialSource;
};
