/** The directories of a twin: what an installation of StarRocks would look like, once a node and once a version. */
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { giveDisk } from "./faults/disks.ts";
import { layOutFaults } from "./faults/store.ts";
import { atLeast, parseVersion, since } from "./version.ts";

export type Role = "fe" | "be" | "cn";
export type TwinNode = {
  readonly name: string;
  readonly role: Role;
  readonly host: string;
  readonly home: string;
  /** An FE that does not vote. */
  readonly observer: boolean;
  /** Where a compute node belongs, in shared_data. */
  readonly warehouse: string | null;
};

export type Settings = {
  readonly root: string;
  readonly subnet: string;
  readonly frontends: number;
  /** Further FEs, that do not vote. */
  readonly observers: number;
  readonly backends: number;
  readonly computeNodes: number;
  /** In shared_data there are no replicas, and all work is the compute nodes'. */
  readonly runMode: "shared_nothing" | "shared_data";
  /** Of shared_data alone: compute nodes are dealt out to these in turn. */
  readonly warehouses: readonly string[];
  readonly version: string;
  /** Versions that lie ready to be installed. */
  readonly artifacts: readonly string[];
  /** Nodes with a small disk of their own, which can be filled. Needs the right to mount. */
  readonly disks: readonly string[];
  readonly heartbeatSeconds: number;
  readonly feGracefulMinSeconds: number;
  /** Further lines of each role's conf file. */
  readonly conf: Readonly<Record<Role, readonly string[]>>;
};

/** The one build that the twin plays, under several numbers. */
export const buildHash = "70d1c24";

/** FEs (observers the last of them) are subnet.1 and on, BEs .11 and on, CNs .21 and on (BEs .101, CNs .201 in a larger twin). */
export function nodesOf(settings: Settings): readonly TwinNode[] {
  const wide = settings.backends > 10 || settings.frontends + settings.observers > 10;
  return [
    ...numbered(settings, "fe", settings.frontends + settings.observers, 0),
    ...numbered(settings, "be", settings.backends, wide ? 100 : 10),
    ...numbered(settings, "cn", settings.computeNodes, wide ? 200 : 20),
  ];
}

function numbered(settings: Settings, role: Role, count: number, offset: number): readonly TwinNode[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${role}-${String(index + 1).padStart(2, "0")}`;
    const home = join(settings.root, "nodes", name);
    const warehouse =
      settings.runMode === "shared_data" && role === "cn"
        ? (settings.warehouses[index % settings.warehouses.length] ?? null)
        : null;
    const observer = role === "fe" && index >= settings.frontends;
    return { name, role, host: `${settings.subnet}.${offset + index + 1}`, home, observer, warehouse };
  });
}

export function layOut(settings: Settings, nodes: readonly TwinNode[]): void {
  const clients = { load: `${settings.subnet}.251`, test: `${settings.subnet}.250` };
  layOutFaults(settings.root, { ...Object.fromEntries(nodes.map((node) => [node.name, node.host])), ...clients });
  writeJdk(settings.root);
  for (const version of new Set([settings.version, ...settings.artifacts]))
    for (const role of ["fe", "be", "cn"] as const)
      writeArtifact(artifact(settings.root, version, role), version, role);
  for (const node of nodes) {
    if (settings.disks.includes(node.name)) giveDisk(node.home);
    mkdirSync(join(node.home, "conf"), { recursive: true });
    for (const folder of ["log", node.role === "fe" ? "meta" : "storage"]) mkdirSync(join(node.home, folder));
    install(settings.root, settings.version, node);
    writeFileSync(join(node.home, "conf", `${node.role}.conf`), confText(settings, node));
  }
}

export function artifact(root: string, version: string, role: Role): string {
  return join(root, "artifacts", `StarRocks-${version}`, role);
}

/** As the documents say: `bin` and `lib` replaced (an FE's `spark-dpp` too), everything else left alone. */
export function install(root: string, version: string, node: TwinNode): void {
  const from = artifact(root, version, node.role);
  for (const folder of readdirSync(from)) {
    rmSync(join(node.home, folder), { recursive: true, force: true });
    cpSync(join(from, folder), join(node.home, folder), { recursive: true });
  }
}

function writeArtifact(folder: string, version: string, role: Role): void {
  const scripts = join(import.meta.dirname, "scripts");
  const bin = join(folder, "bin");
  const lib = join(folder, "lib");
  mkdirSync(bin, { recursive: true });
  mkdirSync(lib, { recursive: true });
  for (const [from, file] of scriptsOf(role, version)) cpSync(join(scripts, from, file), join(bin, file));
  writeFileSync(join(lib, "version"), `${version}-${buildHash}\n`);
  writeProgram(join(lib, role === "fe" ? "starrocks_fe" : "starrocks_be"));
  if (role !== "fe") return;
  writeFileSync(join(lib, "starrocks-fe.jar"), `${version}\n`);
  mkdirSync(join(folder, "spark-dpp"), { recursive: true });
  writeFileSync(join(folder, "spark-dpp", "spark-dpp-with-dependencies.jar"), `${version}\n`);
}

/** The folder that each script of a version comes from (fact sheet 3.2 to 3.5). */
function scriptsOf(role: Role, text: string): readonly (readonly [string, string])[] {
  const version = parseVersion(text);
  const common = (file: string): readonly [string, string] => ["common", file];
  const minor = atLeast(version, [4, 0, 0]) ? "4.0" : atLeast(version, [3, 5, 0]) ? "3.5" : "3.4";
  const stop = atLeast(version, [4, 0, 0]) ? "4.0" : atLeast(version, [3, 4, 2]) ? "3.4" : "3.3";
  if (role === "fe")
    return [
      common("common.sh"),
      common("show_fe_version.sh"),
      [atLeast(version, [3, 4, 0]) ? minor : "3.3", "start_fe.sh"],
      [stop, "stop_fe.sh"],
    ];
  // The operator's thresholds for a preStop that waits.
  const waits = since(version, [3, 3, 17], [3, 4, 6], [3, 5, 2]);
  return [
    common("common.sh"),
    common("start_backend.sh"),
    common("show_be_version.sh"),
    common(`start_${role}.sh`),
    role === "be" ? [stop, "stop_be.sh"] : [waits ? "3.4" : "3.3", "stop_cn.sh"],
  ];
}

/**
 * A small file that is a shell script to the kernel and a module to Node, so that copying a `lib` copies no 150 MB
 * and a path with blanks in it works. `exec` keeps the pid that the start script knows.
 */
function writeProgram(file: string): void {
  const boot = pathToFileURL(join(import.meta.dirname, "boot.ts")).href;
  const node = process.execPath.replaceAll("'", `'\\''`);
  writeFileSync(
    file,
    `#!/bin/sh\n":" //; unset NODE_OPTIONS; exec '${node}' --max-semi-space-size=2 "$0" "$@"\nimport(${JSON.stringify(boot)});\n`,
  );
  chmodSync(file, 0o755);
}

/**
 * start_fe.sh asks for a JDK of 17 and later; this one only says that it is, and runs an FE's `-v` from the lib that its
 * class path ends in, for who asks a release that has no scripts of its own.
 */
function writeJdk(root: string): void {
  const java = join(root, "jdk", "bin", "java");
  mkdirSync(join(root, "jdk", "bin"), { recursive: true });
  writeFileSync(
    java,
    [
      "#!/bin/sh",
      'case "$*" in *com.starrocks.StarRocksFE*-v) exec "${2##*:}/starrocks_fe" -v ;; esac',
      `echo 'openjdk version "17.0.13" 2024-10-15' >&2`,
      "",
    ].join("\n"),
  );
  chmodSync(java, 0o755);
}

function confText(settings: Settings, node: TwinNode): string {
  const shared = [`TWIN_ROOT = ${settings.root}`, `twin_host = ${node.host}`, `priority_networks = ${node.host}/32`];
  const lines = node.role === "fe" ? [...shared, ...frontendConf(settings)] : [...shared, ...backendConf(node)];
  return `${[...lines, ...settings.conf[node.role]].join("\n")}\n`;
}

function frontendConf(settings: Settings): readonly string[] {
  return [
    "LOG_DIR = ${STARROCKS_HOME}/log",
    `JAVA_HOME = ${join(settings.root, "jdk")}`,
    "http_port = 8030",
    "rpc_port = 9020",
    "query_port = 9030",
    "edit_log_port = 9010",
    `run_mode = ${settings.runMode}`,
    `heartbeat_timeout_second = ${settings.heartbeatSeconds}`,
    `min_graceful_exit_time_second = ${settings.feGracefulMinSeconds}`,
  ];
}

function backendConf(node: TwinNode): readonly string[] {
  return [
    "be_port = 9060",
    "be_http_port = 8040",
    "heartbeat_service_port = 9050",
    "brpc_port = 8060",
    ...(node.role === "be" ? ["storage_root_path = ${STARROCKS_HOME}/storage"] : []),
  ];
}
