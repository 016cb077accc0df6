/** What the OpenSSH client says when it cannot reach a host, as a sentence with a remedy. */
import type { ShownKey } from "#lib/wire/configuration.ts";

type Trouble = { readonly says: RegExp; readonly why: (destination: string, said: string) => string };

const KEY_NOT_KNOWN = /host key is known for|Host key verification failed/i;
const KEY_CHANGED = /REMOTE HOST IDENTIFICATION HAS CHANGED/i;

const TROUBLES: readonly Trouble[] = [
  {
    says: KEY_CHANGED,
    why: (at, said) =>
      `${at} has another host key than the one that is known${fingerprint(said)}: somebody may stand in between. ` +
      `Find out why; only then remove the old one, ssh-keygen -R ${at}`,
  },
  {
    says: KEY_NOT_KNOWN,
    why: (at, said) =>
      `the host key of ${at} is not known to the account that the console runs as${fingerprint(said)}. ` +
      `Log in there once from a shell, ssh ${at}, and compare the fingerprint`,
  },
  {
    says: /Permission denied/i,
    why: (at) =>
      `${at} refuses the console's key. Put its public key into authorized_keys there, or load the key into the agent`,
  },
  {
    says: /Could not resolve hostname/i,
    why: (at) => `nobody knows the name ${at}. Correct the destination, or add it to the configuration of ssh`,
  },
  { says: /Connection refused/i, why: (at) => `${at} refuses connections: is sshd running there, on that port?` },
  {
    says: /timed out|No route to host|Network is unreachable/i,
    why: (at) => `${at} cannot be reached: the network or the host is down, or a firewall drops it`,
  },
  {
    says: /xargs: (not found|command not found)|xargs.*No such file/i,
    why: (at) => `${at} has no xargs, which commands are handed over by; install findutils there`,
  },
];

export function sshTrouble(destination: string, stderr: string): string {
  const said = stderr.trim();
  const known = TROUBLES.find(({ says }) => says.test(said));
  if (known !== undefined) return known.why(destination, said);
  const last = said.split("\n").at(-1)?.trim() ?? "";
  const words = last === "" ? "" : `: ${last}`;
  return `the connection to ${destination} was lost before it said how it went${words}`;
}

/** Whether it says what is wrong; a connection that broke off says little. */
export function isKnownTrouble(stderr: string): boolean {
  return TROUBLES.some(({ says }) => says.test(stderr));
}

/** Whether it ended over the key, before anything was run. */
export function isAboutKey(stderr: string): boolean {
  return KEY_NOT_KNOWN.test(stderr) || KEY_CHANGED.test(stderr);
}

export function newKeyWords(destination: string, { type, fingerprint }: Omit<ShownKey, "state">): string {
  return (
    `nobody has confirmed the host key of ${destination} yet, ${type} ${fingerprint}. Compare it on the host, ssh-keygen -lf; ` +
    `then confirm it in the cluster's settings, where the connection is tested`
  );
}

function fingerprint(said: string): string {
  const found = /SHA256:[A-Za-z0-9+/=]+/.exec(said)?.[0];
  return found === undefined ? "" : ` (it shows ${found})`;
}
