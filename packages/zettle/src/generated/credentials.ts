// GENERATED from specs/zettle/ (sha256 e593321ec0dd6ad67436dfb9311e6d159d66bbce896ac5ecdc28de6439e1369a) by `npm run generate -- zettle`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  apiKey: [
    { option: "clientId", variable: "ZETTLE_CLIENT_ID", secret: false, page: "https://my.zettle.com/apps/api-keys" },
    {
      option: "apiKey",
      variable: "ZETTLE_API_KEY",
      secret: true,
      page: "https://my.zettle.com/apps/api-keys",
      scope: "READ:PRODUCT",
    },
  ],
  oauth: [
    { option: "clientId", variable: "ZETTLE_CLIENT_ID", secret: false, page: "https://developer.zettle.com/" },
    { option: "clientSecret", variable: "ZETTLE_CLIENT_SECRET", secret: true, page: "https://developer.zettle.com/" },
    {
      option: "refreshToken",
      variable: "ZETTLE_REFRESH_TOKEN",
      secret: true,
      page: "https://developer.zettle.com/",
      scope: "READ:PRODUCT",
    },
  ],
} as const satisfies Credentials;

/** The credentials that the client takes: those of one way to authorise. */
export type ZettleCredentials =
  | {
      /** Usually from ZETTLE_CLIENT_ID; made at https://my.zettle.com/apps/api-keys. */
      clientId: string;
      /** Usually from ZETTLE_API_KEY; made at https://my.zettle.com/apps/api-keys. Needs the scope READ:PRODUCT. */
      apiKey: CredentialSource;
      clientSecret?: never;
      refreshToken?: never;
    }
  | {
      /** Usually from ZETTLE_CLIENT_ID; made at https://developer.zettle.com/. */
      clientId: string;
      /** Usually from ZETTLE_CLIENT_SECRET; made at https://developer.zettle.com/. */
      clientSecret: CredentialSource;
      /** Usually from ZETTLE_REFRESH_TOKEN; made at https://developer.zettle.com/. Needs the scope READ:PRODUCT. */
      refreshToken: CredentialSource;
      apiKey?: never;
    };
