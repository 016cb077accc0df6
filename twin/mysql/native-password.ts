import { Buffer } from "node:buffer";
import { createHash, randomInt, timingSafeEqual } from "node:crypto";

const sha1 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Twenty printable bytes, as StarRocks sends them: no zero may stand in the middle of the greeting's strings. */
export function newScramble(): Buffer {
  return Buffer.from(Array.from({ length: 20 }, () => randomInt(0x40, 0x7e)));
}

/** What mysql_native_password sends: SHA1(password) xor SHA1(scramble + SHA1(SHA1(password))); nothing for no password. */
export function nativePasswordAnswer(password: string, scramble: Buffer): Buffer {
  if (password === "") return Buffer.alloc(0);
  const once = sha1(Buffer.from(password, "utf8"));
  const mask = sha1(scramble, sha1(once));
  return Buffer.from(once.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

export function passwordMatches(password: string, scramble: Buffer, answer: Buffer): boolean {
  const expected = nativePasswordAnswer(password, scramble);
  return expected.length === answer.length && timingSafeEqual(expected, answer);
}
