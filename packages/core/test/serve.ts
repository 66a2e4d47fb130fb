/** One answer as bytes, so that numbers reach the client as their provider writes them. */
export interface Reply {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string;
}

/** One request that was made, the token endpoint's left out. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: unknown;
}

export interface Served {
  readonly fetch: typeof fetch;
  readonly asked: Asked[];
}

/** A `fetch` that answers every request by `reply`, and the token endpoint of an OAuth provider with a token. */
export function serve(reply: (asked: Asked) => Reply | Promise<Reply>): Served {
  const asked: Asked[] = [];
  const respond = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted();
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    if (pathname === "/token") return json('{"access_token":"t","expires_in":7200}', 200);
    const request: Asked = {
      method: init.method ?? "GET",
      path: `${pathname}${search}`,
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
    };
    asked.push(request);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
    const { status = 200, contentType = "application/json", body } = await Promise.race([reply(request), aborted]);
    return new Response(body, { status, headers: { "content-type": contentType } });
  };
  return { fetch: respond, asked };
}

function json(body: string, status: number): Response {
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}
