// GENERATED from specs/augno/ (sha256 b93bc0519f97963aefa976292e7f83fb5aaa3f0767a24ac9332e1180352c714a) by `npm run generate -- augno`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  apiKey: [
    {
      option: "apiKey",
      variable: "AUGNO_API_KEY",
      secret: true,
      page: "https://docs.openmrp.ai/workflows/manage-account/api-keys",
      scope: "items:read",
    },
  ],
} as const satisfies Credentials;

/** The credentials that the client takes. */
export type AugnoCredentials = {
  /** Usually from AUGNO_API_KEY; made at https://docs.openmrp.ai/workflows/manage-account/api-keys. Needs the scope items:read. */
  apiKey: CredentialSource;
};
