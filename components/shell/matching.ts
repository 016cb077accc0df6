export type Command = {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  readonly keys: string | null;
  readonly locked: string | null;
  readonly act: () => void;
};

const MOST = 12;

/** Every word that was typed occurs; what begins with the text comes first. */
export function matching(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hit = (command: Command): boolean => {
    const all = `${command.label} ${command.note}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const first = words[0] ?? "";
  const rank = (command: Command): number => (command.label.toLowerCase().startsWith(first) ? 0 : 1);
  return commands
    .filter(hit)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}
