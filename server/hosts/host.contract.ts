import { describe, expect, it } from "vitest";
import type { Host, RunOnceOptions, RunOnceResult } from "#server/orchestrator/host.ts";

export type HostUnderTest = {
  readonly host: Host;
  /** A directory on the host that is empty, and removed afterwards. */
  readonly directory: string;
};

/** What every host promises, whatever lies between it and the console. */
export function hostContract(
  name: string,
  withHost: (use: (under: HostUnderTest) => Promise<void>) => Promise<void>,
): void {
  describe(`${name} keeps the promises of a host`, () => {
    const onHost = (use: (under: HostUnderTest) => Promise<void>) => async () => await withHost(use);

    it(
      "run gives exit code and both outputs, and passes every argument as it stands",
      onHost(async ({ host }) => {
        const argv = ["/bin/sh", "-c", 'printf "%s|" "$@"; echo bad >&2; exit 3', "x", "a b", "$(id)", "';\"", ""];
        const answer = await host.run(argv, { timeoutMs: 5000 });
        expect(answer).toEqual({ ok: true, exitCode: 3, stdout: "a b|$(id)|';\"||", stderr: "bad\n" });
      }),
    );

    it(
      "run says why a command that is not there cannot be run, without throwing",
      onHost(async ({ host }) => {
        const answer = await host.run(["/no/such/command"], { timeoutMs: 5000 });
        const failed = !answer.ok || answer.exitCode !== 0;
        expect(failed).toBe(true);
      }),
    );

    it(
      "runOnce runs a command once, however often it is asked, also at the same time",
      onHost(async (under) => {
        const argv = [
          "/bin/sh",
          "-c",
          'echo ran >>"$1"; echo out; echo err >&2; exit 7',
          "x",
          `${under.directory}/log`,
        ];
        const answers = await Promise.all([1, 2, 3].map(async () => await once(under, "run-1/be-01/exit/1", argv)));
        const later = await once(under, "run-1/be-01/exit/1", argv);
        const expected: RunOnceResult = { state: "ended", exitCode: 7, stdout: "out\n", stderr: "err\n" };
        expect([...answers, later]).toEqual([expected, expected, expected, expected]);
        expect(await read(under, "log")).toBe("ran\n");
      }),
    );

    it(
      "runOnce runs again under another id",
      onHost(async (under) => {
        const argv = ["/bin/sh", "-c", 'echo ran >>"$1"', "x", `${under.directory}/log`];
        await once(under, "a", argv);
        await once(under, "b", argv);
        expect(await read(under, "log")).toBe("ran\nran\n");
      }),
    );

    it(
      "runOnce leaves a command running when the wait is over, and tells its end when asked again",
      onHost(async (under) => {
        const wait = 'while [ ! -e "$1" ]; do sleep 0.05; done; echo seen';
        const argv = ["/bin/sh", "-c", wait, "x", `${under.directory}/go`];
        expect(await once(under, "long", argv, { waitMs: 100 })).toEqual({ state: "running" });
        await under.host.run(["touch", `${under.directory}/go`], { timeoutMs: 5000 });
        expect(await once(under, "long", argv)).toMatchObject({ state: "ended", exitCode: 0, stdout: "seen\n" });
      }),
    );

    it(
      "runOnce that may not begin runs nothing, and tells the end of what was begun before",
      onHost(async (under) => {
        const argv = ["/bin/sh", "-c", 'echo ran >>"$1"', "x", `${under.directory}/log`];
        expect(await once(under, "look", argv, { begin: false })).toEqual({ state: "none" });
        await once(under, "look", argv);
        expect(await once(under, "look", argv, { begin: false })).toMatchObject({ state: "ended", exitCode: 0 });
        expect(await read(under, "log")).toBe("ran\n");
      }),
    );

    it(
      "runOnce gives the command its directory and environment",
      onHost(async (under) => {
        const argv = ["/bin/sh", "-c", 'echo "$PWD $GREETING"'];
        const result = await once(under, "env", argv, { cwd: under.directory, env: { GREETING: "good day" } });
        expect(result).toMatchObject({ stdout: `${under.directory} good day\n` });
      }),
    );

    it(
      "a command that was killed with its keeper is unknown, and is not run again",
      onHost(async (under) => {
        const argv = [
          "/bin/sh",
          "-c",
          'echo "$PPID" >"$1.new"; mv "$1.new" "$1"; exec sleep 60',
          "x",
          `${under.directory}/keeper`,
        ];
        await once(under, "killed", argv, { waitMs: 0 });
        const keeper = await until(async () => (await read(under, "keeper")).trim() || null);
        const children = await under.host.run(["pgrep", "-P", keeper], { timeoutMs: 5000 });
        const pids = children.ok ? children.stdout.trim().split("\n") : [];
        await under.host.run(["kill", "-9", keeper, ...pids], { timeoutMs: 5000 });
        const result = await until(async () => {
          const answer = await once(under, "killed", argv, { waitMs: 0 });
          return answer.state === "running" ? null : answer;
        });
        expect(result.state).toBe("unknown");
      }),
    );
  });
}

async function once(
  { host, directory }: HostUnderTest,
  id: string,
  argv: readonly string[],
  options: Partial<RunOnceOptions> = {},
): Promise<RunOnceResult> {
  const { signal } = new AbortController();
  const defaults: RunOnceOptions = {
    stateDir: `${directory}/run`,
    cwd: "/",
    env: {},
    begin: true,
    waitMs: 20_000,
    signal,
  };
  return await host.runOnce(id, argv, { ...defaults, ...options });
}

async function read({ host, directory }: HostUnderTest, file: string): Promise<string> {
  const answer = await host.run(["cat", `${directory}/${file}`], { timeoutMs: 5000 });
  return answer.ok ? answer.stdout : "";
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
  }
}
