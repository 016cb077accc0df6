/** One modelled cluster whose time goes on: what a story can plan, start and answer, in seconds. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#server/clock.ts";
import { FakeCluster, SHAPE } from "#server/drivers/fake/cluster.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createSqliteHistory } from "#server/observer/history.ts";
import { exhibitDriver } from "./driver.ts";
import { addPeople } from "./people.ts";
import { serve } from "./serve.ts";
import { assemble, OPERATOR } from "./stage.ts";

const CLUSTER = "lake";
const folder = mkdtempSync(join(tmpdir(), "sluice-live-"));
const history = createSqliteHistory(join(folder, "history.db"));
/** Queries that take longer than the drain of the story may. */
const shape = { ...SHAPE, queriesPerS: 4, meanQueryMs: 20_000, heartbeatMs: 1000 };
const driver = exhibitDriver(CLUSTER, new FakeCluster(shape, 7, systemClock.now()), systemClock);
const services = assemble(CLUSTER, driver, createMemoryJournal(), systemClock, history);
await services.start();
await addPeople(folder, Date.now());
await serve(services, folder, Date.now, OPERATOR, { runs: {} });
