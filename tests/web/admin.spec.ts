import { expect, test } from "@playwright/test";
import { signInAs } from "./app";
import { rosterLines } from "./city";

test("an administrator sees what a roster would change and what is wrong with it first", async ({ page }) => {
  const [head, known] = rosterLines();
  const columns = head.split(",");
  const wrong = known.split(",");
  wrong[columns.indexOf("card_number")] = `T${Date.now()}`;
  wrong[columns.indexOf("branch_code")] = "KHONG-CO";
  await signInAs(page, "city-admin");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await page.getByRole("link", { name: "Nhập danh sách" }).click();
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn tệp đảng viên.");
  await page.getByLabel("Tệp đảng viên (CSV)").setInputFiles({
    name: "members.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([head, known, wrong.join(",")].join("\n") + "\n"),
  });
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("Bản xem trước. Chưa có gì thay đổi.")).toBeVisible();
  await expect(page.getByText(/lỗi 1\.$/)).toBeVisible();
  await expect(page.getByText(/, dòng 3$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Áp dụng bản xem trước" })).toBeVisible();
});
