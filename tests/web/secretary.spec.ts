import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, Caller, dayOfMonth, freeBranch, monthFromNow, plan } from "./city";
import { kept } from "./phone";

/** Whatever the day, home offers a month whose usual day is still to come: this one, or late in it the next. */
function monthToRegister() {
  const day = dayOfMonth();
  return day < 20 ? { month: monthFromNow(0), meeting_day: day + 3 } : { month: monthFromNow(1), meeting_day: 5 };
}

test("a secretary registers a month's meeting from the draft in two taps", async ({ page }) => {
  const { month, meeting_day } = monthToRegister();
  const { secretary, caller, id } = await freeBranch();
  const path = `/v1/organizations/${id}`;
  await caller.call("POST", `${path}/agenda-templates`, {
    title: "Kiểm điểm tháng trước",
    minutes: 30,
    kinds: ["regular"],
  });
  const { version } = await caller.call("GET", path);
  await caller.call("PATCH", path, { meeting_place: "Nhà văn hóa", meeting_day }, { "If-Match": `"${version}"` });
  await signIn(page, secretary.card);
  await page.locator(`a[href="/app/chi-bo/dang-ky?thang=${month}"]`).first().click();
  await expect(page.getByText("Cuộc họp đã soạn sẵn. Xem lại rồi đăng ký.")).toBeVisible();
  await page.getByRole("button", { name: /^Đăng ký và báo \d+ đảng viên$/ }).click();
  await expect(page.getByRole("heading", { name: "Chi bộ", level: 1 })).toBeVisible();
  const { items } = await caller.call("GET", `${path}/meetings?kind=regular`);
  expect(items).toHaveLength(1);
  expect(items[0].state).toBe("scheduled");
  expect(items[0].agenda.length).toBeGreaterThan(0);
});

test("a month whose usual day has passed can still be registered", async ({ page }) => {
  const { secretary, caller, id } = await freeBranch();
  const path = `/v1/organizations/${id}`;
  const { version } = await caller.call("GET", path);
  await caller.call("PATCH", path, { meeting_place: "Nhà văn hóa", meeting_day: 1 }, { "If-Match": `"${version}"` });
  await signIn(page, secretary.card);
  await page.route("**/meeting-draft?*", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 422, code: "invalid", errors: [{ field: "/month", code: "in_the_past" }] }),
    }),
  );
  await page.goto(`/app/chi-bo/dang-ky?thang=${monthFromNow(0)}`);
  await expect(page.getByText("Ngày họp thường kỳ đã qua. Xin chọn ngày giờ khác.")).toBeVisible();
  const soon = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 16); // in two hours, here
  await page.getByLabel("Ngày giờ").fill(soon);
  await page.getByLabel("Nội dung 1").fill("Kiểm điểm tháng này");
  await page.getByRole("button", { name: /^Đăng ký và báo \d+ đảng viên$/ }).click();
  await expect(page.getByRole("heading", { name: "Chi bộ", level: 1 })).toBeVisible();
  expect((await caller.call("GET", `${path}/meetings?kind=regular`)).items).toHaveLength(1);
});

test("roll call, minutes and resolution: the month is done", async ({ page }) => {
  const { meeting, secretary, branch } = await plan(1500);
  await expect
    .poll(async () => (await secretary.call("GET", `/v1/me/marks?subject_id=${meeting.id}`)).items[0].can)
    .toContain("hold");
  await signIn(page, branch.secretary.card);
  await page.getByRole("link", { name: "Chi bộ", exact: true }).click();
  await page.getByRole("link", { name: "Điểm danh", exact: true }).click();
  const absent = branch.members[0]!;
  await page.getByLabel("Tìm theo tên").fill(absent.name);
  await page.locator(".roll", { hasText: absent.name }).first().click();
  const said = page.getByRole("radiogroup", { name: absent.name }).first();
  await expect(said.getByRole("radio", { name: "Vắng có phép" })).toBeChecked();
  // By keys it is chosen, not gone round.
  await said.getByRole("radio", { name: "Vắng có phép" }).press("ArrowRight");
  await expect(said.getByRole("radio", { name: "Vắng không phép" })).toBeChecked();
  await said.getByRole("radio", { name: "Vắng không phép" }).press("ArrowLeft");
  await expect(said.getByRole("radio", { name: "Vắng có phép" })).toBeChecked();
  await page.getByRole("button", { name: "Lưu điểm danh" }).click();

  await page.getByRole("link", { name: "Viết biên bản" }).click();
  const { attendance } = await secretary.call("GET", `/v1/meetings/${meeting.id}`);
  expect(attendance).toMatchObject({ present: attendance.base - 1, excused: 1, unmarked: 0 });
  await page.getByLabel("Diễn biến cuộc họp").fill("Chi bộ thảo luận sôi nổi, nhất trí cao.");
  await page.getByLabel("Kết luận").first().fill("Hoàn thành nghị quyết tháng trước.");
  await page.getByRole("button", { name: "Công bố", exact: true }).click();

  await page.getByRole("link", { name: "Ban hành nghị quyết" }).click();
  await page.getByLabel("Viết tại đây").check();
  await page.getByLabel("Nội dung nghị quyết").fill("Chi bộ quyết nghị thực hiện quy định mới.");
  await page.getByRole("button", { name: "Ban hành", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Chi bộ", level: 1 })).toBeVisible();
  const held = await secretary.call("GET", `/v1/meetings/${meeting.id}`);
  expect(held).toMatchObject({ state: "held", minutes: { text: "Chi bộ thảo luận sôi nổi, nhất trí cao." } });
  expect(held.resolution.published_at).toBeTruthy();
});

test("what is tapped in the roll outlives network that comes back, and the app being closed", async ({ page }) => {
  const { meeting, branch } = await plan();
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/diem-danh/${meeting.id}`);
  const absent = branch.members[0]!;
  const row = page.locator(".roll.excused", { hasText: absent.name }).first();
  await page.getByLabel("Tìm theo tên").fill(absent.name);
  await page.locator(".roll.present", { hasText: absent.name }).first().click();
  await expect(row).toBeVisible();
  const heard = page.waitForResponse((answer) => answer.url().includes("/attendance?"));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await heard;
  await expect(row).toBeVisible();
  await page.reload();
  await page.getByLabel("Tìm theo tên").fill(absent.name);
  await expect(row).toBeVisible();
});

test("minutes that are being written are at the server after half a minute, and read by nobody", async ({ page }) => {
  const { meeting, secretary, branch } = await plan(1500);
  await expect
    .poll(async () => (await secretary.call("GET", `/v1/me/marks?subject_id=${meeting.id}`)).items[0].can)
    .toContain("hold");
  await secretary.call("POST", `/v1/meetings/${meeting.id}/hold`, { ended_at: meeting.starts_at });
  const path = `/v1/meetings/${meeting.id}/minutes`;
  await page.clock.install();
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/bien-ban/${meeting.id}`);
  await page.getByLabel("Diễn biến cuộc họp").fill("Đang viết dở");
  await page.clock.fastForward(31_000);
  await expect(page.getByText(/Máy chủ giữ bản lúc \d\d:\d\d, chưa công bố/)).toBeVisible();
  expect(await secretary.call("GET", path)).toMatchObject({ text: "Đang viết dở", published_at: null });
  // It goes on from there, and what is published is what stands here then.
  await page.getByLabel("Diễn biến cuộc họp").fill("Đã viết xong");
  await page.getByRole("button", { name: "Công bố", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Chi bộ", level: 1 })).toBeVisible();
  const published = await secretary.call("GET", path);
  expect(published.text).toBe("Đã viết xong");
  expect(published.published_at).not.toBeNull();
});

test("without network a roll says how old it is, and a begun registration is there to go on with", async ({
  page,
  context,
}) => {
  const { meeting, branch } = await plan();
  await signIn(page, branch.secretary.card);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.goto(`/app/chi-bo/diem-danh/${meeting.id}`);
  await expect(page.getByRole("heading", { name: "Phải dự họp" })).toBeVisible();
  const month = monthFromNow(2);
  await page.goto(`/app/chi-bo/dang-ky?thang=${month}`);
  await expect(page.getByRole("button", { name: /^Đăng ký và báo \d+ đảng viên$/ })).toBeVisible();
  await page.getByLabel("Địa điểm").fill("Nhà ông Bình");
  await kept(page, `register:${branch.id}:${month}`, /Nhà ông Bình/);

  await context.setOffline(true);
  await page.goto(`/app/chi-bo/diem-danh/${meeting.id}`);
  await expect(page.getByText(/^Không có mạng\. Đây là bản lưu lúc/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Phải dự họp" })).toBeVisible();
  await page.goto(`/app/chi-bo/dang-ky?thang=${month}`);
  await expect(page.getByLabel("Địa điểm")).toHaveValue("Nhà ông Bình");
  await expect(page.getByText("Bản đồng chí đang sửa dở.")).toBeVisible();
});

test("minutes that somebody else wrote meanwhile stand beside one's own, and neither is lost", async ({ page }) => {
  const { meeting, secretary, branch } = await plan(1500);
  await expect
    .poll(async () => (await secretary.call("GET", `/v1/me/marks?subject_id=${meeting.id}`)).items[0].can)
    .toContain("hold");
  await secretary.call("POST", `/v1/meetings/${meeting.id}/hold`, { ended_at: meeting.starts_at });
  const path = `/v1/meetings/${meeting.id}/minutes`;
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/bien-ban/${meeting.id}`);
  await page.getByLabel("Diễn biến cuộc họp").fill("Bản viết trên điện thoại");
  await expect(page.getByText("Đã giữ bản nháp")).toBeVisible();
  await secretary.call("PUT", path, { text: "Bản của phó bí thư", conclusions: [], publish: false });

  await page.getByRole("button", { name: "Lưu, chưa công bố" }).click();
  await expect(page.getByText("Bản của phó bí thư")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Bản của phó bí thư")).toBeVisible();
  await expect(page.getByLabel("Diễn biến cuộc họp")).toHaveValue("Bản viết trên điện thoại");
  await page.getByRole("button", { name: "Giữ bản của tôi" }).click();
  await page.getByRole("button", { name: "Lưu, chưa công bố" }).click();
  await expect(page.getByText("Đã lưu", { exact: true })).toBeVisible();
  expect((await secretary.call("GET", path)).text).toBe("Bản viết trên điện thoại");
  await page.getByLabel("Diễn biến cuộc họp").fill("Viết tiếp");
  await expect(page.getByText("Đã lưu", { exact: true })).toHaveCount(0);
});

test("who has not read is called, and leaves the list once he was told", async ({ page }) => {
  const { meeting, branch } = await plan();
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/goi/${meeting.id}`);
  const left = page.getByText(/^\d+ người chưa đọc, nên gọi$/);
  await expect(left).toBeVisible();
  const before = Number.parseInt((await left.textContent())!, 10);
  await page.getByRole("button", { name: "Đã báo" }).first().click();
  await expect(left).toHaveText(`${before - 1} người chưa đọc, nên gọi`);
});

test("a comment is answered where it is read, and a proposal decided", async ({ page }) => {
  const { meeting, branch, member } = await plan();
  const said = new Caller(member.card);
  await said.call("POST", `/v1/meetings/${meeting.id}/comments`, { text: "Xin gửi tài liệu sớm" });
  await said.call("POST", `/v1/meetings/${meeting.id}/proposals`, { title: "Bàn về quỹ", reason: "Quỹ đã cạn" });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/hop/${meeting.id}`);
  await page.getByRole("button", { name: "Trả lời" }).click();
  await page.getByLabel("Trả lời của bí thư").fill("Tháng sau sẽ gửi trước năm ngày.");
  await page.getByRole("button", { name: "Gửi trả lời" }).click();
  await expect(page.getByText("Tháng sau sẽ gửi trước năm ngày.")).toBeVisible();
  const { items } = await said.call("GET", `/v1/meetings/${meeting.id}/comments`);
  expect(items[0].answer.text).toBe("Tháng sau sẽ gửi trước năm ngày.");

  await page.getByRole("link", { name: "Đề xuất nội dung" }).click();
  await page.getByRole("button", { name: "Xét đề xuất" }).click();
  await page.getByLabel("Để kỳ họp sau").check();
  await page.getByLabel(/^Lý do/).fill("Kỳ này đã kín");
  await page.getByRole("button", { name: "Gửi quyết định" }).click();
  await expect(page.getByText("Để kỳ họp sau: Kỳ này đã kín")).toBeVisible();
});

test("who is there says so with the code that is shown in the room", async ({ page, browser }) => {
  const { meeting, branch, member, secretary } = await plan(60_000);
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/ma/${meeting.id}`);
  const shown = page.locator(".code");
  await expect(shown).toBeVisible();

  const phone = await (await browser.newContext()).newPage();
  await signIn(phone, member.card, BASE);
  await phone.goto(`${BASE}/app/hop/${meeting.id}`);
  await phone.getByRole("link", { name: "Tôi có mặt" }).click();
  await phone.getByLabel("Mã đang chiếu ở phòng họp").fill((await shown.textContent())!);
  await phone.getByRole("button", { name: "Tôi có mặt" }).click();
  await expect(phone.getByText(/Đã gửi lúc/)).toBeVisible();
  const { items } = await secretary.call("GET", `/v1/meetings/${meeting.id}/attendance?limit=500`);
  const present = items.filter((item: { state: string | null }) => item.state === "present");
  expect(present.map((item: { member: { full_name: string } }) => item.member.full_name)).toEqual([member.name]);
});

test("a resolution that is being written outlives the app being closed", async ({ page }) => {
  const { meeting, branch } = await plan(1500);
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/nghi-quyet/${meeting.id}`);
  await page.getByLabel("Số, nếu có").fill("12-NQ/CB");
  await page.getByLabel("Viết tại đây").check();
  const text = page.getByLabel("Nội dung nghị quyết");
  await text.fill("Chi bộ quyết nghị.");
  await expect(page.getByText("Đã giữ bản nháp")).toBeVisible();
  await page.reload();
  await expect(text).toHaveValue("Chi bộ quyết nghị.");
  await expect(page.getByLabel("Số, nếu có")).toHaveValue("12-NQ/CB");
  // Enter in a field of a form that publishes is no "issue".
  await page.getByLabel("Số, nếu có").press("Enter");
  await expect(page.getByRole("button", { name: "Ban hành", exact: true })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a topic is left to the next month without a word", async ({ page }) => {
  const { meeting, secretary, branch } = await plan(1500);
  await expect
    .poll(async () => (await secretary.call("GET", `/v1/me/marks?subject_id=${meeting.id}`)).items[0].can)
    .toContain("hold");
  await secretary.call("POST", `/v1/meetings/${meeting.id}/hold`, { ended_at: meeting.starts_at });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/bien-ban/${meeting.id}`);
  await page.getByLabel("Diễn biến cuộc họp").fill("Hết giờ, một nội dung chưa bàn.");
  const second = page.locator(".card").filter({ has: page.getByRole("heading", { name: /^2\. / }) });
  await second.getByLabel("Chuyển sang kỳ sau").check();
  await page.getByRole("button", { name: "Lưu, chưa công bố" }).click();
  await expect(page.getByText("Đã lưu", { exact: true })).toBeVisible();
  await expect(second.getByLabel("Chuyển sang kỳ sau")).toBeChecked();
  const { conclusions } = await secretary.call("GET", `/v1/meetings/${meeting.id}/minutes`);
  expect(conclusions).toMatchObject([{ agenda_item_id: meeting.agenda[1].id, text: "", outcome: "carried_over" }]);
});

test("a year that is typed too far kills no screen", async ({ page }) => {
  const { secretary, caller, id } = await freeBranch();
  const path = `/v1/organizations/${id}`;
  const { version } = await caller.call("GET", path);
  await caller.call("PATCH", path, { meeting_place: "Nhà văn hóa", meeting_day: 5 }, { "If-Match": `"${version}"` });
  await signIn(page, secretary.card);
  await page.goto(`/app/chi-bo/dang-ky?thang=${monthFromNow(1)}`);
  const when = page.getByLabel("Ngày giờ");
  await expect(when).toBeVisible();
  await when.focus();
  await page.keyboard.type("0412202619");
  await expect(when).toBeVisible();
  await page.reload(); // the draft that was kept is none to fall over either
  await expect(when).toBeVisible();
});

test("a resolution whose issue broke off is one paper, though the app was closed between", async ({ page }) => {
  const { meeting, secretary, branch } = await plan(1500);
  await expect
    .poll(async () => (await secretary.call("GET", `/v1/me/marks?subject_id=${meeting.id}`)).items[0].can)
    .toContain("hold");
  await secretary.call("POST", `/v1/meetings/${meeting.id}/hold`, { ended_at: meeting.starts_at });
  const title = `Nghị quyết gửi dở ${Date.now()}`;
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/nghi-quyet/${meeting.id}`);
  await page.getByLabel("Tên nghị quyết").fill(title);
  await page.getByLabel("Viết tại đây").check();
  await page.getByLabel("Nội dung nghị quyết").fill("Chi bộ quyết nghị.");
  await page.route("**/v1/documents/*/publish", (route) => route.abort());
  await page.getByRole("button", { name: "Ban hành", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Không có mạng. Xin thử lại khi có mạng.");
  await kept(page, `resolution:${meeting.id}`, /"made":\{/);
  await page.unroute("**/v1/documents/*/publish");
  await page.reload();
  await page.getByRole("button", { name: "Ban hành", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Chi bộ", level: 1 })).toBeVisible();
  const { items } = await secretary.call("GET", `/v1/documents?organization_id=${branch.id}&limit=50`);
  const his = items.filter((each: { title: string }) => each.title === title);
  expect(his.map((each: { state: string }) => each.state)).toEqual(["published"]);
});
