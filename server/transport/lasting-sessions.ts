/**
 * Sessions that outlive the console as long as their file can be written. On a full disk people have to come in all the
 * same, to see what is wrong: what cannot be kept then lives as long as this process.
 */
import type { TransportLog } from "./needs.ts";
import { openSessions, type Sessions } from "./session.ts";

export function openLastingSessions(file: string, sessionMs: number, now: () => number, log: TransportLog): Sessions {
  const passing = openSessions(":memory:", sessionMs, now);
  const kept = openKept(file, sessionMs, now, log);
  if (kept === null) return passing;
  /** Logged out where that could not be written down. */
  const ended = new Set<string>();

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
    find: (secret) => (ended.has(secret) ? null : (kept.find(secret) ?? passing.find(secret))),
    end(secret) {
      passing.end(secret);
      orPassing(
        () => kept.end(secret),
        () => void ended.add(secret),
      );
    },
    close() {
      kept.close();
      passing.close();
    },
  };
}

function openKept(file: string, sessionMs: number, now: () => number, log: TransportLog): Sessions | null {
  try {
    return openSessions(file, sessionMs, now);
  } catch (error) {
    log.error("Sessions cannot be kept: they end with this process", { file, error });
    return null;
  }
}
