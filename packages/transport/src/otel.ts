import type { Hooks } from "./hooks.js";

/** What is used of an OpenTelemetry tracer: `trace.getTracer(…)` of `@opentelemetry/api` is one. */
export interface SpanTracer {
  startSpan(
    name: string,
    options: {
      readonly kind: number;
      readonly startTime: number;
      readonly attributes: Record<string, string | number>;
    },
  ): SpanHandle;
}

/** What is used of its spans. */
export interface SpanHandle {
  setStatus(status: { code: number }): unknown;
  end(endTime: number): void;
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of `@opentelemetry/api`, which is not loaded. */
const clientKind = 2;
const errorStatus = 2;

/**
 * Hooks that make one span of every request, retries included, below the span that is active at the call.
 *
 * Spread them into a client's options: `createLoopClient({ apiKey, ...openTelemetryHooks(trace.getTracer("shop")) })`.
 * Instead of the URL, which may hold what is nobody's business, a span has the path template.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span (read 2026-11-20)
 */
export function openTelemetryHooks(tracer: SpanTracer): Pick<Required<Hooks>, "onResponse"> {
  return {
    onResponse({ provider, operation, method, path, host, attempt, status, durationMs, reason }) {
      const endTime = Date.now();
      const { hostname, port } = new URL(`https://${host}`);
      const span = tracer.startSpan(`${method} ${path}`, {
        kind: clientKind,
        startTime: endTime - durationMs,
        attributes: {
          "http.request.method": method,
          "url.template": path,
          "server.address": hostname,
          "server.port": port === "" ? 443 : Number(port),
          "inv.provider": provider,
          "inv.operation": operation,
          ...(status === undefined ? {} : { "http.response.status_code": status }),
          ...(attempt === 1 ? {} : { "http.request.resend_count": attempt - 1 }),
          ...(reason === undefined
            ? {}
            : { "error.type": status === undefined || status < 400 ? reason : String(status) }),
        },
      });
      if (reason !== undefined) span.setStatus({ code: errorStatus });
      span.end(endTime);
    },
  };
}
