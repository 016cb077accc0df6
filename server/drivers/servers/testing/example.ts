/** The examples of a page of the manual, with the addresses and paths of this machine in place of its own. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const file = z.object({ clusters: z.tuple([z.record(z.string(), z.unknown())]) });
const part = z.object({ install: z.record(z.string(), z.unknown()) });

type Replaced = readonly (readonly [there: string, here: string])[];

/** Its first one, a whole section. `page`: its name under docs/systems. */
export function exampleOf(page: string, replaced: Replaced): Readonly<Record<string, unknown>> {
  const [section] = file.parse(yamlOf(page, 0, replaced)).clusters;
  return section;
}

/** The one after that, where it shows `install` alone. */
export function installOf(page: string, replaced: Replaced): Readonly<Record<string, unknown>> {
  return part.parse(yamlOf(page, 1, replaced)).install;
}

/** What is replaced has to be there: the example would not be run else. */
function yamlOf(page: string, index: number, replaced: Replaced): unknown {
  const text = readFileSync(new URL(`../../../../docs/systems/${page}`, import.meta.url), "utf8");
  const yaml = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)][index]?.[1] ?? "";
  const here = replaced.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`${page} has no ${from} in its example`);
    return changed.replaceAll(from, to);
  }, yaml);
  return parse(here);
}
