/**
 * Certificate and key, out of two files that somebody renews while the console runs. They are read again when they
 * change; a pair that does not fit, half of it renewed, is left alone until it does.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Server } from "node:https";
import type { TransportLog } from "./needs.ts";

export type TlsFiles = { readonly cert: string; readonly key: string };
export type TlsPair = { readonly cert: Buffer; readonly key: Buffer };
export type ReadPair = { readonly ok: true; readonly pair: TlsPair } | { readonly ok: false; readonly why: string };

export interface TlsWatch {
  /** Reads them now, whether they changed or not. */
  reload(): void;
  close(): void;
}

const LOOK_EVERY_MS = 10_000;

export function readPair(files: TlsFiles): ReadPair {
  try {
    const pair = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    const fits = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
    const why = `${files.key} is not the key of the certificate in ${files.cert}. Name the two that belong together.`;
    return fits ? { ok: true, pair } : { ok: false, why };
  } catch (error) {
    // The reason of OpenSSL or of the file system; neither quotes what stands in a key.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `${files.cert} and ${files.key} cannot be used as PEM certificate and key: ${reason}.` };
  }
}

export function watchPair(files: TlsFiles, server: Pick<Server, "setSecureContext">, log: TransportLog): TlsWatch {
  let used = stampOf(files);

  function reload(): void {
    const stamp = stampOf(files);
    const read = readPair(files);
    if (!read.ok) return log.warn("The certificate cannot be renewed; the one before is used on", { why: read.why });
    server.setSecureContext({ ...read.pair });
    used = stamp;
    log.info("The certificate was read", { until: new X509Certificate(read.pair.cert).validTo });
  }

  const timer = setInterval(() => {
    if (stampOf(files) !== used) reload();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { reload, close: () => clearInterval(timer) };
}

/** Links are followed: whoever renews may point them elsewhere. */
function stampOf({ cert, key }: TlsFiles): string {
  try {
    return [cert, key].map((file) => [statSync(file).mtimeMs, statSync(file).size].join()).join();
  } catch {
    return "";
  }
}
