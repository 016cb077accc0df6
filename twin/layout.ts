/** The directories of a twin: what an installation of StarRocks would look like, once a node and once a version. */
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export type Role = "fe" | "be" | "cn";
export type TwinNode = {
  readonly name: string;
  readonly role: Role;
  readonly host: string;
  readonly home: string;
};

export type Settings = {
  readonly root: string;
  readonly subnet: string;
  readonly frontends: number;
  readonly backends: number;
  readonly computeNodes: number;
  readonly version: string;
  /** Versions that lie ready to be installed. */
  readonly artifacts: readonly string[];
  readonly heartbeatSeconds: number;
  readonly feGracefulMinSeconds: number;
  /** Further lines of each role's conf file. */
  readonly conf: Readonly<Record<Role, readonly string[]>>;
};

/** The one build that the twin plays, under several numbers. */
export const buildHash = "70d1c24";

/** FEs are subnet.1 and on, BEs .11 and on, CNs .21 and on (BEs .101, CNs .201 in a larger twin). */
export function nodesOf(settings: Settings): readonly TwinNode[] {
  const wide = settings.backends > 10 || settings.frontends > 10;
  return [
    ...numbered(settings, "fe", settings.frontends, 0),
    ...numbered(settings, "be", settings.backends, wide ? 100 : 10),
    ...numbered(settings, "cn", settings.computeNodes, wide ? 200 : 20),
  ];
}

function numbered(settings: Settings, role: Role, count: number, offset: number): readonly TwinNode[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${role}-${String(index + 1).padStart(2, "0")}`;
    const home = join(settings.root, "nodes", name);
    return { name, role, host: `${settings.subnet}.${offset + index + 1}`, home };
  });
}

export function layOut(settings: Settings, nodes: readonly TwinNode[]): void {
  writeJdk(settings.root);
  for (const version of new Set([settings.version, ...settings.artifacts]))
    for (const role of ["fe", "be", "cn"] as const)
      writeArtifact(artifact(settings.root, version, role), version, role);
  for (const node of nodes) {
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

function scriptsOf(role: Role, version: string): readonly (readonly [string, string])[] {
  const generation = version.startsWith("3.") ? "3.5" : "4.0";
  const common = (file: string): readonly [string, string] => ["common", file];
  const own = (file: string): readonly [string, string] => [generation, file];
  if (role === "fe")
    return [common("common.sh"), common("start_fe.sh"), common("show_fe_version.sh"), own("stop_fe.sh")];
  return [
    common("common.sh"),
    common("start_backend.sh"),
    common("show_be_version.sh"),
    common(`start_${role}.sh`),
    own(`stop_${role}.sh`),
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
    "run_mode = shared_nothing",
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
