import { createMemoryJournal } from "./memory.ts";
import { journalContract } from "./journal.contract.ts";

journalContract("in memory", async () => {
  const journal = createMemoryJournal();
  return { open: () => journal, end: async () => {} };
});
