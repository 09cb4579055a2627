import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signInAs } from "./app";
import { Caller, loginOf, plan } from "./city";

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

test("figures are drawn where there is room, and stand in a table beside it", async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await signInAs(page, "district-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  const picture = page.getByRole("img", { name: /^Biểu đồ tỷ lệ đăng ký/ });
  await expect(picture.locator("svg")).toBeVisible();
  const table = page.getByRole("region", { name: "Các đơn vị" });
  for (const name of await table.getByRole("rowheader").allTextContents())
    await expect(picture.locator("text", { hasText: name })).toHaveCount(1);
  await expect(page.getByRole("img", { name: /^Biểu đồ số chi bộ/ }).locator("svg")).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(picture).toHaveCount(0);
  await expect(table).toBeVisible();
  // What was drawn goes with its screen.
  await page.setViewportSize({ width: 1366, height: 768 });
  await expect(picture.locator("svg")).toBeVisible();
  await table.getByRole("link").first().click();
  await expect(page.getByRole("link", { name: "Quay lại" })).toBeVisible();
  await page.getByRole("link", { name: "Tiến độ" }).click();
  await expect(page.getByLabel("Xem")).toBeVisible();
});

test("an officer sees the meetings of the days he asks for, and takes them home as a table", async ({ page }) => {
  const { meeting } = await plan();
  await signInAs(page, "city-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await page.getByRole("link", { name: "Lịch họp" }).click();
  const day = new Date(Date.parse(meeting.starts_at) + 7 * 3_600_000).toISOString().slice(0, 10);
  await page.getByLabel("Từ ngày").fill(day);
  await page.getByLabel("Đến ngày").fill("2000-01-01");
  await page.getByRole("button", { name: "Xem", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Ngày đầu phải trước ngày cuối.");
  await page.getByLabel("Đến ngày").fill(day);
  await page.getByLabel("Trạng thái").selectOption("Sẽ họp");
  await page.getByRole("button", { name: "Xem", exact: true }).click();
  await expect(page.getByRole("cell", { name: meeting.organization.name })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Tải bảng CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Lịch họp.csv");
  expect(readFileSync(await download.path(), "utf8")).toContain(meeting.organization.name);
  await expect(page.getByText(/^Đã tải bảng \d+ dòng\.$/)).toBeVisible();
});

test("an officer writes a paper, sees who will get it, issues it and sees it arrive", async ({ page }) => {
  const title = `Hướng dẫn sinh hoạt ${Date.now()}`;
  await signInAs(page, "ward-officer");
  await page.getByRole("link", { name: "Quản lý" }).click();
  await page.getByRole("link", { name: "Ban hành", exact: true }).click();
  await page.getByRole("link", { name: "Soạn văn bản" }).click();
  await page.getByRole("button", { name: "Xem trước khi ban hành" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin ghi tên văn bản.");
  await page.getByLabel("Loại văn bản").selectOption("Hướng dẫn");
  await page.getByLabel("Tên văn bản").fill(title);
  await page.getByLabel("Viết tại đây").check();
  await page.getByRole("textbox", { name: "Nội dung" }).fill("Điều 1. Sinh hoạt\nMỗi tháng một lần.");
  await page.getByLabel("Bí thư và phó bí thư").check();
  await page.getByRole("button", { name: "Xem trước khi ban hành" }).click();
  await expect(page.getByText(/^Ai xem được: bí thư, phó bí thư của .+ và các đơn vị trực thuộc$/)).toBeVisible();
  await page.getByLabel("Điện thoại đổ chuông").check();
  await page.getByRole("button", { name: "Ban hành", exact: true }).click();
  await expect(page.getByText(/^Đã ban hành /)).toBeVisible();
  await expect(page.getByText("Đã gửi xong.")).toBeVisible();
  await expect(page.getByText(/^0\/\d+ người đã đọc/)).toBeVisible();

  await page.getByRole("button", { name: "Thu hồi văn bản" }).click();
  await page.getByLabel(/^Lý do thu hồi/).fill("Nhầm số");
  await page.getByRole("button", { name: "Thu hồi", exact: true }).click();
  await expect(page.getByText("Văn bản này đã được thu hồi.")).toBeVisible();
});

test("a push to very many waits a minute, in which it is taken back", async ({ page }) => {
  await page.route("**/delivery", async (route) => {
    const body = {
      notification_id: route.request().url().split("/").at(-2),
      recipients: 8400,
      devices: 7858,
      delivered: 0,
      dead: 0,
      retrying: 0,
      expired: 0,
      failures: [],
      started_at: null,
      settled_at: null,
      held_until: new Date(Date.now() + 42_000).toISOString(),
    };
    await route.fulfill({ json: body });
  });
  let recalled = "";
  await page.route("**/v1/notifications/*", async (route) => {
    recalled = route.request().method();
    await route.fulfill({ status: 204 });
  });
  const officer = new Caller(loginOf("district-officer").card_number);
  const { roles } = await officer.call("GET", "/v1/me");
  const organization_id = roles.find((held: { role: string }) => held.role === "officer").organization.id;
  const paper = await officer.call("POST", "/v1/documents", {
    kind: "guideline",
    title: "Hướng dẫn gửi nhiều nơi",
    organization_id,
    classification: "internal",
    text: "Điều 1. Thi hành",
    audience: { organization_ids: [organization_id], subtree: true, roles: ["secretary"] },
  });
  await officer.call("POST", `/v1/documents/${paper.id}/publish`, { notify: "inbox" });
  await signInAs(page, "district-officer");
  await page.goto(`/app/quan-ly/van-ban/${paper.id}`);
  await page.getByRole("button", { name: /^Rút lại \(còn \d+ giây\)$/ }).click();
  await expect(page.getByText("Đã rút lại, không điện thoại nào đổ chuông.")).toBeVisible();
  expect(recalled).toBe("DELETE");
});
