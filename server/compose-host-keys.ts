/** The part of a test of the connection that is about the keys of hosts, the same for every system; and a key's confirmation. */
import type { Finding } from "#lib/wire/configuration.ts";
import { atOnce } from "./drivers/shared/at-once.ts";
import type { HostConfig } from "./drivers/shared/host-config.ts";
import type { HostKeys } from "./hosts/host-keys.ts";
import type { Host } from "./orchestrator/host.ts";
import type { PreparedKey } from "./services/configuration.ts";

const ASK_MS = 9000;
const HOSTS_AT_ONCE = 8;

/** What is said of hosts whose key nobody vouched for; of the others the rest of the test tells. */
export async function askHostKeys(
  hosts: readonly HostConfig[],
  connect: (host: HostConfig) => Host,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const reached = hosts.flatMap((host, index) => (host.kind === "ssh" ? [{ host, index }] : []));
  const found = await atOnce(
    reached,
    async ({ host, index }): Promise<readonly Finding[]> => {
      // Without its prefix, which may want what is not there yet.
      const answer = await connect({ ...host, prefix: [] }).run(["true"], { timeoutMs: ASK_MS, signal });
      if (answer.ok || answer.key === undefined) return [];
      const { key, why } = answer;
      const finding = {
        about: "hosts",
        field: `hosts[${index}]`,
        title: `The key of ${host.name} is known`,
        verdict: "fail",
        hostKey: { ...key, host: host.name },
      } as const;
      if (key.state === "changed")
        return [{ ...finding, evidence: why, remedy: "It cannot be confirmed here while another one is known." }];
      const evidence = `${host.destination} shows ${key.type} ${key.fingerprint}; none is known as ${key.name}`;
      const file = `/etc/ssh/ssh_host_${key.type.toLowerCase()}_key.pub`;
      const remedy = `Look on the host itself, ssh-keygen -lf ${file}: confirm the key when that prints the same.`;
      return [{ ...finding, evidence, remedy }];
    },
    HOSTS_AT_ONCE,
  );
  return found.flat();
}

/** What the nodes of a host say of its key was said once. */
export function isToldBy(keys: readonly Finding[], { evidence }: Finding): boolean {
  return keys.some(({ hostKey }) => hostKey !== undefined && evidence.includes(hostKey.fingerprint));
}

type Described = { readonly id: string; readonly hosts?: readonly HostConfig[] };

export async function prepareHostKey(
  keys: HostKeys,
  { id, hosts = [] }: Described,
  name: string,
  fingerprint: string,
): Promise<Exclude<PreparedKey, { readonly because: "invalid" }>> {
  const host = hosts.find((each) => each.name === name);
  if (host?.kind !== "ssh")
    return { ok: false, because: "refused", why: `${id} has no host "${name}" that is reached by SSH.` };
  const { destination, configFile = null } = host;
  const found = await keys.prepare({ destination, configFile }, fingerprint);
  if (!found.ok) return { ok: false, because: "refused", why: found.why };
  const { type, name: known } = found.key;
  return {
    ok: true,
    clusterId: id,
    shown: `${type} ${found.key.fingerprint}`,
    name: known,
    destination,
    commit: found.commit,
  };
}
