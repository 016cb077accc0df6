/** A world whose nodes lie on hosts that are reached by a real sshd, over a line that loses its connections. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { randomFrom } from "#lib/run/testing/random.ts";
import { startCutLine, startSshd, type CutLine, type Sshd } from "#server/hosts/testing/sshd.ts";
import { startTwin, type StartOptions, type Twin } from "#twin/harness.ts";
import { startWorldOver, type World } from "./world.ts";

export type SshWorld = World & {
  readonly sshd: Sshd;
  readonly line: CutLine;
  /** The cluster's section, as it stands in the file. */
  readonly section: Readonly<Record<string, unknown>>;
  /** "SHA256:…", as it is read on the host itself. */
  readonly fingerprint: string;
};

const file = z.object({
  clusters: z.tuple([z.looseObject({ nodes: z.record(z.string(), z.looseObject({ name: z.string() })) })]),
});

/**
 * Each node has a host of its own, by its name; no key of any is known yet. `bring`: a version that lies on no host, and as
 * a package on the console's machine.
 */
export async function startSshWorld(options: StartOptions = {}, bring: string | null = null): Promise<SshWorld> {
  const [twin, sshd] = await Promise.all([startTwin({ load: "default", ...options }), startSshd()]);
  const line = await startCutLine(sshd.port);
  const configFile = join(sshd.folder, "hosts");
  const config = readFileSync(sshd.configure({ port: line.port, knownHosts: "" }), "utf8");
  const names = twin.nodes.map(({ name }) => name);
  writeFileSync(configFile, config.replace("Host host", `Host ${names.join(" ")}`));
  const [described] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const section = {
    ...described,
    ...(bring === null ? {} : { install: packageOf(twin, bring) }),
    hosts: names.map((name) => ({ name, kind: "ssh", destination: name, configFile })),
    nodes: Object.fromEntries(
      Object.entries(described.nodes).map(([address, node]) => [address, { ...node, host: node.name }]),
    ),
  };
  const world = await startWorldOver(twin, stringify({ clusters: [section] }), async () => {
    await Promise.all([twin.stop(), line.close()]);
    await sshd.stop();
  });
  return { ...world, sshd, line, section, fingerprint: printed(join(sshd.folder, "host.pub")) };
}

/** As it is published: one folder around it all. */
function packageOf(twin: Twin, version: string): Readonly<Record<string, unknown>> {
  const folder = join(twin.root, "packages");
  mkdirSync(folder);
  const file = join(folder, `StarRocks-${version}-ubuntu-amd64.tar.gz`);
  execFileSync("tar", ["-czf", file, "-C", join(twin.root, "artifacts"), `StarRocks-${version}`]);
  return { strategy: "swap", artifacts: join(twin.root, "releases"), packages: { folder } };
}

function printed(publicKey: string): string {
  return /SHA256:\S+/.exec(execFileSync("ssh-keygen", ["-lf", publicKey], { encoding: "utf8" }))?.[0] ?? "";
}

/**
 * Cuts what is open, and what is opened, at moments and bytes that the seed chose, until it is told to stop. The moments
 * are counted in what one connection takes: a machine that is busy with other things has as many cut as one that is not.
 */
export function keepCutting({ line, sshd }: SshWorld, seed: number): { readonly end: () => Promise<number> } {
  const random = randomFrom(seed);
  const connectionMs = timeOfConnection(sshd);
  const over = new AbortController();
  let cuts = 0;
  const cutting = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      await wait(connectionMs * (2 + random.next() * 10));
      if (over.signal.aborted) break;
      cuts += 1;
      // Some break off midway: in the handshake, in the command, in its answer.
      if (random.chance(0.3)) line.cutAfter(random.between(1, 6000));
      line.cut();
      await wait(connectionMs * random.next());
      line.cutAfter(null);
    }
  })();
  return {
    end: async () => {
      over.abort();
      await cutting;
      return cuts;
    },
  };
}

function timeOfConnection(sshd: Sshd): number {
  const beganAtMs = performance.now();
  const times = 3;
  for (let time = 0; time < times; time += 1)
    execFileSync("ssh", ["-F", sshd.configure(), "-o", "ControlPath=none", "host", "true"]);
  return (performance.now() - beganAtMs) / times;
}

const wait = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/** What is left of the commands that ran on the hosts: jobs without an end, files of acts that broke off, processes. */
export function leftBehind(twin: Twin): readonly string[] {
  const left = twin.nodes.flatMap(({ name, home }) =>
    execFileSync("find", [home, "-path", `${home}/.sluice/*`, "-printf", "%P\n"], { encoding: "utf8" })
      .split("\n")
      .filter((path) => path !== "")
      .map((path) => ({ name, path })),
  );
  const jobs = left.filter(({ path }) => /^\.sluice\/run\/[0-9a-f]{24}$/.test(path));
  const has = (name: string, path: string): boolean => left.some((each) => each.name === name && each.path === path);
  const running = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  return [
    ...jobs
      .filter(({ name, path }) => !has(name, `${path}/status`))
      .map(({ name, path }) => `${name}: ${path} has no end`),
    ...left
      .filter(({ path }) => /\.new$|^\.sluice\/(stage|installing|returning|sums)/.test(path))
      .map(({ name, path }) => `${name}: ${path}`),
    ...running.filter((args) => /sluice-job/.test(args) && args.includes(twin.root)),
  ];
}
