/**
 * Who owns a node's process: starts it, is asked to stop it, and may undo an exit that it did not order. A graceful exit
 * goes through the owner; its word on the process is the witness `process`.
 */
import type { ProcessState } from "#lib/cluster/observation.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, CommandLine } from "#server/orchestrator/ports.ts";

/** A process, as no other can be: a pid comes again, its start time with it does not. */
export type Running = {
  readonly pid: number;
  /** Its start in ticks since the machine's own: it never changes, while the time of day of it may by a second. */
  readonly startTicks: string;
  readonly startedAtMs: number;
  /** Where it runs, all links followed: of a release folder, which release that is. */
  readonly cwd: string | null;
};

/** How the last one ended, as far as the owner tells. A null is what it does not tell. */
export type LastEnd = {
  readonly exitCode: number | null;
  /** `SIGKILL`. */
  readonly signal: string | null;
  /** Its own limit was over, and it killed. */
  readonly timedOut: boolean | null;
  readonly said: string;
};

export type OwnerLook = {
  readonly state: ProcessState;
  /** Null: there is none, or the owner names none. */
  readonly running: Running | null;
  /** New at every start: `pid 4711, start 8234567, boot 1a2b3c4d`. */
  readonly identity: string | null;
  /** The owner's own word and remark: `active/running`, `online`, "restarted 5 times". */
  readonly word: string;
  readonly remark: string;
  readonly version: string | null;
  readonly memoryPct: number | null;
  readonly lastEnd: LastEnd | null;
  /** With where: `app-1.service on web-1: ActiveState=active, SubState=running, MainPID=4711`. */
  readonly said: string;
};

/** What stands in the owner's own configuration, and bears on an exit. A null is what it does not tell. */
export type OwnerHabits = {
  /** What it sends first: `SIGTERM`, `SIGINT`, or null where it is a command of its own. */
  readonly stopSignal: string | null;
  /** When it kills by itself; null in `limitMs`: never. */
  readonly ownLimit: { readonly limitMs: number | null; readonly said: string } | null;
  /** It would start the process again after an exit that it did not order; how it says so. */
  readonly undoes: string | null;
  /** The program that it runs, word by word, and of what runs now. */
  readonly command: readonly string[] | null;
  /** What the kernel tells of how the running process takes the stop signal; null where none runs, or it is not known. */
  readonly taking: "handles" | "ignores" | "dies" | null;
  /** The process is pid 1 of its container or namespace: a signal that it has no handler for is dropped. */
  readonly isPidOne: boolean;
  /** Somebody else who started it and watches it: `systemd, as shop-1.service`. */
  readonly watchedBy: string | null;
  /** The program that a start would run, as the owner has it: in a release folder it is that release for ever. */
  readonly startsFrom?: string | null;
  readonly said: string;
};

export type StopOrder = {
  readonly commandId: string;
  readonly running: Running | null;
  /** Null: as long as it takes. The caller's clock ends it; the owner's own limit may come first. */
  readonly limitMs: number | null;
  readonly how: "graceful" | "plain";
};

export interface Owner {
  readonly kind: "signal" | "systemd" | "pm2" | "command";
  /** In words: "systemd, as app-1.service on web-1". */
  readonly name: string;
  /** Whether its looks carry an identity. Where they do not, the service's start time does. */
  readonly tellsIdentity: boolean;
  /** `close`: the node is in transition, and an answer that is a second old is too old. */
  look(close: boolean, signal: AbortSignal): Promise<Answer<OwnerLook>>;
  habits(signal: AbortSignal): Promise<Answer<OwnerHabits>>;
  /**
   * Asks for the graceful exit, and returns as soon as that is sent; the caller watches for the end. Under the same id it
   * is sent once. `refused`: it was not sent.
   */
  stop(order: StopOrder, signal: AbortSignal): Promise<Outcome>;
  /** SIGKILL to this very process, and to none that began after it. */
  kill(running: Running | null, signal: AbortSignal): Promise<Outcome>;
  /** Done: it was started, or runs already. Whether it serves, the service tells. */
  start(commandId: string, signal: AbortSignal): Promise<Outcome>;
  /** What the acts send, as they would be typed. */
  lines(act: "stop" | "kill" | "start"): readonly CommandLine[];
}
