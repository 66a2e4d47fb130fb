// GENERATED from specs/fourthwall/ (sha256 3232ba4db3ae64ce4f6daa97e04d686d69141a287bbfad38f266adc8c4f9aa0c) by `npm run generate -- fourthwall`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Credentials, CredentialSource } from "@inv/transport";

/** What each way to authorise needs, in the order in which it is asked for. */
export const credentials = {
  basicAuth: [
    {
      option: "username",
      variable: "FOURTHWALL_USERNAME",
      secret: false,
      page: "https://my-shop.fourthwall.com/admin/dashboard/settings/for-developers",
    },
    {
      option: "password",
      variable: "FOURTHWALL_PASSWORD",
      secret: true,
      page: "https://my-shop.fourthwall.com/admin/dashboard/settings/for-developers",
    },
  ],
  oauth: [
    {
      option: "accessToken",
      variable: "FOURTHWALL_ACCESS_TOKEN",
      secret: true,
      page: "https://docs.fourthwall.com/api-reference/platform/platform-token/exchange-token",
      scope: "offer_read",
    },
  ],
} as const satisfies Credentials;

/** The credentials that the client takes: those of one way to authorise. */
export type FourthwallCredentials =
  | {
      /** Usually from FOURTHWALL_USERNAME; made at https://my-shop.fourthwall.com/admin/dashboard/settings/for-developers. */
      username: string;
      /** Usually from FOURTHWALL_PASSWORD; made at https://my-shop.fourthwall.com/admin/dashboard/settings/for-developers. */
      password: CredentialSource;
      accessToken?: never;
    }
  | {
      /** Usually from FOURTHWALL_ACCESS_TOKEN; made at https://docs.fourthwall.com/api-reference/platform/platform-token/exchange-token. Needs the scope offer_read. */
      accessToken: CredentialSource;
      username?: never;
      password?: never;
    };
