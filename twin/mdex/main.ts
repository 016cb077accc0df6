/**
 * A simulation of the MDEX Engine's Dgraph, made from its published guides: no line of it is the engine's. It stands in
 * where a test or a rehearsal needs one, since no binary of the engine is free to be had.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { serveControl } from "./control.ts";
import { type DataVersion, Dgraph } from "./dgraph.ts";
import { optionsOf } from "./options.ts";
import { manualTime, scaledTime } from "./time.ts";

const options = optionsOf(process.argv.slice(2));
if (options.is === "version") {
  process.stdout.write(`Dgraph (simulation) version ${options.version}\n`);
} else {
  const { pidFile, sim } = options.run;
  process.stdout.write(
    `This is a simulation of an MDEX Engine ${sim.version}, made from its documents; it holds no data and runs no queries.\n`,
  );
  if (sim.withStdin) process.stdin.once("close", () => process.exit(1)).resume();
  if (pidFile !== null) writeFileSync(pidFile, `${process.pid}\n`);
  const manual = sim.secondMs === null ? manualTime() : null;
  const time = manual ?? scaledTime(sim.secondMs ?? 1000);
  const dgraph = new Dgraph(options.run, time, dataVersionIn(`${options.run.errorLog}.data`), () => process.exit(0));
  if (sim.startMs > 0) await wait(sim.startMs);
  await dgraph.listen();
  if (sim.mergeSeconds !== null) dgraph.merge(sim.mergeSeconds);
  if (sim.controlPort !== null)
    await serveControl(
      dgraph,
      manual === null ? null : async (ms) => await manual.advance(ms),
      options.run.host,
      sim.controlPort,
    );
}

/** Kept beside the error log, as an index would keep it. */
function dataVersionIn(file: string): DataVersion {
  const read = (): number => {
    try {
      return Number(readFileSync(file, "utf8"));
    } catch {
      return 1;
    }
  };
  return {
    get value() {
      return read();
    },
    next: () => writeFileSync(file, String(read() + 1)),
  };
}
