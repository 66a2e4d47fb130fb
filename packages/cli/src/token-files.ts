import { resolve } from "node:path";

import { isInvError } from "@inv/transport";
import type { InvError } from "@inv/transport";
import { fileTokenStore } from "@inv/transport/file-store";
import type { TokenOptions, TokenStore } from "@inv/transport/oauth";

/** The files in which the accounts of one command keep their tokens from run to run. */
export class TokenFiles {
  readonly #folder: string;
  readonly #warn: (text: string) => void;
  readonly #working = new Set<Promise<unknown>>();
  #hasLost = false;

  /**
   * @param folder what paths are relative to
   * @param warn told what goes wrong while calls go on
   */
  constructor(folder: string, warn: (text: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** Whether new tokens could not be saved: the next run will miss them. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** The client options for an account whose tokens are in that file; why, when the file cannot be used. */
  async open(account: string, path: string): Promise<Required<TokenOptions> | InvError> {
    const store = fileTokenStore(resolve(this.#folder, path));
    try {
      // Whatever the key is, the whole file is read.
      await store.read("");
    } catch (error) {
      if (isInvError(error)) return error;
      throw error;
    }
    return {
      tokenStore: this.#watched(store),
      onTokenWarning: ({ kind, message }) => {
        if (kind === "not-saved") this.#hasLost = true;
        this.#warn(`account ${account}: ${message}`);
      },
    };
  }

  /**
   * Waits until no new token is being fetched. A command that ended before, though its calls were aborted, could lose the
   * only answer to a refresh token that is spent.
   */
  async settled(): Promise<void> {
    if (this.#working.size === 0) return;
    this.#warn("waiting for a new token, to save it; ending now may mean to authorise again");
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  /** A store of which it is known when it is at work: a client locks it for as long as it fetches a token. */
  #watched(store: TokenStore): TokenStore {
    return {
      ...store,
      withLock: async (key, work) => {
        const working = store.withLock(key, work);
        this.#working.add(working);
        try {
          return await working;
        } finally {
          this.#working.delete(working);
        }
      },
    };
  }
}
