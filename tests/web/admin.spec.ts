import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signInAs } from "./app";
import { Caller, loginOf, rosterLines } from "./city";

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

/** A branch of the test's own below some grassroots, with so many members who have never signed in. */
async function founded(members: number): Promise<{ admin: Caller; branch: any; names: string[] }> {
  const admin = new Caller(loginOf("city-admin").card_number);
  const city = (await admin.call("GET", "/v1/me")).roles[0].organization.id;
  const below = async (id: string) => (await admin.call("GET", `/v1/organizations/${id}/children`)).items;
  const stamp = Date.now();
  const district = (await below(city)).find((each: { level: string }) => each.level === "district");
  const branch = await admin.call("POST", "/v1/organizations", {
    parent_id: (await below(district.id))[0].id,
    level: "branch",
    name: `Chi bộ thử ${stamp}`,
    code: `THU-${stamp}`,
  });
  const names = Array.from({ length: members }, (_, i) => `Trần Thử ${"ABCDEFGH"[i]}${stamp}`);
  for (const [i, full_name] of names.entries())
    await admin.call("POST", "/v1/members", {
      branch_id: branch.id,
      card_number: `${stamp}${i}`.slice(-12),
      full_name,
    });
  return { admin, branch, names };
}

test("an administrator finds a place in the tree, founds a branch below it and names it anew", async ({ page }) => {
  const stamp = Date.now();
  await signInAs(page, "city-admin");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await expect(page.getByRole("link", { name: "Xem nơi chưa đăng ký" })).toHaveCount(0); // officers see to that
  await page.getByRole("link", { name: "Tổ chức" }).click();
  await expect(page.getByRole("heading", { name: "Mức sử dụng" })).toBeVisible();
  await page.getByLabel("Tìm theo tên hoặc mã").fill("quan dong da");
  await page.getByRole("link", { name: "Đảng bộ quận Đống Đa" }).click();
  await expect(page.getByRole("heading", { name: "Đảng bộ quận Đống Đa" })).toBeVisible();
  await page.getByRole("link", { name: "Thêm đơn vị trực thuộc" }).click();
  await page.getByRole("button", { name: "Lập đơn vị" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin ghi tên và mã.");
  await page.getByLabel("Cấp").selectOption("Chi bộ");
  await page.getByLabel("Tên").fill(`Chi bộ mới ${stamp}`);
  await page.getByLabel("Mã").fill(`MOI-${stamp}`);
  await page.getByRole("button", { name: "Lập đơn vị" }).click();
  await page.getByRole("link", { name: "Sửa tên, lịch họp" }).click();
  await page.getByLabel("Tên").fill(`Chi bộ đổi tên ${stamp}`);
  await page.getByLabel("Ngày họp hằng tháng").fill("5");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByRole("heading", { name: `Chi bộ đổi tên ${stamp}` })).toBeVisible();
  await expect(page.getByText("Họp ngày 5 hằng tháng")).toBeVisible();
  await page.getByRole("link", { name: "Giải thể hoặc nhập" }).click();
  await page.getByLabel("Lý do").fill("Lập nhầm");
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await page.getByRole("button", { name: "Giải thể", exact: true }).click();
  await page.getByRole("button", { name: "Giải thể", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Đảng bộ quận Đống Đa" })).toBeVisible();

  await page.goto("/app/quan-ly/nhat-ky");
  await expect(page.getByRole("cell", { name: "Giải thể tổ chức" }).first()).toBeVisible();
});

test("a position is given and handed over, letters are printed, and a branch is split", async ({ page }) => {
  const { admin, branch, names } = await founded(4);
  await signInAs(page, "city-admin");
  await page.goto(`/app/quan-ly/to-chuc?noi=${branch.id}`);
  await page.getByRole("link", { name: "Chức vụ" }).click();
  for (const [i, name] of names.slice(0, 2).entries()) {
    await page.getByLabel("Giao cho ai").fill(name);
    await page.getByRole("button", { name: `Chọn ${name}` }).click();
    if (i > 0) await expect(page.getByLabel(`Nhận bàn giao từ đồng chí ${names[0]}`)).toBeChecked();
    await page.getByRole("button", { name: "Giao", exact: true }).click();
    await expect(page.getByRole("button", { name: `Thôi chức vụ của ${name}` })).toBeVisible();
  }
  await expect(page.getByRole("button", { name: `Thôi chức vụ của ${names[0]}` })).toHaveCount(0);

  await page.goto(`/app/quan-ly/to-chuc/thu?noi=${branch.id}`);
  const [letters] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "In thư cho người chưa có" }).click(),
  ]);
  expect(readFileSync(await letters.path(), "latin1")).toMatch(/^%PDF-/);
  await page.getByRole("button", { name: "In thư cho người chưa có" }).click();
  await expect(page.getByText(/^Không ai cần thư kích hoạt/)).toBeVisible(); // who holds a code keeps it

  await page.goto(`/app/quan-ly/to-chuc/tach?noi=${branch.id}`);
  await page.getByLabel("Tên chi bộ mới").fill(`${branch.name} B`);
  await page.getByRole("button", { name: "Tách", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn một số đảng viên, không phải tất cả.");
  await page.getByRole("checkbox", { name: names[2] }).check();
  await page.getByLabel("Bí thư chi bộ mới").selectOption({ label: names[2]! });
  await page.getByRole("button", { name: "Tách", exact: true }).click();
  await expect(page.getByRole("heading", { name: `${branch.name} B` })).toBeVisible();
  await expect
    .poll(async () => (await admin.call("GET", `/v1/organizations/${branch.id}/members`)).items.length)
    .toBe(3);
});

test("an officer sets a rule for all below, and takes it back", async ({ page }) => {
  await signInAs(page, "ward-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await page.getByRole("link", { name: "Quy định" }).click();
  const row = page.getByRole("row", { name: /^Số ngày giữ số liệu cũ/ });
  await expect(row.getByRole("cell")).toHaveText(["1825 ngày", "1825 ngày"]);
  const days = page.getByLabel("Số ngày giữ số liệu cũ");
  await days.fill("2000");
  await page.getByRole("button", { name: "Đặt quy định" }).click();
  await expect(row.getByRole("cell")).toHaveText(["2000 ngày", "1825 ngày"]);
  await days.fill("");
  await page.getByRole("button", { name: "Đặt quy định" }).click();
  await expect(row.getByRole("cell")).toHaveText(["1825 ngày", "1825 ngày"]);
});
