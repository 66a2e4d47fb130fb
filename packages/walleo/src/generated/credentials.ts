// GENERATED from specs/walleo/ (sha256 ec0e8bc82c6056007a465ba46186a2e013220362ed08373282b11be48eb97fb3) by `npm run generate -- walleo`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  signature: [
    {
      option: "apiKey",
      variable: "WALLEO_API_KEY",
      secret: true,
      page: "https://docs.walleo.io/partners-api/authentication",
    },
    {
      option: "identifier",
      variable: "WALLEO_IDENTIFIER",
      secret: false,
      page: "https://docs.walleo.io/partners-api/authentication",
    },
    {
      option: "sharedKey",
      variable: "WALLEO_SHARED_KEY",
      secret: true,
      page: "https://docs.walleo.io/partners-api/authentication",
    },
  ],
} as const satisfies Credentials;

/** The credentials that the client takes. */
export type WalleoCredentials = {
  /** Usually from WALLEO_API_KEY; made at https://docs.walleo.io/partners-api/authentication. */
  apiKey: CredentialSource;
  /** Usually from WALLEO_IDENTIFIER; made at https://docs.walleo.io/partners-api/authentication. */
  identifier: string;
  /** Usually from WALLEO_SHARED_KEY; made at https://docs.walleo.io/partners-api/authentication. */
  sharedKey: CredentialSource;
};
