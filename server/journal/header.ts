/**
 * The first hundred bytes of the file (sqlite.org/fileformat2.html, 1.3): those that are alike in every journal of ours
 * are checked before SQLite sees the file, since it takes some of them for a wish, such as "read-only".
 */
export const HEADER_BYTES = 100;
export const PAGE_BYTES = 4096;

const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
/** Offset and value: page size 4096, nothing reserved, the payload fractions, schema format 4, UTF-8. */
const ALIKE: readonly (readonly [number, readonly number[]])[] = [
  [16, [PAGE_BYTES >> 8, PAGE_BYTES & 0xff]],
  [20, [0, 64, 32, 32]],
  [44, [0, 0, 0, 4]],
  [56, [0, 0, 0, 1]],
  // Not in use until SQLite gives them a meaning.
  [72, Array.from({ length: 20 }, () => 0)],
];
/** 18 and 19: rollback journal (a backup that was just put back) or write-ahead log. */
const MODES = [1, 2];

/** What is wrong with the header; null when nothing is. */
export function headerProblem(header: Buffer): string | null {
  if (header.length < HEADER_BYTES) return `it is ${header.length} bytes long`;
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return "it does not begin like one";
  const [write, read] = [header[18] ?? 0, header[19] ?? 0];
  if (write !== read || !MODES.includes(write)) return "its header names another way of writing";
  // Until the first table reaches the file itself, out of the -wal, both stand at 0.
  const isBlank = header.readUInt32BE(44) === 0 && header.readUInt32BE(56) === 0;
  const differs = ALIKE.filter(([at]) => !isBlank || (at !== 44 && at !== 56)).find(([at, bytes]) =>
    bytes.some((byte, i) => header[at + i] !== byte),
  );
  return differs === undefined ? null : `byte ${differs[0]} of its header is not what was written`;
}

/** The header as it must have been, and how many pages it speaks of. */
export function repairedHeader(file: Buffer): { readonly header: Buffer; readonly pages: number } {
  const header = Buffer.from(file.subarray(0, HEADER_BYTES));
  MAGIC.copy(header);
  for (const [at, bytes] of ALIKE) Buffer.from(bytes).copy(header, at);
  header[18] = 2;
  header[19] = 2;
  const present = Math.ceil(file.length / PAGE_BYTES);
  const said = header.readUInt32BE(28);
  // A number that no journal reaches is damage itself.
  const pages = said >= present && said <= present + 100_000 ? said : present;
  header.writeUInt32BE(pages, 28);
  return { header, pages };
}
