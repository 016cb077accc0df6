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
};

export function backendProfile(version: string): BackendProfile {
  const at = parse(version);
  const waits = atLeast(at, [3, 5, 1]) || (at[0] === 3 && at[1] === 4 && at[2] >= 5);
  return {
    answersShutdown: atLeast(at, [3, 4, 0]),
    loopCountDefault: atLeast(at, [3, 4, 2]) ? 2 : 0,
    loopCountMutable: atLeast(at, [3, 4, 2]),
    waitsForFrontend: waits,
    refusesNewLoads: waits,
    arrowFlight: atLeast(at, [3, 5, 0]),
  };
}

type Triple = readonly [number, number, number];

function parse(version: string): Triple {
  const [major, minor, patch] = (version.split("-")[0] ?? "").split(".").map(Number);
  return [major ?? 0, minor ?? 0, patch ?? 0];
}

function atLeast(version: Triple, floor: Triple): boolean {
  const at = version.findIndex((part, index) => part !== floor[index]);
  return at === -1 || (version[at] ?? 0) > (floor[at] ?? 0);
}
