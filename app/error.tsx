"use client";
import { Trouble } from "#components/shell/trouble.tsx";

export default function ErrorPage({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <Trouble
      verdict="This page failed."
      reason={`${error.message} Runs go on without it: the console acts by itself.`}
      again={{ label: "Show it again", act: reset }}
    />
  );
}
