import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signInAs } from "./app";
import { drafted, plan } from "./city";

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
  const { officer, paper } = await drafted("district-officer", "Hướng dẫn gửi nhiều nơi", "internal", ["secretary"]);
  await officer.call("POST", `/v1/documents/${paper.id}/publish`, { notify: "inbox" });
  await signInAs(page, "district-officer");
  await page.goto(`/app/quan-ly/van-ban/${paper.id}`);
  await page.getByRole("button", { name: /^Rút lại \(còn \d+ giây\)$/ }).click();
  await expect(page.getByText("Đã rút lại, không điện thoại nào đổ chuông.")).toBeVisible();
  expect(recalled).toBe("DELETE");
});

test("who takes a push back too late, or in vain, is told so", async ({ page }) => {
  const detail = "Tin đã gửi đi, không rút lại được.";
  await page.route("**/v1/organizations/*/reminders", async (route) => {
    const { dry_run } = route.request().postDataJSON();
    if (dry_run) return route.continue();
    await route.fulfill({
      status: 201,
      json: { branches: 3, notification_id: "01900000-0000-7000-8000-000000000002" },
    });
  });
  let isOver = false;
  await page.route("**/v1/notifications/*", async (route) => {
    await expect.poll(() => isOver).toBe(true);
    await route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      json: { status: 409, code: "already_sent", title: "", detail, errors: [] },
    });
  });
  await page.clock.install();
  await signInAs(page, "district-officer");
  await page.goto("/app/quan-ly/tien-do");
  await page.getByRole("button", { name: /^Nhắc (\d+ chi bộ|tất cả)$/ }).click();
  await expect(page.getByRole("heading", { name: "Nội dung sẽ gửi" })).toBeFocused();
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  const recall = page.getByRole("button", { name: /^Rút lại/ });
  // A second that passes is not read aloud.
  await expect(page.locator("[aria-live], [role=status], [role=alert]").filter({ has: recall })).toHaveCount(0);
  await page.clock.fastForward(45_000);
  await recall.click();
  await page.clock.fastForward(16_000); // less than an answer is waited for
  await expect(page.getByRole("button", { name: "Xin chờ…" })).toBeVisible();
  isOver = true;
  await expect(page.getByRole("alert")).toHaveText(detail);
  await expect(recall).toHaveCount(0);
});

test("a preview that did not come is asked for again", async ({ page }) => {
  let isAway = true;
  await page.route("**/v1/organizations/*/reminders", (route) => (isAway ? route.abort() : route.continue()));
  await signInAs(page, "district-officer");
  await page.goto("/app/quan-ly/tien-do");
  await page.getByRole("button", { name: /^Nhắc (\d+ chi bộ|tất cả)$/ }).click();
  await expect(page.getByRole("alert")).toHaveText("Không có mạng. Xin thử lại khi có mạng.");
  isAway = false;
  await page.getByRole("button", { name: "Thử lại" }).click();
  await expect(page.getByRole("heading", { name: "Nội dung sẽ gửi" })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a committee member sees how far the branches are, and is not offered what he may not", async ({ page }) => {
  const refused: string[] = [];
  page.on("response", (answer) => {
    if (answer.url().includes("/v1/") && [403, 404].includes(answer.status())) refused.push(answer.url());
  });
  await signInAs(page, "ward-committee");
  await page.getByRole("link", { name: "Quản lý" }).click();
  const below = page.getByRole("region", { name: "Các đơn vị" });
  await expect(page.locator("dl.figures")).toBeVisible(); // his own office's, and nothing below it
  await expect(below.getByRole("rowheader")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Ban hành" })).toHaveCount(0);

  await page.getByRole("link", { name: "Tiến độ" }).click();
  for (const state of ["Chưa đăng ký", "Chưa họp", "Nghị quyết quá hạn"]) {
    await page.getByLabel("Xem").selectOption(state);
    const told = page.getByText("Không có nơi nào.").or(page.getByRole("rowheader").first());
    await expect(told.first()).toBeVisible();
    await expect(page.getByRole("button", { name: /^Nhắc/ })).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^Tải bảng/ })).toHaveCount(0);
  }
  await page.getByRole("link", { name: "Quay lại" }).click();
  await page.getByRole("link", { name: "Lịch họp" }).click();
  await expect(page.getByRole("button", { name: "Xem", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Tải bảng/ })).toHaveCount(0);
  await page.getByRole("link", { name: "Quay lại" }).click();
  await page.getByRole("link", { name: "Quy định" }).click();
  await expect(page.getByRole("row", { name: /^Số ngày giữ số liệu cũ/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Đặt quy định" })).toHaveCount(0);
  expect(refused).toEqual([]);
});

test("a paper that was scheduled, taken back and scheduled for the same hour is scheduled", async ({ page }) => {
  const { officer, paper } = await drafted("ward-officer", `Hướng dẫn hẹn giờ ${Date.now()}`, "public");
  await signInAs(page, "ward-officer");
  await page.goto(`/app/quan-ly/van-ban/${paper.id}`);
  // A public paper is everybody's, and that is said before it is issued.
  await expect(page.getByText("Ai xem được: mọi đảng viên trong thành phố")).toBeVisible();
  const tomorrow = new Date(Date.now() + 31 * 3_600_000).toISOString().slice(0, 10);
  await page.getByLabel(/^Hẹn giờ ban hành/).fill(`${tomorrow}T08:00`);
  await page.getByLabel(/^Hẹn giờ ban hành/).press("Enter"); // publishes nothing
  await page.getByRole("button", { name: "Hẹn giờ ban hành" }).click();
  await expect(page.getByText(/^Sẽ ban hành /)).toBeVisible();
  await page.getByRole("button", { name: "Thôi hẹn giờ" }).click();
  await expect(page.getByText("Bản nháp, chưa ban hành")).toBeVisible();
  await page.getByLabel(/^Hẹn giờ ban hành/).fill(`${tomorrow}T08:00`);
  await page.getByRole("button", { name: "Hẹn giờ ban hành" }).click();
  await expect(page.getByText(/^Sẽ ban hành /)).toBeVisible();
  expect((await officer.call("GET", `/v1/documents/${paper.id}`)).publish_at).not.toBeNull();
});

test("who will see a paper is known before it can be issued", async ({ page }) => {
  const { paper } = await drafted("ward-officer", `Hướng dẫn xem trước ${Date.now()}`, "internal");
  await signInAs(page, "ward-officer");
  const detail = "Gửi quá nhiều yêu cầu.";
  await page.route(`**/v1/organizations/${paper.organization.id}`, (route) =>
    route.fulfill({
      status: 429,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 429, code: "too_many_requests", detail, errors: [] }),
    }),
  );
  await page.goto(`/app/quan-ly/van-ban/${paper.id}`);
  await expect(page.getByRole("alert")).toHaveText(detail);
  await expect(page.getByRole("button", { name: "Ban hành", exact: true })).toHaveCount(0);
  await page.unroute(`**/v1/organizations/${paper.organization.id}`);
  await page.getByRole("button", { name: "Thử lại" }).click();
  await expect(page.getByText(/^Ai xem được: [\d.]+ đảng viên của /)).toBeVisible();
  await expect(page.getByRole("button", { name: "Ban hành", exact: true })).toBeVisible();
});

test("a paper that lies in inboxes alone says so, and is not asked for as long as it is looked at", async ({
  page,
}) => {
  let looks = 0;
  await page.route("**/delivery", async (route) => {
    looks++;
    const counts = { recipients: 0, devices: 0, delivered: 0, dead: 0, retrying: 0, expired: 0, failures: [] };
    const times = { started_at: null, settled_at: null, held_until: null };
    await route.fulfill({ json: { notification_id: route.request().url().split("/").at(-2), ...counts, ...times } });
  });
  const { officer, paper } = await drafted("ward-officer", "Hướng dẫn để trong hộp thư", "internal", ["secretary"]);
  await officer.call("POST", `/v1/documents/${paper.id}/publish`, { notify: "inbox" });
  await page.clock.install();
  await signInAs(page, "ward-officer");
  await page.goto(`/app/quan-ly/van-ban/${paper.id}`);
  await expect(async () => {
    await page.clock.fastForward(2_000);
    const told = page.getByText("Tin ở trong hộp thư, không điện thoại nào đổ chuông.");
    await expect(told).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  const after = looks;
  expect(after).toBeLessThan(10);
  await page.getByRole("button", { name: "Thử lại" }).click();
  await expect.poll(() => looks).toBeGreaterThan(after);
});
