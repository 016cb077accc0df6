import { Trouble } from "#components/shell/trouble.tsx";

export default function NotFound() {
  return (
    <Trouble
      verdict="There is no such page."
      reason="The cluster or run may have been named differently."
      again={null}
    />
  );
}
