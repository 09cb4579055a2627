/** Pages about people: a branch's members and tasks, and what is one's own. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signIn, signInAs } from "./app";
import { Caller, freeBranch, loginOf, totp } from "./city";
import { kept } from "./phone";

test("a secretary puts right what the branch knows of a member, and prints the year's book", async ({ page }) => {
  const { secretary, members, caller, id } = await freeBranch();
  const [member] = members;
  await signIn(page, secretary.card);
  await page.getByRole("link", { name: "Chi bộ", exact: true }).click();
  await page.getByRole("link", { name: "Danh sách đảng viên" }).click();
  const [book] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: /^Tải sổ năm/ })
      .first()
      .click(),
  ]);
  expect(readFileSync(await book.path(), "latin1")).toMatch(/^%PDF-/);
  await page.getByLabel("Tìm theo tên").fill(member!.name);
  await page.getByRole("link", { name: member!.name }).first().click();
  // What the server would refuse him is not offered.
  await expect(page.getByText("Họ tên và nghề nghiệp do quản trị viên sửa.")).toBeVisible();
  await expect(page.getByLabel("Nghề nghiệp")).toHaveCount(0);
  await expect(page.getByLabel("Họ và tên")).toHaveCount(0);
  await page.getByLabel("Được miễn sinh hoạt").check();
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin ghi lý do.");
  await page.getByLabel("Lý do").first().fill("Đủ 70 tuổi");
  await page.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(page.getByText("Đủ 70 tuổi")).toBeVisible(); // in the history
  await expect(page.getByText("Đã lưu.", { exact: true })).toBeVisible();
  const { items } = await caller.call("GET", `/v1/organizations/${id}/members?exempt=true&limit=500`);
  expect(items.map((each: { full_name: string }) => each.full_name)).toContain(member!.name);
});

test("a deputy looks at the roster, and is not offered what its secretary alone may", async ({ page }) => {
  const { members, id } = await freeBranch();
  const [deputy, other] = members;
  // By their cards: two of a branch may have one name.
  const idOf = async (card: string) => (await new Caller(card).call("GET", "/v1/me")).id;
  const admin = new Caller(loginOf("city-admin").card_number);
  const role = { role: "deputy_secretary" };
  await admin.call("PUT", `/v1/organizations/${id}/positions/${await idOf(deputy!.card)}`, role);
  const refused: string[] = [];
  page.on("response", (answer) => {
    if (answer.url().includes("/v1/") && answer.status() === 403) refused.push(answer.url());
  });
  await signIn(page, deputy!.card);
  await page.goto("/app/chi-bo/dang-vien");
  await expect(page.getByRole("button", { name: /^Tải sổ năm/ }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^In thư/ })).toHaveCount(0);
  await page.goto(`/app/chi-bo/dang-vien/${await idOf(other!.card)}`);
  await expect(page.getByRole("heading", { name: "Đã thay đổi những gì" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Lưu", exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "In lại thư kích hoạt" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Xin cấp lại tài khoản" })).toHaveCount(0);
  expect(refused).toEqual([]);
});

test("a task is given and done, and a topic stands on every agenda", async ({ page }) => {
  const { secretary, members, caller, id } = await freeBranch();
  await signIn(page, secretary.card);
  await page.goto("/app/chi-bo/viec");
  await page.getByRole("button", { name: "Thêm việc" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin ghi việc và hạn.");
  await page.getByLabel("Việc gì").fill("Thu đảng phí");
  await page.getByLabel("Giao cho ai").selectOption({ label: members[0]!.name });
  await page.getByLabel("Hạn", { exact: true }).fill("2099-12-31");
  await page.getByRole("button", { name: "Thêm việc" }).click();
  await expect(page.getByText("Hạn 31/12/2099")).toBeVisible();
  await page.getByRole("button", { name: "Đã xong" }).click();
  await expect(page.getByText("Chưa có việc nào.")).toBeVisible();
  await page.getByLabel("Nội dung", { exact: true }).fill("Đọc báo Đảng");
  await page.getByRole("button", { name: "Thêm nội dung mẫu" }).click();
  await expect(page.getByText("Đọc báo Đảng")).toBeVisible();
  const { items } = await caller.call("GET", `/v1/organizations/${id}/agenda-templates`);
  expect(items.map((each: { title: string }) => each.title)).toEqual(["Đọc báo Đảng"]);
});

test("a secretary lays his branch out in groups", async ({ page }) => {
  const { secretary, members, caller, id } = await freeBranch();
  const [head] = members;
  await signIn(page, secretary.card);
  await page.goto("/app/chi-bo/to-dang");
  await page.getByRole("button", { name: "Thêm tổ" }).click();
  await page.getByLabel("Tên tổ thứ 1").fill("Tổ khu phố 1");
  await page.getByRole("button", { name: "Lưu các tổ" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn tổ trưởng trong số người của tổ.");
  await page.getByLabel(head!.name, { exact: true }).first().selectOption("Tổ khu phố 1");
  await page.getByLabel("Tổ trưởng").selectOption({ label: head!.name });
  await page.getByRole("button", { name: "Lưu các tổ" }).click();
  await expect(page.getByRole("heading", { name: "Đảng viên", level: 1 })).toBeVisible();
  const { items } = await caller.call("GET", `/v1/organizations/${id}/groups`);
  expect(items).toMatchObject([{ name: "Tổ khu phố 1" }]);
  expect(items[0].member_ids).toEqual([items[0].head_id]);
});

test("roll and calls go group by group, and the roll is still one call", async ({ page }) => {
  const { secretary, members, caller, id } = await freeBranch();
  const [head, other] = members;
  const head_id = (await new Caller(head!.card).call("GET", "/v1/me")).id;
  await caller.call("PUT", `/v1/organizations/${id}/groups`, {
    items: [{ name: "Tổ khu phố 1", head_id, member_ids: [head_id] }],
  });
  const meeting = await caller.call("POST", "/v1/meetings", {
    organization_id: id,
    kind: "extraordinary",
    starts_at: new Date(Date.now() + 60_000).toISOString(),
    place: "Nhà văn hóa",
    agenda: [{ title: "Quán triệt", minutes: 30, document_ids: [] }],
    publish: true,
  });
  await signIn(page, secretary.card);
  await page.goto(`/app/chi-bo/goi/${meeting.id}`);
  await page.getByLabel("Tổ đảng").selectOption("Tổ khu phố 1");
  await expect(page.getByRole("button", { name: "Đã báo" })).toHaveCount(1);
  await page.goto(`/app/chi-bo/diem-danh/${meeting.id}`);
  const rows = page.locator(".roll");
  await expect(rows.filter({ hasText: other!.name }).first()).toBeVisible();
  await page.getByLabel("Tổ đảng").selectOption("Tổ khu phố 1");
  await expect(rows).toHaveCount(1);
  await rows.first().click();
  await page.getByLabel("Tổ đảng").selectOption("Cả chi bộ");
  await expect(page.locator(".roll.excused")).toHaveCount(1);
});

test("groups that somebody else laid out meanwhile are not replaced unseen, and one's own are kept", async ({
  page,
}) => {
  const { secretary, members, caller, id } = await freeBranch();
  const path = `/v1/organizations/${id}/groups`;
  const head_id = (await new Caller(members[0]!.card).call("GET", "/v1/me")).id;
  await signIn(page, secretary.card);
  await page.goto("/app/chi-bo/to-dang");
  await page.getByRole("button", { name: "Thêm tổ" }).click();
  await page.getByLabel("Tên tổ thứ 1").fill("Tổ của tôi");
  await page.getByLabel(members[1]!.name, { exact: true }).first().selectOption("Tổ của tôi");
  await page.getByLabel("Tổ trưởng").selectOption({ label: members[1]!.name });
  await kept(page, `groups:${id}`, /Tổ của tôi/);
  await caller.call("PUT", path, { items: [{ name: "Tổ người khác chia", head_id, member_ids: [head_id] }] });
  await page.getByRole("button", { name: "Lưu các tổ" }).click();
  await expect(page.getByText("Tổ người khác chia: 1 người")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Tổ người khác chia: 1 người")).toBeVisible();
  await page.getByRole("button", { name: "Giữ bản của tôi" }).click();
  await page.getByRole("button", { name: "Lưu các tổ" }).click();
  await expect(page.getByRole("heading", { name: "Đảng viên", level: 1 })).toBeVisible();
  expect((await caller.call("GET", path)).items).toMatchObject([{ name: "Tổ của tôi" }]);

  await page.goto("/app/chi-bo/to-dang");
  await page.getByRole("button", { name: "Bỏ Tổ của tôi" }).click();
  await expect(page.getByText("Bỏ Tổ của tôi? 1 người sẽ chưa vào tổ.")).toBeFocused();
  await page.getByRole("button", { name: "Bỏ tổ", exact: true }).click();
  await page.getByRole("button", { name: "Lưu các tổ" }).click();
  await expect(page.getByRole("heading", { name: "Đảng viên", level: 1 })).toBeVisible();
  expect((await caller.call("GET", path)).items).toEqual([]);
});

test("one-time codes are begun, asked for at the next sign-in, and ended", async ({ page }) => {
  const { members } = await freeBranch();
  await signIn(page, members[1]!.card);
  await page.goto("/app/cua-toi");
  await page.getByText("Mã xác thực khi đăng nhập").click();
  await page.getByRole("button", { name: "Bật mã xác thực, hoặc đổi máy tạo mã" }).click();
  const secret = (await page.locator(".card.strong").textContent())!.replaceAll(" ", "");
  const code = totp(secret);
  await page.getByLabel("Mã ứng dụng vừa tạo").fill(code);
  await page.getByRole("button", { name: "Xác nhận" }).click();
  await expect(page.getByText("Đã bật mã xác thực.")).toBeVisible();
  const recovery = await page.locator("ol.card li").allTextContents();
  expect(recovery).toHaveLength(10);
  await page.getByRole("button", { name: "Tôi đã cất mã dự phòng" }).click();
  await page.getByRole("button", { name: "Tắt mã xác thực" }).click();
  await page.getByLabel("Mã đang dùng").fill(recovery[0]!);
  await page.getByRole("button", { name: "Tắt mã xác thực" }).click();
  await page.getByRole("button", { name: "Tắt mã xác thực" }).click();
  await expect(page.getByText("Đã tắt mã xác thực.")).toBeVisible();
});

test("a member takes home all that is kept of him", async ({ page }) => {
  const { members } = await freeBranch();
  await signIn(page, members[2]!.card);
  await page.goto("/app/cua-toi");
  await page.getByText("Lấy về thông tin của tôi").click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Tải thông tin của tôi" }).click(),
  ]);
  expect(JSON.parse(readFileSync(await file.path(), "utf8")).profile.card_number).toBe(members[2]!.card);
});

test("who looks after many is asked for his password after a quarter of an hour; a member is not", async ({ page }) => {
  const longAgo = () => page.evaluate(() => localStorage.setItem("sotay-used", String(Date.now() - 16 * 60_000)));
  await signInAs(page, "ward-committee");
  await longAgo();
  await page.reload();
  await expect(page.getByText("Đã khóa sau 15 phút không dùng. Mời đăng nhập lại.")).toBeVisible();
  await signInAs(page, "ward-committee");
  const { members } = await freeBranch();
  await page.goto("/app/dang-nhap");
  await page.getByLabel("Số thẻ đảng viên").fill(members[0]!.card);
  await page.getByLabel("Mật khẩu").fill("sotay-demo-2026");
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
  await longAgo();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Trang chủ", level: 1 })).toBeVisible();
});
