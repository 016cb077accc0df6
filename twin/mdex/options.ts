/** The flags of a Dgraph that a console meets, and those of the simulation, which all begin with `sim-`. */
import { parseArgs } from "node:util";

export type Options = {
  readonly host: string;
  readonly port: number;
  readonly threads: number;
  /** The request log (`--log`), the error log (`--out`) and the pid file (`--pidfile`). */
  readonly requestLog: string;
  readonly errorLog: string;
  readonly pidFile: string | null;
  /** `-A`: exit and restart by URL are not allowed (MDEX 6; deprecated there). */
  readonly noExit: boolean;
  readonly sim: Simulation;
};

export type Simulation = {
  readonly version: string;
  /** Where admin operations are answered: `/admin`, or Endeca Server's `/endeca-server/admin/<data domain>`. */
  readonly adminPath: string;
  /** After an exit was asked for: answer 503 (2.1), or close the port (6.5.2). */
  readonly onExit: "refuse" | "close";
  /**
   * How long a second of the engine's own takes: at 20 ms a limit of 30 s is over in 0.6 s. Null: its time stands still
   * but for what the control port advances it by.
   */
  readonly secondMs: number | null;
  /** How long a query takes that does not say so itself (`?sim-s=0.5`). */
  readonly querySeconds: number;
  /** How long the index takes to load before the port opens, in real time. */
  readonly startMs: number;
  /** A background merge under way at the start, for so many seconds. */
  readonly mergeSeconds: number | null;
  /** A port for the test's own acts: it is no part of a Dgraph. */
  readonly controlPort: number | null;
  /** What really happened, a JSON line each. */
  readonly truthFile: string | null;
  /** It ends with whoever holds its standard input: a test that was killed leaves none behind. */
  readonly withStdin: boolean;
};

export type Meant =
  { readonly is: "version"; readonly version: string } | { readonly is: "run"; readonly run: Options };

export function optionsOf(args: readonly string[]): Meant {
  const { values } = parseArgs({
    args: [...args],
    options: {
      version: { type: "boolean" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8000" },
      threads: { type: "string", default: "2" },
      log: { type: "string", default: "dgraph.reqlog" },
      out: { type: "string", default: "dgraph.log" },
      pidfile: { type: "string" },
      "no-exit": { type: "boolean", short: "A", default: false },
      "sim-version": { type: "string", default: "2.1.1" },
      "sim-admin-path": { type: "string", default: "/admin" },
      "sim-on-exit": { type: "string", default: "refuse" },
      "sim-second-ms": { type: "string", default: "1000" },
      "sim-query-s": { type: "string", default: "0.005" },
      "sim-start-ms": { type: "string", default: "0" },
      "sim-merge": { type: "string" },
      "sim-control-port": { type: "string" },
      "sim-truth": { type: "string" },
      "sim-with-stdin": { type: "boolean", default: false },
    },
  });
  if (values.version === true) return { is: "version", version: values["sim-version"] };
  const onExit = values["sim-on-exit"];
  if (onExit !== "refuse" && onExit !== "close") throw new Error("--sim-on-exit is refuse or close");
  const run: Options = {
    host: values.host,
    port: number("--port", values.port),
    threads: number("--threads", values.threads),
    requestLog: values.log,
    errorLog: values.out,
    pidFile: values.pidfile ?? null,
    noExit: values["no-exit"],
    sim: {
      version: values["sim-version"],
      adminPath: values["sim-admin-path"],
      onExit,
      secondMs: values["sim-second-ms"] === "manual" ? null : number("--sim-second-ms", values["sim-second-ms"]),
      querySeconds: number("--sim-query-s", values["sim-query-s"]),
      startMs: number("--sim-start-ms", values["sim-start-ms"]),
      mergeSeconds: optional("--sim-merge", values["sim-merge"]),
      controlPort: optional("--sim-control-port", values["sim-control-port"]),
      truthFile: values["sim-truth"] ?? null,
      withStdin: values["sim-with-stdin"],
    },
  };
  return { is: "run", run };
}

function optional(flag: string, text: string | undefined): number | null {
  return text === undefined ? null : number(flag, text);
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${flag} takes a number, not "${text}"`);
  return value;
}
