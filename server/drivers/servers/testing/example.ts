/** The first example of a page of the manual, with the addresses and paths of this machine in place of its own. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const file = z.object({ clusters: z.tuple([z.record(z.string(), z.unknown())]) });

/** `page`: its name under docs/systems. What is replaced has to be there: the example would not be run else. */
export function exampleOf(
  page: string,
  replaced: readonly (readonly [there: string, here: string])[],
): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../../../docs/systems/${page}`, import.meta.url), "utf8");
  const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const here = replaced.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`${page} has no ${from} in its example`);
    return changed.replaceAll(from, to);
  }, yaml);
  const [section] = file.parse(parse(here)).clusters;
  return section;
}
