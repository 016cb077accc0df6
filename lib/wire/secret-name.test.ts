import { expect, it } from "vitest";
import { isSecretName, mayHoldSecret } from "./secret-name.ts";

it("knows a secret's setting by its name", () => {
  expect(["password", "token", "sudoPassword", "clientSecret"].every(isSecretName)).toBe(true);
  expect(["user", "passwords", "tokens", "secretary"].some(isSecretName)).toBe(false);
});

it("takes text that writes a secret down for text that may hold one, wherever the value stands", () => {
  for (const yaml of [
    "account:\n  password: hunter2\n",
    "account: { user: sluice, password: hunter2 }",
    'account: {"password":"hunter2"}',
    "password:\n  hunter2",
    "password: |\n  hunter2",
    "'sudoPassword' : 'hunter2'",
  ])
    expect(mayHoldSecret(yaml), yaml).toBe(true);
});

it("keeps text that names where its secrets lie, or has none yet", () => {
  for (const yaml of [
    "account:\n  user: sluice\n  password: env:SLUICE_PASSWORD\n",
    'account: { user: sluice, password: "file:/run/secrets/sluice" }',
    "account: { user: sluice, password: }",
    "password: # to come",
    "name: a token of thanks: 1",
  ])
    expect(mayHoldSecret(yaml), yaml).toBe(false);
});
