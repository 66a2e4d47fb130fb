// GENERATED from specs/loop/ (sha256 d65d083e4407283edacef8508eb24c505e45d137eda12774cc160c5913e27728) by `npm run generate -- loop`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  read: [
    {
      option: "apiKey",
      variable: "LOOP_API_KEY",
      secret: true,
      page: "https://admin.loopreturns.com/settings/developers",
      scope: "Inventory (read)",
    },
  ],
} as const satisfies Credentials;

/** The credentials that the client takes. */
export type LoopCredentials = {
  /** Usually from LOOP_API_KEY; made at https://admin.loopreturns.com/settings/developers. Needs the scope Inventory (read). */
  apiKey: CredentialSource;
};
