/**
 * Plants one violation of each kind and expects every gate to go red: a gate that reads no files would report success.
 * Run by `npm run gates` and by continuous integration; leaves nothing behind.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Plant = {
  readonly gate: string;
  readonly argv: readonly string[];
  readonly file: string;
  readonly source: string;
  /** What the gate must print. */
  readonly expect: RegExp;
};

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
const cruise = [bin("node"), join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs")];

const lint = (file: string, source: string, expect: RegExp): Plant => ({
  gate: "lint",
  argv: [bin("oxlint"), "--deny-warnings", file],
  file,
  source,
  expect,
});
const boundary = (file: string, source: string, expect: RegExp): Plant => ({
  gate: "boundaries",
  argv: [...cruise, file.split("/")[0] ?? "."],
  file,
  source,
  expect,
});

const plants: readonly Plant[] = [
  lint("server/planted-gate/a.ts", `async function f(): Promise<void> {}\nf();\n`, /no-floating-promises/),
  lint(
    "server/planted-gate/a.ts",
    `export function f(x: "a" | "b"): number {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 0;\n}\n`,
    /switch-exhaustiveness-check/,
  ),
  lint("server/planted-gate/a.ts", `export const x: any = 1;\n`, /no-explicit-any/),
  lint("server/planted-gate/a.ts", `export const x = JSON.parse("1") as number;\n`, /consistent-type-assertions/),
  lint("server/planted-gate/a.ts", `export default 1;\n`, /no-default-export/),
  lint("lib/planted-gate/a.ts", `export const now = Date.now();\n`, /no-restricted-globals/),
  lint("lib/planted-gate/a.ts", `export const chance = Math.random();\n`, /no-restricted-properties/),
  lint("components/planted-gate/a.ts", `export const at = new Date(0).toISOString();\n`, /no-restricted-properties/),
  boundary("lib/run/planted-gate.ts", `export type { Clock } from "#server/orchestrator/ports.ts";\n`, /core-is-pure/),
  boundary("lib/run/planted-gate.ts", `import { z } from "zod";\nexport const s = z.string();\n`, /core-is-pure/),
  boundary(
    "components/planted-gate.ts",
    `export type { Clock } from "#server/orchestrator/ports.ts";\n`,
    /ui-never-imports-server/,
  ),
  boundary(
    "server/planted-gate.ts",
    `import { WebSocket } from "ws";\nexport const w = WebSocket;\n`,
    /ws-in-transport/,
  ),
  boundary(
    "components/planted-gate.ts",
    `import { Area } from "recharts";\nexport const a = Area;\n`,
    /recharts-in-charts/,
  ),
  ...["components/planted-gate/a.ts", "lib/run/planted-gate/a.ts"].map((file) => ({
    gate: "messages",
    argv: [bin("node"), join(root, "scripts/messages.ts")],
    file,
    source: `export const text = (node: string): string => \`\${node} says what nobody translated\`;\n`,
    expect: /planted-gate.*says what nobody translated/,
  })),
  {
    gate: "types",
    argv: [bin("tsc"), "-p", ".", "--incremental", "false"],
    file: "lib/planted-gate/a.ts",
    source: `export const xs: readonly string[] = [];\nexport const x: string = xs[0];\n`,
    expect: /planted-gate.*TS2322/,
  },
];

let failed = 0;
for (const plant of plants) {
  const path = join(root, plant.file);
  const folder = join(path, "..");
  const ours = folder.endsWith("planted-gate");
  if (ours) mkdirSync(folder, { recursive: true });
  writeFileSync(path, plant.source);
  try {
    const [command = "", ...args] = plant.argv;
    const run = spawnSync(command, args, { cwd: root, encoding: "utf8" });
    const bites = run.status !== 0 && plant.expect.test(`${run.stdout}${run.stderr}`);
    if (!bites) failed += 1;
    console.log(`${bites ? "bites" : "DOES NOT BITE"}  ${plant.gate.padEnd(10)} ${plant.expect.source}`);
  } finally {
    rmSync(ours ? folder : path, { recursive: true, force: true });
  }
}
console.log(failed === 0 ? `All ${plants.length} planted violations were caught.` : `${failed} gates do not bite.`);
process.exitCode = failed === 0 ? 0 : 1;
