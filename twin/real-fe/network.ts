/**
 * Where real front ends live. One binds every address of its machine to each of its ports, and all of a cluster have the
 * same ports: so one can live on the loopback, and several need a network namespace each.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwinNode } from "../layout.ts";
import { addressOf } from "../sql.ts";

export type Ports = {
  readonly http: number;
  readonly rpc: number;
  readonly query: number;
  readonly editLog: number;
};

export type Place = {
  /** The first three numbers of every address. */
  readonly prefix: string;
  readonly ports: Ports;
  /** What goes before a command that is to run where this node lives. */
  readonly before: (node: TwinNode) => readonly string[];
  /** The line of fe.conf by which a front end knows which of the machine's addresses is its own. */
  readonly addressLine: (node: TwinNode) => string;
};

/** Others than the usual ones: a front end would take those from every other twin on the machine. */
const LOOPBACK_PORTS: Ports = { http: 18030, rpc: 19020, query: 19030, editLog: 19010 };
const USUAL_PORTS: Ports = { http: 8030, rpc: 9020, query: 9030, editLog: 9010 };

export function onLoopback(prefix: string): Place {
  return {
    prefix,
    ports: LOOPBACK_PORTS,
    before: () => [],
    // priority_networks passes over every loopback address (FrontendOptions.initAddrUseIp); this takes any.
    addressLine: ({ host }) => `frontend_address = ${host}`,
  };
}

/** Why no namespaces can be made here; null where they can. */
export function whyNoNamespaces(): string | null {
  if (process.getuid?.() !== 0) return "that needs root";
  try {
    ip("netns", "list");
    return null;
  } catch {
    return "there is no ip command (iproute2)";
  }
}

/**
 * A bridge of this twin's own, with an address on it for each backend, so that backends, console and clients work as
 * anywhere; and each front end behind it in a namespace of its own. 198.18.0.0/15 belongs to tests (RFC 2544).
 */
export function inNamespaces(number: string, frontends: number, backends: readonly TwinNode[], root: string): Place {
  const prefix = `198.18.${number}`;
  const made = { bridge: `twin${number}`, namespaces: numbers(frontends).map((n) => `twin${number}-fe${n}`) };
  writeFileSync(join(root, FILE), JSON.stringify(made));
  ip("link", "add", made.bridge, "type", "bridge");
  ip("addr", "add", `${prefix}.254/24`, "dev", made.bridge);
  ip("link", "set", made.bridge, "up");
  const clients = [addressOf("test", `${prefix}.0`), addressOf("load", `${prefix}.0`)];
  for (const host of [...backends.map(({ host }) => host), ...clients])
    ip("addr", "add", `${host}/32`, "dev", made.bridge);
  for (const [index, namespace] of made.namespaces.entries()) {
    const outer = `${made.bridge}-${index + 1}`;
    ip("netns", "add", namespace);
    ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("link", "set", outer, "master", made.bridge, "up");
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "addr", "add", `${prefix}.${index + 1}/24`, "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
  }
  return {
    prefix,
    ports: USUAL_PORTS,
    before: ({ role, name }) =>
      role === "fe" ? ["ip", "netns", "exec", `twin${number}-fe${Number(name.split("-")[1])}`] : [],
    addressLine: () => `priority_networks = ${prefix}.0/24`,
  };
}

const FILE = "network.json";

/** Takes away what `inNamespaces` made for this root; nothing where it made nothing. */
export function takeNetworkOf(root: string): void {
  const file = join(root, FILE);
  if (!existsSync(file)) return;
  const made: { readonly bridge: string; readonly namespaces: readonly string[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  // A namespace takes its half of the pair with it, and the other half goes too.
  for (const namespace of made.namespaces) attempt(() => ip("netns", "del", namespace));
  attempt(() => ip("link", "del", made.bridge));
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It was not made, or is gone already.
  }
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
