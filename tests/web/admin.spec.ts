import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signInAs } from "./app";
import { Caller, loginOf, rosterLines } from "./city";
import { kept } from "./phone";

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
  await expect(page.getByText("Lỗi: dòng này bị bỏ qua.")).toBeVisible();
  await expect(page.getByText(/^Cột branch_code: /)).toBeVisible();
  const apply = page.getByRole("button", { name: "Áp dụng bản xem trước" });
  await expect(apply).toBeVisible();

  // A no to the apply is said, and the preview stays: also after the app was closed.
  const detail = "Bản xem trước này đã cũ.";
  await page.route("**/v1/roster-imports/*/apply", (route) =>
    route.fulfill({
      status: 202,
      json: { id: "01900000-0000-7000-8000-000000000001", state: "pending", progress: null },
    }),
  );
  await page.route("**/v1/operations/01900000-0000-7000-8000-000000000001", (route) =>
    route.fulfill({ json: { state: "rejected", progress: null, resource_url: null, problem: { detail } } }),
  );
  await apply.click();
  await expect(page.getByText("Máy chủ đang làm. Xin chờ xong.")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveText(detail);
  await expect(page.getByText("Bản xem trước. Chưa có gì thay đổi.")).toBeVisible();
  await kept(page, "roster-import", /"roster":"\/v1\/roster-imports\/[0-9a-f-]+"/);
  await page.reload();
  await expect(page.getByText("Bản xem trước. Chưa có gì thay đổi.")).toBeVisible();
  await expect(apply).toBeVisible();
});

/** A branch of the test's own beside Bãi Thụy, with so many members who have never signed in. */
async function founded(members: number): Promise<{ admin: Caller; branch: any; names: string[] }> {
  const admin = new Caller(loginOf("city-admin").card_number);
  const beside = await admin.call("GET", `/v1/organizations/${loginOf("secretary-bai-thuy").branch.id}`);
  const stamp = Date.now();
  const branch = await admin.call("POST", "/v1/organizations", {
    parent_id: beside.parent_id,
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
  const closed = new URL(page.url()).searchParams.get("noi")!;
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByText(`Giải thể Chi bộ đổi tên ${stamp}? Việc này không hoàn lại được.`)).toBeFocused();
  await page.getByRole("button", { name: "Giải thể", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Đảng bộ quận Đống Đa" })).toBeVisible();

  const entry = page.getByRole("row").filter({ hasText: closed }).filter({ hasText: "Giải thể tổ chức" });
  await expect(async () => {
    await page.goto("/app/quan-ly/nhat-ky");
    await expect(entry).toBeVisible({ timeout: 3000 });
  }).toPass();
  await expect(entry.getByRole("link", { name: "Tổ chức" })).toHaveAttribute("href", new RegExp(`noi=${closed}$`));
  await page.getByLabel("Từ ngày").fill("2026-12-31");
  await page.getByLabel("Đến ngày").fill("2026-12-01");
  await page.getByRole("button", { name: "Xem", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Ngày đầu phải trước ngày cuối.");
});

test("a position is given and handed over, letters are printed, and a branch is split", async ({ page }) => {
  const { admin, branch, names } = await founded(4);
  await signInAs(page, "city-admin");
  await page.goto(`/app/quan-ly/to-chuc?noi=${branch.id}`);
  await page.getByRole("link", { name: "Chức vụ" }).click();
  // To and fro: what is said again later is done again.
  let before = "";
  for (const name of [0, 1, 0, 1].map((i) => names[i]!)) {
    await page.getByLabel("Giao cho ai").fill(name);
    await page.getByRole("button", { name: `Chọn ${name}` }).click();
    if (before) await expect(page.getByLabel(`Nhận bàn giao từ đồng chí ${before}`)).toBeChecked();
    await page.getByRole("button", { name: "Giao", exact: true }).click();
    await expect(page.getByRole("button", { name: `Thôi chức vụ của ${name}` })).toBeVisible();
    await expect(page.getByText(`Đồng chí ${name} nay là bí thư.`)).toBeVisible(); // and it stays
    await expect(page.getByRole("button", { name: /^Thôi chức vụ của / })).toHaveCount(1);
    before = name;
  }

  await page.goto(`/app/quan-ly/to-chuc/thu?noi=${branch.id}`);
  // The codes are made and the file is lost on its way: they are on no paper, and can be printed anew.
  await page.route("**/activation-letters", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByLabel(/^Chọn riêng người cần in/).press("Enter"); // prints for nobody
  await page.getByRole("button", { name: "In thư cho người chưa có" }).click();
  await expect(page.getByRole("alert")).toHaveText(/^Tệp thư chưa tải về được\./);
  await page.unroute("**/activation-letters");
  await page.getByRole("button", { name: "In thư cho người chưa có" }).click();
  await expect(page.getByText(/^Không ai cần thư kích hoạt/)).toBeVisible(); // who holds a code keeps it
  await page.getByRole("button", { name: "In lại cho mọi người chưa dùng" }).click();
  await expect(page.getByText("In lại thư cho 4 người? Thư cũ của họ hết hiệu lực.")).toBeFocused();
  const [letters] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "In lại", exact: true }).click(),
  ]);
  expect(readFileSync(await letters.path(), "latin1")).toMatch(/^%PDF-/);

  await page.goto(`/app/quan-ly/to-chuc/tach?noi=${branch.id}`);
  await page.getByLabel("Tên chi bộ mới").fill(`${branch.name} B`);
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn một số đảng viên, không phải tất cả.");
  await page.getByRole("checkbox", { name: names[2] }).check();
  await page.getByLabel("Bí thư chi bộ mới").selectOption({ label: names[2]! });
  // Who looks for the next name by "Enter" has not split the branch by it, and is asked nothing.
  await page.getByLabel("Tìm theo tên").fill(names[3]!);
  await page.getByLabel("Tìm theo tên").press("Enter");
  await page.getByLabel("Tên chi bộ mới").press("Enter");
  await expect(page.getByRole("button", { name: "Tiếp tục" })).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  // What was ticked outlives the app being closed, and the question says what will be.
  await expect(page.getByText("1/4 đảng viên sang chi bộ mới.")).toBeVisible();
  await kept(page, `split:${branch.id}`, /"secretary":"[0-9a-f]/);
  await page.reload();
  await expect(page.getByRole("checkbox", { name: names[2] })).toBeChecked();
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByText(`1/4 đảng viên sang ${branch.name} B? Việc này không hoàn lại được.`)).toBeFocused();
  await expect(page.getByText(`Bí thư chi bộ mới: ${names[2]}`)).toBeVisible();
  expect((await admin.call("GET", `/v1/organizations/${branch.id}/members`)).items).toHaveLength(4);
  await page.getByRole("button", { name: "Tách", exact: true }).click();
  await expect(page.getByRole("heading", { name: `${branch.name} B` })).toBeVisible();
  await expect
    .poll(async () => (await admin.call("GET", `/v1/organizations/${branch.id}/members`)).items.length)
    .toBe(3);
});

test("where the server never prints at once, letters are for who is named", async ({ page }) => {
  await signInAs(page, "city-admin");
  await page.goto("/app/quan-ly/to-chuc/thu");
  await expect(page.getByText("Mỗi lần in 200 thư. Xin in ở từng chi bộ, hoặc chọn người.")).toBeVisible();
  await page.getByRole("button", { name: "In thư", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn người cần thư.");
});

test("a right above a branch is taken from who has it, where he is found", async ({ page }) => {
  const { admin, branch, names } = await founded(1);
  const { items } = await admin.call("GET", `/v1/organizations/${branch.id}/members`);
  await admin.call("PUT", `/v1/organizations/${branch.parent_id}/positions/${items[0].id}`, { role: "officer" });
  await signInAs(page, "city-admin");
  await page.goto(`/app/quan-ly/to-chuc/chuc-vu?noi=${branch.parent_id}`);
  await page.getByLabel("Giao cho ai").fill(names[0]!);
  await page.getByRole("button", { name: `Chọn ${names[0]}` }).click();
  await page.getByRole("button", { name: `Thôi chức vụ của ${names[0]}` }).click();
  await page.getByRole("button", { name: "Thôi chức vụ", exact: true }).click();
  await expect(page.getByText(`Đồng chí ${names[0]} đã thôi chức vụ.`)).toBeVisible();
  const roles = async () => (await admin.call("GET", `/v1/organizations/${branch.id}/members`)).items[0].roles;
  await expect.poll(async () => (await roles()).map((held: { role: string }) => held.role)).not.toContain("officer");
});

test("what somebody else changed meanwhile leads on, and what was typed is kept", async ({ page }) => {
  const { admin, branch } = await founded(1);
  const path = `/v1/organizations/${branch.id}`;
  const change = async (body: object) => {
    const { version } = await admin.call("GET", path);
    await admin.call("PATCH", path, body, { "If-Match": `"${version}"` });
  };
  await signInAs(page, "city-admin");
  await page.goto(`/app/quan-ly/to-chuc/sua?noi=${branch.id}`);
  const name = page.getByLabel("Tên");
  await name.fill(`${branch.name} mới`);
  // Another field: his stays his, and the second press goes through.
  await change({ meeting_place: "Nhà văn hóa" });
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByRole("alert")).toHaveText("Người khác vừa sửa. Xin xem lại rồi bấm lần nữa.");
  await expect(page.getByLabel("Nơi họp")).toHaveValue("Nhà văn hóa");
  await expect(name).toHaveValue(`${branch.name} mới`);
  // The same field: both stand there until it is said which holds.
  await change({ name: `${branch.name} khác` });
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText(`Tên: ${branch.name} khác`)).toBeVisible();
  await expect(name).toHaveValue(`${branch.name} mới`);
  await page.getByRole("button", { name: "Giữ bản của tôi" }).click();
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByRole("heading", { name: `${branch.name} mới` })).toBeVisible();
  expect(await admin.call("GET", path)).toMatchObject({
    name: `${branch.name} mới`,
    meeting_place: "Nhà văn hóa",
  });
});

test("an officer sets a rule for all below, and takes it back", async ({ page }) => {
  await signInAs(page, "ward-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await page.getByRole("link", { name: "Quy định" }).click();
  const row = page.getByRole("row", { name: /^Số ngày giữ số liệu cũ/ });
  await expect(row).toBeVisible();
  // Whatever a run that broke off has left here.
  const before = await row.getByRole("cell").allTextContents();
  const above = before.at(-1)!;
  const own = ["2000", "1900", "1800"].find((days) => !before.includes(`${days} ngày`))!;
  const days = page.getByLabel("Số ngày giữ số liệu cũ");
  const put = page.getByRole("button", { name: "Đặt quy định" });
  const done = page.getByText("Đã đặt quy định.");
  await days.fill(own);
  await put.click();
  await expect(row.getByRole("cell")).toHaveText([`${own} ngày`, above]);
  await expect(done).toBeVisible();
  // Which of nine boxes is wrong is said.
  const registration = page.getByLabel("Hạn đăng ký họp, ngày của tháng trước");
  const was = await registration.inputValue();
  await registration.fill("45");
  await put.click();
  await expect(page.getByRole("alert")).toContainText("Hạn đăng ký họp: ");
  await expect(done).toHaveCount(0);
  await registration.fill(was);
  await days.fill("");
  await put.click();
  await expect(row.getByRole("cell")).toHaveText([above, above]);
  await expect(done).toBeVisible();
});
