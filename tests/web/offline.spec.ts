import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { plan } from "./city";

test(
  "without network the papers are readable, and what is written then arrives once",
  { tag: "@both" },
  async ({ page, context }) => {
    const { meeting, member, secretary } = await plan();
    await signIn(page, member.card);
    await page.getByRole("link", { name: "Đọc tài liệu họp" }).click();
    await page.getByRole("link", { name: "Góp ý" }).click();
    await expect(page.getByLabel("Ý kiến của tôi")).toBeVisible();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

    await context.setOffline(true);
    await page.getByLabel("Ý kiến của tôi").fill("Viết khi không có mạng");
    await page.getByRole("button", { name: "Gửi", exact: true }).click();
    await expect(page.getByText("Đã lưu trên máy, chưa gửi")).toBeVisible();

    // A start without network: the worker has the app, IndexedDB the papers and the queue.
    await page.goto(`/app/hop/${meeting.id}`);
    await expect(page.getByText(/Không có mạng. Đây là bản lưu lúc/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "2. Quy định mới về sinh hoạt chi bộ" })).toBeVisible();
    const unsent = page.getByRole("link", { name: "Còn 1 ý kiến chưa gửi" });
    await expect(unsent).toBeVisible();
    expect((await unsent.boundingBox())!.height).toBeGreaterThanOrEqual(48);
    expect((await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`)).items).toEqual([]);

    await context.setOffline(false);
    const texts = async () => {
      const { items } = await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`);
      return items.map((comment: { text: string }) => comment.text);
    };
    // Where the browser is not told of the network that is back, it is the next try.
    await expect.poll(texts, { timeout: 40_000 }).toEqual(["Viết khi không có mạng"]);
    await page.goto("/app/chua-gui");
    await expect(page.getByText("Mọi thứ đã được gửi.")).toBeVisible();
    expect(await texts()).toEqual(["Viết khi không có mạng"]);
  },
);

test("an answer that is lost is asked for again with the same key: once there, 201 in the end", async ({ page }) => {
  const { meeting, member, secretary } = await plan();
  await signIn(page, member.card);
  const keys: (string | undefined)[] = [];
  await page.route("**/comments", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    const answer = await route.fetch();
    if (keys.length < 3) await route.abort();
    else await route.fulfill({ response: answer });
  });
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await page.getByLabel("Ý kiến của tôi").fill("Trả lời bị mất");
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await expect(page.getByText(/Đã gửi lúc/)).toBeVisible({ timeout: 20_000 });
  expect(keys.length).toBeGreaterThanOrEqual(3);
  expect(new Set(keys).size).toBe(1);
  expect((await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`)).items).toHaveLength(1);
});

test("what is refused days later comes back whole", async ({ page, context }) => {
  const { meeting, member, secretary } = await plan();
  await signIn(page, member.card);
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await expect(page.getByLabel("Ý kiến của tôi")).toBeVisible();
  await context.setOffline(true);
  await page.getByLabel("Ý kiến của tôi").fill("Ý kiến gửi muộn");
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await expect(page.getByText("Đã lưu trên máy, chưa gửi")).toBeVisible();
  await secretary.call("POST", `/v1/meetings/${meeting.id}/cancel`, { reason: "Mưa bão" });
  await context.setOffline(false);
  await expect(page.getByText("Chưa gửi được. Nội dung vẫn còn đây.")).toBeVisible();
  await page.goto("/app/chua-gui");
  await expect(page.getByText("Ý kiến gửi muộn")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sửa và gửi lại" })).toBeVisible();

  // A hand that taps twice throws nothing away.
  await page.getByRole("button", { name: "Bỏ", exact: true }).dblclick();
  await expect(page.getByText("Ý kiến gửi muộn")).toBeVisible();
  const thrown = page.getByRole("button", { name: "Bỏ hẳn" });
  if (!(await thrown.isVisible())) await page.getByRole("button", { name: "Bỏ", exact: true }).click();
  await thrown.click();
  await expect(page.getByText("Mọi thứ đã được gửi.")).toBeVisible();
});

test("what could not be done is said below the button, and a box goes back", async ({ page }) => {
  const { branch, meeting } = await plan();
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/chi-bo/goi/${meeting.id}`);
  await page.route("**/readers/*", (route) => route.abort());
  await page.getByRole("button", { name: "Đã báo" }).first().click();
  await expect(page.getByRole("alert")).toHaveText("Không có mạng. Xin thử lại khi có mạng.");

  await page.goto("/app/cua-toi");
  await page.getByText("Thông báo", { exact: true }).click();
  const box = page.getByLabel("Khảo sát");
  const before = await box.isChecked();
  await page.route("**/v1/me/preferences", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await box.click();
  await expect(page.getByRole("alert")).toHaveText("Không có mạng. Xin thử lại khi có mạng.");
  expect(await box.isChecked()).toBe(before);
});

test("a refused check-in is said, and nothing of it is offered to be put right", async ({ page }) => {
  const { meeting, member } = await plan();
  await signIn(page, member.card);
  await page.route("**/check-in", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      json: { status: 422, code: "invalid", title: "", detail: "Mã không đúng", errors: [] },
    }),
  );
  await page.goto(`/app/diem-danh?hop=${meeting.id}`);
  await page.getByLabel("Mã đang chiếu ở phòng họp").fill("123456");
  await page.getByRole("button", { name: "Tôi có mặt" }).click();
  await expect(page.getByText("Chưa gửi được. Nội dung vẫn còn đây.")).toBeVisible();
  await page.goto("/app/chua-gui");
  await expect(page.getByText(/Mã không đúng/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Bỏ", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sửa và gửi lại" })).toHaveCount(0);
});
