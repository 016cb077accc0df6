/** Lines of fe.log as a real FE writes them: time, level, thread, where, what. */
export interface FeLog {
  info(thread: string, where: string, message: string): void;
  warn(thread: string, where: string, message: string): void;
}

export function feLog(append: (line: string) => void, nowMs: () => number): FeLog {
  const write = (level: string, thread: string, where: string, message: string): void =>
    append(`${new Date(nowMs()).toISOString().replace("T", " ")} ${level} (${thread}) [${where}] ${message}`);
  return {
    info: (thread, where, message) => write("INFO", thread, where, message),
    warn: (thread, where, message) => write("WARN", thread, where, message),
  };
}
