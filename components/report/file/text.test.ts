import { describe, expect, it } from "vitest";
import { escaped, redacted, withoutSecrets } from "./text.ts";

describe("text that leaves the console", () => {
  it("is text: no markup comes out of it", () => {
    expect(escaped(`<script>alert("1")</script> & 'x'`)).toBe(
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;",
    );
  });

  it("has nobody's secrets, however they were written", () => {
    const secrets = [
      `CREATE USER u IDENTIFIED BY 's3cret!'`,
      `CREATE USER u IDENTIFIED WITH mysql_native_password BY 's3cret!'`,
      `LOAD LABEL l ("aws.s3.secret_key" = "s3cret!", "aws.s3.access_key" = "s3cret!")`,
      `"password" = "s3cret!"`,
      `SET PASSWORD = s3cret!`,
      `--token s3cret! --verbose`,
      `--password=s3cret!`,
      `Authorization: Bearer s3cretAbc.def`,
      `jdbc:mysql://root:s3cret!@10.0.0.1:9030/db`,
      `api_key: s3cret!`,
    ];
    for (const text of secrets) expect(withoutSecrets(text), text).not.toContain("s3cret");
  });

  it("keeps what is none", () => {
    for (const text of [
      "SELECT region, sum(net) FROM dwd.orders WHERE day > '2026-03-01'",
      "the token bucket was empty",
      "be-01 passes 8 checks, password rotation not due",
      "http://10.0.0.1:8030/api/health",
    ]) {
      expect(withoutSecrets(text)).toBe(text);
    }
  });

  it("leaves a value what it was, and its JSON readable", () => {
    const value = { what: `SET "password" = "x1"`, n: 3, list: [null, true, "plain"] };
    expect(JSON.parse(JSON.stringify(redacted(value)))).toEqual({ ...value, what: `SET "password" = •••` });
  });
});
