import { describe, expect, it } from "vitest";
import { checksOf, parseSections, timeOf } from "./haproxy-config.ts";

const FILE = `
global
  stats socket /run/haproxy/admin.sock mode 660 level admin
defaults first
  default-server inter 5s
backend mysql
  mode tcp
  server fe-1 10.0.0.1:9030 check
  server fe-2 10.0.0.2:9030 check inter 500 fall 2 # the second
  server fe-3 10.0.0.3:9030
defaults
  default-server on-marked-down shutdown-sessions
peers others
  server web-1 10.0.0.1:10000
listen web
  bind :80
  default-server check fall 4 fastinter 250ms
  server web-1 10.0.0.1:80
  server "web-2" 10.0.0.2:80 no-check
`;
const sections = parseSections(FILE);

describe("what HAProxy's file tells of its checks", () => {
  it("[S0-6] the time to notice is inter x fall, by the server's words, its section's and the defaults above it", () => {
    expect(checksOf(sections, "mysql/fe-1")?.detectionMs).toBe(15_000);
    expect(checksOf(sections, "mysql/fe-2")?.detectionMs).toBe(1000);
  });

  it("after the first failure the fast interval counts", () => {
    expect(checksOf(sections, "web/web-1")?.detectionMs).toBe(2000 + 3 * 250);
  });

  it("who is not checked is never noticed", () => {
    expect(checksOf(sections, "mysql/fe-3")?.detectionMs).toBeNull();
    expect(checksOf(sections, "web/web-2")?.detectionMs).toBeNull();
  });

  it("sessions are cut on a failed check where the defaults say so", () => {
    expect(checksOf(sections, "mysql/fe-1")?.cutsWhenDown).toBe(false);
    expect(checksOf(sections, "web/web-1")?.cutsWhenDown).toBe(true);
  });

  it("a server of another backend, or of no backend at all, is not there", () => {
    expect(checksOf(sections, "web/fe-1")).toBeNull();
    expect(checksOf(sections, "others/web-1")).toBeNull();
  });

  it("times are milliseconds unless they say otherwise", () => {
    expect(["250", "2s", "1m", "500us", "x", null].map(timeOf)).toEqual([250, 2000, 60_000, 0.5, null, null]);
  });
});
