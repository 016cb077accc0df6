/** Which test files run a name: its own file, or those that import the contract or the table in which it stands. */
import { posix } from "node:path";

const TEST = /\.(test|e2e|rig)\.tsx?$/;
const IMPORT = /\bfrom "((?:\.{1,2}\/|#)[^"]+)"/g;

export function runnersOf(sources: ReadonlyMap<string, string>): (file: string) => readonly string[] {
  const importers = new Map<string, string[]>();
  for (const [file, text] of sources) {
    for (const [, path = ""] of text.matchAll(IMPORT)) {
      const imported = path.startsWith("#") ? path.slice(1) : posix.join(posix.dirname(file), path);
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  return (file) => {
    const seen = new Set([file]);
    // What a test file exports is nobody's contract: the way ends there.
    for (const each of seen) if (!TEST.test(each)) for (const importer of importers.get(each) ?? []) seen.add(importer);
    return [...seen].filter((each) => TEST.test(each));
  };
}
