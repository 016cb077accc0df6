/** Who can reach the console, and whether what they type crosses the network in clear. */
import { resolve } from "node:path";
import { isIP } from "node:net";
import { problemAt, type ConfigProblem, type Source } from "./config-problems.ts";

/** What stands in the file: a schema that found a mistake elsewhere tells nothing. */
export type Reach = {
  readonly host: string | null;
  readonly publicUrl: unknown;
  readonly cert: unknown;
  readonly key: unknown;
  readonly trustedProxy: unknown;
};

export function problemsOfReach(
  source: Source,
  reach: Reach,
  folder: string,
  whyUnreadable: (file: string) => string | null,
): readonly ConfigProblem[] {
  return [...open(source, reach), ...publicName(source, reach), ...files(source, reach, folder, whyUnreadable)];
}

/** Beyond this machine only with TLS, here or at a proxy that is named. */
function open(source: Source, { host, publicUrl, cert, key, trustedProxy }: Reach): readonly ConfigProblem[] {
  if (host === null || isLoopbackHost(host)) return [];
  const path = ["console", "listen"];
  const isSecret = (cert !== undefined && key !== undefined) || trustedProxy !== undefined;
  if (!isSecret) {
    const wrong =
      "The console would be reachable from other machines, and what people type would cross the network in clear.";
    const remedy =
      "Listen on 127.0.0.1, or set console.tls to a certificate and its key, or console.trustedProxy to the addresses of a proxy that speaks TLS in front.";
    return [problemAt(source, path, wrong, remedy)];
  }
  if (publicUrl !== undefined) return [];
  const wrong = "The console would be reachable from other machines without knowing its own name.";
  return [problemAt(source, path, wrong, "Set console.publicUrl to the address that people use.")];
}

function publicName(source: Source, { publicUrl, cert, trustedProxy }: Reach): readonly ConfigProblem[] {
  if (trustedProxy !== undefined && publicUrl === undefined) {
    const wrong = "Behind a proxy the console does not know its own name.";
    return [
      problemAt(source, ["console", "trustedProxy"], wrong, "Set console.publicUrl to the address that people use."),
    ];
  }
  const isSecret = cert !== undefined || trustedProxy !== undefined;
  if (!isSecret || typeof publicUrl !== "string" || !publicUrl.startsWith("http:")) return [];
  const wrong = "People are to come over TLS, and this address is without.";
  return [problemAt(source, ["console", "publicUrl"], wrong, `Write https:${publicUrl.slice("http:".length)}.`)];
}

function files(
  source: Source,
  { cert, key }: Reach,
  folder: string,
  whyUnreadable: (file: string) => string | null,
): readonly ConfigProblem[] {
  return Object.entries({ cert, key }).flatMap(([name, file]) => {
    if (typeof file !== "string") return [];
    const why = whyUnreadable(resolve(folder, file));
    const wrong = `${resolve(folder, file)} ${why ?? ""}.`;
    return why === null
      ? []
      : [problemAt(source, ["console", "tls", name], wrong, "Make it a PEM file that the console may read.")];
  });
}

/** "10.20.4.2", "10.20.4.0/24", "fd00::/8" */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
