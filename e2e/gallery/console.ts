/** The gallery: every exhibit is a cluster of one console, and time stands still. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXHIBITS } from "./exhibits.ts";
import { addPeople } from "./people.ts";
import { serve } from "./serve.ts";
import { OPERATOR, show, type Shown } from "./stage.ts";
import { together } from "./together.ts";

const SHOWN_AT_MS = Date.parse("2026-03-12T02:31:40Z");

const folder = mkdtempSync(join(tmpdir(), "sluice-gallery-"));
// One after the other: each clock goes on when nothing is left to do at a moment, in this whole process.
const shown: (Shown & { readonly id: string })[] = [];
for (const exhibit of EXHIBITS) shown.push({ id: exhibit.id, ...(await show(exhibit, SHOWN_AT_MS, folder)) });
// A page tells the time at which it was rendered, and that is the exhibits' own.
Date.now = () => SHOWN_AT_MS;

await addPeople(folder, SHOWN_AT_MS);
await serve(together(shown), folder, () => SHOWN_AT_MS, OPERATOR, {
  runs: Object.fromEntries(shown.flatMap(({ id, runId }) => (runId === null ? [] : [[id, runId]]))),
});
