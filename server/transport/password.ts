/**
 * Passwords as argon2id hashes. The parameters stand in each hash (PHC string format), so that they can rise: who logs
 * in with an older hash gets a new one.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

export type Cost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };

/** OWASP, Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const COST: Cost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 200;

/** Why this may not be somebody's password; null when it may. Length is what counts, so nothing else is asked of it. */
export function whyNoPassword(password: string, name: string): string | null {
  const { length } = Array.from(password);
  if (length < LEAST_CHARACTERS) return `A password has ${LEAST_CHARACTERS} characters or more; a few words are good.`;
  if (length > MOST_CHARACTERS) return `A password has ${MOST_CHARACTERS} characters at most.`;
  if (password.toLowerCase().includes(name.toLowerCase()) && length < name.length + LEAST_CHARACTERS) {
    return "That is little more than the name: take something else.";
  }
  return new Set(password).size < 4 ? "That repeats itself: take something else." : null;
}

export async function hashPassword(password: string, cost: Cost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, TAG_BYTES, cost);
  const { memoryKiB, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

export type Verified = { readonly ok: boolean; /** Made with less than is usual today. */ readonly outdated: boolean };

export async function verifyPassword(password: string, stored: string, usual: Cost): Promise<Verified> {
  const parsed = parse(stored);
  if (parsed === null) return { ok: false, outdated: false };
  const { cost, salt, tag } = parsed;
  const found = await derive(password, salt, tag.length, cost);
  return { ok: timingSafeEqual(found, tag), outdated: cost.memoryKiB < usual.memoryKiB || cost.passes < usual.passes };
}

/** Nobody's password: what is verified where there is no such account, so that the answer takes as long. */
export function decoyHash(cost: Cost): Promise<string> {
  return hashPassword(randomBytes(SALT_BYTES).toString("base64url"), cost);
}

function derive(password: string, salt: Buffer, tagLength: number, cost: Cost): Promise<Buffer> {
  const { memoryKiB, passes, parallelism } = cost;
  // The same word typed on another keyboard may come in other code points.
  const message = password.normalize("NFKC");
  const parameters = { message, nonce: salt, parallelism, tagLength, memory: memoryKiB, passes };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)));
  });
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{8,})\$([A-Za-z0-9+/]{16,})$/;

function parse(stored: string): { readonly cost: Cost; readonly salt: Buffer; readonly tag: Buffer } | null {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(stored) ?? [];
  if (salt === undefined || tag === undefined) return null;
  const cost = { memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { cost, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
