/** What a site's hosts answer to each command of the driver's. Nothing runs. */
import type { Host, HostAnswer } from "#server/orchestrator/host.ts";
import type { SiteNode } from "./site.ts";

export function hostOf(node: SiteNode, nowMs: () => number): Host {
  return {
    name: `host-${node.id}`,
    run: async (argv) => await Promise.resolve(answer(node, argv, nowMs())),
    runOnce: async () => await Promise.resolve({ state: "none" }),
  };
}

function answer(node: SiteNode, argv: readonly string[], nowMs: number): HostAnswer {
  const { host } = node;
  if (host.broken !== null) return { ok: true, exitCode: 1, stdout: "", stderr: host.broken };
  const shell = argv.indexOf("-c");
  if (shell >= 0) return script(node, argv[shell + 2] ?? "", argv.slice(shell + 3), argv[shell + 1] ?? "", nowMs);
  if (argv[0] === "sed") return says(node.role === "fe" && host.java !== null ? "/usr/lib/jvm/default" : "");
  if (argv[0] === "env") return versionIn(node, (argv.at(-1) ?? "").replace(/\/bin\/[^/]*$/, ""));
  throw new Error(`the site knows no command ${argv.join(" ")}`);
}

function says(stdout: string, exitCode = 0): HostAnswer {
  return { ok: true, exitCode, stdout, stderr: "" };
}

function script(node: SiteNode, name: string, args: readonly string[], text: string, nowMs: number): HostAnswer {
  const { host } = node;
  switch (name) {
    case "sluice-look":
      return says(look(node));
    case "sluice-facts":
      return says(facts(node, args, nowMs));
    case "sluice-kept":
      return says(host.keptVersions.join("\n"));
    case "sluice-list":
      return says(
        Object.keys(host.releases)
          .map((version) => `${version}/${node.role}`)
          .join("\n"),
      );
    case "sluice-probe":
      return versionIn(node, args[0] ?? "");
    case "sluice-sum":
      return sum(node, args[0] ?? "", text.includes("boot_id"));
    default:
      throw new Error(`the site knows no script ${name}`);
  }
}

function look({ host, role }: SiteNode): string {
  if (host.found === "none") return "none there is no pid file";
  return `${host.found} ${host.pid} 5000 1700000000 100 ${role === "fe" ? "java StarRocksFE" : "starrocks_be"}`;
}

function facts(node: SiteNode, args: readonly string[], nowMs: number): string {
  const { host } = node;
  const [home = "", dir = "", role = "", release = "", , , how = ""] = args;
  const parts = how === "flip" ? [`release ${dir}-release`] : ["bin", "lib"].map((part) => `${part} ${dir}/${part}`);
  const lines = [
    `now ${((nowMs + host.aheadS * 1000) / 1000).toFixed(9)}`,
    `user ${uidOf(host.user)} ${host.user}`,
    host.writable ? "writable yes" : "",
    `owner ${host.homeOwner}`,
    ...parts.map((part) => `replaced ${part}`),
    how === "flip" && release !== "" ? `conf ${host.releaseConf ? "yes" : "no"}` : "",
    ...host.kept.map((each) => `kept ${each}`),
    `free ${host.freeKb}`,
    release !== "" && how === "swap" ? `needed ${host.releaseKb}` : "",
    `pidpath ${home}/bin/${role}.pid`,
    host.pidFile === null ? "" : `pidsays ${host.pidFile}`,
    host.leftover === null ? "" : `left ${host.leftover}`,
    host.found === "none" ? "" : `puser ${uidOf(host.processUser)} ${host.processUser}`,
    `parent ${host.parent}`,
    host.unit === null ? "" : `unit ${host.unit}`,
    host.java === null ? "" : `java /usr/lib/jvm/default ${host.java}`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

function uidOf(user: string): string {
  return user === "root" ? "0" : "1001";
}

function versionIn(node: SiteNode, directory: string): HostAnswer {
  const { host } = node;
  const release = Object.entries(host.releases).find(([version]) => directory.includes(`/${version}/`));
  const version = directory.startsWith(node.home) ? host.onDisk : (release?.[1].says ?? null);
  if (version === null) return { ok: true, exitCode: 127, stdout: "", stderr: "cannot execute binary file" };
  const [numbers, hash] = version.split("-");
  return says(
    node.role === "fe" ? `Build version: ${numbers}\nCommit hash: ${hash}\n` : `${version}\nBuildType: RELEASE\n`,
  );
}

/** A fingerprint tells whether a file was touched, a manifest what is in it. */
function sum(node: SiteNode, path: string, isFingerprint: boolean): HostAnswer {
  const release = Object.entries(node.host.releases).find(([version]) => path.includes(`/${version}/`));
  const content = path.startsWith(node.home) ? `${node.id} ${node.host.onDisk ?? "none"}` : (release?.[1].sum ?? "");
  if (content === "") return { ok: true, exitCode: 66, stdout: "", stderr: `${path}: Permission denied` };
  if (!isFingerprint && /^[0-9a-f]{64}$/.test(content)) return says(content);
  return says(Buffer.from(content).toString("hex").padEnd(64, "0").slice(-64));
}
