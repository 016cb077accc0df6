/** What `systemctl show` prints, read. Durations are text there, and the order of lines is not promised (systemd 252). */
import type { ProcessState } from "#lib/cluster/observation.ts";
import type { LastEnd, OwnerHabits } from "../owner.ts";
import { signalName } from "../proc.ts";

export const PROPERTIES =
  "Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainPID,ExecMainCode,ExecMainStatus,InvocationID,NRestarts," +
  "TimeoutStopUSec,KillSignal,KillMode,SendSIGKILL,Restart,StatusText,NeedDaemonReload,ExecStart,MemoryCurrent";

export type Shown = ReadonlyMap<string, string>;

/** `Key=Value` a line. */
export function shownOf(stdout: string): Shown {
  return new Map(
    stdout.split("\n").flatMap((line) => {
      const sign = line.indexOf("=");
      return sign < 1 || /\s/.test(line.slice(0, sign)) ? [] : [[line.slice(0, sign), line.slice(sign + 1)] as const];
    }),
  );
}

/** Where a unit has no main process it has ended, whatever it waits for: `activating (auto-restart)` is one. */
export function stateOf(shown: Shown): ProcessState {
  if ((shown.get("MainPID") ?? "0") === "0") return "gone";
  return shown.get("ActiveState") === "deactivating" ? "exiting" : "up";
}

/** 1 exited, 2 killed, 3 dumped (si_code of waitid). `Result=timeout`: its stop overran, and it was killed. */
export function lastEndOf(shown: Shown): LastEnd | null {
  const code = shown.get("ExecMainCode");
  const status = Number(shown.get("ExecMainStatus"));
  if (code === undefined || code === "0" || Number.isNaN(status)) return null;
  const result = shown.get("Result") ?? "";
  const wasKilled = code === "2" || code === "3";
  const words = wasKilled ? `killed by ${signalName(status)}` : `exit code ${status}`;
  return {
    exitCode: wasKilled ? null : status,
    signal: wasKilled ? signalName(status) : null,
    timedOut: result === "timeout",
    said: `systemd: ${words}, Result=${result}`,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `1min 30s`, `infinity`. Undefined: it is not a duration. */
export function durationMs(text: string): number | null | undefined {
  if (text === "infinity") return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w)\b/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count = "0", unit = "s"]) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

export function ownLimitOf(shown: Shown): OwnerHabits["ownLimit"] {
  const text = shown.get("TimeoutStopUSec") ?? "";
  if (shown.get("SendSIGKILL") === "no") return { limitMs: null, said: "SendSIGKILL=no" };
  const limitMs = durationMs(text);
  return limitMs === undefined ? null : { limitMs, said: `TimeoutStopUSec=${text}` };
}

/** A clean exit that nobody ordered counts as a reason to start again only for these (systemd.service, Restart=). */
export function undoesOf(shown: Shown): string | null {
  const restart = shown.get("Restart") ?? "no";
  return restart === "always" || restart === "on-success" ? `Restart=${restart}` : null;
}

export function stopSignalOf(shown: Shown): string | null {
  const text = shown.get("KillSignal");
  if (text === undefined || text === "") return null;
  return /^\d+$/.test(text) ? signalName(Number(text)) : text;
}

/** `{ path=/usr/bin/node ; argv[]=/usr/bin/node server.js ; … }` */
export function commandOf(shown: Shown): readonly string[] | null {
  const argv = /argv\[\]=(.*?) ;/.exec(shown.get("ExecStart") ?? "")?.[1];
  return argv === undefined ? null : argv.split(" ");
}
