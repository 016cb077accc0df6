/** A machine where commands run, as drivers need it. Implemented by `hosts`; handed in by `compose.ts`. */
import type { ShownKey } from "#lib/wire/configuration.ts";

export type HostAnswer =
  | { readonly ok: true; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /**
   * It could not be run, or did not end in time. `why` is a sentence for an operator. `lost`: the way to the host broke,
   * before or after it ran there; `brokeOff`: midway, so that the next try may come through. `key`: nothing was run, because of the key that the host shows.
   */
  | {
      readonly ok: false;
      readonly why: string;
      readonly lost?: true;
      readonly brokeOff?: true;
      readonly key?: ShownKey;
    };

export type RunOnceResult =
  | { readonly state: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** The wait is over and it runs on; asking again under the same id waits on. */
  | { readonly state: "running" }
  /** Nothing was ever begun under this id, and nothing was to be. */
  | { readonly state: "none" }
  /** It was begun, and neither an exit status nor a live process tells how it went: look, never assume. */
  | { readonly state: "unknown"; readonly why: string }
  /** The host does not answer: whether it was begun, and how it goes, it will tell when it is asked again under this id. */
  | { readonly state: "silent"; readonly why: string };

export type RunOnceOptions = {
  /** A directory on the host, made when missing, that keeps what was run: `<home of the node>/.sluice/run`. */
  readonly stateDir: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** False: only ask what became of it, and begin nothing. */
  readonly begin: boolean;
  /** How long to wait for the end; null waits as long as it takes. */
  readonly waitMs: number | null;
  readonly signal: AbortSignal;
};

export type SentFile = {
  readonly path: string;
  readonly fromByte: number;
  readonly sent: (upToByte: number) => void;
};

export interface Host {
  readonly name: string;
  /** A short read or a quick act: `argv` as it stands, no shell between. */
  run(
    argv: readonly string[],
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<HostAnswer>;
  /**
   * Runs `argv` with a file of this machine, from a byte of it on, as its standard input: for what may be begun again
   * anywhere. It may take as long as something goes on; `sent` is told how far the file was read. Absent: it cannot.
   */
  readonly send?: (argv: readonly string[], file: SentFile, signal: AbortSignal) => Promise<HostAnswer>;
  /**
   * Runs `argv` detached, at most once for this id, whoever asks and how often; it outlives the console and the
   * connection, and its exit status can be asked for later.
   */
  runOnce(commandId: string, argv: readonly string[], options: RunOnceOptions): Promise<RunOnceResult>;
}
