import type { CredentialSource } from "./credentials.js";
import { resolve } from "./credentials.js";

/** A way to get access tokens. */
export interface Grant {
  readonly clientId: string;
  /** Whether a token request may spend the credential: the answer brings the next one. */
  readonly rotates: boolean;
  /** The credential that the account was set up with. */
  credential(): Promise<string>;
  /** The form fields of a token request with a credential: that one, or the one that took its place. */
  form(credential: string): Promise<Readonly<Record<string, string>>>;
}

/**
 * RFC 7523: an assertion that the provider issued, sent again for every new token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 */
export function assertionGrant(clientId: string, assertion: CredentialSource): Grant {
  return {
    clientId,
    rotates: false,
    credential: async () => resolve(assertion),
    async form(credential) {
      return {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        client_id: clientId,
        assertion: credential,
      };
    },
  };
}

/**
 * RFC 6749: a refresh token, replaced whenever the provider answers with another.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshGrant(clientId: string, clientSecret: CredentialSource, refreshToken: CredentialSource): Grant {
  return {
    clientId,
    rotates: true,
    credential: async () => resolve(refreshToken),
    async form(credential) {
      return {
        grant_type: "refresh_token",
        client_id: clientId,
        client_secret: await resolve(clientSecret),
        refresh_token: credential,
      };
    },
  };
}
