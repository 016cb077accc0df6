/**
 * A real systemd, pid 1 of a machine of its own: own pids, mounts, cgroups, host name, the network of this one. It knows the
 * units that it is given and no other, and ends with whoever began it.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "#server/testing/ports.ts";

const INIT = "/lib/systemd/systemd";

/** Null where one can be had. */
export function whatSystemdLacks(): string | null {
  if (!existsSync(INIT)) return "systemd is not there; install systemd";
  if (process.getuid?.() !== 0) return "systemd as pid 1 of its own namespaces needs root";
  if (cgroupRoot() === null) return "no cgroup2 is mounted here, which systemd puts its units into";
  const tried = spawnSync("unshare", [...NAMESPACES, "true"]);
  if (tried.error !== undefined || tried.status !== 0) return "no namespaces may be made here; run as root";
  try {
    const tryOut = join(cgroupRoot() ?? "", `sluice-try-${process.pid}`);
    mkdirSync(tryOut);
    rmdirSync(tryOut);
    return null;
  } catch {
    return "no cgroup may be made here, which systemd puts its units into";
  }
}

const NAMESPACES = [
  "--pid",
  "--fork",
  "--kill-child",
  "--mount",
  "--mount-proc",
  "--uts",
  "--ipc",
  "--cgroup",
] as const;

function cgroupRoot(): string | null {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  return mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1] ?? null;
}

/** $1 its cgroup, $2 the folder of its units, the rest how its namespaces are made. */
const ENTER = `
cgroup=$1 units=$2; shift 2
echo $$ >"$cgroup/cgroup.procs" && exec "$@" /bin/sh -c "$BOOT" boot "$units"
`;

/** $1 the folder of its units. What it would say or set for this machine as a whole goes nowhere. */
const BOOT = `
set -e
mount -t tmpfs tmpfs /run
mount --bind /dev/null /dev/console
if [ -e /dev/kmsg ]; then mount --bind /dev/null /dev/kmsg; fi
umount -R -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -o bind,ro /proc/sys /proc/sys
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other SYSTEMD_UNIT_PATH="$1" SYSTEMD_GENERATOR_PATH=/nowhere \\
  SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/nowhere SYSTEMD_LOG_TARGET=console ${INIT} --system --unit=default.target \\
  --show-status=no systemd.machine_id=0123456789abcdef0123456789abcdef
`;

export type SystemdMachine = {
  /** Put before a command, it runs there. */
  readonly prefix: readonly string[];
  systemctl(...words: readonly string[]): string;
  stop(): Promise<void>;
};

/** `folder` takes its files; `units` by their names, with what stands in them. */
export async function bootSystemd(folder: string, units: Readonly<Record<string, string>>): Promise<SystemdMachine> {
  const unitFolder = join(folder, "units");
  mkdirSync(unitFolder, { recursive: true });
  for (const name of ["sysinit", "basic", "default", "shutdown"])
    writeFileSync(join(unitFolder, `${name}.target`), "[Unit]\nDefaultDependencies=no\n");
  for (const [name, text] of Object.entries(units)) writeFileSync(join(unitFolder, name), text);
  const cgroup = join(cgroupRoot() ?? "", `sluice-${process.pid}-${Date.now()}`);
  mkdirSync(cgroup);
  const argv = ["-c", ENTER, "enter", cgroup, unitFolder, ...ENDED_WITH_US, "unshare", ...NAMESPACES];
  const child = spawn("/bin/sh", argv, { env: { ...process.env, BOOT }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += String(chunk)));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  let prefix: readonly string[] = [];
  const run = (...words: readonly string[]): { readonly status: number | null; readonly stdout: string } => {
    const [file = "", ...rest] = [...prefix, "systemctl", ...words];
    return spawnSync(file, rest, { encoding: "utf8" });
  };
  await until("systemd runs", () => {
    if (child.exitCode !== null) throw new Error(`systemd ended: ${said}`);
    const pid = childOf(child.pid ?? 0);
    if (pid === null) return false;
    prefix = ["nsenter", "-t", String(pid), "-m", "-p", "-u", "-i", "-C", "--"];
    return readFileSync(`/proc/${pid}/comm`, "utf8") === "systemd\n" && run("is-system-running").stdout === "running\n";
  });
  return {
    prefix,
    systemctl: (...words) => run(...words).stdout.trim(),
    async stop() {
      // It ignores whatever is polite; with it ends its child, and with that the namespace and everything in it.
      child.kill("SIGKILL");
      await ended;
      await until("its cgroups are empty", () => isRemoved(cgroup));
    },
  };
}

const ENDED_WITH_US = ["setpriv", "--pdeathsig", "KILL", "--bounding-set", "-sys_boot,-sys_time,-sys_module"] as const;

function isRemoved(cgroup: string): boolean {
  const inside = readdirSync(cgroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  try {
    for (const { name } of inside) if (!isRemoved(join(cgroup, name))) return false;
    rmdirSync(cgroup);
    return true;
  } catch {
    return false;
  }
}

/** In this machine's own numbers. */
function childOf(parent: number): number | null {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim();
  return children === "" ? null : Number(children.split(" ")[0]);
}
