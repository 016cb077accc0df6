/** The `server` lines of upstreams in a text of nginx' configuration, and `down` in them: nothing else of it is touched. */

export type UpstreamServer = {
  /** `upstream/address`, as in `web/10.0.0.1:8080`. */
  readonly name: string;
  readonly isDown: boolean;
  /** Where the parameters end: before the semicolon. */
  readonly endsAt: number;
  /** From the white space before `down` to its end; null where it is not down. */
  readonly down: { readonly from: number; readonly to: number } | null;
};

type Token = { readonly text: string; readonly from: number; readonly to: number };

/** Words, quoted words, and the three signs that end or nest something; comments are left out. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|(?:\$\{[^}]*\}|\\.|[^\s{};"'])+/g;
  for (const match of text.matchAll(pattern)) {
    const [word] = match;
    if (!word.startsWith("#")) tokens.push({ text: word, from: match.index, to: match.index + word.length });
  }
  return tokens;
}

export function upstreamServers(text: string): readonly UpstreamServer[] {
  const found: UpstreamServer[] = [];
  const blocks: string[] = [];
  let statement: Token[] = [];
  for (const token of tokensOf(text)) {
    if (token.text === "{") {
      blocks.push(statement[0]?.text === "upstream" ? (statement[1]?.text ?? "") : "");
      statement = [];
    } else if (token.text === "}") {
      blocks.pop();
      statement = [];
    } else if (token.text === ";") {
      const upstream = blocks.at(-1) ?? "";
      const [word, address, ...parameters] = statement;
      if (upstream !== "" && word?.text === "server" && address !== undefined)
        found.push(serverOf(text, `${upstream}/${address.text}`, parameters, token.from));
      statement = [];
    } else statement.push(token);
  }
  return found;
}

function serverOf(text: string, name: string, parameters: readonly Token[], endsAt: number): UpstreamServer {
  const down = parameters.find((token) => token.text === "down");
  if (down === undefined) return { name, isDown: false, endsAt, down: null };
  const before = /\s*$/.exec(text.slice(0, down.from))?.[0].length ?? 0;
  return { name, isDown: true, endsAt, down: { from: down.from - Math.min(before, 1), to: down.to } };
}

/** The text with this server down; what `withUp` takes away again, to the letter. */
export function withDown(text: string, server: string): string {
  return edited(text, server, ({ isDown, endsAt }) => (isDown ? null : { from: endsAt, to: endsAt, put: " down" }));
}

export function withUp(text: string, server: string): string {
  return edited(text, server, ({ down }) => (down === null ? null : { ...down, put: "" }));
}

type Edit = { readonly from: number; readonly to: number; readonly put: string };

/** From the end, so that what stands before keeps its place: one address may stand twice in an upstream. */
function edited(text: string, server: string, edit: (found: UpstreamServer) => Edit | null): string {
  return upstreamServers(text)
    .filter(({ name }) => name === server)
    .toReversed()
    .reduce((now, found) => {
      const change = edit(found);
      return change === null ? now : now.slice(0, change.from) + change.put + now.slice(change.to);
    }, text);
}
