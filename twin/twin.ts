/** A whole twin: laid out, started, loaded, and taken away again without a trace of a process. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeDisksOf } from "./faults/disks.ts";
import { bringUp, type Say, until } from "./cluster.ts";
import { layOut, nodesOf, type Settings, type TwinNode } from "./layout.ts";
import { rates } from "./load/mix.ts";
import { endAll } from "./processes.ts";
import { sluiceConfig } from "./sluice-config.ts";
import { takeSubnet } from "./subnet.ts";
import { truthFile } from "./truth.ts";

export type TwinOptions = Omit<Settings, "subnet"> & {
  /** Null: the first free one of 127.0.10 and on. */
  readonly subnet: string | null;
  readonly load: keyof typeof rates;
};

export const defaults: Omit<TwinOptions, "root"> = {
  subnet: null,
  frontends: 3,
  backends: 4,
  computeNodes: 2,
  observers: 0,
  runMode: "shared_nothing",
  disks: [],
  warehouses: ["default_warehouse"],
  version: "3.5.7",
  artifacts: ["3.3.14", "3.4.8", "3.5.7", "4.0.7", "4.0.8"],
  heartbeatSeconds: 5,
  feGracefulMinSeconds: 15,
  conf: { fe: [], be: [], cn: [] },
  load: "default",
};

export type RunningTwin = {
  readonly root: string;
  readonly subnet: string;
  readonly configPath: string;
  readonly password: string;
  readonly nodes: readonly TwinNode[];
  /** Where the load listens; null when there is none. */
  readonly loadUrl: string | null;
  end(): Promise<void>;
};

/** Rejects with a sentence for people when it cannot be; nothing runs then. */
export async function runTwin(options: TwinOptions, say: Say): Promise<RunningTwin> {
  if (existsSync(options.root) && readdirSync(options.root).length > 0)
    throw new Error(`${options.root} is not empty; name another --root, or remove it`);
  mkdirSync(options.root, { recursive: true });
  const root = realpathSync(options.root);
  const subnet = await takeSubnet(options.subnet);
  if (subnet === null)
    throw new Error(`${options.subnet ?? "every network from 127.0.10 to 127.0.249"} is in use; end the other twin`);
  const end = async (): Promise<void> => {
    await endAll(root);
    takeDisksOf(root);
    subnet.release();
  };
  try {
    const settings: Settings = { ...options, root, subnet: subnet.prefix };
    const nodes = nodesOf(settings);
    const password = randomBytes(12).toString("hex");
    writeFileSync(join(root, "password"), `${password}\n`, { mode: 0o600 });
    writeFileSync(truthFile(root), "");
    layOut(settings, nodes);
    const configPath = join(root, "sluice.yaml");
    writeFileSync(configPath, sluiceConfig(root, nodes));
    say(`laid out ${nodes.length} nodes on ${subnet.prefix} in ${root}`);
    await bringUp(nodes, password, say);
    const hosts = nodes.filter((node) => node.role === "fe").map((node) => node.host);
    const loadUrl = await startLoad(root, hosts, options.load);
    say(options.load === "off" ? "the load waits, with every rate at 0" : `load: ${options.load}`);
    return { root, subnet: subnet.prefix, configPath, password, nodes, loadUrl, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function startLoad(root: string, hosts: readonly string[], load: keyof typeof rates): Promise<string> {
  const address = join(root, "load.json");
  const child = spawn(process.execPath, [join(import.meta.dirname, "load", "main.ts")], {
    env: {
      ...process.env,
      TWIN_ROOT: root,
      TWIN_LOAD: JSON.stringify({ root, hosts, rate: rates[load] }),
    },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  child.unref();
  await until("the load to listen", () => existsSync(address));
  const { url }: { readonly url: string } = JSON.parse(readFileSync(address, "utf8"));
  return url;
}
