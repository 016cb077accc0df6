/**
 * How often somebody may guess. A few failures are free; then every further try has to wait, twice as long each time.
 * A try counts as failed from the moment it begins, so that many at once are no way around it.
 */
export type TryLimits = {
  readonly free: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** After this long without a failure it is as if there had been none. */
  readonly forgetMs: number;
  readonly mostKeys: number;
};

/** A person mistypes; the longest wait is short enough that nobody is kept out by somebody else's guesses for long. */
export const TRIES_OF_NAME: TryLimits = {
  free: 5,
  firstWaitMs: 10_000,
  longestWaitMs: 5 * 60_000,
  forgetMs: 30 * 60_000,
  mostKeys: 10_000,
};
/** Behind one address there may be many people. */
export const TRIES_OF_ADDRESS: TryLimits = { ...TRIES_OF_NAME, free: 20, longestWaitMs: 15 * 60_000 };

export interface Tries {
  /** How long this one has to wait before the next try; 0: not at all, and a try has begun. */
  begin(key: string): number;
  /** It was no failure, and those before it are forgotten too. */
  succeeded(key: string): void;
  /** It was no failure; those before it still count. */
  forgive(key: string): void;
  failuresOf(key: string): number;
}

type Entry = { readonly failures: number; readonly lastAtMs: number };

export function createTries(limits: TryLimits, now: () => number): Tries {
  const entries = new Map<string, Entry>();

  function entryOf(key: string): Entry | null {
    const entry = entries.get(key);
    return entry === undefined || now() - entry.lastAtMs >= limits.forgetMs ? null : entry;
  }

  return {
    begin(key) {
      const entry = entryOf(key);
      const leftMs = entry === null ? 0 : entry.lastAtMs + waitAfter(entry.failures, limits) - now();
      if (leftMs > 0) return leftMs;
      // Set anew, it stands at the end: what is dropped first is what was tried longest ago.
      entries.delete(key);
      entries.set(key, { failures: (entry?.failures ?? 0) + 1, lastAtMs: now() });
      const [oldest] = entries.keys();
      if (entries.size > limits.mostKeys && oldest !== undefined) entries.delete(oldest);
      return 0;
    },
    succeeded: (key) => void entries.delete(key),
    forgive(key) {
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, failures: entry.failures - 1 });
    },
    failuresOf: (key) => entryOf(key)?.failures ?? 0,
  };
}

function waitAfter(failures: number, { free, firstWaitMs, longestWaitMs }: TryLimits): number {
  if (failures < free) return 0;
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(30, failures - free));
}

/** Who has one IPv6 address has a network of them: its first half names who that is. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail = ""] = plain.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = plain.includes("::") ? Math.max(0, 8 - before.length - after.length) : 0;
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
