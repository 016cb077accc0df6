/**
 * The keys by which hosts are known. The operator's own files count as ever; beside them stands one of the console's, to
 * which a person adds a key by its fingerprint. A key is fetched by ssh itself, by the same configuration as every command:
 * port, alias and jump hosts are right then, which ssh-keyscan knows nothing of.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShownKey } from "#lib/wire/configuration.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { addKey, keysUnder, output, parseLine } from "./known-hosts.ts";
import { sshTrouble } from "./ssh-trouble.ts";
import { unborn } from "./unborn.ts";

/** As `SshHostOptions` has them. */
export type Destination = { readonly destination: string; readonly configFile: string | null };

/** What a host shows, and what is known under its name. */
export type Looked =
  | { readonly ok: true; readonly state: "known"; readonly key: Fetched }
  | { readonly ok: true; readonly state: "new"; readonly key: Fetched }
  /** `where`: the file and line of another key, or of this one, revoked. */
  | { readonly ok: true; readonly state: "changed"; readonly key: Fetched; readonly where: Where }
  | { readonly ok: false; readonly why: string };

export type Fetched = Omit<ShownKey, "state"> & { readonly line: string };
type Where = { readonly file: string; readonly line: number; readonly isRevoked: boolean };

export type Confirmable =
  | { readonly ok: true; readonly key: Fetched; readonly commit: (who: string) => string | null }
  | { readonly ok: false; readonly why: string };

const LOOK_MS = 8000;
/** A host that is polled each second is not asked for its key each second. */
const FRESH_MS = 30_000;
const SETTINGS_MS = 60_000;

export class HostKeys {
  #file: string;
  #clock: Clock;
  #looks = new Map<string, { readonly atMs: number; readonly looked: Promise<Looked> }>();
  #settings = new Map<string, { readonly atMs: number; readonly edition: number; readonly known: Promise<string> }>();

  /** `file`: the console's own; it need not be there yet. */
  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** What ssh is told more, once somebody confirmed a key here. */
  async settings(at: Destination): Promise<readonly string[]> {
    const edition = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
    if (edition === undefined) return [];
    const key = keyOf(at);
    const held = this.#settings.get(key);
    if (held !== undefined && held.edition === edition && this.#clock.now() - held.atMs < SETTINGS_MS)
      return [await held.known];
    const known = configured(at).then(({ user }) => `UserKnownHostsFile=${[...user, quoted(this.#file)].join(" ")}`);
    this.#settings.set(key, { atMs: this.#clock.now(), edition, known });
    return [await known];
  }

  /** The key that a host shows now, or showed just now. */
  async look(at: Destination, fresh = false): Promise<Looked> {
    const key = keyOf(at);
    const held = this.#looks.get(key);
    if (!fresh && held !== undefined && this.#clock.now() - held.atMs < FRESH_MS) return await held.looked;
    const looked = this.#lookAt(at);
    this.#looks.set(key, { atMs: this.#clock.now(), looked });
    return await looked;
  }

  /** What is written is the key that was fetched for this very act, and only if it has the fingerprint that a person saw. */
  async prepare(at: Destination, fingerprint: string): Promise<Confirmable> {
    const looked = await this.look(at, true);
    if (!looked.ok) return looked;
    const { key } = looked;
    if (looked.state === "changed") return { ok: false, why: changedWords(at.destination, key, looked.where) };
    if (looked.state === "known")
      return { ok: false, why: `The key of ${at.destination}, ${key.type} ${key.fingerprint}, is known already.` };
    if (key.fingerprint !== fingerprint) {
      const why = `${at.destination} shows ${key.type} ${key.fingerprint} now, and ${fingerprint} was confirmed: nothing was written. Compare it on the host again.`;
      return { ok: false, why };
    }
    return { ok: true, key, commit: (who) => this.#commit(key, who) };
  }

  #commit(key: Fetched, who: string): string | null {
    const day = new Date(this.#clock.now()).toISOString();
    try {
      addKey(this.#file, `${key.line} confirmed by ${who.replace(/[^\w.@-]/g, "_")} ${day}`);
    } catch (error) {
      return `${this.#file} cannot be written: ${error instanceof Error ? error.message : String(error)}. Let the console's account write there.`;
    }
    this.#looks.clear();
    this.#settings.clear();
    return null;
  }

  async #lookAt(at: Destination): Promise<Looked> {
    const settings = await configured(at);
    const fetched = await fetchKey(at, settings.jump);
    if (!fetched.ok) return fetched;
    const { key } = fetched;
    const blob = parseLine(key.line)?.blob;
    const known = await keysUnder(key.name, [...settings.user, ...settings.global, this.#file]);
    const revoked = known.find((each) => each.isRevoked && each.blob === blob);
    if (revoked !== undefined) return { ok: true, state: "changed", key, where: revoked };
    const valid = known.filter((each) => !each.isRevoked);
    if (valid.some((each) => each.blob === blob)) return { ok: true, state: "known", key };
    // One of another type is another key too: whoever stands in between would show just that.
    const [other] = valid;
    return other === undefined ? { ok: true, state: "new", key } : { ok: true, state: "changed", key, where: other };
  }
}

/** What is said of a key that is not the one that is known, with file, line and the way out. */
export function changedWords(destination: string, key: Fetched, where: Where): string {
  const shown = `${key.type} ${key.fingerprint}`;
  const at = `${where.file}, line ${where.line}`;
  if (where.isRevoked)
    return `${destination} shows the host key ${shown}, which is revoked in ${at}: nothing is sent there. Give the host another key.`;
  return (
    `${destination} shows another host key, ${shown}, than the one that is known in ${at}: somebody may stand in between. ` +
    `Find out on the host itself why it changed; only then take the old one out, ssh-keygen -R '${key.name}' -f ${where.file}`
  );
}

const keyOf = ({ destination, configFile }: Destination): string => `${configFile ?? ""}\n${destination}`;

const quoted = (file: string): string => (/\s/.test(file) ? `"${file}"` : file).replaceAll("%", "%%");

type Configured = {
  readonly user: readonly string[];
  readonly global: readonly string[];
  /** What stands between, as ssh names it; null: nothing. */
  readonly jump: string | null;
};

/** What ssh makes of the operator's configuration for this host. */
async function configured({ destination, configFile }: Destination): Promise<Configured> {
  const file = configFile === null ? [] : ["-F", configFile];
  const told = await output("ssh", ["-G", "-T", ...file, "--", destination]);
  const setting = (name: string): string | null =>
    told
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? null;
  const files = (name: string): readonly string[] =>
    (setting(name) ?? "").split(" ").filter((each) => each !== "" && each !== "none");
  const command = setting("proxycommand");
  return {
    user: files("userknownhostsfile"),
    global: files("globalknownhostsfile"),
    jump: setting("proxyjump") ?? (command === null || command === "none" ? null : command),
  };
}

type FetchedAnswer = { readonly ok: true; readonly key: Fetched } | { readonly ok: false; readonly why: string };

/**
 * ssh gets as far as the key, writes it into a file of its own that is thrown away, and is let in nowhere: it offers
 * nothing to log in with.
 */
const UNTIL_THE_KEY = [
  "BatchMode=yes",
  "StrictHostKeyChecking=accept-new",
  "GlobalKnownHostsFile=/dev/null",
  // Not known to OpenSSH before 8.5.
  "IgnoreUnknown=KnownHostsCommand",
  "KnownHostsCommand=none",
  "HashKnownHosts=no",
  "CheckHostIP=no",
  "VerifyHostKeyDNS=no",
  "UpdateHostKeys=no",
  "PreferredAuthentications=none",
  "PubkeyAuthentication=no",
  "ControlMaster=no",
  "ControlPath=none",
  "ClearAllForwardings=yes",
  "ForwardAgent=no",
  "LogLevel=ERROR",
  `ConnectTimeout=${LOOK_MS / 1000}`,
];

async function fetchKey({ destination, configFile }: Destination, jump: string | null): Promise<FetchedAnswer> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-key-"));
  const file = join(folder, "known_hosts");
  const settings = [...UNTIL_THE_KEY, `UserKnownHostsFile=${quoted(file)}`];
  const config = configFile === null ? [] : ["-F", configFile];
  try {
    const argv = ["-T", ...config, ...settings.flatMap((each) => ["-o", each]), "--", destination, "true"];
    const said = await ssh(argv);
    const line = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    const parsed = parseLine(line);
    if (parsed === null) return { ok: false, why: whyNoKey(destination, jump, said) };
    const told = await output("ssh-keygen", ["-lf", file]);
    const [, fingerprint, type] = /^\d+ (SHA256:\S+) .*\((\S+)\)\s*$/m.exec(told) ?? [];
    if (fingerprint === undefined || type === undefined)
      return { ok: false, why: `ssh-keygen cannot read the key that ${destination} shows` };
    return { ok: true, key: { name: parsed.name, type, fingerprint, line } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A jump host's own key is looked up by another ssh, with the operator's files alone. */
function whyNoKey(destination: string, jump: string | null, said: string): string {
  if (jump === null || !/host key/i.test(said)) return sshTrouble(destination, said);
  return (
    `${destination} is reached by way of ${jump}, whose own host key is not known: ` +
    `log in there once from a shell of the console's account, ssh ${jump}, and compare the fingerprint`
  );
}

/** A session of its own has no terminal, so that a jump host asks nobody. */
async function ssh(argv: readonly string[]): Promise<string> {
  return await new Promise((resolve) => {
    const env = { ...process.env, SSH_ASKPASS_REQUIRE: "never" };
    const child = spawn("ssh", argv, { stdio: ["ignore", "ignore", "pipe"], detached: true, env });
    if (child.pid === undefined) {
      unborn(child, ({ stderr }) => resolve(stderr || "ssh: not found"));
      return;
    }
    let said = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), LOOK_MS + 1000);
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", () => resolve("ssh: not found"));
    child.on("close", () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
}
