import { InvError, isInvError } from "@inv/transport";
import type { AnswerNotes, CallOptions } from "@inv/transport";

import type { InventoryLevel, QuantityName } from "./level.js";

/** One question: what does this account say of this item, there? */
export interface Lookup {
  /** The name that `createInventory` knows the account by. */
  readonly account: string;
  /** The provider's own ids. Without `variantId` the answer has one level for each variant that is listed. */
  readonly item: { readonly id: string; readonly variantId?: string };
  readonly location?: { readonly id: string };
}

/**
 * The one answer to one lookup.
 *
 * `levels` is never empty: where the provider lists no row, one level says so in its quantities. `complete` is false
 * when the provider gave fewer rows than it says it has. A cancelled lookup is `failed` with code `cancelled`.
 */
export type Outcome =
  | {
      readonly lookup: Lookup;
      readonly status: "ok";
      readonly levels: readonly InventoryLevel[];
      readonly complete: boolean;
    }
  | { readonly lookup: Lookup; readonly status: "failed"; readonly error: InvError };

/** One request to a provider and the lookups that it answers. `request` is private to the adapter that planned it. */
export interface PlannedCall {
  readonly lookups: readonly Lookup[];
  readonly request: unknown;
}

/** What a call may use: the caller's signal, the rest of the whole-read deadline, and whether to keep raw payloads. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly raw: boolean;
  /** Takes what caches say of an answer; the levels of the call get a note of it. */
  readonly onAnswer?: (notes: AnswerNotes) => void;
}

/**
 * The error for a lookup that an adapter cannot ask, to be thrown by its `plan`.
 *
 * @param index which of the lookups that `plan` was given
 * @param field where in it, e.g. `item/variantId`
 * @param problem what is wrong and what to do, as half a sentence
 */
export function refuseLookup(provider: string, index: number, field: string, problem: string): InvError {
  return new InvError("config", problem, { provider, pointer: `/${index}/${field}`, attempts: 0, retryable: false });
}

/** Answers each lookup by what `levelsOf` returns; an `InvError` that it throws fails that lookup only. */
export function answerEach(
  lookups: readonly Lookup[],
  levelsOf: (lookup: Lookup) => { readonly levels: readonly InventoryLevel[]; readonly complete: boolean },
): readonly Outcome[] {
  return lookups.map((lookup) => {
    try {
      return { lookup, status: "ok", ...levelsOf(lookup) };
    } catch (error) {
      if (isInvError(error)) return { lookup, status: "failed", error };
      throw error;
    }
  });
}

/** The lookups by the thing that one call asks for, in the order in which each was first named. */
export function groupLookups(
  lookups: readonly Lookup[],
  toKey: (lookup: Lookup) => string,
): ReadonlyMap<string, readonly Lookup[]> {
  const groups = new Map<string, Lookup[]>();
  for (const lookup of lookups) {
    const key = toKey(lookup);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(lookup);
  }
  return groups;
}

/** Differences between providers, as data. */
export interface Capabilities {
  /** The quantity names that the provider has a notion of: each level has exactly these. */
  readonly quantities: readonly QuantityName[];
  /** The quantity that answers "can I sell this", if one does without the merchant's word. */
  readonly sellable: QuantityName | undefined;
  /** `required`: a lookup must name a location; `optional`: there is a default; `none`: the provider has no locations. */
  readonly location: "required" | "optional" | "none";
}

/** What `createInventory` asks of a provider. */
export interface InventoryAdapter {
  readonly provider: string;
  readonly capabilities: Capabilities;
  /**
   * Turns lookups into the fewest calls. Pure; every lookup is in exactly one call. The lookups are frozen, of one
   * account, and all different; what `capabilities` says of locations has been checked.
   *
   * @throws InvError `config`, made by `refuseLookup`, for a lookup that cannot be asked
   */
  plan(lookups: readonly Lookup[]): readonly PlannedCall[];
  /** Makes one call and answers each of its lookups once, in any order. Throws when the call as a whole failed. */
  read(call: PlannedCall, context: CallContext): Promise<readonly Outcome[]>;
}

/** The part of a provider's client that an adapter needs: who it is, and one way to make a request. */
export interface ClientHandle<Provider extends string> {
  readonly provider: Provider;
  request(method: never, path: never, ...init: never[]): Promise<unknown>;
}

/**
 * The client behind a handle. An adapter takes the handle, so that core's declarations name no type of a client's and a
 * new major version of a client is none of core's.
 *
 * @throws InvError `config` for a client of another provider
 */
export function toClient<Client extends ClientHandle<string>>(
  provider: Client["provider"],
  client: ClientHandle<Client["provider"]>,
): Client {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the handle is the part of the client that is named here
  if (client.provider === provider) return client as Client;
  throw new InvError("config", `the ${provider} adapter was given another provider's client`, { provider });
}

/** A connector's options as those of its client, which checks each one that it takes. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- inferred from the client's own parameter
export function toOptions<Options extends object>(options: Readonly<Record<string, unknown>>): Options {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checking is the client's part
  return options as Options;
}

/** One credential that a client needs, as its document declares it. */
export interface Credential {
  /** The option of the client, and the key below `auth:` in a configuration file. */
  readonly option: string;
  /** The environment variable that conventionally holds it. */
  readonly variable: string;
  readonly secret: boolean;
  /** The page where it is made. */
  readonly page: string;
  /** The scope or permission that it needs, in the provider's words. */
  readonly scope?: string;
}

/** How to get from configuration to an adapter, without naming a provider in code. */
export interface Connector {
  readonly provider: string;
  /** By security scheme; the credentials of any one scheme suffice. */
  readonly credentials: Readonly<Record<string, readonly Credential[]>>;
  /** The client's options beside credentials that make sense in a configuration file (`baseUrl`, …). */
  readonly options: readonly string[];
  /**
   * The credentials, by option, that the provider replaces whenever they are used: what took the place of one is to be
   * kept from run to run. Present where the client takes a `tokenStore` and an `onTokenWarning` to that end.
   */
  readonly replacedCredentials?: readonly string[];
  /** Builds client and adapter. Throws InvError `config` naming the option that is missing or malformed. */
  connect(options: Readonly<Record<string, unknown>>): InventoryAdapter;
}

/** What a client's call is given of a context: the deadline of the read ends it through the signal. */
export function toCallOptions({ signal, onAnswer }: CallContext): CallOptions {
  return onAnswer === undefined ? { signal } : { signal, onAnswer };
}
