import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { upstreamServers, withDown, withUp } from "./nginx-file.ts";

const FILE = `
# server 10.0.0.9:80; is gone
upstream web {
    least_conn; server 10.0.0.1:80; # the first; of three
    server "10.0.0.2:80" weight=2
           max_fails=3 ; server unix:/run/web.sock backup;
    server 10.0.0.3:80 down weight=1;
}
upstream api{server 10.0.0.1:80;}
server { listen 80; server_name a; location / { proxy_pass http://web; set $x "a;b}"; } }
`;

describe("upstreams in nginx' file", () => {
  it("names every server by its upstream, and tells which are down", () => {
    expect(upstreamServers(FILE).map(({ name, isDown }) => `${name}${isDown ? " down" : ""}`)).toEqual([
      "web/10.0.0.1:80",
      'web/"10.0.0.2:80"',
      "web/unix:/run/web.sock",
      "web/10.0.0.3:80 down",
      "api/10.0.0.1:80",
    ]);
  });

  it("marks one server of one upstream, before its semicolon", () => {
    expect(withDown(FILE, "web/10.0.0.1:80")).toBe(
      FILE.replace("server 10.0.0.1:80; # the", "server 10.0.0.1:80 down; # the"),
    );
    expect(withDown(FILE, "api/10.0.0.1:80")).toBe(FILE.replace("{server 10.0.0.1:80;}", "{server 10.0.0.1:80 down;}"));
  });

  it("changes nothing where it is so already, or where there is no such server", () => {
    expect(withDown(FILE, "web/10.0.0.3:80")).toBe(FILE);
    expect(withUp(FILE, "web/10.0.0.1:80")).toBe(FILE);
    expect(withDown(FILE, "web/10.0.0.9:80")).toBe(FILE);
  });

  it("what somebody else marked is taken away with one space, and no more", () => {
    expect(withUp(FILE, "web/10.0.0.3:80")).toBe(FILE.replace(" down weight", " weight"));
  });

  it("restores any text to the letter", () => {
    const space = fc.constantFrom(" ", "\n", "\t", "  ", " # a; comment { of } no account\n");
    const line = fc.tuple(fc.constantFrom("a:1", "b:2", "c"), space, fc.constantFrom("", "weight=2", "backup"), space);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = `upstream u {${lines.map(([address, one, word, two]) => `server ${address}${one}${word}${two};`).join("\n")}}`;
        const before = upstreamServers(text);
        expect(before).toHaveLength(lines.length);
        const down = withDown(text, "u/a:1");
        expect(
          upstreamServers(down)
            .filter(({ isDown }) => isDown)
            .map(({ name }) => name),
        ).toEqual(before.filter(({ name }) => name === "u/a:1").map(({ name }) => name));
        expect(withUp(down, "u/a:1")).toBe(text);
      }),
    );
  });
});
