import { expect, it } from "vitest";
import { versionIn } from "./packages.ts";

it.each([
  ["StarRocks-4.0.8-ubuntu-amd64.tar.gz", "4.0.8"],
  ["StarRocks-3.5.0-rc01.tar.gz", "3.5.0-rc01"],
  ["4.0.8.tgz", "4.0.8"],
  ["app-1.2.0.tar.gz", "1.2.0"],
  ["shop-api-v2-1.2.0.tar", "1.2.0"],
  ["shop_1.2.0_linux_amd64.tar.gz", "1.2.0"],
  ["etcd-v3.5.21-linux-amd64.tar.gz", "3.5.21"],
  ["engine-6.5.2.1.tgz", "6.5.2.1"],
  ["app-1.2.0-4f3a2b1.tar.gz", "1.2.0"],
  ["app-1.2.0-beta.2.tar.gz", "1.2.0-beta.2"],
  ["app-1.2.0-SNAPSHOT.tgz", "1.2.0-SNAPSHOT"],
  ["app-1.2.0-rc1-amd64.tar.gz", "1.2.0-rc1"],
  ["app-1.2.0-devel.tar.gz", "1.2.0"],
])("a package %s is %s", (name, version) => {
  expect(versionIn(name)).toBe(version);
});

it.each(["app.tar.gz", "app-1.tar.gz", "app-1.2.0.zip", "app-1.2.0.tar.gz.sha256", "app-1.2.0.tar.gz.part"])(
  "%s is no package",
  (name) => {
    expect(versionIn(name)).toBeNull();
  },
);
