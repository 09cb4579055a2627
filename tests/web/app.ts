/** What a person does in the app, and what every screen of it must be. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import { loginOf, PASSWORD, RESULTS, totp } from "./city";

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

/** Who has a one-time code is asked for it. */
export async function signInAs(page: Page, use: string): Promise<void> {
  const login = loginOf(use);
  await page.goto("/app/");
  await page.getByLabel("Số thẻ đảng viên").fill(login.card_number);
  await page.getByLabel("Mật khẩu").fill(login.password);
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  if (login.otp_secret) {
    await page.getByLabel("Mã xác thực 6 số").fill(await freshCode(use, login.otp_secret));
    await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  }
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
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
