/** What the pages without a session say. Those of the console have their own words; these belong to transport. */
import type { Language } from "#lib/people/language.ts";

export type LoginWords = {
  readonly title: string;
  readonly name: string;
  readonly password: string;
  readonly enter: string;
  readonly withLink: string;
  readonly where: string;
  readonly linkAlone: string;
  readonly needsScript: string;
  readonly thisLink: string;
  readonly noAnswer: string;
  readonly starting: string;
  readonly readingJournal: string;
  readonly usedLink: string;
  /** `command` makes a link. */
  readonly newLink: (command: string) => string;
  readonly noMatch: string;
  readonly tryAgain: string;
  readonly tooMany: (waitS: number) => string;
  readonly linkInstead: (command: string) => string;
  readonly locked: string;
  readonly unlock: string;
};

export const LOGIN_WORDS: Readonly<Record<Language, LoginWords>> = {
  en: {
    title: "Log in",
    name: "Name",
    password: "Password",
    enter: "Log in",
    withLink: "With a one-time link",
    where: "On the machine where the console runs:",
    linkAlone: "This console opens with a one-time link. On the machine where it runs:",
    needsScript: "Logging in needs JavaScript, as the console does.",
    thisLink: "This link logs you in once, on this browser.",
    noAnswer: "The console did not answer. Is it running?",
    starting: "Starting",
    readingJournal: "The console is reading its journal. This page looks again by itself.",
    usedLink: "This link was used already, or is too old.",
    newLink: (command) => `Make a new one with: ${command}`,
    noMatch: "Name and password do not match.",
    tryAgain: "Try again.",
    tooMany: (waitS) => `Too many tries: wait ${inUnits(waitS, "s", "min")} before the next.`,
    linkInstead: (command) => `A one-time link needs no password: ${command}`,
    locked: "This account is locked.",
    unlock: "Whoever manages the accounts of this console can unlock it.",
  },
  "zh-CN": {
    title: "登录",
    name: "用户名",
    password: "密码",
    enter: "登录",
    withLink: "使用一次性链接",
    where: "在控制台所在的机器上运行：",
    linkAlone: "此控制台通过一次性链接登录。在其所在的机器上运行：",
    needsScript: "登录需要 JavaScript，控制台也是如此。",
    thisLink: "此链接可在此浏览器上登录一次。",
    noAnswer: "控制台没有应答。它在运行吗？",
    starting: "正在启动",
    readingJournal: "控制台正在读取日志记录。此页面会自动刷新。",
    usedLink: "此链接已被使用，或已过期。",
    newLink: (command) => `重新生成链接：${command}`,
    noMatch: "用户名与密码不匹配。",
    tryAgain: "请重试。",
    tooMany: (waitS) => `尝试次数过多：请等待 ${inUnits(waitS, "秒", "分钟")}再试。`,
    linkInstead: (command) => `使用一次性链接无需密码：${command}`,
    locked: "此账户已被锁定。",
    unlock: "可由管理此控制台账户的人解锁。",
  },
};

function inUnits(waitS: number, seconds: string, minutes: string): string {
  return waitS < 90 ? `${waitS} ${seconds}` : `${Math.ceil(waitS / 60)} ${minutes}`;
}
