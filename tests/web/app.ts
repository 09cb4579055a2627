/** What a person does in the app, and what every screen of it must be. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import { BASE, loginOf, PASSWORD, RESULTS, totp } from "./city";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function signIn(page: Page, card: string, base = ""): Promise<void> {
  await page.goto(`${base}/app/`);
  await page.getByLabel("Số thẻ đảng viên").fill(card);
  await page.getByLabel("Mật khẩu").fill(PASSWORD);
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
}

/** A code is good once: whoever signed in with it a moment ago waits for the next. */
async function freshCode(use: string, secret: string): Promise<string> {
  const file = `${RESULTS}/web-code-${use}`;
  const last = existsSync(file) ? readFileSync(file, "utf8") : "";
  test.info().setTimeout(test.info().timeout + 40_000);
  await expect.poll(() => totp(secret), { timeout: 40_000, intervals: [500] }).not.toBe(last);
  const code = totp(secret);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(file, code);
  return code;
}

interface Session {
  access_token: string;
  expires_in: number;
}
/** Longer than any test takes. */
const LEAST_S = 300;
const sessionFile = (use: string) => `${RESULTS}/web-session-${use}`;

/** The session that somebody with a one-time code began in an earlier test, if the server still knows it. */
async function sessionOf(use: string): Promise<Session | null> {
  if (!existsSync(sessionFile(use))) return null;
  const { session, endsAt } = JSON.parse(readFileSync(sessionFile(use), "utf8"));
  const expires_in = Math.floor((endsAt - Date.now()) / 1000);
  if (expires_in < LEAST_S) return null;
  const headers = { Authorization: `Bearer ${session.access_token}` };
  return (await fetch(`${BASE}/v1/me`, { headers })).ok ? { ...session, expires_in } : null;
}

function keepSession(use: string, session: Session): void {
  mkdirSync(RESULTS, { recursive: true });
  const endsAt = Date.now() + session.expires_in * 1000;
  writeFileSync(sessionFile(use), JSON.stringify({ session, endsAt }), { mode: 0o600 });
}

/** Who has a one-time code is asked for it, once in a run: a code is good once, so each further one is waited for.
 * Later the server's first answer is what he gets when he signs in. */
export async function signInAs(page: Page, use: string): Promise<void> {
  const login = loginOf(use);
  const known = login.otp_secret ? await sessionOf(use) : null;
  const signIn = "**/v1/auth/login";
  await page.goto("/app/");
  await page.getByLabel("Số thẻ đảng viên").fill(login.card_number);
  await page.getByLabel("Mật khẩu").fill(login.password);
  if (known) await page.route(signIn, (route) => route.fulfill({ json: known }));
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  if (login.otp_secret && !known) {
    await page.getByLabel("Mã xác thực 6 số").fill(await freshCode(use, login.otp_secret));
    const answer = page.waitForResponse((each) => each.url().endsWith("/v1/auth/login") && each.ok());
    await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
    keepSession(use, await (await answer).json());
  }
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
  if (known) await page.unroute(signIn);
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** WCAG 2.2 AA, and 7:1 of contrast. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(AXE);
  const violations = (await page.evaluate(async () => {
    const axe = (
      window as unknown as { axe: { run: (where: Document, how: object) => Promise<{ violations: unknown[] }> } }
    ).axe;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const rules = { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } };
    return (await axe.run(document, { runOnly: { type: "tag", values: tags }, rules })).violations;
  })) as Violation[];
  const told = violations.flatMap((v) =>
    v.nodes.map((node) => `${v.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
  expect(told, what).toEqual([]);
}

/** Nothing is to be found beside the screen. */
export async function expectNoSidewaysScroll(page: Page, what: string): Promise<void> {
  const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(whole, what).toBeLessThanOrEqual(inner!);
}
