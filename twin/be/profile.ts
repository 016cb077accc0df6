import { atLeast, parseVersion, since } from "../version.ts";

/**
 * What an exiting BE or CN does, by version: rows of the matrix in the StarRocks fact sheet (0.1, 4.2). Code asks for a
 * capability, never for a version.
 */
export type BackendProfile = {
  /** 3.4.0: heartbeats are answered SHUTDOWN while exiting; before that with an ordinary error. */
  readonly answersShutdown: boolean;
  /** 3.4.2: 2 and mutable; before that 0 and read at the start. */
  readonly loopCountDefault: number;
  readonly loopCountMutable: boolean;
  /** 3.4.5, 3.5.1: `graceful_exit_wait_for_frontend_heartbeat` exists, and new loads are refused during the exit. */
  readonly waitsForFrontend: boolean;
  readonly refusesNewLoads: boolean;
  /** From 3.5 the Arrow Flight SQL server is one of the parts that exit. */
  readonly arrowFlight: boolean;
  /** In 3.4 alone the data cache is one of them. */
  readonly dataCacheExits: boolean;
  /** The log names the sender's command beside its pid (3.5.11). */
  readonly namesSender: boolean;
};

export function backendProfile(version: string): BackendProfile {
  const at = parseVersion(version);
  const waits = since(at, [3, 4, 5], [3, 5, 1]);
  return {
    answersShutdown: atLeast(at, [3, 4, 0]),
    loopCountDefault: atLeast(at, [3, 4, 2]) ? 2 : 0,
    loopCountMutable: atLeast(at, [3, 4, 2]),
    waitsForFrontend: waits,
    refusesNewLoads: waits,
    arrowFlight: atLeast(at, [3, 5, 0]),
    dataCacheExits: at[0] === 3 && at[1] === 4,
    namesSender: atLeast(at, [3, 5, 11]),
  };
}
