/** Plays the histories that it is told to, and tells their sum. */
import { parentPort } from "node:worker_threads";
import { z } from "zod";
import { playMany } from "#server/sim/many.ts";

const order = z.object({ firstSeed: z.int(), histories: z.int() });

parentPort?.on("message", (message: unknown) => {
  const { firstSeed, histories } = order.parse(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  void playMany(firstSeed, histories).then((sum) => parentPort?.postMessage(sum));
});
