/** The letter comes by hand, and is the first that a member sees of all this. */
import { expect, test } from "@playwright/test";
import { BASE, Caller, ctl, freeBranch, loginOf, PASSWORD } from "./city";

/** One who has never signed in, and what his letter says. */
async function lettered() {
  const admin = new Caller(loginOf("city-admin").card_number);
  const branch = await admin.call("GET", `/v1/organizations/${(await freeBranch()).id}`);
  const stamp = Date.now();
  const card = `${stamp}`.slice(-12);
  const name = `Đỗ Thị Thư ${stamp}`;
  await admin.call("POST", "/v1/members", { branch_id: branch.id, card_number: card, full_name: name });
  return { card, name, branch: branch.name as string, code: ctl("activation-code", card) };
}

test("a letter's code opens the app, once", { tag: "@both" }, async ({ page, browser }) => {
  const { card, name, branch, code } = await lettered();
  const address = `/app/kich-hoat#c=${card}&k=${encodeURIComponent(code)}`;
  await page.goto(address);
  await expect(page.getByText(name, { exact: true })).toBeVisible();
  await expect(page.getByText(branch, { exact: true })).toBeVisible();
  expect(new URL(page.url()).hash, "the code does not stay in the address").toBe("");
  await page.getByRole("button", { name: `Đúng, tôi là ${name}` }).click();
  const begin = page.getByRole("button", { name: "Bắt đầu dùng" });
  await page.getByLabel("Đặt mật khẩu").fill("ngắn");
  await begin.click();
  await expect(page.getByRole("alert")).toHaveText("Mật khẩu cần ít nhất 8 chữ.");
  await page.getByLabel("Đặt mật khẩu").fill(PASSWORD);
  await begin.click();
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();

  // Who finds the letter later gets nowhere with it.
  const other = await (await browser.newContext()).newPage();
  await other.goto(BASE + address);
  await expect(other.getByRole("button", { name: "Tiếp tục" })).toBeVisible();
  await other.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(other.getByRole("alert")).toHaveText("Tài khoản đã được kích hoạt, xin đăng nhập bằng mật khẩu");
  await other.context().close();
});

test("who types the code from paper may type it as people do", { tag: "@both" }, async ({ page }) => {
  const { card, name, code } = await lettered();
  await page.goto("/app/");
  await page.getByRole("link", { name: "Tôi có thư kích hoạt" }).click();
  await page.getByLabel("Số thẻ đảng viên").fill(card);
  await page.getByLabel("Mã kích hoạt trong thư").fill("0000-0000-0000");
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByRole("alert")).toHaveText("Mã đã dùng hoặc hết hạn. Xin bí thư cấp lại.");
  await page.getByLabel("Mã kích hoạt trong thư").fill(code.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByText(name, { exact: true })).toBeVisible();
});
