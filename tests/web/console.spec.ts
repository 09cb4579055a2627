import { expect, test } from "@playwright/test";
import { signInAs } from "./app";

test("an officer reminds the branches that are behind, in four taps, and takes it back", async ({ page }) => {
  await signInAs(page, "district-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await expect(page.getByRole("heading", { name: "Các đơn vị" })).toBeVisible();
  await page.getByRole("link", { name: "Xem nơi chưa đăng ký" }).click();
  await page.getByRole("button", { name: /^Nhắc (\d+ chi bộ|tất cả)$/ }).click();
  await expect(page.getByRole("heading", { name: "Nội dung sẽ gửi" })).toBeVisible();
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await page.getByRole("button", { name: /^Rút lại \(còn \d+ giây\)$/ }).click();
  await expect(page.getByText("Đã rút lại, không điện thoại nào đổ chuông.")).toBeVisible();
});

test("figures lead down the tree and back", async ({ page }) => {
  await signInAs(page, "district-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  const child = page.getByRole("table").first().getByRole("link").first();
  const name = (await child.textContent())!;
  await child.click();
  await expect(page.getByText(new RegExp(`^${name}, tháng`))).toBeVisible();
  await page.getByRole("link", { name: "Quay lại" }).click();
  await expect(page.getByRole("link", { name })).toBeVisible();
});
