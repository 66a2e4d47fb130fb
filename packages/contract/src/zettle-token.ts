/** Where the front has Zettle's token endpoint. */
export const tokenPath = "/zettle/token";

/** The server options of Zettle's client for a front. */
export function zettleOptions(frontUrl: string): Readonly<Record<"zettle", Readonly<Record<string, string>>>> {
  return { zettle: { baseUrl: `${frontUrl}/zettle`, tokenUrl: `${frontUrl}${tokenPath}` } };
}

/** What the token endpoint answers. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
}

/**
 * Answers a request to Zettle's token endpoint, which is no part of the inventory document and so none of Prism's:
 * the assertion grant and the refresh grant, for the made-up credentials in `environment`.
 *
 * @see https://github.com/iZettle/api-documentation/blob/master/oauth-api/user-guides/set-up-app-authorisation/set-up-authorisation-assertion-grant.md (read 2026-11-20)
 */
export function answerTokenRequest(
  contentType: string | undefined,
  text: string,
  environment: Readonly<Record<string, string>>,
): TokenAnswer {
  if (contentType?.split(";")[0]?.trim() !== "application/x-www-form-urlencoded")
    return refuse("invalid_request", "the body of a token request is a form");
  const form = new URLSearchParams(text);
  const grant = form.get("grant_type");
  const expected = expectedFields(grant);
  if (expected === undefined) return refuse("unsupported_grant_type", "only assertion and refresh are known here");
  const wrong = Object.entries(expected).filter(([field, variable]) => form.get(field) !== environment[variable]);
  if (wrong.length > 0)
    return refuse("invalid_grant", `not what the mocks know: ${wrong.map(([field]) => field).join(", ")}`);
  return { status: 200, body: { access_token: "made-up-access-token", expires_in: 7200 } };
}

function expectedFields(grant: string | null): Readonly<Record<string, string>> | undefined {
  if (grant === "urn:ietf:params:oauth:grant-type:jwt-bearer")
    return { client_id: "ZETTLE_CLIENT_ID", assertion: "ZETTLE_API_KEY" };
  if (grant === "refresh_token")
    return {
      client_id: "ZETTLE_CLIENT_ID",
      client_secret: "ZETTLE_CLIENT_SECRET",
      refresh_token: "ZETTLE_REFRESH_TOKEN",
    };
  return undefined;
}

function refuse(error: string, description: string): TokenAnswer {
  return { status: 400, body: { error, error_description: description } };
}
