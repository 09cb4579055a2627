/** People of the demo city to test with, and what the API says about what the app did. Each test has a branch of its
 * own: nobody else meets there. */
import { execFile, execFileSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../..");
const RUN = resolve(process.env.SOTAY_RUN ?? `${ROOT}/.run`);
/** The app as it was built. */
export const APP = `${ROOT}/web/dist`;
export const RESULTS = resolve(process.env.SOTAY_RESULTS ?? `${ROOT}/.run/tests`);
export const PASSWORD = "sotay-demo-2026";

function setting(name: string): string {
  const found = readFileSync(`${RUN}/settings`, "utf8").match(new RegExp(`^${name}=(.*)$`, "m"));
  if (!found) throw new Error(`no ${name} in ${RUN}/settings`);
  return found[1]!;
}

export const BASE = existsSync(`${RUN}/settings`)
  ? `http://127.0.0.1:${setting("port.gateway")}`
  : "http://127.0.0.1:8080";

export function ctl(...words: string[]): string {
  return execFileSync(`${ROOT}/deploy/local/ctl`, words, {
    env: { ...process.env, SOTAY_RUN: RUN },
    encoding: "utf8",
  }).trim();
}

/** What stands before all others: it is taken away from under the app. */
export class Server {
  /** It takes what is sent, and answers nothing any more. */
  freeze(): void {
    process.kill(Number(ctl("pid", "gateway")), "SIGSTOP");
  }

  /** What was frozen, and nobody starts it again: whose supervisor waits for its end knows that it shall have one. */
  async kill(): Promise<void> {
    const pid = Number(ctl("pid", "gateway"));
    const stopped = supervise("stop");
    await expect.poll(() => supervise("status"), { timeout: 30_000 }).toContain("STOPPING");
    process.kill(pid, "SIGKILL");
    await stopped;
  }

  async start(): Promise<void> {
    await supervise("start");
    const status = () => fetch(`http://127.0.0.1:${setting("port.gateway_ops")}/readyz`).then(({ ok }) => ok);
    await expect.poll(() => status().catch(() => false), { timeout: 60_000 }).toBe(true);
  }
}

/** What the supervisor says to that; it is no fault if all is so already. */
async function supervise(what: string): Promise<string> {
  const words = ["-c", `${RUN}/supervisord.conf`, what, "services:gateway"];
  const said = await promisify(execFile)("supervisorctl", words).catch((error: { stdout: string }) => error);
  return said.stdout;
}

/** A client of the API in somebody's name. */
export class Caller {
  readonly token: string;
  constructor(readonly card: string) {
    this.token = ctl("token", card);
  }

  async call(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<any> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}`, Prefer: "wait=20", ...more };
    if (method !== "GET") headers["Idempotency-Key"] = randomUUID();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

/** Its UTC fields say what the city's clocks and calendars do. */
function cityNow(): Date {
  return new Date(Date.now() + 7 * 3_600_000);
}

export function dayOfMonth(): number {
  return cityNow().getUTCDate();
}

/** "2026-12": so many months after this one, of the city's calendar. */
export function monthFromNow(after: number): string {
  const here = cityNow();
  return new Date(Date.UTC(here.getUTCFullYear(), here.getUTCMonth() + after, 15)).toISOString().slice(0, 7);
}

interface Login {
  use: string;
  card_number: string;
  password: string;
  otp_secret: string | null;
  branch: { id: string; name: string };
}

/** One of the demo's logins: "district-officer". */
export function loginOf(use: string): Login {
  const logins = JSON.parse(readFileSync(`${RUN}/logins.json`, "utf8")) as Login[];
  return logins.find((login) => login.use === use)!;
}

/** RFC 6238: SHA-1, 30 s, 6 digits. */
export function totp(secret: string, now = Date.now()): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest[19]! & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export interface Person {
  card: string;
  name: string;
}
export interface Branch {
  secretary: Person;
  members: Person[];
}

/** The head of the city's roster, and one who stands in it. */
export function rosterLines(): [string, string] {
  const [head, first] = readFileSync(`${RUN}/city/members.csv`, "utf8").split(/\r?\n/);
  return [head!, first!];
}

function branches(): Branch[] {
  const [head, ...lines] = readFileSync(`${RUN}/city/members.csv`, "utf8").trim().split("\n");
  const columns = head!.trim().split(",");
  const taken = new Set<string>();
  const found = new Map<string, Branch>();
  const logins = new Set(
    (JSON.parse(readFileSync(`${RUN}/logins.json`, "utf8")) as { card_number: string }[]).map((l) => l.card_number),
  );
  for (const line of lines) {
    const row = Object.fromEntries(
      line
        .trim()
        .split(",")
        .map((value, i) => [columns[i]!, value]),
    ) as Record<string, string>;
    const code = row.branch_code!;
    const person = { card: row.card_number!, name: row.full_name! };
    // The branches of the demo's logins are where other tests meet.
    if (logins.has(person.card)) taken.add(code);
    const branch = found.get(code) ?? { secretary: { card: "", name: "" }, members: [] };
    if (row.position === "secretary") branch.secretary = person;
    else if (!row.position && row.status === "official" && row.exempt === "false") branch.members.push(person);
    found.set(code, branch);
  }
  return [...found]
    .filter(([code, branch]) => !taken.has(code) && branch.secretary.card && branch.members.length > 5)
    .map(([, branch]) => branch);
}

export interface Chosen extends Branch {
  caller: Caller;
  id: string;
}

/** One in which nobody has met yet, whatever ran on this stack before. */
export async function freeBranch(): Promise<Chosen> {
  const free = branches();
  for (;;) {
    const [branch] = free.splice(Math.floor(Math.random() * free.length), 1);
    if (!branch) throw new Error("every branch of the city has met");
    const caller = new Caller(branch.secretary.card);
    const { id } = (await caller.call("GET", "/v1/me")).branch;
    const { items } = await caller.call("GET", `/v1/organizations/${id}/meetings`);
    if (items.length === 0) return { ...branch, caller, id };
  }
}

export interface Planned {
  branch: Chosen;
  member: Person;
  secretary: Caller;
  meeting: any;
  paper: string;
}

const PAPER = `QUY ĐỊNH
về sinh hoạt chi bộ

Điều 1. Phạm vi
Quy định này áp dụng cho mọi đảng viên của chi bộ. Đảng viên được miễn sinh hoạt vẫn được gửi tài liệu.

Điều 2. Thời gian
Chi bộ họp mỗi tháng một lần, vào buổi tối. Tài liệu được gửi trước ít nhất ba ngày.

Điều 3. Góp ý
Đảng viên góp ý trước khi họp, bằng ứng dụng hoặc gọi điện cho bí thư.`;

/** A meeting that its secretary registers: so long from then, or on the evening of that day. */
export async function registered(secretary: Caller, organization_id: string, afterMs: number, more: object = {}) {
  const starts = new Date(Date.now() + afterMs);
  if (afterMs > 86_400_000) starts.setUTCHours(12, 30, 0, 0);
  return secretary.call("POST", "/v1/meetings", {
    organization_id,
    kind: "thematic",
    starts_at: starts.toISOString(),
    place: "Nhà văn hóa phường, tầng 2",
    publish: true,
    agenda: [{ title: "Chuyên đề", minutes: 30, document_ids: [] }],
    ...more,
  });
}

/** A meeting of one branch with a paper of text and two topics, as its secretary registers it: in five days, or so long
 * from when it is registered. */
export async function plan(afterMs = 5 * 86_400_000): Promise<Planned> {
  const branch = await freeBranch();
  const { caller: secretary, id: organization_id } = branch;
  const document = await secretary.call("POST", "/v1/documents", {
    kind: "regulation",
    title: "Quy định về sinh hoạt chi bộ",
    organization_id,
    classification: "internal",
    text: PAPER,
    audience: { organization_ids: [organization_id] },
  });
  await secretary.call("POST", `/v1/documents/${document.id}/publish`, { notify: "none" });
  const meeting = await registered(secretary, organization_id, afterMs, {
    kind: "regular",
    agenda: [
      { title: "Kiểm điểm nghị quyết tháng trước", minutes: 30, document_ids: [] },
      { title: "Quy định mới về sinh hoạt chi bộ", minutes: 45, document_ids: [document.id] },
    ],
  });
  return { branch, member: branch.members[0]!, secretary, meeting, paper: document.id };
}

interface Paper {
  title: string;
  text: string;
  kind?: string;
  number?: string;
  issued_on?: string;
  targets?: { text: string }[];
  requires_acknowledgement?: boolean;
}

/** What members have said before a meeting. */
export async function textsOf(secretary: Caller, meeting: string): Promise<string[]> {
  const texts: string[] = [];
  for (let cursor = ""; ;) {
    const page = await secretary.call("GET", `/v1/meetings/${meeting}/comments?limit=100${cursor}`);
    texts.push(...page.items.map((comment: { text: string }) => comment.text));
    if (!page.next_cursor) return texts.sort();
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}

/** A paper that a branch's secretary has issued to it. */
export async function issued(branch: Chosen, paper: Paper): Promise<any> {
  const made = await branch.caller.call("POST", "/v1/documents", {
    kind: "regulation",
    classification: "internal",
    organization_id: branch.id,
    audience: { organization_ids: [branch.id] },
    ...paper,
  });
  return branch.caller.call("POST", `/v1/documents/${made.id}/publish`, { notify: "none" });
}

/** A paper of an officer's for his whole organisation, which he has not issued. */
export async function drafted(use: string, title: string, classification = "internal", roles: string[] = []) {
  const officer = new Caller(loginOf(use).card_number);
  const held = (await officer.call("GET", "/v1/me")).roles;
  const organization_id = held.find((each: { role: string }) => each.role === "officer").organization.id;
  const paper = await officer.call("POST", "/v1/documents", {
    kind: "guideline",
    title,
    organization_id,
    classification,
    text: "Điều 1. Thi hành",
    audience: { organization_ids: [organization_id], subtree: true, ...(roles.length > 0 ? { roles } : {}) },
  });
  return { officer, paper };
}
