import { readFileSync } from "node:fs";

/** `key = value` lines of be.conf or cn.conf; `#` begins a comment; `${NAME}` stands for the environment's NAME. */
export function readConf(file: string, environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const match = /^\s*([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match === null || line.trimStart().startsWith("#")) continue;
    const value = (match[2] ?? "").replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? "");
    found.set(match[1] ?? "", value.replace(/^"(.*)"$/, "$1"));
  }
  return found;
}
