import { describe, expect, it } from "vitest";
import {
  commandOf,
  durationMs,
  lastEndOf,
  ownLimitOf,
  shownOf,
  stateOf,
  stopSignalOf,
  undoesOf,
} from "./systemd-show.ts";

/** As systemctl 252 printed it for a unit of Debian 12; the order is its own. */
const RUNNING = `Restart=on-failure
TimeoutStopUSec=1min 30s
Result=success
NRestarts=0
ExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node server.js --port=8080 ; ignore_errors=no ; start_time=[Sat 2026-11-21 10:00:00 UTC] ; stop_time=[n/a] ; pid=4711 ; code=(null) ; status=0/0 }
MainPID=4711
ExecMainPID=4711
ExecMainCode=0
ExecMainStatus=0
InvocationID=0c2d5f1d3a0b4a0f9a6b0d8c5e1f2a3b
KillMode=control-group
KillSignal=15
SendSIGKILL=yes
Id=shop.service
LoadState=loaded
ActiveState=active
SubState=running
StatusText=a=b, well
NeedDaemonReload=no
`;

function after(...lines: readonly string[]): ReadonlyMap<string, string> {
  return shownOf(
    [
      ...RUNNING.split("\n").filter((line) => !lines.some((each) => line.startsWith(`${each.split("=")[0] ?? ""}=`))),
      ...lines,
    ].join("\n"),
  );
}

describe("what systemctl show prints", () => {
  it("is read whatever its order, and with signs in its values", () => {
    const shown = shownOf(RUNNING);
    expect(shown.get("StatusText")).toBe("a=b, well");
    expect(stateOf(shown)).toBe("up");
    expect(lastEndOf(shown)).toBeNull();
    expect(commandOf(shown)).toEqual(["/usr/bin/node", "server.js", "--port=8080"]);
    expect(stopSignalOf(shown)).toBe("SIGTERM");
    expect(ownLimitOf(shown)).toEqual({ limitMs: 90_000, said: "TimeoutStopUSec=1min 30s" });
  });

  it("tells a unit that leaves, and one that has no process whatever it waits for", () => {
    expect(stateOf(after("ActiveState=deactivating", "SubState=stop-sigterm"))).toBe("exiting");
    expect(stateOf(after("ActiveState=activating", "SubState=auto-restart", "MainPID=0"))).toBe("gone");
    expect(stateOf(after("ActiveState=failed", "MainPID=0"))).toBe("gone");
  });

  it("[S1-2] tells a clean end from a forced one: by its own limit, by a kill, by an exit code", () => {
    expect(lastEndOf(after("ExecMainCode=1", "ExecMainStatus=0"))).toMatchObject({
      exitCode: 0,
      signal: null,
      timedOut: false,
    });
    expect(lastEndOf(after("ExecMainCode=2", "ExecMainStatus=15"))).toMatchObject({
      exitCode: null,
      signal: "SIGTERM",
    });
    expect(lastEndOf(after("ExecMainCode=2", "ExecMainStatus=9", "Result=timeout"))).toMatchObject({
      signal: "SIGKILL",
      timedOut: true,
    });
  });

  it("would start again after a clean exit that nobody ordered only by two of its words", () => {
    expect(undoesOf(after("Restart=always"))).toBe("Restart=always");
    expect(undoesOf(after("Restart=on-success"))).toBe("Restart=on-success");
    expect([undoesOf(after("Restart=on-failure")), undoesOf(after("Restart=no"))]).toEqual([null, null]);
  });

  it("kills never by itself where it was told not to", () => {
    expect(ownLimitOf(after("SendSIGKILL=no"))).toMatchObject({ limitMs: null });
    expect(ownLimitOf(after("TimeoutStopUSec=infinity"))).toMatchObject({ limitMs: null });
    expect(ownLimitOf(after("TimeoutStopUSec="))).toBeNull();
  });

  it("writes durations as text", () => {
    const texts = ["5s", "1min 30s", "2h", "1.5s", "250ms", "1d 2h 3min", "infinity", "soon"];
    expect(texts.map(durationMs)).toEqual([5000, 90_000, 7_200_000, 1500, 250, 93_780_000, null, undefined]);
  });
});
