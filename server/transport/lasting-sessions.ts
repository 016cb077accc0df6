/**
 * Sessions that outlive the console as long as their file can be written. On a full disk people have to come in all the
 * same, to see what is wrong: what cannot be kept then lives as long as this process.
 */
import type { TransportLog } from "./needs.ts";
import { openSessions, type Sessions, type StoredSession } from "./session.ts";

export function openLastingSessions(file: string, sessionMs: number, now: () => number, log: TransportLog): Sessions {
  const passing = openSessions(":memory:", sessionMs, now);
  const kept = openKept(file, sessionMs, now, log);
  if (kept === null) return passing;
  /** Logged out where that could not be written down: by their secret, or all of a name but one, that were open then. */
  const ended = new Set<string>();
  const endedOf: { readonly name: string; readonly except: string | null; readonly atMs: number }[] = [];
  const isEnded = ({ id, name, openedAtMs }: StoredSession): boolean =>
    endedOf.some((all) => sameName(all.name, name) && all.except !== id && (openedAtMs ?? 0) <= all.atMs);
  const standing = (found: StoredSession | null): StoredSession | null =>
    found === null || isEnded(found) ? null : found;

  function orPassing<T>(keep: () => T, pass: () => T): T {
    try {
      return keep();
    } catch (error) {
      log.error("Sessions cannot be kept: they end with this process", { file, error });
      return pass();
    }
  }

  return {
    createLink: (name, account) =>
      orPassing(
        () => kept.createLink(name, account),
        () => passing.createLink(name, account),
      ),
    redeem: (secret) =>
      orPassing(
        () => kept.redeem(secret),
        () => null,
      ) ?? passing.redeem(secret),
    open: (name, via, account) =>
      orPassing(
        () => kept.open(name, via, account),
        () => passing.open(name, via, account),
      ),
    find: (secret) => (ended.has(secret) ? null : (standing(kept.find(secret)) ?? passing.find(secret))),
    list: () => [...kept.list().filter((each) => !isEnded(each)), ...passing.list()],
    seen(id, atMs) {
      passing.seen(id, atMs);
      orPassing(
        () => kept.seen(id, atMs),
        () => undefined,
      );
    },
    end(secret) {
      passing.end(secret);
      orPassing(
        () => kept.end(secret),
        () => void ended.add(secret),
      );
    },
    endOf(name, except) {
      passing.endOf(name, except);
      orPassing(
        () => kept.endOf(name, except),
        () => void endedOf.push({ name, except, atMs: now() }),
      );
    },
    carryOver(id, account) {
      passing.carryOver(id, account);
      orPassing(
        () => kept.carryOver(id, account),
        () => undefined,
      );
    },
    close() {
      kept.close();
      passing.close();
    },
  };
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function openKept(file: string, sessionMs: number, now: () => number, log: TransportLog): Sessions | null {
  try {
    return openSessions(file, sessionMs, now);
  } catch (error) {
    log.error("Sessions cannot be kept: they end with this process", { file, error });
    return null;
  }
}
