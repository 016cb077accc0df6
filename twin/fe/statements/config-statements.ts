import { errorAnswer, okAnswer, textColumns, type Answer } from "#twin/mysql/answers.ts";
import { others, type Fe } from "../fe.ts";
import { jsonAsk } from "../http/client.ts";
import { likePattern, properties, unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

/** Sets it here and on every other FE; none of them keeps it over a restart. */
async function set(fe: Fe, key: string, value: string): Promise<Answer> {
  if (!setHere(fe, key, value)) return errorAnswer(1064, `Config '${key}' does not exist or is not mutable`);
  const asked = others(fe).map(async (frontend) => {
    const answer = await jsonAsk({
      host: frontend.host,
      port: fe.ports.http,
      method: "POST",
      path: "/twin/fe/config",
      body: JSON.stringify({ key, value }),
      timeoutMs: 5000,
      localAddress: fe.host,
    });
    return answer === null ? frontend.host : null;
  });
  const unreached = (await Promise.all(asked)).filter((host) => host !== null);
  if (unreached.length > 0 && fe.profile.deadFrontendFailsSetConfig)
    return errorAnswer(1064, `Set config failed: set config for fe[${unreached.join(",")}] failed: Connection refused`);
  return okAnswer();
}

export function setHere(fe: Fe, key: string, value: string): boolean {
  if (!fe.config.set(key, value)) return false;
  fe.home.truth({ atMs: fe.nowMs(), what: "config", node: fe.home.node, key, value });
  return true;
}

/** Up to 3.4 it was carried out where it was asked. */
function setStatement(answeredBy: "here" | "leader", forwards: boolean): Statement {
  return {
    pattern: /^admin\s+set\s+frontend\s+config\s*\(([\s\S]*)\)\s*(with\s+persistent)?$/i,
    answeredBy,
    needs: ["OPERATE"],
    knownTo: (profile) => profile.forwardsSetConfig === forwards,
    run: ({ fe }, match) => {
      if (match[2] !== undefined && !fe.profile.persistentConfig)
        return errorAnswer(
          1064,
          "Getting syntax error. Detail message: Unexpected input 'WITH', the most similar input is {<EOF>, ';'}.",
        );
      const pairs = [...properties(match[1] ?? "")];
      const [pair] = pairs;
      if (pair === undefined || pairs.length > 1)
        return errorAnswer(1064, "Getting analyzing error. Detail message: config parameter size should be 1.");
      return set(fe, pair[0], pair[1]);
    },
  };
}

export const configStatements: readonly Statement[] = [
  {
    pattern: /^admin\s+show\s+frontend\s+config(?:\s+like\s+(.+))?$/is,
    answeredBy: "here",
    needs: ["OPERATE"],
    run: ({ fe }, match) => ({
      kind: "rows",
      columns: textColumns(30, "Key", "AliasNames", "Value", "Type", "IsMutable", "Comment"),
      rows: fe.config.rows(match[1] === undefined ? () => true : likePattern(unquoted(match[1]))),
    }),
  },
  setStatement("leader", true),
  setStatement("here", false),
];
