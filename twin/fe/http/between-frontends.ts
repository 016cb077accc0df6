import { randomUUID } from "node:crypto";
import type { Fe } from "../fe.ts";
import { forwardedSession } from "../session.ts";
import { execute } from "../statements/execute.ts";
import { forwardedSchema } from "../statements/forward.ts";
import { json, type Action } from "./server.ts";

/** What FEs ask of each other, where real ones use thrift that nobody else sees. */
export const betweenFrontends: Action = async ({ fe, method, path, body }) => {
  if (!path.startsWith("/twin/fe/") || method !== "POST") return null;
  if (path === "/twin/fe/image") return image(fe);
  if (path !== "/twin/fe/forward") return null;
  const wanted = forwardedSchema.parse(JSON.parse(body));
  const session = forwardedSession(wanted.user, wanted.database, fe.nowMs());
  return json(await execute(fe, session, wanted.sql, randomUUID(), wanted.times));
};

function image(fe: Fe): ReturnType<typeof json> {
  fe.group.writeImage();
  return json({ ok: true });
}
