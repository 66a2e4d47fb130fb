/** What a store keeps of one account. Every field is a secret but the times. */
export interface StoredTokens {
  /** The newest refresh token; absent for a grant that has none. */
  readonly refreshToken?: string;
  /** Absent when the last answer brought none that can be used. */
  readonly accessToken?: string;
  /** When the access token was received, ISO 8601 in UTC. */
  readonly obtainedAt?: string;
  /** When the access token ends, ISO 8601 in UTC. */
  readonly expiresAt?: string;
}

/**
 * Where tokens outlive a client, shared by every client and process that is given it.
 *
 * A key stands for one account: a text without secrets, made from the provider, its token endpoint, the client id and a
 * hash of the credential that the account was set up with. So two accounts never share a token, and whoever authorises
 * again and gives a new refresh token begins anew. What stands under a key is replaced, never removed.
 */
export interface TokenStore {
  /**
   * The tokens last written under a key; `undefined` when there are none.
   *
   * @throws when the store cannot be read: then no token is asked for
   */
  read(key: string): Promise<StoredTokens | undefined>;
  /**
   * Replaces what stands under a key: completely and for good once it is back, or not at all.
   *
   * @throws when it cannot be saved: what stood there stays
   */
  write(key: string, tokens: StoredTokens): Promise<void>;
  /**
   * Does work that no other holder of this key, here or in another process, does at the same time; what it returns. The
   * work reads and writes the store.
   *
   * @throws when its turn does not come, or what the work throws
   */
  withLock<Value>(key: string, work: () => Promise<Value>): Promise<Value>;
}

/**
 * A store in memory, gone with the process: the default of a client, each with one of its own. Give one to several
 * clients of the same account, so that they share its tokens.
 */
export function memoryTokenStore(): TokenStore {
  const kept = new Map<string, StoredTokens>();
  const turns = new Map<string, Promise<unknown>>();
  return {
    async read(key) {
      return kept.get(key);
    },
    async write(key, tokens) {
      kept.set(key, tokens);
    },
    async withLock(key, work) {
      const before = turns.get(key);
      const turn = before === undefined ? work() : before.then(work, work);
      turns.set(key, turn);
      try {
        return await turn;
      } finally {
        if (turns.get(key) === turn) turns.delete(key);
      }
    },
  };
}
