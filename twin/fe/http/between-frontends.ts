import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Fe } from "../fe.ts";
import { ownQueries } from "../proc/queries.ts";
import { forwardedSession } from "../session.ts";
import { setHere } from "../statements/config-statements.ts";
import { execute } from "../statements/execute.ts";
import { forwardedSchema } from "../statements/forward.ts";
import { killHere } from "../statements/kill.ts";
import { ownProcesses } from "../statements/processlist.ts";
import { json, type Action } from "./server.ts";

const configSchema = z.object({ key: z.string(), value: z.string() });
const killSchema = z.object({ queryId: z.string() });

/** What FEs ask of each other, where real ones use thrift that nobody else sees. */
export const betweenFrontends: Action = async ({ fe, method, path, body }) => {
  if (!path.startsWith("/twin/fe/") || method !== "POST") return null;
  const asked = (): unknown => JSON.parse(body);
  switch (path) {
    case "/twin/fe/forward":
      return json(await forwarded(fe, asked()));
    case "/twin/fe/image":
      fe.group.writeImage();
      return json({ ok: true });
    case "/twin/fe/processlist":
      return json(ownProcesses(fe));
    case "/twin/fe/queries":
      return json(ownQueries(fe));
    case "/twin/fe/config": {
      const { key, value } = configSchema.parse(asked());
      return json({ ok: setHere(fe, key, value) });
    }
    case "/twin/fe/kill":
      return json({ ok: killHere(fe, killSchema.parse(asked()).queryId) });
    default:
      return null;
  }
};

function forwarded(fe: Fe, body: unknown): ReturnType<typeof execute> {
  const wanted = forwardedSchema.parse(body);
  const session = forwardedSession(wanted.user, wanted.database, fe.nowMs());
  return execute(fe, session, wanted.sql, randomUUID(), wanted.times);
}
